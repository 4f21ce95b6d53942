"""Whose hands a case is in, on the screens."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from contact_centre import notices, queue
from contact_centre.assignment import presence, taking_over
from contact_centre.models import Absence, Adviser, Case, PushRule, StaffNotice, Team
from tests.factories.assignment import AdviserFactory, PushRuleFactory, TeamFactory
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import MONDAY_9AM, UserFactory

pytestmark = pytest.mark.django_db
TEN = MONDAY_9AM + timedelta(hours=1)


@pytest.fixture(autouse=True)
def readers_of_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def adviser(client):
    user = UserFactory(role="Adviser", first_name="Clara")
    UserProfile.objects.create(user=user, preferred_language="en")
    client.force_login(user)
    return user


@pytest.fixture
def lead(client):
    user = UserFactory(role="Contact-centre lead", first_name="Laia")
    UserProfile.objects.create(user=user, preferred_language="en")
    client.force_login(user)
    return user


# --- Taking over


def test_taking_over_asks_a_reason_and_tells_the_colleague(adviser, client):
    case = CaseFactory(in_hand=True)
    former, url = case.adviser, reverse("contact_centre_take_over", args=[case.uuid])

    client.post(url, {"why": " ", "held_by": former.pk})
    assert Case.objects.get().adviser == former

    client.post(url, {"why": "They rang me", "held_by": former.pk})
    assert Case.objects.get().adviser == adviser
    assert [(one.kind, one.note, one.data) for one in case.events.all()] == [
        ("taken_over", "They rang me", {"from": former.pk})
    ]
    assert [one.text for one in StaffNotice.objects.filter(user=former)] == [
        "Clara Vidal took over a case of yours: They rang me"
    ]


def test_of_two_who_take_over_at_once_the_second_is_told():
    case, first, second = CaseFactory(in_hand=True), UserFactory(role="Adviser"), UserFactory(role="Adviser")
    seen = case.adviser_id

    taking_over.take_over(case, held_by=seen, by=first, at=TEN, why="They rang me")
    with pytest.raises(queue.CaseAlreadyTaken):
        taking_over.take_over(case, held_by=seen, by=second, at=TEN, why="They rang me too")

    assert Case.objects.get().adviser == first
    assert case.events.count() == 1


def test_what_is_over_is_not_taken_over(adviser):
    with pytest.raises(queue.CaseClosed):
        taking_over.take_over(CaseFactory(closed=True), held_by=None, by=adviser, at=TEN, why="Why not")


# --- Presence


def test_one_sees_who_else_looks_and_who_writes(adviser, client):
    case, writer, reader = CaseFactory(), UserFactory(first_name="Jordi"), UserFactory(first_name="Anna")
    at = timezone.now()
    presence.see(case, by=reader, doing="looking", at=at)
    presence.see(case, by=writer, doing="looking", at=at - timedelta(seconds=30))
    presence.see(case, by=writer, doing="writing", at=at)

    page = client.post(reverse("contact_centre_present", args=[case.uuid]), {"doing": "looking"}).content.decode()

    assert page.index("Jordi") < page.index("Anna")
    assert "Clara" not in page
    assert {one.user_id for one in presence.on([case], at=at + timedelta(seconds=5))[case.pk]} >= {adviser.pk}


def test_after_a_minute_of_silence_nobody_is_there():
    case, user = CaseFactory(), UserFactory()
    presence.see(case, by=user, doing="looking", at=TEN)

    assert presence.on([case], at=TEN + timedelta(seconds=61)) == {}
    assert presence.forget(at=TEN + timedelta(minutes=11)) == 1


def test_the_case_shows_its_place_and_how_to_take_it_over(adviser, client):
    case = CaseFactory(in_hand=True, opened_at=timezone.now())

    page = client.get(reverse("contact_centre_case", args=[case.uuid])).content.decode()

    assert "Its place in the queue" in page
    assert "Take the case over" in page


def test_the_forms_beside_a_case_are_let_in():
    """With the check of forms that browsers meet: a panel is rendered without its request."""
    user, case = UserFactory(role="Adviser"), CaseFactory(in_hand=True, opened_at=timezone.now())
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    page = client.get(reverse("contact_centre_case", args=[case.uuid])).content.decode()
    panel = page[page.index("data-presence") :]
    token = panel.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]

    url = reverse("contact_centre_present", args=[case.uuid])

    assert client.post(url, {"csrfmiddlewaretoken": token}).status_code == 200
    assert client.post(url, {}).status_code == 403


# --- Notices


def test_notices_stand_on_one_s_day_until_they_are_read(adviser, client):
    notice = notices.tell(adviser, key="late", text="One is late", url="/admin/queue/", at=timezone.now())
    other = notices.tell(UserFactory(), key="late", text="Not mine", at=timezone.now())

    assert "One is late" in client.get(reverse("contact_centre_my_day")).content.decode()
    client.post(reverse("contact_centre_notices_aside"), {"notice": [notice.pk, other.pk]})

    assert "One is late" not in client.get(reverse("contact_centre_my_day")).content.decode()
    assert StaffNotice.objects.get(read_at=None) == other


# --- Handing over, teams, rules


def test_a_lead_hands_over_and_takes_it_back(lead, client):
    case, colleague = CaseFactory(in_hand=True), UserFactory(role="Adviser")
    url = reverse("contact_centre_handover")

    refused = client.post(url, {"user": case.adviser_id, "way": "colleague"})
    assert (refused.status_code, Case.objects.get().adviser) == (422, case.adviser)
    client.post(url, {"user": case.adviser_id, "way": "colleague", "to": colleague.pk, "why": "ill"})
    assert Case.objects.get().adviser == colleague

    page = client.get(url).content.decode()
    assert "Give it back" in page
    client.post(page.split('action="')[-1].split('"')[0])
    assert Case.objects.get().adviser == case.adviser


def test_the_list_of_loads_costs_the_same_for_few_and_many(lead, client, django_assert_max_num_queries):
    CaseFactory(in_hand=True)
    client.get(reverse("contact_centre_handover"))
    with django_assert_max_num_queries(40) as few:
        client.get(reverse("contact_centre_handover"))
    for _one in range(5):
        CaseFactory(in_hand=True)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("contact_centre_handover"))


def test_an_adviser_and_their_week_are_written_down(lead, client):
    user, team = UserFactory(role="Adviser"), TeamFactory()
    form = {"user": user.pk, "team": team.pk, "languages": ["ca", "en"], "capacity": 8, "is_pushed": "on"}

    wrong = client.post(reverse("advisers:add"), {**form, "day_0": "nine to five"})
    assert "Write hours like" in wrong.content.decode()
    client.post(reverse("advisers:add"), {**form, "day_0": "9–14, 15:00-18:30"})

    adviser = Adviser.objects.get()
    assert (adviser.languages, adviser.capacity, user.shifts.count()) == (["ca", "en"], 8, 2)
    assert "15:00–18:30" in client.get(reverse("advisers:edit", args=[adviser.pk])).content.decode()


def test_a_team_an_absence_and_a_rule_are_written_down(lead, client):
    client.post(reverse("teams:add"), {"name": "Admissions", "kinds": ["application"], "supervisor": lead.pk})
    client.post(
        reverse("absences:add"), {"user": lead.pk, "why": "illness", "starts_at": "2026-03-02 09:00", "ends_at": ""}
    )
    rule = {"name": "All", "position": 1, "strategy": "least_busy", "team": Team.objects.get().pk, "is_on": "on"}
    client.post(reverse("assignment_rules:add"), {**rule, "to": lead.pk})
    assert PushRule.objects.count() == 0
    client.post(reverse("assignment_rules:add"), rule)

    assert (Team.objects.get().kinds, Absence.objects.get().ends_at) == (["application"], None)
    assert PushRule.objects.get().strategy == "least_busy"


@pytest.mark.parametrize("name", ["teams", "advisers", "absences", "assignment_rules"])
def test_lists_cost_the_same_for_few_and_many(name, lead, client, django_assert_max_num_queries):
    made = {
        "teams": lambda: TeamFactory(supervisor=UserFactory()),
        "advisers": lambda: AdviserFactory(team=TeamFactory()),
        "absences": lambda: Absence.objects.create(user=UserFactory(), starts_at=TEN),
        "assignment_rules": lambda: PushRuleFactory(team=TeamFactory()),
    }[name]
    made()
    client.get(reverse(f"{name}:index"))
    with django_assert_max_num_queries(60) as few:
        client.get(reverse(f"{name}:index"))
    made(), made()
    with django_assert_max_num_queries(len(few)):
        client.get(reverse(f"{name}:index"))


def test_rules_are_rehearsed_on_screen(lead, client):
    rule = PushRuleFactory(is_on=False, name="Everything in turns")
    CaseFactory(opened_at=timezone.now() - timedelta(days=1))

    page = client.get(reverse("contact_centre_rehearsal"), {"with": rule.pk}).content.decode()

    assert "Everything in turns" in page
    assert Case.objects.get().adviser is None


def test_a_claim_that_finds_nothing_says_why(adviser, client):
    Adviser.objects.create(user=adviser, languages=["en"])
    CaseFactory(language="ca")

    page = client.post(reverse("contact_centre_claim_next"), follow=True).content.decode()

    assert "What waits is in languages you do not answer in." in page
