"""Files of leads that wait between the rehearsal staff look at and the import they confirm."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

from django.core.files import File
from django.core.files.storage import storages

FOLDER = "lead-files"
KEPT = timedelta(hours=12)  # they hold personal data: whoever has not confirmed by then starts again


class UploadGone(Exception):
    """The file is no longer kept, or never was."""


def keep(file: File, *, mapping: File | None = None) -> str:
    """Keep an uploaded file, with its mapping, under a name of ours; return its number."""
    number = str(uuid4())
    storages["private"].save(f"{FOLDER}/{number}/leads", file)
    if mapping:
        storages["private"].save(f"{FOLDER}/{number}/mapping.toml", mapping)
    return number


@contextmanager
def opened(number: str) -> Iterator[tuple[Path, Path | None]]:
    """The kept file and its mapping on the local disk, wherever the storage is. Raises UploadGone."""
    store, folder = storages["private"], _folder(number)
    if not store.exists(f"{folder}/leads"):
        raise UploadGone(number)
    with TemporaryDirectory(prefix="leads-") as local:
        paths = []
        for name in ("leads", "mapping.toml"):
            path = Path(local) / name
            if store.exists(f"{folder}/{name}"):
                with store.open(f"{folder}/{name}") as source, path.open("wb") as target:
                    for block in source.chunks():
                        target.write(block)
                paths.append(path)
        yield paths[0], paths[1] if len(paths) > 1 else None


def forget(number: str) -> None:
    """Delete a kept file and its mapping."""
    folder = _folder(number)
    for name in ("leads", "mapping.toml"):
        storages["private"].delete(f"{folder}/{name}")


def forget_old(*, at: datetime) -> int:
    """Delete the files nobody confirmed in time; return how many."""
    store = storages["private"]
    if not store.exists(FOLDER):
        return 0
    gone = 0
    for number in store.listdir(FOLDER)[0]:
        kept = f"{FOLDER}/{number}/leads"
        if store.exists(kept) and store.get_modified_time(kept) < at - KEPT:
            forget(number)
            gone += 1
    return gone


def _folder(number: str) -> str:
    try:
        return f"{FOLDER}/{UUID(number)}"
    except ValueError:
        raise UploadGone(number) from None
