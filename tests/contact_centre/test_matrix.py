"""The communications matrix: what becomes due, what leaves with which facts, and what does not leave."""

from datetime import timedelta

import pytest
from django.urls import reverse
from wagtail.users.models import UserProfile

from contact_centre.matrix import grid, moments, running
from contact_centre.models import Case, MatrixCell, MatrixDue
from people import timeline
from people.models import OutgoingMessage
from programmes.models import ToldFact
from programmes.told import versions as told_versions
from tests.factories.contact_centre import MessageTemplateFactory
from tests.factories.enquiries import EnquiryFactory
from tests.factories.enrolment import ApplicationFactory
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory
from tests.factories.programmes import IntakeFactory
from tests.factories.tutoring import StudentFactory

pytestmark = pytest.mark.django_db
BEFORE = MONDAY_9AM - timedelta(days=1)
NOON = MONDAY_9AM + timedelta(hours=3)


def cell(moment="enquiry_received", channel="email", *, since=BEFORE, **fields):
    fields = {"template_code": "welcome", "is_on": True, "on_since": since} | fields
    return MatrixCell.objects.create(moment=moment, channel=channel, **fields)


def template(body="Hola {person}", **fields):
    return MessageTemplateFactory(**{"code": "welcome", "subject": "Hola", "body": body, "kind": ""} | fields)


def asked(**fields):
    return EnquiryFactory(**{"received_at": MONDAY_9AM} | fields)


def letters():
    return list(OutgoingMessage.objects.filter(key__startswith="matrix:").values_list("body", flat=True))


def test_every_floor_registers_its_moments_in_the_order_of_the_way():
    codes = list(moments.registered())
    assert codes[0] == "enquiry_received"
    assert codes.index("admitted") < codes.index("payment_due") < codes.index("first_week") < codes.index("anniversary")


def test_somebody_who_asks_gets_the_letter_of_the_moment_once():
    template()
    cell()
    asked(person=PersonFactory(given_name="Anna"))
    for _run in range(2):
        running.sweep(at=NOON)
    assert letters() == ["Hola Anna"]
    owed = MatrixDue.objects.get()
    assert (owed.state, owed.sent_at, owed.message.subject) == ("sent", NOON, "Hola")


def test_what_happened_before_the_cell_ran_is_not_written_about():
    template()
    cell(since=NOON)
    asked()
    assert running.sweep(at=NOON)["matrix_found"] == 0
    assert letters() == []


def test_a_delayed_letter_waits():
    template()
    cell(delay_minutes=24 * 60)
    asked()
    running.sweep(at=NOON)
    assert letters() == []
    assert MatrixDue.objects.get().due_at == MONDAY_9AM + timedelta(days=1)
    running.sweep(at=NOON + timedelta(days=1))
    assert len(letters()) == 1


def test_a_price_that_changed_between_due_and_sent_goes_out_new():
    template("Costa {price}.")
    cell(delay_minutes=60 * 24)
    intake = IntakeFactory(price_minor=1950_00)
    asked(programme=intake.programme)
    running.sweep(at=NOON)
    told_versions.note([intake.programme_id], at=NOON)
    intake.price_minor = 1700_00
    intake.save()
    running.sweep(at=NOON + timedelta(days=1))
    assert letters() == ["Costa 1.700\xa0€."]
    told = ToldFact.objects.get()
    assert (told.words, told.version.valid_until) == ("1.700\xa0€", None)


def test_a_price_that_changes_while_the_provider_is_away_goes_out_new():
    template("Costa {price}.")
    cell()
    intake = IntakeFactory(price_minor=1950_00)
    asked(programme=intake.programme)
    running.sweep(at=NOON)
    assert letters() == ["Costa 1.950\xa0€."]
    intake.price_minor = 1700_00
    intake.save()
    told_versions.note([intake.programme_id], at=NOON + timedelta(minutes=30))
    assert letters() == ["Costa 1.700\xa0€."]
    assert [one.words for one in ToldFact.objects.all()] == ["1.700\xa0€"]


def test_a_letter_that_lacks_something_stays_and_says_what():
    template("Costa {price}.")
    cell()
    asked(programme=None)
    running.sweep(at=NOON)
    owed = MatrixDue.objects.get()
    assert (owed.state, owed.why, letters()) == ("left_out", "Not known for this person: price", [])


