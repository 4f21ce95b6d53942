"""Leads as staff bring them in: the file, its columns, what would happen, the result, and all of it put back."""

import csv
import gzip
import io
import os
import zipfile
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from contact_centre.models import Case
from enquiries.models import Enquiry, EnquiryMove, Touch
from people.access import roles
from people.importing import kept_files, uploads
from people.models import Identity, ImportMapping, ImportRun, ImportUpload, OutgoingMessage, Person, Touchpoint
from tests.factories.enquiries import CampaignFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.plans import PartnerFactory
from tests.factories.programmes import ProgrammeFactory

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
START = "/admin/people/import/"
TABLES = (Person, Identity, Enquiry, EnquiryMove, Touch, Touchpoint, Case, OutgoingMessage)
FAIR = """Nom;Cognoms;Correu electrònic;Telèfon;Curs;Missatge;Talla
Laia;Font;laia@example.org;;Infermeria;Quan comença?;M
Ona;Mas;;612 345 678;;;S
Pau;Riu;pau@nowhere;;;;
Laia;Font;laia@example.org;;Infermeria;Quan comença?;M
Rita;Vidal;casa@example.org;;;Hi ha beques?;
"""


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.LANGUAGE_CODE = "en"
    location = {"location": tmp_path / "private", "base_url": None}
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": location},
    }


@pytest.fixture
def campaign():
    return CampaignFactory(slug="autumn-fair", name="Autumn fair")


@pytest.fixture
def marketing(client):
    user = UserFactory(role=roles.MARKETING, is_staff=True)
    client.force_login(user)
    return user


def send(client, content=FAIR, name="fira.csv"):
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return client.post(START, {"file": file, "kind": "leads", "source": "Fira de Girona"})


def chosen(page):
    form = page.context["form"]
    return {field: form[field].initial or "" for field in form.fields if field != "mapping"}


def mapped(client, content=FAIR, name="fira.csv", **more):
    """The page that says what would happen."""
    step = send(client, content, name)
    assert step.status_code == 302, step.context["form"].errors
    return client.post(step["Location"], chosen(client.get(step["Location"])) | more, follow=True)


def taken_in(client, page, **decisions):
    url = reverse("people_import_decide", args=[page.context["upload"].uuid])
    client.post(url, {"start": "1", **decisions})
    uploads.work_due(at=timezone.now() + timedelta(seconds=1))
    return client.get(reverse("people_import", args=[page.context["upload"].uuid]))


def rows():
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}


def test_a_file_goes_from_its_columns_to_its_undoing(client, marketing, campaign):
    programme = ProgrammeFactory(title="Infermeria")
    partner = PartnerFactory(code="fira")
    known = PersonFactory(given_name="Ona", family_name="", phone="+34612345678", country="")
    PersonFactory(given_name="Marta", family_name="Serra", email="casa@example.org")
    before = rows()
    page = mapped(client, campaign=campaign.slug, partner=partner.code)
    told = {str(count["words"]): count["number"] for count in page.context["told"]}
    assert told["enquiries are new"] == 3
    assert told["from people who are new"] == 2
    assert told["came in before, or are left out"] == 1
    assert page.context["counts"]["rejected"] == 1
    assert page.context["not_mapped"] == ["Talla"]
    assert [one["name"] for one in page.context["likely"]] == ["Rita Vidal"]
    assert rows() == before

    report = taken_in(client, page)
    assert [row["line"] for row in report.context["rejected"]] == [4]
    laia = Enquiry.objects.get(person__given_name="Laia")
    assert (laia.programme, laia.campaign, laia.partner, laia.channel) == (programme, campaign, partner, "import")
    assert laia.case.answer_due_at == laia.received_at + timedelta(hours=24)
    touch = laia.touches.get()
    assert (touch.kind, touch.campaign, touch.person) == ("file", campaign, laia.person)
    assert known.enquiries.count() == 1
    assert not OutgoingMessage.objects.exists()

    client.post(reverse("people_import_undo", args=[page.context["upload"].uuid]))
    assert rows() == before


