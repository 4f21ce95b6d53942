"""Catalogues that are wrong, hostile or from elsewhere: refused or put right with a reason, and nothing half taken."""

import gzip
import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from people.importing import imports
from people.importing.input_files import Unreadable
from people.models import ImportMapping, ImportRun
from programmes import catalogue_import, exports, feeds, site
from programmes.feeds.export_table import HEADINGS
from programmes.models import Collection, Intake, Programme, ProgrammePage, SheetWords
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]
SHARED = Path(os.environ.get("MATRICULA_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data")) / "catalogues"
XCRI = '<catalog xmlns="http://xcri.org/profiles/1.2/catalog">%s</catalog>'
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def _import(path, **more):
    return catalogue_import.import_catalogue(path, at=MONDAY_9AM, **more)


def _written(tmp_path, name: str, content) -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _course(**more) -> dict:
    return {"@type": "Course", "identifier": "A", "name": "Course A", "provider": {"name": "Uni"}, **more}


def _instance(**more) -> dict:
    return _course(hasCourseInstance=[{"identifier": "A1", "startDate": "2027-10-01", **more}])


# --- records -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("course", "created", "rejected", "note"),
    [
        (_instance(endDate="2027-09-01"), 1, "", "The end lies before the start"),
        (_instance(applicationDeadline="2027-11-01"), 1, "", "The deadline lies after the start"),
        (_instance(startDate="2027-02-30"), 1, "", "is not a date of the calendar"),
        (_instance(maximumAttendeeCapacity=-3), 0, "-3", ""),
        (_instance(maximumAttendeeCapacity="many"), 0, "many", ""),
        (_instance(**{"matricula:facts": {"currency": "XXQ"}}), 0, "“XXQ” is not a currency.", ""),
        (_instance(**{"matricula:facts": {"price": "12.345"}}), 0, "is not an amount of EUR", ""),
        (_instance(**{"matricula:facts": {"price": "-1"}}), 0, "-1", ""),
        (_instance(**{"matricula:facts": {"price": "100", "early_price": "200", "early_until": "2027-01-01"}}), 1, "",
         "early-bird price"),
        (_instance(**{"matricula:facts": {"price": "100", "late_price": "50", "late_from": "2027-01-01"}}), 1, "",
         "late price"),
        (_course(**{"matricula:facts": {"level": "wizard"}}), 0, "wizard", ""),
        (_course(**{"matricula:facts": {"languages": "en"}, "matricula:texts": {"en": {"syllabus": "[1]"}}}), 0,
         "“syllabus” is not a list", ""),
        (_course(name=""), 0, "no title", ""),
        (_course(identifier=""), 0, "no identifier", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_is_rejected_or_left_out_with_a_reason(tmp_path, course, created, rejected, note):
    report = _import(_written(tmp_path, "feed.jsonld", json.dumps([course])))
    assert report["created"] == Programme.objects.count() == created
    assert rejected in " ".join(row["why"] for row in report["rejected"])
    assert bool(report["rejected"]) == (not created)
    assert note in " ".join(one["why"] for one in report["notes"])
    assert Intake.objects.filter(programme=None).count() == 0


def test_price_without_a_known_currency_keeps_its_words_only(tmp_path):
    offer = {"@type": "Offer", "price": "450", "priceCurrency": "XYZ"}
    path = _written(tmp_path, "feed.jsonld", json.dumps([_instance(offers=offer)]))
    _import(path)
    intake = Intake.objects.get()
    assert (intake.price_minor, intake.price_text) == (None, "450 XYZ")


def test_repeated_identifiers_are_rejected_and_the_rest_is_taken(tmp_path):
    courses = [_course(), _course(name="Other"), _course(identifier="B")]
    report = _import(_written(tmp_path, "feed.jsonld", json.dumps(courses)))
    assert (report["created"], len(report["rejected"])) == (2, 1)
    assert "already used" in report["rejected"][0]["why"]


def test_table_with_a_wrong_currency_or_seats_says_so(tmp_path):
    rows = ["A,Course A,450,XXQ,10", "B,Course B,450,EUR,-1", "C,C,450,EUR,5"]
    path = _written(tmp_path, "t.csv", "\n".join(["id,title,price,currency,seats", *rows, ""]))
    report = _import(path)
    assert report["created"] == 1
    assert "“XXQ” is not a currency." in report["rejected"][0]["why"]
    assert "-1" in report["rejected"][1]["why"]
    assert Intake.objects.get().seats == 5


def test_faulty_row_of_an_export_rejects_its_programme_whole(tmp_path):
    rows = {"matricula": "1", "id": "A", "title": "Course A", "intake_id": "#a", "intake_seats": "-5"}
    line = ",".join(rows.get(heading, "") for heading in HEADINGS)
    path = _written(tmp_path, "t.csv", ",".join(HEADINGS) + "\n" + line + "\n")
    report = _import(path, collection_slug="own")
    assert (report["created"], len(report["rejected"])) == (0, 1)


# --- files ---------------------------------------------------------------------------------------------------------


def _bomb() -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE c [<!ENTITY l0 "lol">{entities}]>' + XCRI % "<provider><title>&l9;</title></provider>"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (_bomb(), "XML entities"),
        ('<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + XCRI % "<provider>&x;</provider>", "XML entities"),
        ('<!DOCTYPE c SYSTEM "http://127.0.0.1:9/x.dtd">' + XCRI % "", "external DTD"),
        (XCRI % ("<provider>" + "<d>" * 5000 + "</d>" * 5000 + "</provider>"), "too deeply"),
        ("[" * 100_000, "JSON"),
        ('{"@type": "Course", "name": ', "not valid JSON"),
        (b"%PDF-1.7" + bytes(range(256)) * 40, "binary"),
        (b"\x1f\x8b" + b"not gzip", "damaged"),
        ("", "empty"),
        ("id;name of nothing\n1;2\n", "column"),
        ('<Courses xmlns="http://data.europa.eu/snb/model/ap/loq-constraints/"><open>', "breaks"),
        ('{"credentialSubject": {"type": "Person"}}', "no schema.org Course"),
    ],
)
def test_file_that_cannot_be_read_is_refused_whole(tmp_path, content, why):
    path = _written(tmp_path, "feed.any", content)
    with pytest.raises(Unreadable, match=why):
        _import(path)
    with pytest.raises(CommandError) as refused:
        call_command("import_catalogue", str(path))
    assert refused.value.returncode == 2
    assert not ImportRun.objects.exists()
    assert not Collection.objects.filter(is_own=False).exists()


def test_file_that_unpacks_to_more_than_50_mb_is_refused(tmp_path):
    path = _written(tmp_path, "bomb.xml.gz", gzip.compress(b"<catalog>" + b" " * (51 * 1024 * 1024)))
    with pytest.raises(Unreadable, match="larger than 50 MB"):
        _import(path)


def test_failure_halfway_leaves_nothing(tmp_path, monkeypatch):
    from programmes.catalogue_import import writing

    def break_down(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(writing.imports, "note_changed_many", break_down)
    with pytest.raises(RuntimeError):
        _import(_written(tmp_path, "feed.jsonld", json.dumps([_course()])))
    assert not Programme.objects.exists()
    assert not ProgrammePage.objects.exists()
    assert not ImportRun.objects.exists()


def test_broken_character_sets_are_read(tmp_path):
    table = "id,title\nA,Gesti\xf3n sanitaria\n".encode("latin-1")
    _import(_written(tmp_path, "t.csv", table))
    assert Programme.objects.get().title == "Gestión sanitaria"


# --- what is gone --------------------------------------------------------------------------------------------------


def test_missing_programmes_are_closed_only_when_asked_and_come_back(tmp_path):
    both = _written(tmp_path, "both.jsonld", json.dumps([_course(), _course(identifier="B", name="Course B")]))
    one = _written(tmp_path, "one.jsonld", json.dumps([_course()]))
    _import(both)
    assert _import(one)["closed"] == 0
    report = _import(one, close_missing=True)
    assert (report["closed"], report["updated"], report["unchanged"]) == (1, 1, 1)
    assert not Programme.objects.get(external_id="B").is_open
    imports.undo(ImportRun.objects.get(uuid=report["import_id"]), at=MONDAY_9AM)
    assert Programme.objects.get(external_id="B").is_open
    _import(one, close_missing=True)
    assert _import(both, close_missing=True)["updated"] == 1
    assert Programme.objects.get(external_id="B").is_open


@pytest.mark.parametrize("broken", [{"@type": "Course", "name": "Nameless"}, {"@type": "Course", "identifier": "B"}])
def test_faulty_records_close_nothing(tmp_path, broken):
    _import(_written(tmp_path, "both.jsonld", json.dumps([_course(), _course(identifier="B", name="Course B")])))
    report = _import(_written(tmp_path, "x.jsonld", json.dumps([_course(), broken])), close_missing=True)
    assert (report["closed"], len(report["rejected"])) == (0, 1)
    assert Programme.objects.get(external_id="B").is_open


def test_undo_rewrites_the_search_and_keeps_what_others_changed(tmp_path):
    _import(_written(tmp_path, "a.jsonld", json.dumps([_course(description="<p>Zeppelins</p>")])))
    page = ProgrammePage.objects.get()
    before = SheetWords.objects.get(page=page).words
    report = _import(_written(tmp_path, "b.jsonld", json.dumps([_course(description="<p>Submarines</p>")])))
    assert SheetWords.objects.get(page=page).words != before
    imports.undo(ImportRun.objects.get(uuid=report["import_id"]), at=MONDAY_9AM)
    assert SheetWords.objects.get(page=page).words == before
    report = _import(_written(tmp_path, "b.jsonld", json.dumps([_course(description="<p>Submarines</p>")])))
    ProgrammePage.objects.update(description="<p>Edited</p>")
    with pytest.raises(imports.CannotUndo):
        imports.undo(ImportRun.objects.get(uuid=report["import_id"]), at=MONDAY_9AM)


def test_early_price_of_ours_goes_when_the_feed_lowers_the_price(tmp_path):
    site.build_tree(at=MONDAY_9AM)
    price = {"@type": "Offer", "price": "450", "priceCurrency": "EUR"}
    path = _written(tmp_path, "a.jsonld", json.dumps([_instance(offers=price)]))
    _import(path)
    Intake.objects.update(early_price_minor=40_000, early_until=date(2027, 5, 1))
    _import(_written(tmp_path, "b.jsonld", json.dumps([_instance(offers=price | {"price": "300"})])))
    intake = Intake.objects.get()
    assert (intake.price_minor, intake.early_price_minor, intake.early_until) == (30_000, None, None)


# --- other formats -------------------------------------------------------------------------------------------------

ELM = {
    "@graph": [
        {
            "id": "urn:x:1", "type": "LearningOpportunity", "identifier": {"type": "Identifier", "notation": "LO-1"},
            "title": {"en": "Data", "es": "Datos"}, "description": {"en": "On data <script>alert(1)</script>"},
            "defaultLanguage": {"id": "http://publications.europa.eu/resource/authority/language/ENG"},
            "providedBy": {"id": "urn:o", "type": "Organisation", "legalName": {"en": "Uni"}},
            "temporal": {"startDate": "2027-10-01T00:00:00Z", "endDate": "2027-12-01T00:00:00Z"},
            "priceDetail": {"amount": {"value": "99.50", "unit": {"id": "http://x/currency/EUR"}}},
            "learningAchievementSpecification": {"id": "urn:q"},
        },
        {
            "id": "urn:q", "type": "Qualification", "title": {"en": "Master of Data"}, "volumeOfLearning": "PT150H",
            "eqfLevel": {"id": "http://data.europa.eu/snb/eqf/7"},
            "creditPoint": {"framework": {"id": "http://data.europa.eu/snb/education-credit/6fcec5c5af"}, "point": "6"},
        },
    ]
}  # fmt: skip


def test_elm_is_read(tmp_path):
    (record,) = feeds.read_feed(_written(tmp_path, "elm.jsonld", json.dumps(ELM)))
    assert (record.external_id, record.title, record.provider_name, record.language) == ("LO-1", "Data", "Uni", "en")
    assert "script" not in record.description_html
    assert record.stated == {"credits": Decimal(6), "total_hours": 150, "eqf_level": 7}
    (intake,) = record.intakes
    assert (intake.start_on, intake.prices[0].amount_minor) == (date(2027, 10, 1), 9950)
    _import(_written(tmp_path, "elm.jsonld", json.dumps(ELM)))
    assert Programme.objects.get().level == "master"


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("elm-v3-microcredential.jsonld.gz", {"Digital micro-credential creation"}),
        ("elm-v3-loq-sample.xml.gz", {"Yopx"}),
    ],
)
def test_samples_of_elm_are_read(name, titles):
    if not (SHARED / name).exists():
        pytest.skip("the real catalogues are not beside the project")
    _import(SHARED / name)
    assert titles <= set(Programme.objects.values_list("title", flat=True))
    if "micro" in name:
        programme = Programme.objects.get()
        assert (programme.credits, programme.eqf_level, programme.total_hours) == (2, 6, 60)


