"""A send may hold back whoever is not in the sample until the better wording is known."""

from django.db import migrations, models

STATES = [
    ("waiting", "Waiting"),
    ("rest", "Waits for the better variant"),
    ("queued", "In the outbox"),
    ("left_out", "Left out"),
    ("held_out", "Held out to compare"),
    ("stopped", "Stopped"),
]


class Migration(migrations.Migration):
    dependencies = [("contact_centre", "0007_case_places")]

    operations = [
        migrations.AddField(
            model_name="send",
            name="rest_to_winner",
            field=models.BooleanField(
                default=False, verbose_name="whoever is not in the sample gets the better variant"
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(choices=STATES, default="waiting", max_length=8),
        ),
    ]
