"""A right to see the students of what one teaches."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("tutoring", "0001_initial"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="student",
            options={
                "permissions": [
                    ("see_own_students", "Can see their own students"),
                    ("see_all_students", "Can see all students"),
                    ("see_taught_students", "Can see the students of what they teach"),
                ],
                "verbose_name": "student",
                "verbose_name_plural": "students",
            },
        ),
    ]
