"""How much came from one network within the last minutes is counted from the rows themselves."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0008_crisis_right")]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="network",
            field=models.CharField(blank=True, db_default="", max_length=32),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=models.Q(("network", ""), _negated=True),
                fields=["network", "at"],
                name="submission_by_network",
            ),
        ),
    ]
