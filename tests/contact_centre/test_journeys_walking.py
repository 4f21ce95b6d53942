"""Real people on journeys: in, on and out, and why."""

from datetime import timedelta

import pytest

from contact_centre.journeys import walking
from contact_centre.models import Case, Segment, Walk, WalkLog
from enquiries.intake import arrivals
from people.identity import merging
from people.models import ContactRules, OutgoingMessage
from people.privacy import erasure
from tests.factories.contact_centre import MessageTemplateFactory
from tests.factories.enquiries import EnquiryFactory
from tests.factories.enrolment import ApplicationFactory
from tests.factories.journeys import end, live_journey, step
from tests.factories.people import MONDAY_9AM, ConsentFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CALL = step("call", "task", "end", text="Ask what keeps them", case_kind="call")
WAIT = step("wait", "wait", "call", mode="span", minutes=2 * 24 * 60)


def began(journey, person=None, *, at=MONDAY_9AM):
    """A walk at the door, as an announcement leaves it."""
    person = person or PersonFactory()
    walking.let_in(journey, [(person.pk, f"test:{person.pk}", None)], at=at)
    return Walk.objects.get(journey=journey, person=person)


def lines(walk):
    return list(walk.log.order_by("at", "pk").values_list("step", "what"))


def test_enquiry_brings_somebody_in_and_each_step_says_why():
    journey = live_journey(WAIT, CALL, end())

    enquiry = arrivals.receive(email="ona@example.org", message="When does it start?", at=MONDAY_9AM)
    walking.move_due(at=MONDAY_9AM)
    walking.move_due(at=MONDAY_9AM + DAY)
    walk = Walk.objects.get()
    assert (walk.journey, walk.person, walk.step, walk.state) == (journey, enquiry.person, "wait", "walking")

    walking.move_due(at=MONDAY_9AM + 2 * DAY)
    walk.refresh_from_db()
    assert walk.state == "left"
    assert lines(walk) == [
        ("", "entered"),
        ("wait", "waiting"),
        ("wait", "waited"),
        ("call", "tasked"),
        ("end", "left"),
    ]
    assert "" not in WalkLog.objects.values_list("why", flat=True)
    assert Case.objects.get(kind="call").question == "Ask what keeps them"


def test_moving_twice_moves_once():
    walk = began(live_journey(WAIT, CALL, end()))
    for _again in range(3):
        walking.move_due(at=MONDAY_9AM + 2 * DAY)
        walking.move_due(at=MONDAY_9AM + 4 * DAY)
    assert Case.objects.count() == 1
    assert [what for _step, what in lines(walk)].count("tasked") == 1


def test_until_goes_on_the_moment_it_happens():
    ask = step("ask", "until", {"yes": "end", "no": "call"}, fact="applied", hours=72)
    person = PersonFactory()
    walk = began(live_journey(ask, CALL, end(is_goal=True)), person)
    walking.move_due(at=MONDAY_9AM)

    applied_at = MONDAY_9AM + timedelta(hours=5)
    application = ApplicationFactory(person=person, submitted=True, submitted_at=applied_at)
    announce_application(application, applied_at)
    walking.move_due(at=applied_at)

    walk.refresh_from_db()
    assert (walk.state, walk.ended_at) == ("arrived", applied_at)
    assert not Case.objects.filter(kind="call").exists()


def announce_application(application, at):
    from people.announcements import announce

    announce("after_application_submitted", application=application, at=at)


def test_until_takes_the_other_way_at_its_limit_even_when_looked_at_late():
    ask = step("ask", "until", {"yes": "end", "no": "call"}, fact="applied", hours=72)
    person = PersonFactory()
    walk = began(live_journey(ask, CALL, end(is_goal=True)), person)
    walking.move_due(at=MONDAY_9AM)
    ApplicationFactory(person=person, submitted=True, submitted_at=MONDAY_9AM + 4 * DAY)

    walking.move_due(at=MONDAY_9AM + 5 * DAY)
    assert ("call", "tasked") in lines(walk)


def test_goal_ends_the_walk_wherever_it_stands():
    person = PersonFactory()
    walk = began(live_journey(WAIT, CALL, end(), goal="applied"), person)
    walking.move_due(at=MONDAY_9AM)
    ApplicationFactory(person=person, submitted=True, submitted_at=MONDAY_9AM + DAY)
    walking.move_due(at=MONDAY_9AM + 2 * DAY)
    walk.refresh_from_db()
    assert walk.state == "arrived"
    assert not Case.objects.filter(kind="call").exists()


LETTER = step("letter", "message", "end", template="welcome", channel="email")


def test_message_leaves_through_the_outbox_in_their_language():
    MessageTemplateFactory(
        code="welcome", language="ca", purpose="service", subject="Hola {person.given}", body="Bon dia."
    )
    walk = began(live_journey(LETTER, end()), PersonFactory(language="ca"))
    walking.move_due(at=MONDAY_9AM)
    message = OutgoingMessage.objects.get()
    assert (message.subject, message.language, message.state) == ("Hola Núria", "ca", "queued")
    assert walk.log.get(what="sent").message == message


