"""Webhooks: each event is signed and posted until the endpoint says that it has it.

An event that waits is a ``Delivery`` in the store, so it outlives the process. Stripe
promises neither order nor uniqueness, and neither does this.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, replace

import aiohttp
from localstripe import resources

from config.payment_sandbox.state import StateError

logger = logging.getLogger("payment_sandbox")

KINDS = {
    "checkout.session.completed",
    "checkout.session.expired",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "charge.refunded",
}
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30
GIVE_UP_AFTER_SECONDS = 3 * 24 * 3600  # https://docs.stripe.com/webhooks#retries
TIMEOUT = aiohttp.ClientTimeout(total=20)
AT_ONCE = 8
PAUSED = "sandbox:webhooks_paused"


@dataclass(frozen=True)
class Delivery:
    """An event on its way: how often it was tried and when it is due again (Unix time)."""

    event_id: str
    queued_at: float
    due_at: float
    attempts: int = 0


def signature(payload: bytes, *, secret: str, at: int) -> str:
    """Return the Stripe-Signature header (https://docs.stripe.com/webhooks#verify-manually)."""
    signed = hmac.new(secret.encode(), b"%d." % at + payload, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


def wait_seconds(attempts: int) -> float:
    """Return the pause after that many failures: it doubles, up to half a minute."""
    return min(FIRST_WAIT_SECONDS * 2 ** min(attempts - 1, 10), LONGEST_WAIT_SECONDS)


class Postman:
    """Carries the events to the one endpoint that the sandbox was given; with an empty ``url`` to nobody."""

    def __init__(self, url: str, secret: str):
        self.url = url
        self._secret = secret
        self._awake = asyncio.Event()

    def queue(self, event) -> None:
        """Note that the event must be delivered; localstripe calls this for its own events."""
        if self.url and event.type in KINDS:
            now = time.time()
            resources.store[f"delivery:{event.id}"] = Delivery(event.id, now, now)

    def wake(self) -> None:
        """Look at the queue now; call it once what was queued is on disk."""
        self._awake.set()

    def pause(self) -> None:
        """Hold every delivery back until ``resume``."""
        resources.store[PAUSED] = True
        resources.store.keep()

    def resume(self) -> None:
        """Let the events that were held go out now."""
        resources.store[PAUSED] = False
        now = time.time()
        for delivery in self.waiting():
            resources.store[f"delivery:{delivery.event_id}"] = replace(delivery, due_at=now)
        resources.store.keep()
        self.wake()

    def is_paused(self) -> bool:
        return resources.store.get(PAUSED, False)

    def waiting(self) -> list[Delivery]:
        """Return the deliveries that have not arrived, oldest first."""
        return resources.store.of_kind("delivery")

    async def run(self) -> None:
        """Deliver whatever is due, for as long as the process lives."""
        async with aiohttp.ClientSession(timeout=TIMEOUT) as client:
            while True:
                self._awake.clear()
                try:
                    pause = await self._round(client)
                except StateError as error:
                    logger.error("%s", error)
                    pause = LONGEST_WAIT_SECONDS
                if pause:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._awake.wait(), pause)

    async def _round(self, client) -> float:
        """Try what is due; return the seconds until something else will be."""
        now = time.time()
        waiting = [] if self.is_paused() else self.waiting()
        due = [delivery for delivery in waiting if delivery.due_at <= now]
        if due:
            await asyncio.gather(*(self._try(client, delivery) for delivery in due[:AT_ONCE]))
            return 0
        return max(min((delivery.due_at for delivery in waiting), default=now + 60) - now, 0.01)

    async def post(self, client: aiohttp.ClientSession, event_id: str) -> int:
        """Post the event once and return the HTTP status, 0 if nobody answered."""
        event = resources.Event._api_retrieve(event_id)
        payload = json.dumps(event._export(), indent=2).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (payment sandbox)",
            "Stripe-Signature": signature(payload, secret=self._secret, at=int(time.time())),
        }
        try:
            async with client.post(self.url, data=payload, headers=headers, allow_redirects=False) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0

    async def _try(self, client, delivery):
        status = await self.post(client, delivery.event_id)
        key, now, attempts = f"delivery:{delivery.event_id}", time.time(), delivery.attempts + 1
        if 200 <= status < 300:
            resources.store.discard(key)
        elif now - delivery.queued_at > GIVE_UP_AFTER_SECONDS:
            resources.store.discard(key)
            logger.warning("webhook %s given up after %d attempts", delivery.event_id, attempts)
        else:
            pause = wait_seconds(attempts)
            resources.store[key] = replace(delivery, attempts=attempts, due_at=now + pause)
            logger.warning(
                "webhook %s: %s, again in %g s",
                delivery.event_id,
                f"answered {status}" if status else "no answer",
                pause,
            )
        resources.store.keep()
