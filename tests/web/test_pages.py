"""Pages over real news, as a browser without scripts asks for them."""

import json
import re

import pytest

from monitor.store import flags as store_flags
from monitor.triage import decisions
from tests.databases import sqlite_only
from tests.support.scene import SIGNED, WATCHLISTS, Scene, at
from tests.web.stage import NOW, Stage, staged

PAGES = [
    "/",
    "/flags",
    "/flags/1",
    "/flags/1?review=1",
    "/questions/treaty",
    "/watchlist",
    "/watchlist?text=Ruritania+signs+treaty",
    "/watchlist/new",
    "/feeds",
    "/feeds/courier",
    "/deliveries",
    "/deliveries?state=dead",
    "/deliveries/1",
    "/audit",
    "/search?text=treaty",
]


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_answers_and_escapes(scene: Scene, path: str) -> None:
    async with staged(scene) as stage:
        status, html = await stage.get(path)

        assert status == 200
        assert "<script>alert" not in html
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?! src)|<style", html)


@pytest.mark.parametrize(
    "path", ["/flags/99", "/questions/nope", "/feeds/nope", "/deliveries/99", "/entries/x"]
)
async def test_what_is_not_there_is_said_to_be_not_there(scene: Scene, path: str) -> None:
    async with staged(scene) as stage:
        status, html = await stage.get(path)

        assert status == 404
        assert "Not found" in html


@pytest.mark.parametrize("path", ["/nowhere", "/flags/1/2", "/static/none.css", "/favicon.ico"])
async def test_an_unknown_address_gets_a_page_with_a_way_back(scene: Scene, path: str) -> None:
    async with staged(scene) as stage:
        status, html = await stage.get(path, accept="text/html,*/*;q=0.8")
        plain = await stage.get(path)
        api = await stage.get("/api/v1/nowhere", accept="text/html")

    assert status == 404
    assert "There is nothing at this address." in html
    assert '<a class="wordmark" href="/">' in html
    assert '<a href="/">Back to the desk</a>' in html
    assert plain == (404, "there is nothing at this address")
    assert api == (404, '{"error":"there is nothing at this address"}')


async def test_the_desk_shows_the_flag_the_judgment_and_the_last_digest(scene: Scene) -> None:
    async with staged(scene) as stage:
        _, html = await stage.get("/")

        assert "1 flag wants an answer" in html
        assert "Ruritania will not sign the border treaty this year." in html
        assert "very unlikely (5–20 %)" in html
        assert "Last digest" in html
        assert 'href="/flags/1"' in html


async def test_a_flag_shows_why_and_every_story_with_its_entries(scene: Scene) -> None:
    async with staged(scene) as stage:
        _, html = await stage.get("/flags/1")

        assert "Decisive indicator “signing”" in html
        assert "<mark>signs</mark>" in html
        assert html.count("http://courier.example/c1") == 1
        assert html.count("http://herald.example/h1") == 1
        assert "&lt;script&gt;" in html


async def answer(stage: Stage, word: str, **fields: str) -> str:
    """Answer flag 1 as its form does; where the browser is sent."""
    status, location, text = await stage.post("/flags/1", {"answer": word, **fields}, on="/flags/1")
    assert status == 303, text
    return location


@pytest.mark.parametrize("word", ["stands", "revise", "withdraw", "noise", "acknowledge", "snooze"])
async def test_an_answer_is_kept_with_who_when_and_why_and_can_be_taken_back(
    scene: Scene, word: str
) -> None:
    async with staged(scene) as stage:
        location = await answer(stage, word, note="seen <b>it</b>", indicator="signing")
        _, html = await stage.get(location)
        assert f"Flag 1: <strong>{word}</strong>" in html
        assert ("seen &lt;b&gt;it&lt;/b&gt;" in html) == (word != "snooze")
        _, desk = await stage.get("/")
        assert ("No flag wants an answer" in desk) == (word not in {"acknowledge", "snooze"})

        number = location.partition("done=")[2]
        status, back, _ = await stage.post(f"/deeds/{number}/undo", on=location)
        assert status == 303
        _, html = await stage.get(back)

        assert '<span class="state open">open</span>' in html
        assert f"took back “{word}” of local" in html


async def test_a_review_that_was_taken_back_does_not_reset_the_ledger(scene: Scene) -> None:
    async with staged(scene) as stage:
        _, before = await stage.get("/")
        location = await answer(stage, "stands")
        assert "since the review of" in (await stage.get("/questions/treaty"))[1].lower()
        await stage.post(f"/deeds/{location.partition('done=')[2]}/undo", on=location)

        _, after = await stage.get("/")

        points = re.compile(r"points[^<>]*?>([+−±][0-9.]+)<")
        assert points.findall(after) == points.findall(before) != []


async def test_undo_is_offered_only_while_an_answer_may_be_taken_back(scene: Scene) -> None:
    async with staged(scene) as stage:
        await answer(stage, "acknowledge")
        _, html = await stage.get("/flags/1")
        (path,) = re.findall(r"/deeds/\d+/undo", html)
        flag = await stage.app.database.read(lambda conn: store_flags.get(conn, 1))
        assert flag is not None
        await stage.app.database.write(
            lambda conn: decisions.expire(conn, flag, at=NOW, note="nothing new for long")
        )

        _, html = await stage.get("/flags/1")
        assert "/undo" not in html
        status, _, text = await stage.post(path, on="/watchlist")
        assert status == 403
        assert "has expired since" in text


