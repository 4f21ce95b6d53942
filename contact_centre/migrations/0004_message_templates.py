"""Reply templates become message templates: one code for the same text in several languages."""

from django.db import migrations, models
from django.utils.text import slugify


def name_codes(apps, schema_editor):
    """Texts of one title and kind are the same text; where a language has two of them, the later gets a number."""
    template = apps.get_model("contact_centre", "MessageTemplate")
    taken = set()
    for row in template.objects.order_by("pk"):
        base = slugify(row.title)[:70] or "text"
        code, n = base, 1
        while (code, row.language) in taken:
            n += 1
            code = f"{base}-{n}"
        taken.add((code, row.language))
        template.objects.filter(pk=row.pk).update(code=code)


def forget_old_rights(apps, schema_editor):
    """The rights on the old name are granted anew under the new one after every migration."""
    apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="contact_centre", codename__endswith="_replytemplate"
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("contact_centre", "0003_argument_use"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RenameModel("ReplyTemplate", "MessageTemplate"),
        migrations.AddField(
            "messagetemplate",
            "code",
            models.SlugField(db_index=False, default="", max_length=80, verbose_name="code"),
            preserve_default=False,
        ),
        migrations.RunPython(name_codes, migrations.RunPython.noop, elidable=False),
        migrations.RunPython(forget_old_rights, migrations.RunPython.noop, elidable=False),
    ]
