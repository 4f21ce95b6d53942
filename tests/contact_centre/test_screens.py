from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contact_centre import inbox
from contact_centre.assignment import escalation
from contact_centre.models import Case
from people.models import Consent, OutgoingMessage, Touchpoint
from tests.factories.contact_centre import CaseFactory, MessageTemplateFactory
from tests.factories.people import ConsentFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
MOST_QUERIES = 24


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def desk(client):
    """Signs a new login with a role in and returns the client, with the login as ``desk.user``."""

    def sign_in(role):
        client.user = UserFactory(role=role)
        client.force_login(client.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


HTMX = {"headers": {"HX-Request": "true"}}


def just_opened(**facts):
    return CaseFactory(opened_at=timezone.now() - timedelta(minutes=5), **facts)


def case_url(case, act=""):
    return reverse(f"contact_centre_{act or 'case'}", args=[case.uuid])


def names_in(response):
    return [str(row.case.person) for row in response.context["rows"]]


@pytest.fixture
def counted(django_assert_max_num_queries):
    return lambda: django_assert_max_num_queries(MOST_QUERIES)


# --- Who may see what


@pytest.mark.parametrize(
    ("role", "queue_opens", "people_opens"),
    [
        ("Adviser", True, True),
        ("Contact-centre lead", True, True),
        ("Admissions", True, True),
        ("Finance", False, True),
        ("Editor", False, False),
        ("Tutor", False, True),
        ("Moderator", False, False),
        ("Director", True, True),
        ("Data protection", True, True),
    ],
)
def test_each_role_sees_its_screens(desk, role, queue_opens, people_opens):
    client = desk(role)

    assert client.get("/admin/my-day/").status_code == 200
    assert (client.get("/admin/queue/").status_code == 200) is queue_opens
    assert (client.get("/admin/people/").status_code == 200) is people_opens
    menu = client.get("/admin/my-day/").content.decode()
    assert ("/admin/queue/" in menu) is queue_opens


@pytest.mark.parametrize("act", ["take", "answer", "case_call", "put_back", "close", "reopen"])
def test_acts_need_the_right_to_take_cases(desk, act):
    case = just_opened()

    desk("Director").post(case_url(case, act), {"subject": "x", "body": "y", "outcome": "reached"})

    assert Case.objects.get().state == "waiting"
    assert case.events.count() == 0


@pytest.mark.parametrize("act", ["take", "answer", "case_call", "put_back", "close", "reopen"])
def test_acts_are_posts(desk, act):
    assert desk("Adviser").get(case_url(just_opened(), act)).status_code == 405


def test_visitors_are_sent_to_the_door(client):
    assert client.get("/admin/queue/").url.startswith("/accounts/login/")


def test_the_home_of_the_back_office_is_my_day(desk):
    assert desk("Editor").get("/admin/").url == "/admin/my-day/"


# --- My day


def test_my_day_says_what_comes_first_and_why(desk):
    client = desk("Adviser")
    just_opened(in_hand=True, adviser=client.user, person__given_name="Later")
    CaseFactory(in_hand=True, adviser=client.user, person__given_name="Overdue")

    page = client.get("/admin/my-day/").content.decode()

    assert page.index("Overdue") < page.index("Later")
    assert "The promise is broken" in page


def test_my_day_counts_first_answers_in_time(desk):
    client = desk("Adviser")
    case, late = just_opened(), CaseFactory()
    for one in (case, late):
        client.post(case_url(one, "take"))
        client.post(case_url(one, "answer"), {"subject": "Dates", "body": "In May."})
    client.post(case_url(case, "answer"), {"subject": "Dates", "body": "On the 5th."})

    figures = client.get("/admin/my-day/").context["figures"]

    assert (figures.answered_today, figures.kept_this_week, figures.in_hand) == (2, 1, 0)


def test_a_lead_sees_what_was_escalated(desk):
    CaseFactory(in_hand=True, person__given_name="Forgotten")
    escalation.escalate(at=timezone.now())

    page = desk("Contact-centre lead").get("/admin/my-day/")

    assert [str(step.case.person.given_name) for step in page.context["escalated"]] == ["Forgotten"]


# --- The queue


def test_the_queue_shows_overdue_cases_first(desk):
    just_opened(person__given_name="New", person__family_name="")
    CaseFactory(person__given_name="Overdue", person__family_name="")

    page = desk("Adviser").get("/admin/queue/")

    assert names_in(page) == ["Overdue", "New"]
    assert "late" in page.content.decode()


def test_the_views_and_filters_of_the_queue_are_in_its_address(desk):
    client = desk("Adviser")
    just_opened(person__given_name="Mine", person__family_name="", in_hand=True, adviser=client.user)
    just_opened(person__given_name="Waiting", person__family_name="", kind="complaint", language="es")
    CaseFactory(person__given_name="Overdue", person__family_name="", in_hand=True)
    CaseFactory(person__given_name="Done", person__family_name="", answered=True)
    CaseFactory(person__given_name="Closed", person__family_name="", closed=True)

    def shown(query):
        return names_in(client.get(f"/admin/queue/?{query}"))

    assert shown("view=mine") == ["Mine"]
    assert shown("view=waiting") == ["Waiting"]
    assert shown("view=overdue") == ["Overdue"]
    assert sorted(shown("")) == ["Mine", "Overdue", "Waiting"]
    assert shown("kind=complaint&language=es") == ["Waiting"]
    assert shown("kind=payment") == []
    assert sorted(shown("view=nonsense&programme=x&after=zzz")) == ["Mine", "Overdue", "Waiting"]


def test_pages_of_the_queue_follow_one_another_without_gap_or_repeat(desk):
    client = desk("Adviser")
    for number in range(inbox.PAGE_SIZE * 2 + 5):
        just_opened(priority=number % 3, question=str(number))
    seen, address = [], "/admin/queue/"
    for _page in range(3):
        page = client.get(address)
        seen += [row.case.pk for row in page.context["rows"]]
        address = f"/admin/queue/?{page.context['next_query']}"

    assert seen == list(Case.objects.most_urgent_first().values_list("pk", flat=True))
    assert page.context["next_query"] == ""


def test_counts_stop_at_a_ceiling():
    assert (inbox.capped(1000), inbox.capped(1001)) == ("1000", "1,000+")


@pytest.mark.parametrize("address", ["/admin/queue/", "/admin/queue/?view=overdue", "/admin/people/", "/admin/my-day/"])
def test_lists_cost_the_same_queries_for_one_row_and_for_thirty(desk, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = desk("Contact-centre lead")

    def queries():
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    CaseFactory(in_hand=True)
    few = queries()
    for _row in range(29):
        CaseFactory(in_hand=True)

    assert queries() == few
    if "my-day" not in address:  # there other floors hang their panels, each with queries of its own
        assert few <= MOST_QUERIES


def test_a_lead_gives_chosen_cases_to_an_adviser(desk):
    adviser, cases = UserFactory(role="Adviser"), [just_opened(), just_opened(), just_opened()]
    client = desk("Contact-centre lead")

    chosen = [str(case.uuid) for case in cases[:2]] + ["nonsense"]
    client.post("/admin/queue/assign/", {"case": chosen, "to": adviser.pk, "next": "//evil.example/"})

    assert Case.objects.filter(adviser=adviser, state="in_hand").count() == 2


def test_an_adviser_cannot_give_cases(desk):
    client, case = desk("Adviser"), just_opened()

    client.post("/admin/queue/assign/", {"case": [str(case.uuid)], "to": client.user.pk})

    assert Case.objects.get().adviser is None


def test_after_an_act_nobody_is_sent_to_another_site(desk):
    client, adviser = desk("Contact-centre lead"), UserFactory(role="Adviser")

    response = client.post("/admin/queue/assign/", {"to": adviser.pk, "next": "https://evil.example/"})

    assert response.url == "/admin/queue/"


# --- A case


def test_take_the_next_opens_the_most_urgent_case(desk):
    just_opened()
    overdue = CaseFactory()
    adviser = desk("Adviser")

    # Two clicks in a row would otherwise take two cases.
    assert "data-take-next data-once" in adviser.get("/admin/queue/").content.decode()
    assert adviser.post("/admin/queue/next/").url == case_url(overdue)


def test_taking_the_next_of_an_empty_queue_says_so(desk):
    response = desk("Adviser").post("/admin/queue/next/", follow=True)

    assert "Nothing is waiting: the queue is empty." in response.content.decode()


def test_a_case_is_answered_from_its_page(desk):
    client, case = desk("Adviser"), just_opened(person__given_name="Núria", question="When?")
    client.post(case_url(case, "take"))

    response = client.post(case_url(case, "answer"), {"subject": "Dates", "body": "In May."}, follow=True)

    message = OutgoingMessage.objects.get()
    assert (message.body, Case.objects.get().state) == ("In May.", "answered")
    assert "Take the next" in response.content.decode()
    assert reverse("people_messages:inspect", args=[message.pk]) in response.content.decode()


def test_two_clicks_on_send_are_one_message(desk):
    client = desk("Adviser")
    case = just_opened(in_hand=True, adviser=client.user)

    for _click in range(2):
        client.post(case_url(case, "answer"), {"subject": "Dates", "body": "In May."})

    assert (OutgoingMessage.objects.count(), case.events.count(), Touchpoint.objects.count()) == (1, 1, 1)


def test_an_answer_on_a_case_somebody_else_holds_is_kept_on_the_page(desk):
    client, case = desk("Adviser"), just_opened(in_hand=True)

    response = client.post(case_url(case, "answer"), {"subject": "Dates", "body": "What I wrote."})

    assert response.status_code == 422
    assert "somebody else holds this case" in response.content.decode()
    assert "What I wrote." in response.content.decode()
    Case.objects.update(state=Case.State.WAITING, adviser=None, taken_at=None)  # somebody put it back meanwhile
    page = client.post(case_url(case, "answer"), {"subject": "x", "body": "Then this."}).text
    assert "Then this." in page
    assert "the case is not in your hands" in page
    assert OutgoingMessage.objects.count() == 0


def test_the_page_says_who_holds_the_case_and_offers_no_answer(desk):
    case = just_opened(in_hand=True)

    page = desk("Adviser").get(case_url(case)).content.decode()

    assert f"{case.adviser} holds this case" in page
    assert 'name="body"' not in page


def test_an_answer_that_may_not_leave_says_why(desk):
    client = desk("Adviser")
    case = just_opened(in_hand=True, adviser=client.user, person=PersonFactory(email=""))

    response = client.post(case_url(case, "answer"), {"subject": "Dates", "body": "In May."})

    assert (response.status_code, "Not sent:" in response.content.decode()) == (422, True)
    assert Case.objects.get().answered_at is None


def test_the_answer_starts_from_the_template_of_the_persons_language(desk):
    client = desk("Adviser")
    MessageTemplateFactory(language="es", body="Hola {person}, {curly}")
    MessageTemplateFactory(language="en", body="Hello")
    case = just_opened(in_hand=True, adviser=client.user, language="es", person__given_name="Lucía")

    form = client.get(case_url(case)).context["answer_form"]

    assert form.initial["body"] == "Hola Lucía, {curly}"


def test_a_template_is_put_in_place(desk):
    client = desk("Adviser")
    case = just_opened(in_hand=True, adviser=client.user)
    template = MessageTemplateFactory(kind="payment", body="About your payment")

    fields = client.get(case_url(case, "compose"), {"template": template.pk}).content.decode()

    assert "About your payment" in fields


def test_a_call_takes_three_inputs_at_most(desk):
    client = desk("Adviser")
    case = just_opened(in_hand=True, adviser=client.user)
    form = client.get(case_url(case)).context["call_form"]

    client.post(case_url(case, "case_call"), {"outcome": "reached", "note": "Starts in May"})

    assert len(form.fields) <= 3
    assert Case.objects.get().state == "answered"


def test_a_question_that_was_added_is_decided_in_the_answer_being_written(desk):
    client, add = desk("Adviser"), {"topic": "price", "state": "open"}
    case = just_opened(in_hand=True, adviser=client.user)

    added = client.post(case_url(case, "question"), add, **HTMX)
    Case.objects.update(adviser=UserFactory())
    stale = client.post(case_url(case, "question"), add, **HTMX)

    assert 'id="desk-decide" hx-swap-oob' in added.text
    assert 'name="question-price"' in added.text
    assert (stale.status_code, stale["HX-Refresh"]) == (409, "true")


def test_put_back_close_and_reopen(desk):
    client = desk("Adviser")
    case = just_opened(in_hand=True, adviser=client.user)
    states = []
    for act in ("put_back", "close", "reopen"):
        client.post(case_url(case, act))
        states.append(Case.objects.get().state)

    assert states == ["waiting", "closed", "in_hand"]


def test_what_a_stranger_writes_is_shown_as_text(desk):
    case = just_opened(question="<script>alert(1)</script>", person__given_name="<b>Eve</b>")
    client = desk("Adviser")

    for address in (case_url(case), "/admin/queue/", reverse("contact_centre_person", args=[case.person.uuid])):
        page = client.get(address).content.decode()
        assert "<script>alert(1)" not in page
        assert "<b>Eve</b>" not in page


# --- People


def test_people_are_found_by_what_staff_know_of_them(desk):
    client = desk("Adviser")
    PersonFactory(given_name="Núria", family_name="Puig", email="nuria@example.org", phone="+34612345678")
    PersonFactory(given_name="Other", family_name="One", email="other@example.org")

    for sought in ("nuria", "Puig", "nuria@example.org", "612345678"):
        found = client.get("/admin/people/", {"q": sought}).context["people"]
        assert [person.given_name for person, _owed in found] == ["Núria"], sought

    assert "Nobody found" in client.get("/admin/people/", {"q": "zzzz"}).content.decode()


def test_the_person_page_answers_the_four_questions(desk):
    client = desk("Adviser")
    case = CaseFactory(person=PersonFactory(phone="+34612345678"))
    ConsentFactory(person=case.person, decision=Consent.Decision.DENIED)

    page = client.get(reverse("contact_centre_person", args=[case.person.uuid]))
    text = page.content.decode()

    questions = ["Who is this?", "May I contact them?", "What do they want now?", "What happened?"]
    assert [question for question in questions if question in text] == questions
    assert {(way.channel, way.purpose_code): way.verdict.allowed for way in page.context["ways"]}[
        ("email", "commercial")
    ] is False
    assert page.context["steps"][0].case == case


def test_the_person_page_stays_within_its_queries(desk, counted):
    person = PersonFactory(phone="+34612345678")
    for _case in range(5):
        CaseFactory(person=person)
    for number in range(30):
        Touchpoint.objects.create(
            person=person, at=timezone.now() - timedelta(hours=number), channel="web", direction="in", kind="x.y"
        )
    ConsentFactory(person=person)
    client = desk("Adviser")
    address = reverse("contact_centre_person", args=[person.uuid])
    client.get(address)

    from wagtail import hooks

    panels = hooks._hooks.pop("construct_person_panels", [])
    try:
        with counted():
            client.get(address)
    finally:
        hooks._hooks["construct_person_panels"] = panels


def test_the_timeline_goes_on_where_it_stopped(desk):
    person, now = PersonFactory(), timezone.now()
    for number in range(45):
        Touchpoint.objects.create(
            person=person, at=now - timedelta(hours=number // 2), channel="web", direction="in", kind="a.b", summary="x"
        )
    client = desk("Adviser")
    page = client.get(reverse("contact_centre_person", args=[person.uuid]))
    seen = [line.touchpoint.pk for line in page.context["lines"]]
    while more := page.context["more"]:
        page = client.get(f"{reverse('contact_centre_timeline', args=[person.uuid])}?{more}")
        seen += [line.touchpoint.pk for line in page.context["lines"]]

    assert seen == list(Touchpoint.objects.order_by("-at", "-pk").values_list("pk", flat=True))


def test_writing_first_opens_a_case_of_ones_own_once(desk):
    client, person = desk("Adviser"), PersonFactory()
    address = reverse("contact_centre_write", args=[person.uuid])

    assert client.post(address).url == client.post(address).url
    assert Case.objects.get().adviser == client.user


def test_a_panel_that_fails_leaves_the_person_page_standing(desk):
    from wagtail import hooks

    def broken(**_about):
        raise RuntimeError

    person = PersonFactory()
    with hooks.register_temporarily("construct_person_panels", broken):
        response = desk("Adviser").get(reverse("contact_centre_person", args=[person.uuid]))

    assert response.status_code == 200
