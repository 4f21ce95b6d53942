"""Leads of a file: the good ones in, the bad ones named, a second run nothing, and all of it put back."""

import json
import os
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from contact_centre.models import Case, CaseEvent
from enquiries.leads import lead_import
from enquiries.leads.lead_files import Mapping, read_mapping
from enquiries.models import Campaign, Enquiry, EnquiryMove
from people.importing import imports
from people.models import Identity, ImportRun, OutgoingMessage, Person, Touchpoint
from tests.factories.enquiries import CampaignFactory
from tests.factories.people import PersonFactory
from tests.factories.programmes import ProgrammeFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
TABLES = (Campaign, Person, Identity, Enquiry, EnquiryMove, Touchpoint, Case, CaseEvent, OutgoingMessage)
PAST = Mapping(
    name="Old system",
    issuer="old-system",
    is_history=True,
    columns={"external_id": "Id", "email": "Mail", "source": "Source"},
    outcome_column="Bought",
    enrolled=frozenset({"1"}),
    lost=frozenset({"0"}),
    lost_reason="budget",
    answers=("City",),
)
pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def past(tmp_path):
    file = tmp_path / "past.csv"
    file.write_text("Id,Mail,Source,Bought,City\nA1,,Radio,1,Girona\nA2,,Radio,0,\nA3,pau@example.org,Web,0,Reus\n")
    return file


@pytest.fixture
def fair(tmp_path):
    file = tmp_path / "fair.csv"
    file.write_text(
        "Nom,Correu,Telèfon,Missatge,Curs\n"
        "Laia Font,laia@example.org,,Quan comença?,Infermeria\n"
        "Pau Riu,pau@nowhere,,,\n"
        "Ona Mas,,612 345 678,,\n"
        "Ningú,,,,\n"
        "Laia Font,laia@example.org,,Quan comença?,Infermeria\n"
    )
    return file


def rows():
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}


def take(file, **options):
    return lead_import.import_leads(file, **{"campaign_slug": "old", "at": AT, **options})


def test_history_comes_in_with_its_outcome_and_sets_nobody_to_work(past):
    report = take(past, mapping=PAST)
    assert (report["created"], report["unchanged"], report["rejected"]) == (3, 0, [])
    enquiries = Enquiry.objects.order_by("external_key")
    assert [one.state for one in enquiries] == ["enrolled", "lost", "lost"]
    assert [one.lost_reason for one in enquiries] == ["", "budget", "budget"]
    assert all(one.is_history and one.received_at == AT for one in enquiries)
    assert enquiries[0].answers == {"City": "Girona"}
    assert list(enquiries[0].person.identities.values_list("kind", "issuer", "value")) == [
        ("external", "old-system", "A1")
    ]
    assert [move.to_state for move in enquiries[1].moves.order_by("pk")] == ["received", "lost"]
    assert not Case.objects.exists()
    assert not OutgoingMessage.objects.exists()
    assert Campaign.objects.get().state == "closed"


def test_second_run_changes_nothing(past):
    take(past, mapping=PAST)
    before = rows()
    report = take(past, mapping=PAST, at=AT + timedelta(days=1))
    assert (report["created"], report["updated"], report["unchanged"]) == (0, 0, 3)
    assert rows() == before


def test_rehearsal_reports_the_same_and_changes_nothing(fair):
    before = rows()
    rehearsed = take(fair, is_rehearsal=True)
    assert rows() == before
    assert not ImportRun.objects.exists()
    done = take(fair)
    assert {**rehearsed, "import_id": ""} == {**done, "import_id": ""}


def test_open_leads_wait_for_an_answer_within_a_day(fair):
    programme = ProgrammeFactory(title="Infermeria")
    report = take(fair)
    assert (report["created"], report["unchanged"]) == (2, 1)
    assert [row["line"] for row in report["rejected"]] == [3, 5]
    assert all(row["why"] for row in report["rejected"])
    laia = Enquiry.objects.get(person__given_name="Laia")
    assert (laia.programme, laia.message, laia.channel) == (programme, "Quan comença?", "import")
    assert [case.answer_due_at for case in Case.objects.all()] == [AT + timedelta(hours=24)] * 2
    assert not OutgoingMessage.objects.exists()


def test_clock_starts_when_the_lead_says_it_was_left(tmp_path):
    file = tmp_path / "dated.csv"
    file.write_text("email,date\nlaia@example.org,2026-03-01 10:00\n")
    take(file)
    assert Case.objects.get().opened_at == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def test_known_person_gets_the_lead_and_keeps_their_name(fair, past):
    laia = PersonFactory(given_name="L.", family_name="Font Riera", email="laia@example.org")
    pau = PersonFactory(given_name="Pau", email="pau@example.org")
    take(fair)
    take(past, mapping=PAST)
    assert laia.enquiries.count() == 1
    assert pau.enquiries.get().state == "lost"
    assert set(pau.identities.values_list("kind", flat=True)) == {"email", "external"}
    laia.refresh_from_db()
    assert laia.name == "L. Font Riera"


def test_one_person_twice_in_a_file_is_one_person_with_two_enquiries(tmp_path):
    file = tmp_path / "twice.csv"
    file.write_text("Id,Mail,Source,Bought,City\nA1,pau@example.org,,1,\nA2,Pau@example.org,,0,\n")
    take(file, mapping=PAST)
    person = Person.objects.get()
    assert person.enquiries.count() == 2
    assert person.identities.count() == 3


