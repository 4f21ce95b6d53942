"""Whoever is forgotten cannot be found."""

import json
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models

from people import timeline
from people.contact import consents, outbox
from people.identity import identities, merging
from people.importing import imports
from people.models import AuditEntry, Consent, Identity, Merge, Person, Suppression, Touchpoint
from people.privacy import erasure
from tests.factories.people import MONDAY_9AM, IdentityFactory, PersonFactory, UserFactory

SECRETS = ("Quimeta", "Sotaterra", "quimeta@secret.example", "+34699887766", "la meva filla")


def plant():
    user = UserFactory(email=SECRETS[2], first_name=SECRETS[0], last_name=SECRETS[1])
    person = PersonFactory(given_name=SECRETS[0], family_name=SECRETS[1], user=user, email=SECRETS[2], phone=SECRETS[3])
    IdentityFactory(person=person, kind="external", issuer="fair", value=f"{SECRETS[0]}-7", as_typed=SECRETS[2])
    consents.record(
        person,
        purpose="commercial",
        channel="email",
        decision="granted",
        at=MONDAY_9AM,
        source=f"call with {SECRETS[0]}",
        wording_version="commercial-2026-1",
        language="ca",
        proof=SECRETS[4],
    )
    timeline.record(person, at=MONDAY_9AM, channel="web", direction="in", kind="x", summary=f"És per a {SECRETS[4]}")
    outbox.queue(
        person, purpose="service", key="k", subject=f"Hola, {SECRETS[0]}", body=SECRETS[4], language="ca", at=MONDAY_9AM
    )
    run = imports.start("leads", "leads.csv", at=MONDAY_9AM)
    imports.note_changed(run, person, {"given_name": SECRETS[0], "family_name": SECRETS[1]})
    imports.finish(run, at=MONDAY_9AM, rejected=[{"line": 7, "why": f"{SECRETS[2]} comes twice"}])
    Suppression.objects.create(kind="email", value=SECRETS[2], why="asked", at=MONDAY_9AM)
    return person


def everything_written():
    """Every text in the database, whichever table it stands in."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.EmailField)
    for model in apps.get_models():
        names = [field.attname for field in model._meta.concrete_fields if isinstance(field, kinds)]
        for row in model._base_manager.values_list(*names) if names else []:
            yield model._meta.label, json.dumps(row, default=str, ensure_ascii=False)


def found():
    return {
        (label, secret) for label, text in everything_written() for secret in SECRETS if secret.lower() in text.lower()
    }


@pytest.mark.django_db
def test_nothing_that_was_planted_is_found_again_and_the_figures_stay():
    person = plant()
    PersonFactory(given_name="Joan", email="joan@example.org")
    assert {secret for _label, secret in found()} == set(SECRETS)
    erasure.erase(person, at=MONDAY_9AM)
    assert found() == set()
    person.refresh_from_db()
    assert person.erased_at == MONDAY_9AM
    assert not person.identities.exists()
    assert not person.messages.exists()
    assert Touchpoint.objects.filter(person=person, kind="x", channel="web").exists()
    assert Consent.objects.get(person=person).decision == "granted"
    assert Person.objects.known().get().given_name == "Joan"


@pytest.mark.django_db
def test_erasing_twice_changes_nothing_and_closes_the_login(client):
    person = plant()
    user = person.user
    client.force_login(user)
    for _time in range(2):
        erasure.erase(person, at=MONDAY_9AM)
    user.refresh_from_db()
    assert not user.is_active
    assert client.get("/accounts/email/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_mail_files_of_an_erased_person_go(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "people.contact.mail_files.EmailBackend", tmp_path
    person, other = plant(), PersonFactory(email="joan@example.org")
    Suppression.objects.all().delete()
    outbox.queue(other, purpose="service", key="o", subject="Hola", body="Bon dia", language="ca", at=MONDAY_9AM)
    outbox.deliver_due(at=MONDAY_9AM)
    assert len(list(tmp_path.glob("*.eml"))) == 2
    erasure.erase(person, at=MONDAY_9AM)
    (left,) = tmp_path.glob("*.eml")
    assert "joan@example.org" in left.read_text()


@pytest.mark.django_db
def test_commands_export_and_erase(tmp_path):
    person = plant()
    out = StringIO()
    call_command("export_person", str(person.uuid), str(tmp_path), "--json", stdout=out)
    report = json.loads(out.getvalue().splitlines()[-1])
    exported = json.loads((tmp_path / "person.json").read_text())
    assert report["file"] == str(tmp_path / "person.json")
    assert exported["timeline"][0]["summary"] == f"És per a {SECRETS[4]}"
    assert exported["messages"][0]["to"] == SECRETS[2]
    call_command("erase_person", str(person.uuid), "--json", stdout=out)
    assert json.loads(out.getvalue().splitlines()[-1]) == {"erased": str(person.uuid)}
    assert found() == set()


@pytest.mark.django_db
@pytest.mark.parametrize("command", [["export_person", "{}", "x"], ["erase_person", "{}"], ["undo_import", "{}"]])
def test_commands_refuse_an_unknown_id(command):
    unknown = "00000000-0000-4000-8000-000000000000"
    with pytest.raises(CommandError) as refusal:
        call_command(*[word.format(unknown) for word in command])
    assert refusal.value.returncode == 2


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Consent, Touchpoint, AuditEntry])
def test_every_column_of_a_ledger_is_guarded_or_may_be_forgotten(model):
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_object_column FROM information_schema.triggered_update_columns WHERE event_object_table = %s",
            [table],
        )
        guarded = {column for (column,) in cursor.fetchall()}
    may_change = {"person_id", "source", "proof", "said_by_id", "by_id", "really_by_id", "summary", "emotion",
                  "sentiment", "detail"}  # fmt: skip
    assert guarded & may_change == set()
    assert {field.column for field in model._meta.concrete_fields} <= guarded | may_change


@pytest.mark.django_db
def test_family_address_stays_with_whoever_else_is_reached_there():
    mother, child = PersonFactory(email="familia@example.org"), PersonFactory(email="")
    identity = mother.identities.get()
    identities.share(child, identity, at=MONDAY_9AM, source="call")
    erasure.erase(mother, at=MONDAY_9AM)
    assert child.identities.get().value == "familia@example.org"
    erasure.erase(child, at=MONDAY_9AM)
    assert not Identity.objects.exists()


@pytest.mark.django_db
def test_whoever_became_part_of_a_person_goes_with_them():
    survivor, absorbed = plant(), PersonFactory(given_name="Quimi", email="quimi@secret.example")
    merging.merge(survivor, absorbed, at=MONDAY_9AM)
    erasure.erase(absorbed, at=MONDAY_9AM)
    for person in (survivor, absorbed):
        person.refresh_from_db()
        assert (person.given_name, person.erased_at) == ("", MONDAY_9AM)
    assert found() == set()
    made = Merge.objects.get()
    assert (made.before, made.after, made.choices) == ({}, {}, {})


@pytest.mark.django_db
def test_exclusion_lists_of_others_stay():
    Suppression.objects.create(kind="email", value=SECRETS[2], why="listed", list_name="Llista Robinson", at=MONDAY_9AM)
    person = PersonFactory(email=SECRETS[2])
    erasure.erase(person, at=MONDAY_9AM)
    assert Suppression.objects.get().list_name == "Llista Robinson"
