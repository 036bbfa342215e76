"""The pages of feeds say which were never read, who asks, and what works where a server refuses."""

import aiohttp

from monitor.feeds.guard import any_address
from monitor.web.app import serve
from tests.loopback import Loopback, answer
from tests.support.manners import configure, poll
from tests.support.scene import START, Scene


async def test_a_wire_that_refuses_us_says_what_works_instead(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server)
    text = scene.file("feeds.yaml").read_text(encoding="utf-8")
    scene.file("feeds.yaml").write_text(text.replace("Outlet", "Reuters"), encoding="utf-8")
    server.script = [answer("401 Unauthorized")]
    settings = scene.settings({"MONITOR_CONTACT": ""})
    async with (
        scene.open(settings=settings, guard=any_address) as app,
        serve(app, host="127.0.0.1", port=0, now=lambda: START) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        await poll(app)
        pages = {}
        for path in ("/feeds", "/feeds/a"):
            async with session.get(path) as response:
                assert response.status == 200
                pages[path] = await response.text()
    assert "never read yet" in pages["/feeds"]
    assert "set MONITOR_CONTACT to an e-mail address or a link" in pages["/feeds"]
    assert "which counts as Reuters where it credits Reuters" in pages["/feeds/a"]
    assert "or a licensed feed, with its “headers”" in pages["/feeds/a"]
