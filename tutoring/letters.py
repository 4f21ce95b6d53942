"""What students are written about their studies, in their own language, through the outbox."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from people.contact import outbox
from people.models import OutgoingMessage, Purpose
from people.own_data import links
from tutoring.models import Student, SurveyInvitation

SURVEY_LINK = "tutoring.survey"
SURVEY_LINK_DAYS = 60  # after that the answer would be about another moment
CAMPUS = "/campus/"


def welcome(student: Student, *, at: datetime) -> OutgoingMessage:
    """Say who looks after them, and where campus and forum are."""
    person, language = student.person, student.person.language
    with override(language):
        paragraphs = [
            _("Hello %(name)s,") % {"name": person.given_name or person.name or _("and welcome")},
            _("Welcome to %(programme)s.") % {"programme": student.intake.programme.title_in(language)},
            _tutor_line(student),
            _("Everything about your studies is on your campus, and so is the forum where you meet the others."),
        ]
        return outbox.queue(
            person,
            purpose=Purpose.SERVICE,
            key=f"tutoring.welcome:{student.pk}",
            subject=_("Welcome: who is there for you"),
            body="\n\n".join(paragraphs),
            language=language,
            at=at,
            about=student,
            action_url=CAMPUS,
            action_label=_("Open my campus"),
        )


def new_tutor(student: Student, *, at: datetime) -> OutgoingMessage:
    """Say who looks after them from now on."""
    person = student.person
    with override(person.language):
        body = [_("Hello %(name)s,") % {"name": person.given_name or person.name}, _tutor_line(student)]
        return outbox.queue(
            person,
            purpose=Purpose.SERVICE,
            key=f"tutoring.new_tutor:{student.pk}:{student.tutor_id}:{at:%Y%m%d%H%M%S}",
            subject=_("Your tutor from now on"),
            body="\n\n".join(body),
            language=person.language,
            at=at,
            about=student,
            action_url=CAMPUS,
            action_label=_("Open my campus"),
        )


def survey(invitation: SurveyInvitation, *, at: datetime) -> OutgoingMessage:
    """Ask, with a link that needs no password."""
    person = invitation.student.person
    with override(person.language):
        paragraphs = [
            _("Hello %(name)s,") % {"name": person.given_name or person.name},
            invitation.survey.question,
            _("One number and, if you like, a few words: it takes one minute, and your tutor reads it."),
        ]
        return outbox.queue(
            person,
            purpose=Purpose.SURVEY,
            key=f"tutoring.survey:{invitation.pk}",
            subject=invitation.survey.title,
            body="\n\n".join(paragraphs),
            language=person.language,
            at=at,
            about=invitation,
            action_url=survey_path(invitation),
            action_label=_("Answer"),
        )


def survey_path(invitation: SurveyInvitation) -> str:
    """The address of the survey for this one student, signed."""
    token = links.sign(SURVEY_LINK, str(invitation.uuid), days=SURVEY_LINK_DAYS)
    return reverse("tutoring:survey", args=[token])


def _tutor_line(student: Student) -> str:
    if student.tutor is None:
        return _("In the next days you will hear who your tutor is.")
    return _("Your tutor is %(tutor)s. Write to %(email)s whenever something is in your way.") % {
        "tutor": student.tutor,
        "email": student.tutor.email,
    }
