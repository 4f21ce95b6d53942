"""What is printed leads on for as long as it hangs somewhere, and reports back."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection
from PIL import Image

from programmes.models import CataloguePage, HomePage, PrintBatch, PrintBatchCount, Programme
from programmes.printed import print_batches, qr_codes
from tests.factories.programmes import MONDAY_9AM, ProgrammeFactory, build_tree
from tests.factories.slots import PrintBatchFactory

pytestmark = pytest.mark.django_db
PHONE = {"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"}


def follow(client, code, method="get", **headers):
    return getattr(client, method)(f"/q/{code}", headers=PHONE | {"accept-language": "es"} | headers)


def sums(batch):
    return print_batches.figures([batch.pk])[batch.pk]


def test_short_address_leads_to_the_sheet_in_the_language_of_the_paper(client):
    batch = PrintBatchFactory(code="fira27")
    answer = follow(client, "fira27")
    assert answer.status_code == 302
    assert answer["Location"] == (
        f"{batch.programme.sheet_in('en').get_url()}"
        "?utm_source=print&utm_medium=fair&utm_campaign=fair-2027&utm_content=fira27"
    )
    assert sums(batch) == print_batches.Figures(visits=1)
    assert not answer.cookies


@pytest.mark.parametrize("typed", ["fira27", "FIRA27", "fira27/", "Fira-27", "fira27."])
def test_code_is_found_however_it_is_typed(client, typed):
    PrintBatchFactory(code="fira27")
    assert follow(client, typed).status_code == 302


@pytest.mark.parametrize("typed", ["fira28", "x", "a" * 13, "%00", "fira27%27or1", "...", "%F0%9F%8E%93"])
def test_unknown_code_leads_to_a_page_that_helps_on(client, typed):
    build_tree()
    PrintBatchFactory(code="fira27")
    answer = client.get(f"/q/{typed}", headers=PHONE | {"accept-language": "en"})
    assert answer.status_code == 404
    assert "We do not know this address" in answer.content.decode()
    assert 'action="/en/programmes/"' in answer.content.decode()


def test_programme_that_is_over_is_said_to_be_so(client):
    batch = PrintBatchFactory()
    Programme.objects.update(is_open=False)
    answer = follow(client, batch.code)
    page = answer.content.decode()
    assert answer.status_code == 410
    assert batch.programme.title in page
    assert 'lang="en"' in page  # of the paper, not of the telephone
    assert sums(batch).visits == 1  # somebody still holds the paper in their hands


def test_batch_of_a_page_leads_there_while_it_is_published(client):
    home = HomePage.objects.filter(locale__language_code="en")
    batch = PrintBatchFactory(page=build_tree() and home.get())
    assert follow(client, batch.code)["Location"].startswith("/en/?utm_source=print")
    home.update(live=False)
    assert follow(client, batch.code)["Location"].startswith(batch.programme.sheet_in("en").get_url())


def test_batch_without_a_programme_leads_to_the_catalogue(client):
    build_tree()
    batch = PrintBatchFactory(programme=None, language="ca")
    catalogue = CataloguePage.objects.get(locale__language_code="ca")
    assert follow(client, batch.code)["Location"].startswith(f"{catalogue.get_url()}?")


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("head", {}),
        ("get", {"user-agent": "WhatsApp/2.23.20.0"}),
        ("get", {"user-agent": ""}),
        ("get", {"sec-purpose": "prefetch"}),
    ],
)
def test_machines_are_no_visits(client, method, headers):
    batch = PrintBatchFactory()
    assert follow(client, batch.code, method, **headers).status_code == 302
    assert not PrintBatchCount.objects.exists()


def test_codes_are_made_to_be_typed_and_never_given_twice():
    codes = set()
    for number in range(40):
        batch = PrintBatch(name=f"Batch {number}", currency="EUR")
        codes.add(print_batches.make(batch, at=MONDAY_9AM, by=None).code)
    assert len(codes) == 40
    assert not set("".join(codes)) & set("01oil")
    with pytest.raises(IntegrityError):
        print_batches.make(PrintBatch(name="Again", code=codes.pop(), currency="EUR"), at=MONDAY_9AM, by=None)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_crowd_at_the_fair_is_counted_to_the_last():
    batch = PrintBatchFactory(programme=ProgrammeFactory())

    def visit(_number):
        try:
            return print_batches.note_visit(batch, at=MONDAY_9AM)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(visit, range(60)))
    assert sums(batch).visits == 60


def test_drawing_and_picture_say_the_same():
    address = "https://llevant.example/q/fira27"
    picture = Image.open(io.BytesIO(qr_codes.png(address)))
    drawing = qr_codes.svg(address, label="Fira <27>")
    size = int(drawing.split('viewBox="0 0 ')[1].split()[0])
    step = picture.width // size
    assert picture.width >= 1200
    assert "Fira &lt;27&gt;" in drawing
    dark = {
        (x, y)
        for y in range(size)
        for x in range(size)
        if picture.convert("L").getpixel((x * step + step // 2, y * step + step // 2)) < 128
    }
    drawn = set()
    for run in drawing.split(' d="')[1].split('"')[0].split("M")[1:]:
        (x, y), length = map(int, run.split("h")[0].split(",")), int(run.split("h")[1].split("v")[0])
        drawn |= {(x + step, y) for step in range(length)}
    assert drawn == dark
    assert not any(min(x, y) < 4 or max(x, y) >= size - 4 for x, y in drawn)  # the quiet margin
