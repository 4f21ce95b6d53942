"""The old goal of enrolments becomes what a campaign is measured by, and its target."""

from django.conf import settings
from django.db import migrations
from django.utils.translation import gettext, override

BATCH = 1_000  # campaigns; each batch is committed
AIMS = """
    UPDATE enquiries_campaign SET metric = 'enrolments', target = goal_enrolments
    WHERE id > %s AND id <= %s AND goal_enrolments IS NOT NULL
        AND (metric = '' OR (metric = 'enrolments' AND target IS NULL))
"""
# Measured by something else, the goal is still what was agreed: it stays where targets are written in words.
WORDS = """
    INSERT INTO enquiries_campaignstep (campaign_id, step, text)
    SELECT id, 'targets', %s || goal_enrolments FROM enquiries_campaign
    WHERE id > %s AND id <= %s AND goal_enrolments > 0 AND metric NOT IN ('', 'enrolments')
    ON CONFLICT (campaign_id, step) DO UPDATE
    SET text = concat_ws(E'\\n', nullif(enquiries_campaignstep.text, ''), excluded.text)
    WHERE strpos(enquiries_campaignstep.text, excluded.text) = 0
"""


def fill(apps, schema_editor):
    with override(settings.LANGUAGE_CODE):
        label = f"{gettext('Enrolments')}: "
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM enquiries_campaign")
        (last,) = cursor.fetchone()
        for start in range(0, last, BATCH):
            cursor.execute(AIMS, [start, start + BATCH])
            cursor.execute(WORDS, [label, start, start + BATCH])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enquiries", "0011_spoken_sources")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
