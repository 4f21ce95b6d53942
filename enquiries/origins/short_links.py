"""Short links: addresses of ours, ``/go/<code>``, that lead on to a page of ours with the marks of a campaign."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from secrets import choice
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from enquiries.models import ShortLink, ShortLinkCount
from enquiries.origins.touches import SHORT
from people.models import User
from people.own_data.links import absolute
from programmes.day_counts import raise_by_one

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without those taken for one another: 0 o, 1 i l
CODE_LENGTH = 5
CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,38}[a-z0-9])")


def make(link: ShortLink, *, at: datetime, by: User | None) -> ShortLink:
    """Keep a new link; without a code of its own it is given one that no other link has."""
    link.made_at, link.by = at, by
    if link.code:
        link.save()
        return link
    while True:
        link.code = "".join(choice(ALPHABET) for _letter in range(CODE_LENGTH))
        try:
            with transaction.atomic():
                link.save()
        except IntegrityError:
            if not ShortLink.objects.filter(code=link.code).exists():
                raise  # it was not the code
        else:
            return link


def find(code: str) -> ShortLink | None:
    """The link with ``code``, however it was typed: in capitals, or with a full stop after it."""
    wanted = re.sub(r"[^a-z0-9-]", "", code.lower()).strip("-")
    if not CODE.fullmatch(wanted):
        return None
    return ShortLink.objects.select_related("page", "campaign", "action").filter(code=wanted).first()


def own_address(address: str) -> str:
    """``address`` as a path of our website; empty if it leads anywhere else."""
    address = address.strip()
    ours = urlsplit(settings.BASE_URL).netloc
    if "\\" in address or not url_has_allowed_host_and_scheme(address, allowed_hosts={ours}):
        return ""
    parts = urlsplit(address)
    if parts.scheme not in ("", "http", "https") or not parts.path.startswith("/"):
        return ""
    return urlunsplit(("", "", parts.path, parts.query, parts.fragment))


def leads_to(link: ShortLink) -> str:
    """The path of our website it leads to, without marks; empty when that is gone."""
    if link.page is not None:
        return (link.page.url or "") if link.page.live else ""
    return own_address(link.address)


def marked_address(link: ShortLink, *, on: date) -> str:
    """Where it leads, with the marks of its campaign until its last day; empty when that is gone."""
    address = leads_to(link)
    if not address or (link.ends_on is not None and on > link.ends_on):
        return address
    parts = urlsplit(address)
    said = {
        "utm_source": link.source,
        "utm_medium": link.medium,
        "utm_campaign": link.campaign.slug if link.campaign else "",
        "utm_content": link.action.code if link.action else "",
        "utm_term": f"{SHORT}{link.code}",
    }
    query = dict(parse_qsl(parts.query, keep_blank_values=True)) | {
        name: value for name, value in said.items() if value
    }
    return urlunsplit(parts._replace(query=urlencode(query)))


def short_address(link: ShortLink) -> str:
    """What is printed, said and drawn in the QR code."""
    return absolute(f"/go/{link.code}")


def note_visit(link: ShortLink, *, at: datetime) -> bool:
    """Somebody followed it."""
    return raise_by_one(ShortLinkCount, "visits", of=ShortLink.objects.filter(pk=link.pk), on=timezone.localdate(at))


def visits(links: Iterable[int]) -> dict[int, int]:
    """How often each link was followed, by its id. One query."""
    ids = list(links)
    sums = ShortLinkCount.objects.filter(link__in=ids).order_by().values_list("link").annotate(Sum("visits"))
    return dict.fromkeys(ids, 0) | dict(sums)
