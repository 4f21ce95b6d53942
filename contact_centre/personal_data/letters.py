"""What is sent: templates, the matrix, segments, sends and journeys."""

from django.utils.translation import gettext_lazy as _

from contact_centre.templatetags.journeys import SAID
from people.privacy.personal_data import ASKED, CARE, CONSENT, DELETE, Field, Table

SENT = _("What we sent you, and why")

TABLES = [
    Table(
        model="contact_centre.MessageTemplate",
        nameless="id code title channel moment kind language purpose phase topic subject body number is_on",
    ),
    Table(
        model="contact_centre.TemplateVersion",
        links="written_by decided_by",
        nameless="id template number subject body state written_at decided_at why",
    ),
    Table(
        model="contact_centre.MatrixCell",
        links="owner",
        nameless="id moment channel template_code delay_minutes is_on on_since is_needless",
    ),
    Table(
        model="contact_centre.MatrixDue",
        section=SENT,
        of=["person"],
        why=ASKED,
        erasure=DELETE,
        personal={
            "cell": Field(_("Message"), shown_as="cell__template_code"),
            "due_at": Field(_("When")),
            "state": Field(_("State")),
            "why": _("Why"),
            "sent_at": Field(_("Sent")),
            "answered_at": Field(_("Answered")),
        },
        links="person",
        nameless="id key about_kind about_id programme message",
        dated="due_at",
    ),
    Table(
        model="contact_centre.Segment",
        links="owner",
        nameless="id uuid name slug note kind rules changed_at counted counted_at members",
    ),
    Table(
        model="contact_centre.SegmentMember",
        section=SENT,
        of=["person"],
        why=CARE,
        erasure=DELETE,
        personal={
            "segment": Field(_("List"), shown_as="segment__name"),
            "added_at": Field(_("Since")),
        },
        links="person",
        nameless="id",
        dated="added_at",
    ),
    Table(
        model="contact_centre.Send",
        links="made_by changed_by approved_by",
        nameless="id uuid name segment channel purpose topic phase programme campaign value state due_at per_hour "
        "metric planned_sample rest_to_winner halt_bounce_percent halt_complaint_percent made_at approved_at "
        "listed_at ended_at why winner decided_at",
    ),
    Table(model="contact_centre.SendVariant", nameless="id send name template_code share position"),
    Table(
        model="contact_centre.Delivery",
        section=SENT,
        of=["person"],
        why=CONSENT,
        erasure=DELETE,
        personal={
            "send": Field(_("Message"), shown_as="send__name"),
            "state": Field(_("State")),
            "why": _("Why"),
            "due_at": Field(_("When")),
            "queued_at": Field(_("Queued")),
        },
        links="person",
        nameless="id variant message",
        dated="due_at",
    ),
    Table(
        model="contact_centre.MessageSignal",
        section=SENT,
        of=["message__person"],
        why=CONSENT,
        erasure=DELETE,
        personal={
            "kind": Field(_("What happened")),
            "at": Field(_("When")),
            "url": _("Where the link led"),
            "is_human": Field(_("By a person")),
            "why_not_human": _("Why we think a machine did it"),
        },
        nameless="id message event_id",
        dated="at",
    ),
    Table(model="contact_centre.SendingStop", links="by ended_by", nameless="id since why ended_at"),
    Table(
        model="contact_centre.Journey",
        links="owner",
        nameless="id uuid name note phase state trigger only_for again_after_days changed_at live",
    ),
    Table(
        model="contact_centre.JourneyVersion",
        links="made_by",
        nameless="id journey number steps made_at went_live_at rehearsed_at",
    ),
    Table(
        model="contact_centre.Walk",
        section=SENT,
        of=["person"],
        why=CARE,
        erasure=DELETE,
        personal={
            "journey": Field(_("Journey"), shown_as="journey__name"),
            "state": Field(_("State")),
            "step": Field(_("Step")),
            "is_control": Field(_("Held out to compare")),
            "entered_at": Field(_("Since")),
            "ended_at": Field(_("Ended")),
        },
        links="person",
        nameless="id version key about_kind about_id step_since due_at attempts",
        dated="entered_at",
    ),
    Table(
        model="contact_centre.WalkLog",
        section=SENT,
        of=["walk__person"],
        why=CARE,
        erasure=DELETE,
        personal={
            "step": Field(_("Step")),
            "at": Field(_("When")),
            "what": Field(_("What happened"), words=lambda: SAID),
            "why": _("Why"),
        },
        nameless="id walk message",
        dated="at",
    ),
]
