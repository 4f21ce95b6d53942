"""How often a form was shown and begun, and what became of its fields, by day. No visitor is remembered."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

from enquiries.models import Form, FormCount, FormFieldCount

SHOWN, BEGUN = "shown", "begun"
_RAISE = """
    INSERT INTO {table} (form_id, variant, "on", shown, begun)
    SELECT id, %s, %s, %s, %s FROM {forms} WHERE uuid = %s AND is_live FOR KEY SHARE
    ON CONFLICT (form_id, variant, "on") DO UPDATE SET shown = {table}.shown + EXCLUDED.shown,
        begun = {table}.begun + EXCLUDED.begun
"""
_RAISE_FIELDS = """
    INSERT INTO {table} (form_id, key, "on", filled, refused, "left")
    SELECT form_id, key, day, filled, refused, gone
    FROM UNNEST(%s::bigint[], %s::text[], %s::date[], %s::int[], %s::int[], %s::int[])
        AS given(form_id, key, day, filled, refused, gone)
    ORDER BY key
    ON CONFLICT (form_id, key, "on") DO UPDATE SET filled = {table}.filled + EXCLUDED.filled,
        refused = {table}.refused + EXCLUDED.refused, "left" = {table}."left" + EXCLUDED."left"
"""


def note(uuid: UUID, what: str, *, variant: str = "", at: datetime) -> bool:
    """Count that a form was shown or begun; False, and nothing counted, for one that is gone or put away."""
    query = _RAISE.format(table=FormCount._meta.db_table, forms=Form._meta.db_table)
    numbers = [int(what == SHOWN), int(what == BEGUN)]
    with connection.cursor() as cursor:
        cursor.execute(query, [variant[:1], timezone.localdate(at), *numbers, uuid])
        return bool(cursor.rowcount)


def note_left(uuid: UUID, key: str, *, at: datetime) -> bool:
    """Count the field after which somebody went away; False unless the form has it."""
    form = Form.objects.filter(uuid=uuid, is_live=True, fields__key=key).values_list("pk", flat=True).first()
    if form is None:
        return False
    _raise_fields(form, timezone.localdate(at), left=[key])
    return True


def note_fields(form: Form, *, filled: Iterable[str] = (), refused: Iterable[str] = (), at: datetime) -> None:
    """Count the fields that were filled in, and those that had to be put right."""
    _raise_fields(form.pk, timezone.localdate(at), filled=filled, refused=refused)


def _raise_fields(
    form: int, on: date, *, filled: Iterable[str] = (), refused: Iterable[str] = (), left: Iterable[str] = ()
) -> None:
    names = [set(filled), set(refused), set(left)]
    keys = sorted(set().union(*names))
    if not keys:
        return
    columns = [[int(key in named) for key in keys] for named in names]
    query = _RAISE_FIELDS.format(table=FormFieldCount._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(query, [[form] * len(keys), keys, [on] * len(keys), *columns])
