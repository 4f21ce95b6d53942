"""Persons who may be the same, those who were made one, and how to part them again."""

from uuid import uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.models.logins import User
from people.models.persons import Person


class LikenessKey(models.Model):
    """Something two descriptions of the same human have in common; persons who share one are compared."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="likeness_keys")
    key = models.CharField(max_length=120)

    class Meta:
        verbose_name = _("likeness key")
        verbose_name_plural = _("likeness keys")
        constraints = [models.UniqueConstraint(fields=["key", "person"], name="likeness_key_once")]

    def __str__(self):
        return f"{self.person_id}:{self.pk}"


class DuplicatePair(models.Model):
    """Two persons who may be one, for somebody to decide."""

    class State(models.TextChoices):
        OPEN = "open", _("To decide")
        MERGED = "merged", _("Made one")
        DIFFERENT = "different", _("Two people")

    one = models.ForeignKey(Person, models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, models.CASCADE, related_name="+")
    probability = models.FloatField(_("probability"))  # 0–1
    reasons = models.JSONField(default=list)  # codes, the strongest first
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField(_("found"))
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="duplicate_pair_in_order"),
            models.CheckConstraint(condition=Q(probability__gte=0, probability__lte=1), name="duplicate_probability"),
        ]
        indexes = [models.Index(fields=["-probability", "-id"], name="duplicate_likeliest", condition=Q(state="open"))]

    def __str__(self):
        return f"{self.one_id}~{self.other_id}"


class Merge(models.Model):
    """Two persons made one: what was chosen, what was moved, and how the survivor was before."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    survivor = models.ForeignKey(Person, models.CASCADE, related_name="merges")
    absorbed = models.ForeignKey(Person, models.CASCADE, related_name="merged_by")
    at = models.DateTimeField(_("merged at"))
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=60)  # "page", "bulk", "api", "import"
    choices = models.JSONField(default=dict)  # {"field": "survivor" | "absorbed"}
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)  # the survivor's fields as they were
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)  # as the merge wrote them
    stayed = models.JSONField(default=dict)  # {"model": n} rows the survivor has already and that stayed behind
    # {"model": its last key at that moment}: what came later may have come through the absorbed person's addresses.
    marks = models.JSONField(default=dict)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            models.CheckConstraint(condition=~Q(survivor=F("absorbed")), name="merge_of_two"),
            models.UniqueConstraint(fields=["absorbed"], name="merge_standing_once", condition=Q(undone_at=None)),
        ]
        indexes = [models.Index(fields=["-at"], name="merge_newest")]

    def __str__(self):
        return f"{self.absorbed_id}→{self.survivor_id}"


class MergeMove(models.Model):
    """One row that changed hands in a merge: which column of it pointed at the absorbed person."""

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="moves")
    model = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    column = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("moved row")
        verbose_name_plural = _("moved rows")

    def __str__(self):
        return f"{self.model}:{self.row_id}"
