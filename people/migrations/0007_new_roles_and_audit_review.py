"""The new roles need new rights, a memory of what each was granted, and an audit that is reviewed by sample."""

import datetime

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("people", "0006_upload_preview"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditWeek",
            fields=[
                ("starts_on", models.DateField(primary_key=True, serialize=False)),
                ("entries", models.PositiveIntegerField(default=0)),
                ("picked", models.PositiveIntegerField(default=0)),
                ("picked_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "reviewed week",
                "verbose_name_plural": "reviewed weeks",
            },
        ),
        migrations.AlterModelOptions(
            name="person",
            options={
                "permissions": [
                    ("export_person", "Can export everything about a person"),
                    ("erase_person", "Can erase a person"),
                    ("merge_person", "Can merge people and undo a merge"),
                    ("import_person", "Can import people and histories"),
                    ("count_contactable", "Can see how many people can be contacted"),
                    ("note_consent", "Can write down what a person says about their consent"),
                    ("note_relative", "Can write down guardians and relatives"),
                    ("see_own_people", "Can see the people they teach"),
                ],
                "verbose_name": "person",
                "verbose_name_plural": "people",
            },
        ),
        migrations.AlterModelOptions(
            name="user",
            options={
                "permissions": [("look_as", "Can look at the product as somebody else")],
                "verbose_name": "user",
                "verbose_name_plural": "users",
            },
        ),
        migrations.AddField(
            model_name="auditreview",
            name="reasons",
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name="AuditSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "share_percent",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="share of the entries of a week (%)",
                    ),
                ),
                ("at_least", models.PositiveSmallIntegerField(default=10, verbose_name="but at least")),
                (
                    "at_most",
                    models.PositiveSmallIntegerField(
                        default=40, validators=[django.core.validators.MinValueValidator(1)], verbose_name="and at most"
                    ),
                ),
                ("work_begins", models.TimeField(default=datetime.time(8, 0), verbose_name="the working day begins")),
                ("work_ends", models.TimeField(default=datetime.time(20, 0), verbose_name="and ends")),
                (
                    "many_people",
                    models.PositiveSmallIntegerField(
                        default=40,
                        validators=[django.core.validators.MinValueValidator(2)],
                        verbose_name="people read in an hour that are many",
                    ),
                ),
                (
                    "site",
                    models.OneToOneField(
                        editable=False, on_delete=django.db.models.deletion.CASCADE, to="wagtailcore.site"
                    ),
                ),
            ],
            options={
                "verbose_name": "audit",
            },
        ),
        migrations.CreateModel(
            name="GrantedRight",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "group",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="auth.group"),
                ),
                (
                    "permission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="auth.permission"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("group", "permission"), name="granted_right_once")],
            },
        ),
    ]
