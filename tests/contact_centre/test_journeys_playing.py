"""Journeys that are tried out: the simulated way is the real one, and a rehearsal sends nothing."""

from datetime import timedelta

import pytest

from contact_centre.journeys import figures, playing, states, steps, walking
from contact_centre.models import Case, Journey, JourneyVersion, Walk
from people.announcements import announce
from people.models import OutgoingMessage
from tests.factories.contact_centre import MessageTemplateFactory
from tests.factories.enquiries import EnquiryFactory
from tests.factories.enrolment import ApplicationFactory
from tests.factories.journeys import document, end, live_journey, step
from tests.factories.people import MONDAY_9AM, ConsentFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOON = MONDAY_9AM + 3 * HOUR
STEPS = [
    step(
        "split",
        "split",
        {"a": "letter", "b": "ask"},
        ways=[{"code": "a", "name": "Letter", "share": 1}, {"code": "b", "name": "No letter", "share": 1}],
    ),
    step("letter", "message", "ask", template="welcome", channel="email"),
    step("ask", "until", {"yes": "done", "no": "tuesday"}, fact="applied", hours=72),
    step("tuesday", "wait", "paid", mode="weekday", weekday=1, time="10:00"),
    step("paid", "branch", {"yes": "done", "no": "call"}, fact="admitted"),
    step("call", "task", "rest", text="Call them", case_kind="call"),
    step("rest", "wait", "end", mode="span", minutes=600),
    end(),
    end("done", is_goal=True),
]


def walk_really(journey, person, does, *, begins_at):
    """Walk with real rows, looked at whenever something is due or happens."""
    walking.let_in(journey, [(person.pk, f"t:{person.pk}", None)], at=begins_at)
    at = begins_at
    for _turn in range(50):
        walking.move_due(at=at)
        walk = Walk.objects.get(journey=journey, person=person)
        if walk.state != "walking":
            return walk
        after = at
        at = min([walk.due_at, *[moment for moment in does.values() if moment > after]])
        if does.get("applied") == at:
            application = ApplicationFactory(person=person, submitted=True, submitted_at=at)
            announce("after_application_submitted", application=application, at=at)
    raise AssertionError("never ended")


@pytest.mark.parametrize("hours", [None, 1, 71, 72, 73, 400])
@pytest.mark.parametrize("agreed", [True, False])
def test_simulation_is_the_real_way(hours, agreed):
    MessageTemplateFactory(code="welcome", purpose="commercial", subject="Hola", body="Bon dia, {person.given}.")
    journey = live_journey(*STEPS, goal="enrolled")
    does = {} if hours is None else {"applied": NOON + hours * HOUR}
    ends = set()
    for _person in range(3):
        person = PersonFactory()
        if agreed:
            ConsentFactory(person=person)
        walk = walk_really(journey, person, does, begins_at=NOON)
        path = playing.simulate(steps.read(journey.live.steps), at=NOON, does=does, person=person, lot=walk.key)
        real = walk.log.exclude(what="entered").order_by("at", "pk").values_list("step", "at", "what")
        assert [(line.step, line.at, line.what) for line in path.lines] == list(real)
        assert path.ended == walk.state
        ends.add(path.ended)
    assert ends == ({"arrived"} if hours is not None and hours <= 72 else {"left"})


def test_simulation_and_rehearsal_change_nothing():
    MessageTemplateFactory(code="welcome", purpose="service", subject="Hola", body="Bon dia.")
    journey = live_journey(*STEPS)
    enquiry = EnquiryFactory(received_at=MONDAY_9AM)
    plan = steps.read(journey.live.steps)
    playing.simulate(plan, at=MONDAY_9AM, does={}, person=enquiry.person)
    found = playing.rehearse(journey, plan, at=MONDAY_9AM + 10 * DAY)
    assert (found.happened, found.let_in) == (1, 1)
    assert not Walk.objects.exists()
    assert not OutgoingMessage.objects.exists()
    assert not Case.objects.exclude(pk=enquiry.case_id).exists()


def test_rehearsal_counts_what_would_have_been():
    MessageTemplateFactory(code="welcome", purpose="commercial", subject="Hola", body="Bon dia.")
    journey = live_journey(
        step("letter", "message", "ask", template="welcome", channel="email"),
        step("ask", "until", {"yes": "done", "no": "call"}, fact="applied", hours=72),
        step("call", "task", "end", text="Call them", case_kind="call"),
        end(),
        end("done", is_goal=True),
    )
    agreed, applied, refused, twice = (PersonFactory() for _one in range(4))
    for person in (agreed, applied, twice):
        ConsentFactory(person=person, at=MONDAY_9AM - DAY)
    for person in (agreed, applied, refused, twice):
        EnquiryFactory(person=person, received_at=NOON)
    EnquiryFactory(person=twice, received_at=NOON + DAY)
    EnquiryFactory(received_at=NOON - 60 * DAY)
    ApplicationFactory(person=applied, submitted=True, submitted_at=NOON + DAY)

    found = playing.rehearse(journey, steps.read(journey.live.steps), at=NOON + 20 * DAY)

    assert (found.happened, found.looked_at, found.let_in) == (5, 5, 4)
    assert dict(found.sent) == {"letter": 3}
    assert dict(found.tasks) == {"call": 3}
    assert dict(found.refused) == {"They have not agreed to this.": 1}
    assert dict(found.not_let_in) == {"Had been on it already": 1}
    assert dict(found.ended) == {"left": 3, "arrived": 1}


