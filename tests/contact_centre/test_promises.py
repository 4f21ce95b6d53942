from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contact_centre import promises
from contact_centre.models import Promise, StaffNotice
from people.models import Touchpoint
from people.privacy import retention
from tests.factories.contact_centre import CaseFactory, PromiseFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory
from tests.factories.tutoring import StudentFactory
from tutoring import caseload

pytestmark = pytest.mark.django_db
FRIDAY = MONDAY_9AM + timedelta(days=4)
GRANT = "Answer on the grant"


@pytest.fixture
def laia():
    return UserFactory(role="Adviser")


@pytest.fixture
def promised(laia):
    return promises.make(PersonFactory(), words=GRANT, due_at=FRIDAY, by=laia, at=MONDAY_9AM)


def state_of(promise):
    promise.refresh_from_db()
    return promise.state


def lines_of(person):
    return list(Touchpoint.objects.filter(person=person).order_by("pk").values_list("kind", "summary"))


def test_a_promise_is_dated_owned_and_on_the_timeline(promised, laia):
    assert (promised.owner, promised.due_at, promised.state) == (laia, FRIDAY, Promise.State.OPEN)
    assert lines_of(promised.person) == [("contact_centre.promised", GRANT)]


def test_the_same_promise_twice_is_one(promised, laia):
    again = promises.make(promised.person, words=f" {GRANT} ", due_at=FRIDAY, by=laia, at=MONDAY_9AM)

    assert again == promised
    assert len(lines_of(promised.person)) == 1


@pytest.mark.parametrize(("words", "due_at"), [(" ", FRIDAY), (GRANT, MONDAY_9AM), ("\x00", FRIDAY)])
def test_a_promise_needs_words_and_a_later_hour(laia, words, due_at):
    with pytest.raises(ValueError, match="promise"):
        promises.make(PersonFactory(), words=words, due_at=due_at, by=laia, at=MONDAY_9AM)


def test_kept_in_time(promised, laia):
    promises.keep(promised, by=laia, at=FRIDAY - timedelta(hours=1))

    assert state_of(promised) == Promise.State.KEPT
    assert promised.broken_at is None


def test_what_is_not_kept_is_broken_once_and_the_owner_told(promised, laia):
    assert promises.note_broken(at=FRIDAY + timedelta(minutes=1)) == 1
    assert promises.note_broken(at=FRIDAY + timedelta(minutes=2)) == 0

    assert state_of(promised) == Promise.State.BROKEN
    assert GRANT in StaffNotice.objects.get(user=laia).text
    assert lines_of(promised.person)[-1] == ("contact_centre.promise_broken", GRANT)


def test_kept_late_stays_broken_in_the_figures(promised, laia):
    late = FRIDAY + timedelta(hours=3)
    promises.keep(promised, by=laia, at=late)

    found = promises.figures(Promise.objects.all(), since=MONDAY_9AM, at=late)
    assert (found.due, found.kept_in_time, found.kept_late, found.broken) == (1, 0, 1, 0)
    assert promised.refresh_from_db() is None
    assert promised.broken_at == FRIDAY


def test_taken_back_before_its_hour_counts_as_nothing(promised, laia):
    promises.withdraw(promised, by=laia, at=MONDAY_9AM, note="They found the answer")

    found = promises.figures(Promise.objects.all(), since=MONDAY_9AM, at=FRIDAY + timedelta(days=1))
    assert (found.due, found.standing) == (0, 0)


def test_the_owner_is_reminded_once_the_day_before(promised, laia):
    assert promises.remind_due(at=FRIDAY - timedelta(hours=30)) == 0
    assert promises.remind_due(at=FRIDAY - timedelta(hours=20)) == 1
    assert promises.remind_due(at=FRIDAY - timedelta(hours=19)) == 0
    assert StaffNotice.objects.filter(user=laia).count() == 1


def test_only_owner_maker_and_supervisors_settle(promised):
    with pytest.raises(promises.NotYours):
        promises.keep(promised, by=UserFactory(role="Adviser"), at=MONDAY_9AM)

    promises.keep(promised, by=UserFactory(role="Contact-centre lead"), at=MONDAY_9AM)
    assert state_of(promised) == Promise.State.KEPT


def test_at_enrolment_the_tutor_takes_the_promises_over(laia):
    tutor = UserFactory(role="Tutor")
    enrolment = EnrolmentFactory()
    open_one = PromiseFactory(person=enrolment.person, owner=laia)
    kept = PromiseFactory(person=enrolment.person, owner=laia, state=Promise.State.KEPT, decided_at=MONDAY_9AM)

    caseload.start_student(enrolment, at=MONDAY_9AM)

    open_one.refresh_from_db()
    kept.refresh_from_db()
    assert (open_one.owner, kept.owner) == (tutor, laia)
    assert open_one.words in StaffNotice.objects.get(user=tutor).text


def test_a_change_of_tutor_takes_what_the_former_one_promised(laia):
    former, new = UserFactory(role="Tutor"), UserFactory(role="Tutor")
    student = StudentFactory(tutor=former)
    theirs = PromiseFactory(person=student.person, owner=former)
    of_adviser = PromiseFactory(person=student.person, owner=laia)

    caseload.transfer(student, to=new, by=UserFactory(role="Director"), at=MONDAY_9AM)

    theirs.refresh_from_db()
    of_adviser.refresh_from_db()
    assert (theirs.owner, of_adviser.owner) == (new, laia)


def test_somebody_who_was_promised_something_is_not_forgotten_meanwhile(promised):
    kept = [person.pk for keeper in _keepers() for person in keeper(FRIDAY)]
    assert promised.person_id in kept


