"""Style and script: kept by browsers for ever, under an address that is their content's."""

import re

from tests.support.scene import Scene
from tests.web.stage import staged


async def test_what_a_page_names_may_be_kept_for_ever_and_nothing_else(scene: Scene) -> None:
    async with staged(scene) as stage:
        _, html = await stage.get("/")
        named = re.findall(r'(?:href|src)="(/static/[^"]+)"', html)
        assert len(named) >= 4
        for address in named:
            async with stage.client.get(stage.base + address) as answer:
                assert answer.status == 200
                assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        for address in ("/static/style.css", "/static/style.css?v=0", "/static/style.css?v=1&v=2"):
            async with stage.client.get(stage.base + address) as answer:
                assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")
        async with stage.client.get(f"{stage.base}/static/../guard.py?v=1") as answer:
            assert answer.status == 404
        async with stage.client.get(f"{stage.base}/") as answer:
            assert answer.headers["Cache-Control"] == "no-store"
