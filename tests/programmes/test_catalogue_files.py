"""The catalogue in and out of the back office, the public feeds and the API."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from wagtail.users.models import UserProfile

from people.access import api_tokens
from people.access.roles import EDITOR, MARKETING
from people.models import ApiToken, ImportMapping, ImportUpload
from programmes import site
from programmes.catalogue_import import uploads
from programmes.models import Collection, Intake, Programme, ProgrammePage
from tests.factories.people import UserFactory
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
UPC = (
    '"Nom grau","Crèdits","Assignatura","Semestre"\n'
    '"Grau en Arquitectura","240","Construcció I","1"\n'
    '"Grau en Arquitectura","240","Mecànica","1"\n'
    '"Grau en Nàutica","180","Física","2"\n'
)


@pytest.fixture
def desk(client):
    site.build_tree(at=MONDAY_9AM)
    editor = UserFactory(role=EDITOR)
    UserProfile.objects.update_or_create(user=editor, defaults={"preferred_language": "en"})
    client.force_login(editor)
    return client


def _upload(client, content: str, name: str, **more):
    data = {"file": SimpleUploadedFile(name, content.encode()), **more}
    response = client.post("/admin/programmes/import/", data)
    assert response.status_code == 302, response.content.decode()
    return ImportUpload.objects.latest("pk")


def _jsonld(*courses: dict) -> str:
    return json.dumps([{"@type": "Course", "inLanguage": "en", "provider": {"name": "Uni"}, **one} for one in courses])


def test_catalogue_is_previewed_taken_in_and_undone(desk):
    upload = _upload(
        desk, _jsonld({"identifier": "A", "name": "Course A"}, {"identifier": "B"}), "uni.jsonld", new="uni"
    )
    preview = desk.get(f"/admin/programmes/import/{upload.uuid}/").content.decode()
    assert "Course A" in preview
    assert "The course has no title." in preview
    assert not Programme.objects.exists()
    assert not Collection.objects.filter(slug="uni").exists()
    desk.post(f"/admin/programmes/import/{upload.uuid}/start/")
    assert 'role="status"' in desk.get(f"/admin/programmes/import/{upload.uuid}/progress/").content.decode()
    assert uploads.work_due(at=timezone.now()) == 1
    assert desk.get(f"/admin/programmes/import/{upload.uuid}/progress/")["HX-Refresh"] == "true"
    assert "Undo this import" in desk.get(f"/admin/programmes/import/{upload.uuid}/").content.decode()
    assert Programme.objects.get().title == "Course A"
    desk.post(f"/admin/programmes/import/{upload.uuid}/undo/")
    assert not Programme.objects.exists()
    assert "everything is as it was" in desk.get(f"/admin/programmes/import/{upload.uuid}/").content.decode()


def test_columns_of_a_table_are_chosen_and_remembered(desk):
    upload = _upload(desk, UPC, "upc.csv", new="upc")
    page = desk.get(f"/admin/programmes/import/{upload.uuid}/", follow=True)
    assert "Grau en Nàutica" in page.content.decode()
    chosen = {"column0": "title", "column1": "credits", "column2": "unit", "provider": "UPC", "language": "ca"}
    refused = desk.post(f"/admin/programmes/import/{upload.uuid}/columns/", chosen)
    assert refused.status_code == 422
    assert "does not say which column is “id”" in refused.content.decode()
    chosen |= {"column0": "id", "column3": "title"}
    desk.post(f"/admin/programmes/import/{upload.uuid}/columns/", chosen)
    assert ImportMapping.objects.get(kind="catalogue", source="upc").columns["columns"]["credits"] == ["Crèdits"]
    again = _upload(desk, UPC, "upc-2.csv", new="upc")
    form = desk.get(f"/admin/programmes/import/{again.uuid}/columns/").context["form"]
    assert form["column1"].initial == "credits"


def test_a_file_that_is_no_catalogue_is_told_why(desk):
    upload = _upload(desk, "<html><body/></html>", "page.xml")
    page = desk.get(f"/admin/programmes/import/{upload.uuid}/").content.decode()
    assert "is not an XCRI-CAP 1.2 catalogue" in page
    assert "Nothing was taken in." in page
    refused = desk.post("/admin/programmes/import/", {"file": SimpleUploadedFile("a.pdf", b"%PDF")})
    assert refused.status_code == 422


def test_broken_work_is_begun_again(desk):
    upload = _upload(desk, _jsonld({"identifier": "A", "name": "Course A"}), "uni.jsonld", new="uni")
    desk.post(f"/admin/programmes/import/{upload.uuid}/start/")
    now = timezone.now()
    ImportUpload.objects.update(state="running", claimed_at=now)
    assert uploads.work_due(at=now) == 0
    assert uploads.work_due(at=now + timedelta(minutes=5)) == 1
    assert Programme.objects.count() == 1


def test_file_that_nobody_wants_is_deleted(desk):
    upload = _upload(desk, _jsonld({"identifier": "A", "name": "Course A"}), "uni.jsonld")
    desk.post(f"/admin/programmes/import/{upload.uuid}/cancel/")
    assert not ImportUpload.objects.exists()


def test_only_who_may_takes_a_catalogue_in(client):
    client.force_login(UserFactory(role=MARKETING))
    assert client.get("/admin/programmes/import/").status_code in (302, 403)


def test_export_is_downloaded_and_read_back_unchanged(desk):
    ProgrammeFactory(page=True, code="nursing")
    IntakeFactory(programme=Programme.objects.get())
    response = desk.get("/admin/programmes/export/", {"format": "csv"})
    content = b"".join(response.streaming_content).decode()
    assert "attachment" in response["Content-Disposition"]
    upload = _upload(desk, content, "export.csv")
    preview = desk.get(f"/admin/programmes/import/{upload.uuid}/")
    assert (preview.context["changes"], preview.context["counts"]["unchanged"]) == (0, 1)
    edited = _upload(desk, content.replace("1250.00", "1300.50"), "export.csv")
    preview = desk.get(f"/admin/programmes/import/{edited.uuid}/")
    assert preview.context["first"][0]["changed"] == ["price in minor units"]


# --- public --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["xcri.xml", "jsonld", "elm.jsonld", "csv"])
def test_feed_is_public_kept_and_never_old(client, suffix, django_assert_num_queries):
    ProgrammeFactory(page=True, code="nursing")
    IntakeFactory(programme=Programme.objects.get())
    address = f"/feeds/programmes.{suffix}"
    first = client.get(address)
    assert "1250.00" in first.content.decode()
    assert not first.cookies
    unchanged = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    head = client.head(address)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", first["ETag"])
    Intake.objects.update(price_minor=130_000)
    changed = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "1300.00" in changed.content.decode()
    assert "1250.00" not in changed.content.decode()
    assert client.post(address).status_code == 405


def test_feed_leaves_out_what_is_not_offered(client):
    ProgrammeFactory(page=True, code="closed", is_open=False)
    ProgrammeFactory(code="no-sheet")
    ProgrammeFactory(page=True, code="shown")
    ProgrammePage.objects.filter(programme__code="shown", locale__language_code="es").update(live=False)
    text = client.get("/feeds/programmes.csv").content.decode()
    assert "closed" not in text
    assert "no-sheet" not in text
    assert "ca en" in text
    assert client.get("/feeds/programmes.pdf").status_code == 404


def test_api_gives_programmes_with_the_price_of_today(client):
    key = api_tokens.issue("portal", [ApiToken.Scope.READ_PROGRAMMES], at=timezone.now())
    ProgrammeFactory(page=True, code="nursing")
    today = timezone.localdate()
    IntakeFactory(
        programme=Programme.objects.get(), early_price_minor=100_000, early_until=today, starts_on=None, ends_on=None
    )
    headers = {"Authorization": f"Bearer {key}"}
    (one,) = client.get("/api/v1/programmes", headers=headers).json()
    assert (one["code"], one["titles"].keys()) == ("nursing", {"ca", "es", "en"})
    assert one["intakes"][0]["price"] == "1250.00"
    assert one["intakes"][0]["price_today"] == "1000.00"
    assert client.get("/api/v1/programmes/nursing", headers=headers).json()["uuid"] == one["uuid"]
    assert client.get("/api/v1/programmes/nothing", headers=headers).status_code == 404
    assert client.get("/api/v1/programmes").status_code == 401
