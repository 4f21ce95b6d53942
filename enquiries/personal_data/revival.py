"""What the laboratory of lost enquiries holds about people."""

from django.utils.translation import gettext_lazy as _

from people.privacy.personal_data import FIGURES, NAMELESS, Field, Table

TABLES = [
    Table(
        model="enquiries.Play",
        links="by",
        nameless="id uuid name reason age programme kind template journey call_list held_out_percent days claimed_low "
        "claimed_high state made_at started_at ends_at why",
    ),
    Table(
        model="enquiries.PlayMember",
        section=_("Attempts to hear from you again"),
        of=["person"],
        why=FIGURES,
        personal={
            "play": Field(_("Attempt"), NAMELESS, shown_as="play__name"),
            "is_held_out": Field(_("Left alone, to compare with"), NAMELESS),
            "state": Field(_("State"), NAMELESS),
            "why": Field(_("Why you were taken out"), NAMELESS),
            "acted_at": Field(_("Attempted"), NAMELESS),
            "revived_at": Field(_("You came back"), NAMELESS),
            "enrolled_at": Field(_("You enrolled"), NAMELESS),
        },
        links="person",
        nameless="id enquiry",
        dated="acted_at",
    ),
    Table(model="enquiries.ClosedCell", links="by", nameless="id reason age programme closed_at why"),
]
