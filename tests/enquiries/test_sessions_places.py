"""Places at a session: the last one, the waiting list, other dates, the door."""

from datetime import timedelta

import pytest

from enquiries.models import Session, SessionPlace
from enquiries.sessions import figures, opening, places
from people.models import OutgoingMessage, Person
from tests.factories.enquiries import EnquiryFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.sessions import COMING, NOW, SessionFactory, SessionPlaceFactory
from tests.people import at_once

State = SessionPlace.State


def book(session, **asked):
    return places.book(session, PersonFactory(), at=NOW, language="en", **asked)


def acts(place):
    keys = OutgoingMessage.objects.filter(person=place.person).order_by("pk").values_list("key", flat=True)
    return [key.split(":")[1] for key in keys]


@pytest.mark.django_db
def test_places_are_given_until_they_are_gone_then_people_wait_in_order():
    session = SessionFactory()
    booked = [book(session) for _number in range(4)]
    assert [one.state for one in booked] == ["booked", "booked", "waiting", "waiting"]
    places.cancel(booked[0], at=NOW)
    booked[2].refresh_from_db()
    booked[3].refresh_from_db()
    assert (booked[2].state, booked[3].state) == ("booked", "waiting")
    assert booked[2].moved_up_at == NOW
    assert acts(booked[2]) == ["waiting", "moved-up"]
    assert acts(booked[0]) == ["booked", "off"]


@pytest.mark.django_db
def test_second_booking_of_a_person_is_the_first_and_after_calling_off_a_new_one():
    session, person = SessionFactory(), PersonFactory()
    first = places.book(session, person, at=NOW)
    assert places.book(session, person, at=NOW) == first
    places.cancel(first, at=NOW)
    places.cancel(first, at=NOW)
    assert places.book(session, person, at=NOW) != first


@pytest.mark.django_db
def test_full_without_a_waiting_list_and_closed_are_refused():
    session = SessionFactory(seats=1, has_waiting_list=False)
    book(session)
    with pytest.raises(places.Full):
        book(session)
    for closed in (
        SessionFactory(state="draft"),
        SessionFactory(state="off"),
        SessionFactory(closes_at=NOW),
        SessionFactory(starts_at=NOW - timedelta(minutes=1)),
    ):
        with pytest.raises(places.Closed):
            book(closed)


@pytest.mark.django_db
def test_room_and_screen_have_places_of_their_own():
    session = SessionFactory(way="both", seats=1, online_seats=None, online_address="https://meet.example.org/a")
    here, there = book(session), book(session, is_online=True)
    late = book(session)
    assert (here.state, there.state, late.state) == ("booked", "booked", "waiting")
    assert places.switch(late, is_online=True, at=NOW).state == "booked"
    with pytest.raises(places.Full):
        places.switch(there, is_online=False, at=NOW)
    places.switch(here, is_online=True, at=NOW)
    assert places.free_places(session) == {False: 1, True: None}


@pytest.mark.django_db
def test_moving_gives_the_old_place_to_whoever_waits_and_never_loses_it():
    session, other = SessionFactory(seats=1), SessionFactory(seats=1, starts_at=COMING + timedelta(days=1))
    mine, waiting = book(session), book(session)
    taken = book(other)
    with pytest.raises(places.Full):
        places.move(mine, to=other, at=NOW)
    assert SessionPlace.objects.get(pk=mine.pk).state == "booked"
    places.cancel(taken, at=NOW)
    moved = places.move(mine, to=other, at=NOW)
    assert (moved.session, moved.state) == (other, "booked")
    assert SessionPlace.objects.get(pk=mine.pk).state == "off"
    assert SessionPlace.objects.get(pk=waiting.pk).state == "booked"


@pytest.mark.django_db
def test_more_seats_are_given_to_those_who_wait_and_fewer_than_taken_are_refused():
    session = SessionFactory(seats=1)
    _first, second = book(session), book(session)
    session.seats = 2
    opening.keep(session, at=NOW, by=None)
    assert SessionPlace.objects.get(pk=second.pk).state == "booked"
    session.seats = 1
    with pytest.raises(opening.TooFewPlaces):
        opening.keep(session, at=NOW, by=None)


