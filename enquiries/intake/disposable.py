"""Domains that give a mailbox to anybody for some minutes. Well-known ones; a school may meet others."""

from pathlib import Path

DOMAINS = frozenset(Path(__file__).with_name("disposable_domains.txt").read_text().split())


def is_disposable(email: str) -> bool:
    """Whether the address, or a part of its domain, is one of those."""
    domain = email.rpartition("@")[2].lower()
    return domain in DOMAINS or domain.partition(".")[2] in DOMAINS
