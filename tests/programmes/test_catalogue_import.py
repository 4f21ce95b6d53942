"""Other institutions' catalogues: in, again, and out."""

import json
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page, ReferenceIndex

from people.importing import imports
from people.models import ImportRun
from programmes import catalogue_import, site
from programmes.models import Collection, Intake, Programme, ProgrammePage, SheetWords
from tests.factories.programmes import MONDAY_9AM, ProgrammeFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SHARED = Path(os.environ.get("MATRICULA_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data")) / "catalogues"


def _feed(tmp_path: Path, *courses: dict, name="feed.jsonld") -> Path:
    document = [
        {
            "@context": "https://schema.org",
            "@type": "Course",
            "provider": {"@type": "Organization", "name": "Invented University", "url": "https://invented.example/"},
            "inLanguage": "en",
            **course,
        }
        for course in courses
    ]
    path = tmp_path / name
    path.write_text(json.dumps(document))
    return path


def _course(number=1, **more) -> dict:
    return {
        "identifier": f"C{number}",
        "name": f"Invented course {number}",
        "description": "<p>On inventing.</p>",
        "hasCourseInstance": [
            {"@type": "CourseInstance", "identifier": f"C{number}-A", "startDate": "2027-10-01", "courseMode": "online",
             "offers": {"@type": "Offer", "price": "450", "priceCurrency": "GBP"}},
        ],
    } | more  # fmt: skip


def _import(path, **more):
    return catalogue_import.import_catalogue(path, at=MONDAY_9AM, **more)


def test_feed_becomes_a_collection_beside_the_schools_programmes(client, tmp_path):
    ProgrammeFactory(page=True)
    report = _import(_feed(tmp_path, _course(1), _course(2)))
    assert {key: report[key] for key in ("created", "updated", "unchanged", "rejected")} == {
        "created": 2, "updated": 0, "unchanged": 0, "rejected": [],
    }  # fmt: skip
    collection = Collection.objects.get(slug="invented-university")
    assert collection.programmes.count() == 2
    assert not collection.is_own
    text = client.get("/en/programmes/invented-course-1/").content.decode()
    assert "On inventing." in text
    assert "£450" in text
    assert "catalogue of Invented University" in text
    assert client.get("/en/programmes/", {"q": "inventing", "collection": "all"}).context["count"] == 2


def test_tree_and_indexes_are_sound_after_an_import(tmp_path):
    _import(_feed(tmp_path, *[_course(number) for number in range(40)]))
    assert Page.find_problems() == ([], [], [], [], [])
    catalogue = site.catalogue_in("en")
    assert catalogue.numchild == catalogue.get_children().count() == 40
    page = ProgrammePage.objects.get(slug="invented-course-7")
    assert page.get_parent().pk == catalogue.pk
    assert ReferenceIndex.get_references_to(page.programme).count() >= 1
    assert list(ProgrammePage.objects.all().search("Invented")) != []
    catalogue.refresh_from_db()
    site.publish_programme({"code": "later"}, {"en": {"title": "Later"}}, at=MONDAY_9AM)
    assert Page.find_problems() == ([], [], [], [], [])


def test_same_feed_again_changes_nothing(tmp_path):
    path = _feed(tmp_path, _course(1), _course(2))
    _import(path)
    report = _import(path)
    assert (report["created"], report["updated"], report["unchanged"]) == (0, 0, 2)
    assert Programme.objects.count() == 2


def test_changed_course_is_updated_and_a_missing_start_is_closed(client, tmp_path):
    _import(_feed(tmp_path, _course(1), _course(2)))
    changed = _course(1, name="Renamed course", hasCourseInstance=[{"identifier": "C1-B", "startDate": "2028-01-10"}])
    report = _import(_feed(tmp_path, changed, _course(2)))
    assert (report["created"], report["updated"], report["unchanged"]) == (0, 1, 1)
    assert client.get("/en/programmes/invented-course-1/").context["page"].title == "Renamed course"
    assert client.get("/en/programmes/", {"q": "renamed", "collection": "all"}).context["count"] == 1
    assert list(Intake.objects.filter(programme__external_id="C1").order_by("code").values_list("code", "is_open")) == [
        ("c1-a", False), ("c1-b", True),
    ]  # fmt: skip


def test_import_can_be_put_back_exactly(tmp_path):
    site.build_tree(at=MONDAY_9AM)
    before = list(Page.objects.order_by("path").values_list("path", "numchild", "title"))
    report = _import(_feed(tmp_path, _course(1), _course(2)))
    imports.undo(ImportRun.objects.get(uuid=report["import_id"]), at=MONDAY_9AM)
    assert list(Page.objects.order_by("path").values_list("path", "numchild", "title")) == before
    assert not Programme.objects.exists()
    assert not SheetWords.objects.exists()
    assert not Collection.objects.filter(is_own=False).exists()


