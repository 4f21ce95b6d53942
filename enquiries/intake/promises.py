"""What we promise to whoever asked: by when they are answered, on a page of their own and in an e-mail."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contact_centre import queue
from contact_centre.models import Case
from enquiries.models import Enquiry
from people.contact import outbox
from people.models import OutgoingMessage, Person, Purpose
from people.own_data import links
from programmes.dates import READERS
from programmes.kept_pages import remembered
from programmes.models import Programme

PROMISE_DAYS = 365
_PLAIN_NAME = re.compile(r"[^\W\d_]+(?:[ '’\-·][^\W\d_]+){0,2}")


@dataclass(frozen=True)
class Promise:
    """How an enquiry stands, for the page of whoever asked."""

    due_at: datetime | None
    state: str  # "waiting", "late" or "answered"
    answered_at: datetime | None
    was_nudged: bool

    @property
    def may_nudge(self) -> bool:
        return self.state == "late" and not self.was_nudged


def promise_url(enquiry: Enquiry) -> str:
    """The address of the promise page, without the host; whoever holds it may read this enquiry and add to it.

    The object carries it from then on: the answer and the e-mail of one enquiry name the same address, signed once.
    """
    address = enquiry.__dict__.get("_promise_url")
    if address is None:
        address = enquiry.__dict__["_promise_url"] = address_of(enquiry.uuid)
    return address


def address_of(uuid: UUID) -> str:
    """The same, by the number of the enquiry, or of the suspect that may become one."""
    return reverse("enquiries:promise", args=[links.sign("promise", str(uuid), days=PROMISE_DAYS)])


def of(enquiry: Enquiry, *, at: datetime) -> Promise:
    """The promise of an enquiry loaded with its case. A case that was closed without an answer owes none any more."""
    case = enquiry.case
    if case is None or case.answered_at or case.state in Case.CLOSED:
        answered_at = case.answered_at if case else None
        return Promise(due_at=None, state="answered", answered_at=answered_at, was_nudged=False)
    state = "late" if case.answer_due_at <= at else "waiting"
    was_nudged = bool(case.nudged_at and at - case.nudged_at < queue.NUDGE_PAUSE)
    return Promise(due_at=case.answer_due_at, state=state, answered_at=None, was_nudged=was_nudged)


def when(instant: datetime, *, zone: str = "") -> str:
    """Weekday, date and time as they are written in the active language, in the person's own time zone."""
    local = instant.astimezone(ZoneInfo(zone or "Europe/Madrid"))
    reader = READERS.get((get_language() or "ca")[:2], "en_GB")
    return f"{format_date(local, 'full', locale=reader)}, {format_time(local, 'short', locale=reader)}"


def acknowledgement(enquiry: Enquiry, *, due_at: datetime, at: datetime, to: str = "") -> OutgoingMessage:
    """The e-mail that repeats the promise, not saved: it is written with the enquiry.

    One an hour for each person and programme: the form is open to everybody, and must not be a way to fill a
    stranger's mailbox. For the same reason nothing typed into the form is quoted, and a name only if it is one.
    """
    with translation.override(enquiry.language):
        person = enquiry.person
        about = _title(enquiry.programme, enquiry.language) if enquiry.programme else ""
        until = {"when": when(due_at, zone=person.time_zone)}
        body = "\n\n".join(
            [
                _greeting(person),
                _("We have received your question about “%(programme)s”.") % {"programme": about}
                if about
                else _("We have received your question."),
                _("A person will answer you by %(when)s at the latest.") % until,
                _("At the address below you can see how it stands, add something, or remind us if we are late."),
            ]
        )
        return outbox.written(
            person,
            purpose=Purpose.ENQUIRY,
            key=f"enquiry-received:{person.pk}:{enquiry.programme_id or 0}:{at:%Y%m%d%H}",
            subject=_("We will answer you by %(when)s") % until,
            body=body,
            language=enquiry.language,
            at=at,
            about=enquiry,
            action_url=links.absolute(promise_url(enquiry)),
            action_label=_("See how my question stands"),
            to=to,
        )


def _title(programme: Programme, language: str) -> str:
    return remembered.recall(("title", programme.pk, language), lambda: programme.title_in(language))


def _greeting(person: Person) -> str:
    name = person.given_name
    if name and len(name) <= 40 and _PLAIN_NAME.fullmatch(name):
        return _("Hello %(name)s,") % {"name": name}
    return _("Hello,")
