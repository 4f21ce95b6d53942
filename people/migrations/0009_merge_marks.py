"""What a merge found when it was made, so that undoing it can tell what came later; and one standing merge each."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0008_three_more_roles")]
    operations = [
        migrations.AddField(model_name="merge", name="marks", field=models.JSONField(default=dict)),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)), fields=("absorbed",), name="merge_standing_once"
            ),
        ),
    ]
