"""Putting a misspelt search right, with the words that stand on the pages; the default database has no pg_trgm.

The vocabulary is counted by PostgreSQL (``ts_stat`` over the words as spelt) when a search finds nothing, and kept in
memory with the rows it was read for.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.db import connection

from programmes import words

WORD = re.compile(r"[^\W\d_]+(?:·[^\W\d_]+)*")
SHORTEST = 4  # letters; below that nearly every word is near another
SHORTEST_BEGINNING = 3
LONGER_BY = 8  # letters that a reader may have left to write


@dataclass(frozen=True)
class Word:
    plain: str  # without accents and capitals
    spelt: str
    pages: int
    letters: int  # one bit for each letter in it: two words that differ in many letters are not near


@dataclass
class Vocabulary:
    """The words of some pages, by length."""

    by_length: dict[int, list[Word]] = field(default_factory=lambda: defaultdict(list))
    known: set[str] = field(default_factory=set)

    def add(self, spelt: str, pages: int) -> None:
        plain = plain_of(spelt)
        self.known.add(plain)
        self.by_length[len(plain)].append(Word(plain, spelt, pages, _letters(plain)))

    def __or__(self, other: "Vocabulary") -> "Vocabulary":
        both = Vocabulary()
        for one in (self, other):
            both.known |= one.known
            for length, words_of_length in one.by_length.items():
                both.by_length[length].extend(words_of_length)
        return both

    def nearest(self, text: str) -> str:
        """The word that was most likely meant; "" if none is near."""
        typed = plain_of(text)
        best: tuple[int, int, int] | None = None
        found = ""
        for word, distance in self._near(typed):
            score = (distance, int(word.plain[:1] != typed[:1]), -word.pages)
            if best is None or score < best:
                best, found = score, word.spelt
        return found

    def _near(self, typed: str) -> Iterable[tuple[Word, int]]:
        if len(typed) >= SHORTEST_BEGINNING:
            for length in range(len(typed) + 1, len(typed) + LONGER_BY + 1):
                for word in self.by_length.get(length, ()):
                    if word.plain.startswith(typed):
                        yield word, 1 if length - len(typed) <= 2 else 2
        most = _most(typed)
        letters = _letters(typed)
        for length in range(len(typed) - most, len(typed) + most + 1):
            for word in self.by_length.get(length, ()):
                # A changed letter is two bits: the one it was and the one it is.
                if (word.letters ^ letters).bit_count() <= 2 * most:
                    distance = edits(typed, word.plain, most)
                    if distance <= most:
                        yield word, distance


def vocabulary(page_ids: Iterable[int], *, table: str = "programmes_sheetwords") -> Vocabulary:
    """The words that stand on these pages. One query."""
    ids = ",".join(str(int(page_id)) for page_id in page_ids)
    found = Vocabulary()
    if not ids:
        return found
    rows = f"SELECT spelt FROM {table} WHERE page_id IN ({ids})"  # noqa: S608 -- numbers and a name of ours
    with connection.cursor() as cursor:
        cursor.execute("SELECT word, ndoc FROM ts_stat(%s)", [rows])
        for word, pages in cursor.fetchall():
            if len(word) >= SHORTEST_BEGINNING and WORD.fullmatch(word):
                found.add(word, pages)
    return found


def correct(text: str, vocabulary: Vocabulary) -> str:
    """``text`` with its unknown words put right; the same if every word is known or nothing is near."""

    def put_right(match: re.Match) -> str:
        typed = match.group()
        if plain_of(typed) in vocabulary.known or len(typed) < SHORTEST_BEGINNING:
            return typed
        return vocabulary.nearest(typed) or typed

    return WORD.sub(put_right, text)


@dataclass(frozen=True)
class Attempt:
    """One way to take what was typed; ``corrected`` is what is searched instead, ``is_any`` for some of the words."""

    text: str
    corrected: str = ""
    is_any: bool = False

    @property
    def each(self) -> list[str]:
        return WORD.findall(self.text)


def attempts(text: str, vocabulary: Callable[[], Vocabulary], *, as_typed: bool = False) -> Iterator[Attempt]:
    """Ways to take what was typed, the next to be tried only if the last found nothing."""
    yield Attempt(text)
    if as_typed:
        return
    right = correct(text, vocabulary())
    corrected = right if right != text else ""
    if corrected:
        yield Attempt(right, corrected=corrected)
    if len(WORD.findall(right)) > 1:
        yield Attempt(right, corrected=corrected, is_any=True)


def edits(one: str, other: str, most: int) -> int:
    """How many letters to add, leave out, change or swap; ``most`` + 1 as soon as it is more than ``most``."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        line = [row]
        for column, there in enumerate(other, start=1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != there))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == there:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, last = last, line
    return last[-1]


def plain_of(word: str) -> str:
    return words.without_accents(word).casefold()


def _most(typed: str) -> int:
    """How many slips are forgiven in a word of that length."""
    if len(typed) < SHORTEST:
        return 0
    return 1 if len(typed) <= 5 else 2


def _letters(plain: str) -> int:
    bits = 0
    for letter in plain:
        bits |= 1 << (ord(letter) % 64)
    return bits
