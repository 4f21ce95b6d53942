"""How an enquiry arrives: whatever the door, one transaction leaves a person, an enquiry, a case and a promise."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from contact_centre import queue
from contact_centre.models import Case
from enquiries.intake import promises
from enquiries.models import Campaign, Enquiry, EnquiryMove, Form, Partner
from people import timeline
from people.announcements import announce
from people.contact import consents as ledger
from people.contact import double_opt_in, policy
from people.identity import identities, names
from people.models import Channel, Consent, Person, Touchpoint
from programmes.models import Intake, Programme
from programmes.printed import print_batches
from programmes.slots import counts as slot_counts

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
MESSAGE_LIMIT = 5_000


@dataclass(frozen=True)
class ConsentSaid:
    """What somebody said about one purpose on one channel, and in which version of the words."""

    purpose: str
    channel: str
    wording_version: str
    is_granted: bool = True


@dataclass(frozen=True)
class Arrival:
    """What ``take_in`` left behind; ``is_new`` is False when the same enquiry had come before."""

    enquiry: Enquiry
    is_new: bool
    person_is_new: bool


def receive(*, at: datetime, **asked) -> Enquiry:
    """Take in an enquiry, as ``take_in`` does, and return it."""
    return take_in(at=at, **asked).enquiry


def take_in(
    *,
    at: datetime,
    email: str = "",
    phone: str = "",
    name: str = "",
    given_name: str = "",
    family_name: str = "",
    message: str = "",
    programme: Programme | None = None,
    intake: Intake | None = None,
    language: str = "ca",
    channel: str = Channel.WEB,
    utm: Mapping[str, str] | None = None,
    page_url: str = "",
    referrer: str = "",
    consents: Iterable[ConsentSaid] = (),
    campaign_slug: str = "",
    external_key: str = "",
    source: str = "",
    medium: str = "",
    country: str = "",
    external_id: str = "",
    issuer: str = "",
    has_one_id: bool = True,
    region: str = "ES",
    answers: Mapping[str, str] | None = None,
    person: Person | None = None,
    is_acknowledged: bool = True,
    opened_at: datetime | None = None,
    form: Form | None = None,
    variant: str = "",
    partner: Partner | None = None,
    campaign: Campaign | None = None,
    uuid: UUID | None = None,
    is_once_a_day: bool = False,
) -> Arrival:
    """Take in an enquiry: person, enquiry, consents, touchpoint, case and acknowledgement, or nothing at all.

    The same ``external_key`` again gives back the first enquiry and changes nothing. The clock of the case starts
    at ``opened_at``, or else ``at``. A known ``person`` needs no contact. ``campaign`` is meant where no mark names
    another. With ``is_once_a_day`` the same words of the same person about the same thing within a day are one
    question, however often they come. Raises identities.BadIdentity if the e-mail address or the telephone number is
    none. Announces after_enquiry_received.
    """
    utm = {key: utm[key] for key in UTM if utm and utm.get(key)}
    if intake is not None:
        programme = intake.programme

    def make() -> Arrival:
        who, is_new = (person, False) if person else _match(given_name, family_name)
        if is_once_a_day and not is_new and (before := _asked_today(who, message, programme, intake, at=at)):
            return Arrival(before, is_new=False, person_is_new=False)
        enquiry = Enquiry.objects.create(
            uuid=uuid or uuid4(),
            person=who,
            programme=programme,
            intake=intake,
            campaign=_campaign(campaign_slug or utm.get("utm_campaign", "")) or campaign,
            partner=partner,
            form=form,
            variant=variant,
            channel=channel,
            language=language,
            message=clean_message(message),
            source=(source or utm.get("utm_source", ""))[:120],
            medium=(medium or utm.get("utm_medium", ""))[:120],
            utm=utm,
            page_url=page_url[:500],
            referrer=referrer[:500],
            answers=dict(answers or {}),
            received_at=opened_at or at,
            external_key=external_key,
        )
        _record(enquiry, consents, at=at, mailbox=email if is_acknowledged else "")
        case = _open_case(enquiry, opened_at or at)
        announce("after_enquiry_received", enquiry=enquiry, at=at)
        if is_acknowledged and (email or person):
            mailbox = identities.normalise_email(email) if email else ""
            promises.acknowledge(enquiry, due_at=case.answer_due_at, at=at, to=mailbox)
        if is_acknowledged:  # not what came in a file, nor what machines wrote
            _count_origin(enquiry, at=at)
        return Arrival(enquiry, is_new=True, person_is_new=is_new)

    def _match(given: str, family: str) -> tuple[Person, bool]:
        if not given and not family:
            given, _gap, family = names.clean(name).partition(" ")
        return identities.match_or_create(
            at=at,
            email=email,
            phone=phone,
            external_id=external_id,
            issuer=issuer,
            has_one_id=has_one_id,
            given_name=names.clean(given),
            family_name=names.clean(family),
            language=language,
            country=country,
            source=(source or utm.get("utm_source", "") or str(channel))[:120],
            region=region,
        )

    return _once(external_key, make)


def ask_by_phone(case: Case, *, at: datetime) -> Enquiry | None:
    """The enquiry behind a case that an adviser opened for somebody on the telephone; None if it is about something.

    The case is there already, with its clock; the call itself stands on the timeline. Announces
    after_enquiry_received, so that what begins with an enquiry begins with this one too.
    """
    if case.kind != Case.Kind.ENQUIRY or case.channel != Channel.PHONE or case.about_kind:
        return None
    enquiry = Enquiry.objects.create(
        person=case.person,
        programme=case.programme,
        case=case,
        channel=case.channel,
        language=case.language,
        message=clean_message(case.question),
        source="call",
        received_at=case.opened_at,
    )
    EnquiryMove.objects.create(enquiry=enquiry, to_state=Enquiry.State.RECEIVED, at=enquiry.received_at)
    announce("after_enquiry_received", enquiry=enquiry, at=at)
    return enquiry


def _once(external_key: str, make) -> Arrival:
    """``make`` in one transaction. Of two with one key only the first is kept: the unique key decides the race."""
    if external_key and (before := _known(external_key)):
        return before
    try:
        with transaction.atomic():
            return make()
    except IntegrityError:
        if external_key and (before := _known(external_key)):
            return before
        raise


def _known(external_key: str) -> Arrival | None:
    enquiry = Enquiry.objects.select_related("person", "case", "programme").filter(external_key=external_key).first()
    return Arrival(enquiry, is_new=False, person_is_new=False) if enquiry else None


def _asked_today(
    person: Person, message: str, programme: Programme | None, intake: Intake | None, *, at: datetime
) -> Enquiry | None:
    """The same question of the same person within a day. Their row is locked: of two who ask at once one waits."""
    Person.objects.select_for_update(no_key=True).filter(pk=person.pk).first()
    same = Enquiry.objects.live().open().filter(person=person, programme=programme, intake=intake)
    same = same.filter(message=clean_message(message), received_at__gt=at - timedelta(days=1))
    return same.select_related("person", "case", "programme").order_by("-received_at", "-pk").first()


def _count_origin(enquiry: Enquiry, *, at: datetime) -> None:
    """Count it for the commercial slot or the print batch that led here; the last act, because the row is shared."""
    if not slot_counts.note_enquiry(enquiry.utm, at=at):
        print_batches.note_enquiry(enquiry.utm, at=at)


def _campaign(slug: str) -> Campaign | None:
    return Campaign.objects.filter(slug=slug).first() if slug else None


def _record(enquiry: Enquiry, said: Iterable[ConsentSaid], *, at: datetime, mailbox: str) -> None:
    EnquiryMove.objects.create(enquiry=enquiry, to_state=Enquiry.State.RECEIVED, at=enquiry.received_at)
    for consent in _left_to_record(enquiry, list(said), at=at, mailbox=mailbox):
        ledger.record(
            enquiry.person,
            purpose=consent.purpose,
            channel=consent.channel,
            decision=Consent.Decision.GRANTED if consent.is_granted else Consent.Decision.DENIED,
            at=at,
            source=(enquiry.page_url or f"enquiry:{enquiry.channel}")[:200],
            wording_version=consent.wording_version,
            language=enquiry.language,
        )
    timeline.record(
        enquiry.person,
        at=enquiry.received_at,
        channel=enquiry.channel,
        direction=Touchpoint.Direction.IN,
        kind="enquiries.received",
        summary=enquiry.message,
        about=enquiry,
        campaign=enquiry.campaign.slug if enquiry.campaign else "",
    )


def _left_to_record(enquiry: Enquiry, said: list[ConsentSaid], *, at: datetime, mailbox: str) -> list[ConsentSaid]:
    """What holds as it was said. Where the school wants it so, a yes first has to be confirmed from the mailbox."""
    wished = [one for one in said if one.is_granted and one.purpose not in policy.TRANSACTIONAL]
    if not (wished and mailbox and policy.rules_of_school().confirm_by_mail):
        return said
    double_opt_in.ask(
        enquiry.person,
        [(one.purpose, one.channel) for one in wished],
        address=identities.normalise_email(mailbox),
        source=(enquiry.page_url or f"enquiry:{enquiry.channel}")[:200],
        language=enquiry.language,
        at=at,
    )
    return [one for one in said if one not in wished]


def _open_case(enquiry: Enquiry, opened_at: datetime) -> Case:
    case = queue.open_case(
        enquiry.person,
        kind=Case.Kind.ENQUIRY,
        at=opened_at,
        question=enquiry.message,
        programme=enquiry.programme,
        channel=enquiry.channel,
        language=enquiry.language,
        about=enquiry,
        is_subject_new=True,
    )
    enquiry.case = case
    enquiry.save(update_fields=["case"])
    return case


def clean_message(text: str) -> str:
    """The message with its line breaks and without control, direction and zero-width characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_visible(line) for line in lines).strip()[:MESSAGE_LIMIT]


def _visible(line: str) -> str:
    spaced = "".join(" " if sign.isspace() else sign for sign in line)
    return "".join(sign for sign in spaced if sign.isprintable()).rstrip()


def follow_up_key(enquiry: Enquiry, message: str, *, at: datetime) -> str:
    """The key of a further question on an answered one: the same words on the same day are one question."""
    words = sha256(f"{enquiry.pk}\x1f{at:%Y-%m-%d}\x1f{message}".encode()).hexdigest()
    return f"follow-up:{words[:48]}"
