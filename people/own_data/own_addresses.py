"""Addresses a person adds and removes themselves. An e-mail address counts once a code sent to it has come back.

Nothing here tells whether an address is known to us: only whoever reads its mailbox learns that.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.log_actions import log

from people import timeline
from people.identity import identities
from people.models import Channel, Identity, Person, SharedAddress, Touchpoint, User
from people.own_data import key_mails, links
from people.own_data.mailed_links import masked

NEW_ADDRESS = "new-address"
CODE_MINUTES = 15
CODE_DIGITS = 6
SOURCE = "/my-data/"
BACK_OFFICE = "wagtailadmin.access_admin"
Kind = Identity.Kind


class WrongCode(Exception):
    """The code is not the one that was sent, or its time is over."""


class CannotRemove(Exception):
    """The address is needed; the message says what for."""


def of_person(person: Person) -> list[Identity | SharedAddress]:
    """Every way to reach the person: their own, then those they share."""
    own = list(person.identities.filter(kind__in=Identity.REACHABLE).order_by("kind", "pk"))
    shared = person.shared_addresses.filter(identity__kind__in=Identity.REACHABLE).select_related("identity")
    return [*own, *shared.order_by("pk")]


def ask_to_add_email(person: Person, typed: str, *, at: datetime) -> str:
    """Send a code to the address; return the token with which the code proves it, for a quarter of an hour.

    Raises identities.BadIdentity, key_mails.NotSent.
    """
    address = identities.normalise_email(typed)
    token = links.sign(NEW_ADDRESS, f"{person.uuid} {address}", days=CODE_MINUTES / (24 * 60))
    with override(person.language):
        body = _(
            "Your code is %(code)s\n\nType it on the page where you asked for it, within %(minutes)s minutes. Then we "
            "know that this address is yours. If you did not ask for it, you need not do anything."
        ) % {"code": _code(token), "minutes": CODE_MINUTES}
        subject = _("%(code)s is your code") % {"code": _code(token)}
        key_mails.send(address, language=person.language, subject=subject, body=body)
    return token


def address_in(person: Person, token: str) -> str:
    """The address that ``token`` is about; raises WrongCode for somebody else's token or an old one."""
    try:
        uuid, _space, address = links.read(NEW_ADDRESS, token).partition(" ")
    except links.LinkForged:
        raise WrongCode from None
    if uuid != str(person.uuid):
        raise WrongCode
    return address


@transaction.atomic
def prove(person: Person, token: str, code: str, *, at: datetime, by: User | None = None) -> bool:
    """Take the address as the person's own, proved; say whether it is theirs alone.

    One that belongs to somebody else is shared from now on. The same code again changes nothing. Raises WrongCode.
    """
    address = address_in(person, token)
    if not constant_time_compare(_code(token), "".join(code.split())):
        raise WrongCode
    before = _proved_emails(person)
    try:
        identity = identities.add(person, Kind.EMAIL, address, at=at, source=SOURCE, verified_at=at)
    except identities.IdentityTaken as taken:
        _share(person, taken.identity, at=at, by=by)
        return False
    Identity.objects.filter(pk=identity.pk).update(may_sign_in=True, is_undeliverable=False)
    _let_sign_in(person, address)
    if address not in before:
        _note(person, Kind.EMAIL, address, "added", at=at, by=by)
        _warn(person, before, address, added=True)
    return True


@transaction.atomic
def add_phone(person: Person, typed: str, *, at: datetime, by: User | None = None) -> None:
    """Write a number down, not proved; one that somebody else has is shared. Raises identities.BadIdentity."""
    number = identities.normalise_phone(typed)
    if any(number == value_of(one) for one in of_person(person)):
        return
    try:
        identities.add(person, Kind.PHONE, typed, at=at, source=SOURCE)
    except identities.IdentityTaken as taken:
        _share(person, taken.identity, at=at, by=by)
    else:
        _note(person, Kind.PHONE, number, "added", at=at, by=by)


@transaction.atomic
def remove(person: Person, value: str, *, at: datetime, by: User | None = None) -> bool:
    """Take an address away; say whether there was one. Raises CannotRemove for the last, and the one of the login."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    rows = of_person(person)
    chosen = next((one for one in rows if value_of(one) == value), None)
    if chosen is None:
        return False
    if len(rows) == 1:
        raise CannotRemove(_("It is the only way to reach you. Add another one first."))
    if person.user is not None and kind_of(chosen) == Kind.EMAIL and person.user.email.casefold() == value:
        raise CannotRemove(_("You sign in with this address. Choose another one for that first."))
    before, kind = _proved_emails(person), kind_of(chosen)
    if person.user is not None:
        EmailAddress.objects.filter(user=person.user, email__iexact=value, primary=False).delete()
    if isinstance(chosen, SharedAddress):
        chosen.delete()
    else:
        identities.remove(chosen, at=at)
    _note(person, kind, value, "removed", at=at, by=by)
    _warn(person, before, value, added=False)
    return True


def value_of(one: Identity | SharedAddress) -> str:
    return one.identity.value if isinstance(one, SharedAddress) else one.value


def kind_of(one: Identity | SharedAddress) -> str:
    return one.identity.kind if isinstance(one, SharedAddress) else one.kind


def _code(token: str) -> str:
    # Made of the token with our secret: whoever has the page, and so the token, cannot work it out.
    number = int(salted_hmac("people.own_addresses", token, algorithm="sha256").hexdigest(), 16)
    return str(number % 10**CODE_DIGITS).zfill(CODE_DIGITS)


def _share(person: Person, identity: Identity | None, *, at: datetime, by: User | None) -> None:
    """Theirs too, without taking it from anybody; perhaps one human with two files, for somebody to decide."""
    if identity is None or person.shared_addresses.filter(identity=identity).exists():
        return
    identities.share(person, identity, at=at, source=SOURCE)
    _note(person, identity.kind, identity.value, "added", at=at, by=by)


def _let_sign_in(person: Person, address: str) -> None:
    """A second address opens the same login, so that it makes no second person. Staff add theirs when signed in."""
    user = person.user
    if user is None or user.has_perm(BACK_OFFICE):
        return
    if not EmailAddress.objects.filter(email__iexact=address, verified=True).exists():
        EmailAddress.objects.update_or_create(user=user, email=address, defaults={"verified": True})


def _proved_emails(person: Person) -> list[str]:
    proved = person.identities.filter(kind=Kind.EMAIL, is_undeliverable=False).exclude(verified_at=None)
    return list(proved.order_by("pk").values_list("value", flat=True))


def _note(person: Person, kind: str, value: str, act: str, *, at: datetime, by: User | None) -> None:
    log(instance=person, action=f"people.address_{act}", user=by, timestamp=at, data={"kind": kind})
    with override(person.language):
        summary = f"{Kind(kind).label}: {masked(value)}"
    timeline.record(
        person,
        at=at,
        channel=Channel.WEB,
        direction=Touchpoint.Direction.IN,
        kind=f"people.address_{act}",
        summary=summary,
    )


def _warn(person: Person, addresses: list[str], changed: str, *, added: bool) -> None:
    """Whoever reads the addresses that were proved before learns of it: it may not have been the person."""
    with override(person.language):
        said = {"address": masked(changed)}
        if added:
            body = _("The address %(address)s was added to what we hold about you.") % said
        else:
            body = _("The address %(address)s was taken out of what we hold about you.") % said
        body += "\n\n" + _("If it was not you, answer this message: a person reads it.")
        subject = _("Your addresses have changed")
    language = person.language
    transaction.on_commit(lambda: key_mails.warn(addresses, language=language, subject=subject, body=body), robust=True)
