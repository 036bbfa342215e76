"""The API held against its own description: what it allows is answered, what it forbids refused.

A bounded number of examples, the same ones each time.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from monitor.model.access import Scope
from monitor.web import openapi
from tests import databases
from tests.support.scene import Scene
from tests.web.test_api import called

pytestmark = pytest.mark.slow

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXAMPLES = 5
"""Of each operation, well formed and malformed each."""

SEARCHES = ("/entries", "/stories")
"""What is searched for is a small language of its own, which no description can tell."""

OPERATIONS = [
    (method.upper(), path)
    for path, operations in openapi.document()["paths"].items()
    for method in operations
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(
    filled: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """Where the API is, and the header of a token that may do everything."""
    folder = tmp_path_factory.mktemp("served")
    databases.copy(filled, folder)
    async with called(Scene(folder), *Scope) as (stage, token):
        yield stage.base, token


def hold(base: str, headers: dict[str, str], method: str, path: str) -> None:
    """Sends the examples; raises what is found wrong. Blocks: not for the event loop."""
    described = {name: value for name, value in openapi.document().items() if name != "security"}
    schema = schemathesis.openapi.from_dict(described)  # every request has its token
    operation = schema[path][method]
    chosen = settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        if mode is GenerationMode.NEGATIVE and not _can_be_wrong(method, path):
            continue

        @chosen
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Case[Any]) -> None:
            case.call_and_validate(
                base_url=f"{base}/api/v1",
                headers=headers,
                timeout=20,
                excluded_checks=[positive_data_acceptance] if path in SEARCHES else [],
            )

        send()


def _can_be_wrong(method: str, path: str) -> bool:
    """Whether a request of this operation can be malformed: any text may be an id."""
    described = openapi.document()["paths"][path][method.lower()]
    named = {each["name"] for each in described.get("parameters", ())}
    return bool(named - {"id"} or described.get("requestBody"))


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
async def test_the_api_does_what_its_description_says(
    served: tuple[str, dict[str, str]], method: str, path: str
) -> None:
    base, token = served
    await asyncio.to_thread(hold, base, token, method, path)
