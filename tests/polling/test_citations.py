"""Cited articles among what is polled: found, watched, and told when they change."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from monitor.daemon.app import App
from monitor.model.citations import ChangeKind
from monitor.model.entries import Entry
from monitor.model.flags import FlagKind
from monitor.polling import citations, ingest
from monitor.store import citations as store_citations
from tests.support.bulletins import arrive, entry, flags
from tests.support.scene import START, WATCHLISTS, Scene, at

CITED = "Ruritania sets toll of 12 crowns at its border"
CITING = WATCHLISTS.replace(
    "  toward:\n",
    f'    cites:\n    - {{outlet: Courier, date: 2019-03-21, title: "{CITED}"}}\n  toward:\n',
    1,
)


@pytest.fixture
async def app(scene: Scene) -> AsyncIterator[App]:
    scene.write(watchlists=CITING)
    async with scene.open(START) as opened:
        yield opened


def revise(app: App, before: Entry, title: str, hours: float) -> Entry:
    after = replace(before, title=title, revision=before.revision + 1, content_hash=title)
    app.database.write_now(
        lambda conn: ingest.take_in(conn, (), (after,), rules=app.plan.rules, now=at(hours))
    )
    return after


async def test_a_retitle_is_for_the_digest_and_another_figure_flags_the_brief(app: App) -> None:
    first = entry("Courier", CITED.upper(), at(24))
    arrive(app, at(24), first, entry("Herald", CITED, at(24)))
    await app.tick(at(25))
    second = revise(app, first, "Border toll of 12 crowns is set by Ruritania", 26)
    await app.tick(at(27))
    assert flags(app) == ()
    revise(app, second, "Border toll of 15 crowns is set by Ruritania", 28)
    await app.tick(at(29))
    await app.tick(at(30))

    (flag,) = flags(app)
    (reason,) = flag.reasons
    assert (reason.kind, reason.interrupts) == (FlagKind.CITATION, True)
    assert reason.text == (
        "Courier changed the article you cite (title): was “Border toll of 12 crowns is set by "
        "Ruritania”, now “Border toll of 15 crowns is set by Ruritania”; different figures: "
        "12 and 15"
    )
    told = app.database.read_now(lambda conn: citations.changes(conn, app.plan.rules, at(), at(40)))
    assert [change.kind for change in told] == [ChangeKind.RETITLED, ChangeKind.FIGURE]
    snapshots = app.database.read_now(store_citations.snapshots)
    assert [item.revision for item in snapshots] == [1, 2, 3]
    assert {item.entry_id for item in snapshots} == {first.id}


async def test_another_development_under_the_articles_guid_is_a_change_of_it(app: App) -> None:
    first = entry("Courier", CITED, at(24))
    arrive(app, at(24), first)
    await app.tick(at(25))
    later = replace(
        first, id="later", key="later", title="Ruritania sets no toll at its border",
        content_hash="later", supersedes=first.id,
    )  # fmt: skip
    arrive(app, at(26), later)
    await app.tick(at(27))
    await app.tick(at(28))

    told = app.database.read_now(lambda conn: citations.changes(conn, app.plan.rules, at(), at(40)))
    assert [(change.before.title, change.after.title) for change in told] == [(CITED, later.title)]
    snapshots = app.database.read_now(store_citations.snapshots)
    assert [(item.entry_id, item.revision) for item in snapshots] == [(first.id, 1), (first.id, 2)]


async def test_an_article_that_comes_later_is_found_then(app: App) -> None:
    await app.tick(at(1))
    assert app.database.read_now(store_citations.snapshots) == ()
    arrive(app, at(30), entry("Courier", CITED, at(30)))
    await app.tick(at(31))

    (snapshot,) = app.database.read_now(store_citations.snapshots)
    assert (snapshot.found_by, snapshot.title) == ("title", CITED)


async def test_an_edit_of_the_watchlist_is_no_change_of_the_article(app: App, scene: Scene) -> None:
    first = entry("Courier", CITED, at(24))
    arrive(app, at(24), first)
    await app.tick(at(25))
    scene.write(watchlists=CITING.replace("walk .. out", "toll* .. border"))
    assert await app.reload(at(26), force=True)
    revise(app, first, "Border toll of 12 crowns is set by Ruritania", 27)
    await app.tick(at(28))

    assert flags(app) == ()