def test_nothing_is_written_where_it_is_not_so_any_more():
    template()
    cell("payment_due")
    application = ApplicationFactory(admitted=True, decided_at=MONDAY_9AM - timedelta(days=3))
    running.find_due(at=NOON)
    application.state = "withdrawn"
    application.save()
    running.send_due(at=NOON)
    assert (MatrixDue.objects.get().state, letters()) == ("left_out", [])


def test_the_ledger_is_asked_for_news():
    template(purpose="commercial")
    cell()
    asked()
    running.sweep(at=NOON)
    owed = MatrixDue.objects.get()
    assert (owed.state, bool(owed.why), letters()) == ("left_out", True, [])


def test_what_may_not_leave_at_night_is_filled_in_the_morning():
    template("Costa {price}.", purpose="survey")
    cell()
    intake = IntakeFactory(price_minor=1950_00)
    night = MONDAY_9AM.replace(hour=23)
    asked(programme=intake.programme, received_at=night)
    running.sweep(at=night)
    owed = MatrixDue.objects.get()
    assert letters() == []
    assert owed.state in ("due", "left_out")


def test_a_text_for_another_phase_of_life_does_not_leave():
    template(phase="loyalty")
    cell()
    asked()
    running.sweep(at=NOON)
    assert MatrixDue.objects.get().why == "They are in another phase of life than this text is for."


def test_the_reader_gets_their_language_or_the_nearest():
    template("Hola")
    cell()
    asked(person=PersonFactory(language="es"))
    running.sweep(at=NOON)
    assert OutgoingMessage.objects.get(key__startswith="matrix:").language == "ca"


def test_a_cell_of_the_telephone_becomes_a_call_to_make():
    template("Pregunta per {programme}", channel="phone")
    cell(channel="phone")
    intake = IntakeFactory()
    enquiry = asked(programme=intake.programme, person=PersonFactory(phone="+34600000123"))
    running.sweep(at=NOON)
    case = Case.objects.get(kind="call")
    assert (case.person, case.question) == (enquiry.person, f"Pregunta per {intake.programme.title}")


def test_whoever_writes_back_counts_as_answered():
    template()
    cell()
    enquiry = asked()
    running.sweep(at=NOON)
    timeline.record(
        enquiry.person, at=NOON + timedelta(hours=1), channel="email", direction="in", kind="contact_centre.they_wrote"
    )
    running.sweep(at=NOON + timedelta(hours=2))
    assert MatrixDue.objects.get().answered_at == NOON + timedelta(hours=1)


def test_our_own_next_letter_is_no_answer():
    template()
    cell()
    enquiry = asked()
    running.sweep(at=NOON)
    timeline.record(
        enquiry.person, at=NOON + timedelta(hours=1), channel="email", direction="out", kind="people.message_sent"
    )
    running.sweep(at=NOON + timedelta(hours=2))
    assert MatrixDue.objects.get().answered_at is None


def test_a_tutor_signs_what_students_get():
    template("{adviser}")
    cell("first_week")
    StudentFactory(
        started_at=MONDAY_9AM - timedelta(days=7), tutor=UserFactory(first_name="Joan", last_name="Mas", role="Tutor")
    )
    running.sweep(at=NOON)
    assert letters() == ["Joan Mas"]


@pytest.mark.parametrize("code", ["enquiry_quiet", "application_begun", "starts_soon", "completed", "silent_student"])
def test_moments_are_found_with_one_query_each(code, django_assert_num_queries):
    moment = moments.registered()[code]
    with django_assert_num_queries(1):
        assert moment.found(since=BEFORE, until=NOON) == []


def test_a_row_that_fails_does_not_hold_the_next_back(monkeypatch):
    template()
    cell()
    first, second = asked(), asked(person=PersonFactory(given_name="Berta"))
    running.find_due(at=NOON)
    MatrixDue.objects.filter(person=first.person).update(due_at=MONDAY_9AM - timedelta(minutes=1))
    asks = running._ask_ledger

    def fail_for_first(cell, template, person, *, at):
        if person == first.person:
            raise RuntimeError
        asks(cell, template, person, at=at)

    monkeypatch.setattr(running, "_ask_ledger", fail_for_first)
    running.send_due(at=NOON)
    assert letters() == ["Hola Berta"]
    assert MatrixDue.objects.get(person=first.person).due_at == NOON + running.TRIED_AGAIN
    assert second.person.messages.count() == 1


