"""Taking in the leads of a file: history as data, people who wait as enquiries with a case each."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from contact_centre.models import CaseEvent
from enquiries.intake.arrivals import clean_message, take_in
from enquiries.leads.lead_files import LeadRecord, Mapping, RejectedRow, read_leads
from enquiries.models import Campaign, Enquiry, EnquiryMove
from people.identity import identities, names
from people.importing import imports
from people.models import Channel, Identity, ImportRun, Language, Person, Touchpoint, User
from programmes.models import Programme, ProgrammePage

CHUNK = 1_000
KIND = "leads"
State = Enquiry.State


class BadCampaign(Exception):
    """The code of the campaign cannot be used."""


def import_leads(
    path: str | Path,
    *,
    campaign_slug: str,
    at: datetime,
    mapping: Mapping | None = None,
    by: User | None = None,
    file_name: str = "",
    is_rehearsal: bool = False,
) -> dict:
    """Take in every good row of a file and say what was done, as ``imports.report`` does, with the campaign.

    All in one transaction; a rehearsal does the same and takes it back. A campaign nobody has made yet is made,
    closed. A row that came in before is left as it is. Raises Unreadable for a bad file, BadCampaign.
    """
    if not re.fullmatch(r"[a-zA-Z0-9_-]{1,80}", campaign_slug):
        raise BadCampaign(
            _("“%(slug)s” is no code of a campaign: use letters, digits and hyphens.") % {"slug": campaign_slug}
        )
    rows = read_leads(path, mapping)
    with transaction.atomic():
        campaign, is_new = Campaign.objects.get_or_create(
            slug=campaign_slug, defaults={"name": campaign_slug, "state": Campaign.State.CLOSED}
        )
        run = imports.start(KIND, file_name or Path(path).name, at=at, by=by)
        if is_new:
            imports.note_made(run, [campaign])
        loading = _Loading(run, campaign, mapping or Mapping(), at=at)
        while chunk := list(islice(rows, CHUNK)):
            loading.take(chunk)
        imports.finish(
            run,
            at=at,
            created=loading.created,
            unchanged=loading.unchanged,
            rejected=[{"line": row.line, "why": row.why} for row in loading.rejected],
        )
        report = imports.report(run) | {"campaign": campaign.slug, "campaign_created": is_new}
        if is_rehearsal:
            transaction.set_rollback(True)
            report["import_id"] = ""
    return report


class _Loading:
    """One run over one file, chunk by chunk."""

    def __init__(self, run: ImportRun, campaign: Campaign, mapping: Mapping, *, at: datetime):
        self.run, self.campaign, self.mapping, self.at = run, campaign, mapping, at
        self.issuer = mapping.issuer
        self.source = f"import:{campaign.slug}"
        self.created = self.unchanged = 0
        self.rejected: list[RejectedRow] = []
        self.programmes = _programmes_by_name()

    def take(self, rows: Iterable[LeadRecord | RejectedRow]) -> None:
        leads = list(self._readable(rows))
        keys = {id(lead): self._key(lead) for lead in leads}
        before = set(Enquiry.objects.filter(external_key__in=set(keys.values())).values_list("external_key", flat=True))
        fresh: list[tuple[str, LeadRecord]] = []
        for lead in leads:
            key = keys[id(lead)]
            if key in before:
                self.unchanged += 1
            else:
                before.add(key)  # the same row twice in one file is one enquiry
                fresh.append((key, lead))
        self._take_history([(key, lead) for key, lead in fresh if self._is_history(lead)])
        for key, lead in fresh:
            if not self._is_history(lead):
                self._take_arrival(key, lead)
        self.created += len(fresh)

    def _readable(self, rows: Iterable[LeadRecord | RejectedRow]) -> Iterator[LeadRecord]:
        for row in rows:
            if isinstance(row, RejectedRow):
                self.rejected.append(row)
                continue
            try:
                self._identity_keys(row)
            except identities.BadIdentity as error:
                self.rejected.append(RejectedRow(row.line, str(error)))
            else:
                yield row

    def _is_history(self, lead: LeadRecord) -> bool:
        """With its outcome, or without anybody to answer, a lead is data; else somebody waits."""
        return bool(lead.outcome or not (lead.email_as_typed or lead.phone_as_typed))

    def _key(self, lead: LeadRecord) -> str:
        if lead.external_id:
            return f"lead:{self.issuer}:{lead.external_id}"[:200]
        said = [
            self.campaign.slug, *(value for _kind, value, _issuer in self._identity_keys(lead)), lead.message,
            lead.programme, lead.received_at.isoformat() if lead.received_at else "",
        ]  # fmt: skip
        return "lead:" + sha256("\x1f".join(said).encode()).hexdigest()[:48]

    def _identity_keys(self, lead: LeadRecord) -> list[tuple[str, str, str]]:
        """The identities of a lead as they are kept. One of two contacts may be wrong: BadIdentity if all are."""
        keys, wrong = [], None
        if lead.external_id:
            keys.append((Identity.Kind.EXTERNAL.value, lead.external_id[:254], self.issuer))
        for kind, typed in ((Identity.Kind.EMAIL, lead.email_as_typed), (Identity.Kind.PHONE, lead.phone_as_typed)):
            try:
                if typed:
                    value = identities.normalise(kind, typed, region=self.mapping.region)
                    keys.append((kind.value, value, ""))
            except identities.BadIdentity as error:
                wrong = error
        if wrong and all(kind == Identity.Kind.EXTERNAL for kind, _value, _issuer in keys):
            raise wrong
        return keys

    # --- history

    def _take_history(self, leads: list[tuple[str, LeadRecord]]) -> None:
        persons = self._persons([lead for _key, lead in leads])
        enquiries = Enquiry.objects.bulk_create(
            [self._enquiry(key, lead, persons[id(lead)]) for key, lead in leads], batch_size=CHUNK
        )
        moves = [EnquiryMove(enquiry=one, to_state=State.RECEIVED, at=one.received_at) for one in enquiries]
        moves += [
            EnquiryMove(enquiry=one, from_state=State.RECEIVED, to_state=one.state, at=one.ended_at)
            for one in enquiries
            if one.ended_at
        ]
        touchpoints = [
            Touchpoint(
                at=one.received_at,
                person=one.person,
                channel=Channel.IMPORT,
                direction=Touchpoint.Direction.IN,
                kind="enquiries.imported",
                summary=one.message,
                about_kind=Enquiry._meta.label_lower,
                about_id=one.pk,
                campaign=self.campaign.slug,
            )
            for one in enquiries
        ]
        imports.note_made(self.run, enquiries)
        imports.note_made(self.run, EnquiryMove.objects.bulk_create(moves, batch_size=2 * CHUNK))
        imports.note_made(self.run, Touchpoint.objects.bulk_create(touchpoints, batch_size=CHUNK))

    def _persons(self, leads: list[LeadRecord]) -> dict[int, Person]:
        """The person of each lead. Those nobody knows yet are made at once, the others matched one by one."""
        keys = {id(lead): self._identity_keys(lead) for lead in leads}
        values = {value for found in keys.values() for _kind, value, _issuer in found}
        taken = set(Identity.objects.filter(value__in=values).values_list("value", flat=True))
        new: list[LeadRecord] = []
        for lead in leads:
            own = {value for _kind, value, _issuer in keys[id(lead)]}
            if not own & taken:
                new.append(lead)
            taken |= own
        made = Person.objects.bulk_create([self._person(lead) for lead in new], batch_size=CHUNK)
        persons = {id(lead): person for lead, person in zip(new, made, strict=True)}
        rows = [self._identity(persons[id(lead)], key, lead) for lead in new for key in keys[id(lead)]]
        imports.note_made(self.run, made)
        imports.note_made(self.run, Identity.objects.bulk_create(rows, batch_size=CHUNK))
        for lead in leads:
            if id(lead) not in persons:
                persons[id(lead)] = self._match(lead)
        return persons

    def _person(self, lead: LeadRecord) -> Person:
        given, family = _names(lead)
        phases = {"enrolled": Person.Phase.ALUMNUS, "lost": Person.Phase.LOST}
        return Person(
            given_name=given,
            family_name=family,
            language=_language(lead),
            country=names.clean(lead.country, longest=60),
            phase=phases.get(lead.outcome, Person.Phase.PROSPECT),
            source=self.source,
            created_at=lead.received_at or self.at,
        )

    def _identity(self, person: Person, key: tuple[str, str, str], lead: LeadRecord) -> Identity:
        kind, value, issuer = key
        typed = {
            Identity.Kind.EMAIL.value: lead.email_as_typed,
            Identity.Kind.PHONE.value: lead.phone_as_typed,
        }
        return Identity(
            person=person,
            kind=kind,
            value=value,
            issuer=issuer,
            as_typed=typed.get(kind, lead.external_id)[:254],
            source=self.source,
            created_at=self.at,
        )

    def _match(self, lead: LeadRecord) -> Person:
        given, family = _names(lead)
        person, is_new = identities.match_or_create(
            at=self.at,
            issuer=self.issuer,
            has_one_id=False,  # a lead's number is not a person's: who asks twice has two
            given_name=given,
            family_name=family,
            language=_language(lead),
            source=self.source,
            region=self.mapping.region,
            **self._contacts(lead),
        )
        self._note_person(person, is_new)
        return person

    def _contacts(self, lead: LeadRecord) -> dict[str, Any]:
        kept = {kind: value for kind, value, _issuer in self._identity_keys(lead)}
        return {
            "external_id": lead.external_id,
            "email": kept.get(Identity.Kind.EMAIL.value, ""),
            "phone": kept.get(Identity.Kind.PHONE.value, ""),
        }

    def _enquiry(self, key: str, lead: LeadRecord, person: Person) -> Enquiry:
        state, reason, note = _ending(lead)
        received_at = lead.received_at or self.at
        programme, answers = self._subject(lead)
        return Enquiry(
            person=person,
            programme=programme,
            campaign=self.campaign,
            state=state,
            channel=Channel.IMPORT,
            language=_language(lead),
            message=clean_message(lead.message),
            source=lead.source[:120],
            medium=lead.medium[:120],
            utm={"utm_campaign": lead.campaign[:150]} if lead.campaign else {},
            answers=answers,
            received_at=received_at,
            # When it ended is not in the file; the import is when we learned of it.
            ended_at=self.at if state in Enquiry.ENDED else None,
            enrolled_at=self.at if state == State.ENROLLED else None,
            lost_reason=reason,
            lost_note=note,
            is_history=True,
            external_key=key,
        )

    def _subject(self, lead: LeadRecord) -> tuple[Programme | None, dict[str, str]]:
        programme = self.programmes.get(lead.programme.casefold()) if lead.programme else None
        unknown = {"programme": lead.programme} if lead.programme and programme is None else {}
        return programme, lead.answers | unknown

    # --- people who wait

    def _take_arrival(self, key: str, lead: LeadRecord) -> None:
        given, family = _names(lead)
        programme, answers = self._subject(lead)
        arrival = take_in(
            at=self.at,
            given_name=given,
            family_name=family,
            message=lead.message,
            programme=programme,
            language=_language(lead),
            channel=Channel.IMPORT,
            utm={"utm_campaign": lead.campaign} if lead.campaign else None,
            campaign_slug=self.campaign.slug,
            external_key=key,
            source=lead.source or self.source,
            medium=lead.medium,
            country=lead.country,
            issuer=self.issuer,
            has_one_id=False,
            region=self.mapping.region,
            answers=answers,
            # They gave their details elsewhere and wait for a person, not for a receipt.
            is_acknowledged=False,
            opened_at=lead.received_at,
            **self._contacts(lead),
        )
        enquiry = arrival.enquiry
        self._note_person(enquiry.person, arrival.person_is_new)
        about = {"about_kind": Enquiry._meta.label_lower, "about_id": enquiry.pk}
        imports.note_made(self.run, [row for row in (enquiry.case, enquiry) if row is not None])
        imports.note_made(self.run, list(enquiry.moves.all()))
        imports.note_made(self.run, list(CaseEvent.objects.filter(case__enquiry=enquiry)))
        imports.note_made(self.run, list(Touchpoint.objects.filter(person=enquiry.person, **about)))

    def _note_person(self, person: Person, is_new: bool) -> None:
        if is_new:
            imports.note_made(self.run, [person])
        # Contacts that a known person did not have yet, and those they share, came with this file too.
        imports.note_made(self.run, list(person.identities.filter(created_at=self.at)))
        imports.note_made(self.run, list(person.shared_addresses.filter(created_at=self.at)))


def _programmes_by_name() -> dict[str, Programme]:
    """Programmes by code and by every title they have."""
    by_pk = {programme.pk: programme for programme in Programme.objects.all()}
    titles = ProgrammePage.objects.values_list("title", "programme_id")
    found = {title.casefold(): by_pk[pk] for title, pk in titles}
    for programme in by_pk.values():
        found[programme.title.casefold()] = found[programme.code.casefold()] = programme
    return found


def _names(lead: LeadRecord) -> tuple[str, str]:
    if lead.given_name or lead.family_name:
        return names.clean(lead.given_name), names.clean(lead.family_name)
    return names.split(lead.name)


def _language(lead: LeadRecord) -> str:
    return lead.language if lead.language in Language.values else Language.CATALAN.value


def _ending(lead: LeadRecord) -> tuple[str, str, str]:
    """The state, the coded reason and the reason in the file's own words."""
    if lead.outcome == "enrolled":
        return State.ENROLLED, "", ""
    if lead.outcome != "lost":
        return State.RECEIVED, "", ""
    said = lead.lost_reason.strip().casefold()
    for reason in Enquiry.LostReason:
        if said in (reason.value, str(reason.label).casefold()):
            return State.LOST, reason.value, ""
    return State.LOST, Enquiry.LostReason.OTHER.value, lead.lost_reason[:500]
