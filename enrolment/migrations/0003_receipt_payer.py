"""Receipts say for themselves who paid, so that the law's six years do not hang on the person's own row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0002_see_own_applicants")]

    operations = [
        migrations.AlterModelOptions(
            name="receipt",
            options={
                "permissions": [("see_kept_receipt", "Can open receipts of people who were forgotten")],
                "verbose_name": "receipt",
                "verbose_name_plural": "receipts",
            },
        ),
        migrations.AddField(
            model_name="receipt",
            name="payer_name",
            field=models.CharField(blank=True, max_length=301, verbose_name="paid by"),
        ),
        migrations.AddField(
            model_name="receipt",
            name="payer_tax_number",
            field=models.CharField(blank=True, max_length=30, verbose_name="tax number of who paid"),
        ),
    ]
