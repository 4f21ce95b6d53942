"""What the documents promise, read from them: commands, variables, permissions, hooks."""

import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from wagtail import hooks

from config.environment import ROOT, Environment
from people import announcements
from people.access import roles

OF_GUNICORN = {"BIND", "WEB_WORKERS", "WEB_THREADS"}


def test_commands_of_the_readme_are_targets_of_the_makefile():
    named = set(re.findall(r"make ([a-z]+)", (ROOT / "README.md").read_text()))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


def test_documented_variables_are_those_that_are_read():
    table = (ROOT / "docs/configure.md").read_text()
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    documented = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    read = set(re.findall(r'get\("([A-Z_]+)"', (ROOT / "config/environment.py").read_text()))
    read_by_gunicorn = set(re.findall(r'environ.get\("([A-Z_]+)"', (ROOT / "config/gunicorn.py").read_text())) - {
        "PORT"
    }
    assert read_by_gunicorn == OF_GUNICORN
    assert documented == read | OF_GUNICORN
    assert len(read) == len(fields(Environment))


@pytest.mark.django_db
def test_permissions_that_roles_are_given_exist():
    known = {
        f"{app}.{codename}" for app, codename in Permission.objects.values_list("content_type__app_label", "codename")
    }
    modules = [import_module(f"{path.parent.name}.roles") for path in ROOT.glob("*/roles.py")]
    named = {name for module in modules for names in module.PERMISSIONS.values() for name in names}
    assert named - known == set()


def test_roles_that_floors_name_are_those_of_the_school():
    modules = [import_module(f"{path.parent.name}.roles") for path in ROOT.glob("*/roles.py")]
    assert {role for module in modules for role in module.PERMISSIONS} - set(roles.ALL) == set()


def test_published_announcements_are_made_and_no_others():
    published = set(re.findall(r"``(after_\w+)\(", announcements.__doc__))
    code = "".join(path.read_text() for path in _modules())
    announced = set(re.findall(r'announce[(,]\s*"(after_\w+)"', code))
    assert announced == published


def test_listeners_listen_to_announcements_that_are_made():
    listened = {name for path in _modules() for name in re.findall(r'register\("(after_(?:\w+))"', path.read_text())}
    published = set(re.findall(r"``(after_\w+)\(", announcements.__doc__))
    wagtails = {name for name in listened if re.match(r"after_(create|edit|delete|copy|move|publish|unpublish)_", name)}
    assert listened - wagtails - published == set()
    assert hooks.get_hooks("after_enrolment_made")


@pytest.mark.parametrize(
    "document", ["README.md", "CONTRIBUTING.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]
)
def test_links_of_documents_lead_somewhere(document):
    place = ROOT / document
    links = re.findall(r"\]\(([^)#]+)", place.read_text())
    missing = [link for link in links if "://" not in link and not (place.parent / link).exists()]
    assert missing == []


def _modules() -> list[Path]:
    from tests.config.test_house_rules import MODULES

    return MODULES
