"""What came in: letters with their attachments, calls, and what providers told us."""

from django.utils.translation import gettext_lazy as _

from people.privacy.personal_data import ASKED, CONSENT, DELETE, Field, Table

WRITTEN = _("What you wrote to us")
CALLS = _("Our telephone calls")

TABLES = [
    Table(
        model="contact_centre.InboundMessage",
        section=WRITTEN,
        of=["person"],
        why=ASKED,
        erasure=DELETE,
        personal={
            "channel": Field(_("Channel")),
            "sender": _("From"),
            "sender_name": _("Name"),
            "to": _("To"),
            "subject": _("Subject"),
            "text": _("Text"),
            "quoted": _("What it quotes"),
            "external_id": _("Number of the message"),
            "received_at": Field(_("Received")),
            "state": Field(_("State")),
            "why": _("Note"),
        },
        links="person",
        nameless="id uuid provider thread_ids case touchpoint_id",
        dated="received_at",
    ),
    Table(
        model="contact_centre.InboundAttachment",
        section=WRITTEN,
        of=["message__person"],
        why=ASKED,
        erasure=DELETE,
        personal={
            "name": _("File"),
            "content_type": _("Kind of file"),
            "size": Field(_("Bytes")),
            "why_refused": _("Why it was not kept"),
        },
        nameless="id uuid message kept_as",
    ),
    Table(
        model="contact_centre.Call",
        section=CALLS,
        of=["person"],
        why=ASKED,
        erasure=DELETE,
        personal={
            "direction": Field(_("Who called")),
            "number": _("Number"),
            "started_at": Field(_("When")),
            "outcome": Field(_("Outcome")),
            "campaign": _("Campaign"),
            "source": _("How you heard of us"),
        },
        links="person adviser",
        nameless="id uuid our_number case answered_at ended_at attempt provider provider_id touchpoint_id logged_in_ms",
        dated="started_at",
    ),
    Table(
        model="contact_centre.CallListEntry",
        section=CALLS,
        of=["person"],
        why=CONSENT,
        erasure=DELETE,
        personal={
            "state": Field(_("State")),
            "why": _("Why"),
            "offer_made_at": Field(_("Offer made")),
            "offer_accepted_at": Field(_("Offer accepted")),
            "offer_refused_at": Field(_("Offer refused")),
        },
        links="person adviser",
        nameless="id call_list due_at attempts offer_shown_at",
        dated="due_at",
    ),
    Table(
        model="contact_centre.CallList",
        links="owner",
        nameless="id uuid name segment programme campaign offer purpose state opened_at closes_on",
    ),
    Table(
        model="contact_centre.ProviderEvent",
        nameless="id provider event_id payload received_at done_at attempts why",
    ),
]
