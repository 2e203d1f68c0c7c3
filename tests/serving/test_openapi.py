"""Every endpoint of the OpenAPI description under generated requests: no 5xx, no answer the description lacks.

The event stream is left out: it stays open by design (test_api.py follows it).
"""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from tests.serving.installation import Installation


@pytest.fixture(scope="session")
def described(server: Installation) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{server.url}/openapi.json")


schema = schemathesis.pytest.from_fixture("described").exclude(path_regex="/events$")


@schema.parametrize()
@settings(
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)
def test_generated_requests_are_answered_or_refused(case: schemathesis.Case, server: Installation) -> None:
    answer = case.call(base_url=server.url, timeout=60)
    if answer.status_code == 503:
        assert answer.json()["error"]["message"], "unavailable, and says what"
        return
    case.validate_response(answer, checks=[not_a_server_error, response_schema_conformance])
