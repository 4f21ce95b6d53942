"""The browsers in which a login has been used: a sign-in from another one is told to its owner."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from people.models import KnownDevice, User

COOKIE = "matricula_device"
KEPT = timedelta(days=730)
KEY_BYTES = 24
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def recognise(user: User, *, key: str, agent: str, at: datetime) -> tuple[str, bool]:
    """Note that ``user`` came in with the browser whose cookie says ``key``; return the cookie to keep.

    The second answer says whether the owner should be told: the browser is new, and not the first one ever.
    """
    if not re.fullmatch(r"[\w-]{32}", key):
        key = ""
    known = KnownDevice.objects.filter(user=user, key_hash=_hash(key)) if key else KnownDevice.objects.none()
    if known.update(last_seen_at=at, agent=name_of(agent)):
        return key, False
    had_others = KnownDevice.objects.filter(user=user).exists()
    key = key or secrets.token_urlsafe(KEY_BYTES)
    KnownDevice.objects.bulk_create(
        [KnownDevice(user=user, key_hash=_hash(key), agent=name_of(agent), first_seen_at=at, last_seen_at=at)],
        ignore_conflicts=True,  # two sign-ins at once from one browser
    )
    return key, had_others


def forget_old(*, at: datetime) -> int:
    """Delete devices whose cookie has run out; return how many."""
    return KnownDevice.objects.filter(last_seen_at__lt=at - KEPT).delete()[0]


def name_of(agent: str) -> str:
    """“Firefox, Windows”: what a browser says about itself, as people call it; empty if it says nothing known."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return ", ".join(filter(None, (browser, system)))


def _hash(key: str) -> str:
    # 192 random bits: nothing to guess, so a plain hash is enough.
    return hashlib.sha256(key.encode()).hexdigest()
