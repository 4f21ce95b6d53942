"""An applicant under age waits for a guardian, who is asked by mail to agree."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enrolment", "0004_receipt_payer_filled"),
        ("people", "0005_ledgers_append_only"),
    ]

    operations = [
        migrations.AlterField(
            model_name="application",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("waiting", "Waiting for a guardian"),
                    ("submitted", "Submitted"),
                    ("admitted", "Admitted"),
                    ("rejected", "Not admitted"),
                    ("enrolled", "Enrolled"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="draft",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.CreateModel(
            name="GuardianRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mother", "Mother"),
                            ("father", "Father"),
                            ("guardian", "Legal guardian"),
                            ("partner", "Partner"),
                            ("relative", "Other relative"),
                            ("employer", "Employer"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                        verbose_name="who they are",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("expires_at", models.DateTimeField(verbose_name="link opens until")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agreed", "Agreed"),
                            ("declined", "Declined"),
                            ("replaced", "Somebody was asked anew"),
                        ],
                        max_length=10,
                        verbose_name="answer",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guardian_requests",
                        to="enrolment.application",
                    ),
                ),
                (
                    "guardian",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guardian_requests",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "question to a guardian",
                "verbose_name_plural": "questions to guardians",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at", None)), fields=("application",), name="guardian_one_open"
                    )
                ],
            },
        ),
    ]
