"""The catalogue out, and in again: nothing changes here, and an empty school has the same facts."""

import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from defusedxml import ElementTree
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from people.importing import imports
from people.models import ImportRun
from programmes import catalogue_import, exports, site
from programmes.catalogue_import import wording
from programmes.feeds import exact
from programmes.models import Campus, Intake, Programme, ProgrammePage, Teacher
from tests.factories.programmes import MONDAY_9AM, CollectionFactory, FieldFactory, IntakeFactory, ProgrammeFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]
TODAY = date(2027, 1, 11)
FORMATS = list(exports.FORMATS)


def _rich_programme() -> Programme:
    """A programme with everything that can be said of one."""
    site.publish_programme(
        {
            "code": "care-at-home", "title": "Care at home", "field": FieldFactory(), "level": "postgraduate",
            "modality": "blended", "taught_in": "ca, es", "credits": "6.5", "length_weeks": 12, "weekly_hours": 6,
            "total_hours": 150, "eqf_level": 6, "accredited_by": "The <Council> & Co",
        },
        {
            language: {
                "title": f"Care at home {language} — “more”",
                "promise": " Near  the people",
                "problem": "<p>It is <b>hard</b> &amp; lonely</p>",
                "description": '<h3>What</h3><p>See <a href="https://llevant.example/?a=1&amp;b=2">this</a></p>',
                "requirements": "<ul><li>A degree</li></ul>",
                "syllabus": [("Unit 1", "Line one\nline two"), ("=SUM(A1)", "")],
                "questions": [("Do I need a degree?", "<p>Yes: <i>any</i></p>")],
                "teachers": [Teacher.objects.get_or_create(name="Remei Fontanals", slug="remei")[0]],
            }
            for language in ("ca", "es", "en")
        },
        at=MONDAY_9AM,
    )  # fmt: skip
    programme = Programme.objects.get(code="care-at-home")
    campus = Campus.objects.create(name="Born")
    IntakeFactory(
        programme=programme, code="2027-03", venue=campus, campus="Born", apply_by=date(2027, 2, 1), timetable="-Mon 9",
        price_minor=195_000, early_price_minor=175_000, early_until=date(2027, 1, 31), late_price_minor=210_000,
        late_from=date(2027, 2, 15), modality="on_site",
    )  # fmt: skip
    IntakeFactory(programme=programme, code="tokyo", currency="JPY", price_minor=90_000, seats=0, is_open=False)
    IntakeFactory(
        programme=programme, code="some-day", starts_on=None, ends_on=None, start_text="autumn", price_minor=None
    )
    return programme


@pytest.fixture
def school():
    site.build_tree(at=MONDAY_9AM)
    _rich_programme()
    ProgrammeFactory(page=True, code="plain", external_id="OLD-1")
    ProgrammeFactory(code="no-sheet", is_open=False)


def _written(tmp_path: Path, code: str, collection: str = "", **more) -> Path:
    path = tmp_path / f"catalogue.{exports.FORMATS[code].suffix}"
    path.write_text("".join(exports.write(code, collection, on=TODAY, **more)), encoding="utf-8", newline="")
    return path


def _facts() -> list:
    """Everything that is stated of the school's own programmes, white space and the cleaning of HTML apart."""
    found = []
    for programme in Programme.objects.filter(collection__is_own=True).select_related("field").order_by("code"):
        intakes = [exact.of_intake(one) for one in programme.intakes.select_related("venue").order_by("code")]
        pages = programme.pages.live().order_by("locale__language_code")
        texts = [exact.texts(exact.of_page(page)) | {"language": page.locale.language_code} for page in pages]
        stated = exact.of_programme(programme)
        found.append(({k: wording._bare(exact.mend(v)) for k, v in stated.items()}, intakes, texts))
    return found


def _forget_everything() -> None:
    for page in ProgrammePage.objects.all():
        page.delete()
    Programme.objects.all().delete()
    Campus.objects.all().delete()
    Teacher.objects.all().delete()


