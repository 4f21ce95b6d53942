"""Audiences and channels of campaigns stand in tables of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0003_what_stood_in_words")]
    operations = [
        migrations.RemoveConstraint(
            model_name='campaign',
            name='campaign_live_names_audience_and_channels',
        ),
        migrations.RemoveField(
            model_name='campaign',
            name='audience',
        ),
        migrations.RemoveField(
            model_name='campaign',
            name='channels',
        ),
    ]
