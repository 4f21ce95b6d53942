"""What the forums hold about a person: shown to them on request, and forgotten."""

from datetime import datetime

from community.models import PostReport
from people.models import Person


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


def erase(*, person: Person, at: datetime) -> None:
    """What they said of others goes. Their posts stay, as a conversation needs them, under “Former member”."""
    PostReport.objects.filter(by=person).update(why="")
