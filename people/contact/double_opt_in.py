"""A yes in two halves: said in a form, and confirmed from the mailbox it was said for.

Until the link in the mail is opened and its button pressed, the ledger says "asked" and nothing may be sent. Looking at
the link changes nothing, because mail scanners look at every link.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from people import timeline
from people.contact import consents, outbox
from people.identity import merging
from people.models import Channel, Consent, ConsentRequest, Identity, OutgoingMessage, Person, Purpose, Touchpoint
from people.own_data import links

LINK = "people.confirm"
DAYS = 7
AGAIN_AFTER = timedelta(hours=1)  # one mail an hour to one address: the form is open to everybody
LOOKED_BACK = timedelta(days=30)
EXPIRED = "people.consent_expired"


class CannotConfirm(Exception):
    """The link opens nothing any more; ``language`` is that of the request, where there was one."""

    def __init__(self, language: str = ""):
        super().__init__(language)
        self.language = language


class AlreadyConfirmed(CannotConfirm):
    """The link was used: it works once."""


class RequestExpired(CannotConfirm):
    """Its days are over, or there is nobody left to confirm."""


class NeedsGuardian(CannotConfirm):
    """The person is too young to agree alone."""


@transaction.atomic
def ask(
    person: Person,
    wanted: Iterable[tuple[str, str]],
    *,
    address: str,
    source: str,
    language: str,
    at: datetime,
) -> ConsentRequest | None:
    """Write down that ``wanted`` (purpose and channel) was asked for, and mail ``address`` a link to confirm it.

    What is granted already is not asked again; None if nothing is left to ask. Within an hour the same wishes lead to
    the same request, so that nobody can fill a mailbox. The mail (purpose SERVICE) leaves for this address only.
    """
    held = consents.latest(person)
    pairs = sorted({pair for pair in wanted if pair not in held or held[pair].decision != Consent.Decision.GRANTED})
    if not pairs:
        return None
    purposes = [[purpose, channel, consents.current_wording(purpose, language).version] for purpose, channel in pairs]
    recent = ConsentRequest.objects.filter(
        person=person, address=address, confirmed_at=None, asked_at__gt=at - AGAIN_AFTER, asked_at__lte=at
    )
    if before := next((one for one in recent if one.purposes == purposes), None):
        return before
    request = ConsentRequest.objects.create(
        person=person,
        purposes=purposes,
        address=address,
        language=language,
        source=source[:200],
        asked_at=at,
        expires_at=at + timedelta(days=DAYS),
    )
    _write(request, Consent.Decision.REQUESTED, at=at, source=source, proof=f"{address} · {request.uuid}")
    _mail(request, at=at)
    return request


def find(token: str, *, at: datetime) -> ConsentRequest:
    """The request a link speaks of, for its page.

    Raises links.LinkForged, and CannotConfirm (AlreadyConfirmed, RequestExpired) for one that opens nothing any more.
    """
    has_run_out = False
    try:
        uuid = links.read(LINK, token)
    except links.LinkExpired as expired:
        uuid, has_run_out = expired.value, True
    request = ConsentRequest.objects.select_related("person").filter(uuid=uuid).first()
    if request is None or has_run_out:
        raise RequestExpired(request.language if request else "")
    _refuse(request, at=at)
    return request


@transaction.atomic
def confirm(request: ConsentRequest, *, at: datetime) -> Person:
    """Grant what the request asked for, with the proof; the address is proved to be theirs. Returns the person.

    Of two who press at once one grants: the row is locked and its ``confirmed_at`` decides. Raises AlreadyConfirmed,
    RequestExpired, and NeedsGuardian for somebody too young to agree alone. Announced on the timeline.
    """
    request = ConsentRequest.objects.select_for_update(of=("self",)).select_related("person").get(pk=request.pk)
    _refuse(request, at=at)
    person = merging.current(request.person)
    if not consents.may_grant(person, at):
        raise NeedsGuardian(request.language)
    ConsentRequest.objects.filter(pk=request.pk).update(confirmed_at=at)
    proof = f"{request.address} · {request.uuid} · {at.isoformat()}"
    _write(request, Consent.Decision.GRANTED, at=at, source=request.source, proof=proof, person=person)
    Identity.objects.filter(person=person, kind=Identity.Kind.EMAIL, value=request.address, verified_at=None).update(
        verified_at=at
    )
    timeline.record(
        person,
        at=at,
        channel=Channel.EMAIL,
        direction=Touchpoint.Direction.IN,
        kind="people.consent_confirmed",
        about=request,
    )
    return person


def note_expired(*, at: datetime) -> int:
    """Say on the timeline of whoever never confirmed that the request ran out; once for each. Returns how many."""
    noted = Touchpoint.objects.filter(
        person=OuterRef("person"),
        kind=EXPIRED,
        about_kind=ConsentRequest._meta.label_lower,
        about_id=OuterRef("pk"),
    )
    expired = ConsentRequest.objects.filter(
        confirmed_at=None, expires_at__lte=at, expires_at__gt=at - LOOKED_BACK, person__erased_at=None
    )
    count = 0
    for pk in list(expired.filter(~Exists(noted)).values_list("pk", flat=True)):
        with transaction.atomic():
            # Whoever holds the lock writes: of two sweeps one finds nothing left to say.
            request = expired.select_for_update(of=("self",), skip_locked=True).filter(~Exists(noted), pk=pk).first()
            if request is not None:
                timeline.record(
                    request.person,
                    at=request.expires_at,
                    channel=Channel.EMAIL,
                    direction=Touchpoint.Direction.INNER,
                    kind=EXPIRED,
                    about=request,
                )
                count += 1
    return count


def expired_lines(lines: Iterable[Consent], *, at: datetime) -> set[int]:
    """Which of the ledger's asked lines can be confirmed no more: their requests ran out. One query."""
    asked = [line for line in lines if line.decision == Consent.Decision.REQUESTED]
    requests = ConsentRequest.objects.filter(person__in={line.person_id for line in asked}, confirmed_at=None)
    open_at = {
        (one.person_id, one.asked_at) for one in requests.filter(expires_at__gt=at).only("person_id", "asked_at")
    }
    return {line.pk for line in asked if (line.person_id, line.at) not in open_at}


