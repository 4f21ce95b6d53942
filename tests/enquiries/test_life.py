"""Reasons, rules, interests and attempts of an enquiry, many ended at once, and the step to an application."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contact_centre import answering, calls, queue
from contact_centre.models import Case, DeskAct
from enquiries.intake import arrivals
from enquiries.life import attempts, interests, many, progress, suspicions
from enquiries.models import Enquiry
from enrolment import applications
from enrolment.models import Application
from people.models import DuplicatePair, OutgoingMessage, Touchpoint
from programmes.models import Competitor
from tests.factories.enquiries import EnquiryFactory
from tests.factories.people import IdentityFactory, PersonFactory, UserFactory
from tests.factories.programmes import IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
State = Enquiry.State


def reread(row):
    return type(row).objects.get(pk=row.pk)


# --- reasons and rules


def test_who_chose_a_rival_chose_one_with_a_name():
    enquiry = EnquiryFactory()
    with pytest.raises(progress.RivalMissing):
        progress.lose(enquiry, reason="rival", lost_to="  ", at=AT, by=None)
    ponent = Competitor.objects.create(name="Escola Ponent")
    progress.lose(enquiry, reason="rival", lost_to=" escola  ponent ", at=AT, by=None)
    assert (reread(enquiry).rival, reread(enquiry).lost_to) == (ponent, "")


def test_another_reason_is_said_in_words():
    enquiry = EnquiryFactory()
    with pytest.raises(progress.WordsMissing):
        progress.lose(enquiry, reason="other", note="\x00 ", at=AT, by=None)
    assert reread(enquiry).state == State.RECEIVED
    assert progress.lose(enquiry, reason="other", note="Moved\x00 abroad", at=AT, by=None).lost_note == "Moved abroad"


@pytest.mark.parametrize("rule", ["", "nonsense"])
def test_invalid_needs_a_rule_of_the_list(rule):
    with pytest.raises(progress.ReasonMissing):
        progress.invalidate(EnquiryFactory(), rule=rule, at=AT, by=None)
    assert not Enquiry.objects.filter(state=State.INVALID).exists()


def test_moves_keep_the_reason_when_the_enquiry_is_open_again():
    enquiry = EnquiryFactory()
    progress.lose(enquiry, reason="budget", at=AT, by=None)
    progress.revive(reread(enquiry), at=AT + HOUR, by=None)
    progress.invalidate(enquiry, rule="twice", at=AT + 2 * HOUR, by=None)
    assert list(enquiry.moves.order_by("pk").values_list("to_state", "why")) == [
        ("lost", "budget"), ("contacted", ""), ("invalid", "twice"),
    ]  # fmt: skip
    assert (reread(enquiry).lost_reason, reread(enquiry).invalid_rule) == ("", "twice")


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.sampled_from(State.values)),
        st.tuples(st.just("lose"), st.sampled_from([*Enquiry.LostReason.values, "", "no reason"])),
        st.tuples(st.just("invalidate"), st.sampled_from([*Enquiry.InvalidRule.values, ""])),
        st.tuples(st.sampled_from(["revive", "qualify"]), st.none()),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, says=st.booleans())
def test_whatever_is_tried_the_steps_tell_how_it_stands(acts, says):
    enquiry = EnquiryFactory()
    for number, (act, what) in enumerate(acts):
        at = AT + number * HOUR
        try:
            if act == "move":
                reason = {"lost_reason": "budget"} if what == State.LOST else {}
                progress.move(enquiry, what, at=at, **reason)
            elif act == "lose":
                progress.lose(
                    enquiry, reason=what, at=at, by=None, note="So" if says else "", lost_to="X" if says else ""
                )
            elif act == "invalidate":
                progress.invalidate(enquiry, rule=what, at=at, by=None)
            else:
                getattr(progress, act)(reread(enquiry), at=at, by=None)
        except (progress.MoveNotAllowed, progress.ReasonMissing):
            assert reread(enquiry).state in State.values
    now, moves = reread(enquiry), list(enquiry.moves.order_by("pk"))
    for before, after in pairwise(moves):
        assert before.to_state == after.from_state
    assert all(State(move.to_state) in Enquiry.MOVES[State(move.from_state)] for move in moves)
    assert now.state == (moves[-1].to_state if moves else State.RECEIVED)
    assert (now.lost_reason != "") == (now.state == State.LOST)
    assert (now.ended_at is not None) == (now.state in Enquiry.ENDED)
    reached = [move.at for move in moves if move.to_state in Enquiry.REACHED]
    assert now.contacted_at == (reached[0] if reached else None)


def test_whoever_applies_after_being_lost_has_come_back():
    programme = ProgrammeFactory()
    enquiry = EnquiryFactory(lost=True, programme=programme)
    progress.mark_enrolled(enquiry.person, programme, AT)
    assert list(enquiry.moves.order_by("pk").values_list("to_state", flat=True)) == ["applied", "enrolled"]


def test_writing_again_opens_a_lost_enquiry():
    enquiry = arrivals.receive(at=AT, email="a@example.org")
    progress.lose(enquiry, reason="undecided", at=AT + HOUR, by=None)
    progress.they_wrote(case=enquiry.case, at=AT + 2 * HOUR)
    progress.they_wrote(case=enquiry.case, at=AT + 3 * HOUR)
    assert reread(enquiry).state == State.CONTACTED
    assert enquiry.moves.filter(from_state="lost").count() == 1


# --- what is perhaps none


def test_rules_are_suggested_and_nothing_is_set_apart():
    person, programme = PersonFactory(), ProgrammeFactory()
    first = EnquiryFactory(person=person, programme=programme, received_at=AT)
    second = EnquiryFactory(person=person, programme=programme, received_at=AT + HOUR)
    later = EnquiryFactory(person=person, programme=programme, received_at=AT + timedelta(days=9))
    lost_way = EnquiryFactory(person__email="")
    IdentityFactory(person=lost_way.person, is_undeliverable=True)
    staff = UserFactory(is_staff=True)
    ours = EnquiryFactory(person__email="")
    IdentityFactory(person=ours.person, value=staff.email)
    child = EnquiryFactory(person__birth_date=AT.date() - timedelta(days=10 * 365))
    found = {one.pk: [it.rule for it in suspicions.of(one, at=AT)] for one in Enquiry.objects.all()}
    assert found == {
        first.pk: [], second.pk: ["twice"], later.pk: [], lost_way.pk: ["no_way"], ours.pk: ["test"],
        child.pk: ["child"],
    }  # fmt: skip
    listed = Enquiry.objects.filter(suspicions.suggested()).values_list("pk", flat=True)
    assert set(listed) == {second.pk, lost_way.pk, ours.pk}
    assert not Enquiry.objects.filter(state=State.INVALID).exists()


# --- interests


def test_interests_are_added_once_changed_and_removed():
    one, two, three = ProgrammeFactory(), ProgrammeFactory(), ProgrammeFactory()
    enquiry = arrivals.receive(at=AT, email="a@example.org")
    assert interests.add(enquiry, one, at=AT, by=None)
    assert reread(enquiry).programme == one
    assert reread(enquiry.case).programme == one
    assert interests.add(enquiry, two, at=AT, by=None)
    assert not interests.add(enquiry, two, at=AT, by=None)
    assert not interests.add(enquiry, one, at=AT, by=None)
    interests.make_main(enquiry, two, at=AT, by=None)
    interests.make_main(enquiry, two, at=AT, by=None)
    assert (reread(enquiry).programme, [it.programme for it in enquiry.interests.all()]) == (two, [one])
    assert reread(enquiry.case).programme == two
    interests.add(enquiry, three, at=AT, by=None)
    assert interests.remove(enquiry, one)
    assert not interests.remove(enquiry, one)
    assert [it.programme for it in enquiry.interests.all()] == [three]


# --- attempts


def test_calls_and_answers_are_attempts_each_counted_once():
    adviser = UserFactory(role="Adviser")
    enquiry = arrivals.receive(at=AT, email="a@example.org", phone="+34612345678")
    case = queue.take(enquiry.case, by=adviser, at=AT)
    calls.log_call(case, by=adviser, at=AT + HOUR, outcome="no_answer")
    assert (reread(enquiry).attempts, reread(enquiry).state) == (1, State.RECEIVED)
    answering.answer(reread(case), by=adviser, at=AT + 2 * HOUR, subject="Your question", body="In March.")
    calls.log_call(reread(case), by=adviser, at=AT + 3 * HOUR, outcome="reached")
    attempts.recount(case)
    attempts.recount(case)
    assert reread(enquiry).attempts == 3
    assert reread(enquiry).contacted_at == AT + 2 * HOUR


def test_having_spoken_is_a_contact_even_if_something_is_still_owed():
    adviser = UserFactory(role="Adviser")
    enquiry = arrivals.receive(at=AT, phone="+34612345678")
    case = queue.take(enquiry.case, by=adviser, at=AT)
    calls.log_call(case, by=adviser, at=AT + HOUR, outcome="reached", leaves_open=True)
    assert (reread(enquiry).state, reread(enquiry).attempts) == (State.CONTACTED, 1)
    assert reread(case).answered_at is None


# --- many at once


def test_many_are_lost_and_taken_back_with_their_cases():
    lead, adviser = UserFactory(role="Contact-centre lead"), UserFactory(role="Adviser")
    waiting = arrivals.receive(at=AT, email="a@example.org")
    held = arrivals.receive(at=AT, email="b@example.org")
    queue.take(held.case, by=adviser, at=AT)
    enrolled = EnquiryFactory(state="enrolled")
    done = many.lose([waiting, held, enrolled], reason="budget", at=AT + HOUR, by=lead)
    assert (done.count, done.left) == (2, 1)
    assert set(Case.objects.values_list("state", flat=True)) == {"closed"}
    with pytest.raises(many.TooLate):
        many.undo(done.act, by=adviser, at=AT + HOUR)
    back = many.undo(done.act, by=lead, at=AT + HOUR)
    assert (back.count, back.left) == (2, 0)
    assert {reread(one).state for one in (waiting, held)} == {State.RECEIVED}
    assert (reread(waiting.case).state, reread(held.case).adviser) == ("waiting", adviser)
    with pytest.raises(many.TooLate):
        many.undo(done.act, by=lead, at=AT + HOUR)


def test_what_changed_since_is_not_taken_back():
    lead = UserFactory(role="Contact-centre lead")
    enquiry, other = EnquiryFactory(), EnquiryFactory()
    done = many.invalidate([enquiry, other], rule="spam", at=AT, by=lead)
    progress.revive(reread(other), at=AT + timedelta(minutes=1), by=None)
    progress.lose(other, reason="budget", at=AT + timedelta(minutes=2), by=None)
    assert many.undo(done.act, by=lead, at=AT + timedelta(minutes=3)).left == 1
    assert (reread(enquiry).state, reread(other).state) == (State.RECEIVED, State.LOST)


def test_list_ends_many_after_asking_for_the_reason(client):
    lead = UserFactory(role="Contact-centre lead", is_staff=True)
    client.force_login(lead)
    chosen = [EnquiryFactory(), EnquiryFactory(), EnquiryFactory(state="enrolled")]
    url = reverse("wagtail_bulk_action", args=["enquiries", "enquiry", "lose"])
    url += "?next=/admin/enquiries/&" + "&".join(f"id={one.pk}" for one in chosen)
    asked = client.get(url)
    assert [row["item"].state for row in asked.context["items"]] == ["received", "received"]
    refused = client.post(url, {"reason": "rival"})
    assert list(refused.context["form"].errors) == ["rival"]
    assert Enquiry.objects.filter(state=State.LOST).count() == 0
    done = client.post(url, {"reason": "rival", "lost_to": "Escola Ponent"}, follow=True)
    assert Enquiry.objects.filter(state=State.LOST).count() == 2
    undo = reverse("enquiries_undo", args=[DeskAct.objects.get().uuid])
    assert undo in done.content.decode()
    client.post(undo)
    assert Enquiry.objects.filter(state=State.LOST).count() == 0


def test_nobody_ends_many_without_the_right(client):
    client.force_login(UserFactory(role="Marketing", is_staff=True))
    enquiry = EnquiryFactory()
    url = reverse("wagtail_bulk_action", args=["enquiries", "enquiry", "lose"]) + f"?id={enquiry.pk}"
    client.post(url, {"reason": "budget"})
    assert reread(enquiry).state == State.RECEIVED


# --- the page, and the panel beside the case


def test_page_tells_the_whole_life(client):
    adviser = UserFactory(role="Adviser", is_staff=True)
    client.force_login(adviser)
    enquiry = arrivals.receive(at=AT, email="a@example.org", message="When?")
    interests.add(enquiry, ProgrammeFactory(title="Nursing"), at=AT, by=adviser)
    interests.add(enquiry, ProgrammeFactory(title="Care of the old"), at=AT, by=adviser)
    case = queue.take(enquiry.case, by=adviser, at=AT)
    calls.log_call(case, by=adviser, at=AT + HOUR, outcome="no_answer")
    progress.lose(enquiry, reason="rival", lost_to="Escola Ponent", at=AT + 2 * HOUR, by=adviser)
    html = client.get(reverse("enquiries_list:inspect", args=[enquiry.pk])).content.decode()
    for words in ("Nursing", "Care of the old", "Escola Ponent", reverse("enquiries_revive", args=[enquiry.uuid])):
        assert words in html
    assert "Care of the old" in client.get(reverse("contact_centre_case", args=[case.uuid])).content.decode()


def test_adviser_changes_interests_on_the_page(client):
    client.force_login(UserFactory(role="Adviser", is_staff=True))
    enquiry, other = EnquiryFactory(programme=ProgrammeFactory()), ProgrammeFactory()
    url = reverse("enquiries_interest", args=[enquiry.uuid])
    client.post(url, {"act": "add", "programme": other.pk})
    client.post(url, {"act": "main", "programme": other.pk})
    assert reread(enquiry).programme == other
    for rubbish in ("x", "", "9" * 30, "-1"):
        assert client.post(url, {"act": "remove", "programme": rubbish}).status_code == 404
    assert client.post(url, {"act": "add", "programme": "x"}).status_code == 302


# --- the step to an application


@pytest.fixture
def intake():
    return IntakeFactory(programme=ProgrammeFactory(), price_minor=90_000, currency="EUR", starts_on=date(2026, 10, 1))


def test_enquiry_becomes_an_application_in_one_step(intake):
    adviser = UserFactory(role="Adviser")
    was = ProgrammeFactory()
    enquiry = EnquiryFactory(programme=was, state="contacted")
    one = applications.start_for(enquiry, intake, by=adviser, at=AT)
    again = applications.start_for(enquiry, intake, by=UserFactory(role="Adviser"), at=AT)
    assert one == again == Application.objects.get()
    assert (one.enquiry, one.person) == (enquiry, enquiry.person)
    assert (reread(enquiry).state, reread(enquiry).programme) == (State.QUALIFIED, intake.programme)
    assert [it.programme for it in enquiry.interests.all()] == [was]
    assert OutgoingMessage.objects.filter(key=f"enrolment:begun:{one.uuid}").count() == 1
    assert Touchpoint.objects.filter(kind="enrolment.begun_for", by=adviser).count() == 1


def test_application_and_merge_are_one_step(intake):
    adviser = UserFactory(role="Contact-centre lead")
    known = PersonFactory(created_at=AT - timedelta(days=400))
    enquiry = EnquiryFactory()
    application = applications.start_for(enquiry, intake, by=adviser, at=AT, merge_with=known)
    assert application.person == known
    assert reread(enquiry).person == known
    assert reread(application).enquiry == enquiry


def test_refused_step_leaves_two_people_and_no_application(intake):
    known, enquiry = PersonFactory(created_at=AT - timedelta(days=400)), EnquiryFactory()
    intake.programme.is_open = False
    intake.programme.save()
    with pytest.raises(applications.NotOnOffer):
        applications.start_for(enquiry, intake, by=UserFactory(), at=AT, merge_with=known)
    assert reread(enquiry).person != known
    assert not Application.objects.exists()
    invalid = EnquiryFactory(state="invalid", invalid_rule="spam")
    with pytest.raises(progress.MoveNotAllowed):
        applications.start_for(invalid, intake, by=UserFactory(), at=AT)


def test_adviser_begins_it_from_the_enquiry(client, time_machine):
    time_machine.move_to(AT, tick=False)
    lead = UserFactory(role="Contact-centre lead", is_staff=True)
    client.force_login(lead)
    intake = IntakeFactory(
        programme=ProgrammeFactory(), price_minor=90_000, currency="EUR", starts_on=date(2026, 10, 1)
    )
    enquiry = EnquiryFactory(programme=intake.programme)
    known = PersonFactory(created_at=AT - timedelta(days=400))
    one, other = sorted((known, enquiry.person), key=lambda it: it.pk)
    DuplicatePair.objects.create(one=one, other=other, probability=0.8, reasons=["same_name"], found_at=AT)
    url = reverse("enrolment_begin", args=[enquiry.uuid])
    assert url in client.get(reverse("enquiries_list:inspect", args=[enquiry.pk])).content.decode()
    assert f'value="{known.pk}"' in client.get(url).content.decode()
    assert client.post(url, {"intake": "999999"}).status_code == 422
    client.post(url, {"intake": intake.pk, "same_as": known.pk})
    assert Application.objects.get().person == known
