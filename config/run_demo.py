"""``make demo``: brings the demo school up to date and runs every process of it until Ctrl-C.

Safe to run again after any interruption: each step looks at what is there and does what is missing.
"""

import errno
import fcntl
import gc
import hashlib
import io
import logging
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Printer

from config import embedded_postgres, entry, lifelines
from config.environment import ROOT, Environment, Misconfigured, read, sandbox_port

NEEDED_MB = 300
READY_WITHIN_SECONDS = 90
LET_GO_WITHIN_SECONDS = 8
STOPPED_BY_USER = (130, 143)  # what honcho says after Ctrl-C and after SIGTERM


def main() -> int:
    entry.use_settings()
    signal.signal(signal.SIGTERM, _stop)
    if "MAKELEVEL" in os.environ:
        lifelines.end_with_parent(signal.SIGTERM)
    try:
        with entry.one_clear_line():
            return _run(read())
    except KeyboardInterrupt:
        say("stopped")
        return 0


def _run(environment: Environment) -> int:
    has_sandbox = environment.stripe_api_base.startswith(f"http://127.0.0.1:{sandbox_port(environment.port)}")
    prepare_folder(environment.var)
    with only_one(environment.var):
        for port in [environment.port, *([sandbox_port(environment.port)] if has_sandbox else [])]:
            refuse_taken(port)
        try:
            prepare_school(environment, has_sandbox=has_sandbox)
            return run_processes(environment, has_sandbox=has_sandbox)
        finally:
            # Also one that an earlier, killed demo left: while we hold the folder, nobody else's demo uses it.
            if not environment.database_url:
                embedded_postgres.stop(environment.var)


def _stop(_signal, _frame) -> None:
    raise KeyboardInterrupt


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold the folder ``var`` for this demo. Raises Misconfigured if another demo runs in it."""
    with (var / "demo.lock").open("a") as lock:
        deadline = time.monotonic() + LET_GO_WITHIN_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Misconfigured(
                        f"A demo already runs in {var}; stop it, or set MATRICULA_VAR to another folder and PORT to "
                        "another port."
                    ) from None
                time.sleep(0.2)
        yield


def refuse_taken(port: int) -> None:
    """Raise Misconfigured if ``port`` cannot be had; the processes of a demo just killed get a moment to let it go."""
    deadline = time.monotonic() + LET_GO_WITHIN_SECONDS
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return
            except OSError as error:
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise
                is_taken = error.errno == errno.EADDRINUSE
        if not is_taken or time.monotonic() > deadline:
            why = "is taken" if is_taken else "may not be used by this user"
            raise Misconfigured(f"Port {port} {why}; choose another with: make demo PORT=8100")
        time.sleep(0.2)


def prepare_folder(var: Path) -> None:
    try:
        for folder in (var, var / "log", var / "broker/queue", var / "broker/control", var / "outbox", var / "private"):
            folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise Misconfigured(f"{error.filename} is not a folder; set MATRICULA_VAR to another place.") from error
    except PermissionError as error:
        raise Misconfigured(f"{error.filename} cannot be made; set MATRICULA_VAR to a folder of yours.") from error
    if not os.access(var, os.W_OK | os.X_OK):
        raise Misconfigured(f"{var} cannot be written; set MATRICULA_VAR to a folder of yours.")
    free_mb = shutil.disk_usage(var).free // 1_000_000
    if free_mb < NEEDED_MB:
        raise Misconfigured(f"{var} has {free_mb} MB free; the demo needs {NEEDED_MB} MB.")


def prepare_school(environment: Environment, *, has_sandbox: bool) -> None:
    """Database, static files and content, as far as they are missing."""
    import django  # noqa: PLC0415 -- after the port and the folder are known to be good

    say("starting the database")
    django.setup()
    log_into(environment.var / "log/start.log")
    from django.db import connections  # noqa: PLC0415

    from config.demo import school  # noqa: PLC0415

    migrate(environment.var)
    collect_static(environment.var)
    if not school.is_filled():
        say("filling Escola Llevant with two intakes of history; this takes a minute or two, once")
        with sandbox_running(environment) if has_sandbox else _nothing():
            school.fill(tell=say)
    connections.close_all()


def migrate(var: Path) -> None:
    """Bring the database up to date; quick if neither a migration nor what roles may do has changed since."""
    from django.core.management import call_command  # noqa: PLC0415 -- needs Django set up
    from django.db import connection  # noqa: PLC0415 -- as above
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 -- as above

    digest = hashlib.sha256((ROOT / "requirements/run.txt").read_bytes())
    digest.update(f"{connection.settings_dict['HOST']} {connection.settings_dict['NAME']}".encode())
    # Content types and permissions come from the models, and are made after each migration.
    for path in sorted([*ROOT.glob("*/models.py"), *ROOT.glob("*/models/*.py"), *ROOT.glob("*/roles.py")]):
        digest.update(path.read_bytes())
    stamp = var / "migrated.stamp"
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()) and _says(stamp, digest.hexdigest()):
        return
    say("bringing the database up to date")
    # Migrating makes tens of thousands of classes; looking for garbage among them would be a fifth of the work.
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    call_command("migrate", verbosity=0, interactive=False)
    gc.set_threshold(*usual)
    gc.unfreeze()
    call_command("createcachetable", verbosity=0)
    stamp.write_text(digest.hexdigest())


def _says(stamp: Path, what: str) -> bool:
    return stamp.exists() and stamp.read_text() == what


def log_into(path: Path) -> None:
    """What the preparation logs goes into a file: the terminal is for the operator."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(path.open("a"))


