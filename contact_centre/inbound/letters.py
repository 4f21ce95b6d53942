"""A letter as it came over the wire, read into what the desk needs. Pure: no clock, no database.

Nothing a stranger can write into a letter may stop the reading: charsets that do not exist, headers that are none, a
letter within a letter within a letter.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses, parseaddr
from hashlib import sha256
from html import unescape

import nh3

from contact_centre.inbound import automatic, quoting

LONGEST_TEXT = 50_000
MOST_PARTS = 200  # of one letter; more is no letter
MOST_FILES = 30
RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "X-Forwarded-To", "Envelope-To")
IDS = re.compile(r"<([^<>\s]{1,300})>")
_BREAKS = re.compile(r"(?i)<br\s*/?>|</(?:p|div|li|tr|h[1-6]|blockquote|pre)>")
_QUOTES = re.compile(
    r"(?is)<(?:blockquote|div[^>]{0,300}?(?:gmail_quote|appendonsend|divRplyFwdMsg|yahoo_quoted|moz-cite-prefix))"
)


class Unreadable(Exception):
    """This is no letter."""


@dataclass(frozen=True)
class Enclosed:
    """A file that came with a letter."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What the desk needs of a letter; ``automatic`` and ``doubt`` say why it is no word of a person, or not theirs."""

    external_id: str
    thread_ids: tuple[str, ...]
    sender: str
    sender_name: str
    to: tuple[str, ...]
    subject: str
    text: str
    quoted: str
    enclosed: tuple[Enclosed, ...] = ()
    automatic: str = ""
    doubt: str = ""


def read(raw: bytes, *, recipient: str = "") -> Letter:
    """The letter in ``raw``; ``recipient`` is whom the mail server was told to bring it to. Raises Unreadable."""
    try:
        message = message_from_bytes(raw, policy=compat32)
        parts = list(_leaves(message))
    except (RecursionError, ValueError, TypeError, LookupError, AttributeError, IndexError) as fault:
        raise Unreadable(type(fault).__name__)
    sender_name, sender = _sender(message)
    if not sender:
        raise Unreadable("no sender")
    subject = header(message, "Subject")[:300]
    whole, quoted_html = _words(parts)
    text, quoted = quoting.cut(whole)
    own_id = IDS.search(header(message, "Message-ID"))
    return Letter(
        external_id=own_id[1] if own_id else f"sha256:{sha256(raw).hexdigest()}",
        thread_ids=_thread_ids(message),
        sender=sender[:254],
        sender_name=sender_name[:160],
        to=_recipients(message, recipient),
        subject=subject,
        text=text[:LONGEST_TEXT],
        quoted="\n".join(filter(None, (quoted, quoted_html)))[:LONGEST_TEXT],
        enclosed=tuple(_enclosed(part) for part in parts if _is_file(part))[:MOST_FILES],
        automatic=automatic.why(lambda name: header(message, name), subject=subject, sender=sender),
        doubt=_doubt(message),
    )


def header(message: Message, name: str) -> str:
    """A header in letters people can read, on one line; what cannot be decoded stands there with question marks."""
    try:
        return " ".join(_decoded_header(_raw(message, name)).replace("\x00", "").split())
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def _raw(message: Message, name: str) -> str:
    """The first header of that name as it came; asked in the ordinary way, bare bytes would be lost."""
    wanted = name.lower()
    return next((str(value) for key, value in message.raw_items() if key.lower() == wanted), "")


def _decoded_header(value: str) -> str:
    if "=?" not in value:
        return _unescaped(value)
    pieces = []
    for content, charset in decode_header(value):
        pieces.append(_decoded(content, charset) if isinstance(content, bytes) else _unescaped(content))
    return "".join(pieces)


def _unescaped(value: str) -> str:
    """Bytes above ASCII that stand bare in a header: UTF-8 more often than not."""
    raw = value.encode("ascii", "surrogateescape") if _has_surrogates(value) else None
    return _decoded(raw, None) if raw is not None else value


def _has_surrogates(value: str) -> bool:
    return any("\udc80" <= sign <= "\udcff" for sign in value) and all(
        ord(sign) < 128 or "\udc80" <= sign <= "\udcff" for sign in value
    )


