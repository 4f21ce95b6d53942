"""The desk: putting aside, acting on many and undoing, saved views, follow-ups, the live queue, the plan of a day."""

from datetime import UTC, timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contact_centre import bulk, call_figures, day, follow_ups, inbox, plans, queue, saved_views, snoozing, undo
from contact_centre.models import Case, DayPlanItem, DeskAct, FollowUp, Objective, Presence, SavedView
from tests.factories.contact_centre import CaseFactory
from tests.factories.desk import FollowUpFactory
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEN = MONDAY_9AM + HOUR


@pytest.fixture
def adviser():
    return UserFactory(role="Adviser")


@pytest.fixture
def lead():
    return UserFactory(role="Contact-centre lead")


@pytest.fixture
def desk(client):
    def sign_in(user):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


def reread(case):
    return Case.objects.get(pk=case.pk)


def shown(user, view, at):
    page = inbox.page(inbox.Filters(view), user=user, at=at)
    return [case.pk for case in page.cases]


def test_who_wrote_again_is_owed_a_reply(adviser):
    case = CaseFactory(answered=True, adviser=adviser, state="in_hand", next_due_at=TEN + 3 * HOUR)

    assert shown(adviser, "mine", TEN) == shown(adviser, "again", TEN) == [case.pk]
    assert shown(adviser, "answered", TEN) == []
    assert [item.row.case_id for item in day.plan_of(adviser, TEN).left] == [case.pk]
    Case.objects.filter(pk=case.pk).update(next_due_at=None)
    assert day.plan_of(adviser, TEN + HOUR).done == 1


def test_what_goes_to_a_colleague_leaves_the_plan(adviser, lead):
    case = CaseFactory(in_hand=True, adviser=adviser)
    assert len(day.plan_of(adviser, TEN).items) == 1

    queue.assign([case], to=lead, by=lead, at=TEN)

    assert day.plan_of(adviser, TEN + HOUR).items == []


# --- Putting aside


def test_what_is_put_aside_leaves_the_queue_and_comes_back_by_itself(adviser):
    case = CaseFactory()

    snoozing.snooze([case], until=TEN + 3 * HOUR, by=adviser, at=TEN)

    assert shown(adviser, "waiting", TEN) == []
    assert shown(adviser, "aside", TEN) == [case.pk]
    assert shown(adviser, "waiting", TEN + 4 * HOUR) == [case.pk]
    assert snoozing.wake_due(at=TEN + 4 * HOUR) == 1
    assert snoozing.wake_due(at=TEN + 4 * HOUR) == 0


def test_putting_aside_never_breaks_the_promise(adviser):
    case, answered = CaseFactory(), CaseFactory(answered=True, adviser=adviser)

    aside = snoozing.snooze([case, answered], until=TEN + 7 * DAY, by=adviser, at=TEN)

    assert (aside.count, aside.shortened) == (2, 1)
    assert reread(case).snoozed_until == case.answer_due_at - HOUR
    assert reread(answered).snoozed_until == TEN + 7 * DAY


def test_what_is_due_within_the_hour_and_what_others_hold_stays(adviser):
    soon, others = CaseFactory(), CaseFactory(in_hand=True)

    aside = snoozing.snooze([soon], until=soon.answer_due_at + DAY, by=adviser, at=soon.answer_due_at - HOUR)
    assert (aside.count, aside.refused, aside.act) == (0, 1, None)
    assert snoozing.snooze([others], until=TEN + HOUR, by=adviser, at=TEN).refused == 1
    snoozing.snooze([others], until=TEN + HOUR, by=others.adviser, at=TEN)
    assert not snoozing.wake(others, by=adviser, at=TEN)
    assert reread(others).snoozed_until == TEN + HOUR
    assert snoozing.wake(others, by=others.adviser, at=TEN)


# --- Many at once, and back