@pytest.mark.real_data
def test_degrees_of_a_university_come_in_by_a_mapping(capsys):
    path = SHARED / "upc-graus-2018.csv.gz"
    if not path.exists():
        pytest.skip("the real catalogues are not beside the project")
    call_command("import_catalogue", str(path), "--mapping", str(EXAMPLES / "upc.toml"), "--collection", "upc")
    assert Programme.objects.count() == 69  # 53 names, some at several schools
    page = ProgrammePage.objects.filter(programme__title="Grau en Arquitectura Tècnica i Edificació").first()
    assert (page.locale.language_code, page.programme.credits) == ("ca", 240)
    assert page.syllabus[0].value["title"] == "Construcció I"
    assert ImportMapping.objects.get(source="upc").columns["columns"]["id"] == "URL grau"
    call_command("import_catalogue", str(path), "--collection", "upc")  # as it was read the last time
    assert Programme.objects.count() == 69  # 53 names, some at several schools


@pytest.mark.parametrize(
    "mapping", ['[columns]\ntitle = "T"\n', '[columns]\nid = "X"\ntitle = "T"\n', "[nothing]\n", "not toml"]
)
def test_wrong_mapping_is_refused(tmp_path, mapping):
    table = _written(tmp_path, "t.csv", "I,T\n1,One\n")
    with pytest.raises(CommandError) as refused:
        call_command("import_catalogue", str(table), "--mapping", str(_written(tmp_path, "m.toml", mapping)))
    assert refused.value.returncode == 2


def test_exports_hold_nothing_that_runs_in_a_spreadsheet_or_a_page(tmp_path):
    ProgrammeFactory(page=True, title='=HYPERLINK("http://x")')
    IntakeFactory(programme=Programme.objects.get(), timetable="</script><script>alert(1)</script>")
    for code in exports.FORMATS:
        text = "".join(exports.write(code, "", on=date(2027, 1, 11)))
        assert ",=HYPERLINK" not in text
        assert code == "csv" or "<script" not in text
