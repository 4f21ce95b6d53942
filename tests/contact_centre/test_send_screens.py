"""Sends as staff see them: write, check, approve, follow, stop."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contact_centre.models import MessageSignal, Send
from contact_centre.sends import stop
from tests.factories.contact_centre import MessageTemplateFactory
from tests.factories.people import ConsentFactory, OutgoingMessageFactory, PersonFactory, UserFactory
from tests.factories.sends import DeliveryFactory, SegmentFactory, SendFactory, SendVariantFactory

pytestmark = pytest.mark.django_db
MOST_QUERIES = 45


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def staff(client):
    def sign_in(role):
        client.user = UserFactory(role=role)
        client.force_login(client.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def segment():
    MessageTemplateFactory(
        code="open-day", title="Open day", purpose="commercial", subject="Hola", body="Vine", language="ca"
    )
    found = SegmentFactory(name="Asked in spring")
    people = [ConsentFactory().person, PersonFactory()]
    found.members.add(*people, through_defaults={"added_at": timezone.now()})
    return found


def typed(segment, **changes):
    rows = {}
    for n in range(4):
        rows |= {f"wording-{n}-name": "", f"wording-{n}-template": "", f"wording-{n}-share": "1"}
    rows |= {"wording-0-name": "A", "wording-0-template": "open-day"}
    return {
        "name": "Open day", "segment": segment.pk, "channel": "email", "purpose": "commercial", "value": "50",
        "metric": "clicked", "halt_bounce_percent": "5", "halt_complaint_percent": "0.3",
        "wording-TOTAL_FORMS": "4", "wording-INITIAL_FORMS": "4", **rows, **changes,
    }  # fmt: skip


def url(send, act=""):
    return reverse(f"contact_centre_send{act}", args=[send.uuid])


def approver(client):
    client.force_login(UserFactory(role="Director"), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_send_is_written_checked_and_approved_by_another(staff, segment):
    client = staff("Contact-centre lead")
    answer = client.post(reverse("contact_centre_send_new"), typed(segment), follow=True)
    send = Send.objects.get()
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "They have not agreed to this." in page
    assert answer.context["check"].reached == 1

    UserFactory(role="Director")
    assert "somebody else has to approve" in client.post(url(send, "_approve"), follow=True).content.decode()
    send.refresh_from_db()
    assert send.state == "draft"

    client = staff("Contact-centre lead")
    client.post(url(send, "_edit"), typed(segment, name="Open evening"))
    assert "somebody else has to approve" in client.post(url(send, "_approve"), follow=True).content.decode()
    send.refresh_from_db()
    assert (send.name, send.state) == ("Open evening", "draft")

    approver(client).post(url(send, "_approve"))
    send.refresh_from_db()
    assert send.state == "approved"


def test_only_one_who_may_approve_approves_their_own(staff, segment):
    client = staff("Contact-centre lead")
    client.post(reverse("contact_centre_send_new"), typed(segment))
    client.post(url(Send.objects.get(), "_approve"))
    assert Send.objects.get().state == "approved"


def test_wrong_input_is_explained_and_kept(staff, segment):
    client = staff("Marketing")
    answer = client.post(
        reverse("contact_centre_send_new"), typed(segment, name="", **{"wording-0-template": ""}, value="200")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose at least one template." in page
    assert answer.context["form"].errors.keys() == {"name", "value"}
    assert not Send.objects.exists()


def test_send_without_an_approved_text_is_barred(staff, segment):
    send = SendFactory(segment=segment)
    SendVariantFactory(send=send, template_code="not-written")
    client = staff("Director")
    assert "has no approved text" in client.get(url(send)).content.decode()
    client.post(url(send, "_approve"))
    send.refresh_from_db()
    assert send.state == "draft"


def test_send_at_the_same_hour_to_the_same_people_is_named(staff, segment):
    SendFactory(name="Scholarships", segment=segment, state="approved", due_at=timezone.now() + timedelta(hours=3))
    send = SendFactory(segment=segment, due_at=timezone.now() + timedelta(hours=2))
    SendVariantFactory(send=send)
    assert "«Scholarships» goes to" in staff("Director").get(url(send)).content.decode()


def test_approved_send_is_not_changed_any_more(staff, segment):
    send = SendFactory(segment=segment, state="approved")
    assert staff("Marketing").get(url(send, "_edit")).url == url(send)
    staff("Marketing").post(url(send, "_edit"), typed(segment, name="Other"))
    send.refresh_from_db()
    assert send.name != "Other"


def test_nobody_approves_or_writes_over_a_send_they_have_not_seen(staff, segment):
    client = staff("Marketing")
    client.post(reverse("contact_centre_send_new"), typed(segment))
    send = Send.objects.get()
    opened = client.get(url(send, "_edit")).context["seen"]
    client.post(url(send, "_edit"), typed(segment, **{"seen": opened, "wording-0-name": "B"}))
    late = client.post(url(send, "_edit"), typed(segment, seen=opened, name="Mine"))
    assert (late.status_code, "Not saved yet" in late.content.decode()) == (422, True)
    page = approver(client).post(url(send, "_approve"), {"seen": opened}, follow=True).content.decode()
    assert "look at it as it is now" in page
    send.refresh_from_db()
    assert (send.name, send.state, send.variants.get().name) == ("Open day", "draft", "B")
    client.post(url(send, "_approve"), {"seen": client.get(url(send)).context["seen"]})
    send.refresh_from_db()
    assert send.state == "approved"


def test_report_page_opens_within_its_queries_however_many_people(staff, segment, django_assert_max_num_queries):
    send = SendFactory(segment=segment, state="sending", listed_at=timezone.now())
    variant = SendVariantFactory(send=send)
    for _turn in range(3):
        message = OutgoingMessageFactory(person=PersonFactory(), purpose="commercial", state="sent")
        DeliveryFactory(send=send, variant=variant, person=message.person, message=message, state="queued")
        MessageSignal.objects.create(message=message, kind="clicked", at=timezone.now(), url="https://x.example/")
    DeliveryFactory(send=send, variant=variant, state="left_out", why="missing:price")
    DeliveryFactory(send=send, variant=variant, state="left_out", why=f"outbid:{SendFactory(name='Rich').pk}")
    client = staff("Marketing")
    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get(url(send)).content.decode()
    assert "«Rich»" in page
    assert "is not known of them" in page


def test_list_needs_as_many_queries_for_one_as_for_many(staff, segment, django_assert_num_queries):
    client = staff("Marketing")
    SendFactory(segment=segment)
    client.get(reverse("contact_centre_sends"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("contact_centre_sends"))
    SendFactory.create_batch(5, segment=segment, made_by=UserFactory())
    with django_assert_num_queries(len(one)):
        client.get(reverse("contact_centre_sends"))


def test_emergency_stop_asks_twice_says_why_and_is_lifted(staff):
    client = staff("Data protection")
    page = reverse("contact_centre_sending_stop")
    assert client.post(page, {"why": "Wrong price"}).status_code == 422
    assert not stop.is_stopped()
    client.post(page, {"why": "Wrong price", "sure": "on"})
    assert stop.standing().by == client.user
    assert "Wrong price" in client.get(page).content.decode()
    client.post(page, {"resume": "1"})
    assert not stop.is_stopped()
    assert "Wrong price" in client.get(page).content.decode()


@pytest.mark.parametrize("role", ["Adviser", "Tutor", "Finance"])
def test_others_do_not_stop_everything(staff, role):
    client = staff(role)
    client.post(reverse("contact_centre_sending_stop"), {"why": "For fun", "sure": "on"})
    assert not stop.is_stopped()


def test_sample_is_worked_out_beside_the_form(staff):
    page = staff("Marketing").get(
        reverse("contact_centre_send_sample"), {"baseline": "10", "difference": "5", "wordings": "2"}
    )
    assert "686 people for each wording." in page.content.decode()


def test_send_is_stopped_and_goes_on(staff, segment):
    send = SendFactory(segment=segment, state="sending", listed_at=timezone.now())
    DeliveryFactory(send=send, variant=SendVariantFactory(send=send))
    client = staff("Contact-centre lead")
    client.post(url(send, "_stop"), {"why": "Wrong date"})
    send.refresh_from_db()
    assert (send.state, send.why) == ("stopped", "Wrong date")
    client.post(url(send, "_restart"))
    send.refresh_from_db()
    assert send.state == "sending"
    assert send.deliveries.get().state == "waiting"
