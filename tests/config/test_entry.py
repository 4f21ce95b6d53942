"""What stops a start: one clear line, exit status 2, no traceback, whichever program is started."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(sys.executable).parent
PROGRAMS = {
    "manage.py": [sys.executable, "manage.py", "migrate"],
    "sweep": [sys.executable, "manage.py", "sweep"],
    "gunicorn": [HERE / "gunicorn", "--config", "config/gunicorn.py", "--bind", "127.0.0.1:0", "config.wsgi"],
    "worker": [HERE / "celery", "--app", "config", "worker", "--queues", "now"],
    "scheduler": [HERE / "celery", "--app", "config", "beat"],
    "demo": [sys.executable, "-m", "config.run_demo"],
}
OURS = {
    "SECRET_KEY": "only-for-this-test-" + "x" * 50,
    "ALLOWED_HOSTS": "school.example",
    "BASE_URL": "https://school.example",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "console://",
    "STRIPE_API_KEY": "sk_live_test",
    "STRIPE_WEBHOOK_SECRET": "whsec_test",
}


def start(program: str, var: Path, **environment) -> tuple[int, str]:
    """Exit status and last line of ``program``, which must say nothing that looks like a traceback."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [str(part) for part in PROGRAMS[program]],
        cwd=ROOT,
        env={**inherited, "MATRICULA_ENV": "demo", "MATRICULA_VAR": str(var), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    said = done.stdout + done.stderr
    assert "Traceback" not in said, said[-3000:]
    return done.returncode, done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize("program", ["manage.py", "sweep", "gunicorn", "worker", "scheduler", "demo"])
def test_wrong_database_address_is_one_line(program, tmp_path):
    port = str(_free_port())
    status, line = start(program, tmp_path, DATABASE_URL="postgres://nobody@127.0.0.1:1/none", PORT=port)
    assert status == 2
    assert line.startswith("matricula: The database cannot be reached:")


@pytest.mark.parametrize("program", ["manage.py", "gunicorn", "worker"])
def test_address_of_another_database_is_refused(program, tmp_path):
    status, line = start(program, tmp_path, DATABASE_URL="mysql://localhost/x")
    assert (status, line) == (
        2,
        "matricula: DATABASE_URL must start with postgres:// or postgresql://, not mysql.",
    )


@pytest.mark.parametrize("program", ["manage.py", "gunicorn", "worker", "scheduler"])
def test_production_without_secrets_is_refused(program, tmp_path):
    status, line = start(program, tmp_path, MATRICULA_ENV="production")
    assert status == 2
    assert line == (
        "matricula: MATRICULA_ENV=production needs SECRET_KEY, ALLOWED_HOSTS, BASE_URL, DATABASE_URL, "
        "CELERY_BROKER_URL, EMAIL_URL, STRIPE_API_KEY, STRIPE_WEBHOOK_SECRET; see docs/configure.md."
    )


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"DEBUG": "1"}, "DEBUG must not be set in production."),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be a random text of at least 50 characters of your own"),
        ({"STRIPE_API_KEY": "sk_test_matricula_sandbox"}, "STRIPE_API_KEY is the demo's"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name your hosts"),
        ({"EMAIL_URL": "pigeon://roof"}, "EMAIL_URL has an unknown scheme 'pigeon'"),
        ({"CELERY_BROKER_URL": "smoke://hill"}, "CELERY_BROKER_URL must start with redis:// or amqp://"),
    ],
)
def test_production_with_a_doubtful_setting_is_refused(wrong, says, tmp_path):
    status, line = start("manage.py", tmp_path, MATRICULA_ENV="production", **{**OURS, **wrong})
    assert status == 2
    assert says in line


def test_taken_port_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, line = start("demo", tmp_path, PORT=str(port))
    assert (status, line) == (2, f"matricula: Port {port} is taken; choose another with: make demo PORT=8100")


def test_second_demo_in_the_same_folder_is_refused(tmp_path):
    import fcntl

    with (tmp_path / "demo.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        status, line = start("demo", tmp_path, PORT=str(_free_port()))
    assert status == 2
    assert line.startswith(f"matricula: A demo already runs in {tmp_path};")


def test_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "var").write_text("")
    status, line = start("demo", tmp_path / "var", PORT=str(_free_port()))
    assert (status, line) == (2, f"matricula: {tmp_path / 'var'} is not a folder; set MATRICULA_VAR to another place.")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_cannot_be_written_is_named(tmp_path):
    tmp_path.chmod(0o500)
    status, line = start("demo", tmp_path / "var", PORT=str(_free_port()))
    assert status == 2
    assert "cannot be made; set MATRICULA_VAR to a folder of yours." in line


def test_port_that_is_no_number_is_refused(tmp_path):
    status, line = start("demo", tmp_path, PORT="web")
    assert (status, line) == (2, "matricula: PORT is 'web'; it must be a number between 1 and 65534.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return min(probe.getsockname()[1], 65000)
