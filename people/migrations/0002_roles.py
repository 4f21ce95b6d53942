"""The roles exist from the first migration on; what each may do is granted after every migration (people.roles)."""

from django.db import migrations

ROLES = (
    "Adviser",
    "Contact-centre lead",
    "Admissions",
    "Finance",
    "Editor",
    "Tutor",
    "Moderator",
    "Director",
    "Data protection",
)


def create(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for name in ROLES:
        group.objects.get_or_create(name=name)


def delete(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(create, delete)]