def collect_static(var: Path) -> None:
    """Collect the static files again only if one of ours or a dependency changed."""
    from django.core.management import call_command  # noqa: PLC0415

    digest = hashlib.sha256((ROOT / "requirements/run.txt").read_bytes())
    for path in sorted([*ROOT.glob("static/**/*"), *ROOT.glob("*/static/**/*")]):
        if path.is_file() and var not in path.parents:
            digest.update(f"{path.relative_to(ROOT)} {path.stat().st_mtime_ns}".encode())
    stamp = var / "static.stamp"
    if _says(stamp, digest.hexdigest()):
        return
    say("collecting static files")
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(digest.hexdigest())


@contextmanager
def sandbox_running(environment: Environment) -> Iterator[None]:
    """The payment sandbox by itself, while the history is paid for."""
    command = shlex.split(f"{lifelines.PREFIX}{commands(has_sandbox=True)['sandbox']}")
    with (environment.var / "log/sandbox.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(f"{environment.stripe_api_base}/_sandbox/health", process, within=20)
        yield
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def commands(*, has_sandbox: bool) -> dict[str, str]:
    """The processes of the ``Procfile``, by name, with this environment's programs."""
    programs = shlex.quote(str(Path(sys.executable).parent))
    found = parse_procfile((ROOT / "Procfile").read_text()).processes
    return {
        name: command.replace(".venv/bin", programs)
        for name, command in found.items()
        if has_sandbox or name != "sandbox"
    }


def run_processes(environment: Environment, *, has_sandbox: bool) -> int:
    """Run all of them until one ends or the user presses Ctrl-C; the exit status is 2 if one ended by itself."""
    logs = environment.var / "log"
    (environment.var / "beat.pid").unlink(missing_ok=True)
    lifelines.end_forks_with_us()
    manager = Manager(printer=_Silent())
    for name, command in commands(has_sandbox=has_sandbox).items():
        log = shlex.quote(str(logs / f"{name}.log"))
        command = f"exec {lifelines.PREFIX}{command} >>{log} 2>&1"
        manager.add_process(name, command, quiet=True, cwd=str(ROOT), env=dict(os.environ))
    # A little later: a thread that is there when the processes are forked would be copied into them half alive.
    announcer = threading.Timer(0.5, announce, args=(environment,))
    announcer.daemon = True
    announcer.start()
    manager.loop()
    announcer.cancel()
    ended = {name: process.get("returncode") for name, process in manager._processes.items()}
    for process in manager._processes.values():
        lifelines.end_group(process.get("pid"))
    if manager.returncode in STOPPED_BY_USER:
        say("stopped")
        return 0
    first = next((name for name, status in ended.items() if status == manager.returncode), "a process")
    entry.refuse(f"{first} of the demo ended (status {manager.returncode}); {logs / first}.log says why.")
    return 2


class _Silent(Printer):
    """What starts and stops is said by us, in our words."""

    def write(self, *_what):
        return None


def announce(environment: Environment) -> None:
    """Say where everything is as soon as it really answers."""
    local = f"http://127.0.0.1:{environment.port}"
    try:
        wait_for(f"{local}/readyz", None, within=READY_WITHIN_SECONDS)
    except Misconfigured as error:
        say(str(error))
        return
    from config.demo import accounts  # noqa: PLC0415 -- Django is set up by now

    base = environment.base_url
    lines = [
        "",
        f"  website        {base}/ca/   {base}/es/   {base}/en/",
        f"  back office    {base}/admin/",
        f"  student        {base}/campus/",
        f"  API            {base}/api/v1/docs",
        f"  mail outbox    {environment.var / 'outbox'}",
        f"  logs           {environment.var / 'log'}",
        "",
        f"  accounts       password {accounts.PASSWORD}",
        *(f"    {account.email:<30} {account.what}" for account in accounts.ACCOUNTS),
        "",
        *switched_off(),
        "ready",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def switched_off() -> list[str]:
    from printing import paper  # noqa: PLC0415 -- as above

    with redirect_stdout(io.StringIO()):  # WeasyPrint prints a page of its own about it
        is_available = paper.is_available()
    missing = "PDF papers are switched off: Pango is missing (apt-get install libpango-1.0-0 libpangoft2-1.0-0)"
    return [] if is_available else [f"  {missing}"]


def wait_for(url: str, process: subprocess.Popen | None, *, within: float) -> None:
    """Return when ``url`` answers 200. Raises Misconfigured after ``within`` seconds or if ``process`` ends."""
    deadline = time.monotonic() + within
    why = ""
    while time.monotonic() < deadline:
        if process and process.poll() is not None:
            raise Misconfigured(f"A process of the demo ended with status {process.returncode}; see the folder log.")
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 -- our own address
                if answer.status == 200:
                    return
        except urllib.error.HTTPError as error:
            why = error.read(500).decode(errors="replace")
        except OSError as error:
            why = str(error)
        time.sleep(0.3)
    raise Misconfigured(f"{url} did not answer within {within:.0f} s: {why}")


def say(what: str) -> None:
    sys.stdout.write(f"matricula: {what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
