"""What search engines and readers with assistive technology would stumble over on a page, before it is published.

Nothing is fetched: links to pages of ours are looked up, addresses elsewhere are only read. Lengths are those at which
the usual result pages begin to cut titles (about 60 characters) and descriptions (about 155).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page
from wagtail.rich_text import RichText

from programmes.editing.completeness import has_words

TITLE_LENGTHS = (15, 60)
DESCRIPTION_LENGTHS = (70, 155)
ERROR, WARNING = "error", "warning"
SAYS_NOTHING = {
    "here", "click here", "more", "read more", "link", "aquí", "clica aquí", "més", "llegeix-ne més", "enllaç",
    "haz clic aquí", "más", "leer más", "enlace",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """``field`` is the field of the page where it is put right."""

    level: str
    code: str
    field: str
    words: str


@dataclass(frozen=True)
class _Link:
    words: str
    attributes: dict[str, str]


class _Reader(HTMLParser):
    """The headings, links and pictures of rich text as Wagtail stores it."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[tuple[int, str]] = []
        self.links: list[_Link] = []
        self.images: list[str | None] = []
        self._open: list[tuple[str, dict[str, str], list[str]]] = []

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        if tag == "embed" and attributes.get("embedtype") == "image":
            self.images.append(attributes.get("alt"))
        elif tag == "a" or re.fullmatch(r"h[1-6]", tag):
            self._open.append((tag, attributes, []))

    def handle_data(self, data):
        for _tag, _attributes, words in self._open:
            words.append(data)

    def handle_endtag(self, tag):
        if not any(open_tag == tag for open_tag, _attributes, _words in self._open):
            return
        while self._open:
            open_tag, attributes, heard = self._open.pop()
            words = " ".join("".join(heard).split())
            if open_tag == "a":
                self.links.append(_Link(words, attributes))
            else:
                self.headings.append((int(open_tag[1]), words))
            if open_tag == tag:
                return


def lint(page: Page) -> list[Finding]:
    """What is to be put right on ``page`` as it stands in memory, errors first."""
    found = [*_title(page), *_description(page), *_twins(page), *_picture(page), *_texts(page)]
    return sorted(found, key=lambda finding: finding.level != ERROR)


def shown_title(page: Page) -> str:
    return page.seo_title or page.title or ""


def _title(page: Page) -> Iterator[Finding]:
    title, (least, most) = shown_title(page), TITLE_LENGTHS
    field = "seo_title" if page.seo_title else "title"
    if not title.strip():
        yield Finding(ERROR, "title", "title", _("The page has no title."))
    elif len(title) > most:
        words = _("The title has %(count)s characters; result pages cut it after about %(most)s.")
        yield Finding(WARNING, "title", field, words % {"count": len(title), "most": most})
    elif len(title) < least:
        words = _("The title has only %(count)s characters; say in it what the page is about.")
        yield Finding(WARNING, "title", field, words % {"count": len(title)})


def _description(page: Page) -> Iterator[Finding]:
    text, (least, most) = (page.search_description or "").strip(), DESCRIPTION_LENGTHS
    if not text:
        yield Finding(ERROR, "description", "search_description", _("There is no description for result pages."))
    elif len(text) > most:
        words = _("The description has %(count)s characters; result pages cut it after about %(most)s.")
        yield Finding(WARNING, "description", "search_description", words % {"count": len(text), "most": most})
    elif len(text) < least:
        words = _("The description has only %(count)s characters; there is room for %(most)s.")
        yield Finding(WARNING, "description", "search_description", words % {"count": len(text), "most": most})


def _twins(page: Page) -> Iterator[Finding]:
    others = Page.objects.live().filter(locale_id=page.locale_id, depth__gt=1).exclude(pk=page.pk)
    title = shown_title(page)
    twin = others.filter(Q(seo_title__iexact=title) | Q(seo_title="", title__iexact=title)).first() if title else None
    if twin:
        yield Finding(ERROR, "twin", "title", _("“%(title)s” has the same title.") % {"title": twin.title})
    text = (page.search_description or "").strip()
    twin = others.filter(search_description__iexact=text).first() if text else None
    if twin:
        words = _("“%(title)s” has the same description.") % {"title": twin.title}
        yield Finding(WARNING, "twin", "search_description", words)


def _picture(page: Page) -> Iterator[Finding]:
    image = getattr(page, "image", None)
    if image is not None and not image.description:
        yield Finding(ERROR, "alternative", "image", _("The picture has no description for those who cannot see it."))


