"""Every address of ours is in the table, and lets in whom the table says and nobody else."""

from functools import cache

import pytest
from django.urls import get_resolver

from people import roles
from tests.config.role_matrix import ALLOWED, PUBLIC, STUDENT
from tests.factories.people import PersonFactory, UserFactory

OURS = (
    "insights",
    "community",
    "tutoring",
    "enrolment",
    "enquiries",
    "contact_centre",
    "programmes",
    "people",
    "config",
)
# Wagtail's own turns of a list that is asked for already.
SAME_DOOR = ("results/",)


def is_ours(callback):
    view = getattr(callback, "view_class", None) or callback
    model = getattr(callback, "view_initkwargs", {}).get("model")
    module = getattr(model, "__module__", "") if model is not None and not isinstance(model, str) else ""
    return view.__module__.split(".")[0] in OURS or module.split(".")[0] in OURS


def walk(patterns, prefix=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from walk(pattern.url_patterns, route)
        elif is_ours(pattern.callback):
            yield route


@cache
def routes():
    return sorted(set(walk(get_resolver().url_patterns)))


def allowed_for(route):
    """The line of the table for this address: its own, or the longest prefix that ends in a slash."""
    families = [line for line in ALLOWED if route == line or (line.endswith("/") and route.startswith(line))]
    return ALLOWED[max(families, key=len)] if families else None


def lets_in(client, route):
    """Whether whoever is behind ``client`` may come in; None when an absent row hides the answer."""
    path = f"/{route}"
    answer = client.get(path)
    if answer.status_code == 405:
        answer = client.post(path)
    if answer.status_code == 302 and (answer.url.startswith("/accounts/login/") or answer.url == "/admin/"):
        return False
    if answer.status_code == 403:
        return False
    return None if answer.status_code in (404, 405) else True


def asked_for():
    """Addresses that can be asked without a row; what hangs on a row is tested where it is written."""
    return [route for route in routes() if "<" not in route and not route.endswith(SAME_DOOR)]


def test_every_address_is_in_the_table():
    assert [route for route in routes() if allowed_for(route) is None] == []


def test_every_line_of_the_table_leads_somewhere():
    assert [line for line in ALLOWED if not any(route.startswith(line) for route in routes())] == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", [PUBLIC, STUDENT, *roles.ALL])
def test_role_gets_in_where_the_table_says(client, role):
    if role != PUBLIC:
        user = UserFactory(role=None if role == STUDENT else role)
        client.force_login(user)
        if role == STUDENT:
            PersonFactory(user=user)
    found = {route: lets_in(client, route) for route in asked_for()}
    wrong = {
        route: came_in
        for route, came_in in found.items()
        if came_in is not None and came_in != (role in (allowed_for(route) or ()))
    }
    assert wrong == {}
