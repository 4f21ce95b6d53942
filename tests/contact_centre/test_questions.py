from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail import hooks

from contact_centre import answering, calls, queue
from contact_centre.clocks import calendars, dues, recomputing
from contact_centre.models import Case, CaseEvent, Question, WorkingCalendar
from contact_centre.questions import asked, learning, reports, topics
from contact_centre.questions.suggesting import suggest
from people.contact import outbox
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory

database = [pytest.mark.database, pytest.mark.django_db]
TEN, ELEVEN = MONDAY_9AM + timedelta(hours=1), MONDAY_9AM + timedelta(hours=2)


def topics_of(text, **known):
    return [one.topic for one in suggest(text, **known)]


# --- What a text asks


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Quin preu té el curs? I quan comença?", ["price", "dates"]),
        ("Hola, ¿cuánto cuesta? ¿Hay becas?", ["price", "grants"]),
        ("How much is it, and can I pay by instalments?", ["price", "payment"]),
        ("Es pot fer en línia? Treballo als matins.", ["modality", "timetable"]),
        ("¿El título está homologado?", ["recognition"]),
        ("What documents do you need? My passport is being renewed.", ["documents"]),
        ("On esteu? Com arribar-hi amb metro?", ["place"]),
        ("In which language is it taught?", ["language"]),
        ("Com m’inscric?", ["how_to_apply"]),
        ("Quins requisits hi ha?", ["requirements"]),
        ("Feu pràctiques en empreses?", ["jobs"]),
        ("Bon dia, voldria parlar amb algú.", ["other"]),
        ("", []),
        ("   \n\n ", []),
    ],
)
def test_rules_read_three_languages(text, found):
    assert topics_of(text) == found


def test_a_question_is_suggested_with_the_sentence_it_stands_in():
    (one,) = suggest("Hola!\nEm dic Pau. ¿Cuánto cuesta el máster? Gràcies.")

    assert (one.topic, one.words, one.stage) == ("price", "¿Cuánto cuesta el máster?", "rules")


def test_addresses_and_odd_signs_ask_nothing():
    assert topics_of("preu@example.org https://example.org/dates \x00") == ["other"]
    assert topics_of("?" * 50_000) == []


def test_sentences_the_rules_cannot_read_go_to_what_was_learned():
    def learned(sentences):
        return [("grants", 0.8) if "almoina" in one else ("", 0.1) for one in sentences]

    found = suggest("Quin preu té? Puc demanar una almoina?", learned=learned)

    assert [(one.topic, one.stage) for one in found] == [("price", "rules"), ("grants", "learned")]


def test_learning_tells_topics_apart():
    examples = [(f"Puc portar el meu gos a classe, la setmana {n}?", "place") for n in range(20)]
    examples += [(f"Hi haurà un armari per a mi el curs {n}?", "other") for n in range(20)]
    read = learning.learn(examples)

    assert [topic for topic, _chance in read(["Puc portar el gos?", "Hi ha un armari per a la bata?"])] == [
        "place",
        "other",
    ]


def test_nothing_is_learned_from_one_topic_alone():
    assert learning.learn([("Quin preu té?", "price")] * 50) is None


def test_a_floor_may_add_a_topic():
    with hooks.register_temporarily("register_question_topics", lambda: {"dogs": "Dogs"}):
        assert topics.named()["dogs"] == "Dogs"
        assert list(topics.named())[-1] == "other"


# --- What stops the clock: every happening on a case


@pytest.fixture
def adviser():
    return UserFactory(role="Adviser")


def held_case(adviser, question="Quin preu té? Quan comença?"):
    return queue.open_case(PersonFactory(), kind="enquiry", at=MONDAY_9AM, question=question, adviser=adviser)


def write(case, adviser, **decisions):
    return answering.answer(case, by=adviser, at=TEN, subject="El curs", body="Costa 900 €.", questions=decisions)


def acknowledge(case, adviser):
    words = {"subject": "Rebut", "body": "Ja us direm.", "language": "ca"}
    outbox.queue(case.person, purpose="enquiry", key=f"ack:{case.pk}", at=TEN, about=case, **words)


def move_the_calendar(case, adviser):
    calendar = calendars.keep(WorkingCalendar(name="School", is_default=True), rows=[], by=adviser, at=TEN)
    recomputing.follow(calendar, at=TEN)


