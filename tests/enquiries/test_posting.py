"""Whatever is sent in is one row, and each real question exactly one enquiry."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from enquiries.intake import arrivals, form_tokens, posting
from enquiries.models import Enquiry, Submission
from people.contact import consents
from people.models import Consent, ConsentText, Person
from tests.factories.people import PersonFactory
from tests.factories.programmes import ProgrammeFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday
pytestmark = [pytest.mark.database, pytest.mark.django_db]


def post(at=AT, **fields):
    return posting.post(None, {"email": "laia@example.org", **fields}, at=at, language="en")


def outcomes():
    return list(Submission.objects.order_by("pk").values_list("outcome", flat=True))


def token(made_at):
    with time_machine.travel(made_at, tick=False):
        return form_tokens.make()


def test_question_is_an_enquiry_and_a_row():
    posted = post(message="When?")
    assert (posted.outcome, posted.enquiry.message) == ("enquiry", "When?")
    sent = Submission.objects.get()
    assert (sent.enquiry, sent.door, sent.payload) == (posted.enquiry, "form", None)


def test_server_plans_the_writing_once():
    for number in range(2):
        post(email=f"laia{number}@example.org")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE 'WITH w0%'"
        )
        assert cursor.fetchall() == [(2,)]


def test_what_is_refused_is_counted_by_field_and_nothing_of_it_is_kept():
    posted = post(email="nobody", message="x" * 6000, page="/secret/")
    assert set(posted.errors) == {"contact", "message"}
    sent = Submission.objects.get()
    assert (sent.outcome, sent.reasons, sent.page_url, sent.payload) == ("refused", ["contact", "message"], "", None)


def test_same_words_within_a_day_are_one_question_and_later_a_new_one():
    first = post(message="When?")
    again = post(message="When?", at=AT + timedelta(hours=23))
    other = post(message="How much?", at=AT + timedelta(hours=23))
    later = post(message="When?", at=AT + timedelta(hours=25))
    assert again.enquiry == first.enquiry
    assert len({first.enquiry.pk, other.enquiry.pk, later.enquiry.pk}) == 3
    assert outcomes() == ["enquiry", "repeated", "enquiry", "enquiry"]


def test_same_words_about_another_programme_are_another_question():
    first, second = ProgrammeFactory(), ProgrammeFactory()
    asked = {post(message="When?", programme=one.code).enquiry.programme for one in (first, second)}
    assert asked == {first, second}


def test_two_tabs_of_one_reader_are_one_question():
    for opened_at in (AT, AT + timedelta(seconds=30)):
        post(message="When?", t=token(opened_at), at=AT + timedelta(minutes=2))
    assert outcomes() == ["enquiry", "repeated"]


def test_sent_again_from_a_page_of_days_ago_is_the_same_enquiry():
    page = token(AT)
    first = post(message="When?", t=page, at=AT + timedelta(minutes=1))
    again = post(message="When?", t=page, at=AT + timedelta(days=5))
    assert (again.outcome, again.enquiry) == ("repeated", first.enquiry)


def test_sender_who_numbers_their_sendings_says_what_is_the_same():
    numbers = ["1", "2", "2"]
    keys = [posting.key_of("api", 7, number) for number in numbers]
    posted = [posting.post(None, {"email": "a@example.org"}, at=AT, language="en", door="api", key=key) for key in keys]
    assert [one.outcome for one in posted] == ["enquiry", "enquiry", "repeated"]
    assert len(posting.key_of("api", 7, "x" * 5000)) <= 200


def test_form_sent_within_two_seconds_is_set_aside_with_its_promise():
    page = token(AT)
    posted = post(message="When?", t=page, at=AT + timedelta(seconds=1))
    assert (posted.outcome, posted.enquiry) == ("suspect", None)
    assert posted.address.startswith("/promise/")
    assert Submission.objects.get().reasons == ["quick"]
    assert not Person.objects.exists()
    # The second click of a double click does not make an enquiry beside the suspect.
    again = post(message="When?", t=page, at=AT + timedelta(seconds=3))
    assert (again.outcome, again.submission) == ("repeated", posted.submission)
    assert outcomes() == ["suspect", "repeated"]
    assert not Enquiry.objects.exists()


def test_form_shown_again_after_a_mistake_may_be_sent_at_once():
    with time_machine.travel(AT, tick=False):
        page = form_tokens.make(is_again=True)
    assert post(t=page).outcome == "enquiry"


def test_signs_the_database_cannot_hold_are_left_out():
    posted = post(message="a\x00b \ud800 c", name="La\x00ia", utm_source="\udfff", page="/x\x00/")
    assert posted.enquiry.message == "ab ? c"
    assert posted.enquiry.person.name == "Laia"


def test_yes_counts_in_the_words_that_were_shown():
    now = consents.current_wording("commercial", "en").version
    ConsentText.objects.create(purpose="commercial", version="old-1", language="en", text="Old words", since=AT)
    said = {}
    for number, version in enumerate(["", now, "old-1", "never-heard-of"]):
        posted = post(email=f"a{number}@example.org", consent_commercial="on", wording_commercial=version)
        line = Consent.objects.filter(person=posted.enquiry.person).first()
        said[version] = (line.wording_version if line else None, posted.unheard)
    assert said == {"": (now, ()), now: (now, ()), "old-1": ("old-1", ()), "never-heard-of": (None, ("commercial",))}


def test_enquiry_of_somebody_signed_in_is_theirs_and_of_a_friend_is_not():
    person = PersonFactory(email="nuria@example.org")
    page = {"t": token(AT)}
    mine = posting.post(None, {"message": "When?", **page}, at=AT + timedelta(hours=1), language="en", person=person)
    theirs = posting.post(
        None, {"email": "friend@example.org", **page}, at=AT + timedelta(hours=1), language="en", person=person
    )
    assert mine.enquiry.person == person != theirs.enquiry.person


def test_other_callers_are_not_asked_what_they_said_before():
    for _turn in range(2):
        arrivals.receive(at=AT, email="a@example.org", message="When?")
    assert Enquiry.objects.count() == 2
