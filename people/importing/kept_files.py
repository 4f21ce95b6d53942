"""Files of personal data that wait in the private storage until somebody confirms what is to be done with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

from django.core.files import File
from django.core.files.storage import storages


class UploadGone(Exception):
    """The file is no longer kept, or never was."""


def keep(folder: str, **files: File | None) -> str:
    """Keep uploaded files together under a number of ours, which is returned."""
    number = str(uuid4())
    for name, file in files.items():
        if file:
            storages["private"].save(f"{folder}/{number}/{name}", file)
    return number


@contextmanager
def opened(folder: str, number: str, *names: str) -> Iterator[list[Path]]:
    """The kept files on the local disk, wherever the storage is; a path whose file is not kept leads to nothing.

    Raises UploadGone if the first is not there.
    """
    store, place = storages["private"], _place(folder, number)
    if not store.exists(f"{place}/{names[0]}"):
        raise UploadGone(number)
    with TemporaryDirectory(prefix="kept-") as local:
        paths = [Path(local) / name for name in names]
        for path in paths:
            if store.exists(f"{place}/{path.name}"):
                with store.open(f"{place}/{path.name}") as source, path.open("wb") as target:
                    for block in source.chunks():
                        target.write(block)
        yield paths


def forget(folder: str, number: str) -> None:
    """Delete what is kept under ``number``."""
    store, place = storages["private"], _place(folder, number)
    for name in _listed(place)[1]:
        store.delete(f"{place}/{name}")
    store.delete(place)


def forget_old(folder: str, *, at: datetime, kept: timedelta) -> int:
    """Delete what was kept longer than ``kept`` before ``at``; return how many uploads."""
    store = storages["private"]
    gone = 0
    for number in _listed(folder)[0]:
        names = _listed(f"{folder}/{number}")[1]
        if all(store.get_modified_time(f"{folder}/{number}/{name}") < at - kept for name in names):
            forget(folder, number)
            gone += 1
    return gone


def numbers(folder: str) -> list[str]:
    """Under which numbers something is kept there."""
    return _listed(folder)[0]


def _listed(place: str) -> tuple[list[str], list[str]]:
    try:
        return storages["private"].listdir(place)
    except FileNotFoundError:  # a place on a disk; in a bucket it would be empty
        return [], []


def _place(folder: str, number: str) -> str:
    try:
        return f"{folder}/{UUID(number)}"
    except ValueError:
        raise UploadGone(number) from None