def test_rehearsal_names_those_who_would_have_had_too_many_messages():
    MessageTemplateFactory(code="welcome", purpose="commercial", subject="Hola", body="Bon dia.")
    many = [step(f"m{n}", "message", f"w{n}", template="welcome", channel="email") for n in range(4)]
    waits = [step(f"w{n}", "wait", f"m{n + 1}" if n < 3 else "end", mode="span", minutes=1440) for n in range(4)]
    journey = live_journey(*[one for pair in zip(many, waits, strict=True) for one in pair], end())
    person = PersonFactory()
    ConsentFactory(person=person, at=NOON - DAY)
    EnquiryFactory(person=person, received_at=NOON)
    assert playing.rehearse(journey, steps.read(journey.live.steps), at=NOON + 20 * DAY).crowded == 1


def test_map_says_how_many_stand_where_and_left_where():
    journey = live_journey(
        step("wait", "wait", "ask", mode="span", minutes=1440),
        step("ask", "until", {"yes": "done", "no": "end"}, fact="applied", hours=24),
        end(),
        end("done", is_goal=True),
    )
    people = [PersonFactory() for _one in range(4)]
    for days, person in zip((0, 0, 1, 2), people, strict=True):
        walking.let_in(journey, [(person.pk, f"t:{person.pk}", None)], at=MONDAY_9AM + days * DAY)
    ApplicationFactory(person=people[0], submitted=True, submitted_at=MONDAY_9AM + DAY)
    for days in range(3):
        walking.move_due(at=MONDAY_9AM + days * DAY)
    found = figures.map_of(journey.live)
    assert (found.walking, found.arrived, found.left, found.entered) == (2, 1, 1, 4)
    assert {key: one.standing for key, one in found.steps.items()} == {"wait": 1, "ask": 1, "end": 0, "done": 0}
    assert (found.steps["end"].left, found.steps["done"].arrived) == (1, 1)


def test_conversion_is_compared_with_the_control_group():
    ways = [
        {"code": "a", "name": "All", "share": 50},
        {"code": "b", "name": "Control", "share": 50, "is_control": True},
    ]
    journey = live_journey(
        step("split", "split", {"a": "wait", "b": "wait"}, ways=ways),
        step("wait", "wait", "end", mode="span", minutes=60_000),
        end(),
        goal="applied",
    )
    for _one in range(30):
        person = PersonFactory()
        walking.let_in(journey, [(person.pk, f"t:{person.pk}", None)], at=MONDAY_9AM)
    walking.move_due(at=MONDAY_9AM)
    treated = Walk.objects.filter(is_control=False)
    for walk in treated:
        ApplicationFactory(person=walk.person, submitted=True, submitted_at=MONDAY_9AM + DAY)
    found = figures.effect(journey, steps.read(journey.live.steps))
    assert (found.walked.did, found.walked.of) == (treated.count(), treated.count())
    assert (found.control.did, found.control.of) == (0, 30 - treated.count())
    assert found.difference == 1
    assert found.is_clear


def test_intervals_are_those_of_the_papers():
    low, high = figures.wilson(15, 148)  # Newcombe 1998, table I
    assert (round(low, 4), round(high, 4)) == (0.0624, 0.1605)
    low, high = figures.newcombe(figures.Share(56, 70), figures.Share(48, 80))  # Newcombe 1998 II, method 10
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)
    assert figures.newcombe(figures.Share(0, 0), figures.Share(1, 2)) == (-1.0, 1.0)


@pytest.mark.parametrize("made", [document(end()), document(step("t", "task", "end", text=""), end())])
def test_only_what_can_be_walked_goes_live(made):
    journey = Journey.objects.create(name="J", trigger="enquiry_received", changed_at=MONDAY_9AM)
    JourneyVersion.objects.create(journey=journey, number=1, steps={**made, "undo": [made]}, made_at=MONDAY_9AM)
    lead = UserFactory()
    if len(made["steps"]) == 2:
        with pytest.raises(states.HasFaults):
            states.go_live(journey, by=lead, at=MONDAY_9AM)
        journey.refresh_from_db()
        assert journey.state == "draft"
    else:
        journey = states.go_live(journey, by=lead, at=MONDAY_9AM)
        assert (journey.state, journey.live.went_live_at, "undo" in journey.live.steps) == ("live", MONDAY_9AM, False)


def test_ending_lets_everybody_go():
    journey = live_journey(step("wait", "wait", "end", mode="span", minutes=60_000), end())
    for _one in range(3):
        person = PersonFactory()
        walking.let_in(journey, [(person.pk, f"t:{person.pk}", None)], at=MONDAY_9AM)
    walking.move_due(at=MONDAY_9AM)
    assert states.end(journey, by=UserFactory(), at=MONDAY_9AM + DAY) == 3
    assert set(Walk.objects.values_list("state", "ended_at")) == {("left", MONDAY_9AM + DAY)}
    with pytest.raises(states.NotNow):
        states.pause(journey, by=None, at=MONDAY_9AM)
