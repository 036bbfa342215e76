"""An edited watchlist and old entries: the evidence follows, and nobody is woken by it."""

from collections.abc import AsyncIterator

import pytest

from monitor.daemon.app import App
from monitor.model.flags import Evidence
from monitor.polling import rematch
from monitor.polling.rematch import Rematched
from monitor.store import evidence as store_evidence
from monitor.store import flags as store_flags
from monitor.store import matches as store_matches
from monitor.triage import audit
from tests.support.bulletins import arrive, entry, flags
from tests.support.scene import PARADE, RETURNED, SIGNED, SIGNED_TOO, START, WATCHLISTS, Scene, at

EDITED = WATCHLISTS.replace(
    'strong: {talks-back: ["return* .. talks"]}', "decisive: {ceremony: [ceremony]}"
).replace("decisive: {signing", "moderate: {signing")


@pytest.fixture
async def app(scene: Scene) -> AsyncIterator[App]:
    async with scene.open(START) as opened:
        for outlet, signed in (("Courier", SIGNED), ("Herald", SIGNED_TOO)):
            arrive(
                opened,
                at(2),
                entry(outlet, signed, at(1)),
                entry(outlet, RETURNED, at(1)),
                entry(outlet, PARADE, at(1)),
            )
        scene.write(watchlists=EDITED)
        assert await opened.reload(at(24), force=True)
        yield opened


def run(app: App, *, alert: bool = False, hours: float = 25) -> Rematched:
    return app.database.write_now(
        lambda conn: rematch.rematch(conn, app.plan.rules, since=START, now=at(hours), alert=alert)
    )


def rows(app: App) -> dict[str, Evidence]:
    found = app.database.read_now(lambda conn: store_evidence.current(conn, since=at(days=-9)))
    return {row.indicator: row for row in found}


async def test_evidence_follows_the_edit_and_nothing_is_flagged(app: App) -> None:
    before, known = rows(app), len(flags(app)[0].reasons)
    done = run(app)
    after = rows(app)

    assert (done.entries, done.matched, done.withdrawn, done.flags) == (6, 6, 1, ())
    assert (before["signing"].weight, after["signing"].weight) == (15, 5)
    assert (before["talks-back"].weight, after["talks-back"].weight) == (10, 0)
    assert after["ceremony"].outlets == ("Courier", "Herald")
    assert {row.rules for row in after.values()} == {app.plan.rules.version}
    assert len(flags(app)[0].reasons) == known
    assert app.database.read_now(audit.audit).differences == ()


async def test_doing_it_again_changes_nothing(app: App) -> None:
    run(app)
    assert run(app, hours=26).rows == 0


async def test_the_matches_name_the_new_version(app: App) -> None:
    run(app)
    ids = [f"Courier-{SIGNED}", f"Herald-{RETURNED}"]
    hits = app.database.read_now(lambda conn: store_matches.of_entries(conn, ids))

    assert {id_: [hit.indicator for hit in found] for id_, found in hits.items()} == {
        ids[0]: ["ceremony", "signing"]
    }


async def test_a_new_indicator_raises_nothing_about_old_news_unless_asked(app: App) -> None:
    run(app)
    listed = app.database.read_now(lambda conn: store_flags.listing(conn, live_only=False))
    assert "ceremony" not in {reason.about for flag in listed for reason in flag.reasons}


async def test_alerts_follow_when_asked_for(app: App) -> None:
    done = run(app, alert=True)

    (flag,) = done.flags
    assert "ceremony" in {reason.about for reason in flag.reasons}