@pytest.mark.parametrize(
    ("act", "after"),
    [
        (lambda cases, by, to: bulk.assign(cases, to=to, by=by, at=TEN), "in_hand"),
        (lambda cases, by, to: bulk.close(cases, by=by, at=TEN), "closed"),
    ],
    ids=["assign", "close"],
)
def test_an_act_on_many_is_undone_whole(lead, adviser, act, after):
    cases = [CaseFactory(), CaseFactory(in_hand=True)]
    was = list(Case.objects.order_by("pk").values("state", "adviser", "taken_at", "closed_at"))

    result = act(cases, lead, adviser)
    assert result.count == 2
    assert set(Case.objects.values_list("state", flat=True)) == {after}
    undone = undo.undo(result.act, by=lead, at=TEN + timedelta(minutes=9))

    assert (undone.count, undone.changed_since) == (2, 0)
    assert list(Case.objects.order_by("pk").values("state", "adviser", "taken_at", "closed_at")) == was


def test_put_back_and_put_aside_are_undone(adviser):
    mine, waiting = CaseFactory(in_hand=True, adviser=adviser), CaseFactory()
    back = bulk.put_back([mine, waiting], by=adviser, at=TEN)
    assert (back.count, back.left) == (1, 1)
    undo.undo(back.act, by=adviser, at=TEN)
    assert reread(mine).adviser == adviser

    aside = snoozing.snooze([waiting], until=TEN + 2 * HOUR, by=adviser, at=TEN)
    undo.undo(aside.act, by=adviser, at=TEN)
    assert reread(waiting).snoozed_until is None


def test_undoing_leaves_what_a_colleague_has_done_since(lead, adviser):
    kept, changed = CaseFactory(), CaseFactory()
    result = bulk.assign([kept, changed], to=adviser, by=lead, at=TEN)
    queue.put_back(changed, by=adviser, at=TEN)
    queue.take(changed, by=UserFactory(role="Adviser"), at=TEN)

    undone = undo.undo(result.act, by=lead, at=TEN + timedelta(minutes=1))

    assert (undone.count, undone.changed_since) == (1, 1)
    assert reread(kept).adviser is None
    assert reread(changed).adviser not in (None, adviser)


@pytest.mark.parametrize("late", [timedelta(minutes=11), None], ids=["too late", "twice"])
def test_undoing_ends_after_ten_minutes_and_happens_once(lead, adviser, late):
    act = bulk.assign([CaseFactory()], to=adviser, by=lead, at=TEN).act
    if late is None:
        undo.undo(act, by=lead, at=TEN)

    with pytest.raises(undo.TooLate):
        undo.undo(act, by=lead, at=TEN + (late or timedelta()))


def test_nobody_undoes_what_another_did(desk, lead, adviser):
    act = bulk.assign([CaseFactory()], to=adviser, by=lead, at=timezone.now()).act

    assert desk(adviser).post(f"/admin/queue/undo/{act.uuid}/").status_code == 404


def test_many_are_chosen_and_undone_on_the_screen(desk, adviser):
    client, cases = desk(adviser), [CaseFactory(opened_at=timezone.now()) for _case in range(3)]
    chosen = {"case": [str(case.uuid) for case in cases], "next": "/admin/queue/"}

    client.post("/admin/queue/many/", {"act": "snooze", "until": "hour", **chosen})
    assert Case.objects.exclude(snoozed_until=None).count() == 3
    page = client.get("/admin/queue/").content.decode()
    act = DeskAct.objects.get()
    assert f"/admin/queue/undo/{act.uuid}/" in page
    client.post(f"/admin/queue/undo/{act.uuid}/", {"next": "/admin/queue/"})

    assert not Case.objects.exclude(snoozed_until=None).exists()


@pytest.mark.parametrize(
    "bad", [{"act": "burn"}, {"act": "wake"}, {"act": "snooze", "until": ""}, {"act": "snooze", "until_at": "x"}]
)
def test_an_act_that_makes_no_sense_changes_nothing(desk, adviser, bad):
    case = CaseFactory()

    answer = desk(adviser).post("/admin/queue/many/", {"case": [str(case.uuid), "nonsense"], **bad})

    assert answer.status_code == 302
    assert [message.level_tag for message in get_messages(answer.wsgi_request)] in (["error"], ["warning"])
    assert case.events.count() == 0


# --- Saved views


