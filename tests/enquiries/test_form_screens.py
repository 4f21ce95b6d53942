"""Forms as editors make them, as pages show them, and what the back office says of them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contact_centre.models import Case
from enquiries.intake import deciding, posting
from enquiries.models import Enquiry, Form, FormCount, Submission, TopicInterest
from programmes import site
from programmes.kept_pages.page_cache import HOW
from tests.enquiries.test_asking import BROWSER, send
from tests.factories.forms import make_form, own, variant
from tests.factories.people import UserFactory
from tests.factories.website import publish_article, publish_landing_page, topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = UserFactory(role="Editor", is_staff=True)
    client.force_login(user)
    return user


@pytest.fixture
def website():
    site.build_site(at=timezone.now())


def rows(name, *found, initial=0):
    sent = {
        f"{name}-TOTAL_FORMS": len(found),
        f"{name}-INITIAL_FORMS": initial,
        f"{name}-MIN_NUM_FORMS": 0,
        f"{name}-MAX_NUM_FORMS": 1000,
    }
    for place, row in enumerate(found):
        sent |= {f"{name}-{place}-{key}": value for key, value in ({"id": "", "ORDER": place + 1} | row).items()}
    return sent


def typed(*fields, variants=(), **facts):
    """What the editor's browser sends."""
    words = [{"language": code, "title": f"Title {code}"} for code in ("ca", "es", "en")]
    fields = [{"step": 1, "position": place, "kind": "", "choices": ""} | row for place, row in enumerate(fields)]
    return {
        "name": "Ask a cat",
        "slug": "",
        "kind": "enquiry",
        "is_live": "on",
        "asks_at_once": "0",
        **rows("fields", *fields),
        **rows("words", *words),
        **rows("variants", *variants),
        **facts,
    }


CAT = {
    "key": "own", "kind": "choice", "label_ca": "Gat?", "label_es": "¿Gato?", "label_en": "A cat?",
    "choices": "Sí | Sí | Yes\nNo",
}  # fmt: skip


def test_editor_makes_a_form_with_a_question_of_their_own(client, editor):
    answer = client.post("/admin/forms/new/", typed({"key": "contact"}, CAT))
    assert answer.status_code == 302, answer.context["form"].errors
    form = Form.objects.get()
    assert (form.slug, form.by) == ("ask-a-cat", editor)
    field = form.fields.get(is_own=True)
    assert (field.key, field.choices[0]) == ("q-gat", {"value": "yes", "ca": "Sí", "es": "Sí", "en": "Yes"})
    assert [row["value"] for row in field.choices] == ["yes", "no"]
    html = client.get("/enquire/ask-a-cat/?language=en").content.decode()
    assert "A cat?" in html
    assert "Title en" in html


def test_form_that_cannot_work_is_not_saved_and_says_why(client, editor):
    answer = client.post("/admin/forms/new/", typed({"key": "message"}, {**CAT, "label_es": ""}))
    assert answer.status_code == 200
    said = answer.content.decode()
    assert "one way to reach people" in said
    assert "in the three languages" in said
    assert not Form.objects.exists()


def test_edited_form_keeps_its_questions_and_gets_a_variant(client, editor):
    client.post("/admin/forms/new/", typed({"key": "contact"}, CAT))
    form = Form.objects.get()
    page = client.get(f"/admin/forms/edit/{form.pk}/")
    assert "Sí | Sí | Yes" in page.content.decode()
    known = {row.key: row.pk for row in form.fields.all()}
    words = {one.language: one.pk for one in form.words.all()}
    sent = typed(
        {"key": "contact", "id": known["contact"]},
        {**CAT, "key": "q-gat", "id": known["q-gat"]},
        variants=[{"letter": "B", "share": "40", "is_live": "on", "words-en-title": "Cats", "left_out": "q-gat"}],
        slug=form.slug,
    )
    sent |= {"fields-INITIAL_FORMS": 2, "words-INITIAL_FORMS": 3}
    sent |= {f"words-{place}-id": words[code] for place, code in enumerate(("ca", "es", "en"))}
    answer = client.post(f"/admin/forms/edit/{form.pk}/", sent)
    assert answer.status_code == 302, (
        answer.context["form"].errors,
        answer.context["form"].formsets["variants"].errors,
    )
    made = form.variants.get()
    assert (made.words, made.left_out, made.share) == ({"en": {"title": "Cats"}}, ["q-gat"], 40)


def test_preview_shows_what_stands_in_the_editor_and_saves_nothing(client, editor):
    page = client.post("/admin/forms/preview/0/?language=es", typed({"key": "contact"}, CAT)).content.decode()
    assert "Title es" in page
    assert "¿Gato?" in page
    wrong = client.post("/admin/forms/preview/0/?language=ca", typed({"key": "message"}))
    assert wrong.status_code == 200
    assert not Form.objects.exists()


def test_who_may_not_make_forms_cannot(client):
    client.force_login(UserFactory(role="Adviser", is_staff=True))
    assert client.get("/admin/forms/").status_code == 302
    assert client.post("/admin/forms/preview/0/", {}).status_code in (302, 403)


# --- on pages


