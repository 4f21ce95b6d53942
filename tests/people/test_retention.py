"""Nobody is forgotten who was not shown for thirty days; whoever comes back stays; held is held."""

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from people import timeline
from people.models import (
    AuditEntry,
    ConsentRequest,
    ImportRun,
    OutgoingMessage,
    Person,
    PlannedErasure,
    Relationship,
)
from people.privacy import erasure, retention, retention_rules
from people.privacy.retention_rules import PersonRule, months_before
from tests.factories.contact_centre import CaseFactory
from tests.factories.enquiries import EnquiryFactory
from tests.factories.enrolment import ApplicationFactory, EnrolmentFactory, LedgerEntry, ReceiptFactory
from tests.factories.people import OutgoingMessageFactory, PersonFactory, UserFactory

NOW = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
EVERY = 4  # days between two sweeps where days pass without anything
pytestmark = pytest.mark.django_db


def long_ago(months, **facts):
    """Somebody known since so many months before NOW, and never heard of since."""
    return PersonFactory(created_at=months_before(NOW, months) - DAY, **facts)


def planned_for(person):
    return PlannedErasure.objects.filter(person=person, done_at=None).values_list("code", flat=True).first()


def is_erased(person):
    person.refresh_from_db()
    return person.erased_at is not None


def days(count, *, start=NOW):
    """The sweep on the first day, now and then, and on the last."""
    for day in sorted({0, count // 2, count}):
        retention.sweep(at=start + day * DAY)


def test_contact_is_shown_for_thirty_days_and_then_forgotten_once():
    person, fresh = long_ago(24), long_ago(21)
    days(30)
    assert planned_for(person) == "contacts" and not is_erased(person)
    retention.sweep(at=NOW + 31 * DAY)
    assert is_erased(person)
    planned = PlannedErasure.objects.get(person=person)
    assert planned.done_at - planned.noted_at >= timedelta(days=30)
    assert retention.sweep(at=NOW + 31 * DAY)["people_forgotten"] == 0
    assert not is_erased(fresh) and planned_for(fresh) is None


def test_time_is_up_on_the_day_it_was_announced_for():
    """Noted thirty days ahead, so that the school's months are not lengthened by the notice."""
    person = PersonFactory(created_at=months_before(NOW, 24) + 30 * DAY)
    retention.plan(at=NOW)
    assert PlannedErasure.objects.get(person=person).bites_on == timezone.localdate(NOW + 31 * DAY)


def test_whoever_comes_back_leaves_the_list():
    person, late = long_ago(24), long_ago(24)
    retention.sweep(at=NOW)
    timeline.record(person, at=NOW + DAY, channel="web", direction="in", kind="x")
    retention.sweep(at=NOW + 2 * DAY)
    assert planned_for(person) is None and planned_for(late) == "contacts"
    # On the very day, after the day's list was made.
    timeline.record(late, at=NOW + 31 * DAY - timedelta(hours=1), channel="web", direction="in", kind="x")
    assert retention.forget_due(at=NOW + 31 * DAY) == 0
    assert not is_erased(late) and planned_for(late) is None


def test_login_that_is_used_is_no_stranger():
    person = long_ago(30, user=UserFactory(last_login=NOW - 30 * DAY))
    retention.sweep(at=NOW)
    assert planned_for(person) is None


def test_held_person_stays_until_the_day_and_the_release_gives_a_day_more():
    person, clerk = long_ago(24), UserFactory()
    retention.sweep(at=NOW)
    planned = PlannedErasure.objects.get()
    retention.hold(planned, until=timezone.localdate(NOW + 60 * DAY), why="Lawsuit", by=clerk, at=NOW)
    days(60)
    assert not is_erased(person)
    retention.release(planned, by=clerk, at=NOW + 60 * DAY)
    retention.sweep(at=NOW + 60 * DAY)
    assert not is_erased(person)
    retention.sweep(at=NOW + 61 * DAY)
    assert is_erased(person)


def test_hold_runs_out_by_itself():
    person = long_ago(24)
    retention.sweep(at=NOW)
    until = timezone.localdate(NOW + 40 * DAY)
    retention.hold(PlannedErasure.objects.get(), until=until, why="Asked", by=UserFactory(), at=NOW)
    days(40)
    assert not is_erased(person)
    retention.sweep(at=NOW + 41 * DAY)
    assert is_erased(person)


@pytest.mark.parametrize("days_ahead", [-1, 400])
def test_hold_needs_a_day_to_look_again(days_ahead):
    long_ago(24)
    retention.sweep(at=NOW)
    with pytest.raises(retention.CannotHold):
        retention.hold(
            PlannedErasure.objects.get(),
            until=timezone.localdate(NOW + days_ahead * DAY),
            why="x",
            by=UserFactory(),
            at=NOW,
        )


def test_one_that_cannot_be_forgotten_does_not_stop_the_others():
    broken, fine = long_ago(25), long_ago(25)
    days(30)
    really = erasure.erase

    def erase(person, *, at):
        if person.pk == broken.pk:
            raise RuntimeError("a file cannot be opened")
        return really(person, at=at)

    with mock.patch.object(erasure, "erase", erase):
        assert retention.sweep(at=NOW + 31 * DAY)["people_forgotten"] == 1
        assert retention.sweep(at=NOW + 31 * DAY)["people_forgotten"] == 0
    assert is_erased(fine) and not is_erased(broken)
    retention.sweep(at=NOW + 32 * DAY)
    assert is_erased(broken)


def test_sweep_forgets_a_bounded_number_at_a_time():
    people = [long_ago(25) for _one in range(3)]
    retention.plan(at=NOW)
    assert retention.forget_due(at=NOW + 31 * DAY, limit=2) == 2
    assert retention.forget_due(at=NOW + 31 * DAY, limit=2) == 1
    assert all(is_erased(person) for person in people)


def test_the_rule_of_the_highest_floor_decides():
    asked = EnquiryFactory(person=long_ago(25), received_at=months_before(NOW, 25)).person
    applied = ApplicationFactory(person=long_ago(25), rejected=True, created_at=months_before(NOW, 25)).person
    EnquiryFactory(person=applied, received_at=months_before(NOW, 25))
    studied = enrolled(ended_at=months_before(NOW, 61))
    alumna = enrolled(ended_at=months_before(NOW, 50))
    student = enrolled(ended_at=None)
    retention.plan(at=NOW)
    people = (asked, applied, studied, alumna, student)
    assert [planned_for(person) for person in people] == ["enquiries", "applicants", "students", None, None]


def enrolled(*, ended_at):
    began = months_before(NOW, 70)
    application = ApplicationFactory(enrolled=True, person=long_ago(70), created_at=began)
    state = "completed" if ended_at else "active"
    return EnrolmentFactory(application=application, enrolled_at=began, ended_at=ended_at, state=state).person


def test_kept_for_now_are_staff_relatives_of_known_people_debtors_and_whoever_waits_for_an_answer():
    staff = long_ago(30, user=UserFactory(is_staff=True))
    mother = long_ago(30)
    Relationship.objects.create(
        person=PersonFactory(created_at=NOW), relative=mother, kind="mother", since=months_before(NOW, 30), source="x"
    )
    debtor = enrolled(ended_at=months_before(NOW, 61))
    LedgerEntry.objects.create(
        application=debtor.applications.get(), kind="charge", amount_minor=100, currency="EUR", at=NOW, key="owed"
    )
    waiting = long_ago(30)
    CaseFactory(person=waiting, opened_at=months_before(NOW, 30))
    retention.plan(at=NOW)
    assert not PlannedErasure.objects.exists()
    assert {staff, mother, debtor, waiting} <= set(Person.objects.known())


def test_subscription_that_nobody_confirmed_goes_after_a_month():
    person = long_ago(1)
    proved = long_ago(1)
    for one, confirmed_at in ((person, None), (proved, one_month := months_before(NOW, 1))):
        ConsentRequest.objects.create(
            person=one, purposes=[], address="a@example.org", language="ca", source="/", asked_at=one.created_at,
            expires_at=one_month if confirmed_at else NOW, confirmed_at=confirmed_at,
        )  # fmt: skip
    retention.plan(at=NOW)
    assert planned_for(person) == "subscriptions" and planned_for(proved) is None


def test_shorter_period_is_shown_before_it_bites_and_a_longer_one_takes_off_the_list():
    person, clerk = long_ago(13), UserFactory()
    retention.sweep(at=NOW)
    assert planned_for(person) is None
    retention_rules.change("contacts", months=12, is_active=True, at=NOW + DAY, by=clerk)
    days(30, start=NOW + DAY)
    assert planned_for(person) == "contacts" and not is_erased(person)
    retention_rules.change("contacts", months=18, is_active=True, at=NOW + 31 * DAY, by=clerk)
    retention.sweep(at=NOW + 32 * DAY)
    assert planned_for(person) is None and not is_erased(person)


def test_rule_that_is_not_in_force_forgets_nobody():
    person, clerk = long_ago(24), UserFactory()
    days(30)
    retention_rules.change("contacts", months=24, is_active=False, at=NOW + 30 * DAY, by=clerk)
    retention.sweep(at=NOW + 31 * DAY)
    assert not is_erased(person) and planned_for(person) is None


def test_person_who_is_forgotten_on_request_leaves_the_list():
    person = long_ago(24)
    retention.sweep(at=NOW)
    erasure.erase(person, at=NOW)
    assert PlannedErasure.objects.get().done_at == NOW


def test_texts_trail_and_payers_end_after_their_months_but_not_before_the_rule_stood_there_for_thirty_days(
    settings, tmp_path
):
    private = {"location": tmp_path, "base_url": None}
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": private},
    }
    person = PersonFactory(created_at=NOW)
    old = OutgoingMessageFactory(person=person, created_at=months_before(NOW, 36), state="sent")
    new = OutgoingMessageFactory(person=person, created_at=months_before(NOW, 30), state="sent")
    AuditEntry.objects.create(at=months_before(NOW, 24), act="read", what="x", person=person)
    ImportRun.objects.create(
        kind="people", file_name="a.csv", started_at=months_before(NOW, 1), finished_at=months_before(NOW, 1),
        rejected=[{"line": 2, "why": "a@example.org comes twice"}],
    )  # fmt: skip
    receipt = ReceiptFactory(issued_at=datetime(2019, 12, 31, 12, tzinfo=UTC), payer_name="Núria Puig")
    kept = ReceiptFactory(issued_at=datetime(2020, 1, 2, tzinfo=UTC), payer_name="Joan Roca")
    days(29)
    assert OutgoingMessage.objects.filter(body="").count() == 0 and AuditEntry.objects.count() == 1
    retention.sweep(at=NOW + 30 * DAY)
    assert [OutgoingMessage.objects.get(pk=pk).body == "" for pk in (old.pk, new.pk)] == [True, False]
    assert not AuditEntry.objects.exists()
    assert ImportRun.objects.get().rejected == [{"line": 2, "why": ""}]
    receipt.refresh_from_db()
    kept.refresh_from_db()
    assert (receipt.payer_name, kept.payer_name) == ("", "Joan Roca")


def test_sessions_that_ran_out_are_deleted_once_a_day():
    Session.objects.create(session_key="old", session_data="x", expire_date=NOW - DAY)
    retention.sweep(at=NOW)
    assert not Session.objects.exists()


def test_months_before_keeps_to_the_calendar():
    assert months_before(datetime(2026, 3, 31, tzinfo=UTC), 1) == datetime(2026, 2, 28, tzinfo=UTC)
    assert months_before(datetime(2028, 2, 29, tzinfo=UTC), 12) == datetime(2027, 2, 28, tzinfo=UTC)
    assert months_before(NOW, 0) == NOW


def test_every_rule_has_words_and_a_code_that_fits():
    rules = retention_rules.rules()
    assert {"students", "applicants", "enquiries", "subscriptions", "contacts", "messages", "audit"} <= {
        rule.code for rule in rules
    }
    assert len({rule.code for rule in rules}) == len(rules)
    for rule in rules:
        assert "7" in rule.kept_words(7) and str(rule.what) and str(rule.source) and len(rule.code) <= 40
    ranks = [rule.rank for rule in rules if isinstance(rule, PersonRule)]
    assert len(set(ranks)) == len(ranks)


class ShownBeforeItBites(TestCase):
    """Whatever the school and the people do from day to day: nobody goes who was not on the list for thirty days."""

    @settings(max_examples=5, deadline=None)
    @given(
        acts=st.lists(
            st.tuples(
                st.integers(min_value=1, max_value=25),  # days until it happens
                st.sampled_from(["wait", "return", "shorter", "longer", "off", "on", "hold", "release"]),
            ),
            min_size=3,
            max_size=10,
        )
    )
    def test_nobody_goes_unseen(self, acts):
        clerk, person = UserFactory(), long_ago(20)
        only = [rule for rule in retention_rules.rules() if rule.code == "contacts"]
        with mock.patch.object(retention_rules, "rules", lambda: only):
            self.live(acts, person=person, clerk=clerk)

    def live(self, acts, *, person, clerk):
        at, seen_since = NOW, None
        for wait, act in acts:
            for step in [*[EVERY] * (wait // EVERY), wait % EVERY or 1]:
                at += step * DAY
                before = PlannedErasure.objects.filter(person=person, done_at=None).first()
                retention.sweep(at=at)
                person.refresh_from_db()
                if person.erased_at is not None:
                    assert before is not None and seen_since is not None
                    assert at - seen_since >= timedelta(days=30)
                    assert before.held_until is None or before.held_until < timezone.localdate(at)
                    return
                is_listed = PlannedErasure.objects.filter(person=person, done_at=None).exists()
                seen_since = (seen_since or at) if is_listed else None
            self.do(act, person=person, clerk=clerk, at=at)

    def do(self, act, *, person, clerk, at):
        planned = PlannedErasure.objects.filter(person=person).first()
        if act == "return":
            timeline.record(person, at=at, channel="web", direction="in", kind="x")
        elif act in ("shorter", "longer", "off", "on"):
            months = {"shorter": 1, "longer": 36}.get(act, 12)
            retention_rules.change("contacts", months=months, is_active=act != "off", at=at, by=clerk)
        elif act == "hold" and planned:
            retention.hold(planned, until=timezone.localdate(at + 20 * DAY), why="x", by=clerk, at=at)
        elif act == "release" and planned:
            retention.release(planned, by=clerk, at=at)
