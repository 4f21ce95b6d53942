"""Every address of ours is in the table, and lets in whom the table says and nobody else; so does the API."""

import re
from functools import cache
from uuid import UUID

import pytest
from django.db import transaction
from django.urls import get_resolver
from django.utils import timezone

from config.api import api
from people.access import api_tokens, roles
from people.models import ApiToken
from tests.config.role_groups import PUBLIC, STUDENT
from tests.config.role_matrix import ALLOWED, API
from tests.config.role_rows import Rows
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
# What fills a place in an address when there is no row for it. Nobody may be let in because something is missing.
FILLERS = {
    "uuid": str(UUID(int=1)),
    "int": "999999",
    "slug": "none",
    "str": "none",
    "kpi": "kpi-1",
    "code": "es",
    "path": "cursos/cap/brochure.pdf",
    "file_format": "csv",
    "act": "verify",
    "pk": "999999",
}
PLACE = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
GROUP = re.compile(r"\(\?P<(?P<name>\w+)>(?:[^()]|\([^()]*\))*\)")


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


def address(route, rows):
    """The address of one row, or of none where no row is known for it."""
    known = rows.of(route)

    def fill(place):
        name, kind = place["name"], place.groupdict().get("kind") or "str"
        return str(known.get(name) or FILLERS.get(name) or FILLERS[kind])

    text = GROUP.sub(fill, route) if "(?P<" in route else PLACE.sub(fill, route)
    return "/" + text.replace("^(?:ca|es|en)", "ca").replace("^", "").replace("$", "").replace("\\", "")


def answer_to(client, method, path):
    """What comes back; whatever the request wrote is undone, so that the next one finds the same school."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = getattr(client, method)(path)
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def is_turned_away(answer):
    if answer.status_code == 302:
        return answer.url.startswith("/accounts/login/") or answer.url == "/admin/"
    return answer.status_code in (403, 404, 405)


def lets_in(client, path):
    """Whether whoever is behind ``client`` may come in; None when an absent row hides the answer. Never an error."""
    answer = answer_to(client, "get", path)
    if answer.status_code == 405:
        answer = answer_to(client, "post", path)
    if answer.status_code in (404, 405, 410):
        return None
    return not is_turned_away(answer) if answer.status_code < 500 or answer.status_code == 503 else answer.status_code


def signed_in(client, role, rows):
    if role == PUBLIC:
        return
    user = rows.user_of(role) or UserFactory(role=None if role == STUDENT else role)
    client.force_login(user)
    if role == STUDENT:
        PersonFactory(user=user)


def test_every_address_is_in_the_table():
    assert [route for route in routes() if allowed_for(route) is None] == []


def test_every_line_of_the_table_leads_somewhere():
    assert [line for line in ALLOWED if not any(route.startswith(line) for route in routes())] == []


# Each takes some seconds: a role opens all addresses there are.
@pytest.mark.django_db
@pytest.mark.parametrize("role", [PUBLIC, STUDENT, *roles.ALL])
def test_role_gets_in_where_the_table_says(client, role):
    rows = Rows()
    signed_in(client, role, rows)
    asked = [route for route in routes() if not route.endswith(SAME_DOOR)]
    wrong = {}
    for route in asked:
        came_in = lets_in(client, address(route, rows))
        if came_in is not None and came_in != (role in (allowed_for(route) or ())):
            wrong[route] = came_in
    assert wrong == {}


@pytest.mark.django_db
@pytest.mark.parametrize("role", [PUBLIC, STUDENT, *roles.ALL])
def test_role_can_post_nothing_where_it_may_not_go(client, role):
    rows = Rows()
    signed_in(client, role, rows)
    asked = [route for route in routes() if role not in (allowed_for(route) or ())]
    answers = {route: answer_to(client, "post", address(route, rows)) for route in asked}
    got_through = {route: answer.status_code for route, answer in answers.items() if not is_turned_away(answer)}
    assert got_through == {}


# --- The API


@cache
def operations():
    found = {}
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                wanted = [getattr(auth, "wanted", auth) for auth in operation.auth_callbacks]
                for method in operation.methods:
                    found[method, f"/api/v1{prefix}{path}"] = wanted
    return found


def test_every_operation_of_the_api_is_in_the_table():
    assert set(operations()) == set(API)


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), API)
def test_operation_opens_to_its_scope_and_to_no_other(client, method, path):
    asked = re.sub(r"\{\w+\}", FILLERS["uuid"], path)
    scope = API[method, path]

    def status(token=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return client.generic(method, asked, b"{}", content_type="application/json", headers=headers).status_code

    def token_for(*scopes):
        return api_tokens.issue("Test", [str(one) for one in scopes], at=timezone.now())

    if scope is None:
        assert status() not in (401, 403, 500)
        return
    others = [one for one in ApiToken.Scope if one != scope]
    assert status() == status("mat_wrong") == 401
    assert {one: status(token_for(one)) for one in others} == dict.fromkeys(others, 403)
    assert status(token_for(scope)) not in (401, 403, 500)


@pytest.mark.django_db
def test_a_revoked_token_opens_nothing(client):
    token = api_tokens.issue("Test", [str(scope) for scope in ApiToken.Scope], at=timezone.now())
    ApiToken.objects.update(revoked_at=timezone.now())

    answers = {
        (method, path): client.generic(
            method,
            re.sub(r"\{\w+\}", FILLERS["uuid"], path),
            b"{}",
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        ).status_code
        for (method, path), scope in API.items()
        if scope
    }

    assert set(answers.values()) <= {401}
