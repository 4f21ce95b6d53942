"""Public pages, kept as they were made and served without asking the database, as long as everything on them holds.

Kept are pages of the website made for somebody who is not signed in, under their address without the marks of a
campaign, with the stamp read before they were made (``programmes.kept_pages.freshness``). An entry is served while
the stamp is the same, and until the first instant at which the page would change by itself: midnight at the school,
when prices and deadlines turn; what a panel says with ``ends``; and ``PAGE_CACHE_SECONDS`` at the latest.

What differs from one visitor to the next, as the token of a form does, or where they came from, is a late word: the
panel writes ``late("name", request)``, and the hook ``register_late_words`` ({name: function of the request}) says how
each is made when the page is served. ``late("name:what", request)`` tells the function which one is meant: it gets
"what" besides. On such a page nothing else may be read of the visitor than the address.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from hashlib import sha256
from secrets import token_hex
from urllib.parse import parse_qsl, urlencode

import structlog
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.html import escape
from django.utils.translation import get_language_from_path
from wagtail import hooks

from programmes.kept_pages import freshness

log = structlog.get_logger("matricula.page_cache")

HOW = "X-Page"  # says of a page whether it was "kept" or "made"
LONGEST_QUERY = 500
# Numbers that advertising networks give each click: no page shows them, and none is the same twice.
CLICKS = frozenset(
    {
        "dclid", "fbclid", "gbraid", "gclid", "igsh", "igshid", "li_fat_id", "mc_cid", "mc_eid", "msclkid", "ttclid",
        "twclid", "wbraid", "yclid",
    }
)  # fmt: skip
CLICK = "click"  # by which of our pages tell each other whose number it was, and not the number


@dataclass
class _Making:
    """A page that is being made to be kept."""

    until: datetime
    sign: str = field(default_factory=lambda: token_hex(12))  # nobody can have written it into a text
    words: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Entry:
    """A page as it was made: its bytes between the late words, and how long it holds."""

    stamp: str
    until: datetime
    headers: tuple[tuple[str, str], ...]
    pieces: tuple[bytes, ...]
    words: tuple[tuple[str, str], ...]  # each with what is said where it is empty
    etag: str


_making: ContextVar[_Making | None] = ContextVar("making_page", default=None)


def ends(at: datetime | None) -> None:
    """Say that the page which is being made would look different from ``at`` on; None means never."""
    making = _making.get()
    if making is not None and at is not None:
        making.until = min(making.until, at)


def late(name: str, request: HttpRequest | None = None, *, otherwise: str = "") -> str:
    """The late word ``name``, or ``otherwise`` where it is empty: itself, or a place for it on a page that is kept.

    It is not escaped: the template does that.
    """
    making = _making.get()
    if making is None:
        return _made(_makers(), name, request) or otherwise
    making.words.append((name, otherwise))
    return f"{making.sign}{len(making.words) - 1}."


class PageCache:
    """Serves kept pages and keeps those that may be. Stands nearest to the views: what others add is added afresh."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_of_website(request):
            return self.get_response(request)
        if not _may_be_kept(request):
            return _private(self.get_response(request), request)
        query = _query_that_matters(request)
        at, key = timezone.now(), _key(request, query)
        stamp = freshness.stamp()
        entry = _kept(key)
        if entry is not None and entry.stamp == stamp and at < entry.until:
            return _answer(entry, request, "kept")
        making = _Making(until=_first_end(at))
        with _made_of(request, query, making):
            response = self.get_response(request)
        return self._finish(request, response, making, stamp, key)

    def _finish(
        self, request: HttpRequest, response: HttpResponse, making: _Making, stamp: str, key: str
    ) -> HttpResponse:
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        entry = _entry(response, making, stamp)
        if not _is_for_everybody(request, response):
            if entry.words:
                response.content = _filled(entry, request)
            return _private(response, request)
        if request.method == "GET":
            _keep(key, entry)
        return _answer(entry, request, "made")


# --- what may be kept


def _is_of_website(request: HttpRequest) -> bool:
    is_read = request.method in ("GET", "HEAD")
    # A preview goes through here too, as a request that Wagtail made up.
    return is_read and bool(get_language_from_path(request.path_info)) and not getattr(request, "is_dummy", False)


def _may_be_kept(request: HttpRequest) -> bool:
    """Nobody is signed in, nothing waits to be said, and a whole page is asked for."""
    personal = {settings.SESSION_COOKIE_NAME, "messages"}
    return (
        not personal & request.COOKIES.keys()
        and "HX-Request" not in request.headers
        and "Authorization" not in request.headers
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
    )


