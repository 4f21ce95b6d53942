from datetime import timedelta

import pytest
from wagtail.models import ModelLogEntry

from contact_centre import answering, calls, queue
from contact_centre.assignment import escalation
from contact_centre.models import Case, CaseEvent, DeskSettings
from contact_centre.tasks import sweep_desk
from people.contact import outbox
from people.models import OutgoingMessage, Touchpoint
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]
TEN = MONDAY_9AM + timedelta(hours=1)
NEXT_DAY = MONDAY_9AM + timedelta(hours=25)


def events_of(case):
    return list(case.events.order_by("pk").values_list("kind", flat=True))


def reread(case):
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def adviser():
    return UserFactory(role="Adviser")


@pytest.fixture
def lead():
    return UserFactory(role="Contact-centre lead")


# --- Opening


def test_an_opened_case_is_due_as_the_desk_promises():
    case = queue.open_case(PersonFactory(), kind="enquiry", at=MONDAY_9AM, question="How much?")

    assert (case.state, case.answer_due_at) == (Case.State.WAITING, MONDAY_9AM + timedelta(hours=24))
    assert events_of(case) == ["opened"]


def test_the_school_may_promise_something_else(db):
    from wagtail.models import Site

    site = Site.objects.filter(is_default_site=True).first()
    DeskSettings.objects.create(site=site, answer_within_hours=8)

    case = queue.open_case(PersonFactory(), kind="enquiry", at=MONDAY_9AM)

    assert case.answer_due_at == MONDAY_9AM + timedelta(hours=8)


def test_one_case_per_subject_and_kind():
    person, subject = PersonFactory(), PersonFactory()

    first = queue.open_case(person, kind="enquiry", at=MONDAY_9AM, about=subject)
    again = queue.open_case(person, kind="enquiry", at=TEN, about=subject)
    other = queue.open_case(person, kind="payment", at=TEN, about=subject)

    assert first == again
    assert other != first
    assert CaseEvent.objects.count() == 2


def test_a_case_opened_for_an_adviser_is_in_their_hands(adviser):
    case = queue.open_case(PersonFactory(), kind="follow_up", at=MONDAY_9AM, adviser=adviser)

    assert (case.state, case.adviser, case.taken_at) == (Case.State.IN_HAND, adviser, MONDAY_9AM)


# --- The table of moves

ACTS = {
    "take": lambda case, by: queue.take(case, by=by, at=TEN),
    "put_back": lambda case, by: queue.put_back(case, by=by, at=TEN),
    "close": lambda case, by: queue.close(case, by=by, at=TEN),
    "reopen": lambda case, by: queue.reopen(case, by=by, at=TEN),
    "answer": lambda case, by: answering.answer(case, by=by, at=TEN, subject="Dates", body="In May."),
    "reached": lambda case, by: calls.log_call(case, by=by, at=TEN, outcome="reached"),
    "no_answer": lambda case, by: calls.log_call(case, by=by, at=TEN, outcome="no_answer"),
}
CLOSED, NOT_YOURS, TAKEN = queue.CaseClosed, queue.NotYours, queue.CaseAlreadyTaken
OUTCOMES = [
    ("take", "waiting", "in_hand"),
    ("take", "mine", "in_hand"),
    ("take", "theirs", TAKEN),
    ("take", "answered", "answered"),
    ("take", "closed", CLOSED),
    ("put_back", "waiting", "waiting"),
    ("put_back", "mine", "waiting"),
    ("put_back", "theirs", NOT_YOURS),
    ("put_back", "answered", CLOSED),
    ("put_back", "closed", CLOSED),
    ("close", "waiting", "closed"),
    ("close", "mine", "closed"),
    ("close", "theirs", NOT_YOURS),
    ("close", "answered", "closed"),
    ("close", "closed", "closed"),
    ("reopen", "waiting", "waiting"),
    ("reopen", "mine", "in_hand"),
    ("reopen", "theirs", "in_hand"),
    ("reopen", "answered", "in_hand"),
    ("reopen", "closed", "in_hand"),
    ("answer", "waiting", NOT_YOURS),
    ("answer", "mine", "answered"),
    ("answer", "theirs", NOT_YOURS),
    ("answer", "answered", "answered"),
    ("answer", "closed", CLOSED),
    ("reached", "waiting", NOT_YOURS),
    ("reached", "mine", "answered"),
    ("reached", "theirs", NOT_YOURS),
    ("reached", "answered", "answered"),
    ("reached", "closed", CLOSED),
    ("no_answer", "waiting", NOT_YOURS),
    ("no_answer", "mine", "in_hand"),
    ("no_answer", "theirs", NOT_YOURS),
    ("no_answer", "answered", "answered"),
    ("no_answer", "closed", CLOSED),
]


