"""The texts we borrow are still the library's, letter for letter, and are said in our languages."""

from pathlib import Path

import allauth
import polib
import pytest

from config import borrowed_words
from config.environment import ROOT

ITS_TEXTS = {
    entry.msgid
    for entry in polib.pofile(str(Path(allauth.__file__).parent / "locale/ca/LC_MESSAGES/django.po"))
    if not entry.obsolete
}


def test_every_borrowed_text_is_one_of_the_librarys():
    assert set(borrowed_words.WORDS) - ITS_TEXTS == set()


@pytest.mark.parametrize("language", ["ca", "es"])
def test_every_borrowed_text_is_translated(language):
    ours = polib.pofile(str(ROOT / f"locale/{language}/LC_MESSAGES/django.po"))
    said = {entry.msgid for entry in ours if entry.translated() and not entry.obsolete}
    assert set(borrowed_words.WORDS) - said == set()