def agreed_to(request: ConsentRequest) -> list[tuple[str, str, str]]:
    """What will be agreed: purpose, channel and the words, in the language of the request."""
    labels, channels = dict(Purpose.choices), dict(Channel.choices)
    return [
        (str(labels[purpose]), str(channels[channel]), consents.current_wording(purpose, request.language).text)
        for purpose, channel, _version in request.purposes
    ]


def url(request: ConsentRequest) -> str:
    """The absolute address of the page with the button."""
    token = links.sign(LINK, str(request.uuid), days=DAYS)
    return links.absolute(reverse("people:confirm", args=[token]))


def _refuse(request: ConsentRequest, *, at: datetime) -> None:
    if request.confirmed_at is not None:
        raise AlreadyConfirmed(request.language)
    if request.expires_at <= at or merging.current(request.person).erased_at is not None:
        raise RequestExpired(request.language)


def _write(
    request: ConsentRequest, decision: str, *, at: datetime, source: str, proof: str, person: Person | None = None
) -> None:
    for purpose, channel, version in request.purposes:
        consents.record(
            person or request.person,
            purpose=purpose,
            channel=channel,
            decision=decision,
            at=at,
            source=source,
            wording_version=version,
            language=request.language,
            proof=proof,
        )


def _mail(request: ConsentRequest, *, at: datetime) -> OutgoingMessage:
    """Nothing typed by whoever asked is quoted: the form is open to everybody, and the mailbox may be a stranger's."""
    with override(request.language):
        words = "\n".join(f"– {text}" for text in dict.fromkeys(text for _p, _c, text in agreed_to(request)))
        body = "\n\n".join(
            [
                _("Hello,"),
                _("Somebody, surely you, asked us for this on our website:"),
                words,
                _("Press the button on the page below to confirm it. The link works for %(days)d days, and once.")
                % {"days": DAYS},
                _("If it was not you, do nothing: then nothing will be sent to you."),
            ]
        )
        return outbox.queue(
            request.person,
            purpose=Purpose.SERVICE,
            key=f"consent-request:{request.uuid}",
            subject=_("Please confirm that you want to hear from us"),
            body=body,
            language=request.language,
            at=at,
            about=request,
            action_url=url(request),
            action_label=_("See and confirm"),
            to=request.address,
        )
