"""The consent ledger, the timeline and the audit trail hold what was said and done: the database lets nobody rewrite it.

Whose row it is may change (a merge), and words may be forgotten (an erasure); nothing else.
"""

from django.db import migrations

MAY_CHANGE = {
    "people_consent": ("person_id", "source", "proof", "said_by_id", "by_id"),
    "people_touchpoint": ("person_id", "summary", "emotion", "sentiment", "by_id"),
    "people_auditentry": ("person_id", "by_id", "really_by_id", "detail"),
}
FUNCTION = """
CREATE FUNCTION people_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(OLD) - TG_ARGV IS DISTINCT FROM to_jsonb(NEW) - TG_ARGV THEN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def _trigger(table: str, columns: tuple[str, ...]) -> migrations.RunSQL:
    names = ", ".join(f"'{column}'" for column in columns)
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION people_append_only({names})",
        f"DROP TRIGGER {table}_append_only ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0004_indexes_on_filled_tables")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION people_append_only()"),
        *[_trigger(table, columns) for table, columns in MAY_CHANGE.items()],
    ]
