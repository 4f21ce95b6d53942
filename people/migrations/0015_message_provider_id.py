"""The number under which a provider knows a message, by which what it tells later is joined to it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0014_message_owed")]
    operations = [
        migrations.AddField(
            model_name="outgoingmessage",
            name="provider_id",
            field=models.CharField(blank=True, db_default="", max_length=120),
        ),
    ]
