"""Files that come with an answer: judged by their content, kept privately, and opened only with the right to."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile

from contact_centre.inbound import attachments, uploads
from enquiries.models import AnswerFile
from people.identity import names

FOLDER = "answers"
MOST = 5  # with one answer


def rows_of(files: Mapping[str, UploadedFile], *, at: datetime) -> list[AnswerFile]:
    """A row for each file, by the name of its field, not saved yet: the content is kept if it passes the checks.

    Whoever takes the answer in saves the rows with it; ``drop`` what was kept if it does not.
    """
    rows = []
    for field, file in list(files.items())[:MOST]:
        given = uploads.enclosed(file)
        kind, refused = attachments.judge(given)
        row = AnswerFile(
            field=field[:60],
            name=names.clean(given.name)[-200:] or field[:60],
            content_type=kind,
            size=len(given.content),
            why_refused=refused[:200],
            came_at=at,
        )
        if not refused:
            row.kept_as = storages["private"].save(f"{FOLDER}/{row.uuid}", ContentFile(given.content))
        rows.append(row)
    return rows


def drop(rows: Iterable[AnswerFile]) -> None:
    """Delete what was kept of files whose answer was not taken in."""
    for row in rows:
        if row.kept_as and not AnswerFile.objects.filter(uuid=row.uuid).exists():
            storages["private"].delete(row.kept_as)
            row.kept_as = ""