def _is_for_everybody(request: HttpRequest, response: HttpResponse) -> bool:
    """Was this page, found and served by Wagtail, made without anything of this visitor's?"""
    session = request.session
    return (
        response.status_code == 200
        and hasattr(request, "_wagtail_route_for_request")
        and not response.cookies
        and not session.modified
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")  # a form with a token of its own, as for a password
        and not any(name.startswith("_csp") for name in (*vars(response), *vars(request)))
        and not response.has_header("Cache-Control")
    )


def _query_that_matters(request: HttpRequest) -> str:
    """What is asked of the page, without the marks of whoever led here."""
    query = request.META.get("QUERY_STRING", "")
    if not query:
        return ""
    asked = parse_qsl(query, keep_blank_values=True)
    marks = {*CLICKS, CLICK}
    return urlencode([(name, value) for name, value in asked if not name.startswith("utm_") and name not in marks])


@contextmanager
def _made_of(request: HttpRequest, query: str, making: _Making) -> Iterator[None]:
    """While the page is made the request knows nothing that its entry does not: what follows reads all of it again."""
    whole, token = request.META.get("QUERY_STRING", ""), _making.set(making)
    try:
        _ask(request, query)
        yield
    finally:
        _ask(request, whole)
        _making.reset(token)


def _ask(request: HttpRequest, query: str) -> None:
    if request.META.get("QUERY_STRING", "") != query:
        request.META["QUERY_STRING"] = query
        request.__dict__.pop("GET", None)


def _key(request: HttpRequest, query: str) -> str:
    address = f"{request.scheme}://{request.get_host()}{request.path}?{query}"
    return sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def _first_end(at: datetime) -> datetime:
    tomorrow = timezone.localdate(at) + timedelta(days=1)
    midnight = timezone.make_aware(datetime.combine(tomorrow, time.min))
    return min(midnight, at + timedelta(seconds=settings.PAGE_CACHE_SECONDS))


# --- keeping and serving


def _entry(response: HttpResponse, making: _Making, stamp: str) -> Entry:
    pieces, words = [response.content], []
    while making.sign.encode() in pieces[-1]:
        before, _sign, rest = pieces.pop().partition(making.sign.encode())
        number, _dot, after = rest.partition(b".")
        words.append(making.words[int(number)])
        pieces += [before, after]
    seen = sha256(repr(words).encode() + b"\0".join(pieces)).hexdigest()[:20]
    # Weak: two answers with the same tag differ in their late words.
    return Entry(stamp, making.until, tuple(response.items()), tuple(pieces), tuple(words), f'W/"{seen}"')


def _filled(entry: Entry, request: HttpRequest) -> bytes:
    makers = _makers() if entry.words else {}
    content = [entry.pieces[0]]
    for (word, otherwise), piece in zip(entry.words, entry.pieces[1:], strict=True):
        content += [escape(_made(makers, word, request) or otherwise).encode(), piece]
    return b"".join(content)


def _answer(entry: Entry, request: HttpRequest, how: str) -> HttpResponse:
    response = HttpResponse(_filled(entry, request), headers=dict(entry.headers))
    response["ETag"] = entry.etag
    response["Cache-Control"] = "no-cache"  # kept by browsers, and asked about each time
    response[HOW] = how
    patch_vary_headers(response, ["Cookie", "HX-Request"])
    return get_conditional_response(request, etag=entry.etag, response=response) or response


def _private(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    if hasattr(request, "_wagtail_route_for_request") and not response.has_header("Cache-Control"):
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Cookie", "HX-Request"])
    return response


def _kept(key: str) -> Entry | None:
    try:
        return caches["pages"].get(key)
    except Exception:  # a broken entry, or a cache that is away: the page is made anew
        log.exception("page_unreadable")
        return None


def _keep(key: str, entry: Entry) -> None:
    seconds = int((entry.until - timezone.now()).total_seconds())
    if seconds < 1:
        return
    try:
        caches["pages"].set(key, entry, seconds)
    except Exception:
        log.exception("page_unkept")


def _made(makers: dict[str, Callable[..., str]], word: str, request: HttpRequest | None) -> str:
    name, colon, what = word.partition(":")
    return makers[name](request, what) if colon else makers[name](request)


def _makers() -> dict[str, Callable[..., str]]:
    makers: dict[str, Callable[..., str]] = {}
    for offered in hooks.get_hooks("register_late_words"):
        makers |= offered()
    return makers
