"""Text and HTML from strangers, made plain or made safe."""

import html
import re

import nh3

_TAGS = {"p", "br", "ul", "ol", "li", "strong", "b", "em", "i", "h2", "h3", "h4", "a", "blockquote"}
_ATTRIBUTES = {"a": {"href"}}
_LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-zA-Z]{2,10}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_EMPTY = re.compile(r"<(p|li|h[234]|strong|em|b|i)>(?:\s|&nbsp;|\u00a0|<br>)*</\1>")
_BREAKING = re.compile(r"</?(?:p|br|li|ul|ol|div|h[1-6]|tr|td)\b[^>]*>", re.IGNORECASE)
# Windows-1252 bytes that were taken for Latin-1 on the way end up as invisible C1 controls.
_C1 = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_UNSEEN = dict.fromkeys([*(code for code in range(32) if code not in (9, 10, 13)), 127, 0xFEFF, 0xFFFE, 0xFFFF])


def mend(text: str) -> str:
    """The text without control characters, and with Windows-1252 punctuation where Latin-1 lost it."""
    return text.translate(_C1).translate(_UNSEEN)


def plain(text: str) -> str:
    """One line of plain text, whatever it was."""
    text = mend(text)
    if _LOOKS_LIKE_HTML.search(text):
        text = html.unescape(nh3.clean(_BREAKING.sub(" ", text), tags=set()))
    return " ".join(mend(text).split())


def clean_html(text: str) -> str:
    """Safe HTML with a few tags, from HTML or plain text; "" if there is not a letter in it."""
    text = mend(text).strip()
    if not _LOOKS_LIKE_HTML.search(text):
        blocks = [block.strip() for block in re.split(r"\n\s*\n", text)]
        text = "".join(f"<p>{html.escape(block, quote=False)}</p>" for block in blocks if block)
    cleaned = nh3.clean(
        text,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    cleaned = _EMPTY.sub("", _EMPTY.sub("", cleaned)).strip()
    return cleaned if says_something(cleaned) else ""


def says_something(text: str) -> bool:
    """Whether there is a word left; feeds fill required fields with “.” or “[210828]”."""
    return bool(re.search(r"[^\W\d_]{2}", re.sub(r"<[^>]*>|&\w+;", " ", text)))


def web_address(text: str) -> str:
    """The address if it is one of the web, else ""."""
    text = text.strip()
    return text if re.fullmatch(r"https?://[^\s\"'<>]+", text, re.IGNORECASE) and len(text) <= 2000 else ""