def _texts(page: Page) -> Iterator[Finding]:
    """Every rich text and every block: headings in order, links that lead somewhere, pictures with words."""
    links: list[tuple[str, _Link]] = []
    for field in page._meta.get_fields():
        value = getattr(page, field.name, None) if isinstance(field, RichTextField | StreamField) else None
        if not value:
            continue
        level = 2  # the title is the first heading, the name of the text the second
        if isinstance(field, StreamField):
            level = 1 if field.name == "body" and not hasattr(page, "programme") else 2
            yield from _blocks(field.name, value, links, level)
        else:
            yield from _rich(field.name, str(value), links, level)[0]
    yield from _links(links)


def _blocks(field: str, stream: Any, links: list, level: int) -> Iterator[Finding]:
    for child in stream:
        if child.block_type == "heading":
            level = 2
            if not str(child.value).strip():
                yield Finding(ERROR, "heading", field, _("A heading has no words."))
            continue
        for block, value in _leaves(child.block, child.value):
            if isinstance(value, RichText):
                found, level = _rich(field, value.source, links, level)
                yield from found
            elif isinstance(block, ImageBlock) and _is_mute(value):
                words = _("A picture in the text has no description for those who cannot see it.")
                yield Finding(ERROR, "alternative", field, words)
        if child.block_type == "button":
            target, address = child.value.get("page"), (child.value.get("address") or "").strip()
            words = child.value.get("label") or ""
            attributes = {"linktype": "page", "id": str(target.pk)} if target else {"href": address}
            links.append((field, _Link(words, attributes)))


def _is_mute(image: Any) -> bool:
    """Whether a picture of a block has no words and is not marked as a mere ornament."""
    return image is not None and not image.decorative and not image.contextual_alt_text


def _leaves(block: blocks.Block, value: Any) -> Iterator[tuple[blocks.Block, Any]]:
    if isinstance(block, blocks.StructBlock) and not isinstance(block, ImageBlock) and value is not None:
        for name, child in block.child_blocks.items():
            yield from _leaves(child, value.get(name))
    else:
        yield block, value


def _rich(field: str, source: str, links: list, level: int) -> tuple[list[Finding], int]:
    """What is wrong in one rich text that stands below a heading of ``level``, and the level it ends on."""
    reader, found = _Reader(), []
    reader.feed(source)
    for depth, words in reader.headings:
        if not words:
            found.append(Finding(ERROR, "heading", field, _("A heading has no words.")))
        elif depth > level + 1:
            told = _("“%(heading)s” skips a level of headings; put a heading above it.") % {"heading": words}
            found.append(Finding(WARNING, "heading", field, told))
        level = depth
    if any(alternative is not None and not alternative.strip() for alternative in reader.images):
        words = _("A picture in the text has no description for those who cannot see it.")
        found.append(Finding(ERROR, "alternative", field, words))
    links += [(field, link) for link in reader.links]
    return found, level


def _links(links: list[tuple[str, _Link]]) -> Iterator[Finding]:
    ids = {int(link.attributes["id"]) for _field, link in links if link.attributes.get("id", "").isdigit()}
    pages = dict(Page.objects.filter(pk__in=ids).values_list("pk", "live")) if ids else {}
    for field, link in links:
        kind, target = link.attributes.get("linktype", ""), link.attributes.get("id", "")
        href = link.attributes.get("href", "").strip()
        shown = {"words": link.words or href or "…"}
        if not has_words(link.words):
            yield Finding(ERROR, "link", field, _("A link has no words: nobody can tell where it leads."))
        elif link.words.strip(" .…").lower() in SAYS_NOTHING:
            words = _("“%(words)s” does not say where the link leads.") % shown
            yield Finding(WARNING, "link", field, words)
        if kind == "page":
            state = pages.get(int(target)) if target.isdigit() else None
            if state is None:
                yield Finding(ERROR, "link", field, _("“%(words)s” leads to a page that is gone.") % shown)
            elif not state:
                yield Finding(ERROR, "link", field, _("“%(words)s” leads to a page that is not published.") % shown)
        elif not kind and _leads_nowhere(href):
            yield Finding(ERROR, "link", field, _("“%(words)s” leads nowhere.") % shown)


def _leads_nowhere(href: str) -> bool:
    """An address no reader can follow: empty, a bare #, without a host, or on this machine."""
    if href.startswith(("mailto:", "tel:")):
        return len(href.partition(":")[2]) == 0
    if href.startswith("/") and not href.startswith("//"):
        return False
    if href.startswith("#"):
        return len(href) == 1
    try:
        host = urlsplit(href).hostname or ""
    except ValueError:
        return True
    return not re.match(r"https?://", href) or "." not in host or host.startswith("127.")
