"""When the deadlines were last worked out anew after a calendar changed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contact_centre", "0008_send_rest")]

    operations = [
        migrations.AddField(
            model_name="workingcalendar",
            name="recomputed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
