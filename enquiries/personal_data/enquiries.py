"""What the enquiries hold about a person, told to them; the registry forgets it when they ask."""

from django.utils.translation import gettext_lazy as _

from enquiries.models import Enquiry
from people.models import Person
from people.privacy.personal_data import ASKED, NAMELESS, Field, Table

TABLES = [
    Table(
        model="enquiries.Enquiry",
        section=_("Your enquiries"),
        of=["person"],
        why=ASKED,
        personal={
            "programme": Field(_("Programme"), NAMELESS, shown_as="programme__title"),
            "state": Field(_("State"), NAMELESS),
            "channel": Field(_("Channel"), NAMELESS),
            "language": Field(_("Language"), NAMELESS),
            "message": _("Message"),
            "source": Field(_("Source"), NAMELESS),
            "medium": Field(_("Medium"), NAMELESS),
            "campaign": Field(_("Campaign"), NAMELESS, shown_as="campaign__name"),
            "utm": _("What the link you followed said"),
            "page_url": _("Page on which you asked"),
            "referrer": _("Page you came from"),
            "answers": _("Answers"),
            "received_at": Field(_("Received"), NAMELESS),
            "ended_at": Field(_("Ended"), NAMELESS),
            "lost_reason": Field(_("Why it ended"), NAMELESS),
            "lost_to": _("Where you went instead"),
            "rival": Field(_("School you chose instead"), NAMELESS, shown_as="rival__name"),
            "lost_note": _("Note on why it ended"),
            "invalid_rule": Field(_("Why it counted as no enquiry"), NAMELESS),
            "attempts": Field(_("Attempts to reach you"), NAMELESS),
            "contacted_at": Field(_("First reached"), NAMELESS),
            "applied_at": Field(_("Applied"), NAMELESS),
            "enrolled_at": Field(_("Enrolled"), NAMELESS),
            "action": Field(_("What of a campaign you answered"), NAMELESS, shown_as="action__name"),
            "partner": Field(_("Partner through whom you came"), NAMELESS, shown_as="partner__name"),
            "form": Field(_("Form"), NAMELESS, shown_as="form__name"),
            "variant": Field(_("Variant of the form"), NAMELESS),
            "external_key": _("Number at whoever sent it"),
        },
        links="person",
        nameless="id uuid intake case is_history",
        dated="received_at",
    ),
    Table(model="enquiries.EnquiryMove", links="by", nameless="id enquiry from_state to_state at why"),
    Table(
        model="enquiries.Interest",
        section=_("Your enquiries"),
        of=["enquiry__person"],
        why=ASKED,
        personal={
            "programme": Field(_("Also interested in"), NAMELESS, shown_as="programme__title"),
            "added_at": Field(_("Noted"), NAMELESS),
        },
        links="by",
        nameless="id enquiry intake",
        dated="added_at",
    ),
]

FIELDS = (
    "uuid", "received_at", "state", "ended_at", "channel", "language", "message", "source", "medium", "utm",
    "page_url", "referrer", "answers", "lost_reason", "programme__title", "campaign__name",
)  # fmt: skip


def export(person: Person) -> dict:
    """Every enquiry of the person, as it is kept."""
    rows = Enquiry.objects.filter(person=person).order_by("received_at", "pk").values(*FIELDS)
    return {"enquiries": [row | {"uuid": str(row["uuid"])} for row in rows]}
