"""Taking in what happened with people elsewhere, as lines of their timelines; all of it undone exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from people.importing import imports
from people.importing.history_files import HistoryMapping, HistoryRecord
from people.importing.import_book import Book, TwoPeople
from people.importing.people_files import RejectedRow
from people.importing.people_import import Outcome
from people.models import Identity, ImportRun, Person, Touchpoint, User

KIND = "history"


@dataclass
class Taking:
    """One run over one file of contacts."""

    mapping: HistoryMapping
    at: datetime
    source: str = ""

    def take(self, rows: Sequence[HistoryRecord | RejectedRow], run: ImportRun | None) -> list[Outcome]:
        """Take in some thousand rows and note them on ``run``; without one, only say what would become of them.

        A line that the timeline holds already stays one line. To be called in a transaction; its statements are as
        many for a thousand rows as for one.
        """
        records = [row for row in rows if isinstance(row, HistoryRecord)]
        batch = _Batch(self, records)
        outcomes = [
            batch.outcome(row) if isinstance(row, HistoryRecord) else Outcome(row.line, "rejected", row.why)
            for row in rows
        ]
        if run is not None:
            imports.note_made(run, Touchpoint.objects.bulk_create(batch.lines))
        return outcomes


class _Batch:
    def __init__(self, taking: Taking, records: list[HistoryRecord]):
        self.book = Book(records, at=taking.at, source=taking.source)
        emails = {record.by for record in records if record.by}
        self.staff = {user.email: user for user in User.objects.filter(email__in=emails)} if emails else {}
        self.lines: list[Touchpoint] = []
        there = Touchpoint.objects.filter(person__in=self.book.people, at__in={record.at for record in records})
        self.known = set(there.values_list("person_id", "at", "kind", "channel", "direction", "summary"))

    def outcome(self, record: HistoryRecord) -> Outcome:
        try:
            led_by, rows = self.book.leading(record)
        except TwoPeople:
            return _reject(record, _("Its numbers belong to two different people."))
        if led_by is None:
            return _reject(
                record,
                _("The address belongs to somebody with another name.") if rows else _("Nobody is known by it."),
            )
        if record.by and record.by not in self.staff:
            return _reject(record, _("“%(value)s” is nobody's login here.") % {"value": record.by[:80]})
        return self._line(record, led_by.person, led_by)

    def _line(self, record: HistoryRecord, person: Person, led_by: Identity) -> Outcome:
        key = (person.pk, record.at, record.kind, record.channel, record.direction, record.text)
        if key in self.known:
            return Outcome(record.line, "unchanged", person=person)
        self.known.add(key)
        self.lines.append(
            Touchpoint(
                person=person,
                at=record.at,
                kind=record.kind,
                channel=record.channel,
                direction=record.direction,
                summary=record.text,
                is_two_way=record.is_two_way,
                by=self.staff.get(record.by),
                campaign=record.campaign,
                identity_id=led_by.pk,
            )
        )
        return Outcome(record.line, "created", person=person)


def _reject(record: HistoryRecord, why: str) -> Outcome:
    return Outcome(record.line, "rejected", why)
