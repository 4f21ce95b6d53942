"""Our programmes beside rivals: differences in words, reviews and their ninety days, the file, who may see it."""

import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.models import BenchmarkReview, Programme, Rival
from programmes.selling import benchmark
from tests.factories.arguments import CompetitorFactory, RivalFactory
from tests.factories.people import UserFactory
from tests.factories.programmes import MONDAY_9AM, CollectionFactory, IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
TODAY = MONDAY_9AM.date()


@pytest.fixture
def monday(time_machine):
    time_machine.move_to(MONDAY_9AM, tick=False)


@pytest.fixture
def desk(client, settings):
    settings.LANGUAGE_CODE = "en"

    def sign_in(role):
        client.user = UserFactory(role=role)
        client.force_login(client.user)
        return client

    return sign_in


def nursing(**facts):
    """A programme of seventy-two hours for 1,250 euros; with ``page=True`` it is on offer."""
    facts = {"title": "Nursing", "code": "nursing"} | facts
    return IntakeFactory(programme=ProgrammeFactory(**facts)).programme


def differences(programme):
    rivals = benchmark.compare(programme, on=TODAY).rivals
    return [(one.text, one.better) for side in rivals for one in side.differences]


def queries_of(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def listed(programmes):
    return [one.title for one in programmes.order_by("title")]


# --- side by side


def test_a_rival_is_compared_in_words():
    programme = nursing(credits=5)
    RivalFactory(programme=programme, price_minor=100_000, hours=50, modality="online", credits=6)

    assert differences(programme) == [
        ("€250 cheaper than ours (20 %).", "them"),
        ("Each hour costs €2.64 more.", "us"),
        ("22 hours fewer.", ""),
        ("It gives 6 credits, ours 5.", "them"),
        ("It is online, ours is blended.", ""),
    ]


def test_ours_is_the_price_of_the_day():
    programme = nursing()
    programme.intakes.update(early_price_minor=90_000, early_until=TODAY)
    ours = benchmark.compare(programme, on=TODAY).ours
    assert (ours.price, ours.price_minor, ours.per_hour) == ("€900", 90_000, "€12.50")
    assert benchmark.compare(programme, on=TODAY + timedelta(days=1)).ours.price == "€1,250"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"price_minor": None}, "We do not know its price as a figure."),
        ({"currency": "GBP"}, "Its price is in another currency and not compared."),
        ({"price_minor": 125_000}, "The same price as ours."),
        ({"price_minor": 150_000}, "€250 dearer than ours (20 %)."),
    ],
)
def test_prices_are_compared_only_where_they_can_be(facts, words):
    programme = nursing()
    RivalFactory(programme=programme, **facts)
    assert differences(programme)[0][0] == words


def test_the_standing_counts_competitors_and_not_what_stands_in_for_us():
    programme = nursing()
    RivalFactory(programme=programme, price_minor=100_000)
    RivalFactory(programme=programme, price_minor=200_000)
    RivalFactory(programme=programme, price_minor=0, competitor=None, kind=Rival.Kind.SUBSTITUTE)
    RivalFactory(programme=programme, price_minor=1, is_gone=True)
    comparison = benchmark.compare(programme, on=TODAY)
    assert comparison.standing == "1 of 2 rivals is cheaper. The price in the middle is €1,000."
    assert [side.price for side in comparison.sides] == ["€1,250", "Free", "€1,000", "€2,000"]


def test_a_programme_without_a_start_has_no_price_to_compare():
    programme = ProgrammeFactory(page=True)
    RivalFactory(programme=programme)
    comparison = benchmark.compare(programme, on=TODAY)
    assert (comparison.ours.price, comparison.standing, comparison.rivals[0].differences) == ("", "", ())


# --- having looked


