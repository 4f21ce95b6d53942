"""What stood in words or only in the log of moves goes to the columns and tables made for it."""

from django.db import migrations

BATCH = 20_000  # enquiries; each batch is committed, so that nobody waits for the whole table

AUDIENCES = """
    INSERT INTO enquiries_campaignaudience (campaign_id, words) SELECT id, audience FROM enquiries_campaign
    WHERE audience <> ''
"""
MEDIA = {
    "email": "e-?mail|correu|correo",
    "search": "search|cerca|búsqueda|google",
    "social": "social|instagram|linkedin|facebook|xarx|redes",
    "fair": "fair|saló|salón|fira|feria",
    "press": "press|premsa|prensa",
    "call": "phone|call|tel|trucad|llamad",
}
CHANNELS = """
    INSERT INTO enquiries_campaignchannel (campaign_id, medium, message)
    SELECT id, %s, '' FROM enquiries_campaign WHERE channels ~* %s
"""
OTHERS = """
    INSERT INTO enquiries_campaignchannel (campaign_id, medium, message)
    SELECT id, 'other', channels FROM enquiries_campaign c WHERE channels <> ''
    AND NOT EXISTS (SELECT 1 FROM enquiries_campaignchannel h WHERE h.campaign_id = c.id)
"""
WHEN = """
    UPDATE enquiries_enquiry e SET contacted_at = m.contacted, applied_at = m.applied, enrolled_at = m.enrolled
    FROM (
        SELECT enquiry_id,
            min(at) FILTER (WHERE to_state IN ('contacted', 'qualified', 'applied', 'enrolled')) AS contacted,
            min(at) FILTER (WHERE to_state = 'applied') AS applied,
            min(at) FILTER (WHERE to_state = 'enrolled') AS enrolled
        FROM enquiries_enquirymove WHERE enquiry_id > %s AND enquiry_id <= %s GROUP BY enquiry_id
    ) m
    WHERE m.enquiry_id = e.id AND m.contacted IS NOT NULL
"""


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(AUDIENCES)
        for medium, words in MEDIA.items():
            cursor.execute(CHANNELS, [medium, words])
        cursor.execute(OTHERS)
        cursor.execute("SELECT coalesce(max(id), 0) FROM enquiries_enquiry")
        (last,) = cursor.fetchone()
        for start in range(0, last, BATCH):
            cursor.execute(WHEN, [start, start + BATCH])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enquiries", "0002_tables")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