def test_message_without_consent_is_refused_and_the_walk_goes_on():
    MessageTemplateFactory(code="welcome", purpose="commercial", subject="Hola", body="Bon dia.")
    walk = began(live_journey(LETTER, end()))
    walking.move_due(at=MONDAY_9AM)
    assert lines(walk)[-2:] == [("letter", "refused"), ("end", "left")]
    assert walk.log.get(what="refused").why == "They have not agreed to this."


def test_two_journeys_share_one_budget_of_offers():
    MessageTemplateFactory(code="welcome", purpose="commercial", subject="Hola", body="Bon dia.")
    ContactRules.objects.create(commercial_cap=1, cap_days=7)
    person = PersonFactory()
    ConsentFactory(person=person)
    at = MONDAY_9AM + timedelta(hours=1)
    first = began(live_journey(LETTER, end(), name="One"), person, at=at)
    walking.move_due(at=at)
    second = began(live_journey(LETTER, end(), name="Two"), person, at=at)
    walking.move_due(at=at)
    assert lines(first)[-2:] == [("letter", "sent"), ("end", "left")]
    assert lines(second)[-2:] == [("letter", "refused"), ("end", "left")]
    assert OutgoingMessage.objects.count() == 1


def test_message_with_a_gap_does_not_leave():
    MessageTemplateFactory(code="welcome", purpose="service", subject="Hola", body="Costa {price}.")
    walk = began(live_journey(LETTER, end()))
    walking.move_due(at=MONDAY_9AM)
    assert not OutgoingMessage.objects.exists()
    assert "price" in walk.log.get(what="refused").why


def test_best_channel_is_one_that_has_a_text():
    MessageTemplateFactory(code="welcome", purpose="commercial", subject="Hola", body="Bon dia.")
    best = step("letter", "message", "end", template="welcome", channel="best")
    person = PersonFactory()
    ConsentFactory(person=person)
    began(live_journey(best, end()), person, at=MONDAY_9AM + timedelta(hours=1))
    walking.move_due(at=MONDAY_9AM + timedelta(hours=1))
    assert OutgoingMessage.objects.get().channel == "email"


SPLIT = step(
    "split",
    "split",
    {"a": "letter", "b": "letter"},
    ways=[{"code": "a", "name": "All", "share": 50}, {"code": "b", "name": "Control", "share": 50, "is_control": True}],
)


def test_control_group_walks_along_and_gets_nothing():
    MessageTemplateFactory(code="welcome", purpose="service", subject="Hola", body="Bon dia.")
    letter = step("letter", "message", "call", template="welcome", channel="email")
    journey = live_journey(SPLIT, letter, CALL, end())
    for _one in range(40):
        began(journey)
    walking.move_due(at=MONDAY_9AM)
    control = Walk.objects.filter(is_control=True)
    assert 5 < control.count() < 35
    assert OutgoingMessage.objects.count() == Case.objects.count() == 40 - control.count()
    assert not OutgoingMessage.objects.filter(person__in=control.values("person")).exists()
    held = WalkLog.objects.filter(what="held_out").values_list("step", flat=True)
    assert sorted(held) == sorted(["letter", "call"] * control.count())


def test_same_person_is_let_in_once_or_after_the_pause():
    person = PersonFactory()
    once = live_journey(end())
    again = live_journey(end(), again_after_days=30)
    for days in (0, 10, 40):
        walking.move_due(at=MONDAY_9AM + days * DAY)
        enquiry = EnquiryFactory(person=person)
        announce_enquiry(enquiry, MONDAY_9AM + days * DAY)
    assert (once.walks.count(), again.walks.count()) == (1, 2)


def announce_enquiry(enquiry, at):
    from people.announcements import announce

    announce("after_enquiry_received", enquiry=enquiry, at=at)


def test_same_announcement_twice_lets_in_once():
    journey = live_journey(end(), again_after_days=0)
    enquiry = EnquiryFactory()
    announce_enquiry(enquiry, MONDAY_9AM)
    walking.move_due(at=MONDAY_9AM)
    announce_enquiry(enquiry, MONDAY_9AM + DAY)
    assert journey.walks.count() == 1


def test_whoever_is_not_in_the_segment_is_not_let_in_and_the_log_says_so():
    nobody = Segment.objects.create(name="Nobody", slug="nobody", kind="static", changed_at=MONDAY_9AM)
    walk = began(live_journey(CALL, end(), only_for=nobody))
    walking.move_due(at=MONDAY_9AM)
    assert lines(walk) == [("", "not_let_in")]
    assert walk.log.get().why == "They are not in the segment “Nobody”."
    assert not Case.objects.exists()


@pytest.mark.parametrize("state", ["paused", "ended", "draft"])
def test_nobody_moves_in_a_journey_that_does_not_run(state):
    journey = live_journey(CALL, end())
    walk = began(journey)
    journey.state = state
    journey.save()
    walking.move_due(at=MONDAY_9AM)
    announce_enquiry(EnquiryFactory(), MONDAY_9AM)
    assert journey.walks.count() == 1
    assert lines(walk) == []


