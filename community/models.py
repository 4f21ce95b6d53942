"""Forums, threads, posts and their moderation."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Forum(models.Model):
    """The talking place of one programme, or of the whole school when it has none."""

    programme = models.OneToOneField(
        "programmes.Programme", models.CASCADE, null=True, blank=True, related_name="forum"
    )
    slug = models.SlugField(max_length=90, unique=True)
    title = models.CharField(
        _("title"),
        max_length=255,
        blank=True,
        help_text=_("Empty: the title of the programme, in the reader’s language."),
    )

    class Meta:
        verbose_name = _("forum")
        verbose_name_plural = _("forums")
        permissions = [("take_part", _("Can read and write in every forum"))]

    def __str__(self):
        return self.title or self.slug


class ThreadQuerySet(models.QuerySet):
    def shown_to_members(self):
        """Those in which something is left to read."""
        return self.filter(post_count__gt=0)


class Thread(models.Model):
    """A conversation in a forum."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    forum = models.ForeignKey(Forum, models.CASCADE, related_name="threads")
    author = models.ForeignKey("people.Person", models.PROTECT, related_name="threads")
    title = models.CharField(_("title"), max_length=160)
    created_at = models.DateTimeField()
    last_post_at = models.DateTimeField()
    post_count = models.PositiveIntegerField(default=0)  # visible posts; kept by forums.py
    is_locked = models.BooleanField(default=False)
    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        indexes = [models.Index(fields=["forum", "-last_post_at"], name="thread_latest")]

    def __str__(self):
        return f"thread:{self.pk}"

    @property
    def shown_title(self) -> str:
        """The title; a member who was forgotten took theirs along."""
        return self.title or str(_("Conversation of a former member"))


class PostQuerySet(models.QuerySet):
    def shown(self):
        return self.filter(hidden_at=None)

    def reported(self):
        """Those a moderator has to decide on."""
        return self.filter(models.Exists(PostReport.objects.filter(post=models.OuterRef("pk"), decided_at=None)))


class Post(models.Model):
    """What somebody wrote in a thread, as Markdown."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="posts")
    author = models.ForeignKey("people.Person", models.PROTECT, related_name="posts")
    text = models.TextField()
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        permissions = [("moderate", _("Can moderate the forums"))]
        indexes = [
            models.Index(fields=["thread", "created_at"], name="post_in_order"),
            models.Index(fields=["author", "-created_at"], name="post_by_author"),
        ]

    def __str__(self):
        return f"post:{self.pk}"


class PostReport(models.Model):
    """A member says that a post does not belong; a moderator decides."""

    class Decision(models.TextChoices):
        KEPT = "kept", _("Kept")
        HIDDEN = "hidden", _("Hidden")

    post = models.ForeignKey(Post, models.CASCADE, related_name="reports")
    by = models.ForeignKey("people.Person", models.CASCADE, related_name="+")
    why = models.CharField(_("why"), max_length=250)
    at = models.DateTimeField()
    decision = models.CharField(max_length=6, choices=Decision.choices, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("report of a post")
        verbose_name_plural = _("reports of posts")
        constraints = [models.UniqueConstraint(fields=["post", "by"], name="report_once")]
        indexes = [models.Index(fields=["at"], name="report_open", condition=Q(decided_at=None))]

    def __str__(self):
        return f"report:{self.pk}"
