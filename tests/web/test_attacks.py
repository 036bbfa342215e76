"""Attacks on every door at once: each route is tried, also those that are yet to come."""

import re

import pytest

from monitor.model.access import Role, Scope
from monitor.store import access as store_access
from monitor.store import evidence as store_evidence
from monitor.web import api, site
from tests.support.scene import Scene
from tests.web.stage import Stage, staged
from tests.web.test_access import add, log_in, state, users
from tests.web.test_api import called
from tests.web.test_oidc import door

FORMS = [(path, needs) for method, path, needs, _ in site.PAGES if method == "POST" and needs]


def address(path: str) -> str:
    """A path with something in the place of each name."""
    return re.sub(r"\{\w+(:number)?\}", lambda found: "1" if found[1] else "x", path)


async def told(stage: Stage) -> tuple[int, int, int]:
    """How many deeds, exclusions and rows of evidence there are."""
    read = stage.app.database.read
    return (
        len(await read(store_access.deeds_page)),
        len(await read(store_evidence.exclusions)),
        len(await read(store_evidence.everything)),
    )


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
async def test_no_form_made_by_hand_does_what_its_sender_may_not(scene: Scene, role: Role) -> None:
    beyond = [path for path, needs in FORMS if not role.may(needs)]
    assert beyond
    async with users(scene) as stage:
        await add(stage, "kim", role)
        await log_in(stage, "kim")
        before = await told(stage)
        for path in beyond:
            # the mark is their own: they may log out
            status, _, html = await stage.post(address(path), {"answer": "stands"}, on="/flags")
            assert (path, status) == (path, 403)
            assert "This is for people with the role" in html
        assert await told(stage) == before
        assert await state(stage) == "open"


async def test_no_form_is_taken_without_its_mark_or_from_another_site(scene: Scene) -> None:
    async with staged(scene) as stage:
        before = await told(stage)
        for path, _ in FORMS:
            status, _, _ = await stage.post(address(path), {"answer": "stands"})
            assert (path, status) == (path, 403)
            status, _, _ = await stage.post(
                address(path), {"answer": "stands"}, on="/flags/1", Origin="https://evil.example"
            )
            assert (path, status) == (path, 403)
        assert await told(stage) == before


async def test_no_form_can_be_sent_by_following_a_link(scene: Scene) -> None:
    shown = {path for method, path, _, _ in site.PAGES if method == "GET"}
    async with staged(scene) as stage:
        before = await told(stage)
        for path, _ in FORMS:
            if path not in shown:
                status, _ = await stage.get(address(path) + "?answer=stands&indicator=signing")
                assert (path, status) == (path, 405)
        assert await told(stage) == before


@pytest.mark.parametrize("scope", list(Scope))
async def test_no_token_does_what_its_scope_does_not_name(scene: Scene, scope: Scope) -> None:
    async with called(scene, scope) as (stage, token):
        for method, path, needs, _ in api.ROUTES:
            if needs is not scope:
                url = f"{stage.base}{api.PREFIX}{address(path)}"
                async with stage.client.request(method, url, headers=token, json={}) as answer:
                    assert (path, answer.status) == (path, 403)


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "/%5Cevil.example",
        "/%0d%0aSet-Cookie:%20a=b",
        "/flags/1\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
    ],
)
async def test_a_correction_leads_back_into_this_site_alone(scene: Scene, back: str) -> None:
    async with staged(scene) as stage:
        _, html = await stage.get("/flags/1")
        found = re.search(
            r'/stories/([^/"]+)/not-evidence"(?:(?!/stories/).)*?value="signing"', html, re.DOTALL
        )
        assert found
        status, location, _ = await stage.post(
            f"/stories/{found[1]}/not-evidence",
            {"indicator": "signing", "back": back},
            on="/flags/1",
        )
        assert status == 303
        assert re.fullmatch(r"/\?done=\d+", location)


async def test_a_note_as_long_as_a_book_is_refused(scene: Scene) -> None:
    async with staged(scene) as stage:
        before = await told(stage)
        for path in ("/flags/1", "/stories/x/split"):
            status, _, _ = await stage.post(
                path, {"answer": "stands", "note": "a" * 2_001}, on="/flags/1"
            )
            assert status in {403, 404}
        assert await told(stage) == before


async def test_what_a_provider_says_of_its_error_is_text(scene: Scene) -> None:
    async with door(scene) as at:
        back = await at.returned()
        query = back.partition("state=")[2].partition("&")[0]
        _, _, html = await at.go(
            f"/login/back?state={query}&error=%3Cscript%3Ealert(1)%3C/script%3E"
        )
        assert "&lt;script&gt;" in html
        assert "<script>alert" not in html
