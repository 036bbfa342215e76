"""One ledger everywhere: whatever the history, every surface says the same of a judgment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from math import fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from monitor.access.accounts import Actor
from monitor.core.judging.rules import Rules
from monitor.core.telling.digest import Window, brief_section
from monitor.errors import AccessError
from monitor.model.access import Via
from monitor.model.clock import UTC_CLOCK
from monitor.model.deliveries import DigestConfig
from monitor.model.digests import BriefSection, JudgmentSection
from monitor.model.flags import Evidence, Flag, FlagKind, Review
from monitor.outbox import digest_input
from monitor.polling import ingest
from monitor.store import engine as store_engine
from monitor.store import evidence as store_evidence
from monitor.store import flags as store_flags
from monitor.store import watchlists as store_watchlists
from monitor.triage import (
    answers,
    audit,
    decisions,
    exclusions,
    flag_view,
    question,
    standing,
    undo,
)
from monitor.triage.answers import Given
from monitor.triage.exclusions import About
from tests import build, databases
from tests.support.rulebook import rules
from tests.support.scene import SIGNED, SIGNED_TOO, WATCHLISTS

BRIEF, KEY = "treaty/no-treaty", "treaty/no-treaty/unsigned"
ASSUMED = WATCHLISTS.replace(
    "  toward:\n",
    "    assumptions:\n"
    "    - {id: out, says: Ruritania stays out., broken_by: [talks-back]}\n  toward:\n",
    1,
)
DATED = "    published: 2019-03-01\n"
DAYS = ("2019-03-01", "2019-03-22", "2019-03-25", "")
"""Published before, on the day of and after the first news; or nobody knows when."""
KIM = Actor(name="kim", via=Via.PAGE)
DESK = DigestConfig(name="desk", recipients=(), timezone="UTC")
TITLES = (
    SIGNED,
    SIGNED_TOO,
    "Ruritania returns to talks on its border",
    "Ruritania may sign border treaty",
    "Envoys of Ruritania return to border talks",
    "Ruritania walks out of border talks",
    "Miners in northern Ruritania returned to talks over pensions",
)
OUTLETS = ("Courier", "Herald")


def watched(published: str) -> Rules:
    """The rules of a brief that was published on that day; "" names none."""
    assert DATED in ASSUMED
    return rules(ASSUMED.replace(DATED, f"    published: {published}\n" if published else ""))


@contextmanager
def database(own: Rules, published: str) -> Iterator[Connection]:
    engine = databases.in_memory()
    with store_engine.write(engine) as conn:
        text = ASSUMED.replace(DATED, f"    published: {published}\n" if published else "")
        store_watchlists.record_version(conn, version=own.version, text=text, at=build.at(days=-1))
        yield conn
    engine.dispose()


def told(conn: Connection, own: Rules, title: int, outlet: int, now: datetime) -> None:
    name = f"{now:%d%H%M}-{title}-{outlet}"
    entry = build.entry(name, TITLES[title], outlet=OUTLETS[outlet], seen=now)
    ingest.take_in(conn, [entry], (), rules=own, now=now)


def answered(conn: Connection, word: str, now: datetime) -> None:
    """Answer the flag that wants an answer, if there is one."""
    for flag in store_flags.live(conn):
        named = decisions.indicators(flag)
        said = (("out", "broken"),) if word == answers.REVISE else ()
        given_ = Given(answer=word, indicator=named[0] if named else "", assumptions=said)
        answers.decide(conn, flag.id, given_, actor=KIM, now=now)


def undone(conn: Connection, own: Rules, now: datetime) -> None:
    """Take the newest answer back, if that can be done."""
    flags = store_flags.listing(conn, live_only=False)
    if flags and not any(flag.state.live for flag in flags):
        (newest, *_) = flag_view.read(conn, flags[-1].id, own.questions, now).deeds
        try:
            undo.undo(conn, newest.id, rules=own, actor=KIM, now=now)
        except AccessError:
            assert newest.action == "flag.undone"


def corrected(conn: Connection, own: Rules, number: int, now: datetime) -> None:
    """Take a story out of the ledger."""
    rows = [row for row in current(conn) if row.weight and row.heard]
    if rows:
        row = rows[number % len(rows)]
        about = About(story_id=row.story_id, indicator=row.indicator)
        exclusions.exclude(conn, about, rules=own, actor=KIM, now=now)


def current(conn: Connection) -> list[Evidence]:
    newest: dict[tuple[str, str, str], Evidence] = {}
    for row in store_evidence.everything(conn):
        newest[row.key] = row
    return list(newest.values())


def expected(conn: Connection, own: Rules, now: datetime) -> tuple[float, float, int]:
    """Toward, away and stories, worked out here from the rows alone."""
    since: datetime | None = None
    (brief,) = own.questions[0].briefs
    if brief.published:
        since = datetime.fromisoformat(f"{brief.published}T00:00:00+00:00")
    reviews = store_flags.reviews(conn)
    for place, review in enumerate(reviews):
        back = any(
            later.flag_id == review.flag_id and later.decision.live
            for later in reviews[place + 1 :]
        )
        if review.decision.value in {"stands", "revised"} and not back:
            since = review.at
    worth = {
        row.key: row.points * 0.5 ** ((now - row.first_at) / timedelta(days=21))
        for row in current(conn)
        if row.judgment == KEY and (since is None or row.first_at >= since) and row.points
    }
    toward = fsum(points for points in worth.values() if points > 0)
    return toward, fsum(worth.values()) - toward, len({story for _, story, _ in worth})


def section(conn: Connection, own: Rules, now: datetime) -> tuple[BriefSection, JudgmentSection]:
    window = Window(slot="s", start=build.at(days=-1), end=now)
    material = digest_input.read(conn, DESK, window, own, own.questions, (), now)
    (asked,) = own.questions
    found = brief_section(asked, asked.briefs[0], window, material, UTC_CLOCK, now)
    (judgment,) = found.judgments
    return found, judgment


def agree(conn: Connection, own: Rules, now: datetime) -> None:
    """Desk, question, digest and the live flag, by page, API and command, say the same."""
    toward, away, stories = expected(conn, own, now)
    numbers = pytest.approx((toward, away, toward + away), abs=1e-9)

    (desk,) = standing.read(conn, own.pairs(), now)
    assert (desk.ledger.toward, desk.ledger.away, desk.ledger.total) == numbers
    assert desk.stories == stories
    assert desk.course[-1].total == pytest.approx(desk.ledger.total, abs=1e-9)
    (track,) = question.read(conn, "treaty", own, now).tracks
    assert track.standing.ledger == desk.ledger
    assert track.course[-1].total == pytest.approx(desk.ledger.total, abs=1e-9)
    brief, told_ = section(conn, own, now)
    assert (told_.points_toward, told_.points_away, told_.points) == numbers
    assert told_.since == desk.since
    assert len({line.story_id for line in (*told_.toward, *told_.away)}) == stories
    assert not told_.course or told_.course[-1][1] == pytest.approx(told_.points, abs=1e-9)
    for flag in store_flags.listing(conn, live_only=False):
        flag_agrees(conn, own, flag, now, numbers, stories, brief)


def flag_agrees(
    conn: Connection,
    own: Rules,
    flag: Flag,
    now: datetime,
    numbers: object,
    stories: int,
    brief: BriefSection,
) -> None:
    """A live flag shows the ledger as it is, an answered one what its answer keeps."""
    view = flag_view.read(conn, flag.id, own.questions, now)
    ((said,), (docket,)) = flag_view.as_json(view)["judgments"], view.dockets
    shown = (said["toward"], said["away"], said["points"])
    listed = [row.points for row in (*docket.toward, *docket.away)]
    assert fsum(listed) == pytest.approx(said["points"], abs=1e-9)
    ((_, bearing),) = view.assumptions
    assert bearing.value == "broken" or (bearing.value == "challenged") == bool(brief.assumptions)
    if flag.state.live:
        assert shown == numbers
        assert said["stories"] == stories
        return
    (_, toward, away) = [each for each in view.reviews if each.ledger][-1].ledger[0]
    assert shown == pytest.approx((toward, away, toward + away), abs=1e-9)


STEPS = st.one_of(
    st.tuples(st.just("news"), st.integers(0, len(TITLES) - 1), st.integers(0, 1)),
    st.tuples(st.just("news"), st.integers(0, 1), st.integers(0, 1)),
    st.tuples(st.just("answer"), st.sampled_from(answers.ANSWERS), st.just(0)),
    st.tuples(st.just("exclude"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("undo"), st.just(0), st.just(0)),
)


@settings(max_examples=15)
@given(st.sampled_from(DAYS), st.lists(st.tuples(STEPS, st.integers(1, 70)), max_size=14))
def test_all_surfaces_say_the_same_of_any_history(
    published: str, steps: list[tuple[tuple[str, int | str, int], int]]
) -> None:
    own = watched(published)
    now = build.at()
    with database(own, published) as conn:
        told(conn, own, 0, 0, now - timedelta(minutes=2))
        told(conn, own, 1, 1, now - timedelta(minutes=1))
        for (what, which, outlet), hours in steps:
            now += timedelta(hours=hours)
            before = (expected(conn, own, now), len(store_flags.reviews(conn)))
            reasons = len(weights(conn))
            if what == "news":
                told(conn, own, int(which), outlet, now)
            elif what == "answer":
                answered(conn, str(which), now)
            elif what == "exclude":
                corrected(conn, own, int(which), now)
            else:
                undone(conn, own, now)
            agree(conn, own, now)
            for numbers in weights(conn)[reasons:]:
                toward, away, stories = expected(conn, own, now)
                assert (numbers["toward"], numbers["away"]) == pytest.approx((toward, away))
                assert numbers["stories"] == stories
            for review in store_flags.reviews(conn)[before[1] :]:
                keeps(review, before[0])
        assert audit.audit(conn).differences == ()


def weights(conn: Connection) -> list[dict[str, float]]:
    """The numbers of every reason that tells a ledger, in the order in which they were raised."""
    return [
        dict(reason.numbers)
        for flag in store_flags.listing(conn, live_only=False)
        for reason in flag.reasons
        if reason.kind is FlagKind.WEIGHT
    ]


def keeps(review: Review, before: tuple[float, float, int]) -> None:
    """An answer keeps the ledger as it stood before it; taking one back keeps none."""
    if not review.note.startswith("took back"):
        ((key, toward, away),) = review.ledger
        assert key == KEY
        assert (toward, away) == pytest.approx(before[:2], abs=1e-9)


def test_a_brief_without_a_day_counts_all_that_ever_came() -> None:
    own = watched("")
    with database(own, "") as conn:
        told(conn, own, 0, 0, build.at())
        told(conn, own, 1, 1, build.at(1))
        answered(conn, answers.ACKNOWLEDGE, build.at(2))
        (review,) = store_flags.reviews(conn)
        view = flag_view.read(conn, 1, own.questions, build.at(2))

    ((_, toward, away),) = review.ledger
    assert (toward, away) == pytest.approx((12.7, 0.0), abs=0.1)
    assert view.dockets[0].standing.ledger.total == toward
    assert view.dockets[0].standing.stories == 1


def test_what_is_marked_not_evidence_presses_on_no_assumption() -> None:
    """Neither on the page nor in the digest."""
    own = watched("2019-03-01")
    with database(own, "2019-03-01") as conn:
        told(conn, own, 0, 0, build.at())
        told(conn, own, 1, 1, build.at())
        told(conn, own, 2, 0, build.at(1))
        pressing, _ = section(conn, own, build.at(2))
        (row,) = [row for row in current(conn) if row.indicator == "talks-back"]
        about = About(story_id=row.story_id, indicator="talks-back")
        exclusions.exclude(conn, about, rules=own, actor=KIM, now=build.at(3))
        held, _ = section(conn, own, build.at(4))
        view = flag_view.read(conn, 1, own.questions, build.at(4))

    assert pressing.assumptions == (
        "“Ruritania stays out.” – “Ruritania returns to talks on its border” "
        "(single outlet so far)",
    )
    assert held.assumptions == ()
    assert [bearing.value for _, bearing in view.assumptions] == ["holding"]
