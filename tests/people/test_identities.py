"""One human, one row."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from people.identity import identities, names
from people.models import Identity, Person
from tests.factories.people import MONDAY_9AM, PersonFactory

pytestmark = pytest.mark.database

INVISIBLE = "\u200b\u200d\u202e\u2066\ufeff\x00\x07"


def match(**given):
    return identities.match_or_create(at=MONDAY_9AM, **given)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Núria.Puig@Example.ORG ".replace("ú", "u"), "nuria.puig@example.org"),
        ("mailto:a@b.org", "a@b.org"),
        ("<a@b.org>", "a@b.org"),
        ("a@münchen.de", "a@xn--mnchen-3ya.de"),
        ("a\u200b@b\ufeff.org", "a@b.org"),
    ],
)
def test_email_is_kept_in_one_form(typed, kept):
    assert identities.normalise_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "nobody",
        "a@",
        "@b.org",
        "a b@c.org",
        "а@b.org",  # a Cyrillic letter that looks like ours
        "\u212aelvin@b.org",  # the Kelvin sign, whose lower case is an ordinary k
        "a@[127.0.0.1]",
        "a@b..org",
        "x" * 250 + "@b.org",
        "x" * 10_000 + "@b.org",
        "a@b.org\nbcc:c@d.org",
    ],
)
def test_what_is_no_email_is_refused(typed):
    with pytest.raises(identities.BadIdentity) as refusal:
        identities.normalise_email(typed)
    assert refusal.value.kind == "email"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("612 34 56 78", "+34612345678"),
        ("0034 612-345-678", "+34612345678"),
        ("+44 20 7946 0958", "+442079460958"),
        ("٦١٢٣٤٥٦٧٨", "+34612345678"),
        ("93 123 45 67 ext. 12", "+34931234567;ext=12"),
    ],
)
def test_phone_is_kept_in_one_form(typed, kept):
    assert identities.normalise_phone(typed) == kept


@pytest.mark.parametrize("typed", ["", "12", "600", "abc", "+34 1", "6" * 10_000])
def test_what_is_no_phone_is_refused(typed):
    with pytest.raises(identities.BadIdentity) as refusal:
        identities.normalise_phone(typed)
    assert refusal.value.kind == "phone"


@given(st.text(max_size=60) | st.emails())
def test_normalising_an_email_twice_changes_nothing(text):
    try:
        once = identities.normalise_email(text)
    except identities.BadIdentity:
        return
    assert identities.normalise_email(once) == once
    assert once.isascii()
    assert once == once.lower()


@given(st.text(max_size=40) | st.from_regex(r"(\+|00)?[0-9 ()-]{6,15}", fullmatch=True))
def test_normalising_a_phone_twice_changes_nothing(text):
    try:
        once = identities.normalise_phone(text)
    except identities.BadIdentity:
        return
    assert identities.normalise_phone(once) == once


@given(st.text(max_size=400))
def test_cleaning_a_name_twice_changes_nothing_and_leaves_nothing_unseen(text):
    once = names.clean(text)
    assert names.clean(once) == once
    assert len(once) <= names.LONGEST
    assert once.isprintable()


def test_name_loses_what_cannot_be_seen_and_what_is_too_much():
    assert names.clean(f"  Nú{INVISIBLE}ria\n\tPuig ") == "Núria Puig"
    assert len(names.clean("ñ" * 10_000)) == names.LONGEST


@pytest.mark.django_db
class TestMatching:
    def test_new_person_is_made_with_what_was_given(self):
        person, is_new = match(email="N@Example.org", phone="612345678", given_name="Núria", source="web")
        assert is_new
        assert set(person.identities.values_list("kind", "value")) == {
            ("email", "n@example.org"),
            ("phone", "+34612345678"),
        }

    @pytest.mark.parametrize(
        "given",
        [
            {"email": "N@EXAMPLE.org"},
            {"phone": "0034612345678"},
            {"external_id": "L-7", "issuer": "fair"},
            {"email": "other@example.org", "external_id": "L-7", "issuer": "fair"},
        ],
    )
    def test_any_known_identity_leads_to_the_same_person(self, given):
        person, _new = match(email="n@example.org", phone="612345678", external_id="L-7", issuer="fair")
        assert match(**given) == (person, False)

    def test_id_of_another_issuer_is_another_person(self):
        first, _new = match(external_id="L-7", issuer="fair")
        assert match(external_id="L-7", issuer="web")[0] != first

    def test_nothing_known_is_overwritten_and_what_was_missing_is_added(self):
        match(email="n@example.org", given_name="Núria")
        person, _new = match(email="n@example.org", phone="612345678", given_name="NURIA", country="ES")
        person.refresh_from_db()
        assert (person.given_name, person.country, person.identities.count()) == ("Núria", "ES", 2)

    def test_two_known_persons_stay_two(self):
        first, _new = match(email="n@example.org")
        second, _new = match(phone="612345678")
        assert match(email="n@example.org", phone="612345678") == (first, False)
        assert second.identities.get().value == "+34612345678"

    def test_family_telephone_does_not_make_two_people_one(self):
        mother, _new = match(email="mother@example.org", phone="612345678")
        daughter, is_new = match(email="daughter@example.org", phone="612345678")
        assert is_new
        assert daughter != mother

    def test_address_beside_a_known_number_opens_no_door(self):
        person, _new = match(phone="612345678")
        assert match(phone="612345678", email="x@example.org") == (person, False)
        assert not person.identities.get(kind="email").may_sign_in

    def test_nobody_is_made_without_an_identity(self):
        with pytest.raises(identities.BadIdentity):
            match(given_name="Núria")
        assert not Person.objects.exists()

    def test_new_person_takes_at_most_six_queries_and_a_known_one_three(self):
        facts = {"email": "n@example.org", "phone": "612345678", "external_id": "1", "given_name": "N", "country": "ES"}
        with CaptureQueriesContext(connection) as new:
            match(**facts)
        assert len(new) <= 6
        with CaptureQueriesContext(connection) as known:
            match(**facts)
        assert len(known) <= 3
        Identity.objects.exclude(kind="email").delete()
        Person.objects.update(given_name="", country="")
        with CaptureQueriesContext(connection) as known_with_news:
            match(**facts)
        assert len(known_with_news) <= 3

    @pytest.mark.parametrize("typed", ["nuria", "PUIG", "serra núria", "nuria@ex", "612 345", "345678", "Nú\u200bria"])
    def test_staff_find_a_person_however_they_type(self, typed):
        person = PersonFactory(email="nuria@example.org", phone="+34612345678")
        PersonFactory(given_name="Joan", family_name="Roca", email="joan@example.org")
        assert identities.find(typed) == [person]

    def test_adding_an_identity_of_somebody_else_is_refused(self):
        PersonFactory(email="nuria@example.org")
        with pytest.raises(identities.IdentityTaken):
            identities.add(PersonFactory(), "email", "Nuria@example.org", at=MONDAY_9AM, source="desk")
