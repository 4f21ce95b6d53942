"""Links in letters: signed on their way out, followed for whoever clicks, and people told apart from machines.

Mail scanners open every link seconds after a letter arrives; such clicks are kept, with the reason, and count nowhere.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.html import escape

from contact_centre.models import MessageSignal, Send
from contact_centre.sends import signals
from people.contact import consents, policy
from people.models import Channel, Consent, OutgoingMessage, Purpose
from people.own_data import links

CLICK, OPENING = "click", "opening"
DAYS = 400
LONGEST = 500  # of an address that is followed
TOO_SOON = timedelta(seconds=10)  # after the letter left: nobody has read it yet
AT_ONCE = timedelta(seconds=10)
MANY = 3  # different links of one letter within that time
MOST = 60  # signals of one letter: more are followed and not written down
# Names that scanners, previews and libraries give themselves.
MACHINES = re.compile(
    r"bot\b|crawl|spider|scan|proofpoint|barracuda|mimecast|safelinks|fireeye|trendmicro|symantec|ironport|"
    r"preview|prefetch|fetch|curl|wget|python|java/|okhttp|go-http|headless|phantom|libwww|httpclient|"
    r"googleimageproxy|yahoomailproxy",
    re.IGNORECASE,
)
_HREF = re.compile(r'(<a\b[^>]*?\bhref=")(https?://[^"]+)(")')
_UNTRACKED = ("/preferences/", "/confirm/", "/my-data/", "/r/", "/accounts/")  # what is theirs to decide is not watched


@dataclass(frozen=True)
class Visit:
    """What is known of a request: how it was made, not who made it."""

    method: str = "GET"
    user_agent: str = ""
    is_prefetch: bool = False


def finish_html(message: OutgoingMessage, html: str) -> str:
    """The letter's HTML with signed links, and a small image for those who agreed to be profiled.

    Only letters nobody asked for; the way out of them, and what belongs to the person, stays as it is.
    """
    if message.pk is None or message.purpose in policy.TRANSACTIONAL:
        return html

    def signed(match: re.Match) -> str:
        url = unescape(match[2])
        if len(url) > LONGEST or _is_untracked(url):
            return match[0]
        return f"{match[1]}{escape(links.absolute(click_path(message, url)))}{match[3]}"

    html = _HREF.sub(signed, html)
    if _may_be_watched(message):
        image = links.absolute(reverse("contact_centre_opening", args=[_token(OPENING, message, "")]))
        html = html.replace("</body>", f'<img src="{escape(image)}" width="1" height="1" alt=""></body>', 1)
    return html


def click_path(message: OutgoingMessage, url: str) -> str:
    """The address on this site that leads to ``url`` and says from which letter."""
    return reverse("contact_centre_click", args=[_token(CLICK, message, url)])


def read(kind: str, token: str) -> tuple[UUID, str]:
    """The letter and the address a token names, also when its days are over. Raises links.LinkForged."""
    try:
        value = links.read(kind, token)
    except links.LinkExpired as old:
        value = old.value
    uuid, _bar, url = value.partition("|")
    try:
        return UUID(uuid), url
    except ValueError:
        raise links.LinkForged(kind)


def follow(token: str, visit: Visit, *, at: datetime) -> str:
    """Write down that a link was followed, and by whom as far as can be told; return where it leads.

    A look with HEAD is no click. Raises links.LinkForged.
    """
    uuid, url = read(CLICK, token)
    message = OutgoingMessage.objects.filter(uuid=uuid).first()
    if message is None:  # erased since: the link still leads where it led
        return url
    _note(message, MessageSignal.Kind.CLICKED, visit, at=at, url=url)
    return _with_campaign(url, message)


def opened(token: str, visit: Visit, *, at: datetime) -> None:
    """Write down that the image was asked for, while the person still agrees to it. Raises links.LinkForged."""
    uuid, _url = read(OPENING, token)
    message = OutgoingMessage.objects.filter(uuid=uuid).select_related("person").first()
    if message is not None and _may_be_watched(message):
        _note(message, MessageSignal.Kind.OPENED, visit, at=at)


def why_machine(message: OutgoingMessage, visit: Visit, *, at: datetime) -> str:
    """Why this was no person, in words; empty if it seems to be one."""
    if visit.method != "GET":
        return "asked only whether the page is there"
    if visit.is_prefetch:
        return "fetched ahead"
    if not visit.user_agent:
        return "gave no name"
    if MACHINES.search(visit.user_agent):
        return "calls itself a machine"
    if message.sent_at is None or at - message.sent_at < TOO_SOON:
        return "within seconds of leaving"
    return ""


def _note(message: OutgoingMessage, kind: str, visit: Visit, *, at: datetime, url: str = "") -> None:
    earlier = MessageSignal.objects.filter(message=message)
    if earlier.count() >= MOST:
        return
    why = why_machine(message, visit, at=at)
    lately = earlier.filter(kind=kind, at__gt=at - AT_ONCE, at__lte=at)
    if kind == MessageSignal.Kind.CLICKED and not why:
        others = set(lately.exclude(url=url).values_list("url", flat=True))
        if len(others) >= MANY - 1:
            why = "many links within seconds"
            lately.update(is_human=False, why_not_human=why)
    signals.note(message, kind, at=at, is_human=not why, why_not_human=why, url=url)


def _is_untracked(url: str) -> bool:
    return url.startswith(settings.BASE_URL) and any(part in urlsplit(url).path for part in _UNTRACKED)


def _may_be_watched(message: OutgoingMessage) -> bool:
    said = consents.latest(message.person).get((Purpose.PROFILING, Channel.WEB))
    return said is not None and said.decision == Consent.Decision.GRANTED


def _with_campaign(url: str, message: OutgoingMessage) -> str:
    """On our own site the campaign goes along, so that an enquiry knows where it came from."""
    is_of_send = message.about_kind == Send._meta.label_lower
    if not is_of_send or message.about_id is None or not url.startswith(f"{settings.BASE_URL}/"):
        return url
    campaign = Send.objects.filter(pk=message.about_id).values_list("campaign", flat=True).first()
    if not campaign:
        return url
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    marks = {"utm_source": "matricula", "utm_medium": str(message.channel), "utm_campaign": campaign}
    return urlunsplit(parts._replace(query=urlencode({**marks, **query})))


def _token(kind: str, message: OutgoingMessage, url: str) -> str:
    return links.sign(kind, f"{message.uuid}|{url}", days=DAYS)
