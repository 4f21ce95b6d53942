"""One door: a code by e-mail, a password; and nobody becomes somebody else."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from people.access import roles, sign_in
from people.identity import identities
from people.models import Identity, Person, User
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
DOOR = "/accounts/login/"
CODE_PAGE = "/accounts/login/code/confirm/"


def code_in(letter):
    """The code stands alone on a line of the mail."""
    return re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", letter.body, re.MULTILINE).group(1)


def ask_for_code(client, email, door=DOOR):
    answer = client.post(door, {"login": email})
    assert answer.status_code == 302, answer.content.decode()
    assert answer.url.startswith(CODE_PAGE)
    return answer


def come_in(client, email, door=DOOR):
    to = ask_for_code(client, email, door).url
    return client.post(to, {"code": code_in(mail.outbox[-1])})


def test_unknown_address_gets_a_code_an_account_and_a_person(client):
    answer = come_in(client, "Nova@Example.org")
    assert (answer.status_code, answer.url) == (302, "/campus/")
    person = Person.objects.get()
    assert person.user.email == "nova@example.org"
    assert person.identities.get().verified_at is not None
    assert mail.outbox[0].to == ["nova@example.org"]


def test_who_has_asked_before_becomes_the_same_person(client):
    asked = PersonFactory(email="nuria@example.org")
    come_in(client, "NURIA@example.org")
    asked.refresh_from_db()
    assert asked.user.email == "nuria@example.org"
    assert Person.objects.count() == 1


def test_coming_again_changes_nothing(client):
    for _time in range(2):
        come_in(client, "nuria@example.org")
        client.logout()
    assert (User.objects.count(), Person.objects.count()) == (1, 1)


def test_wrong_codes_let_nobody_in_and_the_fourth_is_not_asked(client):
    PersonFactory(email="nuria@example.org")
    ask_for_code(client, "nuria@example.org")
    right = code_in(mail.outbox[-1])
    for _attempt in range(3):
        client.post(CODE_PAGE, {"code": "WRONG1"})
    client.post(CODE_PAGE, {"code": right})
    assert "_auth_user_id" not in client.session
    assert Person.objects.get().user is None


def test_asking_for_a_code_gives_nothing_before_it_is_typed(client):
    PersonFactory(email="victim@example.org")
    ask_for_code(client, "victim@example.org")
    assert client.get("/accounts/email/").status_code == 302
    assert Person.objects.get().user is None


def test_address_put_beside_somebody_elses_number_does_not_open_their_person(client):
    victim, _new = identities.match_or_create(at=MONDAY_9AM, phone="612345678", given_name="Núria")
    identities.match_or_create(at=MONDAY_9AM, phone="612345678", email="thief@example.org")
    come_in(client, "thief@example.org")
    victim.refresh_from_db()
    thief = Person.objects.get(user__email="thief@example.org")
    assert thief != victim
    assert (victim.user, thief.given_name) == (None, "")


def test_address_somebody_wrote_into_their_account_without_proof_leads_its_owner_elsewhere(client):
    thief = UserFactory(email="thief@example.org")
    EmailAddress.objects.create(user=thief, email="victim@example.org", verified=False)
    victim = PersonFactory(email="victim@example.org")
    come_in(client, "victim@example.org")
    victim.refresh_from_db()
    assert victim.user is not None
    assert victim.user != thief
    assert int(client.session["_auth_user_id"]) == victim.user.pk


def test_person_who_has_a_login_is_not_taken_over_with_another_of_their_addresses(client):
    owner = PersonFactory(email="nuria@example.org", user=UserFactory(email="nuria@example.org"))
    identities.add(owner, "email", "old@example.org", at=MONDAY_9AM, source="desk")
    come_in(client, "old@example.org")
    owner.refresh_from_db()
    assert owner.user.email == "nuria@example.org"
    assert Person.objects.get(user__email="old@example.org") != owner


def test_known_by_telephone_only_a_new_person_comes_in(client):
    known, _new = identities.match_or_create(at=MONDAY_9AM, phone="612345678")
    come_in(client, "nuria@example.org")
    assert Person.objects.get(user__isnull=False) != known


def test_closed_login_gets_no_code(client):
    UserFactory(email="gone@example.org", is_active=False)
    ask_for_code(client, "gone@example.org")
    assert not [letter for letter in mail.outbox if re.search(r"^\s*[A-Z0-9]{3}-?[A-Z0-9]{3}\s*$", letter.body, re.M)]


def test_password_signs_in_and_staff_land_in_the_back_office(client):
    UserFactory(email="adviser@llevant.example", role=roles.ADVISER)
    answer = client.post(DOOR, {"login": "adviser@llevant.example", "password": "matricula-demo"})
    assert (answer.status_code, answer.url) == (302, "/admin/")
    assert not Person.objects.exists()


def test_password_of_an_unproved_address_asks_for_the_proof_first(client):
    UserFactory(email="new@llevant.example", role=roles.ADVISER, email_is_proved=False)
    answer = client.post(DOOR, {"login": "new@llevant.example", "password": "matricula-demo"})
    assert answer.url.startswith("/accounts/confirm-email/")
    assert "_auth_user_id" not in client.session


def test_wrong_password_says_so_without_saying_which_half_is_wrong(client):
    UserFactory(email="adviser@llevant.example")
    known = client.post(DOOR, {"login": "adviser@llevant.example", "password": "no"})
    unknown = client.post(DOOR, {"login": "nobody@llevant.example", "password": "no"})
    assert known.context["form"].errors == unknown.context["form"].errors
    assert known.status_code == 200


def test_wrong_passwords_are_limited(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    cache.clear()
    UserFactory(email="adviser@llevant.example")
    for _attempt in range(6):
        client.post(DOOR, {"login": "adviser@llevant.example", "password": "no"})
    client.post(DOOR, {"login": "adviser@llevant.example", "password": "matricula-demo"})
    assert "_auth_user_id" not in client.session
    cache.clear()


def test_codes_are_limited_and_make_no_more_logins(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    cache.clear()
    for number in range(25):
        client.post("/accounts/login/code/", {"email": f"guess{number}@example.org"})
    assert len(mail.outbox) <= 20
    assert User.objects.count() <= 20
    cache.clear()


def test_next_is_kept_and_another_site_is_not(client):
    UserFactory(email="adviser@llevant.example", role=roles.ADVISER)
    to = client.get("/admin/login/?next=/admin/queue/").url
    assert to == "/accounts/login/?next=%2Fadmin%2Fqueue%2F"
    answer = client.post(to, {"login": "adviser@llevant.example", "password": "matricula-demo"})
    assert answer.url == "/admin/queue/"
    assert client.get("/admin/login/?next=https://evil.example/").url == DOOR


def test_back_office_leads_strangers_to_the_one_door(client):
    assert client.get("/admin/messages/").url.startswith(DOOR)


def test_back_office_signs_out(client):
    client.force_login(UserFactory(role=roles.ADVISER))
    client.post("/admin/logout/")
    assert "_auth_user_id" not in client.session


def test_whoever_is_verified_is_announced_once(client, monkeypatch):
    from wagtail import hooks

    heard = []
    with hooks.register_temporarily("after_person_verified", lambda **facts: heard.append(facts["email"])):
        come_in(client, "nuria@example.org")
        client.logout()
        come_in(client, "nuria@example.org")
    assert heard == ["nuria@example.org"]


def test_logins_that_never_typed_their_code_are_swept(client):
    ask_for_code(client, "nobody@example.org")
    UserFactory(email="staff@llevant.example", role=roles.ADVISER)
    assert sign_in.sweep_unproved(before=timezone.now()) == 1
    assert User.objects.get().email == "staff@llevant.example"
    assert not Identity.objects.exists()
