"""Where somebody came from: touches, and the browsers that may remember them."""

from django.utils.translation import gettext_lazy as _

from people.privacy.personal_data import CONSENT, DELETE, FIGURES, NAMELESS, Field, Table

TABLES = [
    Table(
        model="enquiries.Visitor",
        section=_("Browsers that remember how you came"),
        of=["person"],
        why=CONSENT,
        erasure=DELETE,
        personal={
            "agreed_at": Field(_("You agreed")),
            "wording_version": Field(_("Version of what you agreed to")),
            "seen_at": Field(_("Last seen")),
        },
        links="person",
        nameless="id uuid",
        dated="agreed_at",
    ),
    Table(
        model="enquiries.Touch",
        section=_("How you came to us"),
        of=["person"],
        why=FIGURES,
        personal={
            "at": Field(_("When"), NAMELESS),
            "kind": Field(_("How"), NAMELESS),
            "source": Field(_("Source"), NAMELESS),
            "medium": Field(_("Medium"), NAMELESS),
            "campaign": Field(_("Campaign"), NAMELESS, shown_as="campaign__name"),
            "action": Field(_("Part of the campaign"), NAMELESS, shown_as="action__name"),
            "marks": _("What the link you followed said"),
            "referrer": _("Website you came from"),
            "landing": _("Page you came to first"),
        },
        links="person",
        nameless="id visitor enquiry print_batch",
        dated="at",
    ),
    Table(
        model="enquiries.ShortLink",
        links="by",
        nameless="id code name page address campaign action source medium ends_on made_at",
    ),
    Table(model="enquiries.ShortLinkCount", nameless="id link on visits"),
    Table(model="enquiries.CampaignNumber", nameless="id number campaign action medium from_day until_day"),
    Table(model="enquiries.SpokenSource", nameless="id code medium position is_offered name_ca name_es name_en"),
    Table(
        model="enquiries.OriginFigure",
        nameless="id on model campaign action programme source medium enquiries contacted applied enrolled"
        " collected_minor currency",
    ),
    Table(model="enquiries.StaleDay", nameless="id on since"),
    Table(model="enquiries.OriginReading", nameless="id name seen_id turn_id seen_at turned_at"),
]
