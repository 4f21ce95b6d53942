"""The ledgers' guard wakes up only for statements that write a column nobody may rewrite.

Forgetting the words of a long timeline then costs half as much; what is guarded stays the same.
"""

from django.db import migrations

GUARDED = {
    "people_consent": "id purpose channel decision wording_version language at merge_uuid",
    "people_touchpoint": "id at channel direction kind is_two_way about_kind about_id identity_id campaign",
    "people_auditentry": "id at act what about_kind about_id",
}
MAY_CHANGE = {
    "people_consent": ("person_id", "source", "proof", "said_by_id", "by_id"),
    "people_touchpoint": ("person_id", "summary", "emotion", "sentiment", "by_id"),
    "people_auditentry": ("person_id", "by_id", "really_by_id", "detail"),
}


def _trigger(table: str, *, columns: str) -> str:
    names = ", ".join(f"'{column}'" for column in MAY_CHANGE[table])
    return (
        f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE {columns} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION people_append_only({names})"
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0012_people_analysed")]
    operations = [
        migrations.RunSQL(
            _trigger(table, columns="OF " + ", ".join(columns.split())),
            _trigger(table, columns=""),
        )
        for table, columns in GUARDED.items()
    ]
