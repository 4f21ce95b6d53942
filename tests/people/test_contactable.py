"""How many can we contact: the figure is what the outbox would let through, and stays so."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from people.contact import contactable, outbox
from people.models import OutgoingMessage, Person, Purpose, Suppression, Touchpoint
from tests.factories.people import MONDAY_9AM, ConsentFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
NOON = MONDAY_9AM + timedelta(hours=3)


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def crowd():
    """Somebody for each of the common reasons."""
    ConsentFactory()
    ConsentFactory(decision="withdrawn")
    ConsentFactory(decision="requested")
    ConsentFactory(person__time_zone="America/Mexico_City")
    ConsentFactory(person__paused_until=NOON + timedelta(days=3))
    ConsentFactory(person=PersonFactory(email=""))
    listed = ConsentFactory(person__email="listed@example.org").person
    Suppression.objects.create(kind="email", value="listed@example.org", why="R", list_name="R", at=MONDAY_9AM)
    PersonFactory(phase="student")
    PersonFactory(erased_at=MONDAY_9AM)
    Touchpoint.objects.create(person=listed, at=NOON, channel="web", direction="in", kind="enquiries.received")


def test_figures_equal_what_the_outbox_takes(crowd):
    figures = contactable.count(at=NOON)
    known = list(Person.objects.known())
    for count in figures.counts:
        if count.asked.channel != "email":
            continue
        states = [
            outbox.queue(
                person, purpose=count.asked.purpose, key=f"{person.pk}:{count.asked.purpose}", subject="x", body="x",
                language="ca", at=NOON,
            )
            for person in known
        ]  # fmt: skip
        ready = [one for one in states if one.state == "queued" and one.due_at <= NOON]
        later = [one for one in states if one.state == "queued" and one.due_at > NOON]
        refused = [one for one in states if one.state == OutgoingMessage.State.REFUSED]
        assert (len(ready), len(later), len(refused)) == (
            count.now, sum(count.later.values()), sum(count.barred.values())
        ), count.asked  # fmt: skip
    commercial = next(one for one in figures.counts if one.asked.purpose == Purpose.COMMERCIAL)
    assert commercial.reasons == {
        "": 1, "refused": 1, "requested": 1, "quiet": 1, "paused": 1, "no_address": 1, "excluded": 1, "no_consent": 1
    }  # fmt: skip
    assert (figures.total, figures.dormant) == (8, 7)


def test_stretches_add_up_to_the_whole(crowd, monkeypatch):
    whole = contactable.count(at=NOON)
    monkeypatch.setattr(contactable, "CHUNK", 2)
    assert contactable.count(at=NOON) == whole


@time_machine.travel(NOON, tick=False)
def test_page_shows_figures_and_their_moment_and_gives_them_away_as_csv(client, settings, crowd):
    settings.LANGUAGE_CODE = "en"
    user = UserFactory(role="Contact-centre lead")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("people_contactable")).content.decode()
    for words in ("People we know", "They have not confirmed it yet.", "The address is on an exclusion list."):
        assert words in page, words
    ConsentFactory()
    lines = client.get(reverse("people_contactable_csv")).content.decode().splitlines()
    assert "2026-03-02T12:00:00+00:00,email,commercial,now,1" in lines  # of the same moment as the page


def test_many_people_are_counted_by_a_worker_while_the_last_figures_are_shown(crowd, monkeypatch):
    asked = []
    monkeypatch.setattr(contactable, "COUNTED_AT_ONCE", 3)
    monkeypatch.setattr("people.tasks.count_contactable.apply_async", lambda **_options: asked.append(1))
    assert contactable.latest(at=NOON) is None
    assert contactable.latest(at=NOON) is None
    assert len(asked) == 1
    kept = contactable.recount(at=NOON)
    assert contactable.latest(at=NOON + timedelta(minutes=14)) == kept
    assert contactable.latest(at=NOON + timedelta(minutes=16)) == kept
    assert len(asked) == 2
