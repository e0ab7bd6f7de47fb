"""What schemathesis makes of the API's OpenAPI document: requests that fit it and requests that do not.

No answer is a failure that an engine would not have, none hangs, and a refusal changes nothing; see `contract.fuzz`.
"""

import random
from contextlib import suppress

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode

from tests.contract import openapi
from tests.contract.fuzz import MANAGER, Fuzzed, stage

SCHEMA = schemathesis.openapi.from_path(str(openapi.DOCUMENT))
#: Operation → what makes requests of it; what takes archives is not simulated, and schemathesis can make none.
OPERATIONS = {
    f"{operation.method.upper()} {operation.path}": operation
    for operation in (found.ok() for found in SCHEMA.get_all_operations())
    if "application/x-tar" not in operation.definition.raw.get("consumes", ())
}
#: Names of things that are there, in the places of the names in paths.
NAMES = {
    "containers": "box", "images": "httpd", "networks": "net", "volumes": "v", "nodes": "node1", "services": "web",
    "secrets": "key", "configs": "page", "distribution": "httpd",
}  # fmt: skip


@pytest.fixture(scope="module")
def fuzzed() -> Fuzzed:
    return Fuzzed(stage().fork(), random.Random(0))


def as_bytes(case: Case) -> bytes:
    """Return the request of a case, as a client would send it."""
    name = NAMES.get(case.path.split("/")[1])
    if name is not None:
        case.path_parameters = dict.fromkeys(case.path_parameters or {}, name)
    wanted = case.as_transport_kwargs(base_url="http://docker")
    prepared = requests.Request(**{key: wanted[key] for key in wanted if key not in ("cookies", "verify")}).prepare()
    target = prepared.url.removeprefix("http://docker") if prepared.url else "/"
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body or b""
    headers = {str(key): str(value) for key, value in prepared.headers.items() if str(key).lower() != "content-length"}
    lines = [f"{prepared.method} {target or '/'} HTTP/1.1", "Host: docker", f"Content-Length: {len(body)}"]
    lines += [f"{key}: {value}" for key, value in headers.items() if (key + value).isprintable() and value.isascii()]
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + bytes(body)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_engine_could_have_answered_so(fuzzed: Fuzzed, operation: str) -> None:
    before = fuzzed.statuses.total()
    for mode, examples in ((GenerationMode.POSITIVE, 2), (GenerationMode.NEGATIVE, 1)):
        strategy = OPERATIONS[operation].as_strategy(generation_mode=mode)

        @settings(
            max_examples=examples, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(strategy)
        def ask(case: Case) -> None:
            fuzzed.send(MANAGER, as_bytes(case))

        with suppress(Unsatisfiable):  # what takes anything cannot be asked wrong
            ask()
    assert fuzzed.statuses.total() > before
