"""The weekly sample: picked once, by chance that nobody chooses, likelier where something is unusual."""

from datetime import UTC, date, datetime, timedelta

import pytest
from wagtail.models import Site

from people.access import audit, audit_review
from people.models import AuditEntry, AuditReview, AuditSettings, AuditWeek
from tests.factories.people import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)
MONDAY_10AM = datetime(2026, 3, 2, 9, tzinfo=UTC)  # ten o'clock in Barcelona
NEXT_MONDAY = MONDAY_10AM + timedelta(days=7)


def reads(number, *, by=None, at=MONDAY_10AM, act=audit.Act.READ, person=None):
    by = by or UserFactory()
    audit.note_all(
        audit.entry(act=act, what="people.person_page", by=by, at=at + timedelta(minutes=place % 50), person=person)
        for place in range(number)
    )
    return by


def settings(**figures):
    AuditSettings.objects.create(site=Site.objects.get(is_default_site=True), **figures)


def test_the_sweep_picks_last_weeks_sample_once():
    reads(100)

    first, second = (audit_review.pick_due(at=NEXT_MONDAY) for _time in range(2))

    assert (first, second) == (10, 0)
    assert AuditReview.objects.count() == 10
    week = AuditWeek.objects.get(starts_on=MONDAY)
    assert (week.entries, week.picked) == (100, 10)


def test_the_week_that_runs_is_left_alone():
    reads(10)

    assert audit_review.pick_due(at=MONDAY_10AM + timedelta(days=6)) == 0


def test_the_same_week_always_draws_the_same_lines():
    reads(200)
    audit_review.pick(MONDAY, at=NEXT_MONDAY)
    drawn = set(AuditReview.objects.values_list("entry", flat=True))
    AuditReview.objects.all().delete()
    AuditWeek.objects.all().delete()
    audit_review.pick(MONDAY, at=NEXT_MONDAY + timedelta(days=1))

    assert set(AuditReview.objects.values_list("entry", flat=True)) == drawn


@pytest.mark.parametrize(
    ("lines", "figures", "picked"),
    [
        (3, {}, 3),  # never more than there are
        (100, {}, 10),  # at least
        (400, {}, 20),  # the share
        (400, {"share_percent": 100, "at_most": 15}, 15),
        (10, {"share_percent": 1, "at_least": 0}, 1),
    ],
)
def test_size_follows_the_settings(lines, figures, picked):
    if figures:
        settings(**figures)
    reads(lines)

    assert audit_review.pick(MONDAY, at=NEXT_MONDAY) == picked


def test_what_is_unusual_says_so():
    settings(many_people=3, share_percent=100, at_most=1000)
    reads(1)
    reads(1, at=MONDAY_10AM + timedelta(hours=14))
    reads(1, at=MONDAY_10AM + timedelta(days=5))
    reads(1, act=audit.Act.EXPORTED)
    reads(1, act=audit.Act.LOOKED_AS)
    curious = UserFactory()
    for _number in range(3):
        reads(1, by=curious, person=PersonFactory())

    audit_review.pick(MONDAY, at=NEXT_MONDAY)

    reasons = list(AuditReview.objects.order_by("entry").values_list("reasons", flat=True))
    assert reasons == [
        [], ["off_hours"], ["off_hours"], ["export"], ["look_as"],
        ["many_people"], ["many_people"], ["many_people"],
    ]  # fmt: skip


def test_the_unusual_is_picked_more_often_and_the_usual_still_is():
    settings(share_percent=20, at_most=1000)
    reads(400)
    reads(100, act=audit.Act.EXPORTED)

    audit_review.pick(MONDAY, at=NEXT_MONDAY)

    acts = list(AuditReview.objects.values_list("entry__act", flat=True))
    assert len(acts) == 100
    # One in five lines is an export; by weight seven times likelier, so most of the sample is.
    assert acts.count("exported") > 45
    assert acts.count("read") > 10


def test_a_finding_is_written_once_and_never_by_whoever_did_it():
    person = reads(1)
    audit_review.pick(MONDAY, at=NEXT_MONDAY)
    review, officer = AuditReview.objects.get(), UserFactory()

    with pytest.raises(audit_review.OwnAct):
        audit_review.decide(review, finding="fine", note="", by=person, at=NEXT_MONDAY)
    audit_review.decide(review, finding="misuse", note="A neighbour.", by=officer, at=NEXT_MONDAY)
    with pytest.raises(audit_review.AlreadyReviewed):
        audit_review.decide(review, finding="fine", note="", by=UserFactory(), at=NEXT_MONDAY)

    review.refresh_from_db()
    assert (review.finding, review.note, review.by) == ("misuse", "A neighbour.", officer)


def test_whoever_looked_as_another_does_not_review_it_either():
    really = UserFactory()
    with audit.watching(really) as watched:
        reads(1)
    audit.note_all(watched.entries)
    audit_review.pick(MONDAY, at=NEXT_MONDAY)

    assert not audit_review.waiting(reader=really).exists()
    with pytest.raises(audit_review.OwnAct):
        audit_review.decide(AuditReview.objects.get(), finding="fine", note="", by=really, at=NEXT_MONDAY)


def test_figures_count_what_was_reviewed_corrected_and_misused():
    reads(4)
    audit_review.pick(MONDAY, at=NEXT_MONDAY)
    officer = UserFactory()
    for review, finding in zip(AuditReview.objects.order_by("pk"), ("fine", "corrected", "misuse"), strict=False):
        audit_review.decide(review, finding=finding, note="Said so.", by=officer, at=NEXT_MONDAY)

    figures = audit_review.figures(at=NEXT_MONDAY)

    assert (figures.entries, figures.picked, figures.reviewed, figures.waiting) == (4, 4, 3, 1)
    assert (figures.fine, figures.corrected, figures.misuse, figures.reviewed_share) == (1, 1, 1, 0.75)


def test_the_screen_shows_the_sample_and_takes_a_finding(client):
    reads(1, act=audit.Act.EXPORTED)
    audit_review.pick(MONDAY, at=NEXT_MONDAY)
    client.force_login(UserFactory(role="Data protection"))
    address = f"/admin/audit/review/{AuditReview.objects.get().pk}/"

    assert "taken away as a file" in client.get("/admin/audit/review/").content.decode()
    client.post(address, {"finding": "misuse", "note": ""})
    assert AuditReview.objects.get().reviewed_at is None  # what was wrong has to be said
    client.post(address, {"finding": "corrected", "note": "Wrong list, deleted."})

    assert AuditReview.objects.get().finding == "corrected"
    assert "Wrong list, deleted." in client.get("/admin/audit/review/").content.decode()


def test_ones_own_acts_are_not_among_those_to_look_at(client):
    officer = UserFactory(role="Data protection")
    reads(1, by=officer)
    audit_review.pick(MONDAY, at=NEXT_MONDAY)
    client.force_login(officer)

    page = client.get("/admin/audit/review/").content.decode()

    assert "1 line is about what you did yourself" in page
    client.post(f"/admin/audit/review/{AuditReview.objects.get().pk}/", {"finding": "fine"})
    assert AuditReview.objects.get().reviewed_at is None


def test_an_empty_week_is_picked_and_not_asked_again():
    assert audit_review.pick_due(at=NEXT_MONDAY) == 0
    assert AuditWeek.objects.filter(starts_on=MONDAY, entries=0).exists()
    assert not AuditEntry.objects.exists()
