"""What is checked of sheets: completeness, languages, and what search engines stumble over."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils.translation import override
from wagtail.images.tests.utils import Image, get_test_image_file
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from people.access import roles as people_roles
from people.models import User
from programmes.editing import completeness, parity, seo_lint
from programmes.models import ArticleIndexPage, ArticlePage, HomePage, LanguageVersion, ProgrammePage, Topic
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory, TeacherFactory, build_tree

pytestmark = pytest.mark.django_db
TODAY = MONDAY_9AM.date()
LATER = MONDAY_9AM + timedelta(days=2)


@pytest.fixture(autouse=True)
def later():
    """Two days after the sheets of the factories were published."""
    with time_machine.travel(LATER, tick=True):
        yield


@pytest.fixture
def editor(client, later):
    people_roles.grant_all()
    user = User.objects.create_user("editor@llevant.example", "x", is_staff=True)
    user.groups.add(Group.objects.get(name=people_roles.EDITOR))
    client.force_login(user)
    return client


def _sheet(language="ca", **facts) -> ProgrammePage:
    return ProgrammeFactory(page=True, **facts).sheet_in(language)


def _missing(page) -> set[str]:
    return {rule.code for rule in completeness.score(page, on=TODAY).missing}


def _complete(page: ProgrammePage) -> None:
    for name in ("problem", "symptoms", "outcome", "proof", "requirements", "accreditation", "careers"):
        setattr(page, name, "<p>Something.</p>")
    page.syllabus = [("unit", {"title": f"Unit {number}", "text": ""}) for number in range(3)]
    page.questions = [("question", {"question": "Why?", "answer": "<p>So.</p>"}) for _number in range(3)]
    page.image = Image.objects.create(title="t", file=get_test_image_file(), description="A nurse at a kitchen table")
    page.teachers.add(TeacherFactory())
    IntakeFactory(programme=page.programme, apply_by=date(2027, 2, 1))


# Completeness


def test_weights_of_the_rules_make_a_hundred():
    assert sum(rule.weight for rule in completeness.RULES) == 100


def test_sheet_with_gaps_says_what_is_missing_the_weightiest_first():
    score = completeness.score(_sheet(), on=TODAY)
    assert [rule.code for rule in score.missing][:2] == ["problem", "outcome"]
    assert {"dates", "price", "seats", "teachers", "picture", "symptoms"} <= {rule.code for rule in score.missing}
    assert 0 < score.percent < 50


def test_whole_sheet_has_a_hundred_and_the_draft_in_memory_counts():
    page = _sheet()
    _complete(page)
    parity.note_missed(at=LATER)
    assert _missing(page) == set()
    page.problem = "<p>&nbsp;</p>"
    assert _missing(page) == {"problem"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"apply_by": date(2026, 1, 1)}, "dates"),  # one that nobody can join any more
        ({"price_minor": None}, "price"),
        ({"seats": None}, "seats"),
        ({"is_open": False}, "price"),
    ],
)
def test_intake_without_a_fact_does_not_count_for_it(change, code):
    page = _sheet()
    _complete(page)
    page.programme.intakes.update(**change)
    assert code in _missing(page)


def test_scores_of_many_cost_the_same_as_of_one(django_assert_max_num_queries):
    pages = [_sheet() for _number in range(3)]
    for page in pages:
        IntakeFactory(programme=page.programme)
    with django_assert_max_num_queries(6):
        scores = completeness.scores(
            ProgrammePage.objects.filter(locale__language_code="ca").select_related("programme", "image"), on=TODAY
        )
    assert [score.percent for score in scores] == [completeness.score(page, on=TODAY).percent for page in pages]


def test_editor_sees_the_score_before_publishing_and_in_the_lists(editor):
    page = _sheet(title="Cures a casa")
    for address in (
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("programmes_completeness") + "?language=ca",
    ):
        told = editor.get(address, headers={"Accept-Language": "en"}).content.decode()
        percent = completeness.score(page, on=date.today()).percent
        assert f"{percent} %" in told
    assert f"{percent} %" in editor.get(reverse("programme:index")).content.decode()


# Languages


def _versions(page) -> dict[str, str]:
    return {one.language: one.state for one in parity.rows([page])[page.translation_key].versions}


def test_translation_is_out_of_date_when_the_words_of_its_source_changed():
    page = _sheet()
    parity.note_missed(at=LATER)
    assert set(_versions(page).values()) == {"current"}
    page.save_revision().publish()  # again, with the same words
    assert set(_versions(page).values()) == {"current"}
    page.promise = "Work close to the people you care for"
    page.save_revision().publish()
    assert _versions(page) == {"ca": "current", "es": "out_of_date", "en": "out_of_date"}
    spanish = page.programme.sheet_in("es")
    spanish.promise = "Trabaja cerca de las personas que cuidas"
    spanish.save_revision().publish()
    assert _versions(page) == {"ca": "current", "es": "current", "en": "out_of_date"}


def test_translation_found_right_is_up_to_date_until_the_next_change(editor):
    page = _sheet()
    parity.note_missed(at=LATER)
    page.promise = "Work close to the people"
    page.save_revision().publish()
    english = page.programme.sheet_in("en")
    editor.post(reverse("programmes_find_right", args=[english.pk]))
    assert _versions(page)["en"] == "current"
    assert LanguageVersion.objects.get(page=english).checked_by.email == "editor@llevant.example"
    page.promise = "Work closer to the people"
    page.save_revision().publish()
    assert _versions(page)["en"] == "out_of_date"


def test_missing_unpublished_and_empty_languages_are_told(editor):
    page = _sheet()
    page.programme.sheet_in("es").unpublish()
    page.programme.sheet_in("en").delete()
    assert _versions(page) == {"ca": "current", "es": "draft", "en": "missing"}
    other = _sheet("en")
    other.promise = ""
    other.save_revision().publish()
    parity.note_missed(at=LATER)
    assert _versions(other)["en"] == "gaps"
    told = editor.get(reverse("programmes_parity"), headers={"Accept-Language": "en"}).content.decode()
    assert "promise in one sentence" in told
    assert "Missing (1)" in told
    assert editor.get(reverse("programmes_parity"), {"state": "missing"}).context["rows"].paginator.count == 1


def test_noting_twice_changes_nothing():
    _sheet()
    assert parity.note_missed(at=LATER) == 3
    assert parity.note_missed(at=LATER) == 0


def _translate(source_page, target: str, said: dict[str, str]):
    source, _new = TranslationSource.update_or_create_from_instance(source_page)
    translation = Translation.objects.create(source=source, target_locale=Locale.objects.get(language_code=target))
    for segment in source.stringsegment_set.select_related("string", "context"):
        StringTranslation.objects.create(
            translation_of=segment.string,
            context=segment.context,
            locale=translation.target_locale,
            data=said.get(segment.string.data, f"[{target}] {segment.string.data}"),
        )
    return translation


def test_sheet_is_submitted_and_translated_with_its_facts(editor, django_capture_on_commit_callbacks):
    page = _sheet()
    page.programme.sheet_in("en").delete()
    page.teachers.add(TeacherFactory())
    page.save_revision().publish()
    english = Locale.objects.get(language_code="en")
    editor.post(
        reverse("wagtail_localize:submit_page_translation", args=[page.pk]),
        {"locales": [english.pk], "include_subtree": "", "publish_translations": ""},
    )
    translation = Translation.objects.get(source__object_id=page.translation_key, target_locale=english)
    for segment in translation.source.stringsegment_set.select_related("string", "context"):
        StringTranslation.objects.create(
            translation_of=segment.string, context=segment.context, locale=english, data=f"EN {segment.string.data}"
        )
    made = ProgrammePage.objects.get(translation_key=page.translation_key, locale=english)
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(reverse("wagtailadmin_pages:edit", args=[made.pk]), {"action": "publish"})
    made.refresh_from_db()
    assert made.live
    assert made.programme == page.programme
    assert made.promise == f"EN {page.promise}"
    assert made.syllabus[0].value["title"] == "EN Care at home"
    assert [one.name for one in made.teachers.all()] == ["Remei Fontanals"]
    assert _versions(page)["en"] == "current"


def test_article_is_translated_with_its_topics_and_programmes(django_capture_on_commit_callbacks):
    build_tree()
    home = HomePage.objects.get(locale__language_code="ca")
    index = ArticleIndexPage.objects.filter(locale=home.locale).first()
    if index is None:
        index = home.add_child(instance=ArticleIndexPage(title="Articles", slug="articles"))
        index.copy_for_translation(Locale.objects.get(language_code="en")).save_revision().publish()
    topic = Topic.objects.create(slug="work", name_ca="Feina", name_es="Trabajo", name_en="Work")
    article = ArticlePage(title="Feina nova", slug="feina", intro="Com és.", dated_on=date(2027, 1, 4))
    article.topics, article.programmes = [topic], [ProgrammeFactory()]
    index.add_child(instance=article)
    article.save_revision().publish()
    translation = _translate(article, "en", {"Feina nova": "New work", "Com és.": "What it is like."})
    with django_capture_on_commit_callbacks(execute=True):
        translation.save_target(publish=True)
    made = ArticlePage.objects.get(locale__language_code="en", translation_key=article.translation_key)
    assert (made.title, made.intro, made.dated_on, made.live) == (
        "New work",
        "What it is like.",
        article.dated_on,
        True,
    )
    assert list(made.topics.all()) == [topic]
    assert list(made.programmes.all()) == list(article.programmes.all())


# Search engines


def _codes(page) -> set[tuple[str, str]]:
    return {(finding.level, finding.code) for finding in seo_lint.lint(page)}


def _tidy(page: ProgrammePage) -> ProgrammePage:
    page.seo_title = "Community nursing, beside the people you care for"
    page.search_description = "A course of twelve weeks on nursing outside the hospital: homes, families and you."
    return page


def test_tidy_page_has_nothing_to_put_right():
    assert seo_lint.lint(_tidy(_sheet("en"))) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"seo_title": "x" * 61}, ("warning", "title")),
        ({"seo_title": "Short"}, ("warning", "title")),
        ({"search_description": ""}, ("error", "description")),
        ({"search_description": "x" * 200}, ("warning", "description")),
        ({"problem": '<p><a href="">here it is</a></p>'}, ("error", "link")),
        ({"problem": '<p><a href="https://example.org"> </a></p>'}, ("error", "link")),
        ({"problem": '<p><a href="https://example.org">click here</a></p>'}, ("warning", "link")),
        ({"problem": '<p><a linktype="page" id="999999">our catalogue</a></p>'}, ("error", "link")),
        ({"problem": '<p><a href="http://localhost/x">our catalogue</a></p>'}, ("error", "link")),
        ({"description": "<h3></h3><p>a</p>"}, ("error", "heading")),
        ({"description": "<h4>deep</h4><p>a</p>"}, ("warning", "heading")),
        ({"body": [("button", {"label": "Go", "page": None, "address": ""})]}, ("error", "link")),
    ],
)
def test_what_is_wrong_is_found(change, found):
    page = _tidy(_sheet("en"))
    for name, value in change.items():
        setattr(page, name, value)
    assert _codes(page) == {found}


def test_picture_without_words_and_link_to_an_unpublished_page_are_found():
    page, other = _tidy(_sheet("en")), _sheet("en")
    other.unpublish()
    page.image = Image.objects.create(title="DSC_0034.jpg", file=get_test_image_file())
    page.problem = f'<p><a linktype="page" id="{other.pk}">the other course</a></p>'
    with override("en"):
        words = {finding.words for finding in seo_lint.lint(page)}
    assert words == {
        "The picture has no description for those who cannot see it.",
        "“the other course” leads to a page that is not published.",
    }


def test_two_pages_with_one_title_are_found_in_the_same_language_only(editor):
    one, other = _tidy(_sheet("en")), _tidy(_sheet("es"))
    other.save_revision().publish()
    assert _codes(one) == set()
    twin = _tidy(_sheet("en"))
    twin.save_revision().publish()
    assert _codes(one) == {("error", "twin"), ("warning", "twin")}
    told = editor.get(reverse("wagtailadmin_pages:edit", args=[twin.pk]), headers={"Accept-Language": "en"})
    assert "How a result page may show it" in told.content.decode()


@pytest.mark.parametrize("mode", ["", "mail", "adviser"])
def test_draft_is_previewed_on_each_support(mode, rf):
    page = _sheet("en")
    IntakeFactory(programme=page.programme)
    page.title = "Draft title"
    user = User(email="root@llevant.example", is_superuser=True, is_active=True, is_staff=True)
    request = rf.get("/")
    request.user = user
    answer = page.serve_preview(request, mode) if mode else None
    assert answer is None or answer.status_code == 200
