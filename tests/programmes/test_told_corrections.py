"""What those who were told an old fact are owed."""

from datetime import date, timedelta

import pytest
from wagtail import hooks

from people.contact import outbox
from people.models import OutgoingMessage
from programmes.models import Correction, Telling
from programmes.told import corrections, tellings, versions
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import MONDAY_9AM, IntakeFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def intake():
    made = IntakeFactory(price_minor=195_000, programme__title="Community nursing")
    versions.note([made.programme_id], at=MONDAY_9AM)
    return made


def tell(person, intake, *facts, at=MONDAY_9AM + HOUR, by=None, support=Telling.Support.MESSAGE):
    held = versions.current(intake.programme, at=at, language=person.language)
    return tellings.note(
        programme=intake.programme,
        support=support,
        key=f"test:{person.pk}:{at.isoformat()}",
        versions=[held[fact, intake.pk] for fact in facts or ("price",)],
        at=at,
        language=person.language,
        person=person,
        by=by,
    )


def change(intake, *, at, **facts):
    for name, value in facts.items():
        setattr(intake, name, value)
    intake.save()
    return versions.note([intake.programme_id], at=at)


def drafts():
    return list(Correction.objects.filter(state="drafted").order_by("pk"))


def test_whoever_was_told_the_old_price_is_owed_the_new_one_in_their_language(intake):
    marta, john, nobody = (
        PersonFactory(given_name="Marta", language="ca"),
        PersonFactory(language="en"),
        PersonFactory(),
    )
    tell(marta, intake), tell(john, intake)
    changes = change(intake, price_minor=210_000, at=MONDAY_9AM + DAY)
    assert tellings.people_told(changes) == 2
    catalan, english = sorted(drafts(), key=lambda draft: draft.language)
    assert (catalan.person, english.person) == (marta, john)
    assert "1.950\xa0€" in catalan.body and "2.100\xa0€" in catalan.body and "Marta" in catalan.body
    assert "Price (March 2027, Barcelona): we said €1,950, it is €2,100 now." in english.body
    assert not Correction.objects.filter(person=nobody).exists()


def test_second_change_rewrites_the_draft_and_a_change_back_withdraws_it(intake):
    person = PersonFactory(language="en")
    tell(person, intake)
    change(intake, price_minor=210_000, at=MONDAY_9AM + DAY)
    (first,) = drafts()
    change(intake, price_minor=220_000, at=MONDAY_9AM + 2 * DAY)
    (second,) = drafts()
    assert (second.pk, second.drafted_at) == (first.pk, MONDAY_9AM + 2 * DAY)
    assert "€1,950, it is €2,200" in second.body
    change(intake, price_minor=195_000, at=MONDAY_9AM + 3 * DAY)
    assert drafts() == []
    assert (Correction.objects.get().state, Correction.objects.get().why) == (
        "set_aside",
        "There is nothing left to correct.",
    )


def test_change_after_a_change_back_drafts_again(intake):
    tell(PersonFactory(), intake)
    for day, price in enumerate((210_000, 195_000, 220_000), start=1):
        change(intake, price_minor=price, at=MONDAY_9AM + day * DAY)
    assert len(drafts()) == 1


def test_being_told_the_new_fact_withdraws_the_draft(intake):
    person = PersonFactory()
    tell(person, intake)
    change(intake, price_minor=210_000, at=MONDAY_9AM + DAY)
    tell(person, intake, at=MONDAY_9AM + 2 * DAY)
    assert drafts() == []


def test_being_told_an_old_fact_is_corrected_at_once(intake):
    person = PersonFactory()
    old = versions.current(intake.programme, at=MONDAY_9AM, language="ca")["price", intake.pk]
    change(intake, price_minor=210_000, at=MONDAY_9AM + DAY)
    tellings.note(
        programme=intake.programme, support="call", key="late", versions=[old], at=MONDAY_9AM + 2 * DAY,
        language="ca", person=person,
    )  # fmt: skip
    assert [draft.person for draft in drafts()] == [person]


