"""What members are told about their posts."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from community.models import Post
from people.contact import outbox
from people.models import OutgoingMessage, Purpose


def hidden(post: Post, *, at: datetime) -> OutgoingMessage:
    """Tell the author that a moderator has hidden the post, and what it said."""
    author = post.author
    with override(author.language):
        paragraphs = [
            _("Hello %(name)s,") % {"name": author.given_name or author.name},
            _("A moderator has hidden your post in the conversation “%(title)s”. Others no longer see it.")
            % {"title": post.thread.title},
            _("You wrote:"),
            post.text[:1_000],
            _("If you think this is a mistake, answer this message and we shall look at it again."),
        ]
        return outbox.queue(
            author,
            purpose=Purpose.SERVICE,
            key=f"community.hidden:{post.pk}:{at:%Y%m%d%H%M%S}",
            subject=_("Your post in the forum has been hidden"),
            body="\n\n".join(paragraphs),
            language=author.language,
            at=at,
            about=post,
        )
