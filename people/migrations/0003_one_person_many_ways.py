"""One person with many ways to be reached, merged, consented to, kept and let in: the tables behind it."""

import datetime
import django.contrib.postgres.indexes
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_roles"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("read", "Read"),
                            ("changed", "Changed"),
                            ("exported", "Exported"),
                            ("looked_as", "Looked as another"),
                        ],
                        max_length=10,
                    ),
                ),
                ("what", models.CharField(max_length=80)),
                ("about_kind", models.CharField(blank=True, max_length=60)),
                ("about_id", models.BigIntegerField(blank=True, null=True)),
                ("detail", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit trail",
                "permissions": [("review_audit", "Can review samples of the audit trail")],
            },
        ),
        migrations.CreateModel(
            name="AuditReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("picked_at", models.DateTimeField()),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("fine", "As it should be"),
                            ("corrected", "A mistake, put right"),
                            ("misuse", "Not allowed"),
                        ],
                        max_length=10,
                        verbose_name="finding",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
            ],
            options={
                "verbose_name": "audit review",
                "verbose_name_plural": "audit reviews",
            },
        ),
        migrations.CreateModel(
            name="ConsentRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("purposes", models.JSONField()),
                ("address", models.CharField(max_length=254)),
                (
                    "language",
                    models.CharField(choices=[("ca", "Català"), ("es", "Español"), ("en", "English")], max_length=5),
                ),
                ("source", models.CharField(max_length=200)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "consent request",
                "verbose_name_plural": "consent requests",
            },
        ),
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("enquiry", "Answer my enquiry"),
                            ("commercial", "News and offers"),
                            ("service", "My studies and payments"),
                            ("survey", "Surveys"),
                            ("profiling", "Profiling"),
                            ("photographs", "Photographs"),
                        ],
                        max_length=12,
                    ),
                ),
                ("version", models.CharField(max_length=40)),
                (
                    "language",
                    models.CharField(choices=[("ca", "Català"), ("es", "Español"), ("en", "English")], max_length=5),
                ),
                ("text", models.TextField()),
                ("since", models.DateTimeField()),
            ],
            options={
                "verbose_name": "consent text",
                "verbose_name_plural": "consent texts",
            },
        ),
        migrations.CreateModel(
            name="ContactRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quiet_from", models.TimeField(default=datetime.time(21, 0), verbose_name="no calls or offers from")),
                ("quiet_until", models.TimeField(default=datetime.time(9, 0), verbose_name="until")),
                (
                    "commercial_cap",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="commercial messages per person at most",
                    ),
                ),
                (
                    "cap_days",
                    models.PositiveSmallIntegerField(
                        default=7, validators=[django.core.validators.MinValueValidator(1)], verbose_name="in days"
                    ),
                ),
                (
                    "customer_months",
                    models.PositiveSmallIntegerField(
                        default=12,
                        help_text="0: only with a consent.",
                        verbose_name="customers may be offered similar programmes for (months)",
                    ),
                ),
                (
                    "confirm_by_mail",
                    models.BooleanField(
                        default=False,
                        help_text="A subscription to the newsletter is always confirmed. With this, boxes ticked in a form are too.",
                        verbose_name="ask for every yes to be confirmed by e-mail",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact rules",
            },
        ),
        migrations.CreateModel(
            name="DuplicatePair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("probability", models.FloatField(verbose_name="probability")),
                ("reasons", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To decide"), ("merged", "Made one"), ("different", "Two people")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("found_at", models.DateTimeField(verbose_name="found")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "possible duplicate",
                "verbose_name_plural": "possible duplicates",
            },
        ),
        migrations.CreateModel(
            name="ImportMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=30)),
                ("source", models.CharField(max_length=120)),
                ("columns", models.JSONField(default=dict)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "import mapping",
                "verbose_name_plural": "import mappings",
            },
        ),
        migrations.CreateModel(
            name="ImportUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=30)),
                ("file_name", models.CharField(max_length=255)),
                ("stored_as", models.CharField(max_length=255)),
                ("source", models.CharField(blank=True, max_length=120)),
                ("columns", models.JSONField(default=dict)),
                ("decisions", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Uploaded"),
                            ("mapped", "Columns chosen"),
                            ("queued", "Waiting"),
                            ("running", "Under way"),
                            ("done", "Finished"),
                            ("failed", "Failed"),
                        ],
                        default="uploaded",
                        max_length=8,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=250)),
                ("rows_total", models.PositiveIntegerField(default=0)),
                ("rows_done", models.PositiveIntegerField(default=0)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "uploaded file",
                "verbose_name_plural": "uploaded files",
            },
        ),
        migrations.CreateModel(
            name="KnownDevice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_hash", models.CharField(max_length=64)),
                ("agent", models.CharField(blank=True, max_length=200)),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "known device",
                "verbose_name_plural": "known devices",
            },
        ),
        migrations.CreateModel(
            name="LegalBasis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(default="customer", max_length=12)),
                ("topic", models.CharField(max_length=60)),
                ("since", models.DateTimeField()),
                ("about_kind", models.CharField(blank=True, max_length=60)),
                ("about_id", models.BigIntegerField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "legal basis",
                "verbose_name_plural": "legal bases",
            },
        ),
        migrations.CreateModel(
            name="LikenessKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120)),
            ],
            options={
                "verbose_name": "likeness key",
                "verbose_name_plural": "likeness keys",
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("at", models.DateTimeField(verbose_name="merged at")),
                ("source", models.CharField(max_length=60)),
                ("choices", models.JSONField(default=dict)),
                ("before", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("after", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("stayed", models.JSONField(default=dict)),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone at")),
            ],
            options={
                "verbose_name": "merge",
                "verbose_name_plural": "merges",
            },
        ),
        migrations.CreateModel(
            name="MergeMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=60)),
                ("row_id", models.BigIntegerField()),
                ("column", models.CharField(max_length=60)),
            ],
            options={
                "verbose_name": "moved row",
                "verbose_name_plural": "moved rows",
            },
        ),
        migrations.CreateModel(
            name="PlannedErasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("noted_at", models.DateTimeField(verbose_name="noted at")),
                ("bites_on", models.DateField(verbose_name="erased on")),
                ("held_until", models.DateField(blank=True, null=True, verbose_name="held until")),
                ("held_why", models.CharField(blank=True, max_length=250, verbose_name="why")),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "planned erasure",
                "verbose_name_plural": "planned erasures",
            },
        ),
        migrations.CreateModel(
            name="Relationship",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("is_guardian", models.BooleanField(default=False, verbose_name="may decide for them")),
                ("gets_reports", models.BooleanField(default=False, verbose_name="gets progress reports")),
                ("gets_invoices", models.BooleanField(default=False, verbose_name="gets invoices")),
                ("is_payer", models.BooleanField(default=False, verbose_name="pays")),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("source", models.CharField(max_length=200)),
                ("proof", models.TextField(blank=True, verbose_name="proof")),
            ],
            options={
                "verbose_name": "relative",
                "verbose_name_plural": "relatives",
            },
        ),
        migrations.CreateModel(
            name="RetentionPeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="rule")),
                ("months", models.PositiveSmallIntegerField(verbose_name="months")),
                ("is_active", models.BooleanField(default=True, verbose_name="in force")),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "retention period",
                "verbose_name_plural": "retention periods",
            },
        ),
        migrations.CreateModel(
            name="SharedAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "shared address",
                "verbose_name_plural": "shared addresses",
            },
        ),
        migrations.CreateModel(
            name="UsedLink",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "used link",
                "verbose_name_plural": "used links",
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
                ],
                "verbose_name": "person",
                "verbose_name_plural": "people",
            },
        ),
        migrations.AlterModelOptions(
            name="suppression",
            options={
                "permissions": [("import_suppression", "Can take in exclusion lists")],
                "verbose_name": "suppression",
                "verbose_name_plural": "suppressions",
            },
        ),
        migrations.AddField(
            model_name="consent",
            name="merge_uuid",
            field=models.UUIDField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="consent",
            name="said_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="people.person",
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="rows_done",
            field=models.PositiveIntegerField(default=0, verbose_name="rows done"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="rows_total",
            field=models.PositiveIntegerField(default=0, verbose_name="rows"),
        ),
        migrations.AddField(
            model_name="outgoingmessage",
            name="topic",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="person",
            name="birth_date",
            field=models.DateField(blank=True, null=True, verbose_name="date of birth"),
        ),
        migrations.AddField(
            model_name="person",
            name="compared_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="frequency",
            field=models.CharField(
                blank=True,
                choices=[("weekly", "One a week"), ("fortnightly", "One in two weeks"), ("monthly", "One a month")],
                max_length=12,
                verbose_name="how often",
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="links_epoch",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="person",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="absorbed",
                to="people.person",
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="preferred_from",
            field=models.TimeField(blank=True, null=True, verbose_name="preferred from"),
        ),
        migrations.AddField(
            model_name="person",
            name="preferred_until",
            field=models.TimeField(blank=True, null=True, verbose_name="preferred until"),
        ),
        migrations.AddField(
            model_name="person",
            name="topics_off",
            field=models.JSONField(blank=True, default=list, verbose_name="topics not wanted"),
        ),
        migrations.AddField(
            model_name="suppression",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="list_name",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="touchpoint",
            name="emotion",
            field=models.CharField(
                blank=True,
                choices=[
                    ("enthusiasm", "Enthusiasm"),
                    ("calm", "Calm"),
                    ("doubt", "Doubt"),
                    ("worry", "Worry"),
                    ("let_down", "Disappointment"),
                    ("anger", "Anger"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="touchpoint",
            name="identity_id",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="touchpoint",
            name="sentiment",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="consent",
            name="decision",
            field=models.CharField(
                choices=[
                    ("requested", "Asked, not confirmed yet"),
                    ("granted", "Granted"),
                    ("denied", "Denied"),
                    ("withdrawn", "Withdrawn"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("enquiry", "Answer my enquiry"),
                    ("commercial", "News and offers"),
                    ("service", "My studies and payments"),
                    ("survey", "Surveys"),
                    ("profiling", "Profiling"),
                    ("photographs", "Photographs"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="identity",
            name="kind",
            field=models.CharField(
                choices=[
                    ("email", "E-mail"),
                    ("phone", "Telephone"),
                    ("whatsapp", "WhatsApp"),
                    ("user_name", "User name"),
                    ("student_number", "Student number"),
                    ("external", "External id"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="outgoingmessage",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("enquiry", "Answer my enquiry"),
                    ("commercial", "News and offers"),
                    ("service", "My studies and payments"),
                    ("survey", "Surveys"),
                    ("profiling", "Profiling"),
                    ("photographs", "Photographs"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="suppression",
            name="kind",
            field=models.CharField(
                choices=[
                    ("email", "E-mail"),
                    ("phone", "Telephone"),
                    ("whatsapp", "WhatsApp"),
                    ("user_name", "User name"),
                    ("student_number", "Student number"),
                    ("external", "External id"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="audit_entries",
                to="people.person",
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="really_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="auditreview",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="auditreview",
            name="entry",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="review", to="people.auditentry"
            ),
        ),
        migrations.AddField(
            model_name="consentrequest",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="consent_requests", to="people.person"
            ),
        ),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=models.UniqueConstraint(fields=("version", "language"), name="consent_text_once"),
        ),
        migrations.AddField(
            model_name="duplicatepair",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="duplicatepair",
            name="one",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"),
        ),
        migrations.AddField(
            model_name="duplicatepair",
            name="other",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"),
        ),
        migrations.AddConstraint(
            model_name="importmapping",
            constraint=models.UniqueConstraint(fields=("kind", "source"), name="import_mapping_once"),
        ),
        migrations.AddField(
            model_name="importupload",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="importupload",
            name="run",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="upload",
                to="people.importrun",
            ),
        ),
        migrations.AddField(
            model_name="knowndevice",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="devices", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="legalbasis",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="legal_bases", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="likenesskey",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="likeness_keys", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="absorbed",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="merged_by", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="survivor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="merges", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="mergemove",
            name="merge",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="moves", to="people.merge"
            ),
        ),
        migrations.AddField(
            model_name="plannederasure",
            name="held_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="plannederasure",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="planned_erasures", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="relationship",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="relationship",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="relatives", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="relationship",
            name="relative",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="stands_by", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="retentionperiod",
            name="changed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sharedaddress",
            name="identity",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="shared_with", to="people.identity"
            ),
        ),
        migrations.AddField(
            model_name="sharedaddress",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="shared_addresses", to="people.person"
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["-at", "-id"], name="audit_newest"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["person", "-at"], name="audit_of_person"),
        ),
        migrations.AddIndex(
            model_name="auditreview",
            index=models.Index(
                condition=models.Q(("reviewed_at", None)), fields=["picked_at"], name="audit_review_open"
            ),
        ),
        migrations.AddIndex(
            model_name="consentrequest",
            index=models.Index(
                condition=models.Q(("confirmed_at", None)), fields=["expires_at"], name="consent_request_open"
            ),
        ),
        migrations.AddIndex(
            model_name="duplicatepair",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["-probability", "-id"], name="duplicate_likeliest"
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicatepair",
            constraint=models.UniqueConstraint(fields=("one", "other"), name="duplicate_pair_once"),
        ),
        migrations.AddConstraint(
            model_name="duplicatepair",
            constraint=models.CheckConstraint(
                condition=models.Q(("one__lt", models.F("other"))), name="duplicate_pair_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicatepair",
            constraint=models.CheckConstraint(
                condition=models.Q(("probability__gte", 0), ("probability__lte", 1)), name="duplicate_probability"
            ),
        ),
        migrations.AddIndex(
            model_name="importupload",
            index=models.Index(condition=models.Q(("state", "queued")), fields=["created_at"], name="upload_queue"),
        ),
        migrations.AddConstraint(
            model_name="knowndevice",
            constraint=models.UniqueConstraint(fields=("user", "key_hash"), name="known_device_once"),
        ),
        migrations.AddConstraint(
            model_name="legalbasis",
            constraint=models.UniqueConstraint(fields=("person", "kind", "topic"), name="legal_basis_once"),
        ),
        migrations.AddConstraint(
            model_name="likenesskey",
            constraint=models.UniqueConstraint(fields=("key", "person"), name="likeness_key_once"),
        ),
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(fields=["-at"], name="merge_newest"),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("survivor", models.F("absorbed")), _negated=True), name="merge_of_two"
            ),
        ),
        migrations.AddIndex(
            model_name="plannederasure",
            index=models.Index(condition=models.Q(("done_at", None)), fields=["bites_on"], name="planned_erasure_due"),
        ),
        migrations.AddConstraint(
            model_name="plannederasure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at", None)), fields=("person",), name="planned_erasure_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="relationship",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)), fields=("person", "relative"), name="relationship_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="relationship",
            constraint=models.CheckConstraint(
                condition=models.Q(("person", models.F("relative")), _negated=True), name="relationship_of_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="sharedaddress",
            constraint=models.UniqueConstraint(fields=("person", "identity"), name="shared_address_once"),
        ),
    ]
