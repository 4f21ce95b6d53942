"""Which slot a reader sees, and what it says."""

from collections import Counter
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import caches
from django.urls import reverse

from programmes.models import Programme, ProgrammePage
from programmes.slots import choosing, planning, wording
from programmes.slots.audiences import Reader
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory
from tests.factories.slots import SlotFactory

pytestmark = pytest.mark.django_db
VISITOR = Reader()


def chosen(at=MONDAY_9AM, language="en", reader=VISITOR, place="home", **about):
    return choosing.choose(place, language=language, at=at, reader=reader, **about)


@pytest.mark.parametrize(
    ("moment", "is_shown"),
    [
        (timedelta(microseconds=-1), False),
        (timedelta(0), True),
        (timedelta(days=2), True),
        (timedelta(days=4, microseconds=-1), True),
        (timedelta(days=4), False),
        (timedelta(days=400), False),
    ],
)
def test_slot_runs_from_its_start_up_to_its_end(moment, is_shown):
    SlotFactory(starts_at=MONDAY_9AM, ends_at=MONDAY_9AM + timedelta(days=4))
    assert (chosen(MONDAY_9AM + moment).slot is not None) == is_shown


def test_what_is_shown_holds_until_the_next_start_or_end():
    first = SlotFactory(starts_at=MONDAY_9AM, ends_at=MONDAY_9AM + timedelta(days=4))
    SlotFactory(starts_at=MONDAY_9AM + timedelta(days=4), ends_at=MONDAY_9AM + timedelta(days=5))
    before = chosen(MONDAY_9AM - timedelta(days=1))
    assert (before.slot, before.changes_at) == (None, MONDAY_9AM)
    now = chosen(MONDAY_9AM)
    assert (now.slot, now.changes_at) == (first, MONDAY_9AM + timedelta(days=4))
    assert chosen(MONDAY_9AM + timedelta(days=6)).changes_at is None


def test_clock_going_back_makes_no_hole():
    """On 31 October 2027 the hour from two to three comes twice in Madrid."""
    madrid = ZoneInfo("Europe/Madrid")
    ends = datetime(2027, 10, 31, 2, 30, tzinfo=madrid).replace(fold=1)
    SlotFactory(starts_at=datetime(2027, 10, 31, 1, tzinfo=madrid), ends_at=ends)
    assert chosen(datetime(2027, 10, 31, 2, 45, tzinfo=madrid)).slot is not None
    assert chosen(datetime(2027, 10, 31, 2, 45, tzinfo=madrid).replace(fold=1)).slot is None


@pytest.mark.parametrize(
    ("facts", "is_shown"),
    [
        ({}, True),
        ({"is_stopped": True}, False),
        ({"language": "en"}, True),
        ({"language": "ca"}, False),
        ({"place": "catalogue"}, False),
        ({"audience": "visitors"}, True),
        ({"audience": "signed_in"}, False),
        ({"audience": "nobody-registers-this"}, False),
    ],
)
def test_slot_is_for_its_place_language_and_audience(facts, is_shown):
    SlotFactory(**facts)
    assert (chosen().slot is not None) == is_shown


def test_what_cannot_be_bought_or_read_is_not_put_forward():
    slot = SlotFactory()
    assert chosen().slot == slot
    ProgrammePage.objects.filter(programme=slot.programme, locale__language_code="en").update(live=False)
    assert chosen().slot is None
    assert chosen(language="ca").slot == slot
    Programme.objects.update(is_open=False)
    assert chosen(language="ca").slot is None


def test_sheet_does_not_put_itself_forward():
    slot = SlotFactory(place="sheet")
    assert chosen(place="sheet").slot == slot
    assert chosen(place="sheet", without_programme=slot.programme_id).slot is None


def test_heavier_slot_has_more_turns_and_each_page_its_own():
    light = SlotFactory(weight=1)
    heavy = SlotFactory(weight=3, programme=light.programme)
    turns = [MONDAY_9AM + n * choosing.TURN for n in range(400)]
    shown = Counter(chosen(at).slot for at in turns if at < light.ends_at)
    assert 2 < shown[heavy] / shown[light] < 4.5
    assert {chosen(page=f"/en/{n}/").slot for n in range(20)} == {light, heavy}


def test_turn_lasts_until_it_says():
    SlotFactory(), SlotFactory()
    now = chosen()
    assert MONDAY_9AM < now.changes_at <= MONDAY_9AM + choosing.TURN
    assert {chosen(at).slot for at in (MONDAY_9AM, now.changes_at - timedelta(microseconds=1))} == {now.slot}


def test_audiences_of_those_who_signed_in():
    programme = ProgrammeFactory(page=True)
    for audience in ("visitors", "signed_in", "prospects", "students"):
        SlotFactory(audience=audience, place="catalogue", name=audience, programme=programme)
    shown = {
        chosen(place="catalogue", reader=reader, page=f"/{n}/").slot.name
        for reader in [Reader(person=PersonFactory(), is_signed_in=True)]
        for n in range(60)
    }
    assert shown == {"signed_in", "prospects"}


def test_choosing_costs_one_query(django_assert_num_queries):
    SlotFactory(), SlotFactory()
    with django_assert_num_queries(1):
        str(chosen().slot.programme.field)


