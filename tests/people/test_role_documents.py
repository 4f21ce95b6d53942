"""The document of the roles says what the code does."""

import re

from config.environment import ROOT
from people.access import roles
from people.management.commands.list_rights import table

DOCUMENT = ROOT / "docs/roles.md"


def test_the_table_of_rights_is_the_one_that_is_granted():
    """When it drifts: paste what ``python manage.py list_rights`` prints below its mark in docs/roles.md."""
    assert table() in DOCUMENT.read_text()


def test_every_role_is_described():
    described = re.findall(r"^\| ([A-Z][\w -]+) \| .*\| .*\| .*\|$", DOCUMENT.read_text(), re.MULTILINE)
    assert set(roles.ALL) <= set(described)
