"""Receipts issued before get the name of the person who paid, in batches of their own, beside the work that goes on."""

from django.db import migrations

BATCH = 5_000
FILL = """
UPDATE enrolment_receipt AS receipt
   SET payer_name = trim(person.given_name || ' ' || person.family_name)
  FROM enrolment_payment AS payment
  JOIN enrolment_application AS application ON application.id = payment.application_id
  JOIN people_person AS person ON person.id = application.person_id
 WHERE payment.id = receipt.payment_id AND receipt.payer_name = '' AND receipt.id > %s AND receipt.id <= %s
"""


def fill(apps, schema_editor):
    last = apps.get_model("enrolment", "Receipt").objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with schema_editor.connection.cursor() as cursor:
        for start in range(0, last, BATCH):
            cursor.execute(FILL, [start, start + BATCH])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enrolment", "0003_receipt_payer"), ("people", "0005_ledgers_append_only")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