def test_what_was_filled_in_for_somebody_known_is_put_back(client, marketing, campaign):
    known = PersonFactory(given_name="", family_name="", email="laia@example.org", country="")
    page = mapped(
        client, "Nom;Cognoms;Correu;Telèfon;País\nLaia;Font;laia@example.org;612345678;ES\n", campaign=campaign.slug
    )
    taken_in(client, page)
    known.refresh_from_db()
    assert (known.name, known.country) == ("Laia Font", "ES")
    assert known.identities.count() == 2
    client.post(reverse("people_import_undo", args=[page.context["upload"].uuid]))
    known.refresh_from_db()
    assert (known.name, known.country) == ("", "")
    assert known.identities.get().value == "laia@example.org"
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize(
    ("decided", "people", "enquiries", "refused"), [("new", 2, 1, 0), ("same", 1, 1, 0), ("skip", 1, 0, 1)]
)
def test_somebody_who_may_be_known_is_decided(client, marketing, campaign, decided, people, enquiries, refused):
    PersonFactory(given_name="Marta", family_name="Serra", email="casa@example.org")
    page = mapped(client, "Nom;Cognoms;Correu\nRita;Vidal;casa@example.org\n", campaign=campaign.slug)
    report = taken_in(client, page, **{"kind-shared_email": decided})
    assert (Person.objects.count(), Enquiry.objects.count()) == (people, enquiries)
    assert report.context["rejected_count"] == refused


def test_people_we_know_can_be_left_as_they_are(client, marketing, campaign):
    PersonFactory(given_name="Laia", family_name="Font", email="laia@example.org")
    page = mapped(client, campaign=campaign.slug)
    taken_in(client, page, **{"kind-known": "skip"})
    assert sorted(Enquiry.objects.values_list("person__given_name", flat=True)) == ["Ona", "Rita"]


def test_the_next_file_of_a_source_has_its_columns_chosen_and_changes_nothing(client, marketing, campaign):
    text = "Qui;On\nLaia Font;laia@example.org\n"
    first = mapped(client, text, campaign=campaign.slug, column0="name", column1="email")
    taken_in(client, first)
    before = rows()
    step = send(client, text)
    page = client.get(step["Location"])
    assert chosen(page) | {"campaign": campaign.slug, "column0": "name", "column1": "email"} == chosen(page)
    second = client.post(step["Location"], chosen(page), follow=True)
    report = taken_in(client, second)
    assert (report.context["run"].created, report.context["run"].unchanged) == (0, 1)
    assert rows() == before


def test_a_file_with_its_outcomes_comes_in_as_history(client, marketing, campaign):
    text = "Correu;Estat;Motiu\nlaia@example.org;matriculada;\npau@example.org;perdut;budget\nona@example.org;obert;\n"
    facts = {"column1": "outcome", "column2": "lost_reason", "enrolled": "matriculada, matriculat", "lost": "perdut"}
    page = mapped(client, text, campaign=campaign.slug, **facts)
    assert page.context["counts"]["rejected"] == 1  # “obert” is no outcome that was named
    taken_in(client, page)
    assert set(Enquiry.objects.values_list("state", "lost_reason", "is_history")) == {
        ("enrolled", "", True),
        ("lost", "budget", True),
    }
    assert not Case.objects.exists()


def test_refused_rows_can_be_downloaded_put_right_and_brought_again(client, marketing, campaign):
    page = mapped(client, campaign=campaign.slug)
    taken_in(client, page)
    url = reverse("people_import_rejected", args=[page.context["upload"].uuid])
    text = b"".join(client.get(url).streaming_content).decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(text)))
    assert [row[2] for row in table[1:]] == ["pau@nowhere"]
    assert "not valid" in table[1][-1]
    again = mapped(client, text.replace("pau@nowhere", "pau@example.org"), campaign=campaign.slug)
    report = taken_in(client, again)
    assert report.context["run"].created == 1
    assert Enquiry.objects.filter(person__given_name="Pau").exists()


