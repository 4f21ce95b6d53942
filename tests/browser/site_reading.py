"""Reading the website as a crawler does: the links of a page, its words, and how they are kept for the tests."""

import re
from collections import deque
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import polib

from config.demo.voices import THREADS

ROOT = Path(__file__).resolve().parents[2]
SPOKEN_ATTRIBUTES = ("title", "aria-label", "placeholder", "alt")
VOID = ("img", "input", "link", "meta", "br", "hr", "source", "use", "path")
# Somebody else's words: what people wrote in the forums.
QUOTED = "prose"
# Signing out and changing the language would change who is reading.
NOT_FOLLOWED = ("/accounts/logout", "/language/", "/admin/", "/i18n/")
ENGLISH = {"the", "your", "you", "and", "with", "this", "are", "not", "have", "what", "from", "when", "been", "will"}
ENGLISH |= {"our", "we", "it", "of"}
# The same in both languages, or a name; and what people wrote in the forums in a language of their own.
NOT_ENGLISH = {"Escola Llevant", "Barcelona", "Matrícula", *(said for thread in THREADS["en"] for said in thread)}


class Markup(HTMLParser):
    """Links, loaded files, language and words of one page."""

    def __init__(self, html: str):
        super().__init__()
        self.links: list[str] = []
        self.files: list[str] = []
        self.words: list[str] = []
        self.language = ""
        self._open: list[tuple[str, bool]] = []
        self.feed(html)

    @property
    def _is_silent(self) -> bool:
        return any(silent for _tag, silent in self._open)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang", "")
        foreign = tag != "html" and given.get("lang", self.language) != self.language
        quoted = tag == "div" and QUOTED in (given.get("class") or "").split()
        silent = foreign or quoted or tag in ("script", "style", "title", "textarea", "address")
        if tag not in VOID:
            self._open.append((tag, silent))
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        self.files += [given[name] for name in ("src",) if given.get(name)]
        if tag == "link" and given.get("rel") in ("stylesheet", "icon"):
            self.files.append(given["href"])
        if not self._is_silent:
            self.words += [" ".join(given[name].split()) for name in SPOKEN_ATTRIBUTES if given.get(name)]

    def handle_endtag(self, tag):
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return

    def handle_data(self, data):
        if data.strip() and not self._is_silent:
            self.words.append(" ".join(data.split()))


@dataclass
class Crawl:
    """What one reader found: each page by its address, and what was wrong on the way."""

    pages: dict[str, Markup] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def crawl(request, origin: str, starts: list[str], *, language: str, leaving_out: tuple[str, ...] = ()) -> Crawl:
    """Read every page of ours that can be reached from ``starts``, breadth first, in ``language``.

    What begins as one of ``leaving_out`` is left to another reader.
    """
    found, seen = Crawl(), set()
    waiting = deque((start, "the start") for start in starts)
    while waiting:
        address, source = waiting.popleft()
        if address in seen:
            continue
        seen.add(address)
        answer = request.get(origin + address, headers={"Accept-Language": language})
        if answer.status >= 400:
            found.wrong.append(f"{address}: {answer.status}, linked from {source}")
            continue
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        address = ours(answer.url, origin)  # where it led in the end
        page = found.pages[address] = Markup(answer.text())
        if page.language != language:
            found.wrong.append(f"{address}: in {page.language!r} instead of {language!r}")
        for link in [*page.links, *page.files]:
            there = ours(urljoin(origin + address, link), origin)
            if there and not there.startswith(leaving_out) and is_followed(there, language, seen):
                waiting.append((there, address))
        within = [link for link in page.files if not link.startswith("data:image/")]  # a picture that is in the page
        strangers = [link for link in within if not ours(urljoin(origin + address, link), origin)]
        found.wrong += [f"{address}: loads {link} from elsewhere" for link in strangers]
    return found


def ours(url: str, origin: str) -> str:
    """The address of ``url`` below ``origin``, without its fragment; "" if it is somebody else's."""
    parts, here = urlsplit(urldefrag(url).url), urlsplit(origin)
    if parts.scheme == "data" or (parts.scheme, parts.netloc) != (here.scheme, here.netloc):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def is_followed(address: str, language: str, seen: set[str]) -> bool:
    """Whether a crawl goes on there: in its own language, with one filter at a time, and to one paper of each kind."""
    parts = urlsplit(address)
    other = re.match(r"/(ca|es|en)/", parts.path)
    if other and other[1] != language:
        return False
    if parts.path.startswith(NOT_FOLLOWED) or len(parse_qsl(parts.query)) > 1:
        return False
    if parts.path.endswith("brochure.pdf"):
        return not any(known.endswith("brochure.pdf") for known in seen)
    return True


def kind(address: str) -> str:
    """The kind of page at an address: all product sheets are one kind, so are all conversations."""
    path = re.sub(r"^/(ca|es|en)/", "/", urlsplit(address).path)
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "#", path)
    path = re.sub(
        r"^/(programmes|articles|professorat|community|promise|preferences|survey)/(?!t/|p/)[^/]+/", r"/\1/*/", path
    )
    return re.sub(
        r"^/(?!programmes|accounts|campus|apply|community|promise|preferences|survey|enquire)[\w-]+/$", "/text/", path
    )


@cache
def english_texts() -> dict[str, str]:
    """The interface's English with its Catalan, where the two differ; texts with places to fill in are left out."""
    catalogue = polib.pofile(str(ROOT / "locale/ca/LC_MESSAGES/django.po"))
    return {
        entry.msgid: entry.msgstr
        for entry in catalogue
        if not entry.obsolete and entry.msgid != entry.msgstr and not re.search(r"%\(|%s|\{", entry.msgid)
    }


def english_on(page: Markup) -> list[str]:
    """Pieces of a Catalan page that are English: a text of the interface, or a sentence by its small words."""
    texts = english_texts()
    translated = set(texts.values())
    sentences = [text for text in texts if len(text.split()) >= 4]
    found = []
    for piece in page.words:
        if piece in NOT_ENGLISH or piece in translated:
            continue
        small_words = ENGLISH.intersection(re.findall(r"[a-z]+", piece.casefold()))
        if piece in texts or len(small_words) >= 2 or any(text in piece for text in sentences):
            found.append(piece)
    return found
