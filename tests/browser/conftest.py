"""The demo school as a stranger gets it: started by its own command, in its own folder, driven by a real browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_SECONDS = 900  # other tests may be running beside it
PASSWORD = "matricula-demo"


@dataclass
class Demo:
    """The running demo: its address, its folder, and the mails it sent."""

    url: str
    var: Path
    environment: dict

    def mails_to(self, address: str) -> list:
        """Every mail in the outbox to ``address``, oldest first."""
        files = sorted((self.var / "outbox").glob("*.eml"))
        mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
        return [mail for mail in mails if address in str(mail["To"])]

    def mail_to(self, address: str, *, after: int = 0, within: float = 60):
        """The newest mail to ``address``, once more than ``after`` have come."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            found = self.mails_to(address)
            if len(found) > after:
                return found[-1]
            time.sleep(0.2)
        raise AssertionError(f"no mail to {address} within {within} s")

    def manage(self, *arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)


@pytest.fixture(scope="session")
def chromium_path():
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("Chromium is missing: apt-get install chromium")
    return found


@pytest.fixture(scope="session")
def demo(chromium_path):
    """One demo school for all browser tests of a run, in a folder that goes with it.

    While tests are being written, ``MATRICULA_DEMO_VAR`` and ``MATRICULA_DEMO_PORT`` name one that runs already.
    """
    running = os.environ.get("MATRICULA_DEMO_PORT")
    folder = Path(os.environ["MATRICULA_DEMO_VAR"] if running else tempfile.mkdtemp(prefix="matricula-demo-"))
    port = int(running or two_free_ports())
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CELERY_BROKER_URL")},
        "MATRICULA_ENV": "demo",
        "MATRICULA_VAR": str(folder),
        "PORT": str(port),
        "BASE_URL": f"http://localhost:{port}",
        "DJANGO_SETTINGS_MODULE": "config.settings.demo",
    }
    if running:
        yield Demo(f"http://localhost:{port}", folder, environment)
        return
    log = folder / "run.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.run_demo"], cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        wait_until_ready(process, log)
        yield Demo(f"http://localhost:{port}", folder, environment)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def wait_until_ready(process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if log.read_text().rstrip().endswith("ready"):
            return
        assert process.poll() is None, f"the demo ended:\n{log.read_text()[-3000:]}"
        time.sleep(0.3)
    raise AssertionError(f"the demo was not ready in time:\n{log.read_text()[-3000:]}")


def two_free_ports() -> int:
    """A port whose next one is free as well: the payment sandbox takes it."""
    for port in range(20000 + os.getpid() % 10000, 40000, 2):
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise AssertionError("no two free ports")


@pytest.fixture(scope="session")
def chromium(chromium_path):
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=flags + quiet)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium, demo):
    """Opens pages with cookies of their own: ``new_page(width=…, language=…)``; a script error fails the test."""
    contexts, errors = [], []

    def open_one(*, width: int = 1280, height: int = 900, language: str = "ca"):
        context = chromium.new_context(
            base_url=demo.url, viewport={"width": width, "height": height}, locale=language, reduced_motion="reduce"
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def signed_in(new_page):
    """Opens a page signed in with a demo account: ``signed_in("adviser")``."""

    def sign_in(login: str, **options):
        page = new_page(**options)
        page.goto("/accounts/login/")
        page.fill("input[name=login]", f"{login}@llevant.example")
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/accounts/login" not in url)
        return page

    return sign_in
