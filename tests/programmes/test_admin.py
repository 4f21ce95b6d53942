"""Programmes in the back office, as an editor uses them."""

from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import Page

from people.access import roles as people_roles
from people.models import User
from programmes import roles, site
from programmes.models import Collection, Programme, SchoolSettings
from tests.factories.programmes import MONDAY_9AM, CollectionFactory, FieldFactory, IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    people_roles.grant_all()
    user = User.objects.create_user("editor@llevant.example", "x", is_staff=True)
    user.groups.add(Group.objects.get(name=people_roles.EDITOR))
    client.force_login(user)
    return client


def _form(response) -> dict:
    """What a browser would send back of a form with an inline panel."""
    form = response.context["form"]
    data = {}
    for bound in [form, *form.formsets.values(), *[one for formset in form.formsets.values() for one in formset.forms]]:
        management = getattr(bound, "management_form", None)
        for field in management or bound:
            value = field.value()
            data[field.html_name] = "on" if value is True else "" if value in (None, False) else value
    return data


def test_list_filters_by_collection_and_level(editor):
    imported = CollectionFactory(slug="invented", name="Invented University")
    ProgrammeFactory(title="Ours", level="master")
    ProgrammeFactory(title="Theirs", collection=imported, level="master")
    address = reverse("programme:index")
    assert "Ours" in editor.get(address).content.decode()
    response = editor.get(address, {"collection": imported.pk, "level": "master"})
    assert [one.title for one in response.context["object_list"]] == ["Theirs"]
    assert [one.title for one in editor.get(address, {"q": "our"}).context["object_list"]] == ["Ours"]


def test_price_of_an_intake_is_edited_with_its_programme(editor, client):
    programme = ProgrammeFactory(code="nursing", page=True)
    IntakeFactory(programme=programme)
    address = reverse("programme:edit", args=[programme.pk])
    data = _form(editor.get(address)) | {"intakes-0-price_minor": "999,00"}
    response = editor.post(address, data)
    assert response.status_code == 302, response.context["form"].errors
    assert programme.intakes.get().price_minor == 99_900
    with time_machine.travel(MONDAY_9AM, tick=False):
        assert "€999" in client.get("/en/programmes/nursing/").content.decode()


def test_intake_that_ends_before_it_starts_is_refused_kindly(editor):
    programme = ProgrammeFactory()
    IntakeFactory(programme=programme)
    address = reverse("programme:edit", args=[programme.pk])
    response = editor.post(address, _form(editor.get(address)) | {"intakes-0-ends_on": str(date(2026, 1, 1))})
    assert response.status_code == 200
    assert programme.intakes.get().ends_on == date(2027, 5, 28)


def test_every_list_and_form_opens(editor):
    programme, field, collection = ProgrammeFactory(), FieldFactory(), Collection.objects.get()
    for name, row in (("programme", programme), ("field", field), ("collection", collection)):
        for view, args in (("index", []), ("add", []), ("edit", [row.pk])):
            assert editor.get(reverse(f"{name}:{view}", args=args)).status_code == 200, (name, view)
    assert editor.get(reverse("programme:inspect", args=[programme.pk])).status_code == 200
    assert editor.get(reverse("teacher:index")).status_code == 200


def test_programme_with_a_sheet_is_not_deleted(editor):
    programme = ProgrammeFactory(page=True)
    editor.post(reverse("programme:delete", args=[programme.pk]))
    assert Programme.objects.filter(pk=programme.pk).exists()


def test_published_edit_is_found_by_its_new_words(editor, client):
    programme = ProgrammeFactory(page=True)
    sheet = programme.sheet_in("en")
    sheet.title = "Beekeeping"
    sheet.save_revision().publish()
    with time_machine.travel(MONDAY_9AM, tick=False):
        response = client.get("/en/programmes/", {"q": "beekeeping"})
    assert [card.title for card in response.context["cards"]] == ["Beekeeping"]


def test_editor_opens_pages_and_sends_them_to_translation(editor):
    site.build_tree(at=MONDAY_9AM)
    site.publish_programme({"code": "a"}, {"ca": {"title": "Només en català", "slug": "a"}}, at=MONDAY_9AM)
    sheet = Page.objects.get(slug="a")
    assert editor.get(reverse("wagtailadmin_pages:edit", args=[sheet.pk])).status_code == 200
    response = editor.get(reverse("wagtail_localize:submit_page_translation", args=[sheet.pk]))
    assert response.status_code == 200


def test_colours_of_the_school_are_checked_on_save(editor):
    built = site.build_tree(at=MONDAY_9AM)
    address = reverse("wagtailsettings:edit", args=["programmes", "schoolsettings", built.pk])
    data = _form(editor.get(address)) | {"accent": "#ffee00"}
    answer = editor.post(address, data, headers={"Accept-Language": "en"})
    assert "hard to read" in answer.content.decode()
    assert SchoolSettings.for_site(built).accent == "#b3420e"


def test_adviser_sees_programmes_and_changes_none(client):
    people_roles.grant_all()
    user = User.objects.create_user("adviser@llevant.example", "x", is_staff=True)
    user.groups.add(Group.objects.get(name=people_roles.ADVISER))
    client.force_login(user)
    programme = ProgrammeFactory()
    assert client.get(reverse("programme:index")).status_code == 200
    assert client.get(reverse("programme:edit", args=[programme.pk])).status_code == 302


def test_every_permission_named_exists():
    assert people_roles.grant_all() == []
    assert set(roles.PERMISSIONS) <= set(people_roles.ALL)