K = CaseEvent.Kind
HAPPENINGS = {
    "a call that rang out": (lambda c, a: calls.log_call(c, by=a, at=TEN, outcome="no_answer"), K.CALLED, False),
    "a message on the answering machine": (
        lambda c, a: calls.log_call(c, by=a, at=TEN, outcome="voicemail"), K.CALLED, False
    ),
    "a busy line": (lambda c, a: calls.log_call(c, by=a, at=TEN, outcome="busy"), K.CALLED, False),
    "an automatic reply": (acknowledge, None, False),
    "a note": (lambda c, a: queue.write_event(c, K.NOTED, at=TEN, by=a, note="Nice"), K.NOTED, False),
    "their own letter": (lambda c, a: dues.they_wrote(c, at=TEN), K.THEY_WROTE, False),
    "waiting for them": (lambda c, a: dues.waiting_for_them(c, by=a, at=TEN), K.WAITING, False),
    "a nudge": (lambda c, a: queue.nudge(c, at=TEN), K.NUDGED, False),
    "being put back": (lambda c, a: queue.put_back(c, by=a, at=TEN), K.RETURNED, False),
    "being given to somebody": (lambda c, a: queue.assign([c], to=UserFactory(), by=a, at=TEN), K.ASSIGNED, False),
    "a question marked answered": (lambda c, a: asked.put(c, "price", "answered", by=a, at=TEN), K.QUESTIONS, False),
    "another calendar": (move_the_calendar, K.DUE_CHANGED, False),
    "a letter that leaves a question open": (
        lambda c, a: write(c, a, price="answered", dates="open"), K.REPLIED, False
    ),
    "a letter that answers all": (lambda c, a: write(c, a, price="answered", dates="answered"), K.ANSWERED, True),
    "a letter where the rest was not asked": (
        lambda c, a: write(c, a, price="answered", dates="dropped"), K.ANSWERED, True
    ),
    "a conversation": (lambda c, a: calls.log_call(c, by=a, at=TEN, outcome="reached"), K.ANSWERED, True),
}  # fmt: skip


@pytest.mark.database
@pytest.mark.django_db
@pytest.mark.parametrize("happening", HAPPENINGS)
def test_what_stops_the_clock(happening, adviser):
    act, kind, stops = HAPPENINGS[happening]
    case = held_case(adviser)

    act(case, adviser)

    after = Case.objects.get(pk=case.pk)
    assert (after.answered_at is not None) == stops
    assert (after in Case.objects.overdue(at=after.answer_due_at)) != stops
    if kind:
        assert kind in case.events.values_list("kind", flat=True)


@pytest.mark.database
@pytest.mark.django_db
@pytest.mark.parametrize("kind", [kind for kind in K if kind != K.ANSWERED])
def test_no_event_but_an_answer_ends_what_is_owed(kind, adviser):
    case = held_case(adviser)

    queue.write_event(case, kind, at=TEN)

    assert case in Case.objects.unanswered()


