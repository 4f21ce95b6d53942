"""Rules of the house that no tool knows; ``lint-imports`` and ruff hold the others."""

import re
from pathlib import Path

import pytest

from config.environment import ROOT

FLOORS = (
    "printing", "people", "programmes", "contact_centre", "enquiries", "enrolment", "tutoring", "community", "insights"
)  # fmt: skip
MODULES = [path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py")) if "migrations" not in path.parts]
# A file, or a folder, with a framework name is the interface; every other file is domain.
INTERFACE = {
    "__init__", "admin", "adapters", "api", "apps", "back_office", "commands", "components", "feeds", "filters",
    "forms", "management", "middleware", "models", "page_cache", "panels", "shell", "sign_in", "social", "tasks",
    "templatetags", "urls", "views", "viewsets", "wagtail_hooks", "webhooks", "widgets",
}  # fmt: skip
# Wagtail calls a page's ``serve`` and ``get_context``, which these modules hold for the sheet.
SERVE_PAGES = {
    "programmes/supports/brochures.py", "programmes/catalogue/compare.py", "programmes/catalogue/listing.py",
    "programmes/editing/previews.py", "programmes/supports/sheets.py",
}  # fmt: skip
# Markup that is ours: help texts, which Django lets hold a link.
MARKUP_OF_OURS = {"templates/components/form_field.html"}
DRAWERS = {"utils", "helpers", "services", "selectors", "managers", "common", "core", "misc", "handlers"}
TEMPLATES = sorted(
    [*ROOT.glob("templates/**/*.html"), *(p for f in FLOORS for p in ROOT.glob(f"{f}/templates/**/*.html"))]
)


def _is_domain(path: Path) -> bool:
    return not INTERFACE & {path.stem, *path.relative_to(ROOT).parts[1:-1]}


def _offenders(pattern: str, modules) -> list[str]:
    rule = re.compile(pattern, re.MULTILINE)
    return [str(path.relative_to(ROOT)) for path in modules if rule.search(path.read_text())]


def test_domain_modules_never_read_the_clock():
    # A mail's file is named by the instant it is written, a mark of the cache ends by the machine's clock; the others
    # answer requests of the website.
    allowed = {"people/contact/mail_files.py", "programmes/kept_pages/freshness.py", *SERVE_PAGES}
    domain = [path for path in MODULES if _is_domain(path)]
    assert set(_offenders(r"timezone\.now\(|datetime\.now\(|date\.today\(|localdate\(\)", domain)) - allowed == set()


def test_domain_modules_know_no_requests():
    domain = [path for path in MODULES if _is_domain(path) and str(path.relative_to(ROOT)) not in SERVE_PAGES]
    assert _offenders(r"^from django\.(http|shortcuts|contrib\.messages)\b", domain) == []


def test_modules_stay_readable():
    assert [str(path.relative_to(ROOT)) for path in MODULES if len(path.read_text().splitlines()) > 500] == []


def test_there_is_no_kitchen_drawer():
    assert [str(path.relative_to(ROOT)) for path in MODULES if path.stem in DRAWERS] == []


def test_nothing_is_left_to_be_done_and_no_failure_is_swallowed():
    assert _offenders(r"TODO|FIXME|\bXXX\b(?!\")|except[^\n]*:\n\s+pass$", MODULES) == []


def test_texts_are_marked_with_names_that_their_extraction_knows():
    # Under any other name than “_” or its own, a text stays English for everybody.
    assert _offenders(r"gettext(_lazy)? as (?!_$)\w+$", MODULES) == []


def test_there_are_no_signals_or_saves_of_our_own():
    assert _offenders(r"def save\(self", [path for path in MODULES if "models" in {path.stem, path.parent.name}]) == []


@pytest.mark.parametrize(
    "pattern",
    [r"\|\s*safe\b", r"<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)", r"\sstyle=\"", r"\son[a-z]+=\""],
    ids=["unescaped", "inline script", "inline style", "inline handler"],
)
def test_templates_keep_the_content_security_policy(pattern):
    public = [path for path in TEMPLATES if "admin" not in path.parts and "wagtailadmin" not in path.parts]
    # Mail programs read no stylesheet, and paper is made from no public page.
    mail_or_paper = {"email", "printing", "mail.html", "mail_block.html", "brochure.html"}
    public = [path for path in public if not mail_or_paper & set(path.parts)]
    assert set(_offenders(pattern, public)) - MARKUP_OF_OURS == set()
