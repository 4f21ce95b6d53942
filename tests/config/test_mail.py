"""The forms of ``EMAIL_URL``."""

import pytest

from config.environment import Misconfigured
from config.mail import settings_for


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "password", "ssl", "tls"),
    [
        ("smtp://", "localhost", 25, "", "", False, False),
        ("smtp://mail.example:2525", "mail.example", 2525, "", "", False, False),
        ("smtps://a%40b.example:p%2Fw@mail.example", "mail.example", 465, "a@b.example", "p/w", True, False),
        ("smtp+tls://hola:secret@mail.example", "mail.example", 587, "hola", "secret", False, True),
    ],
)  # fmt: skip
def test_mail_server_is_read_from_the_address(url, host, port, user, password, ssl, tls):
    found = settings_for(url)
    assert found["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == (host, port)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == (user, password)
    assert (found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (ssl, tls)


def test_sender_stands_in_the_query():
    found = settings_for("console://?from=Escola%20%3Chola%40school.example%3E")
    assert found["DEFAULT_FROM_EMAIL"] == "Escola <hola@school.example>"


def test_folder_takes_mails_as_files():
    assert settings_for("file:///srv/mails")["EMAIL_FILE_PATH"] == "/srv/mails"


def test_provider_gets_its_key_and_its_options():
    found = settings_for("anymail+mailgun://key%2Fof-ours@?MAILGUN_SENDER_DOMAIN=mg.school.example")
    assert found["EMAIL_BACKEND"] == "anymail.backends.mailgun.EmailBackend"
    assert found["ANYMAIL"] == {"MAILGUN_API_KEY": "key/of-ours", "MAILGUN_SENDER_DOMAIN": "mg.school.example"}


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("pigeon://roof", "unknown scheme 'pigeon'"),
        ("mail.example", "unknown scheme ''"),
        ("anymail+pigeon://key@", "unknown provider 'pigeon'"),
        ("smtp://mail.example:many", "cannot be read"),
        ("file://", "no folder"),
    ],
)
def test_address_that_cannot_be_used_is_refused(url, says):
    with pytest.raises(Misconfigured, match=says):
        settings_for(url)
