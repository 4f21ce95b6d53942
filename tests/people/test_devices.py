"""A browser that was never used before is told to the owner; sessions can be seen and ended; guessing is slowed."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.core.cache import cache
from django.test import Client

from people.access import account_notices, devices, roles
from people.models import KnownDevice
from tests.factories.people import MONDAY_9AM, UserFactory

pytestmark = pytest.mark.django_db
DOOR = "/accounts/login/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def adviser():
    return UserFactory(email="adviser@llevant.example", role=roles.ADVISER)


def browser(agent=FIREFOX):
    return Client(headers={"user-agent": agent, "accept-language": "en"})


def sign_in(client, password="matricula-demo"):
    return client.post(DOOR, {"login": "adviser@llevant.example", "password": password})


@pytest.mark.parametrize(
    ("agent", "name"),
    [(FIREFOX, "Firefox, Linux"), (CHROME, "Chrome, Windows"), (SAFARI, "Safari, iPhone"), ("curl/8", ""), ("", "")],
)
def test_browsers_are_called_as_people_call_them(agent, name):
    assert devices.name_of(agent) == name


def test_first_browser_is_no_news_and_the_same_one_never_is(adviser):
    known = browser()
    for _time in range(3):
        sign_in(known)
        known.post("/accounts/logout/")
    assert mail.outbox == []
    assert KnownDevice.objects.get().user == adviser


def test_another_browser_is_told_to_the_owner_with_the_way_to_end_it(adviser):
    sign_in(browser())
    sign_in(browser(CHROME))
    letter = mail.outbox[0]
    assert letter.to == ["adviser@llevant.example"]
    assert letter.subject == "A sign-in from a browser we had not seen"
    assert "Chrome, Windows" in letter.body
    assert "/accounts/sessions/" in letter.body
    assert [kind for _content, kind in letter.alternatives] == ["text/html"]
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("cookie", ["", "x", "../../etc/passwd", "A" * 32, "é" * 32, "A" * 10_000])
def test_cookie_somebody_made_up_is_a_browser_not_seen_before(adviser, cookie):
    devices.recognise(adviser, key="", agent=FIREFOX, at=MONDAY_9AM)
    _key, is_news = devices.recognise(adviser, key=cookie, agent=CHROME, at=MONDAY_9AM)
    assert is_news


def test_cookie_of_another_login_is_not_known_for_this_one(adviser):
    other = UserFactory()
    key, _news = devices.recognise(other, key="", agent=FIREFOX, at=MONDAY_9AM)
    devices.recognise(adviser, key="", agent=FIREFOX, at=MONDAY_9AM)
    assert devices.recognise(adviser, key=key, agent=FIREFOX, at=MONDAY_9AM) == (key, True)


def test_devices_are_forgotten_when_their_cookie_has_run_out(adviser):
    devices.recognise(adviser, key="", agent=FIREFOX, at=MONDAY_9AM)
    assert devices.forget_old(at=MONDAY_9AM + devices.KEPT) == 0
    assert devices.forget_old(at=MONDAY_9AM + devices.KEPT * 1.01) == 1


def test_sign_ins_are_listed_and_ended_elsewhere(adviser):
    here, there = browser(), browser(SAFARI)
    sign_in(here)
    sign_in(there)
    page = here.get("/accounts/sessions/").text
    assert "Firefox, Linux" in page
    assert "Safari, iPhone" in page
    here.post("/accounts/sessions/")
    assert there.get("/admin/my-day/").status_code == 302
    assert here.get("/admin/my-day/").status_code == 200


def test_sign_out_everywhere_ends_this_one_too(adviser):
    here, there = browser(), browser(SAFARI)
    sign_in(here)
    sign_in(there)
    assert here.post("/accounts/sessions/end/").url == DOOR
    assert here.get("/admin/my-day/").status_code == there.get("/admin/my-day/").status_code == 302


def test_sign_out_everywhere_asks_for_a_sign_in_and_a_press(adviser):
    assert browser().post("/accounts/sessions/end/").url.startswith(DOOR)
    here = browser()
    sign_in(here)
    assert here.get("/accounts/sessions/end/").status_code == 405


def test_new_password_ends_the_other_sign_ins(adviser):
    here, there = browser(), browser(SAFARI)
    sign_in(here)
    sign_in(there)
    here.post(
        "/accounts/password/change/",
        {"oldpassword": "matricula-demo", "password1": "another-good-one", "password2": "another-good-one"},
    )
    assert here.get("/admin/my-day/").status_code == 200
    assert there.get("/admin/my-day/").status_code == 302


class TestGuessing:
    @pytest.fixture(autouse=True)
    def limits(self, settings):
        settings.ACCOUNT_RATE_LIMITS = {"login_failed": "100/m/ip,5/300s/key", "guessing_notice": "1/h/key"}
        cache.clear()

    def test_passwords_are_refused_after_five_and_the_owner_is_told_once(self, adviser):
        guesser = browser()
        for _try in range(8):
            sign_in(guesser, password="guess")
        sign_in(guesser)
        assert SESSION_KEY not in guesser.session
        assert [letter.subject for letter in mail.outbox] == ["Somebody is guessing your password"]

    def test_guessing_at_an_unknown_address_tells_nobody(self):
        for _try in range(8):
            sign_in(browser(), password="guess")
        assert mail.outbox == []

    def test_code_still_lets_the_owner_in(self, adviser):
        for _try in range(6):
            sign_in(browser(), password="guess")
        answer = browser().post(DOOR, {"login": "adviser@llevant.example"})
        assert answer.url.startswith("/accounts/login/code/confirm/")

    def test_second_step_cannot_be_guessed_for_long(self, adviser):
        totp.TOTP.activate(adviser, totp.generate_totp_secret())
        guesser = browser()
        sign_in(guesser)
        answers = [guesser.post("/accounts/2fa/authenticate/", {"code": f"{n:06}"}) for n in range(8)]
        assert "Too many" in answers[-1].text
        assert SESSION_KEY not in guesser.session


def test_every_notice_of_the_library_has_words_of_ours():
    sent_by_the_library = {
        "account/email/password_changed", "account/email/password_set", "account/email/password_reset",
        "account/email/email_changed", "account/email/email_confirm", "account/email/email_deleted",
        "mfa/email/recovery_codes_generated", "mfa/email/totp_activated", "mfa/email/totp_deactivated",
        "mfa/email/webauthn_added", "mfa/email/webauthn_removed",
        "socialaccount/email/account_connected", "socialaccount/email/account_disconnected",
    }  # fmt: skip
    assert sent_by_the_library <= set(account_notices.WORDS)
    assert all(all(account_notices.words(notice, {})) for notice in account_notices.WORDS)


class TestStaffSecondFactor:
    @pytest.fixture(autouse=True)
    def enforced(self, settings):
        settings.STAFF_MUST_USE_MFA = True

    def test_back_office_is_closed_until_one_is_set_up(self, adviser):
        client = browser()
        sign_in(client)
        assert client.get("/admin/my-day/").url == "/accounts/2fa/"

    def test_with_one_it_is_asked_and_then_opens(self, adviser):
        secret = totp.generate_totp_secret()
        totp.TOTP.activate(adviser, secret)
        client = browser()
        assert sign_in(client).url.startswith("/accounts/2fa/authenticate/")
        assert client.get("/admin/my-day/").status_code == 302
        code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert client.get("/admin/my-day/").status_code == 200
