"""What is owed to somebody is found at once, however many letters of a send are due."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("people", "0013_ledgers_guard_columns")]
    operations = [
        AddIndexConcurrently(
            "outgoingmessage",
            models.Index(
                fields=["due_at", "id"],
                name="message_owed",
                condition=models.Q(state="queued", purpose__in=["service", "enquiry"]),
            ),
        )
    ]
