"""Finds our own English texts on a page that should speak another language."""

import re
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parents[2] / "locale"
# Shorter texts are names and abbreviations that several languages share.
SHORTEST = 4
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")
# The visible texts of a page, one per element that holds text itself; what people wrote is left out.
READ_TEXTS = """skipped => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const holder = walker.currentNode.parentElement;
        if (holder.closest("script, style, template, svg") || (skipped && holder.closest(skipped))) continue;
        const text = walker.currentNode.textContent.replace(/\\s+/g, " ").trim();
        if (text && holder.checkVisibility()) found.push(text);
    }
    return found;
}"""


@cache
def english(language: str) -> tuple[frozenset[str], tuple[re.Pattern, ...]]:
    """The English texts that read otherwise in ``language``: whole ones, and those with something filled in."""
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as source:
        messages = [message for message in read_po(source) if message.id]
    pairs = []
    for message in messages:
        plural = isinstance(message.id, tuple)
        ours, theirs = (message.id, message.string) if plural else ((message.id,), (message.string,))
        pairs += [(text, theirs) for text in ours if text not in theirs]
    translated = {text for _ours, theirs in pairs for text in theirs}
    wanted = {" ".join(ours.split()) for ours, _theirs in pairs if len(ours) >= SHORTEST and ours not in translated}
    filled = {text for text in wanted if PLACEHOLDER.search(text)}
    patterns = [
        re.compile(".+?".join(re.escape(part) for part in PLACEHOLDER.split(text)))
        for text in filled
        if len(PLACEHOLDER.sub("", text).strip()) >= 3 * SHORTEST
    ]
    return frozenset(wanted - filled), tuple(patterns)


def on_page(page, *, language: str = "ca", skipped: str = "") -> list[str]:
    """Our English texts that ``page`` shows although it speaks ``language``; ``skipped`` selects what people wrote."""
    whole, patterns = english(language)
    texts = dict.fromkeys(page.evaluate(READ_TEXTS, skipped))
    return [text for text in texts if text in whole or any(pattern.fullmatch(text) for pattern in patterns)]
