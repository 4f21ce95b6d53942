"""What is put aside is found by when it comes back."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("contact_centre", "0010_question_stage")]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                fields=["snoozed_until"], name="case_aside", condition=models.Q(("snoozed_until__isnull", False))
            ),
        ),
    ]
