"""The screens of journeys: drawn by hand, by keyboard, without a script."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from contact_centre.journeys import states, walking
from contact_centre.models import Journey, Segment, Walk
from contact_centre.views.journey_forms import FORMS
from tests.factories.contact_centre import MessageTemplateFactory
from tests.factories.enquiries import EnquiryFactory
from tests.factories.journeys import end, live_journey, step
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
WAIT = step("wait", "wait", "end", mode="span", minutes=60_000)


@pytest.fixture
def lead(client):
    user = UserFactory(role="Contact-centre lead")
    client.force_login(user)
    return user


def address(journey, name="contact_centre_journey"):
    return reverse(name, args=[journey.uuid])


def draw(client, journey, **given):
    return client.post(address(journey, "contact_centre_journey_draw"), given, follow=True)


def shape(journey):
    rows = states.newest(journey).steps["steps"]
    return {row["key"]: (row["kind"], row["exits"]) for row in rows}


def test_journey_is_made_drawn_and_goes_live(client, lead):
    MessageTemplateFactory(code="welcome", title="Welcome")
    made = client.post(
        reverse("contact_centre_journey_new"), {"name": "After an enquiry", "trigger": "enquiry_received"}
    )
    journey = Journey.objects.get()
    assert made.url == address(journey)

    draw(client, journey, act="add", place="a1.next", kind="message", template="welcome", channel="best")
    draw(client, journey, act="add", place="a3.next", kind="branch", fact="applied", since="entry")
    draw(client, journey, act="add", place="a4.no", kind="task", text="Call them", case_kind="call")
    draw(client, journey, act="aim", goal="enrolled")
    assert shape(journey) == {
        "a1": ("wait", {"next": "a3"}),
        "a3": ("message", {"next": "a4"}),
        "a4": ("branch", {"yes": "a2", "no": "a5"}),
        "a5": ("task", {"next": "a2"}),
        "a2": ("exit", {}),
    }
    page = client.get(address(journey))
    assertContains(page, "“Welcome” by the best channel")
    assertContains(page, "Goal: They enrolled")

    live = client.post(address(journey, "contact_centre_journey_act"), {"act": "go_live"}, follow=True)
    assertContains(live, "The journey is live.")
    journey.refresh_from_db()
    assert journey.live.went_live_at is not None


def test_last_changes_can_be_taken_back(client, lead):
    client.post(reverse("contact_centre_journey_new"), {"name": "J", "trigger": "enquiry_received"})
    journey = Journey.objects.get()
    before = shape(journey)
    draw(client, journey, act="add", place=".", kind="task", text="Call", case_kind="call")
    draw(client, journey, act="remove", step="a1")
    assert shape(journey) != before
    draw(client, journey, act="undo")
    draw(client, journey, act="undo")
    assert shape(journey) == before
    assertContains(draw(client, journey, act="undo"), "There is nothing to take back.")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"act": "add", "place": "a1.next", "kind": "wait", "mode": "span", "amount": ""}, "Say how long."),
        ({"act": "add", "place": "a9.next", "kind": "exit"}, "This step is no longer there."),
        ({"act": "add", "place": "a1.next", "kind": "rocket"}, "There is no such step."),
        ({"act": "connect", "step": "a1", "exit": "next", "to": "a1"}, "A step cannot lead to itself."),
        ({"act": "remove", "step": "a2"}, "Something ends here"),
        ({"act": "aim", "goal": "danced"}, "The goal is nothing we can see happen."),
        ({"act": "explode"}, "There is no such change."),
    ],
)
def test_change_that_cannot_be_is_refused_in_words(client, lead, given, said):
    client.post(reverse("contact_centre_journey_new"), {"name": "J", "trigger": "enquiry_received"})
    journey = Journey.objects.get()
    before = shape(journey)
    page = draw(client, journey, **given)
    assertContains(page, said, status_code=422 if given.get("kind") in FORMS else 200)
    assert shape(journey) == before


def test_two_who_draw_at_once_do_not_undo_each_other(client, lead):
    client.post(reverse("contact_centre_journey_new"), {"name": "J", "trigger": "enquiry_received"})
    journey = Journey.objects.get()
    opened = client.get(address(journey)).context["seen"]
    letter = {"act": "edit", "step": "a1", "kind": "wait", "mode": "span", "amount": "7", "unit": "60"}
    draw(client, journey, act="add", place="a1.next", kind="exit")
    before = shape(journey)
    late = draw(client, journey, seen=opened, **letter)
    assertContains(late, "It was changed after you had opened it", status_code=422)
    assertContains(late, 'name="amount" value="7"', status_code=422)
    assertContains(client.post(address(journey, "contact_centre_journey_act"), {"act": "go_live", "seen": opened},
                               follow=True), "look at it as it is now")  # fmt: skip
    assert (shape(journey), Journey.objects.get().state) == (before, "draft")
    assertContains(draw(client, journey, seen=late.context["seen"], **letter), "7 hours")
    assert client.post(address(journey)).status_code == 405


def test_change_to_a_live_journey_makes_the_next_version(client, lead):
    journey = live_journey(WAIT, end())
    walking.let_in(journey, [(PersonFactory().pk, "t", None)], at=MONDAY_9AM)
    walking.move_due(at=MONDAY_9AM)
    draw(client, journey, act="edit", step="wait", kind="wait", mode="span", amount="3", unit="60")
    journey.refresh_from_db()
    assert [version.number for version in journey.versions.order_by("number")] == [1, 2]
    assert (journey.live.number, Walk.objects.get().version.number) == (1, 1)
    assert journey.live.steps["steps"][0]["minutes"] == 60_000
    assertContains(client.get(address(journey)), "3 hours")
    assertContains(client.get(address(journey) + "?version=1"), "1000 hours")


def test_unfinished_step_is_marked_and_keeps_the_journey_from_going_live(client, lead):
    journey = live_journey(step("letter", "message", "end", template="gone", channel="email"), end())
    journey.state = "draft"
    journey.save()
    page = client.get(address(journey))
    assertContains(page, "Choose a template that is in use.")
    assertContains(page, "1 step is not finished; it is marked below.")
    answer = client.post(address(journey, "contact_centre_journey_act"), {"act": "go_live"}, follow=True)
    assertContains(answer, "It cannot go live: 1 thing is wrong with it.")


@pytest.mark.parametrize("kind", ["wait", "until", "message", "task", "branch", "split", "exit"])
def test_every_kind_of_step_has_a_form_and_can_be_put_in(client, lead, kind):
    MessageTemplateFactory(code="welcome")
    given = {
        "wait": {"mode": "weekday", "weekday": 1, "time": "10:00"},
        "until": {"fact": "applied", "since": "letter", "hours": 48},
        "message": {"template": "welcome", "channel": "sms"},
        "task": {"text": "Call", "case_kind": "follow_up", "user": ""},
        "branch": {"fact": "segment:two", "since": "entry"},
        "split": {"name_1": "All", "share_1": 90, "name_2": "None", "share_2": 10, "control_2": "on"},
        "exit": {"text": "Enough", "is_goal": "on"},
    }[kind]
    Segment.objects.create(name="Two", slug="two", kind="static", changed_at=MONDAY_9AM)
    client.post(reverse("contact_centre_journey_new"), {"name": "J", "trigger": "enquiry_received"})
    journey = Journey.objects.get()
    assert client.get(f"{address(journey)}?add=a1.next&kind={kind}").status_code == 200
    draw(client, journey, act="add", place="a1.next", kind=kind, **given)
    version = states.newest(journey)
    assert [row["kind"] for row in version.steps["steps"]] == ["wait", "exit", kind]
    faults = [one.text for one in states.check(journey, version.steps)]
    assert faults == (["No way leads here."] if kind == "exit" else [])
    assert client.get(f"{address(journey)}?step=a3").status_code == 200


def test_drawing_and_list_show_the_same_and_who_stands_there(client, lead):
    journey = live_journey(WAIT, step("call", "task", "end", text="Call them"), end())
    journey.live.steps["steps"][0]["exits"]["next"] = "call"
    journey.live.save()
    walking.let_in(journey, [(PersonFactory().pk, "t", None)], at=MONDAY_9AM)
    walking.move_due(at=MONDAY_9AM)
    page = client.get(address(journey)).content.decode()
    drawn = re.search(r"<svg width.*?</svg>", page, re.S).group()
    listed = re.search(r'<section class="journey-outline".*?</section>', page, re.S).group()
    assert re.findall(r"step=(\w+)#step", listed) == ["wait", "call", "end"]
    assert set(re.findall(r"step=(\w+)#step", drawn)) == {"wait", "call", "end"}
    assert "1 here" in drawn
    assert "1 here" in listed
    assert "style=" not in drawn


def test_simulation_shows_the_way_with_dates(client, lead):
    journey = live_journey(
        step("ask", "until", {"yes": "done", "no": "call"}, fact="applied", hours=48),
        step("call", "task", "end", text="Call them"),
        end(),
        end("done", is_goal=True),
    )
    there = address(journey, "contact_centre_journey_simulate")
    assertContains(client.get(there), "Left at the end.")
    page = client.get(there, {"begins_at": "2027-01-11T09:00", "does_0": "24"})
    assertContains(page, "Arrived.")
    assertContains(page, "12/01/2027")
    assertContains(
        client.get(there, {"begins_at": "2027-01-11T09:00", "person": "Nobody Known"}), "We know nobody by that name"
    )


def test_rehearsal_is_asked_for_and_noted(client, lead):
    journey = live_journey(step("call", "task", "end", text="Call them"), end())
    person = PersonFactory(given_name="Clara", family_name="Roca")
    EnquiryFactory(person=person, received_at=timezone.now() - timedelta(days=3))
    there = address(journey, "contact_centre_journey_rehearse")
    assertNotContains(client.get(there), "Would have come in")
    page = client.post(there)
    assertContains(page, "Clara Roca")
    assertContains(page, "<dd>1</dd>", count=3)  # it happened once, one came in, one task
    journey.live.refresh_from_db()
    assert journey.live.rehearsed_at is not None


def test_people_of_a_step_and_the_log_of_one(client, lead):
    journey = live_journey(WAIT, end())
    person = PersonFactory(given_name="Clara", family_name="Roca")
    walking.let_in(journey, [(person.pk, "t", None)], at=MONDAY_9AM)
    walking.move_due(at=MONDAY_9AM)
    walk = Walk.objects.get()
    there = address(journey, "contact_centre_journey_walks")
    assertContains(client.get(there, {"step": "wait", "version": "1"}), "Clara Roca")
    assertNotContains(client.get(there, {"step": "end"}), "Clara Roca")
    assertContains(client.get(reverse("contact_centre_walk", args=[walk.pk])), "Until ")
    panel = client.get(reverse("contact_centre_person", args=[person.uuid]))
    assertContains(panel, reverse("contact_centre_walk", args=[walk.pk]))

    out = client.post(reverse("contact_centre_walk_take_out", args=[walk.pk]), {"why": "Asked for it"}, follow=True)
    assertContains(out, "Asked for it (Marta Vidal)")
    walk.refresh_from_db()
    assert walk.state == "left"


def test_lists_take_the_same_number_of_queries_for_one_and_for_many(client, lead, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def counted(where):
        with CaptureQueriesContext(connection) as caught:
            assert client.get(where).status_code == 200
        return len(caught)

    journey = live_journey(WAIT, end())
    people = [PersonFactory() for _one in range(4)]
    walking.let_in(journey, [(people[0].pk, "t0", None)], at=MONDAY_9AM)
    walking.move_due(at=MONDAY_9AM)
    places = [reverse("contact_centre_journeys"), address(journey), address(journey, "contact_centre_journey_walks")]
    for place in places:
        client.get(place)
    few = [counted(place) for place in places]
    walking.let_in(journey, [(one.pk, f"t{one.pk}", None) for one in people[1:]], at=MONDAY_9AM)
    walking.move_due(at=MONDAY_9AM)
    live_journey(WAIT, end(), name="Another")
    assert [counted(place) for place in places] == few


def test_those_who_may_only_look_cannot_draw_or_start(client):
    client.force_login(UserFactory(role="Data protection"))
    journey = live_journey(WAIT, end())
    assertNotContains(client.get(address(journey)), "journey-plus")
    assert draw(client, journey, act="remove", step="wait").status_code in (302, 403) or shape(journey)
    assert shape(journey)["wait"][0] == "wait"
    client.post(address(journey, "contact_centre_journey_act"), {"act": "end"})
    journey.refresh_from_db()
    assert journey.state == "live"