def test_one_draft_for_everything_that_changed(intake):
    person = PersonFactory(language="en")
    tell(person, intake, "price", "starts_on")
    change(intake, price_minor=210_000, at=MONDAY_9AM + DAY)
    change(intake, starts_on=date(2027, 4, 5), at=MONDAY_9AM + 2 * DAY)
    (draft,) = drafts()
    assert draft.body.count("\n– ") == 2 and "we said 1 March 2027, it is 5 April 2027 now" in draft.body


def test_nothing_is_owed_once_the_intake_has_begun(intake):
    person = PersonFactory()
    tell(person, intake)
    change(intake, price_minor=210_000, at=MONDAY_9AM + DAY)
    assert corrections.redraft_missed(at=MONDAY_9AM + 90 * DAY) == 1  # withdrawn: it began on 1 March
    change(intake, price_minor=220_000, at=MONDAY_9AM + 91 * DAY)
    assert drafts() == []


def test_brochure_nobody_is_known_to_have_taken_owes_nobody(intake):
    held = versions.current(intake.programme, at=MONDAY_9AM, language="ca")
    for _again in range(2):
        tellings.note(
            programme=intake.programme, support="brochure", key="brochure:abc", versions=held.values(),
            at=MONDAY_9AM, language="ca",
        )  # fmt: skip
    assert Telling.objects.count() == 1
    change(intake, price_minor=210_000, at=MONDAY_9AM + DAY)
    assert drafts() == []


def test_facts_that_hold_for_somebody_are_not_corrected(intake):
    applied, other = PersonFactory(), PersonFactory()
    tell(applied, intake), tell(other, intake)

    def kept(programme_ids):
        return [(applied.pk, intake.pk, "price")]

    with hooks.register_temporarily("register_facts_that_hold", kept):
        change(intake, price_minor=210_000, at=MONDAY_9AM + DAY)
    assert [draft.person for draft in drafts()] == [other]


def test_sending_notes_the_new_telling_and_setting_aside_keeps_the_reason(intake):
    by, first, second = UserFactory(), PersonFactory(), PersonFactory()
    tell(first, intake), tell(second, intake)
    change(intake, price_minor=210_000, at=MONDAY_9AM + DAY)
    to_first, to_second = drafts()
    message = OutgoingMessage.objects.create(
        person=first, purpose="enquiry", key="k", body=to_first.body, due_at=MONDAY_9AM, created_at=MONDAY_9AM,
        language="ca",
    )  # fmt: skip
    at = MONDAY_9AM + 2 * DAY
    sent = corrections.sent(to_first, message=message, at=at, by=by)
    assert (sent.state, sent.by, sent.decided_at) == ("sent", by, at)
    latest = tellings.told_to(first, intake.programme).get(version__fact="price", telling__message=message)
    assert (latest.words, latest.telling.by) == ("2.100\xa0€", by)
    with pytest.raises(corrections.NotADraft):
        corrections.sent(to_first, message=message, at=at, by=by)

    with pytest.raises(corrections.NeedsReason):
        corrections.set_aside(to_second, why="  ", at=at, by=by)
    aside = corrections.set_aside(to_second, why="Told her at the open day", at=at, by=by)
    assert (aside.state, aside.why) == ("set_aside", "Told her at the open day")
    assert corrections.redraft([intake.programme_id], at=at + HOUR) == corrections.Redrafted([], [])
    change(intake, price_minor=230_000, at=at + DAY)  # a new change is a new decision
    assert {draft.person for draft in drafts()} == {first, second}


def test_sweep_finds_a_telling_that_crossed_the_change(intake):
    person = PersonFactory()
    telling = tell(person, intake)
    with hooks.register_temporarily("register_facts_that_hold", lambda ids: [(person.pk, intake.pk, "price")]):
        change(intake, price_minor=210_000, at=MONDAY_9AM + DAY)  # as if the telling had not been seen yet
    assert drafts() == []
    assert corrections.redraft_missed(at=MONDAY_9AM + DAY + HOUR) == 1
    assert corrections.redraft_missed(at=MONDAY_9AM + DAY + HOUR) == 0
    assert drafts()[0].told.get().telling == telling
    assert outbox.State.QUEUED not in OutgoingMessage.objects.values_list(
        "state", flat=True
    )  # nothing leaves by itself
