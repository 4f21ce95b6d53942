"""What is set aside: why, what becomes of it, and that it is neither lost nor counted as an enquiry."""

from datetime import UTC, datetime, timedelta

import pytest

from contact_centre.models import Case
from enquiries.intake import deciding, posting, spam_words, suspects
from enquiries.models import Enquiry, SpamWord, Submission
from people.models import OutgoingMessage, Person
from people.privacy import erasure
from tests.factories.people import PersonFactory, UserFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SPAM = "We offer cheap SEO backlinks: https://rank.top https://more.xyz http://best.shop CLICK now"
pytestmark = [pytest.mark.database, pytest.mark.django_db]


def post(at=AT, **fields):
    fields = {"email": "laia@example.org", "name": "Laia Font", "message": "Quan comença el curs?", **fields}
    return posting.post(None, fields, at=at, language="ca", network=fields.pop("network", ""))


@pytest.mark.parametrize(
    ("fields", "reasons"),
    [
        ({}, []),
        ({"website": "x"}, ["trap"]),
        ({"email": "a@mailinator.com"}, ["disposable"]),
        ({"email": "a@in.mailinator.com"}, ["disposable"]),
        ({"message": SPAM}, ["text"]),
        ({"message": "Do you have a website with the timetable? Thanks, I want to start the course"}, []),
    ],
)
def test_reason_says_why_something_is_set_aside(fields, reasons):
    posted = post(**fields)
    assert posted.submission.reasons == reasons
    assert (posted.outcome == "suspect") is bool(reasons)
    assert Person.objects.exists() is not bool(reasons)


def test_very_many_from_one_network_are_set_aside_and_a_day_later_nobody_knows_which(settings):
    settings.INTAKE_PER_NETWORK = 5
    network = suspects.network_of("192.0.2.7", on=AT.date())
    Submission.objects.bulk_create(
        Submission(at=AT - timedelta(minutes=1), outcome="refused", network=network) for _number in range(5)
    )
    assert post(network=network).submission.reasons == ["rate"]
    assert post(network="another").outcome == "enquiry"
    assert "192.0.2.7" not in network
    assert deciding.forget_networks(at=AT + timedelta(days=2)) == 5 + 2
    assert not Submission.objects.exclude(network="").exists()


def test_real_one_becomes_the_enquiry_it_would_have_been():
    posted = post(website="x", consent_commercial="on")
    user = UserFactory(role="Adviser")
    enquiry = deciding.find_real(posted.submission, by=user, at=AT + timedelta(hours=3)).enquiry
    assert (enquiry.received_at, enquiry.uuid) == (AT, posted.submission.uuid)
    assert Case.objects.get().answer_due_at == AT + timedelta(hours=24)
    assert enquiry.person.consents.get().decision == "granted"
    assert OutgoingMessage.objects.get().to == "laia@example.org"
    sent = Submission.objects.get()
    assert (sent.outcome, sent.decision, sent.enquiry, sent.payload) == ("suspect", "real", enquiry, None)
    with pytest.raises(deciding.AlreadyDecided):
        deciding.find_real(posted.submission, by=user, at=AT)
    assert Enquiry.objects.count() == 1


def test_promise_that_has_passed_is_not_mailed():
    posted = post(website="x")
    deciding.find_real(posted.submission, by=UserFactory(role="Adviser"), at=AT + timedelta(days=3))
    assert not OutgoingMessage.objects.exists()


def test_advertising_is_emptied_and_its_words_are_learned():
    for number in range(6):
        posted = post(email=f"a{number}@mailinator.com", message=f"Zumbaflexor for everybody {number}")
        deciding.call_spam(posted.submission, by=UserFactory(role="Adviser"), at=AT)
    assert SpamWord.objects.get(word="zumbaflexor").spam == 6
    assert not Submission.objects.filter(payload__isnull=False).exists()
    reading = spam_words.weigh(["zumbaflexor"], {"zumbaflexor": (6, 0)})
    assert reading.words[0][0] == "zumbaflexor"
    assert reading.score > spam_words.weigh([], {}).score


def test_nobody_decided_for_a_month_and_what_was_written_goes():
    sent = post(website="x").submission
    rule = deciding.rules()[0]
    assert rule.count(AT + timedelta(days=20), 1) == 0
    assert rule.end(AT + timedelta(days=32), 1) == 1
    sent.refresh_from_db()
    assert (sent.outcome, sent.payload, sent.key) == ("suspect", None, "")


def test_erasure_finds_a_suspect_by_the_address():
    person = PersonFactory(email="laia@example.org")
    sent = post(website="x").submission
    other = post(website="x", email="other@example.org").submission
    erasure.erase(person, at=AT)
    sent.refresh_from_db()
    other.refresh_from_db()
    assert (sent.payload, other.payload["email"]) == (None, "other@example.org")


def test_suspect_sees_a_promise_can_add_to_it_and_ask_again(client):
    posted = post(website="x", message="Quan comença?", at=datetime.now(UTC) - timedelta(hours=30))
    html = client.get(posted.address).content.decode()
    assert "Quan comença?" in html
    assert client.post(f"{posted.address}add/", {"message": "I on?"}).status_code == 303
    assert client.post(f"{posted.address}nudge/").status_code == 303
    sent = Submission.objects.get()
    assert sent.payload["message"] == "Quan comença?\n\nI on?"
    assert sent.payload["nudged_at"]
    assert not Enquiry.objects.exists()


def test_side_tab_shows_why_and_takes_the_decision(client, django_assert_max_num_queries):
    client.force_login(UserFactory(role="Adviser"))
    for number in range(4):
        post(website="x", email=f"a{number}@example.org", message="<script>alert(1)</script> backlinks")
    client.get("/admin/suspects/")
    with django_assert_max_num_queries(40):
        html = client.get("/admin/suspects/").content.decode()
    assert "<script>alert(1)" not in html
    assert "backlinks" in html
    first, second = Submission.objects.order_by("at", "pk")[:2]
    assert client.post(f"/admin/suspects/{first.uuid}/real/").status_code == 302
    assert client.post(f"/admin/suspects/{second.uuid}/spam/").status_code == 302
    assert Enquiry.objects.get().uuid == first.uuid
    assert suspects.waiting().count() == 2
    assert client.get("/admin/suspects/").status_code == 200
