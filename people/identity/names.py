"""Names as people write them, without what cannot be seen."""

import unicodedata

LONGEST = 150  # characters; what the columns hold
_READ_AT_MOST = 10_000  # characters looked at, so that a hostile text costs nothing


def clean(text: str, *, longest: int = LONGEST) -> str:
    """``text`` on one line, composed (NFC), without control, bidi or zero-width characters, cut to ``longest``."""
    seen = without_invisible(unicodedata.normalize("NFC", (text or "")[:_READ_AT_MOST]))
    return " ".join(unicodedata.normalize("NFC", seen).split())[:longest].strip()


def split(name: str) -> tuple[str, str]:
    """Given and family name of “Núria Puig Serra” or “Puig Serra, Núria”: one word is the given name."""
    whole = clean(name, longest=2 * LONGEST)
    family, comma, given = whole.partition(",")
    if not comma:
        given, _gap, family = whole.partition(" ")
    return given.strip()[:LONGEST], family.strip()[:LONGEST]


def without_invisible(text: str) -> str:
    """``text`` without characters that show nothing (Unicode categories C*); every kind of space becomes a space."""
    if text.isprintable():  # nearly always, and told without looking at each sign: the only space in it is a space
        return text
    kept = (" " if mark.isspace() else mark for mark in text if mark.isspace() or unicodedata.category(mark)[0] != "C")
    return "".join(kept)
