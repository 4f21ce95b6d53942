"""New rows of several tables in one statement, prepared by the server once for each connection.

For the few acts that happen by the hundred a second: what leaves ten rows costs one round trip, is planned once, and
is as atomic as any statement. Rules and triggers of the database hold as for any other row.
"""

import time
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, models
from django.db.models.expressions import DatabaseDefault, Value
from psycopg import RawCursor
from psycopg.types.json import Jsonb

Row = models.Model


def read(columns: Sequence[tuple[str, Sequence[Any]]]) -> tuple:
    """One row of scalar expressions, each given as SQL with ``%s`` and its parameters."""
    parts: list[str] = []
    params: list[Any] = []
    for sql, facts in columns:
        parts.append(sql)
        params += facts
    sql = _numbered(", ".join(parts))
    if connection.in_atomic_block:
        return _run(sql, params, is_reading=True)[0]
    # Asking whether a connection that was kept still works would be one more round trip: this question tells.
    connection.health_check_done = True  # type: ignore[attr-defined]  # not in the stubs
    try:
        return _run(sql, params, is_reading=True)[0]
    except OperationalError:
        if connection.connection is not None and connection.is_usable():
            raise
        connection.close()
        return _run(sql, params, is_reading=True)[0]


def next_number(model: type[Row]) -> tuple[str, list]:
    """An expression for ``read``: the number that the next row of ``model`` will bear."""
    return f"nextval('{_sequence(model)}')", []


def insert(rows: Sequence[Row], *, unless_there: type[Row] | None = None) -> None:
    """Write rows that are not saved yet, all or none. Those with a number keep it, the others get one unknown to us.

    Rows of ``unless_there`` that break one of its unique rules are left out; any other such row raises IntegrityError.
    A row may point at another by its number. Nothing is read back.
    """
    shape = tuple((type(row), row.pk is not None) for row in rows)
    params: list[Any] = []
    for row in rows:
        for name, written in _columns(type(row), row.pk is not None)[1]:
            value = row.__dict__[name]
            if type(value) is int:
                # The driver gives small and large numbers different types, and each would be prepared for itself.
                value = str(value)
            elif written is not None and value is not None:
                value = written(value)
            params.append(value)
    _run(_statement(shape, unless_there), params)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@cache
def _numbered(expressions: str) -> str:
    pieces = expressions.split("%s")
    return "SELECT " + "".join(piece + (f"${n}" if n < len(pieces) else "") for n, piece in enumerate(pieces, 1))


@cache
def _statement(shape: tuple[tuple[type[Row], bool], ...], unless_there: type[Row] | None) -> str:
    """A chain of INSERTs: each but the last stands in the WITH clause of the last."""
    inserts, number = [], 0
    for model, has_number in shape:
        names, columns = _columns(model, has_number)
        places = ", ".join(f"${number + place}" for place in range(1, len(columns) + 1))
        number += len(columns)
        skip = " ON CONFLICT DO NOTHING" if model is unless_there else ""
        inserts.append(f"INSERT INTO {names} VALUES ({places}){skip}")  # noqa: S608 -- names of our own tables
    chain = ", ".join(f"w{n} AS ({one})" for n, one in enumerate(inserts[:-1]))
    return f"WITH {chain} {inserts[-1]}" if chain else inserts[-1]


@cache
def _columns(model: type[Row], has_number: bool) -> tuple[str, list[tuple[str, Callable | None]]]:
    """The table with its columns, and for each the attribute and how its value is put for the database."""
    fields = [field for field in model._meta.local_concrete_fields if has_number or not field.primary_key]
    quoted = ", ".join(f'"{field.column}"' for field in fields)
    return f'"{model._meta.db_table}" ({quoted})', [(field.attname, _put(field)) for field in fields]


def _put(field: models.Field) -> Callable | None:
    if isinstance(field, models.JSONField):
        return partial(_json, field)
    if isinstance(field, models.CharField | models.TextField):
        return partial(_text, field)
    return partial(_plain, field) if field.has_db_default() else None


def _plain(field: models.Field, value: Any) -> Any:
    """The value, or what the database would put where nothing was said."""
    if not isinstance(value, DatabaseDefault):
        return value
    default = field.db_default
    return default.value if isinstance(default, Value) else default


def _text(field: models.Field, value: Any) -> str:
    return value if type(value) is str else str(_plain(field, value))  # a choice is a word


def _json(field: models.Field, value: Any) -> Jsonb:
    return Jsonb(_plain(field, value))


@cache
def _sequence(model: type[Row]) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [model._meta.db_table, model._meta.pk.column])
        return cursor.fetchone()[0]


def _run(sql: str, params: list[Any], *, is_reading: bool = False) -> list[tuple]:
    """Through the wrappers that Django lets others put around statements, and noted where statements are noted."""
    execute = partial(_execute, is_reading=is_reading)
    for wrapper in reversed(connection.execute_wrappers):
        execute = partial(wrapper, execute)
    return execute(sql, params, False, {"connection": connection, "cursor": None})


def _execute(sql: str, params: list[Any], _many: bool, _context: dict, *, is_reading: bool) -> list[tuple]:
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    started = time.monotonic()
    # A pooler that gives each transaction another connection cannot keep prepared statements.
    prepare = not settings.DATABASES[connection.alias].get("DISABLE_SERVER_SIDE_CURSORS", False)
    with connection.wrap_database_errors, RawCursor(connection.connection) as cursor:
        cursor.execute(sql, params, prepare=prepare)
        rows = cursor.fetchall() if is_reading else []
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": f"{time.monotonic() - started:.3f}"})
    return rows