def test_price_of_the_day_stands_where_the_words_ask_for_it():
    slot = SlotFactory(headline_en="Now {price}", text_en="From {start}")
    IntakeFactory(
        programme=slot.programme, price_minor=195_000, early_price_minor=175_000, early_until=date(2027, 1, 31)
    )
    assert wording.words_of(slot, language="en", on=date(2027, 1, 31)) == ("Now €1,750", "From 1 March 2027")
    assert wording.words_of(slot, language="en", on=date(2027, 2, 1)) == ("Now €1,950", "From 1 March 2027")


def test_words_are_not_mixed_from_two_languages():
    slot = SlotFactory(text_ca="Comença aviat")
    assert wording.words_of(slot, language="en", on=date(2027, 1, 31)) == ("Care close by", "")
    slot.headline_en = ""
    assert wording.words_of(slot, language="en", on=date(2027, 1, 31)) == ("Cura a prop", "Comença aviat")


def test_words_that_ask_for_what_is_not_known_are_left_out():
    slot = SlotFactory(headline_en="Now {price}", text_en="Learn at home")
    assert wording.words_of(slot, language="en", on=date(2027, 1, 31)) == (slot.programme.title, "Learn at home")


@pytest.mark.parametrize(
    ("words", "is_amount"),
    [
        ("Now 1.950 €", True),
        ("Only €90", True),
        ("Des de 300 euros", True),
        ("Now {price}", False),
        ("12 weeks, 30 ECTS", False),
        ("Europe in 90 days", False),
    ],
)
def test_typed_amounts_are_noticed(words, is_amount):
    assert wording.states_amount(words) == is_amount


def test_home_shows_the_slot_with_words_escaped(client, time_machine):
    time_machine.move_to(MONDAY_9AM, tick=False)
    slot = SlotFactory(headline_en="<b>Care</b>")
    page = client.get("/en/").content.decode()
    assert "&lt;b&gt;Care&lt;/b&gt;" in page
    assert f"{reverse('slot_follow', args=[slot.uuid])}?in=en" in page
    assert reverse("slot_seen", args=[slot.uuid]) in page


def test_sheet_shows_the_slot_of_another_programme(client, time_machine):
    time_machine.move_to(MONDAY_9AM, tick=False)
    slot = SlotFactory(place="sheet")
    other = ProgrammeFactory(page=True)
    assert "Care close by" in client.get(other.sheet_in("en").get_url()).content.decode()
    assert "Care close by" not in client.get(slot.programme.sheet_in("en").get_url()).content.decode()


def test_signed_in_reader_sees_what_is_for_them(client, time_machine):
    time_machine.move_to(MONDAY_9AM, tick=False)
    SlotFactory(audience="signed_in")
    assert "Care close by" not in client.get("/en/").content.decode()
    client.force_login(UserFactory())
    assert "Care close by" in client.get("/en/").content.decode()


@pytest.fixture
def committed(settings, time_machine, django_capture_on_commit_callbacks):
    """Pages are kept in memory on Monday at nine; what happens inside is committed at its end."""
    memory = "django.core.cache.backends.locmem.LocMemCache"
    named = {name: {"BACKEND": memory, "LOCATION": f"slots-{name}"} for name in ("pages", "freshness")}
    settings.CACHES = {**settings.CACHES, **named}
    time_machine.move_to(MONDAY_9AM, tick=False)
    yield partial(django_capture_on_commit_callbacks, execute=True)
    for name in named:
        caches[name].clear()


def test_kept_page_ends_with_the_slot(client, committed, time_machine):
    with committed():
        slot = SlotFactory(ends_at=MONDAY_9AM + timedelta(seconds=90))
    assert "Care close by" in client.get("/en/").content.decode()
    time_machine.move_to(MONDAY_9AM + timedelta(seconds=89), tick=False)
    page = client.get("/en/")
    assert (page["X-Page"], "Care close by" in page.content.decode()) == ("kept", True)
    time_machine.move_to(slot.ends_at, tick=False)
    page = client.get("/en/")
    assert (page["X-Page"], "Care close by" in page.content.decode()) == ("made", False)


def test_kept_page_ends_when_a_slot_begins(client, committed, time_machine):
    with committed():
        slot = SlotFactory(starts_at=MONDAY_9AM + timedelta(seconds=90))
    assert "Care close by" not in client.get("/en/").content.decode()
    time_machine.move_to(slot.starts_at, tick=False)
    assert "Care close by" in client.get("/en/").content.decode()


def test_kept_page_ends_with_the_turn(client, committed, time_machine):
    with committed():
        first = SlotFactory(headline_en="The one")
        SlotFactory(headline_en="The other", programme=first.programme)
    time_machine.move_to(chosen().changes_at - timedelta(seconds=5), tick=False)
    client.get("/en/")
    assert client.get("/en/")["X-Page"] == "kept"
    time_machine.shift(5)
    assert client.get("/en/")["X-Page"] == "made"


def test_stopped_slot_is_gone_from_the_kept_page_at_once(client, committed):
    with committed():
        slot = SlotFactory()
    assert "Care close by" in client.get("/en/").content.decode()
    assert client.get("/en/")["X-Page"] == "kept"
    with committed():
        planning.stop(slot, at=MONDAY_9AM, by=None)
    assert "Care close by" not in client.get("/en/").content.decode()
