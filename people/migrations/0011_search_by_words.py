"""Names are searched by their words; made beside the work that goes on."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations

import people.models.name_words


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("people", "0010_consent_by_guardian")]
    operations = [
        AddIndexConcurrently(
            model_name="person",
            index=django.contrib.postgres.indexes.GinIndex(
                people.models.name_words.NameWords("given_name", "family_name"), name="person_by_words"
            ),
        ),
    ]