def test_unknown_reason_for_loss_is_other_and_keeps_its_words(tmp_path):
    file = tmp_path / "lost.csv"
    file.write_text("Id,Mail,Source,Bought,City\nA1,,,0,\n")
    take(file, mapping=Mapping(**{**vars(PAST), "lost_reason": "moved abroad"}))
    enquiry = Enquiry.objects.get()
    assert (enquiry.lost_reason, enquiry.lost_note) == ("other", "moved abroad")


def test_undo_puts_everything_back_exactly(fair, past):
    PersonFactory(email="pau@example.org")
    CampaignFactory(slug="kept")
    before = rows()
    runs = [take(fair)["import_id"], take(past, mapping=PAST)["import_id"]]
    assert rows() != before
    for run in reversed(runs):
        imports.undo(ImportRun.objects.get(uuid=run), at=AT + timedelta(hours=1))
    assert rows() == before


def test_undo_is_refused_once_somebody_has_worked_on_a_lead(fair):
    from contact_centre import queue
    from tests.factories.people import UserFactory

    run = ImportRun.objects.get(uuid=take(fair)["import_id"])
    queue.take(Case.objects.first(), by=UserFactory(), at=AT)
    with pytest.raises(imports.CannotUndo):
        imports.undo(run, at=AT + timedelta(hours=1))


@pytest.mark.parametrize("leads", [1, 40])
def test_history_takes_the_same_queries_for_one_and_many(leads, tmp_path, django_assert_max_num_queries):
    file = tmp_path / "many.csv"
    file.write_text("Id,Mail,Source,Bought,City\n" + "".join(f"A{n},,,1,\n" for n in range(leads)))
    with django_assert_max_num_queries(42):
        take(file, mapping=PAST)


# --- the command


def run_command(*arguments):
    out = StringIO()
    status = 0
    try:
        call_command("import_leads", *map(str, arguments), "--json", stdout=out)
    except SystemExit as ended:
        status = ended.code
    return status, json.loads(out.getvalue().splitlines()[-1])


def test_command_ends_with_1_and_names_the_rejected_rows(fair):
    status, report = run_command(fair, "--campaign", "fair")
    assert status == 1
    assert (report["created"], [row["line"] for row in report["rejected"]]) == (2, [3, 5])
    assert ImportRun.objects.get().uuid.hex == report["import_id"].replace("-", "")


def test_command_ends_with_0_when_all_is_well_and_dry_run_changes_nothing(past):
    mapping = ROOT / "docs" / "examples" / "x-education.toml"
    with pytest.raises(CommandError) as refusal:
        run_command(past, "--campaign", "x", "--mapping", mapping)
    assert refusal.value.returncode == 2
    leads = past.with_name("leads.csv")
    leads.write_text("email,date\nlaia@example.org,2026-03-01\n")
    status, report = run_command(leads, "--campaign", "fair", "--dry-run")
    assert (status, report["created"], report["import_id"]) == (0, 1, "")
    assert not Person.objects.exists()


@pytest.mark.parametrize("arguments", [["/nowhere.csv", "--campaign", "x"], [__file__, "--campaign", "not a slug"]])
def test_command_refuses_with_2(arguments):
    with pytest.raises(CommandError) as refusal:
        call_command("import_leads", *arguments)
    assert refusal.value.returncode == 2
    assert not Campaign.objects.exists()


@pytest.mark.real_data
def test_real_history_of_a_seller_of_courses():
    folder = Path(os.environ.get("MATRICULA_SHARED_DATA") or ROOT.parent / "shared" / "data")
    file = folder / "x-education-leads" / "leads.csv.gz"
    if not file.exists():
        pytest.skip("The leads of X Education are not here.")
    mapping = read_mapping(ROOT / "docs" / "examples" / "x-education.toml")
    report = take(file, mapping=mapping, campaign_slug="x-education")
    assert (report["created"], report["rejected"]) == (6_930, [])
    enrolled = Enquiry.objects.filter(state="enrolled").count()
    assert round(enrolled / 6_930, 3) == pytest.approx(0.385, abs=0.001)
    assert Enquiry.objects.filter(state="lost", lost_reason="other").count() == 6_930 - enrolled
    assert take(file, mapping=mapping, campaign_slug="x-education")["unchanged"] == 6_930


def test_a_family_that_shares_a_mailbox_stays_a_family_and_can_be_put_back(tmp_path):
    mother = PersonFactory(given_name="Rosa", family_name="Mas", email="casa@example.org")
    before = rows()
    file = tmp_path / "family.csv"
    file.write_text(
        "Nom,Correu,Telèfon,Missatge,Curs\n"
        "Ona Mas,casa@example.org,,Quan comença?,\n"
        "Ona Mas,casa@example.org,,I quant val?,\n"
        "Pau Mas,casa@example.org,,Hi ha beques?,\n"
    )
    report = take(file)
    children = {enquiry.person for enquiry in Enquiry.objects.all()}
    assert {child.given_name for child in children} == {"Ona", "Pau"}
    assert {child.shared_addresses.get().identity.person for child in children} == {mother}
    assert Enquiry.objects.count() == 3
    imports.undo(ImportRun.objects.get(uuid=report["import_id"]), at=AT + timedelta(hours=1))
    assert {name: found for name, found in rows().items() if name != "Campaign"} == {
        name: found for name, found in before.items() if name != "Campaign"
    }
