"""Corrections on the page: not evidence, split, merge, and each of them taken back."""

import re

from tests.support.scene import Scene
from tests.web.stage import Stage, staged

_POINTS = re.compile(r'<span class="total">([^<]+)<')
_SIGNING = re.compile(
    r'/stories/([^/"]+)/not-evidence"(?:(?!/stories/).)*?value="signing"', re.DOTALL
)
_STORY = re.compile(r'action="/stories/([^/"]+)/not-evidence"')


async def points(stage: Stage) -> str:
    found = _POINTS.search((await stage.get("/flags/1"))[1])
    assert found
    return found[1]


async def stories(stage: Stage) -> list[str]:
    """Of flag 1, the two outlets' story first."""
    return list(dict.fromkeys(_STORY.findall((await stage.get("/flags/1"))[1])))


async def signing(stage: Stage) -> str:
    """The story that the flag rests on."""
    _, html = await stage.get("/flags/1")
    found = _SIGNING.search(html)
    assert found
    return found[1]


async def undone(stage: Stage, location: str) -> str:
    number = re.search(r"done=(\d+)", location)
    assert number
    _, back, text = await stage.post(f"/deeds/{number[1]}/undo", {"back": "/flags/1"}, on=location)
    assert back.startswith("/flags/1?done="), text
    return back


async def test_a_row_leaves_the_ledger_with_who_when_and_why_and_comes_back(scene: Scene) -> None:
    async with staged(scene) as stage:
        before, story = await points(stage), await signing(stage)

        status, location, text = await stage.post(
            f"/stories/{story}/not-evidence",
            {"indicator": "signing", "note": "a <b>rehearsal</b>", "back": "/flags/1"},
            on="/flags/1",
        )
        assert (status, location.partition("?")[0]) == (303, "/flags/1"), text
        _, html = await stage.get(location)
        assert "“signing”: <strong>not evidence, 1 judgment</strong>" in html
        assert "Taken out of the ledger: 1 story" in html
        assert "not evidence, says local" in html
        assert "a &lt;b&gt;rehearsal&lt;/b&gt;" in html
        assert await points(stage) != before
        assert "evidence.excluded" in (await stage.get("/audit"))[1]

        await undone(stage, location)
        assert await points(stage) == before

        await stage.post(
            f"/stories/{story}/not-evidence",
            {"indicator": "signing", "judgment": "treaty/no-treaty/unsigned"},
            on="/flags/1",
        )
        status, location, _ = await stage.post(
            f"/stories/{story}/evidence",
            {"indicator": "signing", "judgment": "treaty/no-treaty/unsigned", "back": "//evil"},
            on="/flags/1",
        )
        assert (status, location.partition("?")[0]) == (303, "/")
        assert await points(stage) == before


async def test_a_story_is_split_merged_and_put_back(scene: Scene) -> None:
    async with staged(scene) as stage:
        before, story = await points(stage), await signing(stage)
        page = f"/stories/{story}?flag=1"
        _, html = await stage.get(page)
        ticks = re.findall(r'name="(entry\.\d+)" value="([^"]+)"', html)
        assert len(ticks) == 2

        name, leaving = ticks[1]
        _, location, text = await stage.post(
            f"/stories/{story}/split", {name: leaving, "back": "/flags/1"}, on=page
        )
        assert location.startswith("/flags/1?done="), text
        assert "Story: <strong>split</strong>" in (await stage.get(location))[1]
        assert await points(stage) != before
        await undone(stage, location)
        assert await points(stage) == before

        other = next(each for each in await stories(stage) if each != story)
        _, html = await stage.get(page)
        assert f'value="{other}"' in html, "stories of these days are offered"
        _, location, text = await stage.post(
            f"/stories/{story}/merge", {"story.1": other, "flag": "1"}, on=page
        )
        assert re.match(r"/stories/[^?]+\?flag=1&done=\d+$", location), text
        _, html = await stage.get(location)
        assert "Story: <strong>merged</strong>" in html
        assert len(re.findall(r'name="entry\.', html)) > len(ticks)
        await undone(stage, location)
        assert await points(stage) == before


async def test_a_correction_that_cannot_be_is_refused_in_words(scene: Scene) -> None:
    async with staged(scene) as stage:
        story = await signing(stage)
        for path, fields, said in (
            (f"/stories/{story}/split", {}, "takes some entries of the story"),
            (f"/stories/{story}/merge", {}, "two stories or more"),
            (f"/stories/{story}/not-evidence", {"indicator": "x"}, "does not count"),
            (f"/stories/{story}/evidence", {"indicator": "signing"}, "nobody said"),
        ):
            status, _, html = await stage.post(path, fields, on="/flags/1")
            assert (status, said in html) == (403, True)
        for path in ("split", "merge", "not-evidence", "evidence"):
            status, _, _ = await stage.post(f"/stories/{story}/{path}", {"indicator": "signing"})
            assert status == 403, "a form without its mark"
        assert "evidence." not in (await stage.get("/audit"))[1]
