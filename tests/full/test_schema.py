"""What the OpenAPI document promises holds for requests that nobody thought of: no 5xx, no answer it doesn't tell."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, reject, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from platspuls.embedded.postgres import Cluster
from store.database import connect
from store.migrate import migrate
from store.registry.apply import apply
from tests.api.serving import serving
from tests.store.registry.example import example, loaded
from tests.support.servers import need_library

if TYPE_CHECKING:
    from schemathesis import BaseSchema, Case

pytestmark = [pytest.mark.full, pytest.mark.timeout(300)]
SITE = "haninge-entre"
_EXAMPLES = 4
"""Of each operation and mode; there are over 150 operations."""
_NEVER_ENDING = "/live/stream"
_FACTS = (
    "insert into platspuls.line_quarter select line_id, start, 1, 5, 4, 6, 5, 900000, 32767, 1 from platspuls.line",
    "insert into platspuls.zone_quarter select zone_id, start, 1, 5, 1, 4, 2, 9, 3, 9000, 32767, 0 from platspuls.zone",
)
_DAYS = " cross join generate_series('2026-10-24T00:00Z'::timestamptz, '2026-10-26T00:00Z', '15 minutes') as start"
"""The days that the document's examples ask for."""


@dataclass(frozen=True, slots=True)
class Api:
    """A running API that lets everybody on this machine do everything, and what schemathesis makes of its document.

    Attributes:
        serialize: a case to what the library requests would send.
        checks: what an answer is compared with the document by.
    """

    client: httpx.Client
    document: "BaseSchema"
    serialize: Callable[..., dict[str, Any]]
    checks: Sequence[Callable[..., bool | None]]


@pytest.fixture(scope="module")
def api(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    need_library("schemathesis")
    import schemathesis  # noqa: PLC0415 - of the full suite alone; it takes a second
    from schemathesis.checks import not_a_server_error  # noqa: PLC0415 - the same
    from schemathesis.specs.openapi import checks  # noqa: PLC0415 - the same
    from schemathesis.transport.requests import REQUESTS_TRANSPORT  # noqa: PLC0415 - the same

    cluster.create_database("schema")
    with connect(cluster.url("schema"), application="test", autocommit=True) as database:
        migrate(database)
        apply(database, loaded(Path(tmp_path_factory.mktemp("site")), example()))
        for facts in _FACTS:
            database.execute((facts + _DAYS).encode())
    compared = [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
        checks.response_headers_conformance,
    ]
    with serving(cluster.url("schema"), request_burst=1_000_000, requests_per_minute=1_000_000) as client:
        document = schemathesis.openapi.from_dict(client.get("/api/v1/openapi.json").json())
        yield Api(client, document, REQUESTS_TRANSPORT.serialize_case, compared)


def sent(api: Api, case: "Case") -> httpx.Response:
    """Send what was generated, by httpx: what schemathesis sends with shares a module with Grafana's client."""
    asked = api.serialize(case, base_url=str(api.client.base_url))
    headers = {name: str(value).encode() for name, value in asked["headers"].items()}
    if asked["cookies"]:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in asked["cookies"].items()).encode()
    body = asked.get("data")
    given_body = (
        {"json": asked["json"]} if "json" in asked else {"content": body.encode() if type(body) is str else body}
    )
    try:
        return api.client.request(asked["method"], asked["url"], params=asked["params"], headers=headers, **given_body)
    except (httpx.LocalProtocolError, httpx.InvalidURL, UnicodeEncodeError):
        reject()  # no client can send it


def answer(api: Api, case: "Case", *, here: bool) -> None:
    """Send a request and compare the answer with the document. here: to the site that is there, without a key."""
    if here:
        case.headers.pop("Authorization", None)
        if "site" in case.path_parameters:
            case.path_parameters["site"] = SITE
    case.validate_response(sent(api, case), checks=list(api.checks))


def try_operation(api: Api, cases: st.SearchStrategy["Case"]) -> None:
    @seed(20261122)
    @settings(
        max_examples=_EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, here=st.sampled_from([True, True, False]))
    def tried(case: "Case", here: bool) -> None:
        answer(api, case, here=here)

    tried()


@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_no_request_brings_an_answer_that_is_not_told(api: Api, mode: str) -> None:
    from schemathesis import GenerationMode  # noqa: PLC0415 - of the full suite alone
    from schemathesis.core.failures import Failure, FailureGroup  # noqa: PLC0415 - the same

    operations = [result.ok() for result in api.document.get_all_operations()]
    assert len(operations) > 100
    wrong = {}
    for operation in operations:
        if not operation.path.endswith(_NEVER_ENDING):
            try:
                try_operation(api, operation.as_strategy(GenerationMode(mode)))
            except Unsatisfiable:
                assert mode == "negative"  # what takes nothing can't be asked wrongly
            except (Failure, FailureGroup) as error:
                wrong[operation.label] = str(error)
    assert not wrong, "\n\n".join(f"{label}: {what}" for label, what in wrong.items())
