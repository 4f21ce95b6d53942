"""What a file on its way in may hold. Floors add kinds by the hook ``register_upload_kinds``; the steps are the same.

A kind says how a file is read and what becomes of its rows; upload, mapping, look, decisions, progress and undo are
``people.importing.uploads`` for all of them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from people.importing import history_files, history_import, people_files, people_import
from people.importing.mappings import TableMapping
from people.importing.people_files import Table

Text = str | Promise
HOOK = "register_upload_kinds"
COLUMNS_FORM = "people.views.import_forms.ColumnsForm"


ADD, LEAVE = _("Add what is missing"), _("Leave as they are")


@dataclass(frozen=True)
class Reading:
    """What one run over one file needs to know."""

    path: Path
    mapping: Any
    at: datetime
    source: str
    decisions: Mapping[str, str]


@dataclass(frozen=True)
class Words:
    """What the numbers of a kind count. One that is empty is not shown."""

    created: Text
    unchanged: Text
    updated: Text = ""
    made: Text = ""  # of ``created``, how many persons are new, are added to, and are known as they stand
    added_to: Text = ""
    known: Text = ""
    add: Text = ADD  # to people who are known for certain
    leave: Text = LEAVE


@dataclass(frozen=True)
class UploadKind:
    """One kind of file.

    ``guess`` makes the sections of a mapping out of the headings, or raises Unreadable; ``mapping_of`` reads sections,
    or raises BadMapping; ``begin`` gives whoever takes rows in, as ``people_import.Taking``, and the rows.
    """

    code: str
    name: Text
    title: Text
    permission: str
    needed: Text  # which columns there have to be
    words: Words
    guess: Callable[[Table], dict[str, Any]]
    mapping_of: Callable[[dict], Any]
    begin: Callable[[Reading], tuple[Any, Iterator]]
    form: str  # of the step where columns are chosen: where its class is found
    matches: bool = True  # whether its rows may be about somebody known, so that staff are asked
    labels: Mapping[str, Text] = field(default_factory=dict)  # of what a row shows, by key


def offered() -> dict[str, UploadKind]:
    """Every kind there is, by its code."""
    return {kind.code: kind for offer in hooks.get_hooks(HOOK) for kind in offer()}


def of(code: str) -> UploadKind:
    """The kind with this code. Raises KeyError if no floor has it any more."""
    return offered()[code]


def document_of(mapping: TableMapping) -> dict[str, Any]:
    """The sections that say the same as a mapping recognised by its headings."""
    return {"columns": {key: list(columns) for key, columns in mapping.columns.items()}}


def _begin_people(reading: Reading) -> tuple[Any, Iterator]:
    taking = people_import.Taking(reading.mapping, reading.at, reading.source, reading.decisions)
    return taking, people_files.read_people(reading.path, reading.mapping, at=reading.at)


def _begin_history(reading: Reading) -> tuple[Any, Iterator]:
    taking = history_import.Taking(reading.mapping, reading.at, reading.source)
    return taking, history_files.read_history(reading.path, reading.mapping, at=reading.at)


PEOPLE = UploadKind(
    code=people_import.KIND,
    name=_("People"),
    title=_("Import people"),
    permission="people.import_person",
    needed=_(
        "Needed: at least one column that tells who somebody is: an e-mail address, a telephone or a number of theirs."
        " A consent needs its date, its wording and its proof beside it; without them the row is refused."
    ),
    words=Words(
        created=_("people are new"),
        updated=_("are known, and something is added"),
        unchanged=_("are known as they stand"),
    ),
    guess=lambda table: document_of(people_files.recognised(table)),
    mapping_of=people_files.mapping_of,
    begin=_begin_people,
    form=COLUMNS_FORM,
)
HISTORY = UploadKind(
    code=history_import.KIND,
    name=_("What happened with people we know"),
    title=_("Import people"),
    permission="people.import_person",
    needed=_(
        "Needed: when it happened, and at least one column that tells who: an e-mail address, a telephone or a number"
        " of theirs."
    ),
    words=Words(created=_("lines are new"), unchanged=_("are known as they stand")),
    guess=lambda table: document_of(history_files.recognised(table)),
    mapping_of=history_files.mapping_of,
    begin=_begin_history,
    form=COLUMNS_FORM,
    matches=False,
)