def test_a_worker_that_is_killed_is_gone_on_with(client, marketing, campaign):
    text = "Correu\n" + "".join(f"p{n}@example.org\n" for n in range(9))
    page = mapped(client, text, campaign=campaign.slug)
    at = timezone.now()
    client.post(reverse("people_import_decide", args=[page.context["upload"].uuid]), {"start": "1"})
    upload = uploads._claim(at=at)
    with kept_files.opened(uploads.FOLDER, upload.stored_as, uploads.FILE) as (path,):
        taking, found = uploads._reader(upload, path, at=upload.run.started_at)
        assert uploads._take_batch(upload, taking, list(islice(found, 3)), at=at)
    assert Enquiry.objects.count() == 3  # and nobody says anything of it any more
    uploads.work_due(at=at + timedelta(minutes=5))
    upload.refresh_from_db()
    assert (upload.state, upload.run.created, Enquiry.objects.count()) == ("done", 9, 9)


def test_a_file_that_is_given_up_leaves_nothing(client, marketing, campaign, tmp_path):
    page = mapped(client, campaign=campaign.slug)
    client.post(reverse("people_import_cancel", args=[page.context["upload"].uuid]))
    assert not Person.objects.exists()
    assert not ImportUpload.objects.exists()


def test_undo_is_refused_once_somebody_has_answered(client, marketing, campaign):
    from contact_centre import queue

    page = mapped(client, campaign=campaign.slug)
    taken_in(client, page)
    queue.take(Case.objects.first(), by=UserFactory(), at=timezone.now())
    done = client.post(reverse("people_import_undo", args=[page.context["upload"].uuid]), follow=True)
    assert "used" in done.content.decode()
    assert Enquiry.objects.count() == 3


def test_a_campaign_that_is_gone_meanwhile_is_said(client, marketing, campaign):
    page = mapped(client, campaign=campaign.slug)
    campaign.delete()
    report = taken_in(client, page)
    assert "campaign" in report.context["upload"].why
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"campaign": ""}, "required"),
        ({"column2": "", "column3": ""}, "who somebody is"),
        ({"column0": "email"}, "Two columns"),
        ({"column6": "outcome"}, "Say which words"),
        ({"column6": "external_id"}, "issuer"),
        ({"region": "XX"}, "country code"),
    ],
)
def test_columns_that_say_too_little_are_refused_in_words(client, marketing, campaign, facts, why):
    step = send(client)
    answer = client.post(step["Location"], chosen(client.get(step["Location"])) | {"campaign": campaign.slug} | facts)
    assert answer.status_code == 422
    assert why in str(answer.context["form"].errors)


@pytest.mark.parametrize(
    "mapping", [b"[columns]\nnonsense = 'A'\n", b"no toml at all", b"\xff\xfe", b"[columns]\nemail = 'Nowhere'\n"]
)
def test_mapping_file_that_cannot_be_used_is_refused_in_words(client, marketing, campaign, mapping):
    step = send(client)
    facts = chosen(client.get(step["Location"])) | {"campaign": campaign.slug}
    answer = client.post(step["Location"], facts | {"mapping": SimpleUploadedFile("m.toml", mapping)})
    assert answer.status_code == 422


def test_only_who_may_import_leads_sees_them(client, campaign, marketing):
    page = mapped(client, campaign=campaign.slug)
    url = reverse("people_import", args=[page.context["upload"].uuid])
    client.force_login(UserFactory(role=roles.ADMISSIONS, is_staff=True))
    assert client.get(url).status_code in (302, 403)
    assert "fira.csv" not in client.get(START).content.decode()
    client.force_login(marketing)
    assert [code for code, _name in client.get(START).context["form"].fields["kind"].choices] == ["leads"]
    client.force_login(UserFactory(role=roles.EDITOR, is_staff=True))
    assert client.get(START).status_code in (302, 403)


# --- bad files


