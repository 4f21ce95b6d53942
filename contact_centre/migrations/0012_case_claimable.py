"""What one can claim, and what may have to be escalated, each with an index of its own, made beside the running desk."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("contact_centre", "0011_case_aside")]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                fields=["-priority", "rank_at", "id"],
                name="case_claimable",
                condition=models.Q(taken_at=None, state__in=["waiting", "in_hand"]),
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                fields=["answer_due_at"],
                name="case_to_escalate",
                condition=models.Q(answered_at=None, escalation_level__lt=3) & ~models.Q(state="closed"),
            ),
        ),
        RemoveIndexConcurrently(model_name="case", name="case_waiting"),
    ]