def _decoded(content: bytes, charset: str | None) -> str:
    """Text in the charset it names if that fits, else in UTF-8 if that fits, else in what Windows writes."""
    for name in (charset, "utf-8"):
        try:
            return content.decode(name or "utf-8")
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def _sender(message: Message) -> tuple[str, str]:
    """Name and address. The address is read before the name is decoded, so that no name can pose as an address."""
    raw = _raw(message, "From") or _raw(message, "Sender")
    name, address = parseaddr(raw.replace("\r", "").replace("\n", " "))
    if "@" not in address:
        found = re.search(r"<([^<>\s@]+@[^<>\s@]+)>", raw)
        address = found[1] if found else ""
    return " ".join(_decoded_header(name).split()), address.strip().lower()


def _recipients(message: Message, recipient: str) -> tuple[str, ...]:
    raw = [str(value) for name in RECIPIENTS for value in message.get_all(name, [])]
    found = [recipient, *(address for _name, address in getaddresses(raw[:50]))]
    return tuple(dict.fromkeys(address.strip().lower()[:254] for address in found if "@" in address))[:50]


def _thread_ids(message: Message) -> tuple[str, ...]:
    named = f"{header(message, 'In-Reply-To')} {header(message, 'References')}"
    return tuple(dict.fromkeys(IDS.findall(named)))[:50]


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something; a letter that came as a file is one part, whatever is in it."""
    waiting, seen = [message], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        inner = part.get_payload()
        if part.is_multipart() and isinstance(inner, list) and part.get_content_type() != "message/rfc822":
            waiting[:0] = [one for one in inner if isinstance(one, Message)]
        else:
            yield part


def _is_file(part: Message) -> bool:
    if part.get_content_disposition() == "attachment" or part.get_filename():
        return True
    return part.get_content_maintype() not in ("text", "multipart", "message")


def _content(part: Message) -> bytes:
    if part.get_content_type() == "message/rfc822":
        return part.as_bytes()
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _enclosed(part: Message) -> Enclosed:
    name = _decoded_header(part.get_filename() or "")
    # The last piece of a path, without signs that could mean something to whoever saves it.
    name = re.sub(r"[^\w .()+@-]", "_", name.replace("\\", "/").rpartition("/")[2]).strip(" .")
    return Enclosed(name[-200:] or "file", part.get_content_type()[:120], _content(part))


def _words(parts: list[Message]) -> tuple[str, str]:
    """What the letter says, and what its HTML quotes; plain text goes before HTML, which is only read."""
    texts = [part for part in parts if not _is_file(part) and part.get_content_maintype() == "text"]
    plain = [_text(part) for part in texts if part.get_content_type() == "text/plain"]
    if any(text.strip() for text in plain):
        return _tidy("\n\n".join(plain)), ""
    own, quoted = [], []
    for part in texts:
        if part.get_content_type() == "text/html":
            mark = _QUOTES.search(html := _text(part))
            own.append(text_of_html(html[: mark.start()] if mark else html))
            quoted.append(text_of_html(html[mark.start() :]) if mark else "")
    text = "\n\n".join(own).strip()
    return (text, "\n".join(quoted).strip()) if text else ("\n".join(quoted).strip(), "")


def text_of_html(html: str) -> str:
    """The words of an HTML letter: no tag survives, nothing is fetched or run."""
    broken = _BREAKS.sub("\n", re.sub(r"[\r\n\t ]+", " ", html[: 20 * LONGEST_TEXT]))
    hidden = {"script", "style", "head", "title", "template", "noscript", "svg", "object"}
    bare = nh3.clean(broken, tags=set(), clean_content_tags=hidden, strip_comments=True)
    return _tidy(unescape(bare))


def _text(part: Message) -> str:
    return _decoded(_content(part), part.get_content_charset()).replace("\x00", "")


def _tidy(text: str) -> str:
    lines = [line.replace("\u00a0", " ").strip(" \t") for line in re.split(r"\r\n|\r|\n", text)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _doubt(message: Message) -> str:
    """What the server that took the letter in has against its sender (RFC 8601), if it says so on top."""
    results = header(message, "Authentication-Results").lower()
    if "dmarc=fail" in results:
        return "dmarc"
    return "spam" if header(message, "X-Spam-Flag").lower() == "yes" else ""