def test_closing_journey_ends_when_the_last_has_left():
    journey = live_journey(WAIT, CALL, end())
    began(journey)
    journey.state = "closing"
    journey.save()
    walking.sweep(at=MONDAY_9AM)
    journey.refresh_from_db()
    assert journey.state == "closing"
    walking.sweep(at=MONDAY_9AM + 3 * DAY)
    walking.sweep(at=MONDAY_9AM + 3 * DAY)
    journey.refresh_from_db()
    assert journey.state == "ended"


def test_silence_is_looked_for_by_the_sweep():
    from contact_centre.journeys.triggers import happenings
    from people import timeline

    journey = live_journey(WAIT, CALL, end(), trigger="silence_30")
    silent, heard, unknown = PersonFactory(), PersonFactory(), PersonFactory()
    timeline.record(silent, at=MONDAY_9AM - 40 * DAY, channel="email", direction="in", kind="t")
    timeline.record(heard, at=MONDAY_9AM - 20 * DAY, channel="email", direction="in", kind="t")
    walking.sweep(at=MONDAY_9AM)
    walking.sweep(at=MONDAY_9AM + timedelta(minutes=1))
    assert [walk.person for walk in journey.walks.all()] == [silent]
    assert unknown.walks.count() == 0
    assert "silence_30" in happenings()


def test_segment_brings_people_in_by_the_sweep():
    segment = Segment.objects.create(name="Two", slug="two", kind="static", changed_at=MONDAY_9AM)
    two = [PersonFactory(), PersonFactory()]
    for person in two:
        segment.members.add(person, through_defaults={"added_at": MONDAY_9AM})
    PersonFactory()
    journey = live_journey(WAIT, CALL, end(), trigger="segment_entered", only_for=segment)
    walking.sweep(at=MONDAY_9AM)
    walking.sweep(at=MONDAY_9AM + DAY)
    assert {walk.person for walk in journey.walks.all()} == set(two)
    assert {walk.step for walk in journey.walks.all()} == {"wait"}


def test_merged_people_walk_once():
    journey = live_journey(WAIT, CALL, end())
    stays, goes = PersonFactory(), PersonFactory()
    began(journey, stays)
    began(journey, goes)
    walking.move_due(at=MONDAY_9AM)
    merging.merge(stays, goes, at=MONDAY_9AM + DAY, by=UserFactory())
    walking.move_due(at=MONDAY_9AM + 3 * DAY)
    assert Walk.objects.filter(state="walking").count() == 0
    assert [case.person for case in Case.objects.filter(kind="call")] == [stays]


def test_walk_of_the_merged_goes_on_with_whoever_stays():
    stays, goes = PersonFactory(), PersonFactory()
    walk = began(live_journey(WAIT, CALL, end()), goes)
    walking.move_due(at=MONDAY_9AM)
    merging.merge(stays, goes, at=MONDAY_9AM + DAY, by=UserFactory())
    walking.move_due(at=MONDAY_9AM + 3 * DAY)
    walk.refresh_from_db()
    assert (walk.person, walk.state) == (stays, "left")
    assert Case.objects.get(kind="call").person == stays


def test_erased_person_leaves_no_trace_on_a_journey():
    walk = began(live_journey(WAIT, CALL, end()))
    walking.move_due(at=MONDAY_9AM)
    erasure.erase(walk.person, at=MONDAY_9AM + DAY, by=None)
    walking.move_due(at=MONDAY_9AM + 3 * DAY)
    assert not Walk.objects.exists()
    assert not WalkLog.objects.exists()


def test_old_version_is_finished_by_those_inside():
    from contact_centre.models import JourneyVersion
    from tests.factories.journeys import document

    journey = live_journey(WAIT, CALL, end())
    inside = began(journey)
    walking.move_due(at=MONDAY_9AM)
    journey.live = JourneyVersion.objects.create(
        journey=journey, number=2, steps=document(end()), made_at=MONDAY_9AM, went_live_at=MONDAY_9AM
    )
    journey.save()
    new = began(journey, at=MONDAY_9AM + DAY)
    walking.move_due(at=MONDAY_9AM + 3 * DAY)
    assert ("call", "tasked") in lines(inside)
    assert lines(new) == [("", "entered"), ("end", "left")]


def test_walk_that_fails_keeps_nobody_else_and_is_given_up_in_the_end():
    broken = live_journey(step("odd", "wait", "end", mode="span"), end())  # a wait without its minutes
    good = began(live_journey(CALL, end()))
    walk = began(broken)
    for days in range(6):
        walking.move_due(at=MONDAY_9AM + days * DAY)
    walk.refresh_from_db()
    assert lines(good)[-1] == ("end", "left")
    assert (walk.state, lines(walk)[-1][1]) == ("left", "failed")


def test_taken_out_by_hand_once():
    walk = began(live_journey(WAIT, CALL, end()))
    adviser = UserFactory()
    assert walking.take_out(walk, by=adviser, why="Asked us to wait", at=MONDAY_9AM)
    assert not walking.take_out(walk, by=adviser, why="", at=MONDAY_9AM)
    assert walk.log.get().why == "Asked us to wait (Marta Vidal)"
