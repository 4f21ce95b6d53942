import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO

import pytest
from django.conf import settings
from pypdf import PdfReader

from printing import paper

pytestmark = pytest.mark.skipif(not paper.is_available(), reason="Pango is missing")

PAGE = '{% extends "printing/base.html" %}{% load i18n %}{% block content %}<h1>{{ heading }}</h1><p>'
PAGE += '{% translate "Yes" %}</p>{{ extra|safe }}{% endblock %}'


@pytest.fixture
def print_page(settings):
    locmem = ("django.template.loaders.locmem.Loader", {"page.html": PAGE})
    files = "django.template.loaders.app_directories.Loader"
    options = {**settings.TEMPLATES[0]["OPTIONS"], "loaders": [locmem, files]}
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "APP_DIRS": False, "OPTIONS": options}]

    def make(*, language="ca", extra=""):
        context = {"heading": "Matrícula d’hivern", "extra": extra}
        return paper.to_pdf("page.html", context, language=language, title="Rebut 12", author="Escola Llevant")

    return make


@pytest.fixture
def eavesdropper():
    """A web server that remembers what it was asked for."""
    asked = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *args):
            return

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def read(pdf):
    return PdfReader(BytesIO(pdf))


def test_paper_has_title_author_language_and_tags(print_page):
    reader = read(print_page())

    assert (reader.metadata.title, reader.metadata.author) == ("Rebut 12", "Escola Llevant")
    assert reader.trailer["/Root"]["/Lang"] == "ca"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in reader.trailer["/Root"]
    assert b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_data()


def test_paper_says_its_words_page_and_school(print_page):
    words = read(print_page()).pages[0].extract_text()

    assert "Matrícula d’hivern" in words
    assert "Escola Llevant" in words
    assert "1 / 1" in words


def test_paper_speaks_the_asked_language(print_page):
    assert "Sí" in read(print_page(language="es")).pages[0].extract_text()
    assert "Yes" in read(print_page(language="en")).pages[0].extract_text()


def test_paper_has_bookmarks(print_page):
    assert [entry.title for entry in read(print_page()).outline] == ["Matrícula d’hivern"]


def test_paper_is_printed_in_the_house_colours(print_page):
    stylesheet, kind = paper.static_content(f"{settings.WAGTAILADMIN_BASE_URL}/static/print.css")

    assert (kind, b"--sea" in stylesheet) == ("text/css", True)


def test_remote_picture_is_never_fetched(print_page, eavesdropper):
    address, asked = eavesdropper

    pdf = print_page(extra=f'<img src="{address}/a.png" alt=""><style>@import "{address}/b.css";</style>')

    assert "Matrícula d’hivern" in read(pdf).pages[0].extract_text()
    assert asked == []


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/static/print.css",
        "file:///etc/passwd",
        "ftp://example.org/static/print.css",
        f"{settings.WAGTAILADMIN_BASE_URL}/media/private.png",
        f"{settings.WAGTAILADMIN_BASE_URL}/static/../manage.py",
        f"{settings.WAGTAILADMIN_BASE_URL}/static/%2e%2e/manage.py",
        f"{settings.WAGTAILADMIN_BASE_URL}/static//etc/passwd",
        f"{settings.WAGTAILADMIN_BASE_URL}/static/nothing-here.png",
    ],
)
def test_anything_but_static_files_is_refused(url):
    with pytest.raises(paper.FetchRefused):
        paper.static_content(url)


def test_paper_and_website_share_their_colours():
    site = (settings.ROOT / "static" / "site.css").read_text().split("@layer layout {")[0]
    printed = (settings.ROOT / "static" / "print.css").read_text()
    light = dict(re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]+)", site))
    light["on-deep"] = re.search(r"--on-deep: (#[0-9a-f]+)", site)[1]
    light["accent"] = re.search(r"--accent-light: (#[0-9a-f]+)", site)[1]
    light["sun"] = re.search(r"--accent-dark: (#[0-9a-f]+)", site)[1]

    on_paper = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", printed))
    assert on_paper
    assert {name: light[name] for name in on_paper} == on_paper
