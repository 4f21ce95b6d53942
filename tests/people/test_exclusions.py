"""Addresses that must not be used: our own list, and lists taken in."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from people.contact import exclusions, policy
from people.identity import identities
from people.models import Suppression
from tests.factories.people import MONDAY_9AM, ConsentFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
NOON = MONDAY_9AM + timedelta(hours=3)


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "list.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def taken_in(path, at=NOON, name="Robinson"):
    return exclusions.import_list(path, name=name, at=at)


def reason(person, purpose="commercial", channel="email"):
    return policy.may_contact(person, channel=channel, purpose=purpose, at=NOON).reason


def test_list_bars_offers_and_not_what_was_asked(file):
    person = PersonFactory(email="nuria@example.org", phone="+34612345678")
    for channel in ("email", "phone"):
        ConsentFactory(person=person, channel=channel)
    outcome = taken_in(file("correo;telefono\nNURIA@example.org;612 345 678\nother@example.org;\n;nonsense\n"))
    assert (outcome.created, [row["line"] for row in outcome.rejected]) == (3, [4])
    assert (reason(person), reason(person, channel="phone"), reason(person, channel="whatsapp")) == (
        "excluded", "excluded", "excluded"
    )  # fmt: skip
    assert (reason(person, "enquiry"), reason(person, "service", "phone")) == ("", "")


def test_list_is_what_its_last_file_holds_and_our_own_stays(file):
    exclusions.suppress("email", "own@example.org", why="asked by post", at=MONDAY_9AM)
    taken_in(file("a@example.org\nb@example.org\nown@example.org\n"))
    outcome = taken_in(file("email\nb@example.org\nc@example.org\nown@example.org\n"), at=NOON + timedelta(days=1))
    assert (outcome.created, outcome.unchanged, outcome.removed) == (1, 2, 1)
    assert dict(Suppression.objects.values_list("value", "list_name")) == {
        "b@example.org": "Robinson", "c@example.org": "Robinson", "own@example.org": ""
    }  # fmt: skip
    (only,) = exclusions.lists()
    assert (only.name, only.addresses, only.checked_at) == ("Robinson", 2, NOON + timedelta(days=1))


def test_command_reports_as_importers_do(file, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("import_exclusions", str(file("a@example.org\nxx\n")), "--list", "Robinson", "--json")
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (ended.value.code, report["created"], report["rejected"][0]["line"]) == (1, 1, 2)
    for bad in (file("nothing\nhere\n"), "/nowhere.csv"):
        with pytest.raises(CommandError) as refusal:
            call_command("import_exclusions", str(bad), "--list", "Robinson")
        assert refusal.value.returncode == 2
    assert Suppression.objects.count() == 1


def test_own_list_is_kept_with_reasons_in_the_back_office(client, settings):
    settings.LANGUAGE_CODE = "en"
    user = UserFactory(role="Data protection")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    person = PersonFactory(email="nuria@example.org")
    barred = {"kind": "email", "value": "Nuria@example.org", "why": "Asked by post"}
    client.post(reverse("people_suppress"), barred)
    row = Suppression.objects.get()
    assert (row.value, row.by, reason(person, "service")) == ("nuria@example.org", user, "suppressed")
    assert "on our list already" in client.post(reverse("people_suppress"), barred).content.decode()
    assert "Asked by post" in client.get(reverse("people_suppressions:inspect", args=[row.pk])).content.decode()
    client.post(reverse("people_release", args=[row.pk]))
    assert Suppression.objects.exists()
    client.post(reverse("people_release", args=[row.pk]), {"why": "Changed her mind"})
    assert reason(person, "service") == ""


def test_list_is_taken_in_through_the_back_office_and_shows_when_it_was_checked(client, settings):
    settings.LANGUAGE_CODE = "en"
    client.force_login(UserFactory(role="Marketing"), backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("people_import_exclusions")
    upload = SimpleUploadedFile("robinson.csv", b"email\na@example.org\n")
    assert client.post(address, {"name": "Robinson", "file": upload}).url == reverse("people_suppressions:index")
    assert "Robinson" in client.get(address).content.decode()
    broken = client.post(address, {"name": "Robinson", "file": SimpleUploadedFile("x.csv", b"email\nnone\n")})
    assert "x.csv" in broken.content.decode()
    listed = Suppression.objects.get()
    client.post(reverse("people_release", args=[listed.pk]), {"why": "I like them"})
    assert Suppression.objects.get() == listed


def test_nonsense_is_no_address():
    with pytest.raises(identities.BadIdentity):
        exclusions.suppress("email", "nobody", why="x", at=NOON)
    assert not Suppression.objects.exists()
