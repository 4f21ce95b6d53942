"""Everything the sandbox knows, in memory and in one SQLite file.

``localstripe`` keeps its objects in a dictionary that it pickles whole to a fixed path under
``/tmp`` at each change. This store takes its place: it notes which objects a request reached
for, and ``keep`` writes those that changed in a single transaction, so a process killed at
any instant comes back with the last answer it gave.
"""

import io
import pickle
import sqlite3
from pathlib import Path

from localstripe import resources


class StateError(Exception):
    """The state cannot be read or written; the message says why, in one line."""


class KeptStore(resources.Store):
    """localstripe's dictionary of ``"kind:id"`` to object, on disk as rows of their own."""

    def __init__(self, directory: Path):
        super().__init__()
        self._touched: dict[str, None] = {}  # a set that remembers the order of creation
        self._kept: dict[str, bytes] = {}
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = sqlite3.connect(directory / "state.sqlite3", isolation_level=None)
            # Held until the process ends: two sandboxes on one file would lose payments.
            self._file.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = FULL")
            self._file.execute(
                "CREATE TABLE IF NOT EXISTS objects"
                " (position INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, value BLOB NOT NULL)"
            )
            self._kept = dict(self._file.execute("SELECT key, value FROM objects ORDER BY position"))
            for key in self._kept:
                self._load(key)
        except (OSError, sqlite3.Error) as error:
            raise StateError(f"cannot use {directory}: {error}") from error
        except (pickle.UnpicklingError, AttributeError, ImportError, EOFError) as error:
            raise StateError(f"{directory} was written by another version; move it away ({error})") from error

    def __setitem__(self, key, value):
        dict.__setitem__(self, key, value)
        self._touched[key] = None

    def __delitem__(self, key):
        dict.__delitem__(self, key)
        self._touched[key] = None

    def __getitem__(self, key):
        self._touched[key] = None
        return dict.__getitem__(self, key)

    def get(self, key, default=None):
        if key in self:
            return self[key]
        return default

    def dump_to_disk(self):
        """Do nothing: the request that is under way writes once, at its end."""

    def keep(self) -> None:
        """Write what changed since the last call, all of it or nothing.

        Raises StateError when the disk does not take it; nothing is forgotten then.
        """
        waiting, changed, gone = list(self._touched), {}, []
        seen: set[str] = set()
        for key in waiting:  # grows while it is read, by the objects that objects refer to
            if key in seen:
                continue
            seen.add(key)
            if key in self:
                blob, referred = self._pack(key)
                waiting.extend(referred)
                if self._kept.get(key) != blob:
                    changed[key] = blob
            elif key in self._kept:
                gone.append(key)
        if changed or gone:
            self._write(changed, gone)
        self._touched.clear()

    def _write(self, changed: dict[str, bytes], gone: list[str]) -> None:
        try:
            with self._file:
                self._file.execute("BEGIN")
                self._file.executemany("DELETE FROM objects WHERE key = ?", [(key,) for key in gone])
                self._file.executemany(
                    "INSERT INTO objects (key, value) VALUES (?, ?)"
                    " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                    changed.items(),
                )
        except sqlite3.Error as error:
            # What was touched stays noted, so the next call writes it as well.
            raise StateError(f"cannot write the state: {error}") from error
        self._kept.update(changed)
        for key in gone:
            del self._kept[key]

    def discard(self, key: str) -> None:
        """Forget an object; one that is not there is already forgotten."""
        if key in self:
            del self[key]

    def of_kind(self, kind: str) -> list:
        """Return the objects of one kind, oldest first."""
        return [value for key, value in self.items() if key.startswith(kind + ":")]

    def _pack(self, root: str) -> tuple[bytes, list[str]]:
        store, referred, written = self, [], io.BytesIO()

        class Packer(pickle.Pickler):
            def persistent_id(self, obj):
                # A payment intent holds its charge; both must stay one object after a restart.
                if isinstance(obj, resources.StripeObject) and hasattr(obj, "id"):
                    key = f"{obj.object}:{obj.id}"
                    if key != root and dict.get(store, key) is obj:
                        referred.append(key)
                        return key
                return None

        Packer(written, protocol=pickle.HIGHEST_PROTOCOL).dump(dict.__getitem__(self, root))
        return written.getvalue(), referred

    def _load(self, key: str):
        if key not in self:
            store = self

            class Unpacker(pickle.Unpickler):
                def persistent_load(self, pid):
                    return store._load(pid)

            dict.__setitem__(self, key, Unpacker(io.BytesIO(self._kept[key])).load())
        return dict.__getitem__(self, key)
