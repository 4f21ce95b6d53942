"""An index on a ledger that may hold millions of lines: made beside the work that goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("people", "0009_merge_marks")]
    operations = [
        AddIndexConcurrently(
            model_name="consent",
            index=models.Index(
                condition=models.Q(("said_by__isnull", False)), fields=["said_by"], name="consent_by_guardian"
            ),
        ),
    ]
