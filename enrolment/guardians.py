"""Guardians of applicants under age: asked by mail, and the application waits until one has agreed.

A minor cannot bind themselves (Spanish Civil Code, art. 1263), so an application of theirs is handed in by the
agreement of whoever stands by them as a guardian. Agreeing writes the relation down: from then on the guardian decides,
pays unless somebody else does, and gets reports and invoices, until the applicant comes of age.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from enrolment import applications, letters, quotes
from enrolment.models import Application, GuardianRequest
from people import relatives, timeline
from people.identity import identities
from people.models import Channel, Person, Relationship, Touchpoint
from people.own_data import links
from people.relatives import Scope

Answer = GuardianRequest.Answer
PURPOSE = "enrolment.guardian"
DAYS = 14  # an intake fills in weeks; asking again is one click
SCOPE = {"is_guardian": True, "gets_reports": True, "gets_invoices": True}


class CannotAsk(Exception):
    """This person cannot be asked; ``why`` says so in words for the applicant."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


class NotOpen(Exception):
    """The question was answered, replaced, or waited too long; or the application no longer waits for it."""


@transaction.atomic
def ask(
    application: Application,
    *,
    email: str,
    at: datetime,
    given_name: str = "",
    family_name: str = "",
    kind: str = Relationship.Kind.GUARDIAN,
) -> GuardianRequest:
    """Ask a guardian to agree, by a link of 14 days: the application waits for it. The same address again writes anew.

    Raises CannotAsk for oneself and for a minor, identities.BadIdentity, applications.NotOnOffer, and
    applications.NotPossible once the application was handed in.
    """
    application = applications.locked(application)
    if application.state not in applications.NOT_HANDED_IN:
        raise applications.NotPossible(application.state)
    applications.refuse_unless_on_offer(application.intake, at=at)
    guardian = _found(application.person, at=at, email=email, given_name=given_name, family_name=family_name)
    _close_earlier(application, at=at)
    request = GuardianRequest.objects.create(
        application=application, guardian=guardian, kind=kind, asked_at=at, expires_at=at + timedelta(days=DAYS)
    )
    if application.state != Application.State.WAITING:
        applications.move(application, Application.State.WAITING)
        application.save(update_fields=["state"])
    quotes.keep(application, to=[application.person, guardian], at=at)
    letters.guardian_asked(request, path=path_of(request), at=at)
    _note(application, "enrolment.guardian_asked", at=at, direction=Touchpoint.Direction.OUT)
    return request


def path_of(request: GuardianRequest) -> str:
    """The address at which the guardian answers; it opens until the question expires."""
    return reverse("enrolment:guardian", args=[links.sign(PURPOSE, str(request.uuid), days=DAYS)])


def read(token: str, *, at: datetime) -> GuardianRequest:
    """The question behind a link. Raises NotOpen, links.LinkForged and links.LinkExpired."""
    uuid = links.read(PURPOSE, token)
    requests = GuardianRequest.objects.select_related(
        "application__person", "application__intake__programme", "guardian"
    )
    request = requests.filter(uuid=uuid).first()
    if request is None or request.answer == Answer.REPLACED:
        raise NotOpen(uuid)
    if not request.answer and (request.expires_at <= at or request.application.state != Application.State.WAITING):
        raise NotOpen(uuid)
    return request


@transaction.atomic
def agree(request: GuardianRequest, *, at: datetime) -> Application:
    """Write the guardian down and hand the application in; agreeing again changes nothing.

    If the intake has closed meanwhile the application is a draft again. Raises NotOpen, relatives.CannotRelate.
    """
    application, request = _to_answer(request)
    if request.answer == Answer.AGREED:
        return application
    _refuse_unless_open(application, request, at=at)
    _answer(request, Answer.AGREED, at=at)
    _note(application, "enrolment.guardian_agreed", at=at, direction=Touchpoint.Direction.IN)
    if relatives.is_minor(application.person, at):
        _stand_by(application.person, request, at=at)
    try:
        return applications.hand_in(application, at=at)
    except applications.NotOnOffer:
        applications.move(application, Application.State.DRAFT)
        application.save(update_fields=["state"])
        quotes.give_up(application)
        return application


