"""What happens around every request."""

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.urls import reverse

from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("given", ["balancer-0001", "A.b_c-12345", "x" * 64])
def test_request_keeps_the_id_a_balancer_gave(client, given):
    assert client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "with spaces in it", "näme-of-request", "a<script>alert"])
def test_request_gets_an_id_instead_of_a_doubtful_one(client, given):
    answered = client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"]
    assert answered != given
    assert len(answered) >= 16


def test_two_requests_have_two_ids(client):
    assert client.get("/healthz")["X-Request-ID"] != client.get("/healthz")["X-Request-ID"]


def _policy(response) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";") if " " in part)


def test_public_page_runs_only_its_own_scripts(client):
    policy = _policy(client.get("/accounts/login/"))
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")


def test_back_office_may_use_the_inline_scripts_wagtail_needs(client):
    client.force_login(UserFactory(role="Director"))
    policy = _policy(client.get("/admin/my-day/"))
    assert "'unsafe-inline'" in policy["script-src"]
    assert (policy["default-src"], policy["base-uri"], policy["object-src"]) == ("'none'", "'none'", "'none'")


@pytest.mark.parametrize("path", ["/api/v1/no-such/", "/apply/no-such/", "/survey/no-such/", "/community/no/such/"])
def test_missing_row_is_missing_in_every_language(client, path):
    response = client.get(path, headers={"Accept-Language": "es"})
    assert (response.status_code, "Accept-Language" in response["Vary"]) == (404, True)


def test_missing_case_is_missing_for_staff(client):
    client.force_login(UserFactory(role="Adviser"))
    assert client.get("/admin/cases/2f0b7a6e-0000-4000-8000-000000000000/").status_code == 404


@pytest.mark.parametrize(
    ("spoken", "to"), [("es", "/es/programmes/"), ("en-GB", "/en/programmes/"), ("de", "/ca/programmes/")]
)
def test_page_of_the_website_is_looked_for_in_the_language_spoken(client, spoken, to, home):
    response = client.get("/programmes/", headers={"Accept-Language": spoken})
    assert (response.status_code, response["Location"]) == (302, to)


def test_language_of_the_page_last_read_is_remembered(client, home):
    response = client.get("/es/", headers={"Accept-Language": "ca"})
    assert response.cookies[django_settings.LANGUAGE_COOKIE_NAME].value == "es"
    assert 'lang="es"' in client.get("/accounts/login/", headers={"Accept-Language": "ca"}).text


def test_language_known_already_is_not_said_again(client, home):
    client.get("/es/")
    assert django_settings.LANGUAGE_COOKIE_NAME not in client.get("/es/").cookies


def test_missing_page_changes_no_language(client, home):
    assert django_settings.LANGUAGE_COOKIE_NAME not in client.get("/es/no-such-page/").cookies


@pytest.fixture
def home():
    """The front page in each language."""
    from tests.factories.programmes import build_tree

    return build_tree()


def test_staff_without_a_second_factor_set_one_up_first(client, settings):
    settings.STAFF_MUST_USE_MFA = True
    client.force_login(UserFactory(role="Adviser"))
    response = client.get("/admin/my-day/")
    assert (response.status_code, response["Location"]) == (302, reverse("mfa_index"))


def test_staff_with_a_second_factor_pass(client, settings):
    settings.STAFF_MUST_USE_MFA = True
    adviser = UserFactory(role="Adviser")
    Authenticator.objects.create(user=adviser, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(adviser)
    assert client.get("/admin/my-day/").status_code == 200


def test_second_factor_is_asked_of_nobody_unless_it_is_set(client):
    client.force_login(UserFactory(role="Adviser"))
    assert client.get("/admin/my-day/").status_code == 200
