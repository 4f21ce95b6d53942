"""The adviser's sheet: what is on it, in which language, from one click, written down; and never in public."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.models import Argument, FactVersion, ProgrammePage, SheetLookup, Telling, ToldFact
from programmes.selling import argument_sheet
from tests.factories.arguments import ArgumentFactory, RivalFactory
from tests.factories.contact_centre import CaseFactory
from tests.factories.enquiries import EnquiryFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(time_machine, settings):
    settings.LANGUAGE_CODE = "en"
    time_machine.move_to(MONDAY_9AM, tick=False)


@pytest.fixture
def desk(client):
    def sign_in(role):
        client.user = UserFactory(role=role)
        client.force_login(client.user)
        return client

    return sign_in


def nursing(**facts):
    facts = {"title": "Nursing", "code": "nursing"} | facts
    return IntakeFactory(programme=ProgrammeFactory(**facts)).programme


def queries_of(client, path):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def address(programme, **query):
    return reverse("programmes_sheet:sheet", args=[programme.uuid], query=query)


def texts(said):
    return [one.text for one in said]


# --- what is on it


def test_own_arguments_come_before_those_for_all_and_retired_ones_are_gone():
    programme = nursing()
    ArgumentFactory(programme=None, text_en="For all", place=1)
    ArgumentFactory(programme=programme, text_en="Second", place=20)
    ArgumentFactory(programme=programme, text_en="First", place=10)
    ArgumentFactory(programme=programme, text_en="Retired", is_retired=True)
    ArgumentFactory(text_en="Of another programme")
    ArgumentFactory(programme=programme, text_en="Too dear", objection=True)
    sheet = argument_sheet.of(programme, language="en", at=MONDAY_9AM)
    assert texts(sheet.arguments) == ["First", "Second", "For all"]
    assert texts(sheet.objections) == ["Too dear"]


def test_an_argument_that_was_never_translated_says_so():
    argument = ArgumentFactory(text_en="", answer_en="")
    said = argument_sheet.said(argument, "en")
    assert (said.text, said.answer, said.language, said.is_translated) == (argument.text_ca, "Vint hores", "ca", False)


def test_the_content_speaks_the_language_of_whoever_asks(desk):
    programme = nursing(page=True)
    ArgumentFactory(programme=programme)
    case = CaseFactory(programme=programme, language="es")
    page = desk("Adviser").get(address(programme, case=case.uuid)).content.decode()
    assert "Practicas desde el primer día" in page
    assert "1 de marzo de 2027" in page
    assert "Back to them" in page
    chosen = desk("Adviser").get(address(programme, case=case.uuid, language="ca")).content.decode()
    assert "Practiques des del primer dia" in chosen


def test_the_price_of_the_day_and_the_whole_price_list_are_on_it(desk):
    programme = nursing()
    programme.intakes.update(early_price_minor=99_000, early_until=date(2027, 1, 31))
    page = desk("Adviser").get(address(programme, language="en")).content.decode()
    assert '<strong lang="en">€990</strong>' in page
    assert "€1,250" in page
    assert "20 seats left" in page


def test_what_the_person_was_told_is_on_it_and_whether_it_holds():
    programme, person = nursing(), PersonFactory()
    intake = programme.intakes.get()
    for number, (words, until) in enumerate([("€1,100", MONDAY_9AM), ("1 March 2027", None)]):
        version = FactVersion.objects.create(
            programme=programme,
            intake=intake,
            fact="starts_on" if until is None else "price",
            value={},
            valid_from=MONDAY_9AM - timedelta(days=20),
            valid_until=until,
        )
        telling = Telling.objects.create(
            support="call", key=f"call:{number}", programme=programme, person=person, language="en", told_at=MONDAY_9AM
        )
        ToldFact.objects.create(telling=telling, version=version, words=words)
    told = argument_sheet.told_to(person, programme)
    assert {(one.words, one.is_old) for one in told} == {("€1,100", True), ("1 March 2027", False)}
    assert argument_sheet.told_to(PersonFactory(), programme) == ()


def test_rivals_are_for_those_who_may_see_them(desk):
    programme = nursing()
    RivalFactory(programme=programme, name="Night nursing")
    assert "Night nursing" in desk("Adviser").get(address(programme)).content.decode()
    assert "Night nursing" not in desk("Admissions").get(address(programme)).content.decode()


def test_a_programme_without_a_sheet_shows_its_facts(desk):
    programme = ProgrammeFactory(title="Unpublished")
    page = desk("Adviser").get(address(programme)).content.decode()
    assert "no published sheet yet" in page


def test_the_sheet_costs_the_same_with_more_on_it(desk):
    programme, client = nursing(page=True), desk("Adviser")
    case = CaseFactory(programme=programme)

    def queries():
        return queries_of(client, address(programme, case=case.uuid))

    ArgumentFactory(programme=programme)
    RivalFactory(programme=programme)
    queries()
    few = queries()
    ArgumentFactory.create_batch(4, programme=programme)
    RivalFactory.create_batch(3, programme=programme)
    IntakeFactory.create_batch(2, programme=programme)
    queries()  # the new starts are facts, which the first to tell them writes down
    assert queries() == few <= 40


def test_the_shelf_finds_a_sheet_and_costs_the_same_with_more(desk):
    client = desk("Adviser")
    nursing(page=True)
    address = reverse("programmes_sheet:index")

    def queries():
        return queries_of(client, address)

    queries()
    few = queries()
    nursing(title="Caring", code="caring", page=True)
    nursing(title="Baking", code="baking", page=True)
    assert queries() == few
    assert [row.title for row in client.get(address, {"q": "bak"}).context["rows"]] == ["Baking"]
    assert "No programme on offer is called" in client.get(address, {"q": "xyz"}).content.decode()


def test_an_editor_previews_the_sheet_of_a_draft(rf):
    programme = nursing(page=True)
    ArgumentFactory(programme=programme, text_es="Prácticas reales")
    page = ProgrammePage.objects.get(programme=programme, locale__language_code="es")
    page.promise = "Promesa nueva"
    shown = render_to_string(
        argument_sheet.PREVIEW, argument_sheet.for_preview(page, at=MONDAY_9AM), request=_of_staff(rf)
    )
    assert "Promesa nueva" in shown
    assert "Prácticas reales" in shown
    assert not SheetLookup.objects.exists()


def _of_staff(rf):
    request = rf.get("/")
    request.user = UserFactory(role="Editor")
    return request


# --- one click away, and written down


def test_the_sheet_is_one_click_from_case_queue_person_and_enquiry(desk):
    programme, client = nursing(), desk("Adviser")
    case = CaseFactory(programme=programme, adviser=client.user, state="in_hand")
    enquiry = EnquiryFactory(person=case.person, programme=programme, case=case)
    wanted = address(programme, case=case.uuid)
    for page in (
        reverse("contact_centre_case", args=[case.uuid]),
        reverse("contact_centre_queue"),
        reverse("contact_centre_person", args=[case.person.uuid]),
        reverse("enquiries_list:inspect", args=[enquiry.pk]),
    ):
        assert wanted in client.get(page).content.decode(), page


def test_each_opening_is_written_down(desk):
    programme, client = nursing(), desk("Adviser")
    case = CaseFactory(programme=programme)
    client.get(address(programme, case=case.uuid))
    client.get(address(programme))
    client.get(address(programme, person=case.person.uuid))
    assert list(SheetLookup.objects.order_by("pk").values_list("about_kind", "about_id", "by")) == [
        ("contact_centre.case", case.pk, client.user.pk),
        ("", None, client.user.pk),
        ("people.person", case.person.pk, client.user.pk),
    ]
    assert SheetLookup.objects.filter(took_ms__gte=0, looked_at=MONDAY_9AM).count() == 3


@pytest.mark.parametrize("value", ["nonsense", "00000000-0000-0000-0000-000000000001", ""])
def test_an_asker_nobody_knows_is_left_out(desk, value):
    programme = nursing()
    page = desk("Adviser").get(address(programme, case=value, person=value))
    assert page.status_code == 200
    assert page.context["asker"] is None


def test_who_may_not_read_a_case_learns_nothing_of_it(desk):
    programme = nursing()
    case = CaseFactory(programme=programme, person__given_name="Rosalia")
    page = desk("Marketing").get(address(programme, case=case.uuid))
    assert page.context["asker"] is None
    assert "Rosalia" not in page.content.decode()


# --- never public


def public_addresses(programme):
    found = ["/ca/", "/en/", "/sitemap.xml", "/robots.txt", "/api/v1/openapi.json"]
    found += [page.get_url() for page in ProgrammePage.objects.filter(programme=programme)]
    found += [
        f"/{page.get_url().split('/')[1]}/{page.get_url().split('/')[2]}/" for page in ProgrammePage.objects.all()
    ]
    return found + [f"/feeds/programmes.{suffix}" for suffix in ("xcri.xml", "jsonld", "elm.jsonld", "csv")]


def planted(programme):
    ArgumentFactory(programme=programme, **dict.fromkeys(["text_ca", "text_es", "text_en"], "SECRET-ARGUMENT"))
    ArgumentFactory(programme=None, **dict.fromkeys(["answer_ca", "answer_es", "answer_en"], "SECRET-ANSWER"))
    RivalFactory(programme=programme, name="SECRET-RIVAL", strengths="SECRET-STRENGTH")


# Slow because it renders every public page of a programme in three languages.
@pytest.mark.parametrize("who", ["nobody", "student"])
def test_no_public_page_or_feed_shows_arguments_or_rivals(client, who):
    programme = nursing(page=True)
    planted(programme)
    if who == "student":
        user = UserFactory()
        PersonFactory(user=user)
        client.force_login(user)
    for path in public_addresses(programme):
        answer = client.get(path)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code in (200, 302), path
        assert b"SECRET" not in content, path


@pytest.mark.parametrize("who", ["nobody", "student", "Tutor", "Moderator", "Finance"])
def test_arguments_and_rivals_stay_with_those_who_sell(client, who):
    programme = nursing()
    planted(programme)
    if who != "nobody":
        client.force_login(UserFactory(role=None if who == "student" else who))
    names = [
        "programmes_sheet:index",
        "argument:index",
        "programmes_benchmark:index",
        "rival:index",
        "competitor:index",
    ]
    paths = [address(programme), *map(reverse, [*names, "programmes_benchmark:export"])]
    paths.append(reverse("programmes_benchmark:comparison", args=[programme.uuid]))
    for path in paths:
        answer = client.get(path)
        assert answer.status_code in (302, 403), path
        assert b"SECRET" not in answer.content


# --- those who write them


def test_an_editor_writes_an_argument(desk):
    programme = nursing()
    client = desk("Editor")
    answer = client.post(
        reverse("argument:add"),
        {"programme": programme.pk, "kind": "argument", "text_ca": "Petit grup", "place": "10"},
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert texts(argument_sheet.of(programme, language="ca", at=MONDAY_9AM).arguments) == ["Petit grup"]


def test_the_list_of_arguments_costs_the_same_with_more(desk, django_assert_max_num_queries):
    client = desk("Adviser")
    ArgumentFactory.create_batch(3)
    ArgumentFactory(programme=None)
    client.get(reverse("argument:index"))
    with django_assert_max_num_queries(20):
        page = client.get(reverse("argument:index")).content.decode()
    assert "All programmes" in page
    assert Argument.objects.count() == 4
