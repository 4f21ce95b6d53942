"""The product sheet as visitors, search engines and printers see it."""

import json
import re
from datetime import date
from io import BytesIO

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from wagtail import hooks

from people.walls import Panel
from printing import paper
from programmes import models as facts
from programmes import site
from programmes.models import Field, Teacher
from tests.factories.programmes import MONDAY_9AM, CollectionFactory, IntakeFactory, ProgrammeFactory, TeacherFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def monday():
    cache.clear()
    with time_machine.travel(MONDAY_9AM, tick=False):
        yield


@pytest.fixture
def programme():
    programme = ProgrammeFactory(code="nursing", title="Community nursing", page=True)
    IntakeFactory(programme=programme, price_minor=125_000)
    return programme


def _structured_data(response) -> dict:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', response.content.decode(), re.DOTALL)
    return json.loads(found[1])


@pytest.mark.parametrize(
    ("language", "start", "price"),
    [
        ("en", "1 March 2027", "€1,250"),
        ("es", "1 de marzo de 2027", "1.250 €"),
        ("ca", "1 de març del 2027", "1.250 €"),
    ],
)
def test_sheet_shows_facts_in_the_readers_format(client, programme, language, start, price):
    text = client.get(f"/{language}/programmes/nursing/").content.decode().replace("\xa0", " ")
    assert "Community nursing" in text
    assert start in text
    assert price in text
    assert f'<html lang="{language}">' in text


def test_sheet_is_found_by_machines_in_three_languages(client, programme):
    text = client.get("/es/programmes/nursing/").content.decode()
    for language in ("ca", "es", "en"):
        assert f'hreflang="{language}" href="http://localhost:8000/{language}/programmes/nursing/"' in text
    assert '<link rel="canonical" href="http://localhost:8000/es/programmes/nursing/">' in text
    assert '<meta property="og:title" content="Community nursing">' in text


def test_structured_data_says_course_instance_price_and_questions(client, programme):
    course, questions, breadcrumb, school = _structured_data(client.get("/en/programmes/nursing/"))["@graph"]
    assert course["@type"] == "Course"
    assert course["name"] == "Community nursing"
    assert course["hasCourseInstance"][0]["startDate"] == "2027-03-01"
    assert course["hasCourseInstance"][0]["courseMode"] == "Blended"
    assert course["offers"][0] | {"url": ""} == {
        "@type": "Offer", "url": "", "price": "1250.00", "priceCurrency": "EUR", "category": "Paid",
        "availability": "https://schema.org/InStock",
    }  # fmt: skip
    assert questions["mainEntity"][0]["acceptedAnswer"]["text"] == "Yes, in nursing."
    assert [item["name"] for item in breadcrumb["itemListElement"]] == [
        "Escola Llevant", "Programmes", "Community nursing",
    ]  # fmt: skip
    assert course["provider"]["@id"] == school["@id"]
    assert school["@type"] == "EducationalOrganization"


def test_title_cannot_end_the_structured_data(client):
    site.build_tree(at=MONDAY_9AM)
    title = "</script><script>alert(1)</script> & more"
    site.publish_programme({"code": "odd"}, {"en": {"title": title, "slug": "odd"}}, at=MONDAY_9AM)
    response = client.get("/en/programmes/odd/")
    assert _structured_data(response)["@graph"][0]["name"] == title
    assert b"<script>alert" not in response.content


def test_price_change_shows_at_once_on_sheet_and_brochure(client, programme):
    if not paper.is_available():
        pytest.skip("Pango is missing")
    client.get("/en/programmes/nursing/brochure.pdf")
    programme.intakes.update(price_minor=99_900)
    assert "€999" in client.get("/en/programmes/nursing/").content.decode()
    brochure = client.get("/en/programmes/nursing/brochure.pdf")
    assert brochure["Content-Type"] == "application/pdf"
    assert "€999" in _text_of(brochure.content)


def test_brochure_is_made_once_while_nothing_changes(client, programme, monkeypatch):
    made = []
    monkeypatch.setattr(paper, "to_pdf", lambda *args, **more: made.append(more["title"]) or b"%PDF-")
    client.get("/en/programmes/nursing/brochure.pdf")
    client.get("/en/programmes/nursing/brochure.pdf")
    assert made == ["Community nursing"]


def test_without_pango_the_brochure_says_so(client, programme, monkeypatch):
    def refuse(*args, **more):
        raise paper.PaperUnavailable("Pango is missing")

    monkeypatch.setattr(paper, "to_pdf", refuse)
    response = client.get("/en/programmes/nursing/brochure.pdf")
    assert response.status_code == 503
    assert "Go to the programme" in response.content.decode()


def test_sheet_costs_few_queries_however_much_is_on_it(client, programme, monkeypatch, settings):
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "freshness"}
    settings.CACHES = {**settings.CACHES, "freshness": memory}  # the rows of the catalogue are kept by its stamp
    monkeypatch.setattr("people.walls.furnish", lambda *_about, **_more: [])  # what hangs on the wall pays for itself
    programme.sheet_in("en").teachers.add(*[TeacherFactory() for _ in range(3)])
    for day in (2, 3, 4):
        IntakeFactory(programme=programme, starts_on=date(2027, 4, day))
    for _ in range(3):
        ProgrammeFactory(page=True)
    client.get("/en/programmes/nursing/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/en/programmes/nursing/").status_code == 200
    assert len(queries) <= 23, "\n".join(re.sub("SELECT.*?FROM", "", query["sql"])[:160] for query in queries)


