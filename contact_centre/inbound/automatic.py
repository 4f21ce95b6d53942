"""Whether a program wrote a letter: absence notes, delivery reports, newsletters. Pure: no clock, no database.

RFC 3834 says how a program marks what it writes by itself; older ones have their own marks, and some only words.
"""

import re
from collections.abc import Callable

ROBOTS = ("mailer-daemon@", "postmaster@", "no-reply@", "noreply@", "donotreply@", "no-responder@", "no_reply@")
_WORDS = (
    "resposta automàtica",
    "fora de l'oficina",
    "fora de l’oficina",
    "absència",
    "respuesta automática",
    "fuera de la oficina",
    "fuera de oficina",
    "autorespuesta",
    "out of office",
    "out of the office",
    "automatic reply",
    "autoreply",
    "auto-reply",
    "auto response",
    "delivery status notification",
    "undelivered mail returned",
    "undeliverable:",
    "mail delivery failed",
)
_PREFIX = re.compile(r"(?i)^(?:(?:re|rv|fw|fwd|aw|auto|automatic)\s*:\s*)+")


def why(header: Callable[[str], str], *, subject: str, sender: str) -> str:
    """By which mark a program wrote this, such as "Auto-Submitted"; empty if a person seems to have."""
    submitted = header("Auto-Submitted").lower().partition(";")[0].strip()
    if submitted and submitted != "no":
        return "Auto-Submitted"
    if header("Precedence").lower() in ("bulk", "junk", "auto_reply", "list"):
        return "Precedence"
    for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply-From", "List-Id", "List-Unsubscribe"):
        if header(name):
            return name
    if header("Return-Path") == "<>" or header("Content-Type").lower().startswith("multipart/report"):
        return "Return-Path"
    if sender.startswith(ROBOTS):
        return "sender"
    bare = _PREFIX.sub("", subject).strip().lower()
    return "subject" if bare.startswith(_WORDS) or subject.lower().startswith("auto:") else ""
