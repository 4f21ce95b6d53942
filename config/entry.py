"""What every process does first: choose the settings, and turn an expected failure into one clear line."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from config.environment import Misconfigured, read


def use_settings() -> None:
    """Point Django at the settings of ``MATRICULA_ENV`` unless the caller chose others."""
    with one_clear_line():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"config.settings.{read().env}")


@contextmanager
def one_clear_line() -> Iterator[None]:
    """End the process with status 2 and one line on stderr when the surroundings are at fault.

    Covers wrong configuration, an unreachable database, a full or read-only disk. Anything else is a defect of
    the program and keeps its traceback.
    """
    try:
        yield
    except Misconfigured as error:
        refuse(str(error))
    except OSError as error:
        if not isinstance(error, (PermissionError, FileNotFoundError)) and error.errno not in FULL_OR_READ_ONLY:
            raise
        refuse(f"{error.strerror}: {error.filename}" if error.filename else str(error))
    except Exception as error:
        if type(error).__name__ != "OperationalError":  # django.db's, not imported here: Django may not be set up
            raise
        refuse(f"The database cannot be reached: {' '.join(str(error).split())}")


FULL_OR_READ_ONLY = (28, 30)  # errno.ENOSPC, errno.EROFS


def refuse(why: str) -> None:
    sys.stderr.write(f"matricula: {why}\n")
    raise SystemExit(2)
