"""Counters of a day: one row for each thing and day, raised by one statement however many count at once."""

from datetime import date
from typing import Any

from django.db import connection, models


def raise_by_one(counts: type[models.Model], column: str, *, of: models.QuerySet[Any], on: date) -> bool:
    """Raise ``column`` of the day ``on`` by one for the single row that ``of`` finds; False when it finds none.

    The row found is kept from being deleted until the count is written; two at once both count.
    """
    parent: Any = next(field for field in counts._meta.fields if field.many_to_one)
    numbers = [field.column for field in counts._meta.fields if isinstance(field, models.PositiveIntegerField)]
    quote = connection.ops.quote_name
    table, names = quote(counts._meta.db_table), ", ".join(quote(name) for name in [parent.column, "on", *numbers])
    ones = ", ".join("1" if name == column else "0" for name in numbers)
    with connection.cursor() as cursor:
        found, values = of.order_by().values("pk").query.sql_with_params()
        cursor.execute(
            # The names come from the model, the values travel apart.
            f"INSERT INTO {table} ({names}) SELECT found.id, %s, {ones} FROM "  # noqa: S608
            f"(SELECT id FROM {quote(of.model._meta.db_table)} WHERE id IN ({found}) FOR KEY SHARE) found "
            f"ON CONFLICT ({quote(parent.column)}, {quote('on')}) "
            f"DO UPDATE SET {quote(column)} = {table}.{quote(column)} + 1",
            [on, *values],
        )
        return bool(cursor.rowcount)