@pytest.mark.django_db
def test_another_hour_is_told_with_a_higher_sequence_and_another_text_is_not():
    session = SessionFactory()
    place = book(session)
    session.text_en = "Bring your questions."
    opening.keep(session, at=NOW, by=None)
    assert acts(place) == ["booked"]
    session.starts_at += timedelta(hours=1)
    session.ends_at += timedelta(hours=1)
    opening.keep(session, at=NOW, by=None)
    assert acts(place) == ["booked", "changed"]
    assert SessionPlace.objects.get(pk=place.pk).sequence == place.sequence + 1


@pytest.mark.django_db
def test_session_is_opened_only_when_nothing_is_missing():
    session = SessionFactory(state="draft", room="", seats=0)
    with pytest.raises(opening.NotReady) as not_ready:
        opening.open_booking(session, at=NOW, by=None)
    assert not_ready.value.why == ["seats", "where"]
    Session.objects.filter(pk=session.pk).update(room="Aula 2", seats=5)
    assert opening.open_booking(session, at=NOW, by=None).state == "open"


@pytest.mark.django_db
def test_calling_off_tells_everybody_once():
    session = SessionFactory(seats=1)
    booked = [book(session), book(session)]
    assert opening.call_off(session, at=NOW, by=None) == 2
    assert opening.call_off(session, at=NOW, by=None) == 0
    for place in booked:
        assert acts(place)[-1] == "called-off"
        assert SessionPlace.objects.get(pk=place.pk).state == "off"


@pytest.mark.django_db
def test_checking_in_twice_is_once_and_who_was_not_seen_did_not_come():
    session = SessionFactory()
    came, other = book(session), book(session)
    by = UserFactory()
    places.check_in(came, at=COMING, by=by)
    assert places.check_in(came, at=COMING + timedelta(minutes=5), by=by).checked_in_at == COMING
    after = COMING + timedelta(hours=2)
    assert opening.close_past(at=after) == 1
    assert opening.close_past(at=after) == 0
    assert SessionPlace.objects.get(pk=other.pk).state == "no_show"
    # The list was found afterwards.
    assert places.check_in(other, at=after, by=by).state == "attended"
    assert places.undo_check_in(other, at=after).state == "no_show"


@pytest.mark.django_db
def test_place_that_was_called_off_is_not_checked_in():
    place = book(SessionFactory())
    places.cancel(place, at=NOW)
    with pytest.raises(places.NoPlace):
        places.check_in(place, at=COMING, by=UserFactory())


@pytest.mark.django_db
def test_who_walks_in_is_let_in_though_every_chair_is_taken():
    session = SessionFactory(seats=1)
    book(session)
    place = places.walk_in(session, PersonFactory(), at=COMING, by=UserFactory())
    assert (place.state, place.checked_in_at) == ("attended", COMING)


@pytest.mark.django_db
def test_figures_of_sessions_in_one_query(django_assert_num_queries):
    session, other = SessionFactory(), SessionFactory()
    SessionPlaceFactory(session=session, state=State.ATTENDED, enquiry=EnquiryFactory(state="enrolled"))
    for state in (State.ATTENDED, State.NO_SHOW, State.CANCELLED, State.WAITING):
        SessionPlaceFactory(session=session, state=state)
    with django_assert_num_queries(1):
        found = figures.of_sessions([session, other])
    numbers = found[session.pk]
    assert (numbers.registered, numbers.attended, numbers.no_show, numbers.enrolled) == (3, 2, 1, 1)
    assert (numbers.waiting, numbers.cancelled, numbers.attended_percent, numbers.enrolled_percent) == (1, 1, 67, 50)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_hundred_at_once_on_the_last_twenty_places():
    session = SessionFactory(seats=20)
    people = [PersonFactory().pk for _number in range(200)]
    processes = 8

    def ask(number):
        for pk in people[number::processes]:
            places.book(session, Person.objects.get(pk=pk), at=NOW)

    at_once.run(ask, processes=processes)

    assert SessionPlace.objects.filter(session=session, state="booked").count() == 20
    assert SessionPlace.objects.filter(session=session, state="waiting").count() == 180
