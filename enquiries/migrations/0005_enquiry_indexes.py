"""Indexes on a table that may hold millions of rows: made beside the work that goes on."""

from django.db import migrations, models
from django.contrib.postgres.operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enquiries", "0004_audiences_are_rows")]
    operations = [
        AddIndexConcurrently(
            model_name='enquiry',
            index=models.Index(condition=models.Q(('action__isnull', False)), fields=['action', 'received_at'], name='enquiry_by_action'),
        ),
        AddIndexConcurrently(
            model_name='enquiry',
            index=models.Index(condition=models.Q(('partner__isnull', False)), fields=['partner', 'received_at'], name='enquiry_by_partner'),
        ),
        AddIndexConcurrently(
            model_name='enquiry',
            index=models.Index(condition=models.Q(('form__isnull', False)), fields=['form', 'received_at'], name='enquiry_by_form'),
        ),
        AddIndexConcurrently(
            model_name='enquiry',
            index=models.Index(condition=models.Q(('state', 'lost')), fields=['lost_reason', 'ended_at'], name='enquiry_lost'),
        ),
    ]
