"""What the community tells the journeys."""

from django.utils.translation import gettext_lazy as _

from community.models import Post
from contact_centre.journeys.triggers import Happening

HAPPENINGS = [
    Happening(
        "post_written",
        _("They wrote in the forum"),
        rows=lambda: Post.objects.filter(hidden_at=None),
        person="author",
        moment="created_at",
        announced="after_post_written",
        told_as="post",
    ),
]
