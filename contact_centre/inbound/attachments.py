"""Files that come with letters: which are kept, where, and that only those who may ever get them back.

What a file is, its content says, not its name. Programs, pages, archives and documents with macros are not kept.
"""

import io
import zipfile
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.translation import gettext as _

from contact_centre.inbound.letters import Enclosed
from contact_centre.models import InboundAttachment, InboundMessage

FOLDER = "inbound"
LARGEST = 10 * 1024 * 1024
SEEN_IN_ARCHIVE = 2_000
_SIGNS = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
}
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OPEN = ("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet")
_PLAIN = (".txt", ".csv", ".md")
_ENDINGS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    _OFFICE["word/"]: (".docx",),
    _OFFICE["xl/"]: (".xlsx",),
    _OFFICE["ppt/"]: (".pptx",),
    _OPEN[0]: (".odt",),
    _OPEN[1]: (".ods",),
    "text/plain": _PLAIN,
}


def keep(message: InboundMessage, enclosed: Enclosed) -> InboundAttachment:
    """Write the file down beside its letter; kept in the private storage if it may be, else with the reason why not."""
    kind, refused = judge(enclosed)
    attachment = InboundAttachment(
        message=message,
        name=enclosed.name,
        content_type=kind or enclosed.content_type,
        size=len(enclosed.content),
        why_refused=refused,
    )
    if not refused:
        place = f"{FOLDER}/{message.uuid}/{attachment.uuid}"
        attachment.kept_as = storages["private"].save(place, ContentFile(enclosed.content))
    attachment.save()
    return attachment


def judge(enclosed: Enclosed, *, largest: int = LARGEST) -> tuple[str, str]:
    """What the file is by its content, and why it is not kept; empty if it is. ``largest`` is in bytes."""
    if not enclosed.content:
        return "", _("The file is empty.")
    if len(enclosed.content) > largest:
        return "", _("The file is larger than %(most)d MB.") % {"most": largest // 1024 // 1024}
    kind = kind_of(enclosed.content, name=enclosed.name)
    if not kind:
        return "", _("Files of this kind are not kept.")
    if PurePosixPath(enclosed.name.lower()).suffix not in _ENDINGS[kind]:
        return kind, _("The name of the file says that it is something else than it is.")
    return kind, ""


def kind_of(content: bytes, *, name: str = "") -> str:
    """The media type by what stands in the file; empty for one that is not on the list."""
    for kind, signs in _SIGNS.items():
        if content.startswith(signs):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"mif1", b"heif"):
        return "image/heic"
    if content[:4] == b"PK\x03\x04":
        return _office(content)
    if PurePosixPath(name.lower()).suffix in _PLAIN and b"\x00" not in content and not _is_page(content):
        return "text/plain"
    return ""


def forget(message: InboundMessage) -> None:
    """Delete the files of a letter; their rows stay for whoever deletes the letter."""
    for attachment in message.attachments.exclude(kept_as=""):
        storages["private"].delete(attachment.kept_as)
        attachment.kept_as = ""
        attachment.save(update_fields=["kept_as"])


def _office(content: bytes) -> str:
    """A document of an office program without macros; only the list of what is in it is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()[:SEEN_IN_ARCHIVE]
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                kind = archive.read("mimetype").decode("ascii", "replace").strip()
                has_scripts = any(name.startswith(("Basic/", "Scripts/")) for name in names)
                return kind if kind in _OPEN and not has_scripts else ""
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError):
        return ""
    if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return ""
    return next((kind for folder, kind in _OFFICE.items() if any(name.startswith(folder) for name in names)), "")


def _is_page(content: bytes) -> bool:
    """A page or a program that calls itself text."""
    head = content[:2_000].lstrip().lower()
    return head.startswith((b"<", b"#!", b"mz"))