@pytest.mark.parametrize("code", FORMATS)
def test_importing_an_export_changes_nothing(school, tmp_path, code):
    before = _facts()
    report = catalogue_import.import_catalogue(_written(tmp_path, code), at=MONDAY_9AM)
    assert (report["created"], report["updated"], report["unchanged"], report["rejected"]) == (0, 0, 3, [])
    assert report["notes"] == []
    assert report["collection"] == "own"
    assert _facts() == before


@pytest.mark.parametrize("code", FORMATS)
def test_importing_an_export_on_another_day_changes_nothing(school, tmp_path, code):
    """On other days another price is shown; the price list is the same."""
    for on in (date(2027, 2, 10), date(2027, 2, 20)):
        path = tmp_path / f"{on}.{exports.FORMATS[code].suffix}"
        path.write_text("".join(exports.write(code, "", on=on)), encoding="utf-8", newline="")
        assert catalogue_import.import_catalogue(path, at=MONDAY_9AM)["updated"] == 0


@pytest.mark.parametrize("code", FORMATS)
def test_an_export_fills_an_empty_school(school, tmp_path, code):
    path, before = _written(tmp_path, code), _facts()
    _forget_everything()
    report = catalogue_import.import_catalogue(path, at=MONDAY_9AM, collection_slug="own")
    assert (report["created"], report["rejected"], report["notes"]) == (3, [], [])
    assert _facts() == before
    assert [page.teachers.get().name for page in ProgrammePage.objects.filter(programme__code="care-at-home")] == [
        "Remei Fontanals"
    ] * 3
    again = catalogue_import.import_catalogue(path, at=MONDAY_9AM, collection_slug="own")
    assert (again["created"], again["updated"]) == (0, 0)
    imports.undo(ImportRun.objects.get(uuid=report["import_id"]), at=MONDAY_9AM)
    assert not Programme.objects.exists()
    assert not Teacher.objects.exists()


@pytest.mark.parametrize("code", FORMATS)
def test_public_export_read_back_changes_nothing_and_shows_what_is_on_offer(school, tmp_path, code):
    path = _written(tmp_path, code, is_public=True)
    assert "no-sheet" not in path.read_text()
    assert "tokyo" not in path.read_text()
    report = catalogue_import.import_catalogue(path, at=MONDAY_9AM)
    assert (report["created"], report["updated"], report["unchanged"], report["rejected"]) == (0, 0, 2, [])


@pytest.mark.parametrize("code", FORMATS)
def test_a_changed_price_comes_back_from_an_export(school, tmp_path, code):
    path = _written(tmp_path, code)
    Intake.objects.filter(code="2027-03").update(price_minor=199_000)
    report = catalogue_import.import_catalogue(path, at=MONDAY_9AM)
    assert (report["updated"], report["unchanged"]) == (1, 2)
    assert Intake.objects.get(code="2027-03").price_minor == 195_000
    imports.undo(ImportRun.objects.get(uuid=report["import_id"]), at=MONDAY_9AM)
    assert Intake.objects.get(code="2027-03").price_minor == 199_000


def test_changed_syllabus_comes_back_and_can_be_undone(school, tmp_path):
    path = _written(tmp_path, "jsonld")
    page = ProgrammePage.objects.get(programme__code="care-at-home", locale__language_code="en")
    page.syllabus = [("unit", {"title": "Other", "text": "Words"})]
    page.save()
    report = catalogue_import.import_catalogue(path, at=MONDAY_9AM)
    page.refresh_from_db()
    assert [block.value["title"] for block in page.syllabus] == ["Unit 1", "=SUM(A1)"]
    imports.undo(ImportRun.objects.get(uuid=report["import_id"]), at=MONDAY_9AM)
    page.refresh_from_db()
    assert [block.value["title"] for block in page.syllabus] == ["Other"]