def _keepers():
    from wagtail import hooks

    assert retention is not None
    return hooks.get_hooks("register_retention_keepers")


@given(
    done_after=st.integers(min_value=1, max_value=30 * 24 * 60),
    swept_every=st.integers(min_value=700, max_value=9000),
    act=st.sampled_from(["keep", "withdraw", None]),
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_promise_is_counted_once_whatever_the_order(laia, done_after, swept_every, act):
    """However late it is kept and however often the sweep looks, the parts add up to what fell due."""
    Promise.objects.all().delete()
    promise = promises.make(PersonFactory(), words=GRANT, due_at=FRIDAY, by=laia, at=MONDAY_9AM)
    done_at, end = MONDAY_9AM + timedelta(minutes=done_after), MONDAY_9AM + timedelta(days=31)
    instant, settled = MONDAY_9AM, False
    while instant < end:
        instant += timedelta(minutes=swept_every)
        if act and not settled and instant >= done_at:
            getattr(promises, act)(promise, by=laia, at=done_at, **({"note": "x"} if act == "withdraw" else {}))
            settled = True
        promises.note_broken(at=max(instant, done_at) if settled else instant)
    found = promises.figures(Promise.objects.all(), since=MONDAY_9AM, at=end)

    was_late = done_at >= FRIDAY
    assert found.due == found.kept_in_time + found.kept_late + found.broken
    assert found.kept_in_time == (act == "keep" and done_at <= FRIDAY)
    assert found.standing == (act is None)
    assert found.due == (0 if act == "withdraw" and not was_late else 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_two_clicks_at_once_promise_once(laia):
    person, start = PersonFactory(), Barrier(4)

    def click():
        start.wait()
        promises.make(person, words=GRANT, due_at=FRIDAY, by=laia, at=MONDAY_9AM)
        connection.close()

    threads = [Thread(target=click) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Promise.objects.count() == 1


# --- On screen


@pytest.fixture
def desk(client, laia, settings):
    settings.LANGUAGE_CODE = "en"
    client.force_login(laia, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_promise_and_keep_from_the_page_of_a_person(desk, laia):
    person = PersonFactory()
    page = reverse("contact_centre_person", args=[person.uuid])
    tomorrow = timezone.localdate() + timedelta(days=1)
    desk.post(
        reverse("contact_centre_promise_make", args=[person.uuid]),
        {"words": GRANT, "due_on": tomorrow.isoformat(), "next": page},
    )
    promise = Promise.objects.get()
    assert GRANT in (shown := desk.get(page).text)
    assert f"· {laia}" not in shown.split(GRANT, 1)[1].split("</p>", 2)[1]  # she reads “You”
    assert timezone.localtime(promise.due_at).date() == tomorrow

    desk.post(reverse("contact_centre_promise_settle", args=[promise.uuid, "keep"]), {"next": page})
    assert state_of(promise) == Promise.State.KEPT
    assert desk.get(reverse("contact_centre_promises")).status_code == 200


def test_a_promise_made_on_a_case_stands_beside_it(desk, laia):
    case = CaseFactory(adviser=laia, state="in_hand")
    day = timezone.localdate() + timedelta(days=2)
    address = reverse("contact_centre_case", args=[case.uuid])
    desk.post(
        reverse("contact_centre_promise_make", args=[case.person.uuid]),
        {"words": GRANT, "due_on": day.isoformat(), "case": str(case.uuid), "next": address},
    )

    assert Promise.objects.get().case == case
    assert GRANT in desk.get(address).content.decode()


@pytest.mark.parametrize("day", ["", "yesterday", "2020-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_is_refused_in_words(desk, day):
    person = PersonFactory()
    response = desk.post(
        reverse("contact_centre_promise_make", args=[person.uuid]), {"words": GRANT, "due_on": day}, follow=True
    )

    assert not Promise.objects.exists()
    assert response.status_code == 200
    assert len(response.context["messages"]) == 1


def test_taking_back_asks_why(desk, promised):
    address = reverse("contact_centre_promise_settle", args=[promised.uuid, "withdraw"])
    desk.post(address)
    assert state_of(promised) == Promise.State.OPEN

    desk.post(address, {"note": "They withdrew the question"})
    assert state_of(promised) == Promise.State.WITHDRAWN


def test_a_colleague_cannot_settle_it(desk):
    promise = PromiseFactory(owner=UserFactory(role="Adviser"))
    address = reverse("contact_centre_promise_settle", args=[promise.uuid, "keep"])
    assert desk.post(address).url == "/admin/"


def test_a_lead_hands_over_what_is_ticked(client, laia):
    client.force_login(UserFactory(role="Contact-centre lead"))
    colleague = UserFactory(role="Adviser")
    ticked, other = PromiseFactory(owner=laia), PromiseFactory(owner=laia)

    client.post(reverse("contact_centre_promises_hand_over"), {"promise": [str(ticked.uuid), "no"], "to": colleague.pk})

    ticked.refresh_from_db()
    other.refresh_from_db()
    assert (ticked.owner, other.owner) == (colleague, laia)


def test_the_list_costs_the_same_queries_with_more_rows(client, django_assert_max_num_queries):
    client.force_login(UserFactory(role="Contact-centre lead"))
    address = reverse("contact_centre_promises") + "?view=standing"
    PromiseFactory(owner=UserFactory())
    client.get(address)
    with django_assert_max_num_queries(20) as one:
        client.get(address)
    for _number in range(12):
        PromiseFactory(owner=UserFactory())
    with django_assert_max_num_queries(len(one)):
        client.get(address)
