"""An account elsewhere opens the login of the mailbox its provider vouches for: one person after every path."""

from urllib.parse import urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import SESSION_KEY

from config import social_accounts
from people.access import roles
from people.models import Identity, Person, User
from tests.factories.people import PersonFactory, UserFactory
from tests.people.openid_issuer import Issuer
from tests.people.test_sign_in import come_in

pytestmark = pytest.mark.django_db
NURIA = {
    "sub": "u-1", "email": "Nuria@Example.org", "email_verified": True, "given_name": "Núria", "family_name": "Puig",
}  # fmt: skip


@pytest.fixture
def issuer(settings):
    issuer = Issuer()
    settings.SOCIALACCOUNT_PROVIDERS = social_accounts.settings_of(social_accounts.read(issuer.entry))
    issuer.account = dict(NURIA)
    yield issuer
    issuer.close()


def sign_in_elsewhere(client):
    """Press the button, sign in there, come back; the last answer of ours."""
    there = client.post("/accounts/oidc/campus/login/?process=login")
    assert there.status_code == 302, there.text
    back = requests.get(there.url, allow_redirects=False, timeout=5).headers["Location"]
    address = urlsplit(back)
    return client.get(f"{address.path}?{address.query}")


def test_door_offers_the_account_elsewhere_only_where_one_is_set_up(client, issuer, settings):
    assert "Continue with Campus" in client.get("/accounts/login/").text
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "Continue with" not in client.get("/accounts/login/").text


def test_newcomer_gets_one_login_and_one_person_however_often_they_come(client, issuer):
    for _time in range(2):
        answer = sign_in_elsewhere(client)
        assert (answer.status_code, answer.url) == (302, "/campus/")
        client.logout()
    person = Person.objects.get()
    assert (str(person), person.user.email) == ("Núria Puig", "nuria@example.org")
    assert person.identities.get(kind=Identity.Kind.EMAIL).verified_at is not None
    assert SocialAccount.objects.count() == 1
    elsewhere = person.identities.get(kind=Identity.Kind.EXTERNAL)
    assert (elsewhere.issuer, elsewhere.value, elsewhere.verified_at is not None) == ("campus", "u-1", True)


def test_who_asked_before_keeps_one_record(client, issuer):
    asked = PersonFactory(email="nuria@example.org", given_name="N.", family_name="Puig")
    sign_in_elsewhere(client)
    asked.refresh_from_db()
    assert (asked.user.email, asked.given_name, Person.objects.count()) == ("nuria@example.org", "N.", 1)


def test_code_password_and_account_elsewhere_end_in_one_person(client, issuer):
    come_in(client, "nuria@example.org")
    by_code = client.session[SESSION_KEY]
    user = User.objects.get()
    user.set_password("a-password-of-hers")
    user.save()
    client.logout()
    client.post("/accounts/login/", {"login": "nuria@example.org", "password": "a-password-of-hers"})
    by_password = client.session[SESSION_KEY]
    client.logout()
    sign_in_elsewhere(client)
    assert by_code == by_password == client.session[SESSION_KEY]
    assert (Person.objects.count(), User.objects.count()) == (1, 1)
    assert User.objects.get().has_usable_password()  # her address was proved: her password stays hers


@pytest.mark.parametrize("claim", [{"email_verified": False}, {"email_verified": "true"}, {"email": ""}])
def test_address_nobody_vouches_for_opens_and_makes_nothing(client, issuer, claim):
    victim = PersonFactory(email="nuria@example.org", user=UserFactory(email="nuria@example.org"))
    issuer.account |= claim
    answer = sign_in_elsewhere(client)
    assert (answer.status_code, answer.url) == (302, "/accounts/login/")
    assert SESSION_KEY not in client.session
    assert not SocialAccount.objects.exists()
    assert User.objects.get() == victim.user
    assert "does not say that your e-mail address is yours" in client.get("/accounts/login/").text


def test_who_began_an_account_with_somebody_elses_address_is_locked_out(client, issuer):
    thief = UserFactory(email="nuria@example.org", email_is_proved=False, password="thief-knows-this")
    EmailAddress.objects.create(user=thief, email="nuria@example.org", verified=False, primary=True)
    sign_in_elsewhere(client)
    thief.refresh_from_db()
    assert not thief.has_usable_password()
    assert client.session[SESSION_KEY] == str(thief.pk)
    client.logout()
    client.post("/accounts/login/", {"login": "nuria@example.org", "password": "thief-knows-this"})
    assert SESSION_KEY not in client.session


def test_account_elsewhere_leads_to_its_login_when_its_address_changes(client, issuer):
    sign_in_elsewhere(client)
    client.logout()
    other = PersonFactory(email="other@example.org", user=UserFactory(email="other@example.org"))
    issuer.account["email"] = "other@example.org"
    sign_in_elsewhere(client)
    assert client.session[SESSION_KEY] != str(other.user.pk)
    assert Person.objects.count() == 2


def test_closed_login_stays_closed(client, issuer):
    UserFactory(email="nuria@example.org", is_active=False)
    assert sign_in_elsewhere(client).url == "/accounts/login/"
    assert SESSION_KEY not in client.session


def test_account_elsewhere_does_not_spare_the_second_step(client, issuer):
    adviser = UserFactory(email="nuria@example.org", role=roles.ADVISER)
    totp.TOTP.activate(adviser, totp.generate_totp_secret())
    answer = sign_in_elsewhere(client)
    assert answer.url.startswith("/accounts/2fa/authenticate/")
    assert SESSION_KEY not in client.session


def test_issuer_that_is_down_gives_a_page_not_an_error(client, issuer):
    there = client.post("/accounts/oidc/campus/login/?process=login")
    back = urlsplit(requests.get(there.url, allow_redirects=False, timeout=5).headers["Location"])
    issuer.close()
    answer = client.get(f"{back.path}?{back.query}")
    assert (answer.status_code, answer.url) == (302, "/accounts/login/")
    assert "cannot be reached just now" in client.get("/accounts/login/").text
    assert SESSION_KEY not in client.session


def test_forged_state_is_refused(client, issuer):
    client.post("/accounts/oidc/campus/login/?process=login")
    answer = client.get("/accounts/oidc/campus/login/callback/?code=a-code&state=forged")
    assert answer.status_code in (200, 401, 403)
    assert SESSION_KEY not in client.session
