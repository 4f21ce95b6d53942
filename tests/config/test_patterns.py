import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory

from config import patterns

SHOWN_INSIDE_OTHERS = {"account_link", "form", "form_error", "header", "footer", "icon", "language_switch", "mark"}
COMPONENTS = {path.stem for path in (settings.ROOT / "templates" / "components").glob("*.html")}


@pytest.fixture
def page():
    request = RequestFactory().get("/admin/patterns/?field=data")
    return render_to_string("patterns/patterns.html", {**patterns.samples(), "request": request})


def test_every_component_is_shown_on_the_pattern_page():
    source = (settings.ROOT / "templates" / "patterns" / "patterns.html").read_text()
    shown = set(re.findall(r'include "components/(\w+)\.html"', source))

    assert COMPONENTS - SHOWN_INSIDE_OTHERS - {"form_errors", "form_field"} <= shown


def test_every_component_says_what_it_takes():
    for name in COMPONENTS:
        source = (settings.ROOT / "templates" / "components" / f"{name}.html").read_text()
        assert source.startswith("{% comment %}"), name


def test_pattern_page_obeys_the_content_policy(page):
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)


def test_field_is_tied_to_its_help_and_its_error(page):
    field = re.search(r'<input[^>]*id="pattern_email"[^>]*>', page)[0]

    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="pattern_email_helptext pattern_email_error"' in field
    assert 'id="pattern_email_helptext"' in page
    assert 'id="pattern_email_error"' in page
    assert 'href="#pattern_email"' in page


def test_pager_keeps_the_filters(page):
    assert "?field=data&amp;page=5" in page


def test_ids_of_the_pattern_page_are_unique(page):
    ids = re.findall(r'\sid="([^"]+)"', page)

    assert sorted(ids) == sorted(set(ids))


def test_errors_page_stands_without_a_request():
    assert "<h1>" in render_to_string("500.html")


def test_mail_says_why_and_how_to_stop():
    context = {"school": {"name": "Escola Llevant"}, "reason": "You asked.", "preferences_url": "https://x.example/p"}

    for name in ("email/base.html", "email/base.txt"):
        mail = render_to_string(name, {**context, "body_html": "<p>Hello</p>", "body_text": "Hello"})
        assert "Hello" in mail
        assert "You asked." in mail
        assert "https://x.example/p" in mail
