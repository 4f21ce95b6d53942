"""Asking students how it goes: who is due, what they answered, and what an unhappy answer sets going."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from contact_centre import queue
from people import timeline
from people.announcements import announce
from people.models import Channel, Language, Person, Touchpoint
from people.own_data import links
from tutoring import letters
from tutoring.models import Student, Survey, SurveyInvitation

UNHAPPY_UP_TO = 6  # the detractors of the net promoter score (Reichheld, 2003)
URGENT_UP_TO = 3
ASK_UNTIL = timedelta(days=30)  # a survey made today does not ask those who passed its milestone long ago
INVITED_PER_RUN = 500


class BadScore(Exception):
    """A score is a whole number from 0 to 10."""


def invite_due(*, at: datetime) -> int:
    """Ask every student who has come to the milestone of an active survey; return how many.

    Each is asked once per survey, however often and in how many processes this runs. One transaction per student.
    """
    invited = 0
    for survey in Survey.objects.filter(is_active=True).order_by("pk"):
        for student in due(survey, at=at)[:INVITED_PER_RUN]:
            invited += _invite(survey, student, at=at)
    return invited


def due(survey: Survey, *, at: datetime) -> QuerySet[Student]:
    """Students who passed the milestone of ``survey`` by its days, but not long ago, and were not asked yet."""
    newest = at - timedelta(days=survey.after_days)
    oldest = newest - ASK_UNTIL
    asked = SurveyInvitation.objects.filter(survey=survey, student=OuterRef("pk"))
    students = Student.objects.filter(~Exists(asked), person__erased_at=None)
    if survey.milestone == Survey.Milestone.END:
        students = students.filter(
            state=Student.State.FINISHED, enrolment__ended_at__gt=oldest, enrolment__ended_at__lte=newest
        )
    else:
        # The later of the two starts counts: it must be over by the days, and at least one must be recent.
        begun = Q(intake__starts_on=None) | Q(intake__starts_on__lte=timezone.localdate(newest))
        recent = Q(started_at__gt=oldest) | Q(intake__starts_on__gt=timezone.localdate(oldest))
        students = students.in_progress().filter(begun, recent, started_at__lte=newest)
    return students.select_related("person").order_by("pk")


@transaction.atomic
def answer(
    invitation: SurveyInvitation, *, score: int, comment: str = "", language: str = "", at: datetime
) -> SurveyInvitation:
    """Keep the first answer; a second one changes nothing and the first is returned.

    ``score`` is 0 to 10, else BadScore. Up to 6, somebody must ask what is wrong: a case of kind ``survey`` is opened.
    Announces ``after_survey_answered``.
    """
    if not 0 <= score <= 10:
        raise BadScore(score)
    invitation = (
        SurveyInvitation.objects.select_for_update(of=("self",))
        .select_related("survey", "student__person", "student__intake__programme")
        .get(pk=invitation.pk)
    )
    if invitation.answered_at is not None:
        return invitation
    person = invitation.student.person
    invitation.score, invitation.answered_at = score, at
    invitation.comment = comment.replace("\x00", "").strip()
    invitation.language = language if language in Language.values else person.language
    invitation.save(update_fields=["score", "comment", "language", "answered_at"])
    timeline.record(
        person,
        at=at,
        channel=Channel.WEB,
        direction=Touchpoint.Direction.IN,
        kind="tutoring.survey_answered",
        summary=said(invitation),
        about=invitation,
    )
    if score <= UNHAPPY_UP_TO:
        _ask_what_is_wrong(invitation, score, at=at)
    announce("after_survey_answered", response=invitation, at=at)
    return invitation


def invitation_of(token: str) -> SurveyInvitation:
    """The invitation a signed link leads to.

    Raises links.LinkForged, links.LinkExpired, or SurveyInvitation.DoesNotExist if it is gone.
    """
    uuid = links.read(letters.SURVEY_LINK, token)
    invitations = SurveyInvitation.objects.select_related("survey", "student__person", "student__intake__programme")
    return invitations.get(uuid=uuid, student__person__erased_at=None)


def waiting_for(person: Person, *, at: datetime) -> list[SurveyInvitation]:
    """The surveys this person was asked lately and has not answered, the newest first."""
    since = at - timedelta(days=letters.SURVEY_LINK_DAYS)
    asked = SurveyInvitation.objects.filter(student__person=person, answered_at=None, invited_at__gt=since)
    return list(asked.select_related("survey").order_by("-invited_at")[:3])


def said(invitation: SurveyInvitation) -> str:
    """The answer on one line: “8/10 – what they wrote”."""
    return " – ".join(part for part in (f"{invitation.score}/10", invitation.comment) if part)


@transaction.atomic
def _invite(survey: Survey, student: Student, *, at: datetime) -> bool:
    # The unique pair is the claim: of two sweeps, one makes the row and writes.
    invitation, is_new = SurveyInvitation.objects.get_or_create(
        survey=survey, student=student, defaults={"invited_at": at}
    )
    if is_new:
        letters.survey(invitation, at=at)
    return is_new


def _ask_what_is_wrong(invitation: SurveyInvitation, score: int, *, at: datetime) -> None:
    person = invitation.student.person
    with override(invitation.language):
        question = _("%(score)d out of 10 in the survey “%(survey)s”.") % {
            "score": score,
            "survey": invitation.survey.title,
        }
    queue.open_case(
        person,
        kind="survey",
        at=at,
        question="\n\n".join(filter(None, [invitation.comment, question])),
        programme=invitation.student.intake.programme,
        channel=Channel.WEB,
        language=invitation.language,
        about=invitation,
        priority=queue.HIGH if score <= URGENT_UP_TO else queue.ORDINARY,
    )
