"""One and many are answered by the same statement; a plain reading of the rules agrees with both."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from people.contact import policy
from people.contact.policy import Asked
from people.models import (
    Consent,
    ContactRules,
    Identity,
    LegalBasis,
    OutgoingMessage,
    Person,
    SharedAddress,
    Suppression,
    Touchpoint,
)
from tests.factories.people import MONDAY_9AM, ConsentFactory, IdentityFactory, OutgoingMessageFactory, PersonFactory

pytestmark = pytest.mark.django_db
NOON = MONDAY_9AM + timedelta(hours=3)
DAY = timedelta(days=1)
CHANNELS = ("email", "phone", "sms", "whatsapp", "web", "post")
PURPOSES = ("commercial", "survey", "enquiry", "service", "profiling", "photographs")
KINDS = {"email": ["email"], "phone": ["phone", "whatsapp"], "sms": ["phone"], "whatsapp": ["whatsapp", "phone"]}


def rare(strategy, otherwise):
    """Mostly the plain case, so that the rules behind the first one are reached as well."""
    return st.one_of(st.just(otherwise), st.just(otherwise), st.just(otherwise), strategy)


FACTS = st.fixed_dictionaries(
    {
        "email": st.sampled_from(["fine", "fine", "none", "ours", "listed", "comes_back", "shared"]),
        "phone": st.sampled_from(["fine", "fine", "none", "ours", "listed"]),
        "said": st.lists(
            st.tuples(
                st.sampled_from(["granted", "granted", "denied", "withdrawn", "requested"]),
                st.integers(1, 40),  # days ago
                st.booleans(),  # a guardian said it
            ),
            max_size=3,
        ),
        "phase": st.sampled_from(["prospect", "student"]),
        "zone": st.sampled_from(["Europe/Madrid", "America/Mexico_City", "Asia/Tokyo", "Nowhere/Nothing", ""]),
        "hours": rare(st.sampled_from([(time(18), time(20)), (time(22), time(7)), (time(10), None)]), (None, None)),
        "paused": rare(st.sampled_from([-1, 2]), None),
        "frequency": rare(st.sampled_from(["weekly", "monthly"]), ""),
        "sent_days_ago": st.lists(st.integers(0, 35), max_size=4),
        "topics_off": rare(st.just(["data"]), []),
        "customer_days_ago": rare(st.sampled_from([10, 400]), None),
        "age": rare(st.sampled_from([10, 13, 14, 40]), None),
        "gone": rare(st.sampled_from(["erased", "merged"]), ""),
        "asked_again": st.booleans(),
    }
)


def plant(facts, purpose, channel, at):
    """A person of whom all this is true."""
    person = PersonFactory(
        email="",
        phase=facts["phase"],
        time_zone=facts["zone"],
        preferred_from=facts["hours"][0],
        preferred_until=facts["hours"][1],
        frequency=facts["frequency"],
        topics_off=facts["topics_off"],
        paused_until=at + facts["paused"] * DAY if facts["paused"] is not None else None,
        birth_date=date(at.year - facts["age"], 1, 1) if facts["age"] else None,
        erased_at=at if facts["gone"] == "erased" else None,
        merged_into=PersonFactory() if facts["gone"] == "merged" else None,
    )
    for kind, value in (("email", f"p{person.pk}@example.org"), ("phone", f"+346{person.pk:08d}")):
        plant_address(person, kind, value, facts[kind])
    for decision, days, by_guardian in facts["said"]:
        ConsentFactory(
            person=person, purpose=purpose, channel=channel, decision=decision, at=at - days * DAY,
            said_by=PersonFactory() if by_guardian else None,
        )  # fmt: skip
    for days in facts["sent_days_ago"]:
        OutgoingMessageFactory(
            person=person, to="x@example.org", purpose="commercial", state="sent",
            claimed_at=at - days * DAY - timedelta(hours=1),
        )  # fmt: skip
    if facts["customer_days_ago"]:
        LegalBasis.objects.create(person=person, topic="data", since=at - facts["customer_days_ago"] * DAY)
    if facts["asked_again"]:
        Touchpoint.objects.create(
            person=person, at=at - timedelta(hours=1), channel="web", direction="in", kind="enquiries.received"
        )
    return person


def plant_address(person, kind, value, state):
    if state == "none":
        return
    if state == "shared":
        other = PersonFactory(email="")
        identity = IdentityFactory(person=other, kind=kind, value=value)
        SharedAddress.objects.create(person=person, identity=identity, created_at=MONDAY_9AM)
        return
    IdentityFactory(person=person, kind=kind, value=value, is_undeliverable=state == "comes_back")
    if state in ("ours", "listed"):
        Suppression.objects.create(
            kind=kind, value=value, why="x", list_name="" if state == "ours" else "Robinson", at=MONDAY_9AM
        )


def oracle(facts, asked, at):
    """The rules as somebody would read them aloud, without SQL and without what the product computes with."""
    needs_ground = asked.purpose not in ("service", "enquiry")
    if facts["gone"]:
        return facts["gone"]
    is_sent = not (asked.purpose in ("profiling", "photographs") and asked.channel in ("web", "in_person"))
    if is_sent:
        kinds = KINDS.get(asked.channel, [])
        states = [facts[kind] for kind in kinds if kind in ("email", "phone") and facts[kind] != "none"]
        if not states:
            return "no_address"
        if states[0] == "ours":
            return "suppressed"
        if states[0] == "listed" and needs_ground:
            return "excluded"
        if states[0] == "comes_back":
            return "undeliverable"
    newest_first = [one for _place, one in sorted(enumerate(facts["said"]), key=lambda at: (at[1][1], -at[0]))]
    decisive = [one for one in newest_first if one[0] != "requested"]
    newest = next(iter(decisive or newest_first), None)
    no = newest is not None and newest[0] in ("denied", "withdrawn")
    bar = ground_missing(facts, asked, newest, no)
    if bar:
        return bar
    if asked.purpose == "commercial" and asked.topic and asked.topic in facts["topics_off"]:
        return "topic_off"
    return postponed(facts, asked, at, needs_ground)


def ground_missing(facts, asked, newest, no):
    if asked.purpose == "service":
        return ""
    if asked.purpose == "enquiry":
        return "stopped" if no and not facts["asked_again"] else ""
    if no:
        return "refused"
    yes = newest is not None and newest[0] == "granted"
    if facts["age"] and facts["age"] < 14 and not (yes and newest[2]):
        return "minor"
    is_customer = (
        asked.purpose == "commercial" and asked.channel in ("email", "sms") and asked.topic == "data"
        and facts["customer_days_ago"] == 10
    )  # fmt: skip
    if yes or is_customer or (asked.purpose == "survey" and facts["phase"] == "student"):
        return ""
    return "requested" if newest is not None else "no_consent"


def postponed(facts, asked, at, needs_ground):
    if needs_ground and facts["paused"] == 2:
        return "paused"
    if asked.channel in ("phone", "sms", "whatsapp") or (asked.channel == "email" and asked.purpose == "commercial"):
        reason = hour(facts, at)
        if reason:
            return reason
    if asked.purpose == "commercial":
        ages = sorted(days * DAY + timedelta(hours=1) for days in facts["sent_days_ago"])
        own = {"weekly": 7, "monthly": 30}.get(facts["frequency"])
        if sum(age < 7 * DAY for age in ages) >= 3 or (own and any(age < own * DAY for age in ages)):
            return "cap"
    return ""


def hour(facts, at):
    name = facts["zone"] if facts["zone"] in ("America/Mexico_City", "Asia/Tokyo") else "Europe/Madrid"
    local = at.astimezone(ZoneInfo(name)).time()
    if not time(9) <= local < time(21):
        return "quiet"
    start = facts["hours"][0]
    if start == time(18) and not time(18) <= local < time(20):
        return "hours"
    if start == time(10) and local < time(10):
        return "hours"
    return ""  # 22 to 7 lies in the quiet hours, and cannot be kept


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    crowd=st.lists(FACTS, min_size=1, max_size=3),
    purpose=st.sampled_from(PURPOSES),
    channel=st.sampled_from(CHANNELS),
    topic=st.sampled_from(["", "data", "arts"]),
    hours=st.integers(0, 47),
)
def test_one_many_and_a_plain_reading_agree(crowd, purpose, channel, topic, hours):
    at = datetime(2026, 3, 20, tzinfo=UTC) + timedelta(hours=hours, minutes=7)
    asked = Asked(channel, purpose, topic)
    planted = {plant(facts, purpose, channel, at).pk: facts for facts in crowd}
    people = Person.objects.filter(pk__in=planted)

    decision = policy.decide(people, channel=channel, purpose=purpose, at=at, topic=topic)
    ones = {
        person.pk: policy.may_contact(person, channel=channel, purpose=purpose, at=at, topic=topic) for person in people
    }

    assert {pk: verdict.reason for pk, verdict in ones.items()} == {
        pk: oracle(facts, asked, at) for pk, facts in planted.items()
    }
    assert {pk: one.reachable_at for pk, one in ones.items() if one.allowed} == dict(decision.addresses)
    reasons = [one.reason for one in ones.values()]
    assert dict(decision.reasons) == {reason: reasons.count(reason) for reason in reasons}
    chosen = policy.allowed(people, channel=channel, purpose=purpose, at=at, topic=topic)
    assert set(chosen.values_list("pk", flat=True)) == set(decision.addresses)
    assert policy.tally(people, [asked], at=at)[asked] == dict(decision.reasons)
    for one in ones.values():
        assert one.why
        assert (one.not_before is not None) == (one.reason in policy.LATER)
        assert one.not_before is None or one.not_before > at


def test_one_person_costs_two_queries_and_six_ways_cost_no_more(django_assert_num_queries):
    person = PersonFactory(phone="+34612345678")
    ConsentFactory(person=person)
    with django_assert_num_queries(2):
        policy.may_contact(person, channel="email", purpose="commercial", at=NOON)
    pairs = [
        Asked(channel, purpose) for channel in ("email", "phone", "whatsapp") for purpose in ("enquiry", "commercial")
    ]
    with django_assert_num_queries(2):
        verdicts = policy.ways(person, pairs, at=NOON)
    assert len(verdicts) == 6


@pytest.mark.parametrize("size", [1, 3])
def test_many_cost_three_queries_however_many(size, django_assert_num_queries):
    for _one in range(size):
        ConsentFactory()
    with django_assert_num_queries(3):
        assert policy.decide(Person.objects.all(), channel="email", purpose="commercial", at=NOON).allowed == size


def test_querysets_with_order_slice_and_nobody_are_understood():
    for _one in range(3):
        ConsentFactory()
    asked = {"channel": "email", "purpose": "commercial", "at": NOON}
    assert policy.decide(Person.objects.order_by("-pk")[:2], **asked).total == 2
    assert policy.decide(Person.objects.none(), **asked).total == 0
    assert not policy.allowed(Person.objects.none(), **asked).exists()
    assert policy.allowed(Person.objects.known().filter(language="ca"), **asked).count() == 3


def test_school_changes_its_hours_and_its_cap():
    person = ConsentFactory().person
    ContactRules.objects.update_or_create(pk=1, defaults={"quiet_from": time(12), "commercial_cap": 1})
    verdict = policy.may_contact(person, channel="email", purpose="commercial", at=NOON)  # 13 h in Madrid
    assert (verdict.reason, verdict.not_before) == ("quiet", MONDAY_9AM.replace(day=3, hour=8))
    OutgoingMessageFactory(
        person=person, to="x", purpose="commercial", state="sent", claimed_at=MONDAY_9AM - timedelta(days=1)
    )
    verdict = policy.may_contact(person, channel="email", purpose="commercial", at=MONDAY_9AM)
    assert (verdict.reason, verdict.not_before) == ("cap", MONDAY_9AM + timedelta(days=6))


def test_customer_may_be_written_about_the_same_field_but_never_called():
    person = PersonFactory(phone="+34612345678")
    LegalBasis.objects.create(person=person, topic="data", since=NOON - timedelta(days=100))
    asked = {"purpose": "commercial", "at": NOON}
    written = policy.may_contact(person, channel="email", topic="data", **asked)
    assert (written.allowed, written.basis, written.ground.topic) == (True, "customer", "data")
    assert "customer since" in written.why
    assert policy.may_contact(person, channel="email", topic="arts", **asked).reason == "no_consent"
    assert policy.may_contact(person, channel="email", **asked).reason == "no_consent"
    assert policy.may_contact(person, channel="phone", topic="data", **asked).reason == "no_consent"
    ConsentFactory(person=person, decision="withdrawn")
    assert policy.may_contact(person, channel="email", topic="data", **asked).reason == "refused"
    ContactRules.objects.update_or_create(pk=1, defaults={"customer_months": 0})
    Consent.objects.all().delete()
    assert policy.may_contact(person, channel="email", topic="data", **asked).reason == "no_consent"


def test_unconfirmed_yes_neither_lifts_a_no_nor_ends_a_yes():
    refused, agreed = ConsentFactory(decision="withdrawn").person, ConsentFactory().person
    for person in (refused, agreed):
        ConsentFactory(person=person, decision="requested", at=MONDAY_9AM + timedelta(hours=1))
    asked = {"channel": "email", "purpose": "commercial", "at": NOON}
    assert policy.may_contact(refused, **asked).reason == "refused"
    assert policy.may_contact(agreed, **asked).allowed
    waiting = ConsentFactory(decision="requested").person
    assert policy.may_contact(waiting, **asked).why == "They have not confirmed it yet."


def test_saving_preferences_is_not_asking_again():
    person = PersonFactory()
    ConsentFactory(person=person, purpose="enquiry", decision="withdrawn")
    Touchpoint.objects.create(person=person, at=NOON, channel="web", direction="in", kind="people.preferences_changed")
    assert policy.may_contact(person, channel="email", purpose="enquiry", at=NOON).reason == "stopped"


def test_hours_changed_behind_our_back_are_read_again():
    person = ConsentFactory().person
    Person.objects.filter(pk=person.pk).update(time_zone="America/Mexico_City")
    verdict = policy.may_contact(person, channel="email", purpose="commercial", at=NOON)
    assert (verdict.reason, verdict.not_before) == ("quiet", MONDAY_9AM.replace(hour=15))


def test_of_two_messages_on_their_way_the_first_one_leaves():
    person = PersonFactory(frequency="weekly")
    ConsentFactory(person=person)
    first, second = (
        OutgoingMessageFactory(
            person=person, purpose="commercial", state=OutgoingMessage.State.SENDING, claimed_at=NOON
        )
        for _message in range(2)
    )
    asked = {"channel": "email", "purpose": "commercial", "at": NOON}
    assert policy.may_contact(person, message=first, **asked).allowed
    assert policy.may_contact(person, message=second, **asked).reason == "cap"


def test_preferred_channel_is_used_first_or_it_is_said_why_not():
    person = PersonFactory(phone="+34612345678", preferred_channel="whatsapp")
    assert policy.best_channel(person, "enquiry", NOON).channel == "whatsapp"
    night = NOON + timedelta(hours=11)
    best = policy.best_channel(person, "enquiry", night)
    assert (best.channel, best.why_not) == ("email", "It is too late or too early where they are.")
    best = policy.best_channel(person, "enquiry", NOON, channels=["email"])
    assert (best.channel, best.why_not) == ("email", "We cannot use this channel for it.")
    Identity.objects.all().delete()
    assert policy.best_channel(person, "enquiry", NOON) is None


def test_proofs_are_read_only_when_looked_at(django_assert_num_queries):
    line = ConsentFactory()
    verdict = policy.may_contact(line.person, channel="email", purpose="commercial", at=NOON)
    with django_assert_num_queries(1):
        assert (verdict.proof, verdict.proof.by) == (line, None)
    assert timezone.is_aware(verdict.proof.at)
