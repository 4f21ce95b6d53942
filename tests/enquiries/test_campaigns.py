"""A campaign from its plan to its end: what must stand, what it costs, what is marked, what it brought."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiries.campaigns import actions, audiences, changing, effects, launching, money, results, steps, tree
from enquiries.models import (
    Campaign,
    CampaignAudience,
    CampaignChange,
    CampaignChannel,
    CampaignHelper,
    CampaignTarget,
    MarketStudy,
)
from tests.factories.campaigns import ENDS, STARTS, action, brought, ready_campaign
from tests.factories.enquiries import ARRIVED, CampaignFactory, EnquiryFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
What = CampaignChange.What


def live_campaign(**fields):
    campaign = ready_campaign(**fields)
    return launching.launch(campaign, at=ARRIVED, by=campaign.owner)


# --- launching and closing


def test_campaign_goes_live_when_nothing_is_missing():
    campaign = ready_campaign()
    assert launching.missing(campaign, at=ARRIVED) == []
    launched = launching.launch(campaign, at=ARRIVED, by=campaign.owner)
    assert (launched.state, launched.launched_at) == (Campaign.State.LIVE, ARRIVED)
    assert [change.what for change in campaign.changes.all()] == [What.LAUNCHED]


def test_empty_campaign_says_everything_that_is_missing():
    campaign = CampaignFactory(state=Campaign.State.PLANNED)
    assert launching.missing(campaign, at=ARRIVED) == [
        "What is measured is not chosen.",
        "Where we stand (the baseline) is not set.",
        "Where we want to be (the target) is not set.",
        "There is no budget.",
        "The first or the last day is not set.",
        "Nobody owns it.",
        "There is no audience: whom is it for?",
        "There is no channel: through what does it reach them?",
        "Step 1, analysis, is empty.",
        "Step 2, budget, is empty.",
        "Step 3, offer, is empty.",
        "Step 4, targets, is empty.",
        "Step 5, content, is empty.",
        "Step 6, message per channel, is empty.",
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"target": 10}, "The target does not go beyond where we stand already."),
        ({"starts_on": STARTS - 60 * DAY, "ends_on": STARTS - 30 * DAY}, "Its last day is over."),
        ({"budget_minor": 0}, "There is no budget."),
        ({"owner": None}, "Nobody owns it."),
    ],
)
def test_campaign_with_one_thing_missing_stays_planned(fields, said):
    campaign = ready_campaign(**fields)
    with pytest.raises(launching.NotReady) as refusal:
        launching.launch(campaign, at=ARRIVED, by=None)
    assert refusal.value.findings == [said]
    campaign.refresh_from_db()
    assert (campaign.state, campaign.changes.count()) == (Campaign.State.PLANNED, 0)


def test_channel_without_its_message_is_named():
    campaign = ready_campaign()
    CampaignChannel.objects.create(campaign=campaign, medium="press", message="  ")
    assert launching.missing(campaign, at=ARRIVED) == ["The message for this channel is not written: Press."]


def test_step_that_is_begun_is_not_done():
    campaign = ready_campaign()
    steps.write(campaign, "offer", text="Three programmes, but", is_done=False, at=ARRIVED, by=None)
    assert launching.missing(campaign, at=ARRIVED) == ["Step 3, offer, is not done."]


def test_part_of_a_campaign_waits_for_the_whole():
    whole = ready_campaign(name="Autumn")
    part = ready_campaign(parent=whole)
    assert launching.missing(part, at=ARRIVED) == ["“Autumn”, of which it is part, is not live."]
    launching.launch(whole, at=ARRIVED, by=None)
    part.refresh_from_db()
    assert launching.launch(Campaign.objects.get(pk=part.pk), at=ARRIVED, by=None).state == Campaign.State.LIVE


def test_campaign_goes_live_once():
    campaign = live_campaign()
    with pytest.raises(launching.NotPlanned):
        launching.launch(campaign, at=ARRIVED + DAY, by=None)
    assert campaign.changes.filter(what=What.LAUNCHED).count() == 1


def test_campaign_is_closed_with_all_nine_steps_and_no_part_that_runs():
    campaign = live_campaign(name="Autumn")
    part = live_campaign(name="Posters", parent=campaign)
    with pytest.raises(launching.NotReady) as refusal:
        launching.close(campaign, at=ARRIVED + DAY, by=None)
    assert refusal.value.findings == [
        "“Posters”, which is part of it, is still live.",
        "Step 7, run, is empty.",
        "Step 8, responses, is empty.",
        "Step 9, results, is empty.",
    ]
    for one in (part, campaign):
        for code in ("run", "responses", "results"):
            steps.write(one, code, text="Written.", is_done=True, at=ARRIVED, by=None)
        closed = launching.close(one, at=ARRIVED + DAY, by=None)
    assert (closed.state, closed.closed_at) == (Campaign.State.CLOSED, ARRIVED + DAY)
    assert [step.is_done for step in steps.of_campaign(closed)] == [True] * 9


def test_closed_campaign_stays_as_it_was_but_for_late_bills():
    campaign = live_campaign()
    Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.CLOSED)
    with pytest.raises(steps.IsClosed):
        steps.write(campaign, "run", text="Late", is_done=True, at=ARRIVED, by=None)
    with pytest.raises(steps.IsClosed), changing.marked(campaign, at=ARRIVED, by=None):
        pytest.fail("nothing may be changed in here")
    with pytest.raises(steps.IsClosed):
        actions.put(action(campaign), at=ARRIVED, by=None)
    assert money.spend(campaign, on=ENDS, amount_minor=100, note="Late bill", at=ARRIVED, by=None).pk


def test_step_keeps_who_did_it_until_it_is_opened_again():
    campaign, laia, pau = ready_campaign(), UserFactory(), UserFactory()
    steps.write(campaign, "run", text="Day by day", is_done=True, at=ARRIVED, by=laia)
    again = steps.write(campaign, "run", text="Day by day, and weekly", is_done=True, at=ARRIVED + DAY, by=pau)
    assert (again.by, again.done_at, again.text) == (laia, ARRIVED, "Day by day, and weekly")
    opened = steps.write(campaign, "run", text="Day by day", is_done=False, at=ARRIVED + DAY, by=pau)
    assert (opened.by, opened.done_at) == (None, None)
    with pytest.raises(steps.Unwritten):
        steps.write(campaign, "results", text=" ", is_done=True, at=ARRIVED, by=pau)


# --- the tree


def test_ring_of_campaigns_is_refused_at_any_depth():
    top = CampaignFactory(name="Top")
    middle = CampaignFactory(parent=top)
    bottom = CampaignFactory(name="Bottom", parent=middle)
    for parent in (top, bottom):
        with pytest.raises(tree.BadParent, match="is part of this campaign itself"):
            tree.check(campaign_id=top.pk, parent=parent, currency="EUR")
    with pytest.raises(tree.BadParent), changing.marked(top, at=ARRIVED, by=None):
        Campaign.objects.filter(pk=top.pk).update(parent=bottom)
    top.refresh_from_db()
    assert top.parent is None


def test_two_currencies_in_one_tree_are_refused():
    top = CampaignFactory(name="Top", currency="EUR")
    part = CampaignFactory(parent=top)
    with pytest.raises(tree.BadParent, match="“Top” counts in EUR and this one in USD"):
        tree.check(campaign_id=None, parent=top, currency="USD")
    with pytest.raises(tree.BadParent), changing.marked(top, at=ARRIVED, by=None):
        Campaign.objects.filter(pk=top.pk).update(currency="MXN")
    assert part.currency == "EUR"


@given(st.data())
def test_parent_totals_are_the_sum_of_its_parts_and_itself(data):
    size = data.draw(st.integers(1, 12))
    links = {0: None} | {one: data.draw(st.sampled_from([None, *range(one)])) for one in range(1, size)}
    amount = st.integers(0, 10**9)
    own = {one: money.Amounts(*(data.draw(amount) for _column in range(6))) for one in links}
    whole = money.added_up(own, links)
    for one in links:
        children = [child for child, parent in links.items() if parent == one]
        assert whole[one] == money.Totals(own[one], tuple(money.Part(None, whole[child]) for child in children)).whole
    tops = [whole[one].actual_minor for one, parent in links.items() if parent is None]
    assert sum(tops) == sum(amounts.actual_minor for amounts in own.values())


def test_totals_count_money_studies_and_hours_of_every_level():
    top = CampaignFactory(budget_minor=100_000)
    middle = CampaignFactory(parent=top, budget_minor=50_000)
    bottom = CampaignFactory(parent=middle, budget_minor=25_000)
    user = UserFactory()
    for campaign, minor in ((top, 1_000), (middle, 200), (bottom, 30)):
        money.spend(campaign, on=STARTS, amount_minor=minor, note="Bill", at=ARRIVED, by=user)
        money.note_time(campaign, user=user, on=STARTS, minutes=60)
    action(bottom, cost_planned_minor=700)
    action(bottom, code="off", state="off", cost_planned_minor=999)
    study = MarketStudy.objects.create(title="Rivals", supplier="Ipsum", on=STARTS, cost_minor=101, findings="Dear")
    study.campaigns.add(top, bottom)
    CampaignHelper.objects.create(campaign=middle, user=user, planned_minutes=90)
    totals = money.totals(top)
    assert totals.own == money.Amounts(100_000, 0, 1_000, 51, 0, 60)
    assert [(part.campaign, part.whole) for part in totals.parts] == [
        (middle, money.Amounts(75_000, 700, 230, 50, 90, 120))
    ]
    assert totals.whole == money.Amounts(175_000, 700, 1_230, 101, 90, 180)
    assert totals.whole.cost_minor == 1_331


# --- money


def test_correction_takes_back_what_was_entered_and_no_more():
    campaign = CampaignFactory()
    stand = action(campaign)
    money.spend(campaign, on=STARTS, amount_minor=5_000, action=stand, note="Stand", at=ARRIVED, by=None)
    money.spend(campaign, on=STARTS, amount_minor=-2_000, action=stand, note="Entered twice", at=ARRIVED, by=None)
    with pytest.raises(money.BelowZero):
        money.spend(campaign, on=STARTS, amount_minor=-3_001, action=stand, note="Too much", at=ARRIVED, by=None)
    with pytest.raises(money.BelowZero):
        money.spend(campaign, on=STARTS, amount_minor=-1, note="Of nothing", at=ARRIVED, by=None)
    with pytest.raises(money.NothingSpent):
        money.spend(campaign, on=STARTS, amount_minor=0, note="Nothing", at=ARRIVED, by=None)
    with pytest.raises(money.OtherCampaign):
        money.spend(CampaignFactory(), on=STARTS, amount_minor=1, action=stand, at=ARRIVED, by=None)
    assert money.of_actions(campaign) == {stand.pk: 3_000}


# --- changes


def test_every_watched_change_of_a_live_campaign_is_marked_with_before_after_and_why():
    campaign, by = live_campaign(), UserFactory()
    with changing.marked(campaign, at=ARRIVED + DAY, by=by, why="Instagram brings few"):
        Campaign.objects.filter(pk=campaign.pk).update(budget_minor=650_000, target=30, ends_on=date(2026, 5, 15))
        CampaignChannel.objects.create(campaign=campaign, medium="press", message="Read on")
        CampaignAudience.objects.create(campaign=campaign, words="Readers of newspapers")
    found = {one.change.what: (one.before, one.after) for one in changing.of_campaign(campaign)}
    assert found == {
        What.LAUNCHED: ("", ""),
        What.BUDGET: ("€5,000", "€6,500"),
        What.DATES: ("02/03/2026–30/04/2026", "02/03/2026–15/05/2026"),
        What.TARGET: ("enrolments from 10 to 24", "enrolments from 10 to 30"),
        What.CHANNELS: ("Social networks", "Press, Social networks"),
        What.AUDIENCE: (
            "People who want to change their job",
            "People who want to change their job · Readers of newspapers",
        ),
    }
    assert {(one.by, one.why) for one in campaign.changes.exclude(what=What.LAUNCHED)} == {(by, "Instagram brings few")}


def test_planned_campaign_changes_without_marks():
    campaign = ready_campaign()
    with changing.marked(campaign, at=ARRIVED, by=None):
        Campaign.objects.filter(pk=campaign.pk).update(budget_minor=1)
    assert not campaign.changes.exists()


def test_action_of_a_live_campaign_leaves_a_mark_and_gets_a_code_of_its_own():
    campaign = live_campaign()
    first = action(campaign, code="fair-in-may")
    second = actions.put(
        type(first)(campaign=campaign, name="Fair in May", kind="fair", medium="fair", starts_on=STARTS,
                    cost_planned_minor=90_000),
        at=ARRIVED + DAY, by=None, why="A stand was free",
    )  # fmt: skip
    assert second.code == "fair-in-may-2"
    [mark] = [one for one in changing.of_campaign(campaign) if one.change.what == What.ACTION]
    assert (mark.before, mark.after) == ("", "Fair in May · planned · 02/03/2026–… · €900")
    second.state = "off"
    actions.put(second, at=ARRIVED + 2 * DAY, by=None)
    assert changing.of_campaign(campaign)[-1].after == "Fair in May · called off · 02/03/2026–… · €900"


def test_effect_of_a_change_compares_as_many_days_before_and_after():
    campaign = live_campaign()
    part = CampaignFactory(parent=campaign)
    change = ARRIVED + 10 * DAY
    changing.mark(campaign, What.BUDGET, before="1 EUR", after="2 EUR", at=change, by=None, why="")
    for days, where, times in ((1, campaign, 2), (9, campaign, 1), (11, part, 4), (15, campaign, 2), (30, campaign, 9)):
        for _time in range(times):
            EnquiryFactory(campaign=where, received_at=ARRIVED + days * DAY)
    EnquiryFactory(campaign=campaign, received_at=ARRIVED + 12 * DAY, state="invalid")
    [effect] = effects.of_campaign(campaign, at=ARRIVED + 40 * DAY)
    assert (effect.days, effect.before, effect.after, effect.percent) == (10, 3, 6, 100)
    assert (effect.before_rate, effect.after_rate) == (0.3, 0.6)
    [early] = effects.of_campaign(campaign, at=change + timedelta(hours=5))
    assert (early.days, early.percent) == (0, None)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=8), st.integers(0, 100))
def test_days_compared_hold_no_other_change(hours, more):
    marks = [ARRIVED + timedelta(hours=one) for one in hours]
    last = max(marks) + timedelta(hours=more)
    for at, length in effects.windows(marks, first=ARRIVED, last=last):
        assert timedelta(0) <= length <= effects.LONGEST
        assert at - length >= ARRIVED
        assert at + length <= last
        assert not [other for other in marks if other != at and at - length < other < at + length]


def test_days_without_enquiries_are_counted_as_none():
    campaign = CampaignFactory()
    EnquiryFactory(campaign=campaign, received_at=ARRIVED)
    assert effects.by_day(campaign, first=STARTS - DAY, last=STARTS + DAY) == [
        (STARTS - DAY, 0), (STARTS, 1), (STARTS + DAY, 0),
    ]  # fmt: skip


def test_weeks_hold_every_enquiry_once():
    days = [(STARTS + number * DAY, number) for number in range(9)]
    assert effects.by_week(days) == [(STARTS, 21), (STARTS + 7 * DAY, 15)]


# --- results


def test_standing_says_what_is_left_to_go():
    campaign = ready_campaign()
    part = CampaignFactory(parent=campaign)
    brought(campaign, enquiries=40, enrolled=9)
    brought(part, enquiries=10, enrolled=4)
    found = results.of_tree(campaign, money.totals(campaign))
    standing = results.standing(campaign, found.whole.brought)
    assert (standing.baseline, standing.target, standing.actual, standing.gap, standing.percent) == (10, 24, 13, 11, 54)
    assert not standing.is_reached
    assert found.whole.brought.enquiries == found.own.brought.enquiries + found.parts[0].brought.enquiries == 50


@pytest.mark.parametrize(
    ("metric", "actual"), [("enquiries", 40), ("contacts", 30), ("applications", 20), ("collected", 123_400)]
)
def test_actual_is_counted_in_what_the_goal_measures(metric, actual):
    campaign = ready_campaign(metric=metric)
    brought(campaign, enquiries=40, contacted=30, applied=20, collected_minor=123_400, currency="EUR")
    brought(campaign, collected_minor=7, currency="MXN")
    found = results.of_tree(campaign, money.totals(campaign))
    assert results.standing(campaign, found.whole.brought).actual == actual


def test_campaign_without_a_goal_has_no_standing():
    assert results.standing(CampaignFactory(), results.figures.total([])) is None


def test_every_action_shows_the_cost_of_an_enquiry():
    campaign = CampaignFactory()
    stand, poster = action(campaign), action(campaign, code="poster", name="Poster", kind="media", medium="outdoor")
    brought(campaign, action=stand, enquiries=8, enrolled=2)
    for one, minor in ((stand, 100_000), (poster, 40_000)):
        money.spend(campaign, on=STARTS, amount_minor=minor, action=one, note="Bill", at=ARRIVED, by=None)
    rows = results.of_actions(campaign, results.of_tree(campaign, money.totals(campaign)).own_lines)
    assert {row.action.name: (row.cost_minor, row.brought.enquiries, row.cost_per_enquiry) for row in rows} == {
        "Stand at the fair": (100_000, 8, 12_500),
        "Poster": (40_000, 0, None),
    }


def test_media_stand_in_one_table_whose_costs_add_up():
    campaign = CampaignFactory()
    part = CampaignFactory(parent=campaign)
    stand = action(part)
    brought(part, action=stand, enquiries=5, medium="qr")
    brought(campaign, enquiries=3, medium="paid-social")
    money.spend(part, on=STARTS, amount_minor=900, action=stand, note="Stand", at=ARRIVED, by=None)
    money.spend(campaign, on=STARTS, amount_minor=100, note="Concept", at=ARRIVED, by=None)
    rows = results.by_medium(campaign, results.of_tree(campaign, money.totals(campaign)).lines)
    assert [(str(row.label), row.actions, row.brought.enquiries, row.cost_minor) for row in rows] == [
        ("Fairs and events", 1, 5, 900),
        ("Social networks", 0, 3, 0),
        ("No medium", 0, 0, 100),
    ]


def test_targets_stand_beside_what_came_for_their_programme_and_intake():
    campaign, programme = CampaignFactory(), ProgrammeFactory()
    intake = IntakeFactory(programme=programme)
    CampaignTarget.objects.create(campaign=campaign, programme=programme, enquiries=30, enrolments=5)
    CampaignTarget.objects.create(campaign=campaign, programme=programme, intake=intake, enquiries=10)
    EnquiryFactory(campaign=campaign, programme=programme, intake=intake, state="enrolled")
    EnquiryFactory(campaign=campaign, programme=programme)
    EnquiryFactory(campaign=CampaignFactory(), programme=programme)
    assert [(row.target.intake, row.enquiries, row.enrolments) for row in results.of_targets(campaign)] == [
        (None, 2, 1), (intake, 1, 1),
    ]  # fmt: skip


def test_audience_that_is_a_segment_is_counted():
    from tests.factories.sends import SegmentFactory

    PersonFactory(language="ca")
    campaign = CampaignFactory()
    segment = SegmentFactory()
    CampaignAudience.objects.create(campaign=campaign, segment=segment)
    assert audiences.count(campaign, at=ARRIVED) == 0
    assert campaign.audiences.get().size is not None
