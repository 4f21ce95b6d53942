"""A cell of the matrix writes about what happens from when it was switched on, never about what is past."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contact_centre", "0013_inbound_indexes")]
    operations = [
        migrations.AddField("matrixcell", "on_since", models.DateTimeField(blank=True, null=True)),
    ]
