"""A fresh link to one's preferences or data, sent to an address that the person has already, never to a typed one."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from people import timeline
from people.models import Channel, Identity, Person, Touchpoint
from people.own_data import key_mails, links


class NoSuchAddress(Exception):
    """The person has no such address, or it is none that a key may be sent to."""


def addresses_of(person: Person) -> list[Identity]:
    """The e-mail addresses a key may go to: proved ones; while there are none, those nobody else wrote down."""
    own = [
        one
        for one in person.identities.filter(kind=Identity.Kind.EMAIL, is_undeliverable=False).order_by("pk")
        if one.verified_at or one.may_sign_in
    ]
    return [one for one in own if one.verified_at] or own


def send_my_data(person: Person, *, to: int, at: datetime) -> str:
    """Send the link to everything we hold; return the address, masked. Raises NoSuchAddress, key_mails.NotSent."""
    with override(person.language):
        subject = _("Your data with us")
        body = _(
            "Here is the link to everything we hold about you: to read it, put it right, take it with you or have it "
            "erased.\n\nIt opens once, during the next %(minutes)s minutes. Please do not forward this message. If you "
            "did not ask for it, you need not do anything."
        ) % {"minutes": links.MY_DATA_MINUTES}
        return _send(person, to, links.my_data_url, subject, body, _("See my data"), at=at)


def send_preferences(person: Person, *, to: int, at: datetime) -> str:
    """Send a link to the preference centre that works; return the address, masked. Raises as ``send_my_data``."""
    with override(person.language):
        subject = _("Your preferences")
        body = _("Here is a new link to choose what you hear from us, and where.")
        return _send(person, to, links.preferences_url, subject, body, _("See my preferences"), at=at)


def masked(address: str) -> str:
    """Enough for its owner to recognise, too little for whoever the mail was forwarded to."""
    local, at_sign, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}" if at_sign else f"{address[:3]}•••{address[-2:]}"


def _send(
    person: Person,
    to: int,
    url_of: Callable[[Person], str],
    subject: str,
    body: str,
    label: str,
    *,
    at: datetime,
) -> str:
    address = next((one.value for one in addresses_of(person) if one.pk == to), None)
    if address is None:
        raise NoSuchAddress(to)
    key_mails.send(
        address, language=person.language, subject=subject, body=body, action_url=url_of(person), action_label=label
    )
    timeline.record(
        person,
        at=at,
        channel=Channel.EMAIL,
        direction=Touchpoint.Direction.OUT,
        kind="people.link_sent",
        summary=subject,
    )
    return masked(address)
