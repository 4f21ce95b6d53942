"""The audit trail: who read or changed what about whom, and who really sat behind the screen.

Staff see what their role allows without asking; the trail is how a mistake or a misuse is found afterwards.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from wagtail import hooks

from people.models import AuditEntry, Person, User

log = structlog.get_logger("matricula.audit")
Act = AuditEntry.Act


@dataclass
class Watched:
    """Somebody who looks at the product as another: their reads wait here until the page is made."""

    really_by: User
    entries: list[AuditEntry] = field(default_factory=list)


_watched: ContextVar[Watched | None] = ContextVar("people_audit_watched", default=None)


def note(
    *,
    act: str,
    what: str,
    by: User | None,
    at: datetime,
    person: Person | None = None,
    about: Model | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add one line to the trail: ``by`` did ``act`` to ``what``, such as "people.person_page", of ``person``.

    One INSERT; if it cannot be written the page opens all the same and the log says so. ``detail`` holds names of
    fields, numbers and reasons, never words about a person. A change that Wagtail's log already holds is not noted
    again: both are shown as one trail.
    """
    note_all([entry(act=act, what=what, by=by, at=at, person=person, about=about, detail=detail)])


def entry(
    *,
    act: str,
    what: str,
    by: User | None,
    at: datetime,
    person: Person | None = None,
    about: Model | None = None,
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """A line of the trail that is not written yet, for ``note_all``."""
    watched = _watched.get()
    return AuditEntry(
        at=at,
        by_id=by.pk if by is not None else None,
        really_by=watched.really_by if watched else None,
        act=act,
        what=what[:80],
        person=person,
        about_kind=about._meta.label_lower if about is not None else "",
        about_id=about.pk if about is not None else None,
        detail=detail or {},
    )


def note_all(entries: Iterable[AuditEntry]) -> None:
    """Write many lines with one INSERT. While somebody looks as another, they wait for the end of the page."""
    lines = list(entries)
    if watched := _watched.get():
        watched.entries += lines
        return
    try:
        # A page reads outside a transaction and pays one statement; a change may not be spoilt by what is said of it.
        guards = connection.in_atomic_block and any(line.act == Act.CHANGED for line in lines)
        with transaction.atomic() if guards else nullcontext():
            _insert(lines)
    except (DatabaseError, TypeError, ValueError):  # away, full; or a detail that is no JSON
        log.exception("not_noted", what=[line.what for line in lines])


def _insert(lines: list[AuditEntry]) -> None:
    if len(lines) == 1:  # bulk_create would open a transaction for it
        lines[0].save(force_insert=True)
    else:
        AuditEntry.objects.bulk_create(lines)


@contextmanager
def watching(really_by: User) -> Iterator[Watched]:
    """Everything noted inside carries ``really_by``, and is written by whoever opened the block, afterwards."""
    watched = Watched(really_by)
    token = _watched.set(watched)
    try:
        yield watched
    finally:
        _watched.reset(token)


def words() -> dict[str, str]:
    """What each ``what`` is called; floors name theirs with the hook ``register_audit_words``."""
    named: dict[str, str] = {}
    for name_words in hooks.get_hooks("register_audit_words"):
        named |= name_words()
    return named
