"""Marketing plans slots and print batches, and sees what came of them."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from pypdf import PdfReader

from people.access import roles
from programmes.models import PrintBatch, PrintBatchCount, Slot, SlotCount, Telling
from programmes.slots import planning
from tests.factories.people import UserFactory
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory
from tests.factories.slots import PrintBatchFactory, SlotFactory

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def marketing(client, time_machine):
    time_machine.move_to(MONDAY_9AM, tick=False)
    client.force_login(UserFactory(role=roles.MARKETING))
    return client


def text(answer):
    return answer.content.decode()


def form(programme, **changes):
    given = {
        "name": "Home in spring",
        "programme": programme.pk,
        "place": "home",
        "audience": "everyone",
        "language": "",
        "starts_at": "2027-02-01 08:00",
        "ends_at": "2027-03-01 08:00",
        "weight": "2",
        "headline_ca": "Cura a prop",
        **dict.fromkeys(["headline_es", "headline_en", "text_ca", "text_es", "text_en"], ""),
    }
    return given | changes


@pytest.mark.parametrize(
    ("at", "is_stopped", "state"),
    [
        (MONDAY_9AM - timedelta(days=7, microseconds=1), False, "planned"),
        (MONDAY_9AM - timedelta(days=7), False, "running"),
        (MONDAY_9AM + timedelta(days=7, microseconds=-1), False, "running"),
        (MONDAY_9AM + timedelta(days=7), False, "over"),
        (MONDAY_9AM, True, "stopped"),
        (MONDAY_9AM + timedelta(days=70), True, "stopped"),
    ],
)
def test_state_follows_the_clock_and_the_list_agrees(at, is_stopped, state):
    slot = SlotFactory(is_stopped=is_stopped)
    assert planning.state_of(slot, at=at) == state
    found = [one for one in planning.State if Slot.objects.filter(planning.in_state(one, at=at)).exists()]
    assert found == [state]


@pytest.mark.parametrize(
    ("facts", "meets"),
    [
        ({}, True),
        ({"place": "catalogue"}, False),
        ({"is_stopped": True}, False),
        ({"language": "ca"}, True),
        ({"starts_at": MONDAY_9AM + timedelta(days=7), "ends_at": MONDAY_9AM + timedelta(days=8)}, False),
        ({"starts_at": MONDAY_9AM + timedelta(days=6), "ends_at": MONDAY_9AM + timedelta(days=8)}, True),
        ({"audience": "students"}, True),
    ],
)
def test_slots_that_would_take_turns_are_found(facts, meets):
    slot = SlotFactory()
    other = SlotFactory(programme=slot.programme, **facts)
    assert planning.sharing_with(slot) == ([other] if meets else [])


def test_visitors_and_students_never_share():
    slot = SlotFactory(audience="visitors", language="en")
    SlotFactory(programme=slot.programme, audience="students")
    SlotFactory(programme=slot.programme, language="ca")
    heavy = SlotFactory(programme=slot.programme, audience="everyone", weight=3)
    assert planning.sharing_with(slot) == [heavy]
    assert planning.share_of(slot, [heavy]) == 0.25


def test_slot_is_planned_and_says_whom_it_shares_with(marketing):
    other = SlotFactory(name="Another", ends_at=MONDAY_9AM + timedelta(days=60), weight=6)
    answer = marketing.post(reverse("programmes_slots:add"), form(other.programme), headers=ENGLISH)
    said = " ".join(str(message) for message in get_messages(answer.wsgi_request))
    slot = Slot.objects.get(name="Home in spring")
    assert (slot.by, slot.weight) == (answer.wsgi_request.user, 2)
    assert "25 % of the turns" in said


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"ends_at": "2027-02-01 08:00"}, "It must end after it starts."),
        ({"headline_ca": "Now 1.950 €"}, "Write {price} instead of the amount"),
        ({"text_en": "Only €90"}, "Write {price} instead of the amount"),
        ({"headline_ca": ""}, "Write a headline in a language in which it is shown."),
        ({"language": "en"}, "Write a headline in a language in which it is shown."),
        ({"audience": "topic:news"}, "Only newsletters have a topic."),
        ({"audience": "visitors", "place": "newsletter"}, "Nobody signs in to a newsletter."),
        ({"audience": "nobody"}, "Select a valid choice."),
        ({"weight": "0"}, "greater than or equal to 1"),
    ],
)
def test_slot_that_makes_no_sense_is_refused_in_words(marketing, changes, refusal):
    answer = marketing.post(reverse("programmes_slots:add"), form(ProgrammeFactory(), **changes), headers=ENGLISH)
    assert answer.status_code == 200
    assert refusal in text(answer)
    assert not Slot.objects.exists()


def test_list_shows_figures_and_their_sum(marketing, django_assert_max_num_queries):
    first = SlotFactory(name="First")
    second = SlotFactory(name="Second", programme=first.programme)
    for slot, seen in ((first, 300), (second, 100)):
        SlotCount.objects.create(slot=slot, on=MONDAY_9AM, impressions=seen, clicks=seen // 50, enquiries=1)
    with django_assert_max_num_queries(20):
        page = text(marketing.get(reverse("programmes_slots:index"), headers=ENGLISH))
    assert "<dd>400</dd>" in page
    assert "<dd>2.0 %</dd>" in page
    only = text(marketing.get(reverse("programmes_slots:index") + "?state=planned", headers=ENGLISH))
    assert "Second" not in only


def test_page_of_a_slot_shows_what_readers_see_and_what_came_of_it(marketing):
    slot = SlotFactory()
    SlotCount.objects.create(slot=slot, on=MONDAY_9AM, impressions=200, clicks=5, enquiries=1)
    page = text(marketing.get(reverse("programmes_slots:inspect", args=[slot.pk]), headers=ENGLISH))
    assert "2.5 %" in page
    assert "20.0 %" in page
    preview = reverse("programmes_slot_preview", args=[slot.pk])
    assert f"{preview}?in=es" in page
    shown = text(marketing.get(f"{preview}?in=es"))
    assert "Cuida cerca" in shown
    assert "data-slot" not in shown  # looking at it does not count


def test_newsletter_slot_is_previewed_in_a_mail(marketing):
    slot = SlotFactory(place="newsletter")
    shown = text(marketing.get(reverse("programmes_slot_preview", args=[slot.pk]) + "?in=en"))
    assert "Care close by" in shown
    assert f"/slots/{slot.uuid}/?in=en" in shown


def test_stopping_takes_effect_and_can_be_undone(marketing):
    slot = SlotFactory()
    assert "Care close by" in text(marketing.get("/en/"))
    for act, is_shown in (("stop", False), ("stop", False), ("resume", True)):
        answer = marketing.post(reverse(f"programmes_slot_{act}", args=[slot.pk]))
        assert answer.status_code == 302
        assert ("Care close by" in text(marketing.get("/en/"))) == is_shown


def test_calendar_shows_the_weeks_and_bears_any_date(marketing):
    SlotFactory(name="In January")
    page = text(marketing.get(reverse("programmes_slot_calendar"), headers=ENGLISH))
    assert "In January" in page
    assert "Running" in page
    for asked in ("2026-01-01", "0001-01-01", "9999-12-31", "yesterday"):
        other = marketing.get(reverse("programmes_slot_calendar"), {"from": asked}, headers=ENGLISH)
        assert other.status_code == 200
    assert "In January" not in text(marketing.get(reverse("programmes_slot_calendar"), {"from": "2026-01-01"}))


def test_bar_takes_the_days_of_its_slot():
    slot = SlotFactory(starts_at=MONDAY_9AM + timedelta(days=1), ends_at=MONDAY_9AM + timedelta(days=3, hours=-9))
    plan = planning.calendar(first=MONDAY_9AM.date() + timedelta(days=3), at=MONDAY_9AM, weeks=2)
    (bar,) = plan.rows[0].bars
    assert (bar.slot, bar.before, bar.days, bar.after) == (slot, 1, 2, 11)  # it ends at midnight


def test_advisers_cannot_plan_slots(client):
    client.force_login(UserFactory(role=roles.ADVISER))
    assert client.get(reverse("programmes_slots:index")).status_code == 302
    assert client.post(reverse("programmes_slot_stop", args=[SlotFactory().pk])).status_code in (302, 403)
    assert not Slot.objects.get().is_stopped


# --- print batches


def batch_form(programme, **changes):
    given = {
        "name": "Cards for the fair",
        "kind": "fair",
        "language": "ca",
        "programme": programme.pk,
        "page": "",
        "code": "",
        "campaign": "fair-2027",
        "copies": "500",
        "printed_on": "",
        "cost_minor": "214,50",
        "currency": "EUR",
        "place": "",
    }
    return given | changes


def test_batch_is_given_a_code_and_its_cost_in_cents(marketing):
    answer = marketing.post(reverse("programmes_print_batches:add"), batch_form(ProgrammeFactory()), headers=ENGLISH)
    batch = PrintBatch.objects.get()
    assert (len(batch.code), batch.cost_minor, batch.made_at) == (5, 21_450, MONDAY_9AM)
    assert answer["Location"] == reverse("programmes_print_batches:inspect", args=[batch.pk])


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"code": "fira 27"}, "Three to twelve letters and digits"),
        ({"code": "çç"}, "Three to twelve letters and digits"),
        ({"code": "TAKEN"}, "Another batch has this code."),
        ({"copies": "0"}, "At least one copy"),
        ({"cost_minor": "much"}, "Write an amount"),
    ],
)
def test_batch_that_makes_no_sense_is_refused_in_words(marketing, changes, refusal):
    taken = PrintBatchFactory(code="taken")
    answer = marketing.post(
        reverse("programmes_print_batches:add"), batch_form(taken.programme, **changes), headers=ENGLISH
    )
    assert answer.status_code == 200
    assert refusal in text(answer)
    assert PrintBatch.objects.count() == 1


def test_printed_code_does_not_change(marketing):
    batch = PrintBatchFactory(code="fira27")
    marketing.post(
        reverse("programmes_print_batches:edit", args=[batch.pk]),
        batch_form(batch.programme, code="other", name="Renamed"),
    )
    batch.refresh_from_db()
    assert (batch.code, batch.name) == ("fira27", "Renamed")


def test_batch_that_people_follow_is_not_deleted(marketing):
    batch = PrintBatchFactory()
    PrintBatchCount.objects.create(batch=batch, on=MONDAY_9AM, visits=1)
    answer = marketing.post(reverse("programmes_print_batches:delete", args=[batch.pk]), headers=ENGLISH)
    assert answer.status_code == 200
    assert PrintBatch.objects.exists()


def test_page_of_a_batch_has_its_code_in_every_form(marketing):
    batch = PrintBatchFactory(cost_minor=20_000)
    PrintBatchCount.objects.create(batch=batch, on=MONDAY_9AM, visits=50, enquiries=4)
    page = text(marketing.get(reverse("programmes_print_batches:inspect", args=[batch.pk]), headers=ENGLISH))
    assert f"/q/{batch.code}" in page
    assert "8.0 %" in page
    assert "€50" in page  # what an enquiry cost
    assert f"brochure.pdf?batch={batch.code}" in page
    svg = marketing.get(reverse("programmes_print_batch_svg", args=[batch.pk]))
    assert (svg["Content-Type"], svg.content[:4]) == ("image/svg+xml", b"<svg")
    assert marketing.get(reverse("programmes_print_batch_png", args=[batch.pk])).content[:4] == b"\x89PNG"


def test_poster_is_a_tagged_page_with_the_price_of_the_day(marketing):
    batch = PrintBatchFactory()
    IntakeFactory(programme=batch.programme)
    answer = marketing.get(reverse("programmes_print_batch_poster", args=[batch.pk]))
    assert answer["Content-Type"] == "application/pdf"
    paper = PdfReader(BytesIO(answer.content))
    words = paper.pages[0].extract_text()
    assert len(paper.pages) == 1
    assert "€1,250" in words
    assert f"/q/{batch.code}" in words.replace("\n", "")
    assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert Telling.objects.filter(programme=batch.programme, support="brochure").count() == 1


def test_batch_whose_programme_is_over_warns(marketing):
    batch = PrintBatchFactory(programme=ProgrammeFactory(is_open=False))
    page = text(marketing.get(reverse("programmes_print_batches:inspect", args=[batch.pk]), headers=ENGLISH))
    assert "not offered any more" in page
    assert marketing.get(reverse("programmes_print_batches:index"), headers=ENGLISH).status_code == 200
