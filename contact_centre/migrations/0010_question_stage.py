"""Who named a question: the rules, what was learned from earlier ones, or a person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contact_centre", "0009_calendar_recomputed_at")]

    operations = [
        migrations.AddField(
            model_name="question",
            name="stage",
            field=models.CharField(
                blank=True,
                choices=[("hand", "By hand"), ("rules", "By rules"), ("learned", "Learned from earlier questions")],
                db_default="",
                default="",
                max_length=7,
                verbose_name="named",
            ),
        ),
    ]
