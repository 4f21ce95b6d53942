"""The goal of enrolments, moved by the migration before, goes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0012_goals_are_targets")]
    operations = [migrations.RemoveField(model_name="campaign", name="goal_enrolments")]
