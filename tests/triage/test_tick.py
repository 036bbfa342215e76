"""What time alone raises: told once, the same after a restart, and never as evidence over a gap."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from monitor.core.judging.trigger import texts
from monitor.daemon.app import App
from monitor.model.clock import LocalClock
from monitor.model.feeds import FeedGap, GapKind, PollRecord
from monitor.model.flags import FlagKind, FlagState, Reason
from monitor.model.questions import QuestionAnswer
from monitor.store import evidence as store_evidence
from monitor.store import feeds as store_feeds
from monitor.store import flags as store_flags
from monitor.triage import decisions
from tests.support.bulletins import arrive, entry, flags, signing
from tests.support.scene import RETURNED, START, WATCHLISTS, Scene, at

TEXT = WATCHLISTS.replace(
    "  about: [Ruritania*]\n",
    "  about: [Ruritania*]\n  closes: 2019-12-31\n  resolves_yes_if: Both sign.\n",
).replace("confidence: moderate", "confidence: moderate\n      review_every: 60d")
LIKELY = TEXT.replace("likelihood: very unlikely", "likelihood: likely")
QUIET = """
  quiet:
  - {indicator: talks-back, by: 2019-05-31, strength: strong, because: spring is over}
"""


def said(reason: Reason) -> str:
    return texts.sentence(reason, LocalClock("Europe/Berlin", START))


@pytest.fixture
async def app(scene: Scene) -> AsyncIterator[App]:
    scene.write(watchlists=TEXT)
    async with scene.open(START) as opened:
        yield opened


async def reasons(app: App, days: float) -> list[Reason]:
    """New reasons of a tick, and of a second one that must add nothing."""
    now = at(days=days)
    done = await app.tick(now)
    again = await app.tick(now + timedelta(minutes=10))
    assert again.flags == ()
    assert again.evidence == ()
    return [reason for flag in done.flags for reason in flag.reasons if reason.raised_at == now]


async def test_a_review_is_due_once_and_again_after_the_next_one(app: App) -> None:
    assert await reasons(app, 40) == []
    (due,) = await reasons(app, 42)

    assert (due.kind, due.interrupts) == (FlagKind.SILENCE, False)
    assert said(due) == "Review due: published on 1 March 2019, 61 days before this notice"
    assert await reasons(app, 43) == []
    app.database.write_now(lambda conn: decisions.stands(conn, 1, by="kim", at=at(days=50)))
    assert await reasons(app, 100) == []
    (next_one,) = await reasons(app, 111)
    assert said(next_one) == "Review due: the last was on 9 May, 61 days before this notice"


async def test_the_horizon_is_told_at_thirty_and_at_seven_days(app: App) -> None:
    await app.tick(at(days=250))
    told = [[said(r) for r in await reasons(app, days)] for days in (256, 257, 279)]

    assert told == [
        ["The question closes on 31 December 2019, 30 days after this notice"],
        [],
        ["The question closes on 31 December 2019, 7 days after this notice"],
    ]


async def test_a_passed_horizon_asks_once_and_once_more_a_week_later(app: App) -> None:
    signing(app, at(1))
    asked = [len(await reasons(app, 288 + day)) for day in range(16)]
    (flag,) = flags(app)

    assert [day for day, count in enumerate(asked) if count] == [0, 7]
    assert said(flag.reasons[0]) == (
        "The question closed on 31 December 2019; your criteria: “Both sign”. Did it resolve: yes, "
        "no, or void?"
    )
    assert all(reason.interrupts for reason in flag.reasons)
    first = app.database.read_now(lambda conn: store_flags.get(conn, 1))
    assert first is not None
    assert first.state is FlagState.EXPIRED


async def test_a_question_that_closed_before_it_was_watched_asks_nobody(scene: Scene) -> None:
    """The shipped example is of 2019."""
    scene.write(watchlists=TEXT)
    async with scene.open(at(days=300)) as app:
        assert (await app.tick(at(days=300, hours=1))).flags == ()


async def test_an_answer_ends_the_asking(app: App) -> None:
    await app.tick(at(days=288))
    app.database.write_now(
        lambda conn: decisions.resolve(
            conn, "treaty", QuestionAnswer.NO, by="kim", at=at(days=288, hours=1)
        )
    )

    assert await reasons(app, 290) == []
    assert flags(app) == ()


async def test_a_flag_of_nothing_but_notices_expires(app: App) -> None:
    await app.tick(at(days=42))
    assert len(flags(app)) == 1
    await app.tick(at(days=57))
    assert flags(app) == ()


def watched(app: App, *, ok: bool) -> None:
    """A hundred days of a feed that was read throughout, or went down at the first poll."""

    def write(conn: Connection) -> None:
        before = store_feeds.state(conn, "courier")
        assert before is not None
        read = replace(before, first_ok_at=at(), ok_at=at(days=100 if ok else 0))
        record = PollRecord(polled_at=at(days=100), next_poll_at=at(days=400), ok=ok)
        store_feeds.save_poll(conn, read, record)
        gap = FeedGap(feed_id="courier", kind=GapKind.DOWN, started_at=at())
        store_feeds.add_notices(conn, gaps=[] if ok else [gap])

    app.database.write_now(write)


@pytest.mark.parametrize(("text", "notices"), [(TEXT, 0), (LIKELY, 1)])
async def test_silence_counts_against_the_event_and_is_told_where_it_challenges(
    scene: Scene, text: str, notices: int
) -> None:
    scene.write(watchlists=text.rstrip() + QUIET)
    async with scene.open(START) as app:
        watched(app, ok=True)
        await app.tick(at(days=43))
        found = await reasons(app, 73)
        (row,) = app.database.read_now(lambda conn: store_evidence.current(conn, since=at()))

    assert (row.points, row.outlets) == (-10.0, ())
    assert row.title == "No “talks-back” story by 31 May 2019"
    assert [said(reason) for reason in found] == [
        "“talks-back” expected by 31 May 2019, nothing seen in 72 days, feeds up 100 % "
        "(spring is over)"
    ] * notices


async def test_silence_over_a_gap_is_no_evidence(scene: Scene) -> None:
    scene.write(watchlists=LIKELY.rstrip() + QUIET)
    async with scene.open(START) as app:
        watched(app, ok=False)
        await app.tick(at(days=43))
        (found,) = await reasons(app, 73)
        rows = app.database.read_now(lambda conn: store_evidence.current(conn, since=at()))

    assert rows == ()
    assert "feeds up 0 %, too little for silence to be evidence" in said(found)


async def test_an_expectation_that_came_true_is_no_silence(scene: Scene) -> None:
    scene.write(watchlists=LIKELY.rstrip() + QUIET)
    async with scene.open(START) as app:
        watched(app, ok=True)
        arrive(app, at(1), entry("Courier", RETURNED, at(1)))
        await app.tick(at(days=43))

        assert await reasons(app, 73) == []
