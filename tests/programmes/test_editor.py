"""The editor of sheets: choosers, amounts, moderation, schedules, comparison, redirects, testimonials, menus."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site, WorkflowPage
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from people import sweeping
from people.access import roles as people_roles
from people.models import User
from people.privacy import erasure
from programmes import models
from programmes.editing import moderation, schedule, testimonials
from programmes.models import Campus, Intake, Menu, ProgrammePage, Teacher
from tests.factories.people import PersonFactory
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory, build_tree
from tests.programmes.test_admin import _form as sent_back

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


def _staff(role: str) -> User:
    people_roles.grant_all()
    user = User.objects.create_user(f"{role.lower()}@llevant.example", "x", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def editor(client):
    client.force_login(_staff(people_roles.EDITOR))
    return client


def _sheet(language="en") -> ProgrammePage:
    return ProgrammeFactory(code="nursing", page=True).sheet_in(language)


def _page_form(page: ProgrammePage, **changes) -> dict:
    """What the page editor sends back of a sheet."""
    units = [("unit", {"title": unit.value["title"], "text": unit.value["text"]}) for unit in page.syllabus]
    questions = [
        ("question", {"question": one.value["question"], "answer": rich_text(one.value["answer"].source)})
        for one in page.questions
    ]
    texts = ("problem", "symptoms", "outcome", "proof", "description", "requirements", "accreditation", "careers")
    return nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "programme": page.programme_id,
            "promise": page.promise,
            "seo_title": page.seo_title,
            "search_description": page.search_description,
            **{name: rich_text(getattr(page, name)) for name in texts},
            "syllabus": streamfield(units),
            "questions": streamfield(questions),
            "body": streamfield([]),
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""},
            **changes,
        }
    )


# Facts and intakes


def test_campus_of_an_intake_is_chosen_and_its_words_follow(editor):
    programme = ProgrammeFactory()
    IntakeFactory(programme=programme)
    campus = Campus.objects.create(name="Campus Gràcia")
    address = reverse("programme:edit", args=[programme.pk])
    response = editor.post(address, sent_back(editor.get(address)) | {"intakes-0-venue": campus.pk})
    assert response.status_code == 302, response.context["form"].errors
    assert Intake.objects.get().campus == "Campus Gràcia"
    address = reverse("campus:edit", args=[campus.pk])
    editor.post(address, sent_back(editor.get(address)) | {"name": "Campus Vila de Gràcia"})
    assert Intake.objects.get().campus == "Campus Vila de Gràcia"


def test_wrong_intake_is_refused_in_words_and_nothing_is_saved(editor):
    programme = ProgrammeFactory()
    IntakeFactory(programme=programme)
    address = reverse("programme:edit", args=[programme.pk])
    wrong = {
        "intakes-0-currency": "EUX",
        "intakes-0-seats": "-4",
        "intakes-0-apply_by": "2027-04-01",
        "intakes-0-early_price_minor": "lots",
    }
    told = editor.post(address, sent_back(editor.get(address)) | wrong, headers=ENGLISH).content.decode()
    for words in (
        "“EUX” is not the code of a currency in use",
        "Seats cannot be fewer than none",
        "The deadline cannot be after the start",
        "Write an amount, such as",
    ):
        assert words in told
    intake = Intake.objects.get()
    assert (intake.currency, intake.seats, intake.apply_by, intake.early_price_minor) == ("EUR", 20, None, None)


def test_two_intakes_with_one_code_are_refused_in_words(editor):
    programme = ProgrammeFactory()
    IntakeFactory(programme=programme, code="spring")
    IntakeFactory(programme=programme, code="autumn")
    address = reverse("programme:edit", args=[programme.pk])
    sent = sent_back(editor.get(address)) | {"intakes-0-code": "spring", "intakes-1-code": "spring"}
    response = editor.post(address, sent, headers=ENGLISH)
    assert "Two intakes have the same code. Give each its own." in response.content.decode()


@pytest.mark.parametrize(("typed", "kept"), [("CA,es / en", "ca, es, en"), ("klingon", None)])
def test_languages_of_a_programme_are_codes_of_languages(editor, typed, kept):
    programme = ProgrammeFactory(taught_in="ca")
    IntakeFactory(programme=programme)
    address = reverse("programme:edit", args=[programme.pk])
    sent = sent_back(editor.get(address)) | {"taught_in": typed}
    told = editor.post(address, sent, headers=ENGLISH)
    assert (told.status_code == 302) is bool(kept), told.context["form"].errors
    programme.refresh_from_db()
    assert programme.taught_in == (kept or "ca")
    assert kept or "“klingon” is not the code of a language" in told.content.decode()


@pytest.mark.parametrize("name", ["field", "campus", "teacher", "topic"])
def test_row_is_made_from_inside_its_chooser(editor, name):
    assert editor.get(reverse(f"{name}_chooser:choose")).status_code == 200
    fields = {"name": "Nou Barris", "name_ca": "Nou", "name_es": "Nuevo", "name_en": "New", "slug": "new"}
    prefix = editor.get(reverse(f"{name}_chooser:choose")).context["creation_form"].prefix
    sent = {f"{prefix}-{field}" if prefix else field: value for field, value in fields.items()}
    made = editor.post(reverse(f"{name}_chooser:create"), sent)
    assert made.json()["step"] == "chosen", made.json()


def test_teacher_gets_an_address_of_their_name(editor):
    Teacher.objects.create(name="Remei Fontanals", slug="remei-fontanals")
    address = reverse("teacher:add")
    editor.post(address, sent_back(editor.get(address)) | {"name": "Remei Fontanals"})
    assert list(Teacher.objects.order_by("pk").values_list("slug", flat=True)) == [
        "remei-fontanals",
        "remei-fontanals-2",
    ]


# Moderation, schedule, history


def test_marketing_writes_and_hands_in_and_an_editor_approves(client):
    build_tree()
    moderation.arrange()
    sheet, writer, approver = _sheet(), _staff(people_roles.MARKETING), _staff(people_roles.EDITOR)
    edit = reverse("wagtailadmin_pages:edit", args=[sheet.pk])
    client.force_login(writer)
    told = client.post(edit, _page_form(sheet, title="Nursing at home", **{"action-publish": "1"}))
    assert told.status_code == 302, (told.context["form"].errors, told.content.decode()[:300])
    sheet.refresh_from_db()
    assert sheet.title != "Nursing at home"  # whoever cannot publish only saved a draft
    client.post(edit, _page_form(sheet, title="Nursing at home", **{"action-submit": "1"}))
    state = sheet.current_workflow_state
    assert state.current_task_state.task.specific.groups.get().name == people_roles.EDITOR
    client.force_login(approver)
    assert "Nursing at home" in client.get(reverse("wagtailadmin_home"), follow=True).content.decode()
    act = reverse("wagtailadmin_pages:workflow_action", args=[sheet.pk, "approve", state.current_task_state.pk])
    client.post(act, {"comment": ""})
    sheet.refresh_from_db()
    assert (sheet.title, sheet.live) == ("Nursing at home", True)


def test_moderation_a_school_arranged_itself_stays():
    build_tree()
    ours = moderation.arrange()
    assert moderation.arrange() == ours
    ours.name = "La nostra"
    ours.save()
    assert moderation.arrange() == ours
    assert WorkflowPage.objects.get(page__depth=1).workflow == ours


def test_sweep_publishes_and_ends_pages_at_their_instants(client):
    with time_machine.travel(MONDAY_9AM, tick=False) as clock:
        sheet = _sheet()
        sheet.title = "From noon on"
        sheet.go_live_at, sheet.expire_at = MONDAY_9AM + timedelta(hours=3), MONDAY_9AM + timedelta(hours=6)
        sheet.save_revision(approved_go_live_at=sheet.go_live_at)
        sweeping.sweep(at=timezone.now())
        assert "From noon on" not in client.get("/en/programmes/nursing/").content.decode()
        clock.shift(timedelta(hours=3, seconds=1))
        assert schedule.publish_due(at=timezone.now()) == {"pages_expired": 0, "pages_published": 1}
        assert schedule.publish_due(at=timezone.now()) == {"pages_expired": 0, "pages_published": 0}
        assert "From noon on" in client.get("/en/programmes/nursing/").content.decode()
        clock.shift(timedelta(hours=3))
        assert schedule.publish_due(at=timezone.now()) == {"pages_expired": 1, "pages_published": 0}
        assert client.get("/en/programmes/nursing/").status_code == 404


def test_sweep_for_a_later_instant_publishes_what_is_due_then(client):
    sheet = _sheet()
    sheet.title = "From the day after tomorrow on"
    sheet.go_live_at = timezone.now() + timedelta(days=2)
    sheet.save_revision(approved_go_live_at=sheet.go_live_at)
    assert schedule.publish_due(at=timezone.now() + timedelta(days=3))["pages_published"] == 1
    assert sheet.title in client.get("/en/programmes/nursing/").content.decode()


def test_scheduling_the_next_version_leaves_what_readers_see(editor, client):
    sheet = _sheet()
    Page.objects.filter(pk=sheet.pk).update(live_revision=None)  # as it was built or imported, never a draft
    before = sheet.title
    address = reverse("wagtailadmin_pages:edit", args=[sheet.pk])
    later = timezone.localtime(timezone.now() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    sent = _page_form(sheet, title="Next year’s", go_live_at=later, **{"action-publish": "1"})
    editor.post(address, sent)
    sheet.refresh_from_db()
    assert (sheet.live, sheet.title, sheet.has_unpublished_changes) == (True, before, True)
    assert before in client.get("/en/programmes/nursing/").content.decode()
    assert sheet.get_latest_revision_as_object().title == "Next year’s"


def test_page_that_cannot_be_published_does_not_stop_the_others(monkeypatch):
    with time_machine.travel(MONDAY_9AM, tick=False):
        pages = list(ProgrammePage.objects.filter(pk__in=[_sheet("en").pk, _sheet_of("other").pk]).order_by("pk"))
        for page in pages:
            page.title = "Later"
            page.save_revision(approved_go_live_at=MONDAY_9AM)
        broken = pages[0].get_latest_revision()
        broken.content["promise"] = "x" * 300  # longer than its column
        broken.save(update_fields=["content"])
        assert schedule.publish_due(at=MONDAY_9AM)["pages_published"] == 1
    assert [page.title for page in ProgrammePage.objects.filter(title="Later")] == ["Later"]


def _sheet_of(code: str) -> ProgrammePage:
    return ProgrammeFactory(code=code, page=True).sheet_in("en")


def test_versions_are_compared_also_inside_streams(editor):
    sheet = _sheet()
    first = sheet.save_revision()
    sheet.syllabus[0].value["text"] = "What changes when the ward is a living room."
    sheet.promise = "Work near those you care for"
    second = sheet.save_revision()
    address = reverse("wagtailadmin_pages:revisions_compare", args=[sheet.pk, first.pk, second.pk])
    told = editor.get(address).content.decode()
    assert "living room" in told
    assert "those you care for" in told


def test_old_address_of_a_renamed_sheet_leads_to_the_new_one(editor, client, django_capture_on_commit_callbacks):
    sheet = _sheet()
    edit = reverse("wagtailadmin_pages:edit", args=[sheet.pk])
    with django_capture_on_commit_callbacks(execute=True):
        told = editor.post(edit, _page_form(sheet, slug="home-nursing", **{"action-publish": "1"}))
    assert told.status_code == 302, told.context["form"].errors
    assert Redirect.objects.filter(old_path="/en/programmes/nursing").exists()
    answer = client.get("/en/programmes/nursing/")
    assert (answer.status_code, answer.url) == (301, "/en/programmes/home-nursing/")
    assert editor.get(reverse("wagtailredirects:index")).status_code == 200


# Testimonials and menus


def _testimonial(**fields) -> models.Testimonial:
    said = {"words": "I found work.", "name_shown": "Elvira", "said_on": date(2026, 5, 1), "language": "en"}
    return models.Testimonial.objects.create(programme=ProgrammeFactory(), **(said | fields))


PERMISSION = {"permission_text": "You may show my words.", "permission_proof": "mail", "permitted_at": MONDAY_9AM}


def test_testimonial_is_shown_only_while_its_permission_holds(editor):
    bare, ended = _testimonial(), _testimonial(**PERMISSION, permitted_until=date(2027, 2, 1))
    someone = User.objects.get(email="editor@llevant.example")
    for pk in (bare.pk, ended.pk):
        with time_machine.travel(MONDAY_9AM + timedelta(days=60), tick=False):
            editor.force_login(someone)
            told = editor.post(reverse("testimonial_act", args=[pk, "show"]), follow=True, headers=ENGLISH)
        assert "no permission that holds is written down" in told.content.decode()
    assert not models.Testimonial.objects.filter(is_shown=True).exists()
    with time_machine.travel(MONDAY_9AM + timedelta(days=1), tick=False):
        editor.force_login(someone)
        editor.post(reverse("testimonial_act", args=[ended.pk, "show"]))
    assert [one.pk for one in models.Testimonial.objects.may_be_shown(on=date(2027, 2, 1))] == [ended.pk]
    assert not models.Testimonial.objects.may_be_shown(on=date(2027, 2, 2)).exists()


def test_withdrawn_permission_takes_it_off_for_good(editor):
    shown = _testimonial(**PERMISSION, is_shown=True)
    editor.post(reverse("testimonial_act", args=[shown.pk, "withdraw"]))
    editor.post(reverse("testimonial_act", args=[shown.pk, "show"]))
    shown.refresh_from_db()
    assert (shown.is_shown, shown.withdrawn_at is not None) == (False, True)
    when = shown.withdrawn_at
    testimonials.withdraw(shown, at=MONDAY_9AM + timedelta(days=900), by=None)
    shown.refresh_from_db()
    assert shown.withdrawn_at == when


def test_permission_of_a_shown_testimonial_is_not_emptied(editor):
    shown = _testimonial(**PERMISSION, is_shown=True)
    address = reverse("testimonial:edit", args=[shown.pk])
    told = editor.post(address, sent_back(editor.get(address)) | {"permission_text": ""}, headers=ENGLISH)
    assert "Take it off before you take away its permission" in told.content.decode()
    assert editor.get(reverse("testimonial:index")).status_code == 200
    assert editor.get(reverse("testimonial:inspect", args=[shown.pk])).status_code == 200


def test_testimonial_goes_when_the_person_is_forgotten(editor):
    said = _testimonial(**PERMISSION, is_shown=True)
    person = PersonFactory(email="elvira@example.com")
    address = reverse("testimonial:edit", args=[said.pk])
    unknown = editor.post(address, sent_back(editor.get(address)) | {"email": "nobody@example.com"}, headers=ENGLISH)
    assert "Nobody is known by this address" in unknown.content.decode()
    editor.post(address, sent_back(editor.get(address)) | {"email": " Elvira@example.com"})
    said.refresh_from_db()
    assert said.person == person
    erasure.erase(person, at=MONDAY_9AM, by=None)
    assert not models.Testimonial.objects.filter(pk=said.pk).exists()


def test_menu_is_made_of_pages_and_addresses(editor):
    build_tree()
    home = Page.objects.get(pk=Site.objects.get().root_page_id)
    sent = {
        "place": "main",
        "language": "ca",
        "entries": {
            "TOTAL_FORMS": 2,
            "INITIAL_FORMS": 0,
            "MIN_NUM_FORMS": 1,
            "MAX_NUM_FORMS": 1000,
            "0": {"page": home.pk, "label": "", "address": "", "ORDER": 1, "id": "", "DELETE": ""},
            "1": {"page": "", "label": "Blog", "address": "https://blog.example", "ORDER": 2, "id": "", "DELETE": ""},
        },
    }
    response = editor.post(reverse("menu:add"), nested_form_data(sent))
    assert response.status_code == 302, response.context["form"].errors
    assert [entry.label for entry in Menu.objects.get().entries.order_by("sort_order")] == ["", "Blog"]
    refused = editor.post(reverse("menu:add"), nested_form_data(sent), headers=ENGLISH)
    assert "There is a menu for this place in this language already" in refused.content.decode()
