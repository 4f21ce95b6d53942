"""When two names may be the same human's: pure arithmetic on words, no database.

Names are kept as people write them; only here are they folded, so that accents, case, order and letters that look
alike make no difference.
"""

import unicodedata

MOST_WORDS = 8  # of a name that are compared
SHORTEST_TYPO = 4  # letters; among shorter words one letter more or less is another name
SHORTEST_PET_NAME = 3

# Letters of other alphabets, in lower case, that look like Latin ones, large or small (after Unicode TS 39).
_LOOKALIKES = str.maketrans(
    dict(zip("авекмнорстухіјѕԁһԛԝ", "abekmhopctyxijsdhqw", strict=True))
    | dict(zip("αβεηικμνορτυχζ", "abehikmnoptyxz", strict=True))
    | {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
)
_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK")

# One letter apart and yet two names, such as those of sisters who share a mailbox: no slip of the finger.
_NAMES_OF_THEIR_OWN = frozenset([
    "adam", "adan", "aida", "aina", "alba", "aleix", "alex", "alma", "amin", "amir", "amira", "anna", "ariel",
    "berta", "carla", "clara", "daniel", "david", "dora", "elena", "elisa", "elsa", "emma", "enric", "eric", "gemma",
    "gil", "hanna", "iban", "irene", "ivan", "jan", "joan", "joel", "julia", "laia", "lara", "laura", "lia", "marc",
    "marco", "maria", "marina", "mario", "marta", "mateo", "mia", "nil", "nora", "omar", "ona", "pau", "paul", "pepe",
    "pere", "pol", "raul", "rosa", "samir", "samira", "sara", "sira", "uriel",
])  # fmt: skip
_GENDER_ENDINGS = ("a", "o", "e")


def fold(text: str) -> str:
    """``text`` in small plain letters: no accents, no marks, one alphabet for letters that look alike."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("·", ""))
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark)).translate(_LOOKALIKES)
    return " ".join("".join(mark if mark.isalnum() else " " for mark in bare).split())


def words(text: str) -> list[str]:
    """The folded words of a name, as many as are compared."""
    return fold(text).split()[:MOST_WORDS]


def mixes_alphabets(text: str) -> bool:
    """Whether letters of two alphabets stand in one word, as no language writes: a face that is not its own."""
    return any(len(_alphabets(word)) > 1 for word in text.split())


def names_agree(given: str, family: str, other_given: str, other_family: str) -> bool:
    """Whether two descriptions can be of one human; the order of the two makes no difference.

    An empty name agrees with all. Accents, case, order of the words, initials, pet names that begin the name, missing
    second names and one slip of the finger in a word do not matter. Different given names contradict each other, also
    with one family name: a family shares its mailbox.
    """
    one, other = _Name(given, family), _Name(other_given, other_family)
    if not one.words or not other.words:
        return True
    short, long = (one, other) if len(one.words) <= len(other.words) else (other, one)
    pairs = _paired(short.words, long.words)
    if pairs is None:
        return False
    if len(short.words) == len(long.words):
        return True
    # "Maria Puig" is not "Josep Maria Puig": the first of the longer name's words must be among the pairs,
    # unless somebody gave a family name alone.
    return 0 in pairs or (len(short.words) == 1 and (not short.given or min(pairs) >= len(long.given)))


def words_agree(one: str, other: str) -> bool:
    """Whether two folded words can be one: equal, an initial, a beginning, or a slip of the finger apart."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) == 1:
        return long.startswith(short)
    if {one, other} <= _NAMES_OF_THEIR_OWN or _differ_in_gender(short, long):
        return False
    if len(short) >= SHORTEST_PET_NAME and long.startswith(short):
        return True
    return is_slip(short, long)


def is_slip(one: str, other: str) -> bool:
    """Whether two words differ by one transposition, or by one letter in a word long enough to tell."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or short == long:
        return False
    start = next((at for at, mark in enumerate(short) if mark != long[at]), len(short))
    if len(short) == len(long):
        swapped = short[:start] + short[start : start + 2][::-1] + short[start + 2 :]
        if swapped == long:
            return len(short) >= SHORTEST_PET_NAME
        return len(short) >= SHORTEST_TYPO and short[start + 1 :] == long[start + 1 :]
    return len(short) >= SHORTEST_TYPO and short[start:] == long[start + 1 :]


class _Name:
    """A name as its folded words, the given ones first."""

    def __init__(self, given: str, family: str):
        self.given = words(given)
        self.words = (self.given + words(family))[:MOST_WORDS]


def _paired(short: list[str], long: list[str]) -> set[int] | None:
    """The places in ``long`` that the words of ``short`` can take, each its own; None if one finds none."""
    taken: dict[int, int] = {}  # place in long: word of short

    def place(word: int, seen: set[int]) -> bool:
        for at, candidate in sorted(enumerate(long), key=lambda pair: pair[1] != short[word]):
            if at not in seen and words_agree(short[word], candidate):
                seen.add(at)
                if at not in taken or place(taken[at], seen):
                    taken[at] = word
                    return True
        return False

    if all(place(word, set()) for word in range(len(short))):
        return set(taken)
    return None


def _differ_in_gender(short: str, long: str) -> bool:
    """Joan and Joana, Mario and Maria: two names, not one with a slip."""
    if len(long) == len(short) + 1:
        return long.startswith(short) and long[-1] in _GENDER_ENDINGS
    same_stem = len(long) == len(short) and short[:-1] == long[:-1]
    return same_stem and short[-1] in _GENDER_ENDINGS and long[-1] in _GENDER_ENDINGS


def _alphabets(word: str) -> set[str]:
    found = {unicodedata.name(mark, "").partition(" ")[0] for mark in word if mark.isalpha()}
    return found.intersection(_ALPHABETS)