@pytest.mark.parametrize(("act", "start", "outcome"), OUTCOMES)
def test_every_act_on_every_state(act, start, outcome, adviser):
    case = {
        "waiting": lambda: CaseFactory(),
        "mine": lambda: CaseFactory(in_hand=True, adviser=adviser),
        "theirs": lambda: CaseFactory(in_hand=True),
        "answered": lambda: CaseFactory(answered=True, adviser=adviser),
        "closed": lambda: CaseFactory(closed=True),
    }[start]()
    before = reread(case)

    if isinstance(outcome, str):
        ACTS[act](case, adviser)
        assert reread(case).state == outcome
    else:
        with pytest.raises(outcome):
            ACTS[act](case, adviser)
        after = reread(case)
        assert (after.state, after.adviser_id, after.answered_at) == (
            before.state,
            before.adviser_id,
            before.answered_at,
        )
        assert (events_of(case), OutgoingMessage.objects.count(), Touchpoint.objects.count()) == ([], 0, 0)


def test_no_state_leads_where_the_table_does_not():
    for start in Case.State:
        for end in set(Case.State) - Case.MOVES[start]:
            with pytest.raises(ValueError, match="cannot go"):
                queue.move(Case(state=start), end)


# --- Taking, giving, ending


def test_putting_back_keeps_the_deadline(adviser):
    case = CaseFactory(in_hand=True, adviser=adviser)

    queue.put_back(case, by=adviser, at=TEN)

    after = reread(case)
    assert (after.adviser, after.taken_at, after.answer_due_at) == (None, None, case.answer_due_at)
    assert events_of(case) == ["returned"]


def test_a_lead_may_put_back_and_close_what_others_hold(lead):
    held, other = CaseFactory(in_hand=True), CaseFactory(in_hand=True)

    queue.put_back(held, by=lead, at=TEN)
    queue.close(other, by=lead, at=TEN, note="Twice the same")

    assert (reread(held).state, reread(other).state) == ("waiting", "closed")
    assert other.events.get().note == "Twice the same"


def test_giving_cases_leaves_closed_ones_and_those_already_theirs(adviser, lead):
    waiting, held, theirs, closed = (
        CaseFactory(),
        CaseFactory(in_hand=True),
        CaseFactory(in_hand=True, adviser=adviser),
        CaseFactory(closed=True),
    )

    assert queue.assign(Case.objects.all(), to=adviser, by=lead, at=TEN) == 2
    assert queue.assign(Case.objects.all(), to=adviser, by=lead, at=TEN) == 0

    assert [reread(case).adviser_id for case in (waiting, held, theirs, closed)] == [adviser.pk] * 3 + [None]
    assert (reread(waiting).state, events_of(waiting), events_of(theirs)) == ("in_hand", ["assigned"], [])
    assert ModelLogEntry.objects.filter(action="contact_centre.assign", user=lead).count() == 2


def test_the_most_urgent_is_claimed_first(adviser):
    later = CaseFactory(opened_at=TEN)
    overdue = CaseFactory(opened_at=MONDAY_9AM - timedelta(days=2))
    urgent = CaseFactory(opened_at=TEN, priority=queue.HIGH)
    CaseFactory(in_hand=True, opened_at=MONDAY_9AM - timedelta(days=9))

    claimed = [queue.claim_next(by=adviser, at=TEN) for _ in range(4)]

    assert claimed == [urgent, overdue, later, None]


def test_reopening_starts_a_new_clock(adviser):
    case = CaseFactory(answered=True, escalated_at=MONDAY_9AM)

    queue.reopen(case, by=adviser, at=NEXT_DAY)

    after = reread(case)
    assert (after.answered_at, after.escalated_at) == (None, None)
    assert after.answer_due_at == NEXT_DAY + timedelta(hours=24)


# --- Nudges and escalation


def test_asking_again_raises_the_case_once_an_hour():
    case = CaseFactory()

    queue.nudge(case, at=TEN)
    queue.nudge(case, at=TEN + timedelta(minutes=30))

    assert (reread(case).priority, reread(case).nudged_at, events_of(case)) == (queue.HIGH, TEN, ["nudged"])


@pytest.mark.parametrize("state", ["answered", "closed"])
def test_asking_again_about_what_is_over_changes_nothing(state):
    case = CaseFactory(**{state: True})

    queue.nudge(case, at=TEN)

    assert (reread(case).nudged_at, events_of(case)) == (None, [])


