"""A right to see the applicants of what one teaches."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("enrolment", "0001_initial"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="application",
            options={
                "permissions": [
                    ("decide_application", "Can admit or reject an applicant"),
                    ("see_own_applicants", "Can see who applied to what they teach"),
                ],
                "verbose_name": "application",
                "verbose_name_plural": "applications",
            },
        ),
    ]
