"""Making two people one, and parting them again: every row at its rightful person, every field exact."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from community import forums
from enquiries.intake import arrivals
from people import timeline
from people.access.sign_in import person_of
from people.contact import consents
from people.identity import merge_preview, merge_rows, merging
from people.models import (
    AuditEntry,
    Consent,
    DuplicatePair,
    Identity,
    LegalBasis,
    Merge,
    MergeMove,
    Person,
    PersonScore,
    Relationship,
    Suppression,
    Touchpoint,
)
from people.privacy import erasure
from tests.factories.community import ForumFactory, PostFactory, ThreadFactory
from tests.factories.contact_centre import CaseFactory
from tests.factories.enquiries import EnquiryFactory
from tests.factories.enrolment import ApplicationFactory, EnrolmentFactory, PaymentFactory
from tests.factories.people import (
    MONDAY_9AM,
    ConsentFactory,
    IdentityFactory,
    OutgoingMessageFactory,
    PersonFactory,
    UserFactory,
)
from tests.factories.tutoring import StudentFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = MONDAY_9AM + HOUR


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def two():
    """The same human twice: the one who stays, and the one who becomes part of them."""
    one = PersonFactory(given_name="Núria", family_name="Puig", email="nuria@example.org")
    return one, PersonFactory(given_name="Nuri", family_name="Puig Serra", email="nuri@example.org")


def way(value):
    return Identity.objects.get(value=value).pk


def happened(person, summary="", **facts):
    facts = {"at": LATER, "channel": "web", "direction": "in", "kind": "enquiries.received"} | facts
    return timeline.record(person, summary=summary, **facts)


def said(person, decision, *, at, purpose="commercial", channel="email"):
    return ConsentFactory(person=person, purpose=purpose, channel=channel, decision=decision, at=at)


def whose(row, field="person"):
    row.refresh_from_db()
    return getattr(row, field)


# --- what moves


def test_rows_of_every_floor_follow_and_come_back():
    one, other = two()
    enrolment = EnrolmentFactory(application=ApplicationFactory(person=other, enrolled=True))
    student = StudentFactory(enrolment=enrolment)
    payment = PaymentFactory(application=ApplicationFactory(person=other, admitted=True), settled=True)
    thread = ThreadFactory(author=other)
    rows = [
        (enrolment, "person"),
        (enrolment.application, "person"),
        (payment.application, "person"),
        (student, "person"),
        (CaseFactory(person=other), "person"),
        (EnquiryFactory(person=other), "person"),
        (thread, "author"),
        (PostFactory(thread=thread, author=other), "author"),
        (OutgoingMessageFactory(person=other), "person"),
        (happened(other), "person"),
        (said(other, "granted", at=MONDAY_9AM), "person"),
        (Identity.objects.get(value="nuri@example.org"), "person"),
        (LegalBasis.objects.create(person=other, topic="arts", since=MONDAY_9AM), "person"),
    ]
    made = merging.merge(one, other, at=LATER)
    assert [row for row, field in rows if whose(row, field) != one] == []
    assert made.moves.filter(model="enrolment.enrolment").count() == 1
    assert made.stayed == {}
    merging.undo(made, at=LATER + HOUR)
    assert [row for row, field in rows if whose(row, field) != other] == []
    assert whose(one, "merged_into") is None
    assert whose(other, "merged_into") is None


def test_every_column_that_names_a_person_moves_or_has_a_reason_to_stay():
    named = {
        (model._meta.label_lower, field.attname)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Person
    }
    moving = {(column.label, column.name) for column in merge_rows.columns() if not column.is_about}
    assert {label for label, _name in named - moving} == set(merge_rows.NOT_MOVED)
    assert all(isinstance(column.model._meta.pk, models.AutoField) for column in merge_rows.columns())


def test_unique_rules_on_persons_are_of_the_kinds_a_merge_understands():
    for column in merge_rows.columns():
        for rule in column.model._meta.constraints:
            if isinstance(rule, models.UniqueConstraint):
                assert not rule.expressions, f"{rule.name}: merge_rows compares fields, not expressions"
                assert rule.nulls_distinct is not False, f"{rule.name}: merge_rows takes empty values as different"
            else:
                assert isinstance(rule, models.CheckConstraint), rule.name


def test_what_the_survivor_has_already_stays_behind_with_what_hangs_on_it():
    one, other = two()
    mine = EnrolmentFactory(application=ApplicationFactory(person=one, enrolled=True))
    theirs = EnrolmentFactory(application=ApplicationFactory(person=other, intake=mine.intake, enrolled=True))
    student = StudentFactory(enrolment=theirs)
    score = PersonScore.objects.create(person=other, metric="fit", value=1, as_of=MONDAY_9AM)
    PersonScore.objects.create(person=one, metric="fit", value=2, as_of=MONDAY_9AM)
    seen = merge_preview.preview(one, other)
    made = merging.merge(one, other, at=LATER)
    assert made.stayed == {
        "enrolment.application": 1,
        "enrolment.enrolment": 1,
        "tutoring.student": 1,
        "people.personscore": 1,
    }
    assert {count.label: count.number for count in seen.stays} == made.stayed
    assert [whose(row) for row in (theirs, student, score)] == [other] * 3
    merging.undo(made, at=LATER)
    assert [whose(row) for row in (mine, theirs, student, score)] == [one, other, other, other]


def test_an_application_that_was_withdrawn_does_not_stand_in_the_way():
    one, other = two()
    mine = ApplicationFactory(person=one)
    theirs = ApplicationFactory(person=other, intake=mine.intake, state="withdrawn")
    assert merging.merge(one, other, at=LATER).stayed == {}
    assert whose(theirs) == one


def test_nobody_becomes_their_own_relative_or_shares_their_own_mailbox():
    one, other = two()
    facts = {"kind": "mother", "since": MONDAY_9AM, "source": "Call"}
    between = Relationship.objects.create(person=one, relative=other, **facts)
    child = Relationship.objects.create(person=PersonFactory(), relative=other, **facts)
    made = merging.merge(one, other, at=LATER)
    assert (whose(between, "relative"), whose(child, "relative")) == (other, one)
    assert made.stayed == {"people.relationship": 1}
    merging.undo(made, at=LATER)
    assert whose(child, "relative") == other


def test_preview_counts_what_the_merge_then_moves():
    one, other = two()
    happened(other), happened(other), CaseFactory(person=other)
    seen = merge_preview.preview(one, other)
    made = merging.merge(one, other, at=LATER)
    moved = dict(made.moves.values_list("model").annotate(models.Count("pk")).values_list("model", "pk__count"))
    assert (
        {count.label: count.number for count in seen.moves}
        == moved
        == {
            "people.identity": 1,
            "people.touchpoint": 2,
            "contact_centre.case": 1,
        }
    )


# --- fields


def test_fields_are_the_survivors_unless_empty_and_the_stricter_wish_holds():
    pause = MONDAY_9AM + timedelta(days=30, microseconds=123456)
    one = PersonFactory(given_name="Núria", family_name="", country="", phase="prospect", topics_off=["arts"])
    other = PersonFactory(
        given_name="Nuri",
        family_name="Puig",
        country="FR",
        phase="student",
        paused_until=pause,
        frequency="monthly",
        topics_off=["law"],
    )
    before = {name: getattr(one, name) for name in ("given_name", "family_name", "country", "phase", "topics_off")}
    made = merging.merge(one, other, at=LATER)
    one.refresh_from_db()
    assert (one.given_name, one.family_name, one.country, one.phase) == ("Núria", "Puig", "FR", "student")
    assert (one.paused_until, one.frequency, one.topics_off) == (pause, "monthly", ["arts", "law"])
    Person.objects.filter(pk=one.pk).update(country="PT")
    merging.undo(made, at=LATER)
    one.refresh_from_db()
    assert {name: getattr(one, name) for name in before} == before | {"country": "PT"}
    other.refresh_from_db()
    assert (other.given_name, other.paused_until, one.paused_until) == ("Nuri", pause, None)


def test_a_chosen_field_wins_and_an_unknown_one_is_refused():
    one, other = two()
    for choices in ({"uuid": "absorbed"}, {"given_name": "both"}, {"paused_until": "survivor"}):
        with pytest.raises(merging.BadChoices):
            merging.merge(one, other, choices=choices, at=LATER)
    merging.merge(one, other, choices={"given_name": "absorbed"}, at=LATER)
    assert whose(one, "given_name") == "Nuri"


def test_a_pause_asked_for_since_holds_for_both():
    one, other = two()
    made = merging.merge(one, other, at=LATER)
    pause = LATER + timedelta(days=90)
    Person.objects.filter(pk=one.pk).update(paused_until=pause)
    merging.undo(made, at=LATER)
    assert (whose(one, "paused_until"), whose(other, "paused_until")) == (pause, pause)


# --- consent


@pytest.mark.parametrize("no", ["denied", "withdrawn"])
@pytest.mark.parametrize("survivor_says_no", [True, False])
def test_a_no_of_either_holds_though_the_yes_is_newer(no, survivor_says_no):
    one, other = two()
    refuses, agrees = (one, other) if survivor_says_no else (other, one)
    said(refuses, no, at=MONDAY_9AM), said(agrees, "granted", at=MONDAY_9AM + timedelta(minutes=5))
    made = merging.merge(one, other, at=LATER)
    line = consents.latest(one)["commercial", "email"]
    assert (line.decision, line.source, line.merge_uuid) == (no, "merge", made.uuid)
    merging.undo(made, at=LATER)
    assert consents.latest(refuses)["commercial", "email"].decision == no
    assert consents.latest(agrees)["commercial", "email"].decision == "granted"
    assert not Consent.objects.filter(merge_uuid=made.uuid).exists()


def test_a_no_said_since_the_merge_holds_for_both():
    one, other = two()
    made = merging.merge(one, other, at=LATER)
    said(one, "granted", at=LATER + HOUR, channel="phone")
    said(one, "withdrawn", at=LATER + HOUR)
    merging.undo(made, at=LATER + HOUR)
    assert [consents.latest(person)["commercial", "email"].decision for person in (one, other)] == ["withdrawn"] * 2
    assert ("commercial", "phone") not in consents.latest(other)


def test_an_excluded_address_of_one_bars_the_good_one_of_the_other():
    one, other = two()
    Suppression.objects.create(kind="email", value="nuri@example.org", why="Robinson", at=MONDAY_9AM)
    said(one, "granted", at=MONDAY_9AM)
    made = merging.merge(one, other, at=LATER)
    assert consents.latest(one)["commercial", "email"].decision == "denied"
    merging.undo(made, at=LATER)
    assert consents.latest(one)["commercial", "email"].decision == "granted"


# --- what comes later


def test_each_later_touchpoint_goes_to_whom_it_belongs():
    one, other = two()
    case = CaseFactory(person=other)
    made = merging.merge(one, other, at=LATER)
    theirs = [
        happened(one, "through their address", identity_id=way("nuri@example.org")),
        happened(one, "about their case", about=case),
        OutgoingMessageFactory(person=one, to="nuri@example.org"),
    ]
    mine = [
        happened(one, "through my address", identity_id=way("nuria@example.org")),
        happened(one, "nobody knows through what"),
        OutgoingMessageFactory(person=one, to="nuria@example.org"),
    ]
    merging.undo(made, at=LATER)
    assert [whose(row) for row in theirs] == [other] * 3
    assert [whose(row) for row in mine] == [one] * 3


def test_what_hangs_on_theirs_however_many_steps_away_is_theirs():
    one, other = two()
    application = ApplicationFactory(person=other, admitted=True)
    made = merging.merge(one, other, at=LATER)
    application.refresh_from_db()
    payment = PaymentFactory(application=application, settled=True)
    case = CaseFactory(person=one, kind="payment", about_kind="enrolment.payment", about_id=payment.pk)
    message = OutgoingMessageFactory(
        person=one, to="nuria@example.org", about_kind=case._meta.label_lower, about_id=case.pk
    )
    called = happened(one, about=case)
    own = PaymentFactory(application=ApplicationFactory(person=one, admitted=True), settled=True)
    own_case = CaseFactory(person=one, kind="payment", about_kind="enrolment.payment", about_id=own.pk)
    merging.undo(made, at=LATER)
    assert [whose(row) for row in (application, case, message, called)] == [other] * 4
    assert [whose(row) for row in (own.application, own_case)] == [one] * 2
    assert not MergeMove.objects.filter(column="").exists()


def test_an_enquiry_that_came_through_their_address_is_theirs_with_all_it_brought():
    one, other = two()
    made = merging.merge(one, other, at=LATER)
    enquiry = arrivals.receive(at=LATER + HOUR, email="nuri@example.org", phone="+34612345678", message="When?")
    mine = arrivals.receive(at=LATER + 2 * HOUR, email="nuria@example.org", message="How much?")
    assert {enquiry.person, mine.person} == {one}
    merging.undo(made, at=LATER + 3 * HOUR)
    assert whose(enquiry) == other
    assert enquiry.case.person == other
    assert Identity.objects.get(value="+34612345678").person == other
    assert whose(mine) == one
    assert mine.case.person == one


def test_posts_of_their_login_are_theirs_and_replies_of_others_stay(rf):
    one, other = two()
    one.user, other.user = UserFactory(email="nuria@example.org"), UserFactory(email="nuri@example.org")
    one.save(), other.save()
    forum = ForumFactory(programme=None, slug="school")
    for person in (one, other):
        EnrolmentFactory(application=ApplicationFactory(person=person, enrolled=True))
    thread = forums.start_thread(forum, author=other, title="Hello", text="I am new.", at=MONDAY_9AM)
    before = forums.reply(thread, author=one, text="Welcome.", at=MONDAY_9AM)
    made = merging.merge(one, other, at=LATER)

    def signed_in(user):
        request = rf.get("/")
        request.user = type(user).objects.get(pk=user.pk)
        return person_of(request)

    assert signed_in(other.user) == one
    as_other = forums.reply(thread, author=signed_in(other.user), text="Thanks.", at=LATER + HOUR)
    as_one = forums.reply(thread, author=signed_in(one.user), text="Not at all.", at=LATER + HOUR)
    new = forums.start_thread(forum, author=signed_in(other.user), title="Books", text="Which?", at=LATER + HOUR)
    merging.undo(made, at=LATER + 2 * HOUR)
    assert [whose(post, "author") for post in (before, as_other, as_one)] == [one, other, one]
    assert (whose(thread, "author"), whose(new, "author")) == (other, other)


# --- logins and links


def test_the_only_login_moves_and_comes_back(rf):
    one, other = two()
    other.user = UserFactory()
    other.save()
    made = merging.merge(one, other, at=LATER)
    assert (whose(one, "user_id"), whose(other, "user_id")) == (made.after["user"], None)
    merging.undo(made, at=LATER)
    assert (whose(one, "user_id"), whose(other, "user_id")) == (None, made.after["user"])


def test_a_login_made_since_with_their_address_is_theirs():
    one, other = two()
    made = merging.merge(one, other, at=LATER)
    Person.objects.filter(pk=one.pk).update(user=UserFactory(email="nuri@example.org"))
    merging.undo(made, at=LATER)
    assert whose(one, "user_id") is None
    assert whose(other, "user").email == "nuri@example.org"


def test_old_links_lead_to_whoever_speaks_now():
    one, other = two()
    third = PersonFactory()
    merging.merge(one, other, at=LATER)
    merging.merge(third, one, at=LATER)
    assert merging.by_uuid(other.uuid) == third
    assert merging.everyone_in(third) == [third.pk, one.pk, other.pk]
    assert list(Person.objects.known()) == [third]


# --- chains


def chain():
    """Three who are one: a became part of b, b of c; each with a touchpoint of theirs, before and since."""
    a, b, c = (PersonFactory(given_name=name, country=name.upper(), email=f"{name}@example.org") for name in "abc")
    Person.objects.filter(pk__in=[b.pk, c.pk]).update(country="")
    b.refresh_from_db(), c.refresh_from_db()
    rows = {person: [happened(person)] for person in (a, b, c)}
    said(a, "denied", at=MONDAY_9AM), said(c, "granted", at=MONDAY_9AM + timedelta(minutes=1))
    first = merging.merge(b, a, at=LATER)
    rows[a].append(happened(b, identity_id=way("a@example.org")))
    rows[b].append(happened(b))
    second = merging.merge(c, b, at=LATER + HOUR)
    rows[a].append(happened(c, identity_id=way("a@example.org")))
    rows[b].append(happened(c, identity_id=way("b@example.org")))
    rows[c].append(happened(c))
    return (a, b, c), (first, second), rows


def test_a_chain_can_be_undone_from_its_beginning():
    (a, b, c), (first, second), rows = chain()
    assert whose(c, "country") == "A"
    assert consents.latest(c)["commercial", "email"].decision == "denied"
    merging.undo(first, at=LATER + 2 * HOUR)
    assert {whose(row) for row in rows[a]} == {a}
    assert {whose(row) for row in rows[b] + rows[c]} == {c}
    assert (whose(a, "merged_into"), whose(b, "merged_into"), whose(c, "country")) == (None, c, "")
    assert consents.latest(c)["commercial", "email"].decision == "granted"
    merging.undo(second, at=LATER + 3 * HOUR)
    assert [{whose(row) for row in rows[person]} for person in (a, b, c)] == [{a}, {b}, {c}]
    assert [whose(person, "country") for person in (a, b, c)] == ["A", "", ""]


def test_a_chain_can_be_undone_from_its_end():
    (a, b, c), (first, second), rows = chain()
    merging.undo(second, at=LATER + 2 * HOUR)
    assert [{whose(row) for row in rows[person]} for person in (a, b, c)] == [{b}, {b}, {c}]
    assert [whose(person, "country") for person in (b, c)] == ["A", ""]
    assert consents.latest(b)["commercial", "email"].decision == "denied"
    merging.undo(first, at=LATER + 3 * HOUR)
    assert [{whose(row) for row in rows[person]} for person in (a, b, c)] == [{a}, {b}, {c}]


def test_merging_again_after_an_undo_starts_afresh():
    one, other = two()
    first = merging.merge(one, other, at=LATER)
    mine = happened(one)
    merging.undo(first, at=LATER)
    theirs = happened(other)
    second = merging.merge(other, one, at=LATER + HOUR)
    assert {whose(mine), whose(theirs)} == {other}
    merging.undo(second, at=LATER + HOUR)
    assert (whose(mine), whose(theirs)) == (one, other)


def test_rows_of_a_second_absorbed_person_stay_when_the_first_is_parted():
    one, other = two()
    third = PersonFactory(email="third@example.org")
    first = merging.merge(one, other, at=LATER)
    case = CaseFactory(person=third)
    merging.merge(one, third, at=LATER + HOUR)
    about = happened(one, about=case)
    merging.undo(first, at=LATER + 2 * HOUR)
    assert (whose(case), whose(about)) == (one, one)
    assert Identity.objects.get(value="third@example.org").person == one


def test_a_row_given_to_somebody_else_since_stays_with_them():
    one, other = two()
    case, third = CaseFactory(person=other), PersonFactory()
    made = merging.merge(one, other, at=LATER)
    type(case).objects.filter(pk=case.pk).update(person=third)
    merging.undo(made, at=LATER)
    assert whose(case) == third


def test_what_was_written_to_the_absorbed_row_too_late_is_gathered():
    one, other = two()
    made = merging.merge(one, other, at=LATER)
    stray = happened(other)
    assert merging.gather(at=LATER + HOUR) == 1
    assert merging.gather(at=LATER + HOUR) == 0
    assert whose(stray) == one
    merging.undo(made, at=LATER + HOUR)
    assert whose(stray) == other


# --- refusals


def test_refusals_say_why_and_change_nothing():
    one, other = two()
    erased, third = PersonFactory(), PersonFactory()
    erasure.erase(erased, at=MONDAY_9AM)
    merging.merge(one, other, at=LATER)
    for survivor, absorbed in [(one, one), (one, other), (other, one), (third, erased), (third, other)]:
        with pytest.raises(merging.CannotMerge) as refusal:
            merging.merge(survivor, absorbed, at=LATER)
        assert str(refusal.value)
    assert Merge.objects.count() == 1


def test_a_merge_is_undone_once():
    made = merging.merge(*two(), at=LATER)
    merging.undo(made, at=LATER)
    with pytest.raises(merging.CannotUndoMerge, match="already"):
        merging.undo(made, at=LATER)


def test_erasing_the_survivor_forgets_both_and_ends_the_way_back():
    one, other = two()
    made = merging.merge(one, other, at=LATER)
    erasure.erase(one, at=LATER)
    for person in (one, other):
        person.refresh_from_db()
        assert (person.name, bool(person.erased_at)) == ("", True)
    made.refresh_from_db()
    assert "Nuri" not in str((made.before, made.after))
    with pytest.raises(merging.CannotUndoMerge, match="erased"):
        merging.undo(made, at=LATER)
    assert merging.by_uuid(other.uuid) is None


# --- what is written down about it


def test_merging_is_told_on_the_timeline_and_decides_the_pair():
    one, other = two()
    pair = DuplicatePair.objects.create(
        one=min(one, other, key=lambda person: person.pk),
        other=max(one, other, key=lambda person: person.pk),
        probability=0.9,
        found_at=MONDAY_9AM,
    )
    made = merging.merge(one, other, at=LATER, by=UserFactory())
    assert whose(pair, "state") == "merged"
    assert Touchpoint.objects.get(kind="people.merged").person == one
    merging.undo(made, at=LATER)
    assert whose(pair, "state") == "open"
    assert {one.pk, other.pk} == set(
        Touchpoint.objects.filter(kind="people.merge_undone").values_list("person", flat=True)
    )


def test_the_audit_trail_says_still_whose_page_was_opened():
    one, other = two()
    entry = AuditEntry.objects.create(at=MONDAY_9AM, act="read", what="people.person_page", person=other)
    merging.merge(one, other, at=LATER)
    assert whose(entry) == other


@pytest.mark.parametrize("act", ["preview", "merge", "undo"])
def test_more_rows_take_no_more_queries(act):
    def cost(rows):
        one, other = PersonFactory(), PersonFactory()
        for _number in range(rows):
            happened(other), CaseFactory(person=other), IdentityFactory(person=other)
        made = merging.merge(one, other, at=LATER) if act == "undo" else None
        for _number in range(rows if made else 0):
            happened(one, identity_id=other.pk)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            if act == "preview":
                merge_preview.preview(one, other)
            elif act == "merge":
                merging.merge(one, other, at=LATER)
            else:
                merging.undo(made, at=LATER)
        return len(asked)

    cost(1)
    assert cost(1) == cost(4)
