"""A place's calendar entry is replaced by each change of it, also when only this one place changed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0006_form_baskets")]

    operations = [
        migrations.AddField(
            model_name="sessionplace",
            name="sequence",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
