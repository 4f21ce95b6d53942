"""When two names may be one human's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.identity import alike

NAME = st.text(alphabet="aàbcdeéghijlmnoòprstuzАВа '-.", max_size=20)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Núria", "Puig"), ("", "")),
        (("Núria", "Puig"), ("nuria", "PUIG")),
        (("Núria", "Puig"), ("Puig", "Núria")),
        (("Núria Puig Serra", ""), ("Núria", "Puig Serra")),
        (("Núria", "Puig Serra"), ("Núria", "Puig")),
        (("N.", "Puig"), ("Núria", "Puig Serra")),
        (("Montse", "Roca"), ("Montserrat", "Roca")),
        (("Nuira", "Puig"), ("Núria", "Puig")),
        (("Nutia", "Puig"), ("Núria", "Puig")),
        (("Montserat", "Puig"), ("Montserrat", "Puig")),
        (("Núria", ""), ("Núria", "Puig")),
        (("", "Puig"), ("Núria", "Puig")),
        (("Joan Carles", "Puig"), ("Joan", "Puig")),
        (("Аnnа", "Puig"), ("Anna", "Puig")),  # with two Cyrillic letters
        (("Anna", "O'Connor-Vila"), ("anna", "o connor vila")),
        (("Gisel·la", "Puig"), ("Gisella", "Puig")),
    ],
)
def test_names_agree_when_they_can_be_one_humans(one, other):
    assert alike.names_agree(*one, *other)
    assert alike.names_agree(*other, *one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Joan", "Puig"), ("Núria", "Puig")),
        (("Joan", "Puig"), ("Joana", "Puig")),
        (("Mario", "Puig"), ("Maria", "Puig")),
        (("Marta", "Puig"), ("Maria", "Puig")),
        (("Maria", "Puig"), ("Josep Maria", "Puig")),
        (("Maria", ""), ("Josep Maria", "Puig")),
        (("Pol", "Puig"), ("Pau", "Puig")),
        (("Joan", ""), ("Núria", "")),
        (("Núria", "Puig"), ("Núria", "Soler")),
    ],
)
def test_names_contradict_each_other_when_a_family_could_share_the_mailbox(one, other):
    assert not alike.names_agree(*one, *other)
    assert not alike.names_agree(*other, *one)


@given(NAME, NAME, NAME, NAME)
def test_names_agree_whichever_comes_first(given_name, family_name, other_given, other_family):
    there = alike.names_agree(given_name, family_name, other_given, other_family)
    assert alike.names_agree(other_given, other_family, given_name, family_name) == there


@given(NAME, NAME)
def test_a_name_agrees_with_itself_and_with_none(given_name, family_name):
    assert alike.names_agree(given_name, family_name, given_name, family_name)
    assert alike.names_agree(given_name, family_name, "", "")


def test_a_hostile_name_is_compared_in_no_time():
    assert alike.names_agree("a " * 5_000, "b" * 10_000, "a " * 4_000, "b" * 10_000)


@pytest.mark.parametrize(
    ("name", "mixes"), [("Аnna Puig", True), ("Анна Puig", False), ("Nuria", False), ("李 Wei", False)]
)
def test_letters_of_two_alphabets_in_one_word_are_noticed(name, mixes):
    assert alike.mixes_alphabets(name) is mixes
