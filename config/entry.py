"""What every process does first: choose the settings, and turn an expected failure into one clear line."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from config.environment import Misconfigured, read

# Of the operating system: the surroundings are at fault, not the program
OF_THE_SURROUNDINGS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
# SQLSTATEs that say the same of the database: no connection, no such user, no such database, being shut down
CANNOT_BE_REACHED = ("08", "28", "3D", "57P")
HAS_NO_ROOM = "53"
NOT_ALLOWED = "42501"


def use_settings() -> None:
    """Point Django at the settings of ``MATRICULA_ENV`` unless the caller chose others.

    From here on, whatever program this process is (manage.py, gunicorn, Celery), a failure of the surroundings that
    nobody catches ends it as ``one_clear_line`` does.
    """
    sys.excepthook = _say_one_line
    with one_clear_line():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"config.settings.{read().env}")


@contextmanager
def one_clear_line() -> Iterator[None]:
    """End the process with status 2 and one line on stderr when the surroundings are at fault.

    Covers wrong configuration, a database that cannot be reached, a full or read-only disk. Anything else is a defect
    of the program and keeps its traceback.
    """
    try:
        yield
    except Exception as error:
        why = reason(error)
        if not why:
            raise
        refuse(why)


def reason(error: BaseException) -> str:
    """What the operator should read about ``error``; empty if the program is at fault."""
    if isinstance(error, Misconfigured):
        return str(error)
    if isinstance(error, PermissionError) or (isinstance(error, OSError) and error.errno in OF_THE_SURROUNDINGS):
        return f"{error.strerror}: {error.filename}" if error.filename else str(error)
    return _of_the_database(error)


def need_database() -> None:
    """Refuse to start a process that could do nothing: the database must answer once."""
    with one_clear_line():
        from django.db import connections  # noqa: PLC0415 -- reads the settings

        connections["default"].ensure_connection()
        connections.close_all()


def refuse(why: str) -> None:
    sys.stderr.write(f"matricula: {why}\n")
    raise SystemExit(2)


def _of_the_database(error: BaseException) -> str:
    # Compared by name: Django may not be set up yet, or not be installed at all.
    kind = type(error).__name__
    words = " ".join(str(error).split())
    state = getattr(error.__cause__, "sqlstate", None) or ""
    if kind == "OperationalError" and (not state or state.startswith(CANNOT_BE_REACHED)):
        return f"The database cannot be reached: {words}"
    if state.startswith(HAS_NO_ROOM):
        return f"The database has no room left: {words}"
    if state == NOT_ALLOWED or (kind == "MigrationSchemaMissing" and "permission denied" in words):
        return f"The database does not allow its user enough: {words}"
    if kind == "NotSupportedError" and "is required" in words:
        return f"The database is too old: {words}"
    return ""


def _say_one_line(kind, error, traceback) -> None:
    why = reason(error)
    if why:
        refuse(why)
    sys.__excepthook__(kind, error, traceback)
