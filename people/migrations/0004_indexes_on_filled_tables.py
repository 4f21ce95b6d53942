"""Indexes and a check on tables that may hold millions of rows: made beside the work that goes on."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("people", "0003_one_person_many_ways")]
    operations = [
        AddIndexConcurrently(
            model_name="identity",
            index=models.Index(fields=["value"], name="identity_by_beginning", opclasses=["varchar_pattern_ops"]),
        ),
        AddIndexConcurrently(
            model_name="identity",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Reverse("value"), name="text_pattern_ops"
                ),
                condition=models.Q(("kind__in", ["phone", "whatsapp"])),
                name="identity_by_ending",
            ),
        ),
        AddIndexConcurrently(
            model_name="person",
            index=models.Index(condition=models.Q(("compared_at", None)), fields=["id"], name="person_to_compare"),
        ),
        AddIndexConcurrently(
            model_name="touchpoint",
            index=models.Index(fields=["person", "kind", "-at", "-id"], name="touchpoint_by_kind"),
        ),
        AddConstraintNotValid(
            model_name="touchpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sentiment", None), models.Q(("sentiment__gte", -1), ("sentiment__lte", 1)), _connector="OR"
                ),
                name="touchpoint_sentiment_range",
            ),
        ),
        ValidateConstraint("touchpoint", "touchpoint_sentiment_range"),
    ]
