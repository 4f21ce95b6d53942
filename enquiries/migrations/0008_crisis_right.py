from django.db import migrations


class Migration(migrations.Migration):
    """Somebody is told of a crisis at once, and declares it over: a right of its own."""

    dependencies = [("enquiries", "0007_place_sequence")]

    operations = [
        migrations.AlterModelOptions(
            name="mention",
            options={
                "permissions": [("handle_crisis", "Is told of a crisis at once, and can declare it over")],
                "verbose_name": "mention",
                "verbose_name_plural": "mentions",
            },
        ),
    ]
