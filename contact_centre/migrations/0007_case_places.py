"""Give the cases that wait a place in the queue, some thousand at a time."""

from django.db import connections, migrations

FILL = """
UPDATE contact_centre_case SET rank_at = answer_due_at
WHERE id IN (
    SELECT id FROM contact_centre_case
    WHERE rank_at IS NULL AND answered_at IS NULL AND NOT state = 'closed' LIMIT 5000
)
"""


def fill(apps, schema_editor):
    with connections[schema_editor.connection.alias].cursor() as cursor:
        cursor.execute(FILL)
        while cursor.rowcount:
            cursor.execute(FILL)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("contact_centre", "0006_case_indexes")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=False)]
