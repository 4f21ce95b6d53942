"""What the enquiries hold about a person: told to them, and forgotten when they ask."""

from datetime import datetime

from enquiries.models import Enquiry
from people.models import Person

FIELDS = (
    "uuid", "received_at", "state", "ended_at", "channel", "language", "message", "source", "medium", "utm",
    "page_url", "referrer", "answers", "lost_reason", "programme__title", "campaign__name",
)  # fmt: skip


def export(person: Person) -> dict:
    """Every enquiry of the person, as it is kept."""
    rows = Enquiry.objects.filter(person=person).order_by("received_at", "pk").values(*FIELDS)
    return {"enquiries": [row | {"uuid": str(row["uuid"])} for row in rows]}


def forget(*, person: Person, at: datetime) -> None:
    """Take away the words and traces of the person's enquiries; that they were made, when and how they ended stays."""
    Enquiry.objects.filter(person=person).update(
        message="", utm={}, page_url="", referrer="", answers={}, lost_note="", lost_to="", external_key=""
    )
