"""Reading the audit trail: what was read and taken away, and what was changed, as one list in the order it happened.

Reads are in our own table. Changes are in Wagtail's logs, because every act of the back office writes there; they are
shown from there and not kept twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry, PageLogEntry

from people.access import audit
from people.identity import merging
from people.models import AuditEntry, Person, User

Act = AuditEntry.Act
SOURCES = ("entry", "model", "page")  # at the same instant, in this order
# How a row of another floor leads to whom it is about.
PATHS_TO_PERSON = (
    "person",
    "application__person",
    "enrolment__person",
    "student__person",
    "payment__application__person",
)
WORDS = {
    "people.person_page": _("Page of a person"),
    "people.my_data": _("Everything held about a person"),
    "people.erasure": _("Erasure"),
    "people.merge": _("Merging of two people"),
    "people.note_consent": _("Consent written down"),
    "people.api": _("Person read by another program"),
    "people.bulk_assign_role": _("Role given"),
    "people.bulk_set_active_state": _("Login opened or closed"),
    "people.bulk_delete": _("Login deleted"),
    "people.look_started": _("Began to look as somebody"),
    "people.look_page": _("Page seen as somebody"),
    "people.look_ended": _("Stopped looking as somebody"),
    "people.audit.list": _("Audit trail"),
    "people.outgoingmessage.page": _("Message with its text"),
    "people.outgoingmessage.list": _("List of messages"),
    "people.consent.list": _("Consent ledger"),
    "people.importrun.list": _("List of imports"),
}


@dataclass(frozen=True)
class Sieve:
    """Which lines to show. ``until`` is let through no more; ``staff`` is who did it, under whichever name."""

    person: Person | None = None
    staff: User | None = None
    act: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Key:
    """Where a line stands: the list goes on below it."""

    at: datetime
    source: str
    pk: int


@dataclass(frozen=True)
class Line:
    """One line of the trail, wherever it is kept."""

    key: Key
    by: User | None
    really_by: User | None
    act: str
    what: str
    person: Person | None = None
    about_kind: str = ""
    about_id: str = ""
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        return self.key.at

    @property
    def act_label(self) -> str:
        return str(Act(self.act).label)

    @property
    def about(self) -> str:
        """What kind of thing it was and its number, such as “payment 12”; names stay out of the trail."""
        try:
            name = str(apps.get_model(self.about_kind)._meta.verbose_name) if self.about_kind else ""
        except (LookupError, ValueError):
            name = self.about_kind
        return f"{name} {self.about_id}".strip()


def page(sieve: Sieve, *, before: Key | None = None, size: int = 50) -> tuple[list[Line], Key | None]:
    """Up to ``size`` lines, the newest first, from just below the key ``before``; and the key to go on from."""
    found: list[Line] = []
    for source in SOURCES:
        rows = _rows(source, sieve)
        if rows is not None:
            found += _read(source, _below(rows, source, before), size + 1)
    found.sort(key=lambda line: (-line.at.timestamp(), SOURCES.index(line.key.source), -line.key.pk))
    return found[:size], found[size - 1].key if len(found) > size else None


def walk(sieve: Sieve, *, size: int = 500) -> Iterator[Line]:
    """Every line that the sieve lets through, read a piece at a time."""
    lines, rest = page(sieve, size=size)
    yield from lines
    while rest is not None:
        lines, rest = page(sieve, before=rest, size=size)
        yield from lines


def _rows(source: str, sieve: Sieve) -> QuerySet | None:
    """The rows of one source; None if the sieve lets none of them through."""
    if source == "entry":
        entries = AuditEntry.objects.select_related("by", "really_by", "person")
        wanted = Q(act=sieve.act) if sieve.act else Q()
        if sieve.person:
            wanted &= Q(person__in=merging.everyone_in(sieve.person))
        if sieve.staff:
            wanted &= Q(by=sieve.staff) | Q(really_by=sieve.staff)
        return entries.filter(wanted, **_between("at", sieve))
    if sieve.act not in ("", Act.CHANGED):
        return None
    if source == "page":
        changes: QuerySet = PageLogEntry.objects.select_related("user")
        if sieve.person:
            return None
    else:
        changes = ModelLogEntry.objects.select_related("user", "content_type")
        if sieve.person:
            changes = changes.filter(_about_person(sieve.person))
    if sieve.staff:
        changes = changes.filter(user=sieve.staff)
    return changes.filter(**_between("timestamp", sieve))


def _between(column: str, sieve: Sieve) -> dict[str, datetime]:
    edges = {f"{column}__gte": sieve.since, f"{column}__lt": sieve.until}
    return {name: instant for name, instant in edges.items() if instant is not None}


def _below(rows: QuerySet, source: str, before: Key | None) -> QuerySet:
    column = "at" if source == "entry" else "timestamp"
    if before is not None:
        older = Q(**{f"{column}__lt": before.at})
        if source == before.source:
            older |= Q(**{column: before.at}, pk__lt=before.pk)
        elif SOURCES.index(source) > SOURCES.index(before.source):
            older |= Q(**{column: before.at})
        rows = rows.filter(older)
    return rows.order_by(f"-{column}", "-pk")


def _read(source: str, rows: QuerySet, size: int) -> list[Line]:
    if source == "entry":
        return [
            Line(
                key=Key(row.at, source, row.pk),
                by=row.by,
                really_by=row.really_by,
                act=row.act,
                what=what(row.what),
                person=row.person,
                about_kind=row.about_kind,
                about_id=str(row.about_id or ""),
                detail=row.detail,
            )
            for row in rows[:size]
        ]
    found = list(rows[:size])
    about = _people_behind(found) if source == "model" else {}
    return [
        Line(
            key=Key(row.timestamp, source, row.pk),
            by=row.user,
            really_by=None,
            act=Act.CHANGED,
            what=str(registry.get_action_label(row.action)) if registry.action_exists(row.action) else row.action,
            person=about.get(row.pk),
            about_kind=_kind_of(row),
            about_id=str(row.page_id if source == "page" else row.object_id),
        )
        for row in found
    ]


def what(code: str) -> str:
    """What a line is about, in words: as a floor named it, else from the model in it, else as it stands."""
    named = WORDS | audit.words()
    if code in named:
        return str(named[code])
    kind, _dot, part = code.rpartition(".")
    try:
        meta = apps.get_model(kind)._meta
    except (LookupError, ValueError):
        return code.replace("_", " ").replace(".", ": ")
    return str(meta.verbose_name_plural if part == "list" else meta.verbose_name).capitalize()


def _kind_of(row: ModelLogEntry | PageLogEntry) -> str:
    model = row.content_type.model_class() if row.content_type_id else None
    return model._meta.label_lower if model else ""


def _path_to_person(model: type[Model]) -> str:
    """How a row of ``model`` leads to a person; empty if it does not."""
    if model is Person:
        return "pk"
    for path in PATHS_TO_PERSON:
        try:
            field_there = model._meta.get_field(path.partition("__")[0])
        except FieldDoesNotExist:
            continue
        if field_there.is_relation:
            return path
    return ""


def _about_person(person: Person) -> Q:
    """Changes of the person's own row, of their login, and of any row that hangs on them."""
    people = merging.everyone_in(person)
    wanted = Q(pk__in=[])
    for kind in ContentType.objects.filter(pk__in=ModelLogEntry.objects.order_by().values("content_type").distinct()):
        model = kind.model_class()
        if model is None:
            continue
        path = "person" if model is User else _path_to_person(model)
        if path:
            rows = model._default_manager.filter(**{f"{path}__in": people})
            wanted |= Q(
                content_type=kind, object_id__in=rows.annotate(as_text=Cast("pk", TextField())).values("as_text")
            )
    return wanted


def _people_behind(rows: list[ModelLogEntry]) -> dict[int, Person]:
    """Whom each change is about, as far as its row still leads there. Two queries for each kind of row among them."""
    behind: dict[int, Person] = {}
    kinds = {row.content_type for row in rows if row.content_type_id}
    for kind in kinds:
        model = kind.model_class()
        path = _path_to_person(model) if model else ""
        if not model or not path:
            continue
        concerned = [row for row in rows if row.content_type_id == kind.pk]
        numbers = [row.object_id for row in concerned if row.object_id.isdecimal()]
        pairs = dict(model._default_manager.filter(pk__in=numbers).values_list("pk", path))
        people = Person.objects.in_bulk(set(pairs.values()) - {None})
        behind |= {
            row.pk: people[pairs[int(row.object_id)]]
            for row in concerned
            if row.object_id.isdecimal() and pairs.get(int(row.object_id)) in people
        }
    return behind
