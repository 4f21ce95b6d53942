"""Campaigns as staff meet them in the back office."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.documents import get_document_model
from wagtail.users.models import UserProfile

from enquiries.campaigns import changing, launching, money
from enquiries.models import (
    Campaign,
    CampaignAction,
    CampaignAudience,
    CampaignChange,
    CampaignHelper,
    CampaignTarget,
)
from tests.factories.campaigns import STARTS, action, brought, ready_campaign
from tests.factories.enquiries import ARRIVED, CampaignFactory, EnquiryFactory
from tests.factories.people import UserFactory
from tests.factories.programmes import IntakeFactory, ProgrammeFactory

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def then():
    with time_machine.travel(ARRIVED, tick=False):
        yield


@pytest.fixture
def marketing(client):
    user = UserFactory(role="Marketing", is_staff=True)
    UserProfile.objects.create(user=user, preferred_language="en")
    client.force_login(user)
    return user


def page(client, campaign):
    answer = client.get(f"/admin/campaigns/inspect/{campaign.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def said(answer):
    """What the page says at its top, the newest alone: what was said before stands there too."""
    return [str(message) for message in answer.context["messages"]][-1]


NEW = {
    "name": "Autumn at school", "metric": "enrolments", "baseline": "10", "target": "24", "starts_on": "2026-09-01",
    "ends_on": "2026-10-31", "budget_minor": "4.200,50", "parent": "", "slug": "",
}  # fmt: skip


def rows(name, *found, initial=0):
    """A formset of the edit form as a browser sends it."""
    sent = {f"{name}-TOTAL_FORMS": len(found), f"{name}-INITIAL_FORMS": initial, f"{name}-MIN_NUM_FORMS": 0,
            f"{name}-MAX_NUM_FORMS": 1000}  # fmt: skip
    for place, row in enumerate(found):
        sent |= {f"{name}-{place}-{field}": value for field, value in {"id": "", "DELETE": "", **row}.items()}
    return sent


def changed(campaign, **fields):
    return {
        "name": campaign.name, "slug": campaign.slug, "metric": campaign.metric, "baseline": campaign.baseline,
        "target": campaign.target, "starts_on": campaign.starts_on, "ends_on": campaign.ends_on,
        "budget_minor": "5000", "currency": "EUR", "owner": "", "parent": "", "why": "More demand than expected",
        **rows("audiences", {"words": "Neighbours"}), **rows("channels", {"medium": "press", "message": "Read on"}),
        **rows("targets"), **rows("helpers"), **fields,
    }  # fmt: skip


def test_new_campaign_needs_a_goal_and_leads_to_its_page(client, marketing):
    refused = client.post("/admin/campaigns/new/", NEW | {"metric": "", "baseline": "", "target": ""})
    assert {"metric", "baseline", "target"} == set(refused.context["form"].errors)
    answer = client.post("/admin/campaigns/new/", NEW)
    campaign = Campaign.objects.get()
    assert answer.url == f"/admin/campaigns/inspect/{campaign.pk}/"
    assert (campaign.slug, campaign.budget_minor, campaign.baseline, campaign.target, campaign.state) == (
        "autumn-at-school", 420_050, 10, 24, "planned",
    )  # fmt: skip
    assert campaign.owner == marketing
    html = page(client, campaign)
    assert "8 things are missing before it goes live" in html
    assert "There is no audience: whom is it for?" in html


def test_second_campaign_of_the_same_name_gets_another_code(client, marketing):
    CampaignFactory(slug="autumn-at-school")
    client.post("/admin/campaigns/new/", NEW)
    assert Campaign.objects.filter(slug="autumn-at-school-2").exists()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("target", "10"), ("target", "many"), ("baseline", "1.5"), ("budget_minor", "-3"), ("budget_minor", ""),
        ("ends_on", "2026-08-01"), ("starts_on", "tomorrow"), ("metric", "likes"), ("slug", "two words"),
        ("name", ""), ("parent", "999999"), ("name", "x" * 161), ("baseline", "9" * 30),
    ],
)  # fmt: skip
def test_bad_input_is_refused_beside_its_field(client, marketing, field, typed):
    answer = client.post("/admin/campaigns/new/", NEW | {field: typed})
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not Campaign.objects.exists()


def test_money_as_a_goal_is_typed_in_units_and_kept_in_cents(client, marketing):
    client.post("/admin/campaigns/new/", NEW | {"metric": "collected", "baseline": "1,000.50", "target": "20000"})
    campaign = Campaign.objects.get()
    assert (campaign.baseline, campaign.target) == (100_050, 2_000_000)
    assert "€20,000" in page(client, campaign)


def test_state_is_no_field_of_any_form(client, marketing):
    client.post("/admin/campaigns/new/", NEW | {"state": "live"})
    campaign = Campaign.objects.get()
    client.post(f"/admin/campaigns/edit/{campaign.pk}/", changed(campaign, state="live"))
    campaign.refresh_from_db()
    assert campaign.state == "planned"


def test_change_of_a_live_campaign_is_marked_in_its_report(client, marketing):
    campaign = launching.launch(ready_campaign(), at=ARRIVED, by=None)
    url = f"/admin/campaigns/edit/{campaign.pk}/"
    html = client.get(url).content.decode()
    assert "Why it is changed" in html
    silent = client.post(url, changed(campaign, why=""))
    assert "why" in silent.context["form"].errors
    answer = client.post(url, changed(campaign, budget_minor="6500", owner=marketing.pk))
    assert answer.url == f"/admin/campaigns/inspect/{campaign.pk}/"
    html = page(client, campaign)
    for words in ("€5,000", "€6,500", "More demand than expected", "too soon to say", "Neighbours"):
        assert words in html
    assert set(campaign.changes.values_list("what", flat=True)) == {"launched", "budget", "audience", "channels"}


def test_effect_of_a_change_is_shown_with_its_days(client, marketing):
    campaign = launching.launch(ready_campaign(), at=ARRIVED, by=None)
    change = ARRIVED + 3 * DAY
    changing.mark(campaign, "budget", before="400000 EUR", after="500000 EUR", at=change, by=None, why="")
    for days in (1, 4, 5):
        EnquiryFactory(campaign=campaign, received_at=ARRIVED + days * DAY)
    with time_machine.travel(ARRIVED + 6 * DAY, tick=False):
        html = page(client, campaign)
    for words in ("€4,000", "€5,000", "+100 %", "3 days", "<svg"):
        assert words in html


def test_rows_below_a_campaign_are_checked(client, marketing):
    campaign, programme = ready_campaign(), ProgrammeFactory(collection__is_own=True)
    other = IntakeFactory(programme=ProgrammeFactory(collection=programme.collection))
    url = f"/admin/campaigns/edit/{campaign.pk}/"
    refused = client.post(
        url,
        changed(
            campaign,
            **rows("audiences", {"words": ""}, {"words": "Some", "segment": "999999"}),
            **rows("targets", {"programme": programme.pk, "intake": other.pk, "enquiries": 1, "enrolments": 0}),
        ),
    ).content.decode()
    for words in ("This intake belongs to another programme.",):
        assert words in refused
    kept = client.post(
        url,
        changed(
            campaign,
            **rows("targets", {"programme": programme.pk, "enquiries": 30, "enrolments": 5}),
            **rows("helpers", {"user": marketing.pk, "planned_minutes": "7.5"}),
        ),
    )
    assert kept.status_code == 302
    assert campaign.helpers.get().planned_minutes == 450
    assert "7.5 h planned" in page(client, campaign)
    assert 'value="7.5"' in client.get(url).content.decode()


def test_live_campaign_keeps_what_it_went_live_with(client, marketing):
    campaign = launching.launch(ready_campaign(), at=ARRIVED, by=None)
    url = f"/admin/campaigns/edit/{campaign.pk}/"
    gone = {"DELETE": "on", "words": "x"} | {"id": campaign.audiences.get().pk}
    silent = {"medium": "press", "message": " "}
    answer = client.post(
        url, changed(campaign, **rows("audiences", gone, initial=1), **rows("channels", silent), budget_minor="0")
    )
    html = answer.content.decode()
    for words in ("keeps what it went live with", "There is no audience", "message for this channel", "no budget"):
        assert words in html
    assert "Nobody owns it" in html
    campaign.refresh_from_db()
    assert (campaign.budget_minor, campaign.audiences.count(), campaign.channels.count()) == (500_000, 1, 1)
    assert campaign.owner is not None
    assert list(campaign.changes.values_list("what", flat=True)) == ["launched"]


def test_campaign_becomes_no_part_of_its_own_part(client, marketing):
    campaign = ready_campaign()
    part = CampaignFactory(parent=campaign)
    answer = client.post(f"/admin/campaigns/edit/{campaign.pk}/", changed(campaign, parent=part.pk))
    assert "parent" in answer.context["form"].errors
    campaign.refresh_from_db()
    assert campaign.parent is None


def test_campaign_is_launched_and_closed_from_its_page(client, marketing):
    campaign = ready_campaign()
    answer = client.post(f"/admin/campaigns/{campaign.pk}/close/", follow=True)
    assert said(answer) == "It is not live."
    answer = client.post(f"/admin/campaigns/{campaign.pk}/launch/", follow=True)
    assert said(answer) == "“Spring” is live."
    answer = client.post(f"/admin/campaigns/{campaign.pk}/launch/", follow=True)
    assert said(answer) == "It went live already."
    answer = client.post(f"/admin/campaigns/{campaign.pk}/close/", follow=True)
    assert (
        said(answer)
        == "It cannot be closed yet. Step 7, run, is empty. Step 8, responses, is empty. Step 9, results, is empty."
    )
    for code in ("run", "responses", "results"):
        client.post(f"/admin/campaigns/{campaign.pk}/steps/{code}/", {"text": "Written.", "is_done": "on"})
    answer = client.post(f"/admin/campaigns/{campaign.pk}/close/", follow=True)
    assert said(answer) == "“Spring” is closed."
    answer = client.get(f"/admin/campaigns/edit/{campaign.pk}/", follow=True)
    assert said(answer) == "This campaign is closed and stays as it was."
    answer = client.post(f"/admin/campaigns/{campaign.pk}/steps/run/", {"text": "x"}, follow=True)
    assert said(answer) == "This campaign is closed and stays as it was."


def test_unready_campaign_says_at_launch_what_is_missing(client, marketing):
    campaign = ready_campaign(budget_minor=0)
    answer = client.post(f"/admin/campaigns/{campaign.pk}/launch/", follow=True)
    assert said(answer) == "It cannot go live yet. There is no budget."
    assert "1 thing is missing before it goes live" in answer.content.decode()


def test_step_is_written_and_its_words_are_shown_as_text(client, marketing):
    campaign = ready_campaign()
    url = f"/admin/campaigns/{campaign.pk}/steps/run/"
    client.post(url, {"text": "<script>alert(1)</script>", "is_done": "on"})
    html = page(client, campaign)
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert(1)" not in html
    assert (
        said(client.post(url, {"text": "", "is_done": "on"}, follow=True)) == "Write something before the step is done."
    )
    answer = client.post(f"/admin/campaigns/{campaign.pk}/steps/none/", {"text": "x"}, follow=True)
    assert said(answer) == "There is no such step."


def test_spending_is_entered_and_put_right(client, marketing):
    campaign = ready_campaign()
    stand = action(campaign)
    url = f"/admin/campaigns/{campaign.pk}/spendings/"
    entry = {"spending-on": "2026-03-02", "spending-action": stand.pk, "spending-note": "Stand"}
    client.post(url, entry | {"spending-amount": "1.234,50"})
    client.post(url, entry | {"spending-amount": "−234.50"})
    assert money.of_actions(campaign) == {stand.pk: 100_000}
    refusals = {"-2000": "That takes back more than was spent on it.", "0": "An entry of zero says nothing."}
    for typed, words in refusals.items():
        assert said(client.post(url, entry | {"spending-amount": typed}, follow=True)) == words
    for wrong in ({"spending-amount": "much"}, {"spending-on": "2026-03-03"}, {"spending-action": "999999"}):
        client.post(url, entry | {"spending-amount": "1"} | wrong)
    assert campaign.spendings.count() == 2
    assert "€1,000" in page(client, campaign)


def test_hours_are_noted(client, marketing):
    campaign = ready_campaign()
    url = f"/admin/campaigns/{campaign.pk}/hours/"
    sent = {"time-user": marketing.pk, "time-on": "2026-03-02", "time-note": "Texts"}
    for typed in ("1.5", "0", "25", "many", "-1"):
        client.post(url, sent | {"time-minutes": typed})
    assert list(campaign.times.values_list("minutes", flat=True)) == [90]


ACTION = {
    "name": "Stand at the fair", "code": "", "kind": "fair", "medium": "fair", "state": "planned",
    "starts_on": "2026-03-10", "ends_on": "", "cost_planned_minor": "900", "owner": "", "send": "", "note": "",
}  # fmt: skip


def opened(client, document) -> int:
    answer = client.get(document.url)
    if answer.streaming:
        answer.getvalue()  # to its end, where the file is closed
    return answer.status_code


def test_action_is_written_with_its_files_which_only_staff_of_campaigns_open(client, marketing, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    campaign = ready_campaign()
    files = [
        SimpleUploadedFile("plan.pdf", b"%PDF-1.4 plan"),
        SimpleUploadedFile("stand.png", b"\x89PNG\r\n\x1a\n stand"),
    ]
    url = f"/admin/campaigns/{campaign.pk}/actions/new/"
    assert client.get(url).status_code == 200
    assert client.post(url, ACTION | {"new_files": files}).status_code == 302
    stand = CampaignAction.objects.get()
    assert (stand.code, stand.cost_planned_minor, stand.files.count()) == ("stand-at-the-fair", 90_000, 2)
    plan = stand.files.get(title="plan.pdf")
    assert opened(client, plan) == 200
    for role, status in (("Editor", 200), ("Tutor", 403), (None, 403)):
        client.force_login(UserFactory(role=role))
        assert opened(client, plan) == status
    client.logout()
    assert opened(client, plan) == 403
    client.force_login(marketing)
    url = f"/admin/campaigns/{campaign.pk}/actions/{stand.pk}/"
    client.post(url, ACTION | {"code": stand.code, "state": "done", "dropped_files": [plan.pk]})
    stand.refresh_from_db()
    assert (stand.state, [file.title for file in stand.files.all()]) == ("done", ["stand.png"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"starts_on": "soon"}, {"ends_on": "2026-03-01"}, {"cost_planned_minor": "much"},
        {"kind": "none"}, {"code": "taken"}, {"new_files": SimpleUploadedFile("page.html", b"<script>")},
        {"new_files": SimpleUploadedFile("run.exe", b"MZ")},
        {"new_files": SimpleUploadedFile("plan.pdf", b"<script>alert(1)</script>")},
        {"new_files": SimpleUploadedFile("stand.png", b"%PDF-1.4 plan")},
        {"new_files": [SimpleUploadedFile("a.pdf", b"%PDF-1.4 a"), SimpleUploadedFile("list.csv", b"MZ\x90\x00")]},
    ],
)  # fmt: skip
def test_bad_action_is_refused_in_words(client, marketing, wrong):
    campaign = ready_campaign()
    action(campaign, code="taken")
    answer = client.post(f"/admin/campaigns/{campaign.pk}/actions/new/", ACTION | wrong)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == list(wrong)
    assert campaign.actions.count() == 1
    assert get_document_model().objects.count() == 0


def test_action_of_another_campaign_is_not_found(client, marketing):
    stand = action(CampaignFactory())
    assert client.get(f"/admin/campaigns/{CampaignFactory().pk}/actions/{stand.pk}/").status_code == 404


def test_page_shows_goal_media_actions_and_parts(client, marketing):
    campaign = ready_campaign()
    part = CampaignFactory(name="Posters", parent=campaign)
    stand = action(campaign)
    brought(campaign, action=stand, enquiries=8, enrolled=3)
    brought(part, enquiries=2, medium="outdoor")
    money.spend(campaign, on=STARTS, amount_minor=100_000, action=stand, note="Stand", at=ARRIVED, by=None)
    html = page(client, campaign)
    for words in ("Still to go", "21", "Results by medium", "Fairs and events", "€125", "Posters", "With its parts"):
        assert words in html
    assert "Linear" not in html
    assert client.get(f"/admin/campaigns/inspect/{campaign.pk}/?model=<x>").status_code == 200


def test_adviser_reads_the_page_and_changes_nothing(client):
    campaign = ready_campaign()
    client.force_login(UserFactory(role="Adviser"))
    html = page(client, campaign)
    assert "<textarea" not in html
    assert "Let it go live" not in html
    for act in ("launch", "close", "spendings", "hours", "audiences", "steps/run", "actions/new"):
        assert client.post(f"/admin/campaigns/{campaign.pk}/{act}/").status_code in (302, 403)
    campaign.refresh_from_db()
    assert (campaign.state, CampaignChange.objects.count(), campaign.spendings.count()) == ("planned", 0, 0)


def test_list_leads_to_the_page_and_takes_the_same_queries_for_one_and_three(client, marketing):
    counts = []
    for more in (1, 2):
        for _number in range(more):
            ready_campaign(parent=CampaignFactory())
        client.get("/admin/campaigns/")
        with CaptureQueriesContext(connection) as queries:
            html = client.get("/admin/campaigns/").content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert f"/admin/campaigns/inspect/{Campaign.objects.first().pk}/" in html
    assert client.get("/admin/campaigns/?state=live&export=csv").status_code == 200


def test_page_takes_the_same_queries_for_one_and_three_actions_and_rows(client, marketing):
    campaign, counts = ready_campaign(), []
    for more in (1, 2):
        for _number in range(more):
            stand = action(campaign, code=f"stand-{campaign.actions.count()}", owner=marketing)
            money.spend(campaign, on=STARTS, amount_minor=100, action=stand, note="x", at=ARRIVED, by=marketing)
            CampaignAudience.objects.create(campaign=campaign, words="Others")
            CampaignTarget.objects.create(campaign=campaign, programme=ProgrammeFactory(), enquiries=1)
            CampaignHelper.objects.create(campaign=campaign, user=UserFactory(), planned_minutes=60)
        page(client, campaign)
        with CaptureQueriesContext(connection) as queries:
            page(client, campaign)
        counts.append(len(queries))
    assert counts[0] == counts[1]