class TestQuestionsOfACase:
    pytestmark = database

    def test_nobody_waits_for_the_reading_of_a_new_case(self, adviser):
        case = held_case(adviser)

        assert not Question.objects.exists()
        assert [question.topic for question in asked.of(case)] == ["price", "dates"]

    def test_the_sweep_reads_each_new_case_once(self, adviser):
        case, other = (
            held_case(adviser),
            queue.open_case(PersonFactory(), kind="payment", at=MONDAY_9AM, question="Preu?"),
        )
        closed = CaseFactory(closed=True, question="Quin preu té?")

        assert (asked.read_new_cases(at=TEN), asked.read_new_cases(at=TEN)) == (1, 0)

        assert set(case.questions.values_list("topic", "state")) == {("price", "suggested"), ("dates", "suggested")}
        assert not Question.objects.filter(case__in=[other, closed]).exists()

    def test_reading_many_costs_a_fixed_number_of_statements(self, adviser):
        def reading(count):
            for _case in range(count):
                held_case(adviser)
            with CaptureQueriesContext(connection) as statements:
                assert asked.read_new_cases(at=TEN) == count
            return len(statements)

        assert reading(1) == reading(6)

    def test_a_confirmed_question_holds_the_clock_until_it_is_answered(self, adviser):
        case = held_case(adviser, question="Quin preu té?")
        asked.put(case, "grants", "open", by=adviser, at=MONDAY_9AM)

        write(case, adviser, price="answered")
        first = Case.objects.get(pk=case.pk)
        answering.answer(case, by=adviser, at=ELEVEN, subject="Beques", body="Sí.", questions={"grants": "answered"})
        second = Case.objects.get(pk=case.pk)

        assert (first.answered_at, first.state) == (None, "in_hand")
        assert (second.answered_at, second.state) == (ELEVEN, "answered")
        assert [event.kind for event in case.events.order_by("pk") if event.kind in ("replied", "answered")] == [
            "replied",
            "answered",
        ]
        assert case.events.get(kind="replied").data == {"left_open": 1}

    def test_after_a_conversation_nothing_confirmed_stays_open(self, adviser):
        case = held_case(adviser)
        asked.put(case, "price", "open", by=adviser, at=MONDAY_9AM)

        calls.log_call(case, by=adviser, at=TEN, outcome="reached")

        assert dict(case.questions.values_list("topic", "state")) == {"price": "answered", "dates": "suggested"}

    def test_listeners_hear_of_an_answer_and_not_of_a_reply(self, adviser):
        case, heard = held_case(adviser), []

        with hooks.register_temporarily("after_case_answered", lambda **facts: heard.append(facts["case"])):
            write(case, adviser, price="answered", dates="open")
            assert heard == []
            answering.answer(
                case, by=adviser, at=ELEVEN, subject="Dates", body="Al maig.", questions={"dates": "answered"}
            )

        assert heard == [case]

    def test_marking_a_question_twice_changes_it_once(self, adviser):
        case = held_case(adviser)

        for _twice in range(2):
            asked.put(case, "price", "dropped", by=adviser, at=TEN)

        assert case.events.filter(kind="questions").count() == 1
        assert case.questions.get(topic="price").by == adviser

    def test_a_topic_nobody_knows_is_refused(self, adviser):
        with pytest.raises(asked.NoSuchTopic):
            asked.put(held_case(adviser), "horoscope", "open", by=adviser, at=TEN)

    def test_only_whoever_holds_the_case_decides(self, adviser):
        with pytest.raises(queue.NotYours):
            asked.put(CaseFactory(in_hand=True), "price", "open", by=adviser, at=TEN)
        with pytest.raises(queue.CaseClosed):
            asked.put(CaseFactory(closed=True), "price", "open", by=adviser, at=TEN)

    def test_a_further_letter_may_ask_for_more_and_again(self, adviser):
        case = held_case(adviser, question="Quin preu té?")
        write(case, adviser, price="answered")

        asked.heard(case, "I quin preu té per als antics alumnes? Hi ha beques?", at=ELEVEN)

        assert dict(case.questions.values_list("topic", "state")) == {"price": "suggested", "grants": "suggested"}
        assert case.events.filter(kind="questions", data__again=["price"]).exists()

    def test_the_map_counts_by_programme_and_what_was_asked_twice(self, adviser):
        programme, person = ProgrammeFactory(), PersonFactory()
        for at in (MONDAY_9AM, ELEVEN):
            case = queue.open_case(
                person, kind="enquiry", at=at, question="Quin preu té?", programme=programme, adviser=adviser
            )
            answering.answer(
                case,
                by=adviser,
                at=at + timedelta(minutes=1),
                subject="Preu",
                body=f"{at}",
                questions={"price": "answered"},
            )
        other = held_case(adviser, question="Quan comença?")
        asked.put(other, "dates", "open", by=adviser, at=TEN)
        dropped = held_case(adviser, question="Quin preu té?")
        asked.put(dropped, "price", "dropped", by=adviser, at=TEN)

        report = reports.by_programme(at=ELEVEN + timedelta(hours=1), days=30)

        assert [(title, [cell.count for cell in cells], total) for title, cells, total in report.rows] == [
            (programme.title, [2, 0], 2),
            (report.rows[1][0], [0, 1], 1),
        ]
        assert (report.total, report.still_open, report.repeated, report.repeated_share) == (
            3,
            1,
            1,
            pytest.approx(1 / 3),
        )