def test_views_are_ones_own_in_ones_own_order_then_those_of_others(adviser, lead):
    saved_views.save(lead, name="Grants", query="kind=enquiry", is_shared=True)
    saved_views.save(lead, name="Private", query="view=mine")
    for name in ("First", "Second"):
        saved_views.save(adviser, name=name, query="view=mine")
    saved_views.move_up(adviser, SavedView.objects.get(name="Second").pk)

    assert [view.name for view in saved_views.shown_to(adviser)] == ["Second", "First", "Grants"]
    with pytest.raises(saved_views.NameTaken):
        saved_views.save(adviser, name="First", query="")


def test_a_view_is_kept_shared_and_removed_on_the_screen(desk, lead, adviser):
    client = desk(lead)
    client.post("/admin/queue/views/", {"name": "Complaints", "view": "all", "kind": "complaint", "is_shared": "yes"})
    view = SavedView.objects.get()
    assert (view.query, view.is_shared) == ("view=all&kind=complaint", True)

    desk(adviser).post(f"/admin/queue/views/{view.pk}/remove/")
    assert SavedView.objects.exists()
    page = client.get("/admin/queue/").content.decode()
    assert "Complaints" in page
    assert page.count('type="submit" formnovalidate name="act"') == 3  # they need no adviser to give to
    desk(lead).post(f"/admin/queue/views/{view.pk}/remove/")
    assert not SavedView.objects.exists()


def test_an_adviser_shares_nothing_with_everybody(desk, adviser):
    desk(adviser).post("/admin/queue/views/", {"name": "Mine", "view": "mine", "is_shared": "yes"})

    assert SavedView.objects.get().is_shared is False


# --- Live


def test_the_queue_asks_one_statement_while_nothing_happens(desk, adviser):
    client = desk(adviser)
    CaseFactory()
    client.get("/admin/queue/")
    with CaptureQueriesContext(connection) as door:
        client.get("/admin/queue/live/?stamp=none")
    stamp = inbox.stamp(at=timezone.now())
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(f"/admin/queue/live/?stamp={stamp}")

    own = [one for one in asked.captured_queries if "contact_centre" in one["sql"]]
    assert (answer.status_code, len(own)) == (204, 1)
    assert len(asked) < len(door)


def test_a_new_question_and_a_colleague_who_looks_change_the_stamp(adviser):
    at = timezone.now()
    first = inbox.stamp(at=at)
    case = queue.open_case(PersonFactory(), kind="enquiry", at=at)
    second = inbox.stamp(at=at)
    Presence.objects.create(user=adviser, case=case, doing="writing", seen_at=at)

    assert len({first, second, inbox.stamp(at=at)}) == 3


def test_the_live_part_brings_the_new_case(desk, adviser):
    client = desk(adviser)
    stamp = inbox.stamp(at=timezone.now())
    queue.open_case(PersonFactory(given_name="Latecomer"), kind="enquiry", at=timezone.now())

    page = client.get(f"/admin/queue/live/?view=waiting&stamp={stamp}").content.decode()

    assert "Latecomer" in page
    assert "<html" not in page


def test_the_queue_says_who_has_a_case_before_them(adviser):
    case = CaseFactory()
    Presence.objects.create(user=adviser, case=case, doing="writing", seen_at=TEN)

    row = inbox.page(inbox.Filters(), user=adviser, at=TEN).rows[0]

    assert row.looking == [f"{adviser} is writing"]
    assert inbox.page(inbox.Filters(), user=adviser, at=TEN + timedelta(minutes=2)).rows[0].looking == []


def test_a_page_of_the_queue_is_light(desk, lead):
    for _case in range(inbox.PAGE_SIZE):
        CaseFactory(question="word " * 500)

    assert len(desk(lead).get("/admin/queue/").content) < 160_000


# --- Follow-ups


def test_a_follow_up_is_done_put_off_and_dropped_by_its_owner(adviser):
    mine = FollowUpFactory(owner=adviser)

    follow_ups.move(mine, to=TEN + DAY, by=adviser, at=TEN)
    follow_ups.done(mine, by=adviser, at=TEN)
    follow_ups.drop(mine, by=adviser, at=TEN)

    mine.refresh_from_db()
    assert (mine.due_at, mine.done_at, mine.dropped_at) == (TEN + DAY, TEN, None)
    with pytest.raises(follow_ups.NotTheirs):
        follow_ups.done(FollowUpFactory(), by=adviser, at=TEN)
    with pytest.raises(follow_ups.InThePast):
        follow_ups.set_for(PersonFactory(), due_at=TEN, why="x", owner=adviser, by=adviser, at=TEN)