# --- the grid


def square(code, channel):
    row = next(one for one in grid.rows() if one.code == code)
    return next(one for one in row.squares if one.channel == channel)


def test_gaps_are_told_from_cells_left_empty_on_purpose():
    before = grid.gaps(grid.rows())
    cell("applied", "sms", is_on=False, template_code="", is_needless=True)
    assert square("applied", "sms").state == "needless"
    assert grid.gaps(grid.rows()) == before - 1


def test_a_cell_whose_template_went_out_of_use_is_shown_as_broken():
    used = template()
    cell()
    assert square("enquiry_received", "email").state == "runs"
    used.is_on = False
    used.save()
    assert square("enquiry_received", "email").state == "broken"


def test_the_grid_costs_the_same_however_many_cells_are_filled(django_assert_num_queries):
    template()
    cell()
    with django_assert_num_queries(3):
        grid.rows()
    for code in ("applied", "admitted", "enrolled"):
        cell(code)
    with django_assert_num_queries(3):
        grid.rows()


@pytest.fixture
def desk(client):
    def sign_in(role):
        client.user = UserFactory(role=role)
        UserProfile.objects.create(user=client.user, preferred_language="en")
        client.force_login(client.user)
        return client

    return sign_in


def test_a_cell_is_filled_switched_on_and_counted(desk):
    client = desk("Marketing")
    template()
    address = reverse("contact_centre_matrix_cell", args=["enquiry_received", "email"])
    fields = {"template_code": "welcome", "number": "2", "unit": "hours", "owner": client.user.pk, "is_on": "on"}
    assert client.post(address, fields).status_code == 302
    kept = MatrixCell.objects.get()
    assert (kept.delay_minutes, kept.owner, kept.is_on, kept.on_since is not None) == (120, client.user, True, True)
    MatrixDue.objects.create(
        cell=kept, person=PersonFactory(given_name="Lucía"), key="a", due_at=NOON, state="sent", sent_at=NOON,
        answered_at=NOON,
    )  # fmt: skip
    page = client.get(reverse("contact_centre_matrix")).content.decode()
    assert f'{address}?list=answered" aria-label=' in page
    assert page.count(">1</a>") == 2
    assert "Lucía" in client.get(f"{address}?list=answered").content.decode()


def test_of_two_who_decide_at_once_the_later_is_told(desk):
    client = desk("Marketing")
    address = reverse("contact_centre_matrix_cell", args=["enquiry_received", "email"])
    empty = {"template_code": "", "number": "0", "unit": "minutes", "seen": client.get(address).context["seen"]}
    client.post(address, empty | {"is_needless": "on"})
    late = client.post(address, empty | {"number": "5"})
    assert (late.status_code, "Not saved yet" in late.content.decode()) == (422, True)
    assert MatrixCell.objects.get().is_needless
    client.post(address, empty | {"number": "5", "seen": late.context["seen"]})
    assert MatrixCell.objects.get().delay_minutes == 5


def test_a_cell_does_not_run_without_an_approved_text(desk):
    client = desk("Marketing")
    template(number=0)
    address = reverse("contact_centre_matrix_cell", args=["enquiry_received", "email"])
    answer = client.post(address, {"template_code": "", "number": "0", "unit": "minutes", "is_on": "on"})
    assert (answer.status_code, MatrixCell.objects.count()) == (422, 0)
    assert "Choose the template that it sends." in answer.content.decode()


def test_whoever_only_sees_the_matrix_changes_nothing(desk):
    client = desk("Director")
    address = reverse("contact_centre_matrix_cell", args=["enquiry_received", "email"])
    assert client.get(address).status_code == 200
    client.post(address, {"template_code": "", "number": "0", "unit": "minutes", "is_needless": "on"})
    assert MatrixCell.objects.count() == 0