@pytest.mark.parametrize(("days", "is_recent"), [(0, True), (89, True), (90, True), (91, False)])
def test_a_comparison_is_good_for_ninety_days(days, is_recent):
    programme = nursing(page=True)
    RivalFactory(programme=programme, seen_on=TODAY - timedelta(days=200), reviewed_on=TODAY - timedelta(days=200))
    benchmark.review(programme, by=UserFactory(), at=MONDAY_9AM - timedelta(days=days))
    live = benchmark.live_programmes()
    assert listed(benchmark.reviewed(live, on=TODAY)) == (["Nursing"] if is_recent else [])
    assert listed(benchmark.not_reviewed(live, on=TODAY)) == ([] if is_recent else ["Nursing"])
    assert benchmark.is_due(benchmark.with_reviews(live, on=TODAY).get(), on=TODAY) is not is_recent


def test_a_day_ends_at_midnight_in_barcelona():
    programme = nursing()
    RivalFactory(programme=programme)
    late = MONDAY_9AM.replace(hour=23, minute=30)
    assert benchmark.review(programme, by=UserFactory(), at=late).reviewed_on == TODAY


def test_without_a_rival_nothing_is_reviewed():
    programme = nursing(page=True)
    with pytest.raises(benchmark.NothingToCompare):
        benchmark.review(programme, by=UserFactory(), at=MONDAY_9AM)
    BenchmarkReview.objects.create(programme=programme, reviewed_on=TODAY)
    assert listed(benchmark.not_reviewed(benchmark.live_programmes(), on=TODAY)) == ["Nursing"]


def test_only_what_the_school_offers_needs_a_comparison():
    nursing(page=True)
    ProgrammeFactory(title="Without a sheet")
    ProgrammeFactory(title="Closed", page=True, is_open=False)
    ProgrammeFactory(title="Imported", collection=CollectionFactory())
    assert listed(benchmark.live_programmes()) == ["Nursing"]


def test_a_review_is_one_a_day_and_touches_the_rivals_that_stand():
    programme, by = nursing(), UserFactory()
    standing, gone = RivalFactory(programme=programme), RivalFactory(programme=programme, is_gone=True)
    benchmark.review(programme, by=UserFactory(), at=MONDAY_9AM, note="Called them")
    benchmark.review(programme, by=by, at=MONDAY_9AM + timedelta(hours=2))
    review = BenchmarkReview.objects.get()
    assert (review.by, review.note) == (by, "Called them")
    standing.refresh_from_db()
    gone.refresh_from_db()
    assert (standing.reviewed_on, standing.reviewed_by) == (TODAY, by)
    assert gone.reviewed_on == date(2027, 1, 2)


@pytest.mark.django_db(transaction=True)
def test_two_reviews_at_once_are_one():
    programme, by = nursing(), UserFactory()
    RivalFactory(programme=programme)

    def review(_number):
        try:
            return benchmark.review(programme, by=by, at=MONDAY_9AM).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(review, range(4)))) == 1
    assert BenchmarkReview.objects.count() == 1


# --- the screens


@pytest.mark.usefixtures("monday")
def test_marketing_reviews_a_comparison_on_its_page(desk):
    programme = nursing(page=True)
    RivalFactory(programme=programme, seen_on=date(2026, 1, 1), reviewed_on=date(2026, 1, 1))
    client = desk("Marketing")
    due = client.get(reverse("programmes_benchmark:index"), {"show": "due"})
    assert [row[0] for row in due.context["rows"]] == [programme]
    page = client.post(reverse("programmes_benchmark:review", args=[programme.uuid]), follow=True)
    assert "The comparison counts as reviewed today." in page.content.decode()
    assert BenchmarkReview.objects.get().by == client.user
    assert client.get(reverse("programmes_benchmark:index"), {"show": "due"}).context["rows"] == []


@pytest.mark.usefixtures("monday")
def test_an_adviser_reads_the_comparison_and_changes_nothing(desk):
    programme = nursing()
    rival = RivalFactory(programme=programme)
    client = desk("Adviser")
    page = client.get(reverse("programmes_benchmark:comparison", args=[programme.uuid])).content.decode()
    assert rival.name in page
    assert reverse("programmes_benchmark:review", args=[programme.uuid]) not in page
    assert reverse("rival:edit", args=[rival.pk]) not in page
    client.post(reverse("programmes_benchmark:review", args=[programme.uuid]))
    assert not BenchmarkReview.objects.exists()