def test_form_stands_in_the_text_of_an_article_and_carries_the_page(client, website):
    make_form("ask", "contact", "message")
    page = publish_article(body=[("form", {"form": "ask"})])["en"]
    html = client.get(page.url).content.decode()
    assert 'action="/enquire/ask/"' in html
    assert f'name="page" value="{page.url}"' in html
    Form.objects.update(is_live=False)
    assert 'action="/enquire/ask/"' not in client.get(page.url).content.decode()


def test_landing_page_asks_with_its_own_form_and_only_with_it(client, website):
    make_form("ask", "contact")
    page = publish_landing_page(form="ask", campaign="spring")["en"]
    html = client.get(page.url).content.decode()
    assert 'action="/enquire/ask/"' in html
    assert 'action="/enquire/"' not in html
    assert 'name="utm_campaign" value="spring"' in html
    Form.objects.update(is_live=False)
    assert 'action="/enquire/"' in client.get(page.url).content.decode()


@pytest.fixture
def kept(settings):
    """The caches of pages, in memory."""
    memory = "django.core.cache.backends.locmem.LocMemCache"
    named = {name: {"BACKEND": memory, "LOCATION": name} for name in ("pages", "freshness")}
    settings.CACHES = {**settings.CACHES, **named}
    yield
    for name in named:
        caches[name].clear()


def test_kept_page_holds_both_variants_and_shows_each_visitor_one(client, kept, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        site.build_site(at=timezone.now())
        variant(make_form("ask", "contact"))
        page = publish_article(body=[("form", {"form": "ask"})])["en"]
    seen = set()
    for number in range(40):
        answer = client.get(page.url, headers={"User-Agent": f"{BROWSER} {number}"})
        html = answer.content.decode()
        shown = re.findall(r"asked-place (is-drawn)?", html)
        assert len(shown) == 2
        assert shown.count("is-drawn") == 1
        seen.add(shown.index("is-drawn"))
    assert answer[HOW] == "kept"
    assert seen == {0, 1}


def test_changed_form_is_seen_at_once_on_a_kept_page(client, website):
    form = make_form("ask", "contact")
    page = publish_article(body=[("form", {"form": "ask"})])["en"]
    client.get(page.url)
    form.words.filter(language="en").update(title="Another title")
    assert "Another title" in client.get(page.url).content.decode()


# --- what the back office says


def test_list_asks_no_more_of_the_database_for_more_forms(client, editor):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/admin/forms/").status_code == 200
        return len(caught)

    make_form("one")
    queries()
    few = queries()
    for number in range(3):
        FormCount.objects.create(form=make_form(f"more-{number}"), on=timezone.localdate(), shown=10)
    assert queries() == few


def test_report_and_days_say_what_came_and_whether_it_adds_up(client, editor):
    form = make_form("ask", "contact", planned_sample=10)
    variant(form)
    FormCount.objects.create(form=form, variant="A", on=timezone.localdate(), shown=20, begun=5)
    send(client, variant="A")
    page = client.get(f"/admin/forms/inspect/{form.pk}/").content.decode()
    assert "Too early" in page
    assert "No: " not in page
    assert "every day" in client.get("/admin/forms/days/").content.decode()
    Enquiry.objects.all().delete()
    assert "not everything" in client.get("/admin/forms/days/").content.decode()


def test_landing_pages_are_listed_with_what_they_brought(client, website, editor):
    make_form("ask", "contact")
    page = publish_landing_page(form="ask")["en"]
    send(client, page=page.url)
    html = client.get("/admin/forms/landing-pages/").content.decode()
    assert page.title in html
    assert re.search(r"<td>1</td>", html)


def test_answers_stand_beside_the_case(client):
    make_form("ask", "contact", own("q-cat", "A cat?"))
    send(client, **{"q-cat": "<b>Three</b>"})
    client.force_login(UserFactory(role="Adviser", is_staff=True))
    case = Case.objects.get()
    html = client.get(reverse("contact_centre_case", args=[case.uuid])).content.decode()
    assert "A cat?" in html
    assert "&lt;b&gt;Three&lt;/b&gt;" in html


def test_suspect_found_to_be_real_gets_what_the_form_promised(client):
    form = make_form("ask", "contact", "topic")
    topic("data", "Data")
    at = datetime.now(UTC)
    posted = posting.post(
        form, {"contact": "laia@example.org", "website": "http://x.example"}, at=at, language="en",
        answers={"topic": "data"},
    )  # fmt: skip
    assert posted.outcome == Submission.Outcome.SUSPECT
    deciding.find_real(posted.submission, by=UserFactory(is_staff=True), at=at + timedelta(hours=1))
    assert TopicInterest.objects.get().topic.slug == "data"
    form = make_form("call", {"key": "phone", "is_required": True}, "call_at", kind="call_me")
    gone = {"call_at": f"at:{(at + timedelta(days=2)).isoformat()}"}
    fields = {"phone": "612345678", "website": "http://x.example"}
    posted = posting.post(form, fields, at=at, language="en", answers=gone)
    found = deciding.find_real(posted.submission, by=UserFactory(is_staff=True), at=at + timedelta(hours=1))
    assert found.wish == "taken"  # nobody has hours by then, and whoever decided is told
