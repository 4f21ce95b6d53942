"""Signs of life."""

from django.db import models


class Heartbeat(models.Model):
    """When a background process was last seen alive; ``/readyz`` reads it."""

    process = models.CharField(max_length=20, primary_key=True)  # "scheduler", "worker"
    at = models.DateTimeField()

    def __str__(self):
        return self.process
