from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0005_ledgers_append_only")]
    operations = [
        migrations.AddField(
            model_name="importupload",
            name="preview",
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name="importupload",
            name="state",
            field=models.CharField(
                choices=[
                    ("uploaded", "Uploaded"),
                    ("looking", "Being looked through"),
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
    ]