def test_editor_opens_what_the_import_wrote_and_keeps_a_draft(school, tmp_path):
    path = _written(tmp_path, "csv")
    published, drafted = ProgrammePage.objects.filter(programme__code="care-at-home").order_by("pk")[:2]
    for page in (published, drafted):
        page.promise = "Published later"
        page.save_revision().publish()
    drafted.refresh_from_db()
    drafted.promise = "A draft"
    drafted.save_revision()
    catalogue_import.import_catalogue(path, at=MONDAY_9AM)
    assert ProgrammePage.objects.get(pk=published.pk).get_latest_revision_as_object().promise == "Near  the people"
    assert ProgrammePage.objects.get(pk=drafted.pk).get_latest_revision_as_object().promise == "A draft"


def test_another_collection_goes_out_and_back_into_itself(tmp_path):
    site.build_tree(at=MONDAY_9AM)
    other = CollectionFactory(slug="partner", name="Partner University")
    ProgrammeFactory(collection=other, external_id="X1")
    path = _written(tmp_path, "xcri", "partner")
    report = catalogue_import.import_catalogue(path, at=MONDAY_9AM)
    assert (report["collection"], report["created"], report["updated"]) == ("partner", 0, 0)


def test_partners_own_programmes_do_not_get_among_ours(school, tmp_path):
    path = _written(tmp_path, "csv")
    _forget_everything()
    report = catalogue_import.import_catalogue(path, at=MONDAY_9AM)
    assert report["collection"] != "own"
    assert not Programme.objects.filter(collection__is_own=True).exists()


def test_formats_say_the_usual_in_their_own_words(school):
    xml = "".join(exports.write("xcri", "", on=TODAY))
    names = {"dc": "http://purl.org/dc/elements/1.1/", "mlo": "http://purl.org/net/mlo"}
    root = ElementTree.fromstring(xml.encode())
    catalog = "{http://xcri.org/profiles/1.2/catalog}"
    course = next(
        one for one in root.iter(f"{catalog}course") if (one.findtext("dc:title", "", names)).startswith("Care")
    )
    presentation = course.find(f"{catalog}presentation")
    assert presentation.find("mlo:start", names).get("dtf") == "2027-03-01"
    assert presentation.findtext("mlo:cost", "", names) == "EUR 1750.00"  # the early-bird price of that day
    document = json.loads("".join(exports.write("jsonld", "", on=TODAY)))
    course = next(one for one in document["itemListElement"] if one["courseCode"] == "care-at-home")
    assert course["numberOfCredits"] == 6.5
    assert course["hasCourseInstance"][0]["offers"]["price"] == "1750.00"
    graph = json.loads("".join(exports.write("elm", "", on=TODAY)))["@graph"]
    opportunity = next(one for one in graph if "Care" in one["title"].get("ca", ""))
    assert set(opportunity["title"]) == {"ca", "es", "en"}
    assert opportunity["hasPart"][0]["priceDetail"]["amount"]["unit"]["id"].endswith("/currency/EUR")
    assert opportunity["learningAchievementSpecification"]["creditPoint"]["point"] == "6.5"


def test_command_writes_to_a_file_and_refuses_what_is_not_there(school, tmp_path, capsys):
    call_command("export_catalogue", "--format", "csv", "--output", str(tmp_path / "out.csv"))
    assert "care-at-home" in (tmp_path / "out.csv").read_text()
    out = io.StringIO()
    call_command("export_catalogue", "--format", "xcri", stdout=out)
    assert out.getvalue().startswith("<?xml")
    with pytest.raises(CommandError) as refused:
        call_command("export_catalogue", "--format", "csv", "--collection", "nowhere")
    assert refused.value.returncode == 2


# --- whatever people may have written ------------------------------------------------------------------------------

