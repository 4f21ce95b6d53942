from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0009_submission_network")]

    operations = [
        migrations.CreateModel(
            name="OriginReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=20, unique=True)),
                ("seen_id", models.BigIntegerField(default=0)),
                ("turn_id", models.BigIntegerField(default=0)),
                ("seen_at", models.DateTimeField()),
                ("turned_at", models.DateTimeField()),
            ],
            options={"verbose_name": "look through a ledger", "verbose_name_plural": "looks through ledgers"},
        ),
    ]
