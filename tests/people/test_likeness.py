"""How likely two descriptions are one human."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.identity import likeness
from people.identity.likeness import Described

BORN = date(2001, 4, 7)
NURIA = Described(
    1,
    "Núria",
    "Puig Serra",
    BORN,
    "ES",
    frozenset({"nuria.puig@example.org"}),
    frozenset({"+34612345678"}),
)
STRANGER = Described(2, "Wolfgang", "Amadeus", date(1956, 1, 27), "AT", frozenset({"wolfi@example.at"}))

WORDS = st.sampled_from(["Núria", "Nuria", "Joan", "Joana", "Puig", "Serra", "Roca", "", "N.", "Нuria"])
ADDRESSES = st.sampled_from(["nuriapuig@a.org", "nuria.puig@a.org", "nuria.puig+x@a.org", "nuirapuig@a.org", "j@b.org"])
PHONES = st.sampled_from(["+34612345678", "+35612345678", "+34699999999"])
SOMEBODY = st.builds(
    Described,
    pk=st.integers(1, 5),
    given_name=WORDS,
    family_name=WORDS,
    birth_date=st.sampled_from([None, BORN, date(2001, 7, 4), date(1970, 1, 1)]),
    country=st.sampled_from(["", "ES"]),
    emails=st.frozensets(ADDRESSES, max_size=2),
    phones=st.frozensets(PHONES, max_size=2),
    shared_emails=st.frozensets(ADDRESSES, max_size=1),
    shared_phones=st.frozensets(PHONES, max_size=1),
    external_ids=st.frozensets(st.tuples(st.just("fair"), st.sampled_from("12")), max_size=1),
)


@given(SOMEBODY, SOMEBODY)
def test_it_makes_no_difference_who_is_compared_with_whom(one, other):
    probability, reasons = likeness.compare(one, other)
    assert likeness.compare(other, one) == (probability, reasons)
    assert 0 <= probability <= 1
    assert bool(probability) <= bool(reasons)


@given(SOMEBODY)
def test_nobody_is_like_themselves(one):
    assert likeness.compare(one, one) == (0.0, [])


@given(SOMEBODY, SOMEBODY)
def test_whoever_is_likely_to_be_one_has_a_key_in_common(one, other):
    probability, _reasons = likeness.compare(one, other)
    if probability >= 0.5:
        assert likeness.keys(one) & likeness.keys(other)


@given(SOMEBODY, SOMEBODY)
def test_every_reason_can_be_read(one, other):
    for code in likeness.compare(one, other)[1]:
        assert str(likeness.SENTENCES[code])


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"emails": {"n@other.example"}, "phones": {}}, "same_name_and_birth_date"),
        ({"given_name": "Nuira", "emails": {}, "phones": {}}, "like_name_and_birth_date"),
        ({"emails": {"nuriapuig+fair@example.org"}, "birth_date": None, "phones": {}}, "same_mailbox"),
        ({"emails": {"nuira.puig@example.org"}, "birth_date": None, "phones": {}}, "like_email"),
        ({"emails": {}, "birth_date": None, "phones": {"+33612345678"}}, "same_phone"),
        ({"given_name": "Nuriа", "emails": {}, "birth_date": None, "phones": {}}, "lookalike_name"),
        ({"emails": {}, "birth_date": None, "phones": {}, "shared_phones": {"+34612345678"}}, "shared_phone"),
    ],
)
def test_the_same_human_described_twice_is_likely(changed, reason):
    changed = {name: frozenset(value) if isinstance(value, (set, dict)) else value for name, value in changed.items()}
    probability, reasons = likeness.compare(NURIA, replace(NURIA, pk=2, **changed))
    assert reason in reasons
    assert probability > 0.5


@pytest.mark.parametrize(
    "changed",
    [
        # A brother with the same number and the same mailbox
        {"given_name": "Joan", "birth_date": date(2003, 1, 1), "shared_emails": {"nuria.puig@example.org"}},
        # A twin
        {"given_name": "Laia", "emails": {"laia@example.org"}},
        # A mother with the daughter's name
        {"birth_date": date(1972, 9, 9), "emails": {"nuria.puig+casa@example.org"}},
        # Somebody with the same name
        {"birth_date": None, "emails": {"npuig@elsewhere.example"}, "phones": {}},
        {"birth_date": None, "emails": {"nuria.puig@elsewhere.example"}, "given_name": "Natàlia", "phones": {}},
    ],
)
def test_different_people_are_not_likely_to_be_one(changed):
    changed = {name: frozenset(value) if isinstance(value, (set, dict)) else value for name, value in changed.items()}
    assert likeness.compare(NURIA, replace(NURIA, pk=2, **changed))[0] <= 0.5


def test_strangers_have_nothing_in_common():
    assert likeness.compare(NURIA, STRANGER) == (0.0, [])
    assert not likeness.keys(NURIA) & likeness.keys(STRANGER)


def test_one_country_alone_is_no_reason():
    assert likeness.compare(STRANGER, Described(3, "Joan", "Roca", country="AT")) == (0.0, [])


def test_two_ids_of_one_issuer_are_two_humans():
    one = replace(NURIA, external_ids=frozenset({("fair", "1")}))
    other = replace(NURIA, pk=2, external_ids=frozenset({("fair", "2")}))
    assert likeness.compare(one, other) == (0.0, [])
    assert likeness.compare(one, replace(other, external_ids=frozenset({("web", "2")})))[0] > 0.9


def test_a_hostile_name_makes_few_short_keys():
    person = replace(NURIA, given_name="x" * 10_000, family_name="y " * 5_000)
    assert len(likeness.keys(person)) < 30
    assert max(map(len, likeness.keys(person))) <= likeness.LONGEST_KEY