@transaction.atomic
def decline(request: GuardianRequest, *, at: datetime) -> Application:
    """Put down a no: the application is a draft again and the applicant is told. Declining again changes nothing."""
    application, request = _to_answer(request)
    if request.answer == Answer.DECLINED:
        return application
    _refuse_unless_open(application, request, at=at)
    _answer(request, Answer.DECLINED, at=at)
    applications.move(application, Application.State.DRAFT)
    application.save(update_fields=["state"])
    quotes.give_up(application)
    letters.guardian_declined(request, at=at)
    _note(application, "enrolment.guardian_declined", at=at, direction=Touchpoint.Direction.IN)
    return application


def open_request(application: Application) -> GuardianRequest | None:
    """The question that waits for an answer, expired or not."""
    return application.guardian_requests.select_related("guardian").filter(answered_at=None).first()


def _found(applicant: Person, *, at: datetime, email: str, given_name: str, family_name: str) -> Person:
    own = {identity.value for identity in applicant.identities.all()}
    if identities.normalise_email(email) in own:
        raise CannotAsk(_("Give the address of your mother, father or guardian, not your own."))
    found = identities.match_or_create(
        at=at,
        email=email,
        given_name=given_name,
        family_name=family_name,
        language=applicant.language,
        source="/apply/ (guardian)",
    )[0]
    if found.pk == applicant.pk:
        raise CannotAsk(_("Give the address of your mother, father or guardian, not your own."))
    if relatives.is_minor(found, at):
        raise CannotAsk(_("Whoever has this address is not of age. Name somebody who is."))
    return found


def _close_earlier(application: Application, *, at: datetime) -> None:
    application.guardian_requests.filter(answered_at=None).update(answered_at=at, answer=Answer.REPLACED)


def _to_answer(request: GuardianRequest) -> tuple[Application, GuardianRequest]:
    """Both rows, the application locked before its question, as everywhere."""
    application = applications.locked(request.application)
    locked = GuardianRequest.objects.select_for_update(of=("self",)).select_related("guardian")
    request = locked.get(pk=request.pk)
    request.application = application
    return application, request


def _refuse_unless_open(application: Application, request: GuardianRequest, *, at: datetime) -> None:
    if request.answer or request.expires_at <= at or application.state != Application.State.WAITING:
        raise NotOpen(request.pk)


def _answer(request: GuardianRequest, answer: str, *, at: datetime) -> None:
    request.answer, request.answered_at = answer, at
    request.save(update_fields=["answer", "answered_at"])


def _stand_by(person: Person, request: GuardianRequest, *, at: datetime) -> None:
    """Write the guardian down; of a relation that stands already, only the scope grows."""
    source, proof = "/apply/guardian/", f"guardian_request:{request.uuid}"
    pays = relatives.payer_of(person, at).pk == person.pk
    standing = next((one for one in relatives.standing(person, at) if one.relative_id == request.guardian_id), None)
    if standing is None:
        scope = Scope(**SCOPE, is_payer=pays)
        relatives.note(
            person, relative=request.guardian, kind=request.kind, at=at, source=source, proof=proof, **vars(scope)
        )
    else:
        scope = Scope(**SCOPE, is_payer=standing.is_payer or pays)
        relatives.change_scope(standing, scope=scope, by=None, at=at, source=source, proof=proof)


def _note(application: Application, kind: str, *, at: datetime, direction: str) -> None:
    timeline.record(
        application.person,
        at=at,
        channel=Channel.EMAIL,
        direction=direction,
        kind=kind,
        summary=str(application.intake.programme),
        about=application,
    )