def test_seats_left_are_what_upper_floors_leave(client, programme):
    intake = programme.intakes.get()

    def taken(intake_ids):
        return {intake.pk: 17}

    with hooks.register_temporarily("register_seats_taken", taken):
        assert "3 seats left" in client.get("/en/programmes/nursing/").content.decode()


def test_past_and_closed_intakes_are_not_offered(client, programme):
    programme.intakes.update(starts_on=date(2026, 3, 1), ends_on=None)
    IntakeFactory(programme=programme, is_open=False)
    assert "No start is announced" in client.get("/en/programmes/nursing/").content.decode()


def test_panels_hang_in_their_regions_and_a_broken_one_does_not_close_the_page(client, programme):
    class Form(Panel):
        region = "form"

        def render_html(self, parent_context=None):
            return f"<p>Form of {self.sheet.programme.code}</p>"

    class Broken(Panel):
        def render_html(self, parent_context=None):
            raise ValueError

    def hang(request, panels, sheet):
        form = Form()
        form.sheet = sheet
        panels.extend([form, Broken()])

    with hooks.register_temporarily("construct_product_sheet_panels", hang):
        text = client.get("/en/programmes/nursing/").content.decode()
    assert re.search(r'<div id="ask".*Form of nursing', text, re.DOTALL)
    assert 'href="#ask"' in text


def test_imported_programme_names_its_source_and_its_price_whatever_stands_beside_it(client):
    class Beside(Panel):
        region = "aside"

        def render_html(self, parent_context=None):
            return "<p>Beside the facts</p>"

    def hang(request, panels, sheet):
        panels.append(Beside())

    collection = CollectionFactory(name="Invented University", source="Open Government Licence")
    IntakeFactory(programme=ProgrammeFactory(code="imported", collection=collection, page=True), price_minor=125_000)
    with hooks.register_temporarily("construct_product_sheet_panels", hang):
        text = client.get("/en/programmes/imported/").content.decode()
    assert re.search(r'Beside the facts.*facts-panel.*class="price">€1,250', text, re.DOTALL)
    assert "catalogue of Invented University" in text
    assert "Open Government Licence" in text


def test_cover_is_a_small_picture_that_may_be_kept(client, programme):
    response = client.get(f"/cover/{programme.uuid}.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert "max-age=2592000" in response["Cache-Control"]
    assert len(response.content) < 4096


def test_teachers_have_initials():
    assert Teacher(pk=6, name="Remei Fontanals i Pou").initials == "RF"
    with override("ca"):
        assert Field(name_ca="Salut").name == "Salut"


def _text_of(pdf: bytes) -> str:
    from pypdf import PdfReader

    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_sheet_shows_all_that_is_told_of_a_programme(client, programme):
    programme.total_hours, programme.eqf_level, programme.accredited_by = 150, 7, "the health department"
    programme.save()
    sheet = programme.sheet_in("en")
    sheet.symptoms = "<p>You lose <b>patients</b> on the way.</p>"
    sheet.accreditation = "<p>Ten credits of continuing education.</p>"
    sheet.careers = "<p>Primary care teams.</p>"
    sheet.body = [("quote", {"words": "We learn at the bedside.", "who": "Remei"}), ("heading", "A day with us")]
    sheet.save_revision().publish()
    text = client.get("/en/programmes/nursing/").content.decode()
    for told in (
        "150 hours", "level 7 of the European framework", "the health department", "You lose <b>patients</b>",
        "Ten credits of continuing education.", "Primary care teams.", "We learn at the bedside.", "A day with us",
    ):  # fmt: skip
        assert told in text


def test_sheet_shows_the_price_of_the_day_and_the_whole_price_list(client, programme):
    programme.intakes.update(
        early_price_minor=110_000, early_until=date(2027, 1, 20), late_price_minor=140_000, late_from=date(2027, 2, 10)
    )
    response = client.get("/en/programmes/nursing/")
    text = " ".join(response.content.decode().split())
    assert "until 20 January 2027, then €1,250" in text
    for price in ("€1,100", "€1,250", "€1,400"):
        assert price in text
    offer = _structured_data(response)["@graph"][0]["offers"][0]
    assert (offer["price"], offer["priceValidUntil"]) == ("1100.00", "2027-01-20")


def test_former_students_are_quoted_while_they_permit_it(client, programme):
    testimonial = facts.Testimonial.objects.create(
        programme=programme, words="It changed how I work.", language="en", name_shown="Ada", said_on=date(2026, 6, 1),
        is_shown=True, permitted_at=MONDAY_9AM, permission_text="Yes, show it.", permission_proof="mail",
    )  # fmt: skip
    assert "It changed how I work." in client.get("/en/programmes/nursing/").content.decode()
    testimonial.is_shown, testimonial.withdrawn_at = False, MONDAY_9AM
    testimonial.save()
    assert "It changed how I work." not in client.get("/en/programmes/nursing/").content.decode()


def test_social_networks_get_a_picture_of_the_right_size(client, programme):
    text = client.get("/en/programmes/nursing/").content.decode()
    address = re.search(r'<meta property="og:image" content="http://[^/]+([^"]+)">', text)[1]
    response = client.get(address)
    assert response["Content-Type"] == "image/png"
    assert response.content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(response.content[place : place + 4]) for place in (16, 20))
    assert (width, height) == (1200, 630)
