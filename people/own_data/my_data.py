"""What a person can do about their own data: read where it went, put it right, ask for more, be forgotten.

Floors above add whom they share data with (hook ``register_recipients``: called with ``person``, returns sentences) and
what is still under way (hook ``register_erasure_objections``: called with ``person`` and ``at``, returns sentences).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from wagtail import hooks
from wagtail.log_actions import log

from people import relatives, timeline
from people.announcements import announce
from people.contact import consents
from people.models import Channel, Consent, OutgoingMessage, Person, Touchpoint, User
from people.privacy import erasure

CORRECTABLE: dict[str, str | Promise] = {
    "given_name": gettext_lazy("Given name"),
    "family_name": gettext_lazy("Family name"),
    "birth_date": gettext_lazy("Date of birth"),
    "country": gettext_lazy("Country"),
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
}
TELLS_WHO = {"given_name", "family_name", "birth_date"}  # with another of these, likenesses are looked for again
REQUEST = "people.data_request"
ONE_REQUEST = timedelta(hours=24)  # the same words again within it are the same request


@dataclass(frozen=True)
class Said:
    """One line of the ledger as its person reads it; ``words`` are those they had before them."""

    at: datetime
    purpose: str
    channel: str
    decision: str
    source: str
    words: str
    said_by: str = ""
    noted_by_us: bool = False


@transaction.atomic
def correct(person: Person, *, fields: Mapping[str, object], at: datetime, by: User | None = None) -> list[str]:
    """Put right what is wrong about the person; return what changed, in their language. The same again changes nothing.

    Announces ``after_person_corrected``.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    changed = []
    for name, value in fields.items():
        if name not in CORRECTABLE:
            raise ValueError(name)
        if getattr(person, name) != value:
            setattr(person, name, value)
            changed.append(name)
    if not changed:
        return []
    if TELLS_WHO & set(changed):
        person.compared_at = None
    person.save(update_fields=[*changed, "compared_at"])
    with override(person.language):
        labels = [str(CORRECTABLE[name]) for name in changed]
    log(instance=person, action="people.correct", user=by, timestamp=at, data={"fields": changed})
    _note(person, "people.corrected", " · ".join(labels), at=at)
    announce("after_person_corrected", person=person, fields=changed, at=at)
    return labels


@transaction.atomic
def ask(person: Person, text: str, *, at: datetime) -> Touchpoint:
    """Ask for whatever no button does; the same words again are the same request. Announces ``after_data_request``."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    text = text.replace("\x00", "").strip()
    asked = Touchpoint.objects.filter(person=person, kind=REQUEST, summary=text, at__gt=at - ONE_REQUEST).first()
    if asked is None:
        asked = _note(person, REQUEST, text, at=at)
        announce("after_data_request", person=person, text=text, touchpoint=asked, at=at)
    return asked


def erasure_objections(person: Person, at: datetime) -> list[str]:
    """Why the person cannot be forgotten today, in sentences for them; empty if nothing is under way."""
    return [str(why) for say in hooks.get_hooks("register_erasure_objections") for why in say(person=person, at=at)]


def forget(person: Person, *, at: datetime) -> list[str]:
    """Erase the person at once; or, while something is under way, ask the school to, and return why it is not done."""
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        objections = erasure_objections(person, at)
        if not objections:
            erasure.erase(person, at=at)
            return []
        with override(person.language):
            text = "\n".join([_("Please erase everything you hold about me."), "", *erasure_objections(person, at)])
        ask(person, text, at=at)
    return objections


def said_about_contact(person: Person) -> list[Said]:
    """Every line of the person's ledger, the newest first, with the words they read. Two queries."""
    lines = list(person.consents.select_related("said_by").order_by("-at", "-pk"))
    texts = consents.texts_read(lines)
    return [_said(line, texts) for line in lines]


def recipients(person: Person, *, at: datetime) -> list[str]:
    """Who else has been given something about the person, in sentences."""
    found = []
    if person.messages.filter(channel=Channel.EMAIL, state=OutgoingMessage.State.SENT).exists():
        found.append(_("The service that delivers our e-mail: your address and what we wrote to you."))
    for what, words in _SHARED_WITH_RELATIVES.items():
        found += [str(words) % {"name": one} for one in relatives.receives(person, what, at)]
    for name in hooks.get_hooks("register_recipients"):
        found += [str(one) for one in name(person=person)]
    return found


_SHARED_WITH_RELATIVES = {
    relatives.REPORTS: gettext_lazy("%(name)s: your progress reports."),
    relatives.INVOICES: gettext_lazy("%(name)s: your invoices."),
}


def _said(line: Consent, texts: Mapping[tuple[str, str], str]) -> Said:
    return Said(
        at=line.at,
        purpose=line.get_purpose_display(),
        channel="" if line.channel == Channel.WEB else line.get_channel_display(),
        decision=line.get_decision_display(),
        source=line.source,
        words=texts.get((line.wording_version, line.language), ""),
        said_by=str(line.said_by) if line.said_by else "",
        noted_by_us=line.by_id is not None,
    )


def _note(person: Person, kind: str, summary: str, *, at: datetime) -> Touchpoint:
    return timeline.record(
        person, at=at, channel=Channel.WEB, direction=Touchpoint.Direction.IN, kind=kind, summary=summary
    )
