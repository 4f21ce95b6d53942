"""Places at sessions, bookable hours and appointments: who came, and who waits for whom."""

from django.utils.translation import gettext_lazy as _

from people.privacy.personal_data import ASKED, CONTRACT, DELETE, NAMELESS, Field, Table

SESSIONS = _("Your sessions and appointments")

TABLES = [
    Table(
        model="enquiries.Session",
        links="hosts",
        nameless="id uuid kind title_ca title_es title_en text_ca text_es text_en language programme campaign way "
        "campus room online_address starts_at ends_at closes_at seats online_seats has_waiting_list reminders state "
        "sequence changed_at",
    ),
    Table(
        model="enquiries.SessionPlace",
        section=SESSIONS,
        of=["person"],
        why=ASKED,
        personal={
            "session": Field(_("Session"), NAMELESS, shown_as="session__title_ca"),
            "is_online": Field(_("Online"), NAMELESS),
            "state": Field(_("State"), NAMELESS),
            "language": Field(_("Language"), NAMELESS),
            "booked_at": Field(_("Booked"), NAMELESS),
            "cancelled_at": Field(_("Called off"), NAMELESS),
            "checked_in_at": Field(_("Came at"), NAMELESS),
        },
        links="person checked_in_by",
        nameless="id uuid enquiry moved_up_at reminded sequence",
        dated="booked_at",
    ),
    Table(
        model="enquiries.BookableHours",
        section=_("Your work at the desk"),
        of=["user__person"],
        why=CONTRACT,
        erasure=DELETE,
        personal={
            "weekday": Field(_("Day")),
            "from_time": Field(_("From")),
            "until_time": Field(_("Until")),
            "online_address": Field(_("Address of your meetings")),
        },
        links="user",
        nameless="id minutes ways campus valid_from valid_until",
    ),
    Table(
        model="enquiries.Appointment",
        section=SESSIONS,
        of=["person"],
        why=ASKED,
        personal={
            "starts_at": Field(_("Starts"), NAMELESS),
            "way": Field(_("How"), NAMELESS),
            "phone": _("Telephone"),
            "note": _("What about"),
            "language": Field(_("Language"), NAMELESS),
            "state": Field(_("State"), NAMELESS),
            "booked_at": Field(_("Booked"), NAMELESS),
        },
        links="adviser person booked_by",
        nameless="id uuid enquiry case ends_at sequence ended_at reminded",
        dated="starts_at",
    ),
]
