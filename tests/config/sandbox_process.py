"""A payment sandbox in a process of its own, and a payer without a browser.

with running_sandbox(webhook_url, "whsec_…", tmp_path) as sandbox:
    stripe.StripeClient(sandbox.api_key, base_addresses={"api": sandbox.url})
    sandbox.pay(session.url)
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
API_KEY = "sk_test_matricula_sandbox"
SUCCEEDS = "4242424242424242"
DECLINED = "4000000000000002"
NEEDS_AUTHENTICATION = "4000002500003155"


@dataclass(frozen=True)
class Answer:
    """What came back: ``location`` is set on a redirect, which is not followed."""

    status: int
    location: str
    text: str
    headers: dict[str, str]


class Sandbox:
    """A running sandbox: where it is, and what a payer or an operator does with it."""

    def __init__(self, process: subprocess.Popen, url: str, api_key: str):
        self.process, self.url, self.api_key = process, url, api_key

    def pay(
        self, session_url: str, card: str = SUCCEEDS, *, authenticate: bool = True, email: str = "payer@example.org"
    ) -> Answer:
        """Fill in the hosted page and press the button, then the bank's button if it asks.

        A paid session answers 303 with ``location`` the success address, a declined card 402,
        a mistake in the form 422, a failed authentication 200 with the page again.
        """
        form = {"number": card, "expiry": "12/34", "cvc": "123", "name": "Test Payer", "email": email}
        answer = request(session_url, form=form)
        if answer.location.endswith("/authenticate"):
            challenge = urllib.parse.urljoin(session_url, answer.location)
            answer = request(challenge, form={"outcome": "complete" if authenticate else "fail"})
            if not authenticate:
                answer = request(urllib.parse.urljoin(session_url, answer.location))
        return answer

    def pause_webhooks(self) -> None:
        self._knob("webhooks/pause")

    def resume_webhooks(self) -> None:
        self._knob("webhooks/resume")

    def deliver(self, event_id: str) -> int:
        """Deliver the event once more; return the status that the endpoint answered."""
        return self._knob(f"deliver/{event_id}")["endpoint_status"]

    def health(self) -> dict:
        return json.loads(request(f"{self.url}/_sandbox/health").text)

    def kill(self) -> None:
        """End the process as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def sweep(self, *, now: float) -> int:
        """Expire the sessions that would be over at ``now`` (Unix time); return how many."""
        return self._knob("sweep", {"now": now})["expired"]

    def _knob(self, path, form=None):
        headers = {"Authorization": f"Bearer {self.api_key}"}
        return json.loads(request(f"{self.url}/_sandbox/{path}", form=form or {}, headers=headers).text)


@contextmanager
def running_sandbox(
    webhook_url: str, secret: str, state_dir: Path | str, *, port: int | None = None, api_key: str = API_KEY
) -> Iterator[Sandbox]:
    """Run a sandbox on a free port (or on ``port``) until the block ends."""
    port = port or free_port()
    process = start(
        *("--port", str(port), "--state-dir", str(state_dir), "--webhook-url", webhook_url),
        *("--webhook-secret", secret, "--api-key", api_key),
    )
    sandbox = Sandbox(process, f"http://127.0.0.1:{port}", api_key)
    try:
        _wait_until_it_answers(sandbox)
        yield sandbox
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()


def start(*arguments: str) -> subprocess.Popen:
    """Start ``python -m config.payment_sandbox`` without Django's settings."""
    around = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "config.payment_sandbox", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=around, stderr=subprocess.PIPE, text=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def request(url: str, *, form: dict | None = None, headers: dict | None = None) -> Answer:
    """GET, or POST a form; any status is an answer, and no redirect is followed."""
    data = None if form is None else urllib.parse.urlencode(form).encode()
    asked = urllib.request.Request(url, data=data, headers=headers or {})
    try:
        with _opener.open(asked, timeout=30) as answer:
            return _read(answer)
    except urllib.error.HTTPError as answer:
        with answer:
            return _read(answer)


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args, **_kwargs):
        return None


_opener = urllib.request.build_opener(_StayHere)


def _read(answer):
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(answer.status, headers.get("location", ""), answer.read().decode(), headers)


def text_of(page: str) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def _wait_until_it_answers(sandbox):
    while True:
        try:
            sandbox.health()
            return
        except OSError:
            if sandbox.process.poll() is not None:
                raise RuntimeError(sandbox.process.stderr.read())
            time.sleep(0.05)
