"""Rules of segments: who meets them, what each removes, and what is refused."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contact_centre import phases, segments
from contact_centre.models import Case, Question, Segment
from contact_centre.segments import criteria, membership, rules, writing
from enquiries.models import Download, Enquiry, TopicInterest, Touch, Visitor
from people.models import Person, Touchpoint
from programmes.models import Topic
from tests.factories.contact_centre import CaseFactory
from tests.factories.enquiries import EnquiryFactory
from tests.factories.enrolment import ApplicationFactory, EnrolmentFactory
from tests.factories.forms import make_form
from tests.factories.people import MONDAY_9AM, ConsentFactory, PersonFactory, UserFactory
from tests.factories.sessions import SessionFactory, SessionPlaceFactory

pytestmark = pytest.mark.django_db
AT = MONDAY_9AM + timedelta(days=30)
AFTER_ENROLMENTS = AT + timedelta(days=365)


def tree(*inside, op="all"):
    return {"version": 1, "op": op, "rules": list(inside)}


def rule(code, *, turned=False, **values):
    return {"criterion": code, "values": values} | ({"not": True} if turned else {})


def met(document, at=AT):
    return set(rules.people(document, at=at))


def test_no_rules_are_everybody_we_know():
    person = PersonFactory()
    PersonFactory(erased_at=MONDAY_9AM)
    PersonFactory(merged_into=person)
    assert met({}) == {person}
    assert segments.preview({}, at=AT).total == 1


def test_all_any_none_and_not():
    catalan, spanish = PersonFactory(language="ca"), PersonFactory(language="es")
    lost = PersonFactory(language="ca", phase=Person.Phase.LOST)
    in_catalan, gone = rule("people.language", languages=["ca"]), rule("people.stage", stages=["lost"])
    assert met(tree(in_catalan, gone)) == {lost}
    assert met(tree(in_catalan, gone, op="any")) == {catalan, lost}
    assert met(tree(in_catalan, gone, op="none")) == {spanish}
    assert met(tree(in_catalan, {**gone, "not": True})) == {catalan}
    assert met(tree(in_catalan, {"op": "none", "rules": [gone]})) == {catalan}


def test_not_holds_of_those_of_whom_nothing_is_known():
    """Somebody who told no date of birth is not over thirty, as far as we know."""
    unknown, young = PersonFactory(), PersonFactory(birth_date=date(2005, 5, 5))
    PersonFactory(birth_date=date(1980, 5, 5))
    assert met(tree(rule("people.age", turned=True, least=30))) == {unknown, young}


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(1996, 2, 29), date(2027, 2, 28), 31),
        (date(1996, 2, 29), date(2027, 2, 27), 30),
        (date(1996, 2, 29), date(2028, 2, 28), 31),
        (date(1996, 2, 29), date(2028, 2, 29), 32),
        (date(1997, 3, 1), date(2028, 2, 29), 30),
    ],
)
def test_age_is_counted_in_whole_years_also_in_leap_years(born, on, years):
    person = PersonFactory(birth_date=born)
    at = AT.replace(year=on.year, month=on.month, day=on.day, hour=12)
    assert met(tree(rule("people.age", least=years, most=years)), at=at) == {person}


def test_what_was_said_last_is_the_consent():
    still, withdrawn, silent = PersonFactory(), PersonFactory(), PersonFactory()
    ConsentFactory(person=still)
    ConsentFactory(person=withdrawn)
    ConsentFactory(person=withdrawn, decision="withdrawn", at=MONDAY_9AM + timedelta(days=1))
    ask = {"purpose": "commercial", "channels": ["email"]}
    assert met(tree(rule("people.consent", answer="granted", **ask))) == {still}
    assert met(tree(rule("people.consent", answer="refused", **ask))) == {withdrawn}
    assert met(tree(rule("people.consent", answer="silent", **ask))) == {silent}


def test_cases_late_and_complaints():
    on_time = CaseFactory(answered=True)
    late = CaseFactory(answered=True, answered_at=MONDAY_9AM + timedelta(hours=30), kind=Case.Kind.COMPLAINT)
    waits = CaseFactory()
    assert met(tree(rule("contact_centre.late"))) == {late.person, waits.person}
    assert met(tree(rule("contact_centre.waits"))) == {waits.person}
    assert met(tree(rule("contact_centre.complaints", days=60))) == {late.person}
    assert met(tree(rule("contact_centre.complaints", days=7))) == set()
    assert met(tree(rule("contact_centre.cases", kinds=["enquiry"], states=["answered"]))) == {on_time.person}


def test_how_often_counts():
    often, once = PersonFactory(), CaseFactory().person
    CaseFactory.create_batch(2, person=often)
    assert met(tree(rule("contact_centre.cases", times=2))) == {often}
    assert met(tree(rule("contact_centre.cases", times=2, turned=True))) == {once}


def test_questions_asked():
    case = CaseFactory()
    Question.objects.create(case=case, topic="grants", asked_at=MONDAY_9AM, state=Question.State.OPEN)
    dropped = CaseFactory()
    Question.objects.create(case=dropped, topic="grants", asked_at=MONDAY_9AM, state=Question.State.DROPPED)
    assert met(tree(rule("contact_centre.asked", topics=["grants"]))) == {case.person}


def test_enquiries_by_programme_state_and_why_they_were_lost():
    live, lost = EnquiryFactory(), EnquiryFactory(lost=True, person=PersonFactory(email="other@example.org"))
    assert met(tree(rule("enquiries.asked", states=["received"]))) == {live.person}
    assert met(tree(rule("enquiries.lost", reasons=["budget"]))) == {lost.person}
    assert met(tree(rule("enquiries.dead", days=10))) == {live.person}


def test_what_people_did_besides_asking():
    known, guest, other = PersonFactory(), PersonFactory(), PersonFactory()
    browser = Visitor.objects.create(person=known, agreed_at=MONDAY_9AM, seen_at=MONDAY_9AM)
    visit = {"at": MONDAY_9AM, "landing": "/en/programmes/ux/"}
    Touch.objects.create(visitor=browser, kind="search", **visit)
    Touch.objects.create(person=known, visitor=browser, kind="send", **visit)
    Touch.objects.create(person=other, kind="phone", **visit)
    assert met(tree(rule("enquiries.visited"))) == {known}
    assert met(tree(rule("enquiries.visited", times=2, page="ux"))) == {known}
    assert met(tree(rule("enquiries.visited", times=3))) == set()

    session = SessionFactory(kind="open_day")
    SessionPlaceFactory(session=session, person=guest, state="attended", booked_at=MONDAY_9AM)
    SessionPlaceFactory(session=session, person=other, state="no_show", booked_at=MONDAY_9AM)
    assert met(tree(rule("enquiries.session", kinds=["open_day"], states=["attended"]))) == {guest}
    assert met(tree(rule("enquiries.session", kinds=["taster"]))) == set()

    Download.objects.create(form=make_form(), person=guest, at=MONDAY_9AM)
    assert met(tree(rule("enquiries.downloaded"))) == {guest}
    topic = Topic.objects.create(slug="work", name_ca="Feina", name_es="Trabajo", name_en="Work")
    TopicInterest.objects.create(person=other, topic=topic, said_at=MONDAY_9AM)
    assert met(tree(rule("enquiries.topics", topics=[str(topic.pk)]))) == {other}


def test_a_rule_within_a_group_within_a_group():
    asked, student = EnquiryFactory().person, EnrolmentFactory().person
    neither = PersonFactory(email="neither@example.org")
    inside = {"op": "any", "rules": [rule("enquiries.asked"), {"op": "all", "rules": [rule("enrolment.enrolled")]}]}
    assert met(tree(inside), at=AFTER_ENROLMENTS) == {asked, student}
    assert met(tree({"op": "none", "rules": [inside]}), at=AFTER_ENROLMENTS) == {neither}


def test_preview_says_what_each_rule_removes():
    for _n in range(3):
        PersonFactory(language="ca")
    PersonFactory(language="es")
    CaseFactory(person=Person.objects.filter(language="ca").first())
    document = tree(rule("people.language", languages=["ca"]), rule("contact_centre.waits"))
    seen = segments.preview(document, at=AT)
    assert (seen.known, seen.total) == (4, 1)
    assert [(step.left, step.removed, step.alone) for step in seen.steps] == [(3, 1, 3), (1, 2, 1)]
    either = segments.preview({**document, "op": "any"}, at=AT)
    assert [(step.left, step.added) for step in either.steps] == [(3, 3), (3, 0)]


def test_preview_is_one_statement_however_many_rules(django_assert_num_queries):
    PersonFactory()
    one = rules.read(tree(rule("contact_centre.waits")))
    many = rules.read(tree(*[rule("contact_centre.waits"), rule("enquiries.asked")] * 5))
    for asked in (one, many):
        with django_assert_num_queries(6):  # savepoint, limits read, raised and put back, the count, savepoint
            segments.preview(asked, at=AT)


def _crowd():
    """People who differ in everything the rules below ask."""
    if Person.objects.exists():
        return
    for n in range(24):
        phase = [Person.Phase.PROSPECT, Person.Phase.LOST][n % 2]
        person = PersonFactory(language=["ca", "es", "en"][n % 3], phase=phase, email=f"crowd{n}@example.org")
        if n % 2:
            person.birth_date = date(1970 + n, 1, 1)
            person.save(update_fields=["birth_date"])
        if n % 4 == 0:
            ConsentFactory(person=person)
        for _time in range(n % 3):
            CaseFactory(person=person)
        if n % 5 == 0:
            EnquiryFactory(person=person)


LEAVES = st.sampled_from(
    [
        rule("people.language", languages=["ca"]),
        rule("people.age", least=30),
        rule("people.stage", stages=["lost"]),
        rule("people.consent", answer="granted", purpose="commercial"),
        rule("people.consent", answer="silent", purpose="commercial"),
        rule("contact_centre.cases", times=2),
        rule("contact_centre.waits"),
        rule("contact_centre.phase", phases=["nurturing"]),
        rule("contact_centre.phase", phases=["acquisition", "loyalty"]),
        rule("enquiries.asked"),
    ]
)
ANY_LEAF = st.tuples(LEAVES, st.booleans()).map(lambda drawn: {**drawn[0], "not": drawn[1]})
TREES = st.recursive(
    ANY_LEAF,
    lambda inside: st.fixed_dictionaries(
        {"op": st.sampled_from(["all", "any", "none"]), "rules": st.lists(inside, min_size=1, max_size=3)}
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(inside=st.lists(TREES, max_size=3), op=st.sampled_from(["all", "any", "none"]))
def test_preview_counts_those_of_the_list_whatever_the_rules(inside, op):
    """Two ways to ask the database, one answer; and turning the whole round finds exactly the others."""
    _crowd()
    document = tree(*inside, op=op)
    try:
        listed = met(document)
    except rules.BadRules as refusal:
        assert "deep" in str(refusal)
        return
    seen = segments.preview(document, at=AT)
    assert seen.total == len(listed)
    for step in seen.steps:
        assert step.alone == len(met(tree(_document_of(step.rule))))
    if inside:
        others = rules.people(_around(document), at=AT) if _depth(document) < rules.DEEPEST else None
        assert others is None or set(others) == set(Person.objects.known()) - listed


def _document_of(node):
    return dict(rules._written(node))


def _around(document):
    return tree({"op": document["op"], "rules": document["rules"]}, op="none")


def _depth(node):
    return 1 + max((_depth(one) for one in node["rules"] if "rules" in one), default=0)


BAD = {
    "another version": {"version": 7, "rules": []},
    "no such criterion": tree(rule("people.shoe_size", size=42)),
    "unknown language": tree(rule("people.language", languages=["tlh"])),
    "field missing": tree(rule("people.language")),
    "words for a number": tree(rule("people.age", least="forty")),
    "the wrong way round": tree(rule("people.age", least=50, most=20)),
    "empty group": tree({"op": "any", "rules": []}),
    "unknown word": tree(op="some"),
    "not a rule": tree("DROP TABLE people_person"),
    "too deep": tree({"op": "all", "rules": [{"op": "all", "rules": [{"op": "all", "rules": [
        {"op": "all", "rules": [rule("contact_centre.waits")]}]}]}]}),
    "too many": tree(*[rule("contact_centre.waits")] * 41),
    "no tree at all": ["people.language"],
}  # fmt: skip


@pytest.mark.parametrize("document", BAD.values(), ids=BAD.keys())
def test_rules_that_cannot_be_used_are_refused_in_words(document):
    with pytest.raises(rules.BadRules) as refusal:
        rules.people(document, at=AT)
    assert all(refusal.value.faults.values())


def test_rules_survive_being_written_and_read():
    document = tree(rule("people.language", languages=["ca"]), {"op": "any", "rules": [rule("contact_centre.waits")]})
    assert rules.write(rules.read(document)) == document


def test_every_criterion_reads_people_once():
    """A join would count somebody twice; sets of ids are looked up. Each also says itself in words."""
    CaseFactory()
    for criterion in criteria.registered().values():
        values = {one.name: _filling(one) for one in criterion.fields}
        if None in values.values():
            continue  # nothing to choose from in an empty school
        condition = criterion.to_q(criterion.clean(values), AT)
        asked = Person.objects.filter(condition)
        list(asked)
        assert list(asked.query.alias_map) in ([Person._meta.db_table], []), criterion.code
        assert str(criterion.label) in criterion.words(criterion.clean(values))


def _filling(field):
    if field.kind in ("choices", "choice"):
        codes = [code for code, _label in field.choices()]
        return (codes[:1] if field.kind == "choices" else codes[0]) if codes else None
    if field.kind == "text":
        return "school"
    return "2026-01-01" if field.kind == "date" else max(field.least, 1)


def test_every_floor_registers_what_it_knows():
    floors = {code.partition(".")[0] for code in criteria.registered()}
    assert floors == {"people", "contact_centre", "enquiries", "enrolment", "tutoring", "community"}


def test_everybody_is_in_exactly_one_phase():
    ask, apply, study = EnquiryFactory(), ApplicationFactory(), EnrolmentFactory()
    alumnus = PersonFactory(phase=Person.Phase.ALUMNUS, email="alumnus@example.org")
    stranger = PersonFactory(email="stranger@example.org")
    gone = EnquiryFactory(lost=True, person=PersonFactory(email="gone@example.org"))
    history = EnquiryFactory(history=True, person=PersonFactory(email="history@example.org"))
    both = EnquiryFactory(person=study.person)
    by_phase = {phase: set(phases.people_in(phase, at=AFTER_ENROLMENTS)) for phase in phases.PHASES}
    everybody = list(Person.objects.known())
    assert sorted(person.pk for found in by_phase.values() for person in found) == sorted(one.pk for one in everybody)
    assert {stranger, gone.person, history.person} <= by_phase["acquisition"]
    assert {ask.person, apply.person} <= by_phase["nurturing"]
    assert {study.person, alumnus, both.person} <= by_phase["loyalty"]
    of_many = phases.of_many([one.pk for one in everybody], at=AFTER_ENROLMENTS)
    for person in everybody:
        assert person in by_phase[phases.of(person, at=AFTER_ENROLMENTS)]
        assert of_many[person.pk] == phases.of(person, at=AFTER_ENROLMENTS)


def test_phases_of_many_take_as_many_queries_as_of_one(django_assert_num_queries):
    people = [PersonFactory(email=f"one{n}@example.org").pk for n in range(5)]
    with django_assert_num_queries(5):
        phases.of_many(people[:1], at=AT)
    with django_assert_num_queries(5):
        phases.of_many(people, at=AT)


def _segment(document, **facts):
    saved = {"name": "Waiting people", "note": "", "is_fixed": False, "at": AT, "by": None}
    return writing.save(None, document=document, **saved | facts)


def test_a_dynamic_segment_follows_its_rules_and_a_fixed_one_stays():
    first = CaseFactory().person
    moving, fixed = (_segment(tree(rule("contact_centre.waits")), is_fixed=is_fixed) for is_fixed in (False, True))
    second = CaseFactory().person
    Case.objects.filter(person=first).update(state="closed")
    assert set(segments.people_of(moving, at=AT)) == {second}
    assert set(segments.people_of(fixed, at=AT)) == {first}
    assert (fixed.kind, fixed.counted) == (Segment.Kind.STATIC, 1)
    assert segments.holds(moving, second, at=AT)
    assert not segments.holds(moving, first, at=AT)


def test_nobody_forgotten_stays_on_a_fixed_list():
    person = CaseFactory().person
    fixed = _segment(tree(rule("contact_centre.waits")), is_fixed=True)
    Person.objects.filter(pk=person.pk).update(erased_at=AT)
    assert not segments.people_of(fixed, at=AT).exists()


def test_fixing_a_list_again_makes_it_anew():
    CaseFactory()
    fixed = _segment(tree(rule("contact_centre.waits")), is_fixed=True)
    CaseFactory()
    assert membership.fix(fixed, at=AT, by=UserFactory()) == 2
    assert membership.fix(fixed, at=AT, by=None) == 2


def test_a_segment_within_a_segment_but_not_within_itself():
    waits = CaseFactory(person=PersonFactory(language="ca")).person
    CaseFactory(person=PersonFactory(language="es", email="es@example.org"))
    inner = _segment(tree(rule("contact_centre.waits")))
    outer = _segment(
        tree(rule("contact_centre.segment", segment=str(inner.pk)), rule("people.language", languages=["ca"]))
    )
    assert set(segments.people_of(outer, at=AT)) == {waits}
    with pytest.raises(rules.BadRules):
        facts = {"name": "Inner", "note": "", "is_fixed": False, "at": AT, "by": None}
        writing.save(inner, document=tree(rule("contact_centre.segment", segment=str(outer.pk))), **facts)
    with pytest.raises(writing.SegmentInUse):
        writing.delete(inner, at=AT, by=None)
    writing.delete(outer, at=AT, by=None)
    writing.delete(inner, at=AT, by=None)


def test_a_copy_stands_for_itself():
    first = _segment(tree(rule("contact_centre.waits")))
    second = writing.copy(first, at=AT, by=None)
    assert (second.rules, second.slug != first.slug) == (first.rules, True)


def test_counts_are_a_day_old_at_most():
    segment = _segment(tree(rule("contact_centre.waits")))
    CaseFactory()
    assert writing.recount(at=AT + timedelta(hours=23)) == 0
    assert writing.recount(at=AT + timedelta(hours=25)) == 1
    segment.refresh_from_db()
    assert segment.counted == 1
    Segment.objects.update(rules=tree(rule("gone.criterion")), counted_at=None)
    assert writing.recount(at=AT + timedelta(hours=50)) == 1
    segment.refresh_from_db()
    assert segment.counted is None


def test_contact_is_what_stands_on_the_timeline():
    heard, silent = PersonFactory(), PersonFactory(email="silent@example.org")
    Touchpoint.objects.create(person=heard, at=AT - timedelta(days=3), channel="email", direction="out", kind="x.y")
    assert met(tree(rule("contact_centre.contact", days=7))) == {heard}
    assert met(tree(rule("contact_centre.contact", turned=True, days=7))) == {silent}
    assert met(tree(rule("contact_centre.contact", direction="in", days=7))) == set()


def test_enquiry_states_do_not_count_invalid_ones():
    EnquiryFactory(state=Enquiry.State.INVALID)
    assert met(tree(rule("enquiries.asked"))) == set()
