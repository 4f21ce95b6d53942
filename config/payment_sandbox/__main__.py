"""Start the sandbox: ``python -m config.payment_sandbox``; without arguments it fits the demo."""

import argparse
import asyncio
import logging
import os
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

from aiohttp import web
from localstripe import resources

from config import environment
from config.payment_sandbox import api, hosted_page, stripe_shapes
from config.payment_sandbox.deliveries import Postman
from config.payment_sandbox.state import KeptStore, StateError

SWEEP_SECONDS = 1


def main() -> None:
    """Serve until told to stop; status 2 and one line on stderr if that cannot begin."""
    try:
        wanted = _arguments()
    except environment.Misconfigured as error:
        _refuse(str(error))
    logging.basicConfig(level=logging.INFO, format="payment sandbox: %(message)s")
    if not wanted.api_key.startswith("sk_test_"):
        _refuse("the API key must be a test key, sk_test_…; real keys have no business here")
    door = _door(wanted.port)
    try:
        resources.store = KeptStore(Path(wanted.state_dir))
    except StateError as error:
        _refuse(str(error))
    stripe_shapes.straighten()
    api.forget_old_keys(now=time.time())
    web.run_app(_app(wanted), sock=door, print=None, access_log=None, shutdown_timeout=3)


def _app(wanted) -> web.Application:
    app = web.Application(middlewares=[api.errors, api.only_with_key, api.changes])
    public_url = (wanted.public_url or f"http://127.0.0.1:{wanted.port}").rstrip("/")
    app[api.ADDRESS] = api.Address(public_url, wanted.api_key, wanted.school)
    app[api.POSTMAN] = Postman(wanted.webhook_url, wanted.webhook_secret)
    app[api.ONE_AT_A_TIME] = asyncio.Lock()
    resources.schedule_webhook = app[api.POSTMAN].queue
    api.add_routes(app)
    hosted_page.add_routes(app)
    app.cleanup_ctx.append(_background)

    async def announce(_app):
        logging.getLogger("payment_sandbox").info("serving on %s", public_url)

    app.on_startup.append(announce)
    return app


async def _background(app):
    """Deliver webhooks and expire sessions beside the requests."""

    async def sweep():
        while True:
            try:
                await api.sweep(app, now=time.time())
            except StateError as error:
                logging.getLogger("payment_sandbox").error("%s", error)
            await asyncio.sleep(SWEEP_SECONDS)

    tasks = [asyncio.create_task(sweep()), asyncio.create_task(app[api.POSTMAN].run())]
    yield
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _arguments():
    around = environment.read()
    default = os.environ.get
    parser = argparse.ArgumentParser(prog="python -m config.payment_sandbox", description=__doc__)
    add = parser.add_argument
    add("--port", type=int, default=int(default("SANDBOX_PORT", environment.sandbox_port(around.port))))
    add("--state-dir", default=default("SANDBOX_STATE_DIR", str(around.var / "payment-sandbox")))
    add("--webhook-url", default=default("SANDBOX_WEBHOOK_URL", f"{around.base_url}/webhooks/stripe/"))
    add("--webhook-secret", default=around.stripe_webhook_secret)
    add("--api-key", default=around.stripe_api_key)
    add("--public-url", default=default("SANDBOX_PUBLIC_URL", ""))
    add("--school", default=default("SANDBOX_SCHOOL", "Escola Llevant"), help="name on the page")
    return parser.parse_args()


def _door(port: int) -> socket.socket:
    """Take the port before anything else, on this machine's own address only."""
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind(("127.0.0.1", port))
        door.listen()
    except (OSError, OverflowError) as error:
        _refuse(f"cannot listen on 127.0.0.1:{port}: {error}")
    return door


def _refuse(why: str) -> None:
    sys.stderr.write(f"payment sandbox: {why}\n")
    raise SystemExit(2)


if __name__ == "__main__":
    main()
