"""Guardians, relatives and payers."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from people import relatives
from people.models import Person, Relationship, Touchpoint
from people.relatives import CannotRelate, Details, Scope
from tests.factories.people import MONDAY_9AM, IdentityFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
CHILD, GROWN = date(2012, 5, 20), date(1990, 5, 20)
COMES_OF_AGE = MONDAY_9AM.replace(year=2030, month=5, day=20)
ALL = {"is_guardian": True, "gets_reports": True, "gets_invoices": True, "is_payer": True}
FLAGS = st.fixed_dictionaries(dict.fromkeys(ALL, st.booleans()))


def _note(person, relative, *, at=MONDAY_9AM, kind="mother", source="call", **more):
    return relatives.note(person, relative=relative, kind=kind, at=at, source=source, **more)


def test_mother_of_a_minor_decides_receives_and_pays_until_the_relation_ends():
    child, mother = PersonFactory(birth_date=CHILD), PersonFactory(birth_date=GROWN)
    later = MONDAY_9AM + timedelta(days=30)
    made = _note(child, mother, **ALL)
    assert relatives.guardians_of(child, MONDAY_9AM) == [mother]
    assert relatives.receives(child, "reports", MONDAY_9AM) == [mother]
    assert relatives.receives(child, "invoices", MONDAY_9AM) == [mother]
    assert relatives.payer_of(child, MONDAY_9AM) == mother
    assert relatives.dependants_paid_by(mother, MONDAY_9AM) == [child]
    relatives.end(made, by=None, at=later)
    relatives.end(made, by=None, at=later + timedelta(days=1))
    assert relatives.guardians_of(child, later) == relatives.receives(child, "reports", later) == []
    assert relatives.payer_of(child, later) == child
    assert relatives.guardians_of(child, later - timedelta(seconds=1)) == [mother]
    kinds = Touchpoint.objects.filter(person=child).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["people.relative_noted", "people.relative_ended"]


def test_what_parents_received_ends_on_the_eighteenth_birthday_by_itself():
    child, mother = PersonFactory(birth_date=CHILD), PersonFactory()
    _note(child, mother, proof="family book", **ALL)
    before = COMES_OF_AGE - timedelta(days=1)
    assert relatives.receives(child, "reports", before) == [mother]
    assert relatives.receives(child, "reports", COMES_OF_AGE) == []
    assert relatives.guardians_of(child, COMES_OF_AGE) == []
    assert relatives.payer_of(child, COMES_OF_AGE) == child


def test_adult_allows_their_employer_to_pay_with_a_proof_and_not_without():
    student, firm = PersonFactory(birth_date=GROWN), PersonFactory(given_name="Tallers Roig")
    with pytest.raises(CannotRelate, match="of age"):
        _note(student, firm, kind="employer", is_payer=True, gets_invoices=True)
    _note(student, firm, kind="employer", is_payer=True, gets_invoices=True, proof="signed form of 1 March")
    assert relatives.payer_of(student, MONDAY_9AM) == firm
    assert relatives.receives(student, "invoices", MONDAY_9AM) == [firm]
    assert relatives.receives(student, "reports", MONDAY_9AM) == []


def test_relation_without_scope_needs_no_proof_and_gives_nothing():
    student, partner = PersonFactory(birth_date=GROWN), PersonFactory()
    _note(student, partner, kind="partner")
    assert relatives.receives(student, "reports", MONDAY_9AM) == []


def test_new_relative_is_found_by_address_or_made():
    child = PersonFactory(birth_date=CHILD)
    mother = PersonFactory(email="mare@example.org")
    assert _note(child, Details(email="MARE@example.org")).relative == mother
    father = _note(child, Details(email="pare@example.org", given_name="Pau"), kind="father").relative
    assert father.name == "Pau"
    assert father.source == "call"


@pytest.mark.parametrize("case", ["oneself", "minor", "cycle", "longer cycle", "twice", "second payer", "erased"])
def test_impossible_relations_are_refused_and_nothing_is_written(case):
    child, other, third = PersonFactory(birth_date=CHILD), PersonFactory(), PersonFactory()
    tried = {"person": child, "relative": other, **ALL}
    if case == "oneself":
        tried["relative"] = child
    elif case == "minor":
        tried |= {"person": PersonFactory(birth_date=CHILD), "relative": child, "is_payer": False}
    elif case == "cycle":
        _note(other, third, is_guardian=True, proof="court")
        tried |= {"person": third, "relative": other, "proof": "court"}
    elif case == "longer cycle":
        _note(child, other, is_guardian=True)
        Person.objects.filter(pk=child.pk).update(birth_date=None)
        _note(other, third, is_guardian=True, proof="court")
        child.refresh_from_db()
        tried |= {"person": third, "relative": child, "proof": "court"}
    elif case == "twice":
        _note(child, other)
    elif case == "second payer":
        _note(child, third, is_payer=True)
    else:
        other.erased_at = MONDAY_9AM
        other.save()
    before = Relationship.objects.count()
    with pytest.raises(CannotRelate) as refusal:
        _note(tried.pop("person"), tried.pop("relative"), **tried)
    assert refusal.value.why
    assert Relationship.objects.count() == before


def test_wider_scope_of_an_adult_needs_a_new_proof_and_a_narrower_one_does_not():
    student, father = PersonFactory(birth_date=GROWN), PersonFactory()
    first = _note(student, father, kind="father", gets_invoices=True, proof="mail of 1 March")
    later = MONDAY_9AM + timedelta(days=1)
    wide, narrow = Scope(gets_invoices=True, gets_reports=True), Scope(gets_reports=True)
    with pytest.raises(CannotRelate):
        relatives.change_scope(first, scope=wide, by=None, at=later, source="call")
    second = relatives.change_scope(first, scope=wide, by=None, at=later, source="call", proof="mail of 2 March")
    third = relatives.change_scope(second, scope=narrow, by=None, at=later + timedelta(days=1), source="call")
    assert third.proof == "mail of 2 March"
    assert relatives.receives(student, "reports", MONDAY_9AM) == []  # what was then stays as it was
    assert relatives.receives(student, "reports", later) == [father]
    assert relatives.receives(student, "invoices", later + timedelta(days=1)) == []
    with pytest.raises(CannotRelate):
        relatives.change_scope(first, scope=wide, by=None, at=later, source="call", proof="x")


def test_change_to_the_same_scope_changes_nothing():
    child, mother = PersonFactory(birth_date=CHILD), PersonFactory()
    made = _note(child, mother, gets_reports=True)
    assert relatives.change_scope(made, scope=Scope(gets_reports=True), by=None, at=MONDAY_9AM, source="call") == made
    assert Relationship.objects.count() == 1


def test_consent_of_a_child_is_said_by_a_guardian_and_by_nobody_else():
    child, mother, aunt = PersonFactory(birth_date=date(2013, 1, 1)), PersonFactory(), PersonFactory()
    _note(child, mother, is_guardian=True)
    _note(child, aunt, kind="relative", gets_reports=True)
    assert not relatives.may_grant(child, MONDAY_9AM)
    assert relatives.may_grant(child, MONDAY_9AM, said_by=mother)
    assert not relatives.may_grant(child, MONDAY_9AM, said_by=aunt)
    assert relatives.may_grant(PersonFactory(birth_date=date(2012, 3, 2)), MONDAY_9AM)


def test_export_shows_both_directions():
    child, mother = PersonFactory(birth_date=CHILD), PersonFactory(given_name="Rosa", family_name="Serra")
    _note(child, mother, is_guardian=True, by=UserFactory())
    assert relatives.export(child)["relatives"][0]["name"] == "Rosa Serra"
    assert relatives.export(mother)["stands_by"][0] == {
        "name": child.name,
        "kind": "mother",
        "is_guardian": True,
        "gets_reports": False,
        "gets_invoices": False,
        "is_payer": False,
        "since": MONDAY_9AM,
        "until": None,
        "source": "call",
        "proof": "",
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    birth_date=st.one_of(st.none(), st.dates(date(2004, 1, 1), date(2016, 12, 31))),
    scopes=st.lists(st.tuples(FLAGS, st.booleans(), st.integers(-900, 900), st.integers(0, 900)), max_size=4),
    asked=st.integers(-1000, 2000),
)
def test_nobody_without_scope_ever_receives(birth_date, scopes, asked):
    person = PersonFactory(birth_date=birth_date, email="")
    at = MONDAY_9AM + timedelta(days=asked)
    allowed = {"gets_reports": set(), "gets_invoices": set(), "is_guardian": set(), "is_payer": set()}
    is_minor = relatives.is_minor(person, at)
    for flags, has_proof, begins, lasts in scopes:
        relative = PersonFactory(email="")
        since = MONDAY_9AM + timedelta(days=begins)
        row = Relationship.objects.create(
            person=person,
            relative=relative,
            kind="other",
            since=since,
            until=since + timedelta(days=lasts) if lasts % 2 else None,
            source="x",
            proof="said so" if has_proof else "",
            **flags,
        )
        stands = row.since <= at and (row.until is None or at < row.until)
        for flag, is_given in flags.items():
            if is_given and stands and (has_proof or is_minor):
                allowed[flag].add(relative.pk)
    assert {one.pk for one in relatives.receives(person, "reports", at)} <= allowed["gets_reports"]
    assert {one.pk for one in relatives.receives(person, "invoices", at)} <= allowed["gets_invoices"]
    assert {one.pk for one in relatives.guardians_of(person, at)} <= allowed["is_guardian"]
    assert relatives.payer_of(person, at).pk in allowed["is_payer"] | {person.pk}
    Person.objects.filter(pk__in=[*person.relatives.values_list("relative", flat=True), person.pk]).delete()


def test_reading_who_receives_costs_one_query_however_many_relatives(django_assert_num_queries):
    child = PersonFactory(birth_date=CHILD)
    for _one in range(4):
        _note(child, IdentityFactory().person, kind="relative", gets_reports=True)
    with django_assert_num_queries(1):
        assert len(relatives.receives(child, "reports", MONDAY_9AM)) == 4
