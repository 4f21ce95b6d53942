"""How fresh what is kept must be: one stamp for everything the public pages show, new with every change.

Whoever keeps something made of what the pages show keeps the stamp beside it, read *before* making it, and uses it
only while ``stamp()`` still answers the same. The stamp lives in a cache that is no database (``freshness``).

A change says so twice. Before it is committed the stamp is replaced and a mark is set that something is changing:
while a mark stands, ``stamp()`` answers something new each time, so that nothing kept is used and nothing made is
found again. After the commit the stamp is replaced once more and the mark is taken away. Nobody can therefore keep,
or be shown, what was read before a commit once the commit is done. Somebody who dies in between leaves a mark that
ends by itself; what was kept before stays forgotten.
"""

import re
from collections.abc import Iterable
from contextlib import contextmanager
from functools import cache, lru_cache
from secrets import token_urlsafe
from typing import Any

import structlog
from django.apps import apps
from django.core.cache import caches
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone
from wagtail import hooks

log = structlog.get_logger("matricula.freshness")

STAMP = "stamp"
PLACES = [f"changing:{place}" for place in range(8)]  # one for each change under way
TOO_MANY = "changing:more"  # for the ninth; it ends by itself
MARK_SECONDS = 30  # of a change that never says it is done; renewed while a long one goes on
RENEW_SECONDS = 10
KEPT = None  # a stamp does not end by itself

READS = re.compile(r"\s*(?:SELECT|SAVEPOINT|RELEASE|SET|SHOW|DECLARE|FETCH)\b", re.IGNORECASE)
WRITES = re.compile(r'\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?"?(\w+)"?', re.IGNORECASE)

# Ours that no public page shows: what is counted, told, compared or said by advisers.
UNSEEN = {
    "slotcount", "printbatch", "printbatchcount", "sheetlookup", "telling", "toldfact", "factversion", "correction",
    "correction_told", "rival", "competitor", "benchmarkreview", "argument",
}  # fmt: skip
OF_WAGTAIL = {
    "wagtailcore_page", "wagtailcore_site", "wagtailcore_locale", "wagtailcore_pageviewrestriction",
    "wagtailcore_pageviewrestriction_groups", "wagtailimages_image", "wagtailsearchpromotions_searchpromotion",
}  # fmt: skip


def stamp() -> str:
    """The stamp of everything the public pages show now; something new each time while any of it is changing."""
    try:
        kept = _shelf().get_many([STAMP, TOO_MANY, *PLACES])
        if kept.keys() - {STAMP}:
            return _new()
        if STAMP not in kept:
            _shelf().add(STAMP, _new(), KEPT)
            return _shelf().get(STAMP) or _new()
    except Exception:  # whatever keeps the stamp may be away; then nothing is fresh enough, and pages are made anew
        log.exception("freshness_unreadable")
        return _new()
    return kept[STAMP]


def changes_here() -> int:
    """How many changes of what the pages show this process has begun or ended."""
    return _Count.changes


class _Count:
    changes = 0


def bump(using: str = DEFAULT_DB_ALIAS) -> None:
    """Say that something the public pages show is changing in this transaction, or has just changed without one.

    Writes through Django's connections say so themselves (``watch``); this is for the others: COPY, files, another
    server. May be called any number of times.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        _Change().begin().finish()
        return
    _note_change(connection)


@contextmanager
def changing():
    """What happens inside, outside of any transaction, changes what the pages show."""
    change = _Change().begin()
    try:
        yield
    finally:
        change.finish()


class _Change:
    """One transaction that changes something: its mark, and what happens when it is committed."""

    def __init__(self) -> None:
        self.place = ""
        self.marked_at = 0.0
        self.is_done = False

    def begin(self) -> "_Change":
        _Count.changes += 1
        try:
            shelf, token = _shelf(), _new()
            self.place = next((place for place in PLACES if shelf.add(place, token, MARK_SECONDS)), "")
            if not self.place:
                shelf.set(TOO_MANY, token, MARK_SECONDS)
            shelf.set(STAMP, _new(), KEPT)
        except Exception:  # an outage of the cache must not keep anybody from working; entries end soon by themselves
            log.exception("freshness_unwritable")
        self.marked_at = _seconds()
        return self

    def stands(self) -> bool:
        """Is its mark still set, because what it marked was rolled back?"""
        return _seconds() - self.marked_at < MARK_SECONDS

    def go_on(self) -> None:
        if _seconds() - self.marked_at < RENEW_SECONDS:
            return
        try:
            _shelf().set(self.place or TOO_MANY, _new(), MARK_SECONDS)
        except Exception:
            log.exception("freshness_unwritable")
        self.marked_at = _seconds()

    def finish(self) -> None:
        _Count.changes += 1
        self.is_done = True
        try:
            _shelf().set(STAMP, _new(), KEPT)
            if self.place:
                _shelf().delete(self.place)
        except Exception:
            log.exception("freshness_unwritable")

    __call__ = finish  # Django calls it after the commit


def _note_change(connection: Any) -> None:
    change: _Change | None = getattr(connection, "_change_of_pages", None)
    if change is None or change.is_done:
        change, waits = None, False
    else:
        # A savepoint that is rolled back takes its callbacks along, so what counts is whether ours still waits.
        waits = any(func is change for _ids, func, _robust in connection.run_on_commit)
    _Count.changes += 1
    if change is not None and (waits or change.stands()):
        change.go_on()
    else:
        connection._change_of_pages = change = _Change().begin()
    if not waits:
        transaction.on_commit(change, using=connection.alias)


# --- writes say so themselves


def watch(connection: Any, **_signal: Any) -> None:
    """Look at every statement of this connection, in whatever process: those that write to what is shown bump."""
    if _seen not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _seen)  # Django takes the last one away when a block of its own ends


def _seen(execute, sql, params, many, context):
    if not _writes_to_shown(sql):
        return execute(sql, params, many, context)
    connection = context["connection"]
    if connection.in_atomic_block:
        _note_change(connection)
        return execute(sql, params, many, context)
    with changing():
        return execute(sql, params, many, context)


def _writes_to_shown(sql: Any) -> bool:
    if not isinstance(sql, str):
        sql = sql.as_string() if hasattr(sql, "as_string") else ""  # composed by psycopg
    return not READS.match(sql) and _names_shown(sql)


@lru_cache(500)  # a process says few different things: looking at a long one costs as much as a small statement
def _names_shown(sql: str) -> bool:
    return any(table in shown_tables() for table in WRITES.findall(sql))


@cache
def shown_tables() -> frozenset[str]:
    """The tables of which public pages are made: ours, Wagtail's, those of the hook ``register_shown_tables``."""
    ours: set[str] = set()
    for model in apps.get_app_config("programmes").get_models(include_auto_created=True):
        if model._meta.model_name not in UNSEEN:
            ours.add(model._meta.db_table)
    above: Iterable[str] = (table for name in hooks.get_hooks("register_shown_tables") for table in name())
    return frozenset({*ours, *OF_WAGTAIL, *above})


def _shelf():
    return caches["freshness"]


def _new() -> str:
    return token_urlsafe(12)


def _seconds() -> float:
    return timezone.now().timestamp()
