"""Files of leads that wait between the rehearsal staff look at and the import they confirm."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files import File

from people.importing import kept_files
from people.importing.kept_files import UploadGone

__all__ = ["UploadGone", "forget", "forget_old", "keep", "opened"]
FOLDER = "lead-files"
KEPT = timedelta(hours=12)  # they hold personal data: whoever has not confirmed by then starts again


def keep(file: File, *, mapping: File | None = None) -> str:
    """Keep an uploaded file, with its mapping, under a name of ours; return its number."""
    return kept_files.keep(FOLDER, **{"leads": file, "mapping.toml": mapping})


@contextmanager
def opened(number: str) -> Iterator[tuple[Path, Path | None]]:
    """The kept file and its mapping on the local disk. Raises UploadGone."""
    with kept_files.opened(FOLDER, number, "leads", "mapping.toml") as (leads, mapping):
        yield leads, mapping if mapping.exists() else None


def forget(number: str) -> None:
    """Delete a kept file and its mapping."""
    kept_files.forget(FOLDER, number)


def forget_old(*, at: datetime) -> int:
    """Delete the files nobody confirmed in time; return how many."""
    return kept_files.forget_old(FOLDER, at=at, kept=KEPT)