def test_undoing_the_second_import_leaves_the_first(tmp_path):
    _import(_feed(tmp_path, _course(1)))
    report = _import(_feed(tmp_path, _course(1, name="Renamed course"), _course(2)))
    imports.undo(ImportRun.objects.get(uuid=report["import_id"]), at=MONDAY_9AM)
    assert list(Programme.objects.values_list("title", flat=True)) == ["Invented course 1"]
    assert ProgrammePage.objects.get().title == "Invented course 1"


def test_hostile_html_of_a_feed_is_clean(client, tmp_path):
    hostile = _course(
        1,
        name="Safe <script>alert(1)</script> course",
        abstract='<img src=x onerror="alert(1)">A promise',
        description='<p onclick="x()">Fine</p><script>alert(1)</script><iframe src="https://x.example"></iframe>'
        '<a href="javascript:alert(1)">link</a>',
    )
    _import(_feed(tmp_path, hostile))
    text = client.get(ProgrammePage.objects.get().get_url()).content.decode()
    assert "Fine" in text
    for trace in ("alert(1)</script>", "onerror", "onclick", "iframe", "javascript:"):
        assert trace not in text


def test_courses_of_one_title_have_addresses_of_their_own(tmp_path):
    _import(_feed(tmp_path, _course(1, name="Same"), _course(2, name="Same"), _course(3, name="Same")))
    assert len(set(ProgrammePage.objects.values_list("slug", flat=True))) == 3


def test_several_prices_are_shown_in_the_words_of_the_feed(tmp_path):
    offers = [
        {"@type": "Offer", "name": "Home", "price": "450", "priceCurrency": "GBP"},
        {"@type": "Offer", "name": "Overseas", "price": "900", "priceCurrency": "GBP"},
    ]
    _import(_feed(tmp_path, _course(1, hasCourseInstance=[{"identifier": "A", "offers": offers}])))
    intake = Intake.objects.get()
    assert intake.price_minor is None
    assert "450" in intake.price_text
    assert "900" in intake.price_text


def test_command_reports_and_rejects(tmp_path, capsys):
    path = _feed(tmp_path, _course(1), {"identifier": "C9", "description": "No title"})
    with pytest.raises(SystemExit) as ended:
        call_command("import_catalogue", str(path), "--json")
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert ended.value.code == 1
    assert report["created"] == 1
    assert [set(row) for row in report["rejected"]] == [{"line", "why"}]
    assert ImportRun.objects.get(uuid=report["import_id"]).created == 1


def test_rehearsal_changes_nothing(tmp_path, capsys):
    call_command("import_catalogue", str(_feed(tmp_path, _course(1))), "--dry-run", "--json")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["created"] == 1
    assert not Programme.objects.exists()
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("content", ["", "not a catalogue", "<html></html>"])
def test_file_that_is_no_catalogue_is_refused_with_status_2(tmp_path, content):
    path = tmp_path / "bad.xml"
    path.write_text(content)
    with pytest.raises(CommandError) as refused:
        call_command("import_catalogue", str(path))
    assert refused.value.returncode == 2
    assert not ImportRun.objects.exists()


def test_own_collection_is_not_imported_into(tmp_path):
    own = site.own_collection()
    with pytest.raises(CommandError) as refused:
        call_command("import_catalogue", str(_feed(tmp_path, _course(1))), "--collection", own.slug)
    assert refused.value.returncode == 2


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "programmes", "intakes"),
    [("open-university-2012.xcri.xml.gz", 965, 1034), ("cornwall-college-2017.xcri.xml.gz", 407, 576)],
)
def test_real_catalogue_comes_in_whole_and_goes_out_again(client, name, programmes, intakes):
    if not (SHARED / name).exists():
        pytest.skip("the real catalogues are not beside the project")
    site.build_tree(at=MONDAY_9AM)
    report = _import(SHARED / name)
    assert (report["created"], report["rejected"]) == (programmes, [])
    assert Intake.objects.count() == intakes
    assert Page.find_problems() == ([], [], [], [], [])
    assert client.get("/en/programmes/", {"collection": report["collection"]}).context["count"] == programmes
    assert client.get(ProgrammePage.objects.order_by("pk").last().get_url()).status_code == 200
    again = _import(SHARED / name)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, programmes)
