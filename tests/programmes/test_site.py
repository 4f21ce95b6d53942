"""The three-language tree and the sheets published into it."""

import pytest
from wagtail.models import Page, Site

from programmes import site
from programmes.models import HomePage, Programme, ProgrammePage, TextPage
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db

TEXTS = {
    "ca": {"title": "Infermeria comunitària", "promise": "A prop de la gent"},
    "es": {"title": "Enfermería comunitaria", "promise": "Cerca de la gente"},
    "en": {"title": "Community nursing", "promise": "Near people"},
}


def test_site_is_built_once_however_often_it_is_asked_for():
    site.build_site(at=MONDAY_9AM)
    before = list(Page.objects.order_by("path").values_list("path", "title"))
    site.build_site(at=MONDAY_9AM)
    assert list(Page.objects.order_by("path").values_list("path", "title")) == before
    assert HomePage.objects.count() == 3
    assert TextPage.objects.count() == 12
    assert Page.find_problems() == ([], [], [], [], [])


def test_welcome_page_of_wagtail_is_gone():
    site.build_site(at=MONDAY_9AM)
    assert isinstance(Site.objects.get(is_default_site=True).root_page.specific, HomePage)
    assert not Page.objects.filter(title__startswith="Welcome").exists()


def test_sheets_of_a_programme_are_translations_of_one_another():
    site.build_tree(at=MONDAY_9AM)
    programme = site.publish_programme({"code": "nursing", "intakes": [{"code": "a"}]}, TEXTS, at=MONDAY_9AM)
    sheet = programme.sheet_in("ca")
    assert {page.title for page in sheet.get_translations()} == {"Enfermería comunitaria", "Community nursing"}
    assert programme.intakes.count() == 1
    assert programme.title_in("es") == "Enfermería comunitaria"


def test_publishing_again_rewrites_the_same_sheets():
    site.build_tree(at=MONDAY_9AM)
    site.publish_programme({"code": "nursing"}, TEXTS, at=MONDAY_9AM)
    site.publish_programme({"code": "nursing"}, {"en": {"title": "Nursing at home"}}, at=MONDAY_9AM)
    assert Programme.objects.count() == 1
    assert ProgrammePage.objects.count() == 3
    assert ProgrammePage.objects.get(locale__language_code="en").title == "Nursing at home"


def test_sheet_in_another_language_stands_in_for_a_missing_one():
    site.build_tree(at=MONDAY_9AM)
    programme = site.publish_programme({"code": "nursing"}, {"es": TEXTS["es"]}, at=MONDAY_9AM)
    assert programme.sheet_in("ca").title == "Enfermería comunitaria"
    assert ProgrammeFactory().sheet_in("ca") is None


def test_titles_of_a_list_cost_no_query_each(django_assert_num_queries):
    for _ in range(3):
        ProgrammeFactory(page=True)
    with django_assert_num_queries(2):
        assert len([one.title_in("es") for one in Programme.objects.with_sheets()]) == 3


@pytest.mark.parametrize(
    ("language", "label"), [("en", "March 2027"), ("es", "Marzo de 2027"), ("ca", "Març del 2027")]
)
def test_intake_says_when_and_where_in_the_readers_language(language, label):
    from django.utils.translation import override

    with override(language):
        assert IntakeFactory().label() == f"{label}, Barcelona"
