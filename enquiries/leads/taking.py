"""Taking in leads, some thousand rows at a time: who they are about, which are new, and what is written of them.

Who is known is judged as for any file of people, decisions and all. A lead with its outcome, or without anybody to
answer, is history: data. Of the others each is somebody who waits: an enquiry with a case and its clock.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from hashlib import sha256
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property

from enquiries.leads.lead_files import LeadRecord, RejectedRow
from enquiries.leads.lead_files import Mapping as LeadMapping
from enquiries.leads.lead_rows import LeadRows
from enquiries.models import Campaign, Enquiry, Partner
from people.identity import addresses, names
from people.identity.addresses import BadIdentity, Given
from people.importing import people_import
from people.importing.people_files import PeopleMapping, PersonRecord
from people.importing.people_import import Outcome
from people.models import Identity, ImportRun, Language, Person
from programmes.models import Programme, ProgrammePage

KIND = "leads"
PHASES = {"enrolled": Person.Phase.ALUMNUS, "lost": Person.Phase.LOST}


@dataclass(frozen=True)
class Lead:
    """A row that can be read, by which key it is known, and the person it tells of."""

    record: LeadRecord
    key: str
    person: PersonRecord

    @property
    def is_history(self) -> bool:
        """With its outcome, or without anybody to answer, a lead is data; else somebody waits."""
        return bool(self.record.outcome or not (self.record.email_as_typed or self.record.phone_as_typed))


class Taking:
    """One run over one file of leads: its mapping, its campaign, what was decided about likely duplicates."""

    def __init__(
        self,
        mapping: LeadMapping,
        *,
        at: datetime,
        source: str,
        campaign: Campaign,
        partner: Partner | None = None,
        decisions: Mapping[str, str] | None = None,
    ):
        self.mapping, self.at, self.source = mapping, at, source[:120]
        self.campaign, self.partner = campaign, partner
        self.people = people_import.Taking(
            PeopleMapping(name=mapping.name), at, self.source, decisions or {}, has_one_id=False
        )

    def take(self, rows: Sequence[LeadRecord | RejectedRow], run: ImportRun | None) -> list[Outcome]:
        """Take in some thousand rows and note them on ``run``; without one, only say what would become of them.

        To be called in a transaction. Its statements are as many for a thousand rows as for one, but for those whom
        a journey begins with.
        """
        readable = {row.line: self._readable(row) for row in rows}
        leads = [lead for lead in readable.values() if isinstance(lead, Lead)]
        there = set(
            Enquiry.objects.filter(external_key__in={lead.key for lead in leads}).values_list("external_key", flat=True)
        )
        fresh: dict[int, Lead] = {}
        for lead in leads:
            if lead.key not in there:
                there.add(lead.key)  # the same row twice in one file is one enquiry
                fresh[lead.record.line] = lead
        batch = people_import.Batch(self.people, [lead.person for lead in fresh.values()])
        outcomes = {line: self._outcome(lead, batch) for line, lead in fresh.items()}
        if run is not None:
            batch.rows.write(run)
            self._write(run, [(fresh[line], one) for line, one in outcomes.items() if one.result == "created"])
        return [outcomes.get(row.line) or _before(row.line, readable[row.line]) for row in rows]

    # --- reading

    def _readable(self, row: LeadRecord | RejectedRow) -> Lead | Outcome:
        if isinstance(row, RejectedRow):
            return Outcome(row.line, "rejected", row.why)
        try:
            ways = self._ways(row)
        except BadIdentity as refused:
            return Outcome(row.line, "rejected", str(refused))
        return Lead(row, self._key(row, ways), self._person(row, ways))

    def _ways(self, lead: LeadRecord) -> tuple[Given, ...]:
        """The identities of a lead as they are kept. One of two contacts may be wrong: BadIdentity if all are."""
        ways: list[Given] = []
        wrong = None
        kinds = Identity.Kind
        if lead.external_id:
            issuer = self.mapping.issuer[:60]
            value = addresses.normalise(kinds.EXTERNAL, lead.external_id)
            ways.append(Given(kinds.EXTERNAL.value, value, issuer, lead.external_id[:254]))
        for kind, typed in ((kinds.EMAIL, lead.email_as_typed), (kinds.PHONE, lead.phone_as_typed)):
            try:
                if typed:
                    value = addresses.normalise(kind, typed, region=self.mapping.region)
                    ways.append(Given(kind.value, value, "", typed[:254]))
            except BadIdentity as error:
                wrong = error
        if wrong and all(way.kind == kinds.EXTERNAL for way in ways):
            raise wrong
        return tuple(ways)

    def _key(self, lead: LeadRecord, ways: Iterable[Given]) -> str:
        if lead.external_id:
            return f"lead:{self.mapping.issuer}:{lead.external_id}"[:200]
        said = [
            self.campaign.slug, *(way.value for way in ways), lead.message, lead.programme,
            lead.received_at.isoformat() if lead.received_at else "",
        ]  # fmt: skip
        return "lead:" + sha256("\x1f".join(said).encode()).hexdigest()[:48]

    def _person(self, lead: LeadRecord, ways: tuple[Given, ...]) -> PersonRecord:
        given, family = named(lead)
        facts: dict[str, Any] = {
            "given_name": given,
            "family_name": family,
            "country": names.clean(lead.country, longest=60),
            "language": lead.language if lead.language in Language.values else "",
            "phase": PHASES.get(lead.outcome, ""),
        }
        waits = not lead.outcome and (lead.email_as_typed or lead.phone_as_typed)
        return PersonRecord(
            line=lead.line,
            facts={key: value for key, value in facts.items() if value},
            ways=ways,
            source=(lead.source[:120] if waits else "") or self.source,
        )

    # --- judging

    def _outcome(self, lead: Lead, batch: people_import.Batch) -> Outcome:
        """What becomes of a lead: refused with its person, left out as decided, or an enquiry."""
        found = batch.outcome(lead.person)
        facts: dict[str, Any] = {
            "person": found.person,
            "likely": found.likely,
            "record": lead.person,
            "key": lead.key,
            "shown": shown(lead.record),
        }
        if found.result == "rejected":
            return Outcome(lead.record.line, "rejected", found.why, **facts)
        if self._is_left_out(lead, found):
            return Outcome(lead.record.line, "unchanged", **facts)
        if found.result == "created" and found.person and lead.record.outcome and lead.record.received_at:
            found.person.created_at = lead.record.received_at
        return Outcome(lead.record.line, "created", person_result=found.result, **facts)

    def _is_left_out(self, lead: Lead, found: Outcome) -> bool:
        is_known = found.result == "unchanged" and found.likely is None
        return is_known and self.people.choice(lead.person, people_import.KNOWN) == people_import.SKIP

    # --- writing

    @cached_property
    def programmes(self) -> dict[str, Programme]:
        """Programmes by code and by every title they have."""
        by_pk = {programme.pk: programme for programme in Programme.objects.all()}
        titles = ProgrammePage.objects.values_list("title", "programme_id")
        found = {title.casefold(): by_pk[pk] for title, pk in titles}
        for programme in by_pk.values():
            found[programme.title.casefold()] = found[programme.code.casefold()] = programme
        return found

    @cached_property
    def partners(self) -> dict[str, int]:
        return dict(Partner.objects.values_list("code", "pk"))

    def partner_of(self, lead: LeadRecord) -> int | None:
        """The partner of the whole file, else the one whose code is the source of the row."""
        return self.partner.pk if self.partner else self.partners.get(lead.source.lower())

    def _write(self, run: ImportRun, made: list[tuple[Lead, Outcome]]) -> None:
        rows = LeadRows(run, at=self.at, source=self.source, campaign=self.campaign)
        numbers = rows.numbers(Enquiry, len(made))
        for (lead, outcome), number in zip(made, numbers, strict=True):
            programme = self.programmes.get(lead.record.programme.casefold()) if lead.record.programme else None
            person = outcome.person
            assert person is not None  # of a row that is taken in
            person.is_stranger = person.is_stranger or outcome.person_result == "created"
            rows.add(
                lead.record,
                person,
                number=number,
                key=lead.key,
                programme=programme,
                partner_id=self.partner_of(lead.record),
                is_history=lead.is_history,
            )
        rows.write()


def named(lead: LeadRecord) -> tuple[str, str]:
    """Given and family name, whether they stand in two columns or in one."""
    if lead.given_name or lead.family_name:
        return names.clean(lead.given_name), names.clean(lead.family_name)
    return names.split(lead.name)


def shown(lead: LeadRecord) -> dict[str, str]:
    """What a lead says besides who it is, for people to look at before it is taken in."""
    facts = {
        "programme": lead.programme,
        "message": lead.message[:200],
        "lead_source": lead.source,
        "medium": lead.medium,
        "received_at": _moment(lead.received_at) if lead.received_at else "",
        "outcome": lead.outcome,
        "lost_reason": lead.lost_reason,
    }
    answers: Iterator[tuple[str, str]] = iter(list(lead.answers.items())[:5])
    return {key: value for key, value in facts.items() if value} | dict(answers)


def _moment(at: datetime) -> str:
    """As the file has it: the school's day, and the hour where there is one."""
    local = timezone.localtime(at)
    return date_format(local, "SHORT_DATETIME_FORMAT" if local.time() != time.min else "SHORT_DATE_FORMAT")


def _before(line: int, found: Lead | Outcome) -> Outcome:
    """A row that is not taken: it cannot be read, or it came before."""
    if isinstance(found, Outcome):
        return found
    return Outcome(line, "unchanged", record=found.person, key=found.key, shown=shown(found.record))
