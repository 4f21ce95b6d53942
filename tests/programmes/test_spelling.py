"""Putting misspelt words right."""

import pytest

from programmes.search.spelling import Vocabulary, attempts, correct, edits

WORDS = [
    "infermeria", "infermera", "gestió", "projectes", "dades", "pastisseria", "col·legi", "història", "art", "curs",
    "cursos",
]  # fmt: skip


@pytest.fixture
def vocabulary():
    found = Vocabulary()
    for pages, word in enumerate(WORDS, start=1):
        found.add(word, pages)
    return found


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("imfermeria", "infermeria"),  # another letter
        ("infermria", "infermeria"),  # one left out
        ("infermerria", "infermeria"),  # one too many
        ("infremeria", "infermeria"),  # two swapped
        ("pastiseria", "pastisseria"),
        ("INFERMRA", "infermera"),
        ("gestoi", "gestió"),  # and without its accent
        ("coll·legi", "col·legi"),
        ("pasti", "pastisseria"),  # only begun
        ("dadse", "dades"),
        ("gestio", "gestio"),  # known: accents do not matter
        ("dades", "dades"),
        ("xyz", "xyz"),
        ("qwertyuiop", "qwertyuiop"),
        ("ar", "ar"),  # too short to say
        ("gestió de projetes", "gestió de projectes"),  # only what is wrong
        ("-dadse \"curs\"", "-dades \"curs\""),  # what is written around it stays
        ("2027", "2027"),
        ("", ""),
    ],
)  # fmt: skip
def test_word_that_was_meant(vocabulary, typed, meant):
    assert correct(typed, vocabulary) == meant


def test_of_equally_near_words_the_more_frequent(vocabulary):
    assert correct("cursis", vocabulary) == "cursos"


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("", "", 0), ("a", "", 1), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "abd", 1), ("abcd", "badc", 2),
     ("abcdef", "uvwxyz", 3)],
)  # fmt: skip
def test_edits_are_counted_up_to_one_too_many(one, other, distance):
    assert edits(one, other, 2) == distance


def test_attempts_go_from_what_was_typed_to_some_of_the_words(vocabulary):
    found = [(one.text, one.corrected, one.is_any) for one in attempts("dadse gestió", lambda: vocabulary)]
    assert found == [
        ("dadse gestió", "", False),
        ("dades gestió", "dades gestió", False),
        ("dades gestió", "dades gestió", True),
    ]
    assert len(list(attempts("dadse gestió", lambda: vocabulary, as_typed=True))) == 1
