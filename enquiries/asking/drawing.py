"""Which variant of a form somebody sees: drawn for each visitor without remembering any of them.

The form as it stands is "A"; each other variant gets its share of a hundred, and A the rest.
"""

from collections.abc import Iterable
from hashlib import blake2b

from enquiries.models import Form, FormVariant

AS_IT_STANDS = "A"
HUNDRED = 100


def spans(variants: Iterable[FormVariant]) -> dict[str, tuple[int, int]]:
    """The part of a hundred of each letter that is in use, as ``(from, until)``; nothing where nothing is compared."""
    others = sorted((one for one in variants if one.is_live and one.letter != AS_IT_STANDS), key=lambda one: one.letter)
    if not others:
        return {}
    found, start = {}, 0
    for one in others:
        end = min(start + one.share, HUNDRED)
        found[one.letter] = (start, end)
        start = end
    return {AS_IT_STANDS: (start, HUNDRED)} | found


def of_form(form: Form) -> dict[str, tuple[int, int]]:
    """The spans of a form."""
    return spans(form.variants.all())


def draw(*who: str) -> int:
    """A number below a hundred, the same for the same ``who``, from which nobody can be told."""
    return int.from_bytes(blake2b("\x1f".join(who).encode(), digest_size=8).digest()) % HUNDRED


def letter_of(number: int, found: dict[str, tuple[int, int]]) -> str:
    """The letter in whose span the number lies; none where nothing is compared."""
    return next((letter for letter, (start, end) in found.items() if start <= number < end), "")
