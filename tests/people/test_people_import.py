"""People of a file come in once, as whom they are, and go out again without a trace."""

import csv
import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from people import timeline
from people.back_office import formula_safe
from people.identity import duplicates, names, search
from people.identity.addresses import Given
from people.importing import import_look, imports, people_files
from people.importing.people_import import Taking
from people.models import Consent, DuplicatePair, Identity, ImportRun, Person, SharedAddress, Touchpoint
from tests.factories.people import ConsentFactory, IdentityFactory, PersonFactory
from tests.people import at_once

pytestmark = [pytest.mark.database, pytest.mark.django_db]
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
# What an import and its undoing leave of themselves.
OWN = {
    "people.importrun", "people.importchange", "people.importupload", "wagtailcore.modellogentry",
    "people.auditentry",
}  # fmt: skip


def dump():
    """Every row of every table but the import's own memory of itself."""
    return {
        model._meta.label_lower: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in OWN
    }


@pytest.fixture
def write(tmp_path):
    def write(text, name="people.csv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def run_command(command, *args):
    out, status = StringIO(), 0
    try:
        call_command(command, *map(str, args), "--json", stdout=out)
    except SystemExit as done:
        status = done.code
    return json.loads(out.getvalue().splitlines()[-1]), status


def counts(report):
    return report["created"], report["updated"], report["unchanged"], len(report["rejected"])


def run_of(report):
    return ImportRun.objects.get(uuid=report["import_id"])


FILE = """Given name,Family name,Email,Phone,Birth date,Student number
Núria,Puig,nuria@example.org,612345678,1/2/1990,A1
Pol,Serra,pol@example.org,,,
Laia,,not an address,,,
"""


def test_people_come_in_once_and_a_second_run_changes_nothing(write):
    path = write(FILE)
    report, status = run_command("import_people", path, "--source", "Secretary")
    assert (counts(report), status) == ((2, 0, 0, 1), 1)
    assert report["rejected"][0]["line"] == 4
    nuria = Person.objects.get(given_name="Núria")
    assert (nuria.birth_date, nuria.source) == (date(1990, 2, 1), "import:Secretary")
    assert set(nuria.identities.values_list("kind", "value")) == {
        ("email", "nuria@example.org"), ("phone", "+34612345678"), ("student_number", "A1")
    }  # fmt: skip
    before = dump()
    report, _status = run_command("import_people", path, "--source", "Secretary")
    assert counts(report) == (0, 0, 2, 1)
    assert dump() == before


def test_rehearsal_reports_the_same_and_changes_nothing(write):
    before = dump()
    report, status = run_command("import_people", write(FILE), "--dry-run")
    assert (counts(report), status, report["import_id"]) == ((2, 0, 0, 1), 1, "")
    assert dump() == before
    assert not ImportRun.objects.exists()


def test_unreadable_file_is_refused_with_one_line(write):
    for path, why in ((write("Colour\nred\n", "a.csv"), "use a mapping"), ("/nowhere.csv", "no file")):
        with pytest.raises(CommandError, match=why) as refusal:
            call_command("import_people", str(path))
        assert refusal.value.returncode == 2
    assert not ImportRun.objects.exists()


def test_known_person_gets_what_was_missing_and_keeps_the_rest(write):
    known = PersonFactory(given_name="Núria", family_name="Puig Serra", country="ES", email="nuria@example.org")
    report, _ = run_command(
        "import_people",
        write(
            "First name,Surname,Email,Phone,Country,Birth date\nNuria,Puig,nuria@example.org,612345678,FR,1/2/1990\n"
        ),
    )
    assert counts(report) == (0, 1, 0, 0)
    known.refresh_from_db()
    assert (known.family_name, known.country, known.birth_date) == ("Puig Serra", "ES", date(1990, 2, 1))
    assert known.identities.filter(kind="phone").exists()


def test_chosen_fields_are_overwritten_and_put_back(write):
    known = PersonFactory(given_name="Núria", country="ES", language="ca", email="nuria@example.org")
    before = dump()
    mapping = write(
        '[columns]\nemail = "Email"\ncountry = "Country"\nlanguage = "Language"\n[overwrite]\nfields = ["country"]\n',
        "mapping.toml",
    )
    path = write("Email,Country,Language,Shoe\nnuria@example.org,FR,es,39\n")
    report, _ = run_command("import_people", path, "--mapping", mapping)
    known.refresh_from_db()
    assert (known.country, known.language) == ("FR", "ca")
    assert report["not_mapped"] == ["Shoe"]
    imports.undo(run_of(report), at=AT)
    assert dump() == before


def test_families_share_an_address_and_are_proposed(write):
    mother = PersonFactory(given_name="Marta", family_name="Serra", email="casa@example.org")
    path = write("First name,Surname,Email\nPol,Puig Serra,casa@example.org\nMarta,Serra,CASA@example.org\n")
    report, _ = run_command("import_people", path)
    assert counts(report) == (1, 0, 1, 0)
    son = Person.objects.get(given_name="Pol")
    assert SharedAddress.objects.get().person == son
    assert DuplicatePair.objects.get().reasons == ["shared_email"]
    assert counts(run_command("import_people", path)[0]) == (0, 0, 2, 0)
    assert mother.identities.count() == 1


LIKE = "First name,Surname,Email,Birth date\nNúria,Puig,other@example.org,1/2/1990\n"


@pytest.mark.parametrize(
    ("choice", "expected", "people"), [("new", (1, 0, 0, 0), 2), ("match", (0, 1, 0, 0), 1), ("skip", (0, 0, 0, 1), 1)]
)
@pytest.mark.parametrize("is_compared", [True, False])
def test_likely_duplicate_goes_as_decided(write, choice, expected, people, is_compared):
    PersonFactory(given_name="Nuria", family_name="Puig", birth_date=date(1990, 2, 1), email="nuria@example.org")
    if is_compared:
        duplicates.compare_due(at=AT)
    path = write(LIKE.replace("ú", "u"))
    report, _ = run_command("import_people", path, "--duplicates", choice)
    assert counts(report) == expected
    assert Person.objects.count() == people


def test_address_with_a_tag_is_likely_the_same_mailbox():
    PersonFactory(given_name="Núria", family_name="Puig", email="nuria@example.org")
    record = people_files.PersonRecord(
        2, {"given_name": "Núria", "family_name": "Puig"}, (Given("email", "nuria+uni@example.org"),)
    )
    with transaction.atomic():
        (outcome,) = Taking(people_files.PeopleMapping(), AT).take([record], None)
    assert outcome.likely.kind == "same_mailbox"


def test_decision_for_one_line_beats_the_one_for_its_kind():
    known = PersonFactory(given_name="Núria", family_name="Puig", birth_date=date(1990, 2, 1), email="n@example.org")
    records = [
        people_files.PersonRecord(
            line,
            {"given_name": "Núria", "family_name": "Puig", "birth_date": date(1990, 2, 1)},
            (Given("email", f"n{line}@example.org"),),
        )
        for line in (2, 3)
    ]
    decisions = {"same_name_and_birth_date": "skip", "2": str(known.uuid)}
    run = imports.start("people", "x", at=AT)
    outcomes = Taking(people_files.PeopleMapping(), AT, decisions=decisions).take(records, run)
    assert [one.result for one in outcomes] == ["updated", "rejected"]
    assert known.identities.count() == 2


def test_numbers_of_two_people_in_one_row_are_refused(write):
    for number, kind in (("7", "student_number"), ("n.puig", "user_name")):
        IdentityFactory(kind=kind, value=number)
    report, _ = run_command("import_people", write("Student number,User name\n7,n.puig\n"))
    assert "two different people" in report["rejected"][0]["why"]


CONSENTS = """
[columns]
email = "Mail"
[consents.news]
purpose = "commercial"
channel = "email"
column = "News"
at = "Date"
wording = "Words"
proof = "Proof"
"""


def test_consents_go_into_the_ledger_once_and_nothing_is_invented(write):
    path = write(
        "Mail,News,Date,Words,Proof\n"
        "a@example.org,yes,1/2/2026,v1,form 7\nb@example.org,no,,,\nc@example.org,yes,,v1,f\n"
    )
    mapping = write(CONSENTS, "mapping.toml")
    report, _ = run_command("import_people", path, "--mapping", mapping)
    assert counts(report) == (2, 0, 0, 1)
    lines = Consent.objects.order_by("decision").values_list("decision", "wording_version", "proof")
    assert list(lines) == [("denied", "", ""), ("granted", "v1", "form 7")]
    assert counts(run_command("import_people", path, "--mapping", mapping)[0]) == (0, 0, 2, 1)
    assert Consent.objects.count() == 2


def test_undo_restores_every_table_exactly(write):
    known = PersonFactory(given_name="Núria", family_name="", email="nuria@example.org", created_at=AT)
    ConsentFactory(person=known)
    PersonFactory(given_name="Marta", family_name="Serra", email="casa@example.org", phone="+34612345678")
    duplicates.compare_due(at=AT + timedelta(microseconds=1))
    before = dump()
    path = write(
        "Mail,News,Date,Words,Proof,First,Birth,Tel\n"
        "nuria@example.org,withdrawn,1/2/2026,v1,form 7,Núria,1/2/1990,931234567\n"
        "casa@example.org,yes,1/2/2026,v1,form 7,Pol,,\n"
        "new@example.org,yes,1/2/2026,v1,form 7,Ona,,612345678\n"
    )
    mapping = write(
        CONSENTS.replace("[consents", 'given_name = "First"\nbirth_date = "Birth"\nphone = "Tel"\n[consents'), "m.toml"
    )
    report, _ = run_command("import_people", path, "--mapping", mapping)
    assert counts(report) == (2, 1, 0, 0)
    assert dump() != before
    imports.undo(run_of(report), at=AT)
    assert dump() == before


def test_undo_after_machines_have_looked_at_the_people(write):
    before = set(Person.objects.values_list("pk", flat=True))
    known = PersonFactory(given_name="Núria", family_name="Puig", email="nuria@example.org")
    report, _ = run_command("import_people", write(FILE))
    duplicates.compare_due(at=AT)
    imports.undo(run_of(report), at=AT)
    assert set(Person.objects.values_list("pk", flat=True)) == before | {known.pk}
    known.refresh_from_db()
    assert (known.birth_date, known.compared_at) == (None, None)  # compared with what is gone: once more
    assert not DuplicatePair.objects.exists()


def test_undo_is_refused_when_somebody_has_used_a_person(write):
    report, _ = run_command("import_people", write(FILE))
    timeline.record(Person.objects.get(given_name="Pol"), at=AT, channel="phone", direction="out", kind="x")
    with pytest.raises(imports.CannotUndo, match="used since"):
        imports.undo(run_of(report), at=AT)
    assert Person.objects.count() == 2


def people_file(count, start=0):
    return "Given name,Family name,Email,Phone,Birth date\n" + "".join(
        f"Maria{i},Puig{i},p{i}@example.org,6{i:08d},1/2/19{i % 90:02d}\n" for i in range(start, start + count)
    )


def _queries_for(write, count, start):
    path = write(people_file(count, start))
    table = people_files.look(path)
    rows = list(people_files.read_people(path, people_files.recognised(table), at=AT))
    run = imports.start("people", "x", at=AT)
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        Taking(people_files.recognised(table), AT).take(rows, run)
    imports.finish(run, at=AT, rejected=[])
    with CaptureQueriesContext(connection) as undoing:
        imports.undo(run, at=AT)
    return len(queries), len(undoing)


def test_a_batch_and_its_undoing_take_as_many_statements_for_one_row_as_for_many(write):
    assert _queries_for(write, 1, 0) == _queries_for(write, 300, 1000)


def _export(people):
    """The list of people as anybody would export it."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["Given name", "Family name", "Birth date", "Country", "Language", "Email", "Phone", "Student number"]
    )
    for person in people:
        kept = {kind: [i.value for i in person.identities.all() if i.kind == kind] for kind in Identity.Kind}
        row = [person.given_name, person.family_name, person.birth_date or "", person.country, person.language]
        row += ["; ".join(kept[kind]) for kind in ("email", "phone", "student_number")]
        writer.writerow([formula_safe(str(cell)) for cell in row])
    return out.getvalue()


NAMES = st.text(st.characters(categories=["L", "M", "Nd", "P", "Zs"]), max_size=30)


class RoundTrip(TestCase):
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(NAMES, NAMES, st.none() | st.dates(date(1930, 1, 1), date(2020, 1, 1)), st.booleans()),
            min_size=1,
            max_size=8,
        )
    )
    def test_export_of_the_people_changes_nothing_when_imported(self, facts):
        for number, (given_name, family_name, born, has_phone) in enumerate(facts):
            PersonFactory(
                given_name=names.clean(given_name),
                family_name=names.clean(family_name),
                birth_date=born,
                email=f"p{number}@example.org",
                phone=f"+3461234567{number}" if has_phone else "",
            )
        people = Person.objects.prefetch_related("identities")
        before = dump()
        with TemporaryDirectory() as folder:
            path = Path(folder) / "people.csv"
            path.write_text(_export(people))
            report, _status = run_command("import_people", path)
        assert counts(report) == (0, 0, len(facts), 0)
        assert dump() == before


def test_history_goes_to_the_timelines_once_and_out_again(write):
    person = PersonFactory(given_name="Núria", email="nuria@example.org")
    before = dump()
    path = write(
        "Email,Date,Channel,Direction,Text,Two-way\n"
        "nuria@example.org,1/2/2026 10:00,phone,in,Asked for the price,yes\n"
        "nobody@example.org,1/2/2026,phone,in,x,\n"
    )
    report, status = run_command("import_history", path)
    assert (counts(report), status) == ((1, 0, 0, 1), 1)
    line = Touchpoint.objects.get()
    assert (line.person, line.kind, line.summary, line.is_two_way, line.identity_id) == (
        person, "people.history", "Asked for the price", True, person.identities.get().pk
    )  # fmt: skip
    assert counts(run_command("import_history", path)[0]) == (0, 0, 1, 1)
    imports.undo(run_of(report), at=AT)
    assert dump() == before


def test_history_of_a_shared_address_goes_to_whoever_has_the_name(write):
    PersonFactory(given_name="Marta", family_name="Serra", email="casa@example.org")
    run_command("import_people", write("First name,Surname,Email\nPol,Puig,casa@example.org\n"))
    path = write(
        "Email,First name,Surname,Date,Text\n"
        "casa@example.org,Pol,Puig,1/2/2026,x\ncasa@example.org,Zoe,Khan,1/2/2026,x\n"
    )
    report, _ = run_command("import_history", path)
    assert counts(report) == (1, 0, 0, 1)
    assert Touchpoint.objects.get().person.given_name == "Pol"


def test_imported_person_is_found(write):
    run_command("import_people", write(FILE))
    for text in ("nuria@example.org", "Núria Puig", "612345678"):
        assert [person.given_name for person in search.find(text)] == ["Núria"]


@pytest.mark.django_db(transaction=True)
def test_processes_that_import_overlapping_files_make_each_person_once(tmp_path):
    def take(number):
        path = tmp_path / f"people{number}.csv"
        path.write_text(people_file(150, start=50 * number))
        report, _status = run_command("import_people", path)
        return counts(report)

    with mock.patch.object(import_look, "BATCH", 40):
        found = at_once.run(take, processes=3)
    assert Person.objects.count() == 250
    assert Identity.objects.filter(kind="email").count() == 250
    assert sum(made for made, _updated, _unchanged, _rejected in found) == 250
    assert all(sum(one) == 150 and one[3] == 0 for one in found)
