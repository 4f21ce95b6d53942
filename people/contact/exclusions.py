"""Addresses that must not be used: those of our own list, and those of exclusion lists taken in from elsewhere.

Our own list bars everything. An exclusion list, such as the one Spanish advertisers have to consult (LOPDGDD art. 23),
bars what needs a ground: offers, surveys. The law would let a consent go before such a list; we do not use that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from people.identity import identities, names
from people.importing.input_files import BadRow, TableRow, Unreadable, open_input, read_table
from people.models import Identity, Suppression, User

KINDS = (Identity.Kind.EMAIL, Identity.Kind.PHONE)
CHUNK = 5_000
REJECTED_AT_MOST = 1_000  # kept for the report


class AlreadyExcluded(Exception):
    """The address stands on our own list already."""


@dataclass(frozen=True)
class ExclusionList:
    """A list taken in from elsewhere: how many addresses it holds, and when it was last checked."""

    name: str
    addresses: int
    checked_at: datetime


@dataclass
class Outcome:
    """What taking a list in did; ``removed`` are addresses that no longer stand in the file."""

    created: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: list[dict] = field(default_factory=list)

    def report(self) -> dict:
        """As importers answer with ``--json``. A list is put back by taking the one before in again."""
        return {
            "created": self.created,
            "updated": 0,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "rejected": self.rejected,
            "import_id": "",
        }


@transaction.atomic
def suppress(kind: str, text: str, *, why: str, at: datetime, by: User | None = None) -> Suppression:
    """Put an address on our own list: nothing leaves for it any more, whoever it belongs to.

    One that came with an exclusion list becomes ours. Raises identities.BadIdentity, and AlreadyExcluded.
    """
    value = identities.normalise(kind, text)
    row, is_new = Suppression.objects.select_for_update().get_or_create(
        kind=kind, value=value, defaults={"why": why[:200], "at": at, "by": by}
    )
    if not is_new:
        if not row.list_name:
            raise AlreadyExcluded(row.pk)
        row.why, row.list_name, row.at, row.by = why[:200], "", at, by
        row.save(update_fields=["why", "list_name", "at", "by"])
    log(instance=row, action="people.suppress", user=by, timestamp=at, data={"why": why})
    return row


@transaction.atomic
def release(suppression: Suppression, *, why: str, at: datetime, by: User) -> None:
    """Take an address off our own list, for a reason that is kept. Again changes nothing.

    What stands on an imported list goes only with that list.
    """
    row = Suppression.objects.select_for_update().filter(pk=suppression.pk, list_name="").first()
    if row is not None:
        log(instance=row, action="people.unsuppress", user=by, timestamp=at, data={"why": why})
        row.delete()


def lists() -> list[ExclusionList]:
    """The lists taken in, by name."""
    rows = Suppression.objects.exclude(list_name="").values("list_name")
    rows = rows.annotate(addresses=Count("pk"), checked_at=Max("at")).order_by("list_name")
    return [ExclusionList(row["list_name"], row["addresses"], row["checked_at"]) for row in rows]


@transaction.atomic
def import_list(path: str | Path, *, name: str, at: datetime, by: User | None = None) -> Outcome:
    """Make the exclusion list ``name`` what the file holds: e-mail addresses and telephone numbers, one or more a row.

    Any column may hold them, with or without a heading. Rows without any are rejected one by one. What an earlier file
    under this name held and this one does not is removed; addresses on our own list stay there. Raises
    input_files.Unreadable, also for a file in which no address is found: nothing is changed then.
    """
    name = names.clean(name, longest=80)
    if not name:
        raise Unreadable(_("Give the list a name."))
    outcome = Outcome()
    addresses = _addresses(path, outcome)
    while chunk := list(islice(addresses, CHUNK)):
        _take_in(dict.fromkeys(chunk), name, outcome, at=at, by=by)
    if not outcome.created and not outcome.unchanged:
        raise Unreadable(_("“%(name)s” holds no e-mail address and no telephone number.") % {"name": Path(path).name})
    outcome.removed = Suppression.objects.filter(list_name=name, at__lt=at).delete()[0]
    return outcome


def _take_in(chunk: Iterable[tuple[str, str]], name: str, outcome: Outcome, *, at, by) -> None:
    wanted = list(chunk)
    values = [value for _kind, value in wanted]
    known = dict(Suppression.objects.filter(value__in=values).values_list("value", "list_name"))
    rows = [
        Suppression(kind=kind, value=value, why=name, list_name=name, at=at, by=by)
        for kind, value in wanted
        if value not in known
    ]
    Suppression.objects.bulk_create(rows, ignore_conflicts=True)
    Suppression.objects.filter(value__in=values, list_name=name).update(at=at)
    outcome.created += len(rows)
    outcome.unchanged += len(wanted) - len(rows)


def _addresses(path: str | Path, outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Every address of the file, as it is kept."""
    for row in _rows(path):
        if isinstance(row, BadRow):
            _reject(outcome, row.line, row.why)
            continue
        found = [address for cell in row.values.values() if (address := _address(cell))]
        if not found:
            _reject(outcome, row.line, _("There is no e-mail address and no telephone number in this row."))
        yield from found


def _rows(path: str | Path) -> Iterator[TableRow | BadRow]:
    """The rows, and the first line as well where it is an address and no heading."""
    table = read_table(path)
    if open_input(path).kind == "text":
        with open_input(path).open_text() as stream:
            first = stream.readline(10_000).strip().strip('"')
        if any(_address(cell.strip().strip('"')) for cell in first.replace(";", ",").replace("\t", ",").split(",")):
            yield TableRow(1, dict(enumerate(first.replace(";", ",").replace("\t", ",").split(","))))  # type: ignore[arg-type]
    yield from table


def _address(text: str) -> tuple[str, str] | None:
    text = text.strip().strip('"')
    kind = Identity.Kind.EMAIL if "@" in text else Identity.Kind.PHONE
    if not text or (kind == Identity.Kind.PHONE and sum(mark.isdigit() for mark in text) < 7):
        return None
    try:
        return kind, identities.normalise(kind, text)
    except identities.BadIdentity:
        return None


def _reject(outcome: Outcome, line: int, why: str) -> None:
    if len(outcome.rejected) < REJECTED_AT_MOST:
        outcome.rejected.append({"line": line, "why": why})
