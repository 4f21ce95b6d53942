"""The production profile as ``docs/run-in-production.md`` starts it: a real server, a real broker, one process each.

Needs ``DATABASE_URL`` (an account that may create databases) and Debian's Redis; ``.ci/integration`` brings both.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(sys.executable).parent
NAME = "matricula_production"
COMMANDS = {
    "web": [HERE / "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"],
    "worker": [HERE / "celery", "--app", "config", "worker", "--queues", "now,soon,bulk", "--concurrency", "2"],
    "scheduler": [HERE / "celery", "--app", "config", "beat"],
}


@dataclass
class Production:
    """The running processes, and what an operator does with them."""

    url: str
    var: Path
    environment: dict
    commands: dict
    running: dict = field(default_factory=dict)

    def start(self, name: str) -> None:
        with (self.var / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [str(part) for part in self.commands[name]],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, name: str, with_signal: signal.Signals = signal.SIGKILL) -> None:
        """End the process and its children, by default without warning."""
        process = self.running.pop(name)
        os.killpg(process.pid, with_signal)
        process.wait(30)

    def stop(self) -> None:
        for name in list(self.running):
            self.kill(name)

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def sql(self, statement: str) -> list:
        with psycopg.connect(self.environment["DATABASE_URL"], autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def mails_to(self, address: str) -> list:
        files = sorted((self.var / "outbox").glob("*.eml"))
        mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
        return [mail for mail in mails if address in str(mail["To"])]

    def log(self, name: str) -> str:
        return (self.var / f"{name}.log").read_text()


@pytest.fixture(scope="session")
def database_url():
    """An empty database of its own on the server that the environment names."""
    server = os.environ.get("DATABASE_URL") or pytest.fail("DATABASE_URL must name a PostgreSQL server")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NAME}")
    yield urlunsplit(urlsplit(server)._replace(path=f"/{NAME}"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


@pytest.fixture(scope="session")
def production(database_url, tmp_path_factory):
    """Everything installed as the documentation says, then broker, web, worker and scheduler started and ready."""
    assert shutil.which("redis-server"), "Redis is missing: apt-get install redis-server"
    var = tmp_path_factory.mktemp("production")
    port, redis_port = free_port(), free_port()
    kept = ("PATH", "HOME", "LANG", "LC_ALL")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | {
        "MATRICULA_ENV": "production",
        "MATRICULA_VAR": str(var),
        "PORT": str(port),
        "BASE_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "DATABASE_URL": database_url,
        "CELERY_BROKER_URL": f"redis://127.0.0.1:{redis_port}/0",
        "EMAIL_URL": f"file://{var}/outbox",
        "STRIPE_API_KEY": "sk_test_integration",
        "STRIPE_WEBHOOK_SECRET": "whsec_integration",
        "STRIPE_API_BASE": f"http://127.0.0.1:{port + 1}",
    }
    redis = ["redis-server", "--port", redis_port, "--bind", "127.0.0.1", "--save", "", "--dir", var]
    running = Production(f"http://localhost:{port}", var, environment, {"broker": redis, **COMMANDS})
    for command in (["migrate"], ["createcachetable"], ["collectstatic", "--noinput"], ["build_site"]):
        running.manage(*command)
    try:
        for name in running.commands:
            running.start(name)
        wait_for(lambda: ready(running)[0] == 200, within=60, or_show=running)
        yield running
    finally:
        running.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url: str, **headers) -> tuple[int, dict, bytes]:
    """Status, headers in lower case and body, whatever the status is; redirects are not followed."""
    return _ask(urllib.request.Request(url, headers=headers))


def post(url: str, form: bytes, **headers) -> tuple[int, dict, bytes]:
    return _ask(urllib.request.Request(url, data=form, headers=headers))


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_what):
        return None


def _ask(request) -> tuple[int, dict, bytes]:
    try:
        with urllib.request.build_opener(_StayHere).open(request, timeout=20) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, {name.lower(): value for name, value in answer.headers.items()}, answer.read()


def ready(running: Production) -> tuple[int, dict]:
    """The status of ``/readyz`` and the state of each part; 0 while nothing answers."""
    import json

    try:
        status, _headers, body = get(f"{running.url}/readyz")
    except OSError:
        return 0, {}
    return status, {name: part["state"] for name, part in json.loads(body)["parts"].items()}


def wait_for(holds, *, within: float, or_show: Production | None = None):
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        found = holds()
        if found:
            return found
        time.sleep(0.3)
    logs = "".join(f"\n== {name}\n{or_show.log(name)[-1500:]}" for name in or_show.commands) if or_show else ""
    raise AssertionError(f"it did not come true within {within} s{logs}")
