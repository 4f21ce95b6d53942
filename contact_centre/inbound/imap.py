"""Letters fetched from a mailbox by IMAP (RFC 9051), for schools whose provider calls no webhook.

What was fetched is kept first and marked as seen after that, so that a broken connection fetches again and loses
nothing; a letter that came twice is filed once, by its content.
"""

import imaplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings

from contact_centre.inbound import receiving

log = structlog.get_logger("matricula.inbound")
AT_ONCE = 50
TIME_LIMIT = 20  # seconds


@dataclass(frozen=True)
class Mailbox:
    """Where letters are fetched: ``imaps://user:password@host:993/INBOX``."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    is_encrypted: bool

    @classmethod
    def read(cls, url: str) -> "Mailbox":
        parts = urlsplit(url)
        is_encrypted = parts.scheme == "imaps"
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port or (993 if is_encrypted else 143),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            is_encrypted=is_encrypted,
        )


def fetch(*, at: datetime) -> int:
    """Keep what is unread in the mailbox that is set up, at most 50 letters; return how many.

    A mailbox that does not answer is left for the next run.
    """
    if not settings.INBOUND_IMAP:
        return 0
    try:
        return _fetch(Mailbox.read(settings.INBOUND_IMAP), at=at)
    except (OSError, imaplib.IMAP4.error) as fault:
        log.warning("mailbox_not_read", fault=type(fault).__name__)
        return 0


def _fetch(mailbox: Mailbox, *, at: datetime) -> int:
    kept, connection = 0, _connected(mailbox)
    try:
        connection.login(mailbox.user, mailbox.password)
        _ok(connection.select(f'"{mailbox.folder}"'))
        numbers = _ok(connection.uid("SEARCH", "UNSEEN"))[0].split()
        for number in numbers[:AT_ONCE]:
            raw = _letter(connection, number)
            if raw is not None:
                receiving.keep_letter(raw, at=at)
                kept += 1
            _ok(connection.uid("STORE", number.decode(), "+FLAGS", "(\\Seen)"))
    finally:
        connection.shutdown()  # without a farewell: a line that broke would only break again
    return kept


def _letter(connection: imaplib.IMAP4, number: bytes) -> bytes | None:
    """The letter, or what of a larger one than we take in is needed to answer its sender; None if it is gone."""
    size = _ok(connection.uid("FETCH", number.decode(), "(RFC822.SIZE)"))
    is_too_large = _size(size) > receiving.LARGEST
    # PEEK, because whatever is fetched otherwise counts as seen, kept or not.
    part = f"(BODY.PEEK[]<0.{receiving.HEAD}>)" if is_too_large else "(BODY.PEEK[])"
    answer = _ok(connection.uid("FETCH", number.decode(), part))
    found = next((one[1] for one in answer if isinstance(one, tuple)), None)
    if found is not None and is_too_large:
        return found.ljust(receiving.LARGEST + 1)  # as large as it was, so that it is treated as one
    return found


def _size(answer: list) -> int:
    text = b" ".join(one if isinstance(one, bytes) else b" ".join(one) for one in answer if one).decode(
        "ascii", "replace"
    )
    digits = text.partition("RFC822.SIZE ")[2].split(")")[0].split(" ")[0]
    return int(digits) if digits.isdigit() else 0


def _connected(mailbox: Mailbox) -> imaplib.IMAP4:
    if mailbox.is_encrypted:
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=context, timeout=TIME_LIMIT)
    return imaplib.IMAP4(mailbox.host, mailbox.port, timeout=TIME_LIMIT)


def _ok(answer: tuple[str, list]) -> list:
    state, found = answer
    if state != "OK":
        raise imaplib.IMAP4.error(state)
    return found
