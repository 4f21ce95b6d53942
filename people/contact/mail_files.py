"""The demo's outbox: each mail is an ``.eml`` file of its own, readable by any mail program, named by its hour."""

import os
import re
import tempfile
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

# The number of our message, which stands in the mail's Message-ID.
MESSAGE_NUMBER = re.compile(rb"(?m)^message-id:[^\r\n]*?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


class EmailBackend(BaseEmailBackend):
    """Writes mails into ``EMAIL_FILE_PATH`` instead of sending them."""

    def __init__(self, *args, file_path=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.folder = Path(file_path or settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages):
        self.folder.mkdir(parents=True, exist_ok=True)
        for mail in email_messages:
            _write(self.folder, mail.message().as_bytes(linesep="\r\n"))
        return len(email_messages)


def find(message_id: str) -> Path | None:
    """The file of the mail with this Message-ID, if mails go into files and it is still there."""
    for path in _files():
        if message_id in (_headers(path)["Message-ID"] or ""):
            return path
    return None


def forget(addresses: list[str], numbers: list[str] | tuple[str, ...] = ()) -> int:
    """Delete the mails with one of ``addresses`` in them and those of the messages ``numbers``; return how many."""
    wanted = [address.lower().encode() for address in addresses]
    own = {number.encode() for number in numbers}
    forgotten = 0
    for path in _files():
        mail = path.read_bytes().lower()
        if any(address in mail for address in wanted) or own & set(MESSAGE_NUMBER.findall(mail)):
            path.unlink(missing_ok=True)
            forgotten += 1
    return forgotten


def _files() -> list[Path]:
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if folder is None or not settings.EMAIL_BACKEND.startswith(__name__):
        return []
    return sorted(Path(folder).glob("*.eml"), reverse=True)


def _headers(path: Path):
    with path.open("rb") as file:
        head = file.read(16_384).partition(b"\r\n\r\n")[0]
    return message_from_bytes(head, policy=policy.default)


def _write(folder: Path, content: bytes) -> None:
    """Into a temporary file first: nobody ever reads half a mail. The name is the instant and a mark of its own."""
    handle, half = tempfile.mkstemp(dir=folder, prefix=".", suffix=".half")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    instant = timezone.now().strftime("%Y-%m-%dT%H-%M-%S.%f")
    Path(half).chmod(0o644)
    Path(half).rename(folder / f"{instant}-{Path(half).stem.strip('.')}.eml")