def bomb():
    """A workbook that unpacks to more than anybody's table."""
    packed, block = io.BytesIO(), bytes(10_000_000)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _block in range(53):
                sheet.write(block)
        archive.writestr("[Content_Types].xml", "<Types/>")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\x7fELF" + bytes(range(256)) * 40, "leads.csv"),
        (b"", "empty.csv"),
        (b"<html><script>alert(1)</script>", "leads.csv"),
        (b"PK\x03\x04 no workbook", "leads.xlsx"),
        (b"Email\n", "headings.csv"),
        (gzip.compress(b"Email\n")[:-4], "leads.csv.gz"),
    ],
    ids=["program", "empty", "html", "no-workbook", "headings", "cut-off"],  # packed bytes hold the time of packing
)
def test_file_that_is_no_table_is_refused_in_words(client, marketing, content, name):
    answer = send(client, content, name)
    assert answer.status_code == 422
    assert "<script>alert(1)" not in answer.content.decode()
    assert not ImportUpload.objects.exists()


def test_workbook_that_unpacks_without_end_is_refused(client, marketing):
    assert send(client, bomb(), "leads.xlsx").status_code == 422


def test_other_alphabets_and_charsets_are_read(client, marketing, campaign):
    text = "Nom;Correu\nLluís Peña;lluis@example.org\n"
    page = mapped(client, text.encode("cp1252"), campaign=campaign.slug)
    taken_in(client, page)
    assert Enquiry.objects.get().person.name == "Lluís Peña"


def test_two_hundred_columns_and_a_cell_without_end(client, marketing, campaign):
    headings = ["Correu", "Missatge", *(f"Columna {n}" for n in range(198))]
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(headings)
    table.writerow(["laia@example.org", "Hola", *("x" for _n in range(198))])
    table.writerow(["pau@example.org", "x" * 1_000_000, *("x" for _n in range(198))])
    page = mapped(client, file.getvalue(), campaign=campaign.slug)
    report = taken_in(client, page)
    assert [row["line"] for row in report.context["rejected"]] == [3]
    assert Enquiry.objects.get().message == "Hola"


def test_formulas_and_merged_headings_of_a_workbook(client, marketing, campaign):
    book = Workbook()
    sheet = book.active
    sheet.append(["Nom", "Correu", "Missatge"])
    sheet.append(["Laia Font", "laia@example.org", "=1+1"])
    sheet.append(["'=Pau", "pau@example.org", '\'=HYPERLINK("x")'])
    file = io.BytesIO()
    book.save(file)
    page = mapped(client, file.getvalue(), "fira.xlsx", campaign=campaign.slug)
    taken_in(client, page)
    messages = dict(Enquiry.objects.values_list("person__given_name", "message"))
    assert messages["Laia"] == ""  # a formula that was never worked out says nothing
    sheet.merge_cells("B1:C1")
    file = io.BytesIO()
    book.save(file)
    step = send(client, file.getvalue(), "fira.xlsx")
    assert step.status_code in (302, 422)
    assert ImportRun.objects.count() == 1


def test_what_is_remembered_of_a_source_names_no_person(client, marketing, campaign):
    taken_in(client, mapped(client, campaign=campaign.slug))
    kept = str(list(ImportMapping.objects.values()))
    assert "laia@example.org" not in kept


@pytest.mark.real_data
def test_real_leads_go_in_whole_through_the_steps(client, marketing, campaign):
    folder = Path(os.environ.get("MATRICULA_SHARED_DATA") or ROOT.parent / "shared" / "data")
    file = folder / "x-education-leads" / "leads.csv.gz"
    if not file.exists():
        pytest.skip("The leads of X Education are not here.")
    mapping = SimpleUploadedFile("m.toml", (ROOT / "docs/examples/x-education.toml").read_bytes())
    page = mapped(client, file.read_bytes(), "leads.csv.gz", campaign=campaign.slug, mapping=mapping)
    uploads.work_due(at=timezone.now())
    report = taken_in(client, client.get(page.request["PATH_INFO"]))
    assert (report.context["run"].created, report.context["rejected_count"]) == (6_930, 0)