@pytest.mark.usefixtures("monday")
def test_screens_cost_the_same_with_more_rows(desk):
    client, programme = desk("Marketing"), nursing(page=True)
    addresses = [reverse(name) for name in ("programmes_benchmark:index", "rival:index", "competitor:index")]
    addresses.append(reverse("programmes_benchmark:comparison", args=[programme.uuid]))
    RivalFactory(programme=programme)
    for address in addresses:
        queries_of(client, address)
    few = [queries_of(client, address) for address in addresses]
    RivalFactory.create_batch(2, programme=programme)
    caring = nursing(title="Caring", code="caring", page=True)
    RivalFactory(programme=caring, competitor=CompetitorFactory(name="Another"))
    assert [queries_of(client, address) for address in addresses] == few


# --- writing a rival down


def form_of(programme, **facts):
    return {
        "programme": programme.pk,
        "kind": "competitor",
        "competitor": CompetitorFactory().pk,
        "name": "Night nursing",
        "price_minor": "1.950,50",
        "currency": "EUR",
        "modality": "online",
        "hours": "60",
        "channels": ["web", "phone"],
        "source": "A call",
        "seen_on": "2027-01-10",
    } | facts


@pytest.mark.usefixtures("monday")
def test_a_rival_is_written_down_with_its_price_in_units(desk):
    client, programme = desk("Marketing"), nursing()
    answer = client.post(reverse("rival:add"), form_of(programme))
    assert answer.status_code == 302, answer.context["form"].errors
    rival = Rival.objects.get()
    assert (rival.price_minor, rival.channels) == (195_050, ["web", "phone"])
    assert (rival.reviewed_on, rival.reviewed_by) == (TODAY, client.user)


@pytest.mark.usefixtures("monday")
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"currency": "EUX"}, "currency"),
        ({"price_minor": "about 900"}, "price_minor"),
        ({"price_minor": "-5"}, "price_minor"),
        ({"seen_on": "2027-01-12"}, "seen_on"),
        ({"hours": "0"}, "hours"),
        ({"competitor": ""}, "competitor"),
        ({"source": ""}, "source"),
        ({"channels": ["telepathy"]}, "channels"),
    ],
)
def test_what_cannot_be_is_refused_kindly(desk, facts, field):
    client, programme = desk("Marketing"), nursing()
    answer = client.post(reverse("rival:add"), form_of(programme, **facts))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not Rival.objects.exists()


@pytest.mark.usefixtures("monday")
def test_the_same_rival_is_not_written_down_twice_without_a_competitor(desk):
    client, programme = desk("Marketing"), nursing()
    facts = {"competitor": "", "kind": "substitute"}
    assert client.post(reverse("rival:add"), form_of(programme, **facts)).status_code == 302
    answer = client.post(reverse("rival:add"), form_of(programme, **facts))
    assert answer.context["form"].errors["name"] == ["This rival is written down already for this programme."]


# --- as a file


@pytest.mark.usefixtures("monday")
def test_the_file_has_ours_and_every_rival(desk):
    programme = nursing(page=True)
    RivalFactory(programme=programme, name="=HYPERLINK(1)", hours=50, channels=["web"])
    nursing(title="Caring", code="caring", page=True)
    answer = desk("Adviser").get(reverse("programmes_benchmark:export"), {"programme": "nursing"})
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["side"], row["price"], row["currency"], row["hours"]) for row in rows] == [
        ("ours", "1250.00", "EUR", "72"),
        ("competitor", "1000.00", "EUR", "50"),
    ]
    assert rows[1]["name"] == "'=HYPERLINK(1)"
    every = desk("Adviser").get(reverse("programmes_benchmark:export")).content.decode("utf-8-sig")
    assert len(list(csv.DictReader(StringIO(every)))) == 3
    assert Programme.objects.count() == 2