def test_an_overdue_case_is_escalated_once():
    case, in_time, answered = CaseFactory(), CaseFactory(opened_at=NEXT_DAY), CaseFactory(answered=True)

    assert sweep_desk(at=NEXT_DAY) == {"cases_escalated": 1}
    assert sweep_desk(at=NEXT_DAY + timedelta(hours=1)) == {"cases_escalated": 0}

    assert (events_of(case), events_of(in_time), events_of(answered)) == (["escalated"], [], [])
    assert reread(case).escalated_at == NEXT_DAY


def test_escalated_cases_come_before_urgent_ones(adviser):
    overdue = CaseFactory()
    CaseFactory(priority=queue.HIGH, opened_at=NEXT_DAY)

    escalation.escalate(at=NEXT_DAY)

    assert queue.claim_next(by=adviser, at=NEXT_DAY) == overdue


# --- What stops the clock


def test_an_automatic_message_does_not_stop_the_clock():
    case = queue.open_case(PersonFactory(), kind="enquiry", at=MONDAY_9AM)

    outbox.queue(
        case.person,
        purpose="enquiry",
        key="ack",
        subject="We have your question",
        body="You will hear from us.",
        language="ca",
        at=MONDAY_9AM,
        about=case,
    )

    assert list(Case.objects.overdue(at=NEXT_DAY)) == [case]


def test_ringing_out_does_not_answer(adviser):
    case = CaseFactory(in_hand=True, adviser=adviser)

    calls.log_call(case, by=adviser, at=TEN, outcome="no_answer", note="Rang twice")

    assert reread(case).answered_at is None
    assert events_of(case) == ["called"]
    assert not Touchpoint.objects.get(person=case.person).is_two_way


def test_having_spoken_answers(adviser):
    case = CaseFactory(in_hand=True, adviser=adviser)

    calls.log_call(case, by=adviser, at=TEN, outcome="reached", note="Starts in May")

    assert reread(case).answered_at == TEN
    assert Touchpoint.objects.get(person=case.person).is_two_way


def test_a_call_to_a_person_is_a_contact_without_a_case(adviser):
    person = PersonFactory()

    calls.log_call(person, by=adviser, at=TEN, outcome="reached")

    assert Touchpoint.objects.get(person=person).is_two_way


def test_an_answer_is_a_message_a_contact_and_the_end_of_the_clock(adviser):
    case = CaseFactory(in_hand=True, adviser=adviser)

    message = answering.answer(case, by=adviser, at=TEN, subject="Dates", body="It starts in May.")

    assert (message.state, message.purpose, message.by) == ("queued", "enquiry", adviser)
    assert (reread(case).state, reread(case).answered_at) == ("answered", TEN)
    assert Touchpoint.objects.get(person=case.person, kind="contact_centre.answered").is_two_way


def test_the_same_answer_sent_twice_is_one_message(adviser):
    case = CaseFactory(in_hand=True, adviser=adviser)

    first = answering.answer(case, by=adviser, at=TEN, subject="Dates", body="It starts in May.")
    again = answering.answer(case, by=adviser, at=TEN, subject="Dates", body="It starts in May.")

    assert first == again
    assert (OutgoingMessage.objects.count(), events_of(case)) == (1, ["answered"])


def test_a_further_answer_leaves_the_time_of_the_first(adviser):
    case = CaseFactory(in_hand=True, adviser=adviser)

    answering.answer(case, by=adviser, at=TEN, subject="Dates", body="It starts in May.")
    answering.answer(case, by=adviser, at=NEXT_DAY, subject="Dates", body="On the 5th, to be exact.")

    assert (reread(case).answered_at, OutgoingMessage.objects.count()) == (TEN, 2)


def test_an_answer_the_ledger_refuses_leaves_the_case_owed(adviser):
    case = CaseFactory(in_hand=True, adviser=adviser, person=PersonFactory(email=""))

    with pytest.raises(answering.NotSent) as refusal:
        answering.answer(case, by=adviser, at=TEN, subject="Dates", body="It starts in May.")

    assert refusal.value.why
    assert (reread(case).answered_at, OutgoingMessage.objects.count(), events_of(case)) == (None, 0, [])


def test_who_listens_hears_of_the_first_answer_only(adviser):
    from wagtail import hooks

    case, heard = CaseFactory(in_hand=True, adviser=adviser), []
    with hooks.register_temporarily("after_case_answered", lambda **facts: heard.append(facts)):
        calls.log_call(case, by=adviser, at=TEN, outcome="reached")
        answering.answer(case, by=adviser, at=NEXT_DAY, subject="Dates", body="As I said: in May.")

    assert heard == [{"case": case, "by": adviser, "at": TEN}]
