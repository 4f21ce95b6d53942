"""Addresses of providers in the environment become carriers, or a sentence that names the variable."""

import pytest

from config import channels, environment
from config.environment import Misconfigured


@pytest.fixture
def read(monkeypatch):
    def with_these(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        environment.read.cache_clear()
        return environment.read()

    yield with_these
    environment.read.cache_clear()


def test_demo_carries_everything_into_files(read):
    found = read(MATRICULA_ENV="demo")
    assert set(channels.carriers(found)) == {"sms", "whatsapp"}
    assert channels.telephony(found)["class"].endswith("LocalExchange")


def test_without_an_address_nothing_is_carried_elsewhere(read):
    found = read(MATRICULA_ENV="test")
    assert (channels.carriers(found), channels.telephony(found)) == ({}, {})


def test_address_is_taken_apart(read):
    found = read(MATRICULA_ENV="test", SMS_URL="twilio://AC1:to%2Fken@api?from=%2B34900000000")
    chosen = channels.carriers(found)["sms"]
    assert chosen["class"].endswith("TwilioSms")
    assert chosen["options"] == {"account": "AC1", "secret": "to/ken", "from": "+34900000000"}


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("SMS_URL", "other://x"),
        ("SMS_URL", "twilio://AC1@api?from=x"),
        ("WHATSAPP_URL", "meta://a:b@graph"),
        ("TELEPHONY_URL", "twilio://[x"),
    ],
)
def test_address_that_does_not_add_up_is_refused_by_name(read, name, url):
    found = read(MATRICULA_ENV="test", **{name: url})
    with pytest.raises(Misconfigured, match=name):
        channels.carriers(found)
        channels.telephony(found)
