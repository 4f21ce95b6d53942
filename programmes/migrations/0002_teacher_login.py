"""A teacher may have a login, with which they see who applied to and who studies what they teach."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="teacher",
            name="login",
            field=models.OneToOneField(
                blank=True,
                help_text="With it they see who applied to and who studies what they teach.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="teacher",
                to=settings.AUTH_USER_MODEL,
                verbose_name="login",
            ),
        ),
    ]
