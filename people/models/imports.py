"""Files that were taken in, and what they changed."""

from uuid import uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models.logins import User


class ImportRun(models.Model):
    """One file that was taken in, and what it changed, so that it can be put back exactly."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=30)
    file_name = models.CharField(_("file"), max_length=255)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(null=True, blank=True)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.JSONField(_("rejected"), default=list)  # [{"line": n, "why": "…"}]
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        permissions = [("undo_import", _("Can undo an import"))]

    def __str__(self):
        return f"{self.kind}:{self.uuid}"


class ImportChange(models.Model):
    """One row an import made or changed: ``before`` is None for a made row, else the fields as they were."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="changes")
    model = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)  # what the import wrote, to see later changes

    class Meta:
        verbose_name = _("import change")
        verbose_name_plural = _("import changes")
        indexes = [models.Index(fields=["model", "row_id"], name="import_change_row")]

    def __str__(self):
        return f"{self.model}:{self.row_id}"


class ImportMapping(models.Model):
    """Which column means what in the files of one source, remembered for the next file."""

    kind = models.CharField(max_length=30)
    source = models.CharField(max_length=120)
    columns = models.JSONField(default=dict)  # the sections of a mapping file: ``people.importing.mappings``
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("import mapping")
        verbose_name_plural = _("import mappings")
        constraints = [models.UniqueConstraint(fields=["kind", "source"], name="import_mapping_once")]

    def __str__(self):
        return f"{self.kind}:{self.source}"


class ImportUpload(models.Model):
    """A file on its way in: uploaded, its columns mapped, its duplicates decided, then taken in by a worker."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        LOOKING = "looking", _("Being looked through")
        MAPPED = "mapped", _("Columns chosen")
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Finished")
        FAILED = "failed", _("Failed")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=30)  # "people", "history"
    file_name = models.CharField(max_length=255)
    stored_as = models.CharField(max_length=255)  # its path in the private storage
    source = models.CharField(max_length=120, blank=True)
    columns = models.JSONField(default=dict)  # the sections of a mapping file: ``people.importing.mappings``
    preview = models.JSONField(default=dict)  # what a look through the file found: ``people.importing.uploads.Preview``
    decisions = models.JSONField(default=dict)  # {"line" | "kind": "new" | "skip" | "same" | uuid of the person}
    state = models.CharField(max_length=8, choices=State.choices, default=State.UPLOADED)
    why = models.CharField(max_length=250, blank=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    run = models.OneToOneField(ImportRun, models.SET_NULL, null=True, blank=True, related_name="upload")
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")
        indexes = [models.Index(fields=["created_at"], name="upload_queue", condition=models.Q(state="queued"))]

    def __str__(self):
        return f"{self.kind}:{self.uuid}"
