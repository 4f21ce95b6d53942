"""What a file brought in goes out again exactly, or stays with a reason."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from people import timeline
from people.importing import imports
from people.models import Identity, ImportRun, Person
from tests.factories.people import MONDAY_9AM, IdentityFactory, PersonFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def run():
    return imports.start("leads", "leads.csv", at=MONDAY_9AM)


def take_in(run):
    """One person made, another one changed twice."""
    known = PersonFactory(given_name="Núria", paused_until=MONDAY_9AM, email="known@example.org")
    made = PersonFactory(email="")
    identity = IdentityFactory(person=made)
    imports.note_made(run, [made, identity])
    for name in ("Nuri", "N."):
        before = {"given_name": known.given_name, "paused_until": known.paused_until}
        known.given_name, known.paused_until = name, None
        known.save()
        imports.note_changed(run, known, before)
    imports.finish(run, at=MONDAY_9AM, rejected=[{"line": 3, "why": "no address"}], unchanged=4)
    return known, made


def test_report_counts_what_was_done(run):
    take_in(run)
    assert imports.report(run) == {
        "created": 2,
        "updated": 2,
        "unchanged": 4,
        "rejected": [{"line": 3, "why": "no address"}],
        "import_id": str(run.uuid),
    }


def test_undo_puts_everything_back_and_twice_is_once(run):
    known, made = take_in(run)
    for _time in range(2):
        imports.undo(run, at=MONDAY_9AM)
    known.refresh_from_db()
    assert (known.given_name, known.paused_until) == ("Núria", MONDAY_9AM)
    assert list(Person.objects.all()) == [known]
    assert not Identity.objects.filter(person_id=made.pk).exists()
    assert ImportRun.objects.get().undone_at == MONDAY_9AM


def test_made_row_that_others_use_keeps_the_whole_import(run):
    known, made = take_in(run)
    timeline.record(made, at=MONDAY_9AM, channel="phone", direction="out", kind="x")
    with pytest.raises(imports.CannotUndo):
        imports.undo(run, at=MONDAY_9AM)
    known.refresh_from_db()
    assert known.given_name == "N."
    assert Person.objects.filter(pk=made.pk).exists()


def test_changed_row_that_was_changed_again_keeps_the_whole_import(run):
    known, made = take_in(run)
    Person.objects.filter(pk=known.pk).update(given_name="Núria Maria")
    with pytest.raises(imports.CannotUndo):
        imports.undo(run, at=MONDAY_9AM)
    assert Person.objects.filter(pk=made.pk).exists()


def test_message_about_a_made_row_counts_as_use(run):
    take_in(run)
    other = PersonFactory()
    timeline.record(
        other,
        at=MONDAY_9AM,
        channel="web",
        direction="in",
        kind="x",
        about=Identity.objects.get(value__startswith="identity"),
    )
    with pytest.raises(imports.CannotUndo):
        imports.undo(run, at=MONDAY_9AM)


def test_undo_of_an_unfinished_run_is_refused(run):
    with pytest.raises(imports.CannotUndo):
        imports.undo(run, at=MONDAY_9AM)


def test_command_undoes_or_refuses_with_one_line(run):
    take_in(run)
    out = StringIO()
    call_command("undo_import", str(run.uuid), "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"undone": str(run.uuid), "deleted": 2, "restored": 2}
    second = imports.start("leads", "leads.csv", at=MONDAY_9AM)
    with pytest.raises(CommandError) as refusal:
        call_command("undo_import", str(second.uuid))
    assert refusal.value.returncode == 2
