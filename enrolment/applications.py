"""Applications: begun, handed in, decided, withdrawn. The table of moves is ``Application.MOVES``."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from contact_centre import queue
from contact_centre.models import Case
from enquiries.life import interests, progress
from enquiries.models import Enquiry
from enrolment import enrolments, ledger, letters, quotes, seats
from enrolment.models import Application, Payment
from people import relatives, timeline
from people.access import ways_in
from people.announcements import announce
from people.identity import merging, names
from people.models import Channel, Person, Touchpoint, User
from programmes.models import Intake

State = Application.State
OVER = (State.REJECTED, State.WITHDRAWN)
NOT_HANDED_IN = (State.DRAFT, State.WAITING)


class NotOnOffer(Exception):
    """The intake takes no applications: closed, begun, past its date, or without a price."""


class NotPossible(Exception):
    """The application has come too far, or not far enough, for this."""


class NeedsGuardian(Exception):
    """The applicant is under age and nobody stands by them as a guardian."""


class PaymentUnderWay(Exception):
    """Somebody may be paying on the hosted page this minute."""


@transaction.atomic
def start(person: Person, intake: Intake, *, at: datetime) -> Application:
    """Begin an application, filled in with what we know, or go on with the one that exists.

    Raises NotOnOffer if there is none yet and the intake takes no new ones.
    """
    Person.objects.select_for_update().get(pk=person.pk)  # of two clicks, the second finds the first one's draft
    existing = Application.objects.filter(person=person, intake=intake).exclude(state__in=OVER).first()
    if existing:
        existing.person = person
        return existing
    refuse_unless_on_offer(intake, at=at)
    return Application.objects.create(
        person=person,
        intake=intake,
        enquiry=progress.open_enquiry_of(person, intake.programme),
        created_at=at,
        currency=intake.currency,
        **known_answers(person, intake),
    )


@transaction.atomic
def start_for(
    enquiry: Enquiry, intake: Intake, *, by: User, at: datetime, merge_with: Person | None = None
) -> Application:
    """Make an enquiry an application in one step: the draft exists, its enquiry is qualified, and the person is told.

    ``merge_with`` is who they have turned out to be: the two become one first, the entry that was there before stays.
    Of two advisers at once the second finds the first one's application. What the enquiry was mainly about becomes an
    interest beside the programme applied for. Raises NotOnOffer, progress.MoveNotAllowed for an enquiry that is
    invalid, merging.CannotMerge; then nothing has changed.
    """
    person = merging.current(Person.objects.select_for_update().get(pk=enquiry.person_id))
    other = merging.current(merge_with) if merge_with is not None else person
    if other.pk != person.pk:
        older, newer = sorted((person, other), key=lambda one: (one.created_at, one.pk))
        merging.merge(older, newer, at=at, by=by, source="enquiry")
        person = older
    person = Person.objects.select_for_update().get(pk=person.pk)
    enquiry = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)
    if enquiry.state == Enquiry.State.INVALID:
        raise progress.MoveNotAllowed(f"{enquiry.pk}: {enquiry.state}")
    is_new = not Application.objects.filter(person=person, intake=intake).exclude(state__in=OVER).exists()
    application = start(person, intake, at=at)
    if application.enquiry_id != enquiry.pk and (is_new or application.enquiry_id is None):
        application.enquiry = enquiry
        application.save(update_fields=["enquiry"])
    interests.make_main(enquiry, intake.programme, at=at, by=by)
    if Enquiry.State.QUALIFIED in Enquiry.MOVES[Enquiry.State(enquiry.state)]:
        progress.qualify(enquiry, at=at, by=by)
    if is_new:
        _note(application, "enrolment.begun_for", at=at, direction=Touchpoint.Direction.OUT, by=by)
        letters.begun_for(application, at=at)
        log(instance=application, action="enrolment.begin_for", user=by, timestamp=at)
    return application


def known_answers(person: Person, intake: Intake) -> dict[str, str | int | None]:
    """What the person told us before: in an earlier application, or in the enquiry about this programme."""
    earlier = Application.objects.filter(person=person).exclude(education="").order_by("-created_at").first()
    enquiry = progress.open_enquiry_of(person, intake.programme)
    return {
        "motivation": enquiry.message if enquiry and enquiry.programme_id == intake.programme_id else "",
        "education": earlier.education if earlier else "",
        "weekly_hours": earlier.weekly_hours if earlier else None,
    }


@transaction.atomic
def save_draft(
    application: Application, *, motivation: str = "", education: str = "", weekly_hours: int | None = None
) -> Application:
    """Keep what was written so far. Raises NotPossible once the application was handed in."""
    application = locked(application)
    if application.state != State.DRAFT:
        raise NotPossible(application.state)
    _write(application, motivation=motivation, education=education, weekly_hours=weekly_hours)
    return application


def learn(person: Person, *, given_name: str = "", family_name: str = "", birth_date: date | None = None) -> None:
    """Fill in what we did not know of the applicant; what stands is never overwritten by a form."""
    for field, text in (("given_name", given_name), ("family_name", family_name)):
        if cleaned := names.clean(text):
            Person.objects.filter(pk=person.pk, **{field: ""}).update(**{field: cleaned}, compared_at=None)
    if birth_date is not None:
        Person.objects.filter(pk=person.pk, birth_date=None).update(birth_date=birth_date, compared_at=None)
    person.refresh_from_db(fields=["given_name", "family_name", "birth_date"])


@transaction.atomic
def submit(
    application: Application, *, at: datetime, motivation: str, education: str, weekly_hours: int | None
) -> Application:
    """Hand the application in: Admissions owes a decision, the person is told; a second click changes nothing.

    Raises NotOnOffer if the intake has closed meanwhile, NeedsGuardian for a minor without one, NotPossible if the
    application is over. Announces ``after_application_submitted``.
    """
    application = locked(application)
    if application.state == State.SUBMITTED:
        return application
    if application.state not in NOT_HANDED_IN:
        raise NotPossible(application.state)
    _write(application, motivation=motivation, education=education, weekly_hours=weekly_hours)
    return hand_in(application, at=at)


@transaction.atomic
def hand_in(application: Application, *, at: datetime) -> Application:
    """Hand in what was written, as ``submit`` does; the price of the day holds from now on."""
    application = locked(application)
    if application.state == State.SUBMITTED:
        return application
    refuse_unless_on_offer(application.intake, at=at)
    person, programme = application.person, application.intake.programme
    if relatives.is_minor(person, at) and not relatives.guardians_of(person, at):
        raise NeedsGuardian(person.pk)
    move(application, State.SUBMITTED)
    application.submitted_at = at
    application.save(update_fields=["state", "submitted_at"])
    quotes.keep(application, to=[person], at=at)
    Person.objects.filter(pk=person.pk, phase__in=[Person.Phase.PROSPECT, Person.Phase.LOST]).update(
        phase=Person.Phase.APPLICANT
    )
    progress.mark_applied(person, programme, at)
    _note(application, "enrolment.applied", at=at, direction=Touchpoint.Direction.IN, summary=application.motivation)
    queue.open_case(
        person,
        kind=Case.Kind.APPLICATION,
        at=at,
        question=application.motivation,
        programme=programme,
        language=person.language,
        about=application,
    )
    letters.application_received(application, at=at)
    announce("after_application_submitted", application=application, at=at)
    return application


@transaction.atomic
def admit(application: Application, *, by: User | None, at: datetime, note: str = "") -> Application:
    """Promise a place at the price they were quoted, which is owed from now on; where nothing is to pay, enrol at once.

    Deciding the same again changes nothing. Raises NotPossible if it is decided otherwise or not handed in,
    NotOnOffer if the intake has no price, seats.PlacesGone if it is free of charge and full. Announces
    ``after_application_decided``.
    """
    seats.lock(application.intake_id)  # before the application, as everywhere
    application = locked(application)
    if application.state in (State.ADMITTED, State.ENROLLED):
        return application
    quotes.keep(application, to=[], at=application.submitted_at or at)  # who applied before prices were kept
    if application.price_minor is None:
        raise NotOnOffer(application.intake_id)
    _decide(application, State.ADMITTED, by=by, at=at, note=note)
    if application.price_minor:
        ledger.charge(application, at=at)
        letters.admitted(application, at=at)
    else:
        application = enrolments.enrol(application, at=at).application
    return application


@transaction.atomic
def reject(application: Application, *, by: User | None, at: datetime, note: str = "") -> Application:
    """Decline the application; the note stays within the school. Deciding the same again changes nothing.

    Raises NotPossible if it is decided otherwise or not handed in. Announces ``after_application_decided``.
    """
    application = locked(application)
    if application.state == State.REJECTED:
        return application
    _decide(application, State.REJECTED, by=by, at=at, note=note)
    letters.rejected(application, at=at)
    return application


@transaction.atomic
def withdraw(application: Application, *, at: datetime, by: User | None = None) -> Application:
    """Take the application back; what was owed is forgiven. Withdrawing again changes nothing.

    Raises NotPossible for a decided or enrolled one, PaymentUnderWay while a payment page is open.
    """
    application = locked(application)
    if application.state == State.WITHDRAWN:
        return application
    if Payment.objects.under_way().filter(application=application).exists():
        raise PaymentUnderWay(application.pk)
    move(application, State.WITHDRAWN)
    application.save(update_fields=["state"])
    ledger.waive(application, at=at, cause=f"withdrawn:{application.uuid}")
    _close_case(application, by=by, at=at)
    _note(application, "enrolment.withdrawn", at=at, direction=Touchpoint.Direction.IN)
    log(instance=application, action="enrolment.withdraw", user=by, timestamp=at)
    return application


def _decide(application: Application, to: str, *, by: User | None, at: datetime, note: str) -> None:
    move(application, to)
    application.decided_at, application.decided_by, application.decision_note = at, by, note.strip()
    application.save()
    _close_case(application, by=by, at=at)
    log(instance=application, action=f"enrolment.{to}", user=by, timestamp=at)
    kind = f"enrolment.{to}"
    _note(application, kind, at=at, direction=Touchpoint.Direction.OUT, by=by)
    announce("after_application_decided", application=application, by=by, at=at)


def move(application: Application, to: str) -> None:
    """Change the state in memory: the one place that reads the table of moves."""
    if to not in Application.MOVES[State(application.state)]:
        raise NotPossible(f"{application.state} → {to}")
    application.state = to


def _close_case(application: Application, *, by: User | None, at: datetime) -> None:
    subject = {"about_kind": application._meta.label_lower, "about_id": application.pk}
    case = Case.objects.open().filter(kind=Case.Kind.APPLICATION, **subject).first()
    if case:
        # Whoever may decide need not hold the case: an adviser may be looking after the person meanwhile.
        queue.close(case, by=by if by and queue.may_act_on(case, by) else None, at=at)


def refuse_unless_on_offer(intake: Intake, *, at: datetime) -> None:
    """Raise NotOnOffer for an intake that takes no applications."""
    if not seats.on_offer(on=timezone.localdate(at)).filter(pk=intake.pk).exists():
        raise NotOnOffer(intake.pk)


def locked(application: Application) -> Application:
    """The row as it is now, with its person and intake, and nobody else's until the transaction ends."""
    rows = Application.objects.select_for_update(of=("self",))
    now = rows.select_related("person", "intake__programme").get(pk=application.pk)
    if Application.person.is_cached(application):
        ways_in.same_way(now.person, application.person)
    return now


def _write(application: Application, *, motivation: str, education: str, weekly_hours: int | None) -> None:
    application.motivation, application.weekly_hours = motivation.strip(), weekly_hours
    application.education = names.clean(education)[:250]
    application.save(update_fields=["motivation", "education", "weekly_hours"])


def _note(application: Application, kind: str, *, at, direction, summary: str = "", by: User | None = None) -> None:
    timeline.record(
        application.person,
        at=at,
        channel=Channel.WEB,
        direction=direction,
        kind=kind,
        summary=summary or str(application.intake.programme),
        by=by,
        about=application,
    )