_words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
_title = st.builds(lambda first, rest: f"{first}{rest}", st.sampled_from("aB7é"), _words)
_day = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2029, 12, 31)))
_count = st.one_of(st.none(), st.integers(0, 30_000))


@st.composite
def _intakes(draw):
    start = draw(_day)
    usual = draw(st.one_of(st.none(), st.integers(10, 2_000_000_000)))
    early = draw(st.one_of(st.none(), st.integers(0, usual - 1))) if usual else None
    return {
        "starts_on": start,
        "start_text": draw(_words),
        "ends_on": start and draw(st.one_of(st.none(), st.just(start + timedelta(days=draw(st.integers(0, 900)))))),
        "apply_by": start and draw(st.one_of(st.none(), st.just(start - timedelta(days=draw(st.integers(0, 900)))))),
        "seats": draw(_count),
        "campus": draw(_words),
        "timetable": draw(_words),
        "modality": draw(st.sampled_from(["", "on_site", "online", "blended", "distance"])),
        "currency": draw(st.sampled_from(["EUR", "GBP", "JPY", "KWD"])),
        "price_minor": usual,
        "early_price_minor": early,
        "early_until": None if early is None else date(2026, 12, 31),
        "price_text": draw(_words),
        "is_open": draw(st.booleans()),
        "external_id": draw(st.sampled_from(["", "SRC-1"])),
    }


_programmes = st.fixed_dictionaries(
    {
        "title": _title,
        "level": st.sampled_from(["course", "specialisation", "postgraduate", "master", "other"]),
        "level_text": _words,
        "modality": st.sampled_from(["", "online", "distance"]),
        "taught_in": st.sampled_from(["", "ca", "ca, es", "en, fr", "none"]),
        "credits": st.one_of(st.none(), st.decimals(0, 999, places=1)),
        "length_weeks": _count,
        "length_text": _words,
        "total_hours": _count,
        "accredited_by": _words,
        "is_open": st.booleans(),
    }
)
_html = st.one_of(_words, _words.map(lambda text: f"<p>{text}</p>"), st.sampled_from(["<p><b></b></p>", "<ul><li>a"]))
_pages = st.fixed_dictionaries(
    {
        "title": _title, "promise": _words, "problem": _html, "description": _html, "requirements": _html,
        "seo_title": _words,
    }
)  # fmt: skip


@pytest.mark.parametrize("code", FORMATS)
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(facts=_programmes, intake=_intakes(), texts=_pages, pairs=st.lists(st.tuples(_words, _html), max_size=2))
def test_whatever_stands_in_the_catalogue_round_trips(tmp_path_factory, code, facts, intake, texts, pairs):
    _forget_everything()
    site.build_tree(at=MONDAY_9AM)
    site.publish_programme(
        {"code": "p", **facts, "intakes": [{"code": "i", **intake}]},
        {"es": {"slug": "p", **texts}, "en": {"slug": "p", "title": "Other", "questions": pairs, "syllabus": pairs}},
        at=MONDAY_9AM,
    )
    path, before = _written(tmp_path_factory.mktemp("trip"), code), _facts()
    report = catalogue_import.import_catalogue(path, at=MONDAY_9AM)
    assert (report["created"], report["updated"], report["unchanged"], report["rejected"]) == (0, 0, 1, [])
    _forget_everything()
    report = catalogue_import.import_catalogue(path, at=MONDAY_9AM, collection_slug="own")
    assert (report["created"], report["rejected"], report["notes"]) == (1, [], [])
    assert _comparable(_facts()) == _comparable(before)


def _comparable(found: list) -> list:
    return [
        (
            {name: wording._bare(exact.mend(text)) for name, text in facts.items()},
            [{name: wording._bare(exact.mend(text)) for name, text in intake.items()} for intake in intakes],
            [
                {name: wording._bare(value) if isinstance(value, str) else value for name, value in page.items()}
                for page in texts
            ],
        )
        for facts, intakes, texts in found
    ]
