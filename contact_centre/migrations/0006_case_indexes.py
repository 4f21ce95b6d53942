"""The indexes of the queue, made beside the running desk: cases can be opened and answered meanwhile."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("contact_centre", "0005_desk")]

    operations = [
        AddIndexConcurrently(
            model_name='case',
            index=models.Index(condition=models.Q(('answered_at', None), models.Q(('state', 'closed'), _negated=True)), fields=['-priority', 'rank_at', 'id'], name='case_rank'),
        ),
        AddIndexConcurrently(
            model_name='case',
            index=models.Index(condition=models.Q(('adviser', None), ('state', 'waiting')), fields=['-priority', 'rank_at', 'id'], name='case_waiting'),
        ),
        AddIndexConcurrently(
            model_name='case',
            index=models.Index(condition=models.Q(('answered_at', None), models.Q(('state', 'closed'), _negated=True)), fields=['answer_due_at'], name='case_due'),
        ),
        AddIndexConcurrently(
            model_name='case',
            index=models.Index(condition=models.Q(('next_due_at__isnull', False)), fields=['next_due_at'], name='case_next_due'),
        ),
        AddIndexConcurrently(
            model_name='case',
            index=models.Index(condition=models.Q(('unowned_due_at__isnull', False)), fields=['unowned_due_at'], name='case_unowned'),
        ),
        RemoveIndexConcurrently(
            model_name='case',
            name='case_queue',
        ),
    ]
