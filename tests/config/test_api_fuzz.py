"""Whatever the description of the API allows, and what it does not: described answers and no fault."""

import json
from datetime import UTC, datetime

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.api import api
from people.access import api_tokens
from people.models import ApiToken

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
WAYS = {"as-described": GenerationMode.POSITIVE, "otherwise": GenerationMode.NEGATIVE}
DESCRIPTION = json.loads(json.dumps(api.get_openapi_schema(), default=str))
OPERATIONS = sorted((path, method) for path, methods in DESCRIPTION["paths"].items() for method in methods)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def described():
    """The API as its description says, in this process: its connection to the database is the test's."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    described = schemathesis.openapi.from_dict(DESCRIPTION)
    described.app = get_wsgi_application()
    yield described
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_operation_answers_as_it_is_described(described, path, method, way):
    token = api_tokens.issue("Fuzz", ApiToken.Scope.values, datetime.now(UTC))

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=described[path][method].as_strategy(generation_mode=WAYS[way]))
    def answers(case):
        answer = case.call(headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"})
        case.validate_response(answer, checks=CHECKS)

    answers()
