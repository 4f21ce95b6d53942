"""What a rule of a segment may ask about taking part in the community."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.models import Forum, Post
from contact_centre.segments.criteria import MEMBERS, Criterion, Field, at_least, lately, since, times


def criteria() -> list[Criterion]:
    """Who writes in the forums, where and how often."""
    return [
        Criterion(
            "community.wrote",
            MEMBERS,
            _("Wrote in a forum"),
            _wrote,
            (Field("forums", _("in"), options=_forums), times(), lately()),
            help=_("What a moderator has hidden does not count."),
        ),
    ]


def _wrote(values: Mapping, at: datetime) -> Q:
    posts = Post.objects.shown().filter(since(at, values.get("days"), column="created_at"))
    if "forums" in values:
        posts = posts.filter(thread__forum__in=values["forums"])
    return at_least(posts, values.get("times"), "author")


def _forums() -> list[tuple[str, str]]:
    forums = Forum.objects.order_by("slug").values_list("pk", "title", "programme__title")
    return [(str(pk), title or programme or str(_("The whole school"))) for pk, title, programme in forums]
