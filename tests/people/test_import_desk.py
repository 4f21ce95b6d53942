"""The import as staff walk through it, without a script in the page."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from people.access import roles
from people.importing import uploads
from people.models import ImportRun, ImportUpload, Person
from tests.factories.people import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
START = "/admin/people/import/"
TEXT = """Nom;Cognoms;Correu electrònic;Data de naixement;Talla
Núria;Puig;nuria@example.org;1/2/1990;39
Pol;Serra;casa@example.org;;
Ona;Vila;ona.nova@example.org;4/5/1988;
=Laia;;cap adreça;;
"""


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.LANGUAGE_CODE = "en"
    location = {"location": tmp_path / "private", "base_url": None}
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": location},
    }


def upload(client, text=TEXT, name="llista.csv", kind="people"):
    file = SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())
    return client.post(START, {"file": file, "kind": kind, "source": "Secretaria"})


def chosen(page):
    form = page.context["form"]
    return {field: form[field].initial or "" for field in form.fields if field != "overwrite"}


@pytest.mark.parametrize(
    "role", [roles.LEAD, roles.ADMISSIONS, roles.DIRECTOR, roles.DATA_PROTECTION, roles.ADMINISTRATOR]
)
def test_each_role_walks_from_the_file_to_its_undoing(client, role):
    client.force_login(UserFactory(role=role))
    PersonFactory(given_name="Marta", family_name="Serra", email="casa@example.org")
    ona = PersonFactory(given_name="Ona", family_name="Vila", birth_date=date(1988, 5, 4), email="ona@example.org")
    columns = upload(client).url
    page = client.get(columns)
    assert "ona.nova@example.org" in page.content.decode()
    preview = client.post(columns, chosen(page)).url
    text = client.get(preview).content.decode()
    for words in ("Talla", "Marta Serra", "casa@example.org", "Same name and date of birth", "not an e-mail address"):
        assert words in text
    assert Person.objects.count() == 2
    response = client.post(f"{preview}decide/", {"line-4": "same", "kind-shared_email": "new", "start": "1"})
    assert response.url == preview
    assert "waits for its turn" in client.get(preview).content.decode()
    uploads.work_due(at=timezone.now())
    assert client.get(f"{preview}progress/")["HX-Refresh"] == "true"
    report = client.get(preview)
    run = ImportRun.objects.get()
    assert (run.created, run.updated, len(run.rejected)) == (2, 1, 1)
    assert ona.identities.count() == 2
    assert "Download the refused rows" in report.content.decode()
    refused = b"".join(client.get(f"{preview}rejected.csv").streaming_content).decode()
    assert "'=Laia;;" not in refused
    assert "'=Laia,,cap adreça" in refused
    client.post(f"{preview}undo/")
    assert Person.objects.count() == 2
    assert "Undone on" in client.get(preview).content.decode()


def test_import_of_a_colleague_is_undone_by_whoever_may_undo_imports(client):
    client.force_login(UserFactory(role=roles.LEAD))
    columns = upload(client).url
    preview = client.post(columns, chosen(client.get(columns))).url
    client.post(f"{preview}decide/", {"start": "1"})
    uploads.work_due(at=timezone.now())
    client.force_login(UserFactory(role=roles.ADMISSIONS))
    client.post(f"{preview}undo/")
    assert ImportRun.objects.get().undone_at is None


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("people.exe", b"Email\na@example.org\n", "Choose a CSV or XLSX file"),
        ("people.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "binary file"),
        ("people.csv", b"Email\n", "no rows"),
        ("people.xlsx", b"PK\x03\x04 broken", "not a workbook"),
    ],
)
def test_file_that_is_no_table_is_refused_with_the_reason(client, name, content, why):
    client.force_login(UserFactory(role=roles.DIRECTOR))
    response = upload(client, content, name)
    assert response.status_code == 422
    assert why in response.content.decode()
    assert not ImportUpload.objects.exists()


def test_required_columns_are_named(client):
    client.force_login(UserFactory(role=roles.DIRECTOR))
    columns = upload(client).url
    posted = {**chosen(client.get(columns)), "column2": ""}
    response = client.post(columns, posted)
    assert response.status_code == 422
    assert "Say which column tells who somebody is" in response.content.decode()


def test_history_walks_the_same_way(client):
    client.force_login(UserFactory(role=roles.LEAD))
    person = PersonFactory(email="nuria@example.org")
    columns = upload(client, "Correu;Data;Text\nnuria@example.org;1/2/2026;Preus?\n", kind="history").url
    preview = client.post(columns, chosen(client.get(columns))).url
    client.post(f"{preview}decide/", {"start": "1"})
    uploads.work_due(at=timezone.now())
    assert person.touchpoints.get().summary == "Preus?"


def test_cancelling_leads_back_to_the_start(client):
    client.force_login(UserFactory(role=roles.LEAD))
    columns = upload(client).url
    assert client.post(columns.replace("columns/", "cancel/")).url == f"{START}?kind=people"
    assert not ImportUpload.objects.exists()


def test_large_file_is_looked_through_by_a_worker(client, monkeypatch):
    monkeypatch.setattr(uploads, "LOOK_AT_ONCE", 1)
    client.force_login(UserFactory(role=roles.LEAD))
    columns = upload(client).url
    preview = client.post(columns, chosen(client.get(columns))).url
    page = client.get(preview).content.decode()
    assert "<progress" in page
    assert "being looked through" in page
    uploads.work_due(at=timezone.now() + timedelta(seconds=1))
    assert "Take the file in" in client.get(preview).content.decode()


def test_links_of_others_and_forged_choices_change_nothing(client):
    client.force_login(UserFactory(role=roles.LEAD))
    columns = upload(client).url
    preview = client.post(columns, chosen(client.get(columns))).url
    client.post(f"{preview}decide/", {"line-2": "same", "line-999": "skip", "kind-shared_email": "everything"})
    assert ImportUpload.objects.get().decisions == {}
