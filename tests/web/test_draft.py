"""New question on the page: a pasted brief comes back as a watchlist to correct."""

import html as markup
import re

import pytest

from monitor.config import watchlists
from tests.core.drafting import briefs
from tests.support.scene import Scene
from tests.web.stage import staged

PAGE = "/watchlist/new"
HOSTILE = (
    'Question: Will <script>alert(1)</script> & "x" end by 2027?\n\n'
    "It is likely that it </textarea> ends.\n"
)


@pytest.fixture
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    found = Scene(tmp_path_factory.mktemp("draft"))
    found.write()
    return found


async def test_a_pasted_brief_is_answered_with_readings_and_a_file(scene: Scene) -> None:
    async with staged(scene) as stage:
        assert 'href="/watchlist/new"' in (await stage.get("/watchlist"))[1]
        status, _, html = await stage.post(PAGE, {"brief": briefs.STRIKE}, on=PAGE)
        assert status == 200
        assert "You say: the strike ends before 1 July 2026: unlikely (20–45 %), high conf" in html
        found = re.search(r'<textarea id="draft"[^>]*>\n(.*?)</textarea>', html, re.DOTALL)
        assert found
        shown = markup.unescape(found[1])
        assert watchlists.check(shown, "draft.yaml").errors == ()
        fields = {"brief": briefs.STRIKE, "download": "yes"}
        _, _, file = await stage.post(PAGE, fields, on=PAGE)
        assert file == shown


async def test_what_is_no_brief_is_said_and_markup_stays_text(scene: Scene) -> None:
    async with staged(scene) as stage:
        _, _, html = await stage.post(PAGE, {"brief": "Hello."}, on=PAGE)
        assert "Nothing in this reads as a brief" in html
        status, _, html = await stage.post(PAGE, {"brief": HOSTILE}, on=PAGE)
        assert status == 200
        assert "<script>alert" not in html
        assert html.count("</textarea>") == html.count("<textarea")


async def test_a_form_of_another_site_is_refused(scene: Scene) -> None:
    async with staged(scene) as stage:
        status, _, html = await stage.post(PAGE, {"brief": briefs.STRIKE})
        assert status == 403
        assert "Nothing was changed" in html
