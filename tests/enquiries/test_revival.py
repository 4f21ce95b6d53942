"""The laboratory of lost enquiries: its grid, its plays, whom they leave alone, and what they brought."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from contact_centre import call_lists
from contact_centre.models import CallListEntry, Case
from contact_centre.sends.comparing import Share
from enquiries.life import progress
from enquiries.models import ClosedCell, Enquiry, Play, PlayMember
from enquiries.revival import acting, cells, closing, grid, kept_counts, lift, plays, results
from enquiries.revival.cells import Cell
from people import relatives
from people.contact import consents
from people.identity import merging
from people.models import Channel, OutgoingMessage, Purpose
from people.privacy import erasure
from tests.factories.contact_centre import CaseFactory, MessageTemplateFactory
from tests.factories.enquiries import EnquiryFactory
from tests.factories.people import ConsentFactory, PersonFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory
from tests.factories.revival import PlayFactory
from tests.people import at_once

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 3, 10, 0, tzinfo=UTC)  # a Wednesday, at an hour at which one may call
DAY = timedelta(days=1)
BUDGET = Cell("budget", "3m", None)


def lost(*, at=AT - 20 * DAY, reason="budget", lawful=("email", "phone"), **facts) -> Enquiry:
    person = facts.pop("person", None) or PersonFactory(phone=f"+3461{PersonFactory._meta.model.objects.count():07}")
    for channel in lawful:
        ConsentFactory(person=person, channel=channel, at=AT - 30 * DAY)
    return EnquiryFactory(person=person, lost=True, lost_reason=reason, ended_at=at, received_at=at - DAY, **facts)


def started(kind="call", number=10, **facts) -> Play:
    for _number in range(number):
        lost()
    return plays.start(PlayFactory(kind=kind, **facts), at=AT, by=UserFactory(role="Marketing"))


def template(**facts):
    facts = {"code": "again", "subject": "Hola", "body": "Hola {person}", "kind": "", "purpose": "commercial"} | facts
    return MessageTemplateFactory(**facts)


# --- the grid


def test_grid_counts_enquiries_people_and_who_may_be_asked():
    programme = ProgrammeFactory(title="Nursing")
    one = lost(programme=programme)
    EnquiryFactory(person=one.person, lost=True, ended_at=AT - DAY, programme=programme)
    lost(programme=programme, lawful=())
    lost(at=AT - 200 * DAY, reason="empathy", lawful=("phone",))
    withdrawn = lost(programme=programme, lawful=("email",))
    ConsentFactory(person=withdrawn.person, decision="withdrawn", at=AT - DAY)
    EnquiryFactory(programme=programme)
    erasure.erase(lost().person, at=AT)
    found = {one.cell: (one.total, one.people, one.lawful) for one in grid.grid(at=AT).counts}
    assert found == {
        Cell("budget", "3m", programme.pk): (4, 3, 1),
        Cell("empathy", "12m", None): (1, 1, 1),
    }


def test_very_many_are_counted_by_a_worker_while_the_last_counts_are_shown(monkeypatch):
    asked = []
    monkeypatch.setattr(kept_counts, "COUNTED_AT_ONCE", 1)
    monkeypatch.setattr("enquiries.tasks.count_lost_enquiries.apply_async", lambda **_options: asked.append(1))
    cache.delete_many([kept_counts.KEY, kept_counts.UNDER_WAY])
    lost()
    one = kept_counts.latest(at=AT)
    lost()
    assert one == kept_counts.latest(at=AT + timedelta(minutes=16), is_fresh=True)
    assert (len(asked), kept_counts.is_under_way()) == (1, True)
    kept_counts.recount(at=AT)
    assert grid.summed(kept_counts.latest(at=AT).counts)[0] == 2
    assert len(asked) == 1
    closing.close(BUDGET, why="Enough", at=AT, by=None)
    assert kept_counts.latest(at=AT).of(BUDGET).closed == "Enough"
    cache.delete(kept_counts.KEY)
    assert kept_counts.latest(at=AT) is None


def test_grid_takes_as_many_queries_for_one_and_for_twenty():
    numbers = []
    for more in (1, 19):
        for number in range(more):
            lost(programme=ProgrammeFactory(), reason=["budget", "undecided"][number % 2])
        with CaptureQueriesContext(connection) as queries:
            grid.grid(at=AT)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 11  # three of them hold the transaction


@given(days=st.integers(0, 2_000), hours=st.integers(0, 23))
def test_every_instant_has_exactly_one_age(days, hours):
    lost_at = AT - timedelta(days=days, hours=hours)
    ages = []
    for age in cells.MONTHS:
        after, until = cells.lost_between(age, at=AT)
        if lost_at <= until and (after is None or lost_at > after):
            ages.append(age)
    assert len(ages) == 1


# --- who takes part


def test_start_draws_each_person_once_and_leaves_a_fifth_alone():
    twice = lost()
    EnquiryFactory(person=twice.person, lost=True, ended_at=AT - DAY)
    lost(lawful=())
    play = started(number=9)
    members = PlayMember.objects.filter(play=play)
    assert members.count() == members.values("person").distinct().count() == 10
    assert members.filter(is_held_out=True).count() == 2
    assert play.ends_at == AT + 90 * DAY
    plays.start(play, at=AT + DAY, by=None)
    assert PlayMember.objects.count() == 10


def test_whoever_is_left_alone_is_drawn_by_the_seed_of_the_play():
    one = started(number=10)
    drawn = set(PlayMember.objects.filter(is_held_out=True).values_list("person", flat=True))
    PlayMember.objects.all().delete()
    Play.objects.update(state="draft")
    plays.start(one, at=AT, by=None)
    assert set(PlayMember.objects.filter(is_held_out=True).values_list("person", flat=True)) == drawn


def test_nobody_is_in_two_plays_that_run():
    first = started(number=5)
    with pytest.raises(plays.NotReady):
        plays.start(PlayFactory(name="Again"), at=AT, by=None)
    plays.halt(first, why="Enough", at=AT, by=None)
    second = plays.start(PlayFactory(name="Again"), at=AT, by=None)
    assert PlayMember.objects.filter(play=second).count() == 5


def test_play_says_what_it_lacks():
    lost()
    bare = PlayFactory(name=" ", kind="email", held_out_percent=0, days=0)
    assert len(plays.missing(bare)) == 4
    service = template(code="invoice", purpose="service")
    assert len(plays.missing(PlayFactory(kind="email", template=service))) == 1
    assert len(plays.missing(PlayFactory(kind="drip"))) == 1
    with pytest.raises(plays.NotReady):
        plays.start(bare, at=AT, by=None)
    closing.close(BUDGET, why="Done", at=AT, by=None)
    with pytest.raises(plays.NotReady):
        plays.start(PlayFactory(), at=AT, by=None)
    assert not PlayMember.objects.exists()


# --- what is done


def test_letters_go_once_to_those_who_were_not_left_alone():
    play = started("email", number=10, template=template())
    assert acting.work(at=AT) == 8
    assert acting.work(at=AT + DAY) == 0
    assert OutgoingMessage.objects.filter(key__startswith="play:").count() == 8
    alone = PlayMember.objects.filter(play=play, is_held_out=True).values("person")
    assert not OutgoingMessage.objects.filter(person__in=alone).exists()


def test_who_objects_after_the_draw_is_taken_out():
    started("email", number=1, held_out_percent=5, template=template())
    member = PlayMember.objects.get()
    consents.record(
        member.person,
        purpose=Purpose.COMMERCIAL,
        channel=Channel.EMAIL,
        decision="withdrawn",
        wording_version="x",
        language="ca",
        at=AT,
        source="test",
    )
    acting.work(at=AT + DAY)
    member.refresh_from_db()
    assert (member.state, member.why, member.acted_at) == ("out", "forbidden", None)


def test_who_comes_back_is_forgotten_or_merged_is_taken_out():
    started(number=6, held_out_percent=10)
    by_hand = list(PlayMember.objects.filter(is_held_out=False).order_by("pk"))
    alone = PlayMember.objects.get(is_held_out=True)
    progress.revive(by_hand[0].enquiry, at=AT, by=None)
    erasure.erase(by_hand[1].person, at=AT)
    merging.merge(alone.person, by_hand[2].person, at=AT)
    acting.work(at=AT + DAY)
    assert [PlayMember.objects.get(pk=one.pk).why for one in by_hand[:3]] == ["back", "unknown", "alone"]
    alone.refresh_from_db()
    assert alone.acted_at is None
    assert PlayMember.objects.filter(state="done").count() == 2


def test_calls_come_up_on_the_list_of_the_play():
    play = started(number=5)
    acting.work(at=AT)
    entries = CallListEntry.objects.filter(call_list=play.call_list)
    assert entries.count() == 4
    adviser = UserFactory(role="Adviser")
    assert call_lists.take_next(play.call_list, by=adviser, at=AT).person in [entry.person for entry in entries]
    plays.halt(play, why="Nobody answers", at=AT, by=None)
    with pytest.raises(call_lists.NotOpen):
        call_lists.take_next(Play.objects.get().call_list, by=adviser, at=AT)


def test_another_adviser_is_never_the_last_one():
    last, other = UserFactory(role="Adviser"), UserFactory(role="Adviser")
    enquiry = lost()
    case = CaseFactory(person=enquiry.person, adviser=last, state="closed", closed_at=AT - DAY)
    Enquiry.objects.filter(pk=enquiry.pk).update(case=case)
    plays.start(PlayFactory(kind="adviser", held_out_percent=5), at=AT, by=None)
    acting.work(at=AT)
    case.refresh_from_db()
    assert (case.state, case.adviser) == ("in_hand", other)
    assert Enquiry.objects.get(pk=enquiry.pk).state == "lost"


def test_without_another_adviser_they_are_left():
    last = UserFactory(role="Adviser")
    enquiry = lost()
    case = CaseFactory(person=enquiry.person, adviser=last, state="closed", closed_at=AT - DAY)
    Enquiry.objects.filter(pk=enquiry.pk).update(case=case)
    plays.start(PlayFactory(kind="adviser", held_out_percent=5), at=AT, by=None)
    acting.work(at=AT)
    assert PlayMember.objects.get().why == "adviser"


def test_another_way_is_one_on_which_they_were_not_lost():
    lost(channel="web")
    only_mail = lost(person=PersonFactory(), lawful=("email",), channel="web")
    plays.start(PlayFactory(kind="contact", held_out_percent=5), at=AT, by=None)
    acting.work(at=AT)
    assert Case.objects.get(kind="follow_up").channel == "phone"
    assert PlayMember.objects.get(person=only_mail.person).why == "way"


def test_whom_we_reach_nowhere_is_asked_through_who_decides_for_them():
    def with_relative(said="granted", **scope):
        ward = lost(lawful=(), person=PersonFactory(birth_date=date(2010, 1, 1), language="en")).person
        relative = PersonFactory(email=f"relative-{ward.pk}@example.org")
        ConsentFactory(person=relative, channel="email", at=AT - 30 * DAY, decision=said)
        relatives.note(ward, relative=relative, kind="mother", at=AT - 40 * DAY, source="call", **scope)
        return ward

    ward = with_relative(is_guardian=True)
    with_relative()  # stands by them and decides nothing
    with_relative(is_guardian=True, said="denied")
    said_no = with_relative(is_guardian=True)
    ConsentFactory(person=said_no, channel="phone", decision="withdrawn", at=AT - DAY)
    assert closing.anybody(BUDGET, at=AT)
    play = plays.start(PlayFactory(kind="contact", held_out_percent=5), at=AT, by=None)
    assert [one.person for one in play.members.all()] == [ward]
    acting.work(at=AT - timedelta(hours=9))  # at night: the case waits, and nobody is written to
    case = Case.objects.get(kind="follow_up")
    assert (case.person, case.channel) == (ward, "email")
    assert "Guardians and relatives" in case.question


def test_halted_play_asks_nobody_else():
    play = started(number=5)
    with pytest.raises(plays.NotReady):
        plays.halt(play, why=" ", at=AT, by=None)
    plays.halt(play, why="Complaints", at=AT, by=None)
    assert acting.work(at=AT) == 0


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_four_workers_ask_everybody_once():
    started("email", number=25, template=template())
    done = at_once.run(lambda _number: acting.work(at=AT), processes=4)
    assert sum(done) == 20
    letters = OutgoingMessage.objects.filter(key__startswith="play:")
    assert letters.count() == letters.values("person").distinct().count() == 20


# --- what it brought


def test_both_parts_are_counted_alike():
    play = started(number=10)
    acting.work(at=AT)
    asked = PlayMember.objects.filter(is_held_out=False).order_by("pk")
    alone = PlayMember.objects.filter(is_held_out=True).order_by("pk")
    progress.revive(asked[0].enquiry, at=AT + DAY, by=None)
    EnquiryFactory(person=asked[1].person, received_at=AT + 2 * DAY)
    EnquiryFactory(person=asked[2].person, received_at=AT - 2 * DAY)
    EnquiryFactory(person=alone[0].person, received_at=AT + 3 * DAY)
    progress.mark_enrolled(asked[0].person, None, AT + 4 * DAY)
    results.note_enrolment(asked[0].person_id, at=AT + 4 * DAY)
    assert results.note(at=AT + 5 * DAY) == 2
    assert results.note(at=AT + 5 * DAY) == 0
    found = lift.of(play)
    assert (found.tried, found.alone) == (lift.Arm(8, 2, 1), lift.Arm(2, 1, 0))
    assert (found.revived.says, found.revived.against(5, 35)) == ("early", "open")


def test_what_happens_after_its_days_does_not_count():
    play = started(number=2, held_out_percent=5, days=10)
    acting.sweep(at=AT + DAY)
    member = PlayMember.objects.filter(is_held_out=False).first()
    progress.revive(member.enquiry, at=AT + 20 * DAY, by=None)
    acting.sweep(at=AT + 21 * DAY)
    play.refresh_from_db()
    assert (play.state, lift.of(play).tried.revived) == ("done", 0)


def test_interval_is_newcombes():
    # Newcombe 1998, table II (a): 56/70 against 48/80, method 10 without correction.
    low, high = lift.difference(Share(56, 70), Share(48, 80))
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


@given(st.integers(0, 300), st.integers(1, 300), st.integers(0, 300), st.integers(1, 300))
def test_interval_holds_the_difference_and_turns_with_it(hits, total, other_hits, other_total):
    one, other = Share(min(hits, total), total), Share(min(other_hits, other_total), other_total)
    low, high = lift.difference(one, other)
    assert -1 <= low <= one.value - other.value <= high <= 1
    turned = lift.difference(other, one)
    assert turned == pytest.approx((-high, -low))


def test_result_says_what_it_can_and_no_more():
    def says(*numbers):
        hits, total, other_hits, other_total = numbers
        return lift.Lift(Share(hits, total), Share(other_hits, other_total))

    assert says(9, 10, 0, 10).says == "early"
    assert says(5, 100, 4, 100).says == "nothing"
    assert says(60, 400, 5, 100).says == "better"
    assert says(5, 400, 15, 100).says == "worse"
    assert says(3, 1_000, 2, 1_000).against(5, 35) == "below"
    assert says(200, 1_000, 10, 1_000).against(5, 35) == "within"
    assert says(600, 1_000, 10, 1_000).against(5, 35) == "above"


def test_change_of_adviser_is_compared_with_none():
    started("call", number=5)
    lost(reason="empathy")
    plays.start(PlayFactory(kind="adviser", reason="empathy", held_out_percent=5), at=AT, by=None)
    found = lift.by_change()
    assert (found["same"].tried.total, found["adviser"].tried.total) == (4, 1)


# --- exhausted cells


def test_cell_in_which_everything_was_tried_closes():
    lost()
    for kind in Play.Kind.values:
        PlayFactory(kind=kind, state="done", started_at=AT - 9 * DAY, ends_at=AT - DAY)
    assert closing.close_exhausted(at=AT) == 1
    assert closing.close_exhausted(at=AT) == 0
    assert grid.grid(at=AT).of(BUDGET).closed == ClosedCell.objects.get().why
    assert closing.open_again(BUDGET)


def test_cell_in_which_nobody_may_be_asked_closes_and_others_do_not():
    lost(lawful=())
    PlayFactory(state="done", started_at=AT - 9 * DAY, ends_at=AT - DAY)
    lost(reason="empathy")
    PlayFactory(reason="empathy", state="done", started_at=AT - 9 * DAY, ends_at=AT - DAY)
    PlayFactory(reason="rival", state="running", started_at=AT - 9 * DAY, ends_at=AT + DAY)
    closing.close_exhausted(at=AT)
    assert ClosedCell.objects.get().reason == "budget"
    with pytest.raises(closing.StillRunning):
        closing.close(Cell("rival", "3m", None), why="x", at=AT, by=None)


# --- the screens


@pytest.fixture
def marketing(client):
    user = UserFactory(role="Marketing", is_staff=True)
    client.force_login(user)
    return user


def test_square_leads_to_its_cell_and_to_a_play_that_runs(client, marketing, time_machine):
    time_machine.move_to(AT, tick=False)
    programme = ProgrammeFactory(title="Nursing")
    for _number in range(5):
        lost(programme=programme)
    html = client.get("/admin/lost-enquiries/?fresh=1").content.decode()
    assert "/admin/lost-enquiries/cell/?reason=budget&amp;age=3m&amp;programme=" in html
    of_all = client.get("/admin/lost-enquiries/cell/?reason=budget&age=3m&programme=").content.decode()
    assert "Nursing" in of_all
    query = f"?reason=budget&age=3m&programme={programme.pk}"
    assert client.get(f"/admin/lost-enquiries/cell/{query}").context["count"].lawful == 5
    new = f"/admin/lost-enquiries/plays/new/{query}"
    typed = {"name": "Call", "kind": "call", "held_out_percent": 20, "days": 90}
    assert client.post(new, typed | {"kind": "email"}).status_code == 422
    assert client.post(new, typed | {"held_out_percent": 0}).status_code == 422
    page = client.post(new, typed)["Location"]
    client.post(page + "start/")
    assert PlayMember.objects.count() == 5
    shown = client.get(page)
    assert (shown.context["result"].tried.total, shown.context["result"].alone.total) == (4, 1)
    assert client.get("/admin/lost-enquiries/report/").status_code == 200
    client.post("/admin/lost-enquiries/cell/close/", {"reason": "budget", "age": "3m", "programme": programme.pk})
    assert not ClosedCell.objects.exists()
    client.post(page + "halt/", {"why": ""})
    assert Play.objects.get().state == "running"
    client.post(page + "halt/", {"why": "Enough"})
    client.post("/admin/lost-enquiries/cell/close/", {"reason": "budget", "age": "3m", "programme": programme.pk})
    assert ClosedCell.objects.get().by == marketing


@pytest.mark.parametrize(
    "query",
    ["", "?reason=x&age=3m", "?reason=budget&age=3m&programme=99999", "?reason=budget&age=3m&programme=9" + "9" * 40],
)
def test_cell_that_does_not_exist_is_not_found(client, marketing, query):
    assert client.get(f"/admin/lost-enquiries/cell/{query}").status_code == 404


def test_director_sees_and_starts_nothing(client):
    client.force_login(UserFactory(role="Director", is_staff=True))
    lost()
    play = PlayFactory()
    assert client.get(f"/admin/lost-enquiries/plays/{play.uuid}/").status_code == 200
    client.post(f"/admin/lost-enquiries/plays/{play.uuid}/start/")
    assert not PlayMember.objects.exists()