def test_a_reminder_is_set_from_the_case(desk, adviser):
    case = CaseFactory(in_hand=True, adviser=adviser)
    due = timezone.localtime(timezone.now() + DAY)

    desk(adviser).post(
        f"/admin/cases/{case.uuid}/follow-ups/",
        {"due_at": f"{due:%Y-%m-%dT%H:%M}", "channel": "phone", "why": "Ask about the grant"},
    )

    assert FollowUp.objects.get().owner == adviser


@pytest.mark.parametrize(("day_of", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2028, 2, 29), 24)])
def test_a_day_ends_at_midnight_when_clocks_change(day_of, hours):
    start = timezone.make_aware(timezone.datetime(*day_of))

    assert follow_ups.end_of_day(start + HOUR).astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)


# --- The plan of a day


def test_the_plan_is_ordered_by_time_and_value_and_ticked_as_it_is_done(adviser):
    later = CaseFactory(in_hand=True, adviser=adviser, opened_at=MONDAY_9AM)
    worth_more = CaseFactory(in_hand=True, adviser=adviser, opened_at=MONDAY_9AM, rank_at=MONDAY_9AM + 5 * HOUR)
    call = FollowUpFactory(owner=adviser, due_at=TEN + HOUR)

    plan = day.plan_of(adviser, TEN)
    assert [item.row.case_id or item.row.follow_up_id for item in plan.items] == [call.pk, worth_more.pk, later.pk]

    follow_ups.done(call, by=adviser, at=TEN)
    queue.close(later, by=adviser, at=TEN + HOUR)
    plan = day.plan_of(adviser, TEN + 2 * HOUR)
    assert (plan.done, len(plan.items), plan.percent) == (2, 3, 67)


def test_what_comes_in_later_is_added_and_nothing_is_added_twice(adviser):
    assert day.plan_of(adviser, TEN).items == []
    CaseFactory(in_hand=True, adviser=adviser)

    for _look in range(2):
        assert len(day.plan_of(adviser, TEN + HOUR).items) == 1


def test_the_plan_costs_the_same_for_one_thing_and_for_thirty(adviser):
    def queries():
        day.plan_of(adviser, TEN)
        with CaptureQueriesContext(connection) as asked:
            day.plan_of(adviser, TEN)
        return len(asked)

    CaseFactory(in_hand=True, adviser=adviser)
    few = queries()
    for _case in range(29):
        CaseFactory(in_hand=True, adviser=adviser)
        FollowUpFactory(owner=adviser)

    assert queries() == few


def test_completion_is_counted_by_adviser_also_when_nobody_looks_again(adviser):
    for _case in range(4):
        CaseFactory(in_hand=True, adviser=adviser)
    day.plan_of(adviser, TEN)
    queue.close(Case.objects.first(), by=adviser, at=TEN + HOUR)

    plans.tick(at=TEN + 2 * HOUR)

    done = call_figures.completion(MONDAY_9AM, MONDAY_9AM + DAY)[0]
    assert (done.user, done.planned, done.done, done.percent) == (adviser, 4, 1, 25)
    assert DayPlanItem.objects.exclude(done_at=None).count() == 1


def test_the_objective_agreed_with_somebody_holds(adviser):
    Objective.objects.create(user=adviser, metric="answers_a_day", target=12, valid_from=TEN.date() - DAY)
    Objective.objects.create(
        user=adviser, metric="answers_a_day", target=99, valid_from=TEN.date() - 9 * DAY, valid_until=TEN.date() - DAY
    )

    assert day.figures(adviser, at=TEN).objective == 12


def test_my_day_of_a_teacher_says_what_they_can_do(desk):
    page = desk(UserFactory(role="Teacher")).get("/admin/my-day/").content.decode()

    assert "What you can do here" in page
    assert "/admin/people/" in page
