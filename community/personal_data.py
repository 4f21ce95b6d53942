"""What the forums hold about a person: shown to them on request, and forgotten."""

from django.utils.translation import gettext_lazy as _

from community.models import PostReport
from people.models import Person
from people.privacy.personal_data import CONTRACT, NAMELESS, Field, Table

FORUMS = _("What you wrote in the community")

# A conversation keeps its places and its hours, under “Former member”; the words were the member's own and go.
TABLES = [
    Table(
        model="community.Post",
        section=FORUMS,
        of=["author"],
        why=CONTRACT,
        personal={
            "thread": Field(_("Conversation"), NAMELESS, shown_as="thread__title"),
            "text": _("Text"),
            "created_at": Field(_("Written"), NAMELESS),
            "edited_at": Field(_("Changed"), NAMELESS),
            "hidden_at": Field(_("Hidden by a moderator"), NAMELESS),
        },
        links="author hidden_by",
        nameless="id uuid",
        dated="created_at",
    ),
    Table(
        model="community.Thread",
        section=FORUMS,
        of=["author"],
        why=CONTRACT,
        personal={"title": _("Conversation you began"), "created_at": Field(_("Begun"), NAMELESS)},
        links="author",
        nameless="id uuid forum last_post_at post_count is_locked",
        dated="created_at",
    ),
    Table(
        model="community.PostReport",
        section=FORUMS,
        of=["by"],
        why=CONTRACT,
        personal={
            "why": _("Why you reported a post"),
            "at": Field(_("Reported"), NAMELESS),
            "decision": Field(_("Decision"), NAMELESS),
        },
        links="by decided_by",
        nameless="id post decided_at",
        dated="at",
    ),
    Table(model="community.Forum", nameless="id programme slug title"),
]


def export(person: Person) -> dict:
    """What they wrote, and what they reported."""
    reports = PostReport.objects.filter(by=person).order_by("at", "pk")
    return {
        "community_posts": list(
            person.posts.order_by("created_at", "pk").values(
                "thread__title", "text", "created_at", "edited_at", "hidden_at"
            )
        ),
        "community_reports": list(reports.values("why", "at", "decision", "decided_at")),
    }
