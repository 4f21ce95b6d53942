"""What this process remembers of settings and of the catalogue, as long as nothing that it was read from has changed.

The stamp of everything the pages show (``freshness``) says so; floors above name their tables with the hook
``register_shown_tables``. A change made by this process is seen at once, one made by another within ``LOOK_AGAIN``.
"""

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from programmes.kept_pages import freshness

Value = TypeVar("Value")
LOOK_AGAIN = 0.1  # seconds for which a stamp is believed: reading it takes a tenth of a millisecond
AT_MOST = 2_000  # values


class _Memory:
    stamp = ""
    believed_until = 0.0
    changes = -1
    values: dict[Hashable, Any] = {}
    lock = Lock()


def recall(key: Hashable, make: Callable[[], Value]) -> Value:
    """What ``make`` gave the last time it was asked for ``key``, or gives now. Never None; not to be changed."""
    values = _fresh()
    found = values.get(key)
    if found is None:
        # Kept in the memory that was fresh before it was made: what changes meanwhile takes another.
        found = make()
        if len(values) < AT_MOST:
            values[key] = found
    return found


def _fresh() -> dict[Hashable, Any]:
    changes = freshness.changes_here()
    if time.monotonic() < _Memory.believed_until and changes == _Memory.changes:
        return _Memory.values
    with _Memory.lock:
        stamp = freshness.stamp()
        # While something is changing each stamp is another one, and nothing is remembered.
        is_settled = stamp == _Memory.stamp or freshness.stamp() == stamp
        if not is_settled:
            _Memory.stamp, _Memory.believed_until = "", 0.0
            return {}
        if stamp != _Memory.stamp or changes != _Memory.changes:
            _Memory.stamp, _Memory.values, _Memory.changes = stamp, {}, changes
        _Memory.believed_until = time.monotonic() + LOOK_AGAIN
        return _Memory.values
