"""What stands in a mail depends on what it is for."""

from datetime import timedelta

import pytest
from wagtail import hooks

from people.contact import mails
from people.models import LegalBasis, Purpose
from tests.factories.people import MONDAY_9AM, ConsentFactory, OutgoingMessageFactory

pytestmark = pytest.mark.django_db
OFFER = mails.Offer("Open day on Friday", "https://llevant.example/open-day/")


@pytest.mark.parametrize("purpose", [purpose.value for purpose in Purpose])
def test_offers_stand_in_commercial_mails_only(purpose):
    message = OutgoingMessageFactory(purpose=purpose, language="en")

    def offer(message, offers):
        offers.append(OFFER)

    def push_in(context, language):
        context["offers"] = [OFFER]

    with (
        hooks.register_temporarily("construct_mail_offers", offer),
        hooks.register_temporarily("construct_mail_context", push_in),
    ):
        mail = mails.compose(message)
    html = next(body for body, kind in mail.alternatives if kind == "text/html")
    is_commercial = purpose == "commercial"
    assert (OFFER.url in mail.body, OFFER.title in html) == (is_commercial, is_commercial)
    assert ("news and offers" in mail.body) == is_commercial


def test_customer_is_told_why_they_are_written_to():
    line = ConsentFactory(decision="denied", channel="phone")
    LegalBasis.objects.create(person=line.person, topic="data", since=MONDAY_9AM - timedelta(days=9))
    message = OutgoingMessageFactory(person=line.person, purpose="commercial", topic="data", language="en")
    assert "studied something similar" in mails.compose(message).body
