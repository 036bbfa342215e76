"""The API as a program uses it: tokens, scopes, pages of lists, and its own description."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import jsonschema
import pytest

from monitor.access import accounts as access_accounts
from monitor.access.accounts import Actor
from monitor.model.access import Scope, Via
from monitor.store import access as store_access
from monitor.web import api, openapi
from tests.support.scene import Scene
from tests.web.stage import NOW, Stage, staged

ME = Actor(name="test", via=Via.COMMAND)


@contextlib.asynccontextmanager
async def called(scene: Scene, *scopes: Scope) -> AsyncIterator[tuple[Stage, dict[str, str]]]:
    """The page, and the header of a token with these scopes."""
    async with staged(scene) as stage:
        _, secret = await stage.app.database.write(
            lambda conn: access_accounts.make_token(
                conn, name="t", scopes=scopes, actor=ME, now=NOW, life=timedelta(days=1)
            )
        )
        yield stage, {"Authorization": f"Bearer {secret}"}


async def ask(
    stage: Stage, path: str, headers: dict[str, str], body: Any = None
) -> tuple[int, Any]:
    """A GET, or a POST of a body."""
    url = f"{stage.base}/api/v1{path}"
    method = "GET" if body is None else "POST"
    async with stage.client.request(method, url, headers=headers, json=body) as answer:
        return answer.status, await answer.json()


GETS = [
    ("/flags", "FlagList"),
    ("/flags?state=live&limit=1", "FlagList"),
    ("/flags/1", "Case"),
    ("/questions", "List"),
    ("/questions/treaty", "Object"),
    ("/feeds", "List"),
    ("/entries?text=treaty&limit=2", "Found"),
    ("/stories?question=treaty", "Found"),
    ("/deliveries?state=dead", "List"),
]


async def test_answers_are_what_the_description_says(scene: Scene) -> None:
    schemas = openapi.document()["components"]
    async with called(scene, Scope.READ) as (stage, token):
        for path, name in GETS:
            status, body = await ask(stage, path, token)
            assert (path, status) == (path, 200)
            schema = {"$ref": f"#/components/schemas/{name}", "components": schemas}
            jsonschema.validate(body, schema)
        status, case = await ask(stage, "/flags/1", token)
        story = case["judgments"][0]["evidence"][0]["story"]
        status, told = await ask(stage, f"/stories/{story}", token)
        assert status == 200
        status, entry = await ask(stage, f"/entries/{told['members'][0]['entry']}", token)
        assert (status, entry["story"], entry["flags"]) == (200, story, [1])


def test_every_route_is_described_and_nothing_else() -> None:
    described = {
        (method.upper(), path)
        for path, methods in openapi.document()["paths"].items()
        for method in methods
    }
    routed = {
        (method, path.replace(":number", "").replace("question_id", "id")
         .replace("entry_id", "id").replace("story_id", "id"))
        for method, path, *_ in api.ROUTES
    }  # fmt: skip
    assert described == routed


async def test_a_flag_is_answered_and_taken_back(scene: Scene) -> None:
    async with called(scene, Scope.READ, Scope.TRIAGE) as (stage, token):
        status, body = await ask(stage, "/flags/1/answers", token, {"answer": "stands"})
        assert (status, body["flag"]["state"]) == (200, "stands")
        status, refused = await ask(stage, "/flags/1/answers", token, {"answer": "stands"})
        assert (status, "closed as “stands” by token 1 (t)" in refused["error"]) == (409, True)
        status, body = await ask(stage, f"/deeds/{body['deed']}/undo", token, {})
        assert (status, body["flag"]["state"]) == (200, "open")
        deeds = await stage.app.database.read(store_access.deeds_page)
        assert {deed.via for deed in deeds if deed.action.startswith("flag")} == {Via.API}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/flags/1/answers", {"answer": "maybe"}, 409),
        ("/flags/1/answers", {"answer": 1}, 400),
        ("/flags/1/answers", {"answer": "snooze", "days": True}, 400),
        ("/flags/1/answers", {"answer": "snooze", "days": 0}, 409),
        ("/flags/1/answers", {"answer": "stands", "extra": 1}, 400),
        ("/flags/1/answers", [], 400),
        ("/flags/99/answers", {"answer": "stands"}, 404),
        ("/flags?limit=0", None, 400),
        ("/flags?limit=9999", None, 400),
        ("/flags?cursor=x", None, 400),
        ("/flags?state=all' OR 1=1", None, 400),
        ("/deliveries?state=lost", None, 400),
        ("/entries/nope", None, 404),
        ("/deliveries/1/decisions", {"decision": "again"}, 403),
    ],
)
async def test_a_wrong_request_is_refused_in_words(
    scene: Scene, path: str, body: Any, status: int
) -> None:
    async with called(scene, Scope.READ, Scope.TRIAGE) as (stage, token):
        found, answer = await ask(stage, path, token, body)
        assert (found, set(answer)) == (status, {"error"})


async def test_a_token_does_what_its_scopes_say_while_it_lasts(scene: Scene) -> None:
    async with called(scene, Scope.OPERATE) as (stage, token):
        assert (await ask(stage, "/flags", token))[0] == 403
        assert (await ask(stage, "/flags", {}))[0] == 401
        assert (await ask(stage, "/flags", {"Authorization": "Bearer signpost_x"}))[0] == 401
        await stage.get("/")  # a cookie is no token
        assert (await ask(stage, "/flags/1/answers", {}, {"answer": "stands"}))[0] == 401
        status, _ = await ask(stage, "/deliveries/2/decisions", token, {"decision": "again"})
        assert status == 200

        stage.now.append(NOW + timedelta(days=2))
        assert (await ask(stage, "/deliveries", token))[0] == 401
        stage.now.append(NOW)
        await stage.app.database.write(lambda conn: store_access.revoke_token(conn, 1, NOW))
        assert (await ask(stage, "/deliveries", token))[0] == 401


async def test_lists_come_in_pages(scene: Scene) -> None:
    async with called(scene, Scope.READ) as (stage, token):
        seen: list[int] = []
        cursor = ""
        while True:
            _, body = await ask(stage, f"/deliveries?limit=1{cursor}", token)
            seen += [row["id"] for row in body["items"]]
            if body["next"] is None:
                break
            cursor = f"&cursor={body['next']}"
        assert seen == sorted(seen, reverse=True)
        assert len(seen) >= 2


async def test_ready_tells_why_not(scene: Scene) -> None:
    async with staged(scene) as stage:
        status, body = await stage.get("/ready")
        assert status == 503
        assert "1 deliveries were given up" in body
        stage.now.append(NOW + timedelta(hours=1))
        assert "no round of polls" in (await stage.get("/ready"))[1]


async def test_a_story_is_corrected_and_put_back(scene: Scene) -> None:
    async with called(scene, Scope.READ, Scope.TRIAGE) as (stage, token):
        _, case = await ask(stage, "/flags/1", token)
        rows = [row for judgment in case["judgments"] for row in judgment["evidence"]]
        row = next(row for row in rows if row["indicator"] == "signing")
        story = f"/stories/{row['story']}"

        status, done = await ask(stage, f"{story}/exclusions", token, {"indicator": "signing"})
        assert (status, done["evidence"][0]["points"]) == (200, 0)
        status, done = await ask(
            stage, f"{story}/exclusions", token, {"indicator": "signing", "counts": True}
        )
        assert (status, done["evidence"][0]["points"]) == (200, pytest.approx(row["points"]))

        _, shown = await ask(stage, story, token)
        entries = [member["entry"] for member in shown["members"]]
        status, done = await ask(stage, f"{story}/splits", token, {"entries": entries[1:]})
        assert (status, len(done["stories"])) == (200, 2)
        status, done = await ask(stage, f"{story}/merges", token, {"stories": done["stories"]})
        assert (status, done["stories"]) == (200, [row["story"]])
        deeds = await stage.app.database.read(store_access.deeds_page)
        assert [(deed.action, deed.via.value) for deed in deeds] == [
            ("story.merged", "api"),
            ("story.split", "api"),
            ("evidence.included", "api"),
            ("evidence.excluded", "api"),
            ("token.made", "command"),
        ]
        for body in ({"entries": "x"}, {"entries": [1]}, {"entries": [], "by": "me"}):
            assert (await ask(stage, f"{story}/splits", token, body))[0] == 400


async def test_corrections_need_the_scope_of_triage(scene: Scene) -> None:
    async with called(scene, Scope.READ) as (stage, token):
        for what in ("exclusions", "splits", "merges"):
            assert (await ask(stage, f"/stories/x/{what}", token, {}))[0] == 403