async def test_two_people_cannot_answer_the_same_flag_over_each_other(scene: Scene) -> None:
    async with staged(scene) as stage:
        _, first = await stage.get("/flags/1")
        mark = re.search(r'name="mark" value="(\w+)"', first)
        assert mark
        await answer(stage, "stands")

        status, _, html = await stage.post("/flags/1", {"answer": "noise", "mark": mark[1]})

        assert status == 403
        assert "closed as “stands” by local" in html


async def test_a_review_leads_from_flag_to_flag_and_home(scene: Scene) -> None:
    async with staged(scene) as stage:
        _, html = await stage.get("/review")
        assert "Review: 1 of 1" in html

        assert (await answer(stage, "stands", review="1")).startswith("/?done=")
        assert "Flag 1: <strong>stands</strong>" in (await stage.get("/?done=1"))[1]


async def test_a_dead_letter_is_sent_again_once_and_is_on_record(scene: Scene) -> None:
    async with staged(scene) as stage:
        _, html = await stage.get("/deliveries?state=dead")
        number = re.search(r'href="/deliveries/(\d+)"', html)
        assert number
        path = f"/deliveries/{number[1]}"

        status, location, _ = await stage.post(path, {"decision": "again"}, on=path)
        assert status == 303
        assert "queued again" in (await stage.get(location))[1]
        assert "delivery.again" in (await stage.get("/audit"))[1]

        status, _, html = await stage.post(path, {"decision": "again"}, on="/watchlist")
        assert status == 403
        assert "only one that was given up or is held is decided" in html


EDIT = 'decisive: {signing: ["sign .. treaty"]}'


async def test_an_edited_watchlist_shows_what_it_would_gain_and_lose(scene: Scene) -> None:
    async with staged(scene) as stage:
        text = scene.file("watchlists.yaml").read_text(encoding="utf-8")
        edit = text.replace(EDIT, 'slight: {parades: ["spring parade"]}')

        status, _, html = await stage.post(
            "/watchlist/trial", {"text": edit, "days": "30"}, on="/watchlist"
        )

        assert status == 200
        assert "Gained: 1 story" in html
        assert "Lost: 1 story" in html
        assert SIGNED in html
        assert "+    slight: {parades: [&#34;spring parade&#34;]}" in html
        assert stage.app.plan.configuration.watchlists.text == text


async def test_an_edit_with_mistakes_is_told_each_with_its_place(scene: Scene) -> None:
    async with staged(scene) as stage:
        text = scene.file("watchlists.yaml").read_text(encoding="utf-8")
        edit = text.replace("likelihood: very unlikely", "likelihood: verily unlikely")

        _, _, html = await stage.post(
            "/watchlist/trial", {"text": edit, "days": "30"}, on="/watchlist"
        )

        assert "1 mistake: this file would be refused" in html
        assert re.search(r"watchlists\.yaml:14:\d+: ", html)


async def test_the_file_and_the_difference_can_be_taken_away(scene: Scene) -> None:
    async with staged(scene) as stage:
        text = scene.file("watchlists.yaml").read_text(encoding="utf-8")
        assert (await stage.get("/watchlist/watchlists.yaml"))[1] == text

        edit = text.replace("moderate", "high").replace("\n", "\r\n")
        _, _, diff = await stage.post("/watchlist/difference", {"text": edit}, on="/watchlist")

        assert diff.startswith("--- a/watchlists.yaml\n+++ b/watchlists.yaml\n@@")
        assert "-      confidence: moderate\n+      confidence: high\n" in diff


async def test_health_is_fine_and_says_stalled_when_no_round_came(scene: Scene) -> None:
    async with staged(scene) as stage:
        assert (await stage.get("/health"))[0] == 200
        stage.now.append(at(hours=60))
        status, body = await stage.get("/health")
        assert (status, '"stalled"' in body) == (503, True)
        assert stage.now[0] == NOW


@sqlite_only
async def test_a_database_that_is_away_makes_it_unready_and_not_unhealthy(scene: Scene) -> None:
    async with staged(scene) as stage:
        stage.app.database.write_now(
            lambda conn: conn.exec_driver_sql("ALTER TABLE deliveries RENAME TO gone")
        )
        status, body = await stage.get("/health")
        assert (status, json.loads(body)["status"]) == (200, "ok")
        assert "deliveries" in json.loads(body)["database"]
        status, body = await stage.get("/ready")
        assert (status, json.loads(body)["ready"]) == (503, False)


async def test_a_headline_that_nearly_matches_is_told_by_what_it_fails(scene: Scene) -> None:
    scene.write(watchlists=WATCHLISTS.replace("sign .. treaty", "sign* NEAR/1 treaty"))
    async with staged(scene) as stage:
        text = "Ruritania+signs+after+many+long+months+a+treaty"
        _, html = await stage.get(f"/watchlist/tried?text={text}")

        assert "does not hit" in html
        assert "sign* NEAR/1 treaty" in html
