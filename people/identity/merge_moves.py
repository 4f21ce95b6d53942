"""Rows changing hands, all of a kind in one statement, each written down so that it can come back."""

from django.db import connection, models
from django.db.models import Q, QuerySet

from people.identity.merge_rows import Column, columns, free_to_go, held_back, owner_of
from people.models import Merge, MergeMove


def move_all(merge: Merge) -> int:
    """Give the survivor every row of the absorbed person that nothing holds back; return how many.

    Running it again moves what has come to the absorbed person meanwhile.
    """
    holder, taker = merge.absorbed_id, merge.survivor_id
    moved = 0
    for column in columns():
        rows = free_to_go(column, column.rows(holder, beside=taker), holder=holder, taker=taker)
        moved += _hand_over(rows, column, holder=holder, taker=taker, merge=merge)
    return moved


def staying(holder: int, taker: int) -> dict[str, int]:
    """How many rows of each model stay with ``holder``, by label."""
    parts: dict[str, list[QuerySet]] = {}
    for column in columns():
        limit = held_back(column, holder=holder, taker=taker)
        if limit is not None:
            parts.setdefault(column.label, []).append(column.rows(holder, beside=taker).filter(limit))
    return counted(parts)


def going(holder: int, taker: int) -> dict[str, int]:
    """How many rows of each model would change hands, by label."""
    parts: dict[str, list[QuerySet]] = {}
    for column in columns():
        rows = free_to_go(column, column.rows(holder, beside=taker), holder=holder, taker=taker)
        parts.setdefault(column.label, []).append(rows)
    return counted(parts)


def counted(parts: dict[str, list[QuerySet]]) -> dict[str, int]:
    """The number of rows behind each label, in one query; labels without any are left out."""
    statements, values = [], []
    for label, querysets in parts.items():
        for rows in querysets:
            sql, params = _compiled(rows)
            statements.append(f"SELECT %s, count(*) FROM ({sql}) AS counted")  # noqa: S608 -- made by the ORM
            values += [label, *params]
    totals: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), values)
        for label, number in cursor.fetchall():
            totals[label] = totals.get(label, 0) + number
    return {label: number for label, number in totals.items() if number}


def marks() -> dict[str, int]:
    """The last key of every table with rows of persons, in one query."""
    quote, statements, labels = connection.ops.quote_name, [], []
    for model in owned_models():
        meta = model._meta
        statements.append(f"SELECT %s, max({quote(str(meta.pk.column))}) FROM {quote(meta.db_table)}")  # noqa: S608
        labels.append(meta.label_lower)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), labels)
        return {label: newest or 0 for label, newest in cursor.fetchall()}


def owned_models() -> list[type[models.Model]]:
    return list(dict.fromkeys(column.model for column in columns() if owner_of(column.model) is not None))


def note(rows: QuerySet, *, merge: Merge, label: str, column: str) -> int:
    """Write down that ``rows`` belong to what the merge moved; those written down already stay as they are."""
    known = MergeMove.objects.filter(merge=merge, model=label, column=column).values("row_id")
    sql, params = _compiled(rows.exclude(pk__in=known))
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO people_mergemove (merge_id, model, row_id, "column") '  # noqa: S608 -- made by the ORM
            f"SELECT %s, %s, found.id, %s FROM ({sql}) AS found(id)",
            [merge.pk, label, column, *params],
        )
        return cursor.rowcount


def give_back(rows: QuerySet, column: Column, *, holder: int, taker: int, merges_since: list[int]) -> int:
    """Give the rows of ``holder`` to ``taker``, and let the merges since then forget them."""
    rows = free_to_go(column, rows, holder=holder, taker=taker)
    sql, params = _compiled(rows)
    quote, meta = connection.ops.quote_name, column.model._meta
    table, key, name = quote(meta.db_table), quote(str(meta.pk.column)), quote(str(column.field.column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH back AS (UPDATE {table} SET {name} = %s WHERE {name} = %s AND {key} IN ({sql}) "  # noqa: S608
            f"RETURNING {key} AS id), forgotten AS (DELETE FROM people_mergemove USING back "
            'WHERE merge_id = ANY(%s) AND model = %s AND row_id = back.id AND "column" = %s) '
            "SELECT count(*) FROM back",
            [taker, holder, *params, merges_since, column.label, column.name],
        )
        return cursor.fetchone()[0]


def passed(merge: Merge, column: Column) -> Q:
    """Rows that came to the absorbed person's side of ``merge``: moved by it, or later than it."""
    moved = MergeMove.objects.filter(merge=merge, model=column.label, column=column.name).values("row_id")
    return Q(pk__gt=merge.marks.get(column.label, 0)) | Q(pk__in=moved)


def _hand_over(rows: QuerySet, column: Column, *, holder: int, taker: int, merge: Merge) -> int:
    sql, params = _compiled(rows)
    quote, meta = connection.ops.quote_name, column.model._meta
    table, key, name = quote(meta.db_table), quote(str(meta.pk.column)), quote(str(column.field.column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH moved AS (UPDATE {table} SET {name} = %s WHERE {name} = %s AND {key} IN ({sql}) "  # noqa: S608
            f"RETURNING {key} AS id) "
            'INSERT INTO people_mergemove (merge_id, model, row_id, "column") SELECT %s, %s, moved.id, %s FROM moved',
            [taker, holder, *params, merge.pk, column.label, column.name],
        )
        return cursor.rowcount


def _compiled(rows: QuerySet) -> tuple[str, tuple]:
    return rows.order_by().values("pk").query.sql_with_params()
