"""How an enquiry arrives: whatever the door, one transaction leaves a person, an enquiry, a case and a promise."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import cast
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from contact_centre import queue
from contact_centre.models import Case
from enquiries.intake import promises, writing
from enquiries.models import AnswerFile, Campaign, Enquiry, EnquiryMove, Form, Partner, Submission, Touch
from enquiries.origins import touches
from people import timeline
from people.access import ways_in
from people.announcements import announce
from people.contact import consents as ledger
from people.contact import double_opt_in, outbox, policy
from people.identity import identities, matching, names
from people.models import Channel, Consent, Identity, Person, Touchpoint
from programmes.models import Intake, Programme
from programmes.printed import print_batches
from programmes.slots import counts as slot_counts

MESSAGE_LIMIT = 5_000
TRIES = 5  # somebody else being quicker that often in a row is no coincidence


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
    marks: touches.Marks | None = None,
    sending: Submission | None = None,
    files: Iterable[AnswerFile] = (),
    seen: writing.Seen | None = None,
    arrival: matching.Arrival | None = None,
) -> Arrival:
    """Take in an enquiry: person, enquiry, consents, touchpoint, case and acknowledgement, or nothing at all.

    The same ``external_key`` again gives back the first enquiry and changes nothing. The clock of the case starts
    at ``opened_at``, or else ``at``. A known ``person`` needs no contact. ``campaign`` is meant where no mark names
    another. With ``is_once_a_day`` the same words of the same person about the same thing within a day are one
    question, however often they come. ``sending`` is the row that counts it, and ``files`` came with it: written
    with the rest. ``seen`` was asked already, of the addresses in ``arrival``. Raises identities.BadIdentity if the
    e-mail address or the telephone number is none. Announces after_case_opened and after_enquiry_received.
    """
    utm = {key: utm[key] for key in touches.CARRIED if utm and utm.get(key)}
    if person is None and arrival is None:
        if not given_name and not family_name:
            given_name, _gap, family_name = names.clean(name).partition(" ")
        arrival = matching.arriving(
            at=at,
            email=email,
            phone=phone,
            external_id=external_id,
            issuer=issuer,
            has_one_id=has_one_id,
            given_name=given_name,
            family_name=family_name,
            language=language,
            country=country,
            source=(source or utm.get("utm_source", "") or str(channel)),
            region=region,
        )
    enquiry = Enquiry(
        uuid=uuid or uuid4(),
        programme=intake.programme if intake is not None else programme,
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
    mailbox = identities.normalise_email(email) if email else ""
    coming = Coming(
        enquiry=enquiry,
        person=person,
        arrival=arrival,
        consents=tuple(consents),
        marks=marks or touches.marks_of(utm, referrer, page_url),
        mailbox=mailbox,
        is_acknowledged=is_acknowledged,
        is_once_a_day=is_once_a_day,
        sending=sending,
        files=tuple(files),
    )
    return _once(coming, at=at, seen=seen)


@dataclass(frozen=True)
class Coming:
    """An enquiry on its way in: its row, not saved, and what decides about the rows beside it."""

    enquiry: Enquiry
    person: Person | None
    arrival: matching.Arrival | None
    consents: tuple[ConsentSaid, ...]
    marks: touches.Marks
    mailbox: str
    is_acknowledged: bool
    is_once_a_day: bool
    sending: Submission | None
    files: tuple[AnswerFile, ...] = ()


def _take(coming: Coming, seen: writing.Seen, *, at: datetime) -> Arrival:
    """Write it all, and announce it. What had come before is given back, and nothing is written but the sending."""
    enquiry, sending = coming.enquiry, coming.sending
    if seen.enquiry_id:
        known = Enquiry.objects.select_related("person", "case", "programme")
        return _before(known.get(pk=seen.enquiry_id), sending)
    who, identities_made = _who(coming, seen)
    if coming.is_once_a_day and not who.is_stranger and (asked := _asked_today(who, enquiry, at=at)):
        return _before(asked, sending)
    enquiry.pk, enquiry.person = seen.numbers[Enquiry][0], who
    found = touches.resolve(coming.marks)
    _take_origin(enquiry, found)
    case, event = queue.opening(
        who,
        number=seen.numbers[Case][0],
        about=enquiry,
        at=enquiry.received_at,
        kind=Case.Kind.ENQUIRY,
        question=enquiry.message,
        programme=enquiry.programme,
        channel=enquiry.channel,
        language=enquiry.language,
    )
    enquiry.case = case
    later = _to_confirm(coming)
    rows: list = [who, *identities_made] if who.is_stranger else []
    rows += [case, event, enquiry, _move(enquiry), _line(enquiry)]
    rows += [_consent(enquiry, one, at=at) for one in coming.consents if one not in later]
    if coming.is_acknowledged:  # not what came in a file, nor what machines wrote
        touch = touches.row_for(coming.marks, found, at=at, person_id=who.pk, enquiry_id=enquiry.pk)
        if touch["campaign_id"] is None:
            touch |= {"campaign_id": enquiry.campaign_id, "action_id": enquiry.action_id}
        rows.append(Touch(**touch))
    if sending is not None:
        sending.pk, sending.outcome, sending.enquiry = seen.numbers[Submission][0], Submission.Outcome.ENQUIRY, enquiry
        rows.append(sending)
    for file in coming.files:
        file.enquiry, file.submission = enquiry, sending
        rows.append(file)
    is_mailed = coming.is_acknowledged and bool(coming.mailbox or coming.person)
    if is_mailed:
        rows.append(promises.acknowledgement(enquiry, due_at=case.answer_due_at, at=at, to=coming.mailbox))
    writing.write(rows)
    if is_mailed:
        transaction.on_commit(outbox.wake_soon, robust=True)
    if later:
        _ask_to_confirm(enquiry, later, mailbox=coming.mailbox, at=at)
    announce("after_case_opened", case=case, at=enquiry.received_at)
    announce("after_enquiry_received", enquiry=enquiry, at=at)
    if coming.is_acknowledged:
        _count_origin(enquiry, at=at)
    return Arrival(enquiry, is_new=True, person_is_new=who.is_stranger)


def _who(coming: Coming, seen: writing.Seen) -> tuple[Person, list[Identity]]:
    """Whoever asks: known, found by their addresses, or a stranger with rows that are still to be written."""
    if coming.person is not None:
        return coming.person, []
    arrival = cast(matching.Arrival, coming.arrival)
    if seen.is_stranger:
        return matching.stranger(arrival, seen.numbers[Person][0], seen.numbers[Identity])
    return matching.found_or_made(arrival)[0], []


def _before(enquiry: Enquiry, sending: Submission | None) -> Arrival:
    if sending is not None:
        sending.outcome, sending.enquiry = Submission.Outcome.REPEATED, enquiry
        sending.save(force_insert=True)
    return Arrival(enquiry, is_new=False, person_is_new=False)


def _take_origin(enquiry: Enquiry, found: touches.Found) -> None:
    """Campaign, action and partner that the marks name, where the enquiry has none."""
    if enquiry.campaign_id is None:
        enquiry.campaign_id = found.campaign_id
    if enquiry.action_id is None and enquiry.campaign_id == found.campaign_id:
        enquiry.action_id = found.action_id
    if enquiry.partner_id is None:
        enquiry.partner_id = found.partner_id


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


def _once(coming: Coming, *, at: datetime, seen: writing.Seen | None) -> Arrival:
    """Take it in one transaction. Of two with one key or one new address the quicker is written, the other finds it."""
    for _try in range(TRIES):
        seen = seen or writing.look(coming.arrival, key=coming.enquiry.external_key, at=at)
        try:
            with transaction.atomic():
                return _take(coming, seen, at=at)
        except IntegrityError:
            # What was seen holds no longer. If it still does, this cannot be written at all.
            key = coming.enquiry.external_key
            again = writing.look(coming.arrival, key=key, at=at)
            if again.enquiry_id is None and again.is_stranger == seen.is_stranger:
                raise
            seen = again
    raise RuntimeError("The identities change hands faster than they can be read.")


def _asked_today(person: Person, asked: Enquiry, *, at: datetime) -> Enquiry | None:
    """The same question of the same person within a day. Their row is locked: of two who ask at once one waits."""
    Person.objects.select_for_update(no_key=True).filter(pk=person.pk).first()
    same = (
        Enquiry.objects.live()
        .open()
        .filter(person=person, programme_id=asked.programme_id, intake_id=asked.intake_id, message=asked.message)
    )
    same = same.filter(received_at__gt=at - timedelta(days=1))
    return same.select_related("person", "case", "programme").order_by("-received_at", "-pk").first()


def _count_origin(enquiry: Enquiry, *, at: datetime) -> None:
    """Count it for the commercial slot or the print batch that led here; the last act, because the row is shared."""
    if not slot_counts.note_enquiry(enquiry.utm, at=at):
        print_batches.note_enquiry(enquiry.utm, at=at)


def _campaign(slug: str) -> Campaign | None:
    return Campaign.objects.filter(slug=slug).first() if slug else None


def _move(enquiry: Enquiry) -> EnquiryMove:
    return EnquiryMove(enquiry=enquiry, to_state=Enquiry.State.RECEIVED, at=enquiry.received_at)


def _line(enquiry: Enquiry) -> Touchpoint:
    line = timeline.line(
        enquiry.person,
        at=enquiry.received_at,
        channel=enquiry.channel,
        direction=Touchpoint.Direction.IN,
        kind="enquiries.received",
        summary=enquiry.message,
        about=enquiry,
        campaign=enquiry.campaign.slug if enquiry.campaign else "",
    )
    line.identity_id = ways_in.number(enquiry.person)
    return line


def _consent(enquiry: Enquiry, said: ConsentSaid, *, at: datetime) -> Consent:
    return ledger.line(
        enquiry.person,
        purpose=said.purpose,
        channel=said.channel,
        decision=Consent.Decision.GRANTED if said.is_granted else Consent.Decision.DENIED,
        at=at,
        source=_place(enquiry),
        wording_version=said.wording_version,
        language=enquiry.language,
    )


def _to_confirm(coming: Coming) -> list[ConsentSaid]:
    """What holds only once it is confirmed from the mailbox, where the school wants it so."""
    wished = [one for one in coming.consents if one.is_granted and one.purpose not in policy.TRANSACTIONAL]
    is_asked = wished and coming.mailbox and coming.is_acknowledged and policy.rules_of_school().confirm_by_mail
    return wished if is_asked else []


def _ask_to_confirm(enquiry: Enquiry, wished: list[ConsentSaid], *, mailbox: str, at: datetime) -> None:
    double_opt_in.ask(
        enquiry.person,
        [(one.purpose, one.channel) for one in wished],
        address=mailbox,
        source=_place(enquiry),
        language=enquiry.language,
        at=at,
    )


def _place(enquiry: Enquiry) -> str:
    return (enquiry.page_url or f"enquiry:{enquiry.channel}")[:200]


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
