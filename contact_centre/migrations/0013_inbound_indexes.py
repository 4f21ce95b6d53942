"""What is held, what came lately, and the calls of one number or those that were missed are found by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contact_centre", "0012_case_claimable")]
    operations = [
        migrations.AddIndex(
            "inboundmessage",
            models.Index(condition=models.Q(("state", "held")), fields=["received_at"], name="inbound_held"),
        ),
        migrations.AddIndex("inboundmessage", models.Index(fields=["-received_at"], name="inbound_by_time")),
        migrations.AddIndex("call", models.Index(fields=["number", "-started_at"], name="call_by_number")),
        migrations.AddIndex(
            "call",
            models.Index(condition=models.Q(("outcome", "missed")), fields=["-started_at"], name="call_missed"),
        ),
    ]
