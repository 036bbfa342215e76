"""Flags: at most one is live per brief, and every decision on it is kept."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from monitor.errors import NotFoundError
from monitor.model.flags import Flag, FlagKind, FlagState, Raised, Reason, Review
from monitor.model.questions import Direction
from monitor.store import flags
from monitor.store.schema import flags as flag_rows
from tests import build

ANSWERS = [state for state in FlagState if not state.live]


def reason(text: str = "three outlets", *, hours: float = 0) -> Reason:
    return Reason(
        kind=FlagKind.BREADTH,
        judgment="q/b/no-deal",
        direction=Direction.TOWARD,
        text=text,
        numbers=(("outlets", 3.0), ("points", -7.5)),
        evidence=(("q/b/no-deal", "e1", "sohae", 1), ("q/b/no-deal", "e2", "relief", 2)),
        interrupts=True,
        raised_at=build.at(hours),
        rules="r1",
    )


def raised(brief: str = "q/b", text: str = "three outlets", *, hours: float = 0) -> Raised:
    return Raised(question="q", brief=brief, reason=reason(text, hours=hours))


def one(conn: Connection, brief: str = "q/b", *, hours: float = 0) -> Flag:
    (flag,) = flags.raise_all(conn, [raised(brief, hours=hours)])
    return flag


def review(flag: Flag, decision: FlagState, *, hours: float = 1, by: str = "kim") -> Review:
    return Review(
        flag_id=flag.id,
        brief=flag.brief,
        decision=decision,
        by=by,
        at=build.at(hours),
        note="Talks go on.",
    )


def test_a_flag_comes_back_as_it_was_raised(conn: Connection) -> None:
    flag = one(conn, hours=2)

    assert flag == Flag(
        id=flag.id,
        question="q",
        brief="q/b",
        state=FlagState.OPEN,
        opened_at=build.at(2),
        changed_at=build.at(2),
        reasons=(reason(hours=2),),
    )
    assert flags.get(conn, flag.id) == flag
    assert flags.get(conn, flag.id + 1) is None


def test_reasons_of_one_call_share_one_new_flag_per_brief(conn: Connection) -> None:
    items = [raised(text="a"), raised("q/other", "b"), raised(text="c", hours=1)]

    first, second = flags.raise_all(conn, items)

    assert [item.text for item in first.reasons] == ["a", "c"]
    assert (first.brief, first.opened_at, first.changed_at) == ("q/b", build.at(0), build.at(1))
    assert [item.text for item in second.reasons] == ["b"]
    assert flags.live(conn) == (first, second)


@pytest.mark.parametrize("named", [True, False])
def test_later_reasons_attach_to_the_live_flag(conn: Connection, named: bool) -> None:
    flag = one(conn)
    flags.decide(conn, review(flag, FlagState.ACKNOWLEDGED))
    more = replace(raised(text="more", hours=2), flag_id=flag.id if named else None)

    (grown,) = flags.raise_all(conn, [more])

    assert grown.id == flag.id
    assert [item.text for item in grown.reasons] == ["three outlets", "more"]
    assert (grown.state, grown.changed_at) == (FlagState.ACKNOWLEDGED, build.at(2))


def test_an_older_reason_does_not_set_the_time_of_change_back(conn: Connection) -> None:
    flag = one(conn, hours=5)

    (grown,) = flags.raise_all(conn, [raised(hours=2)])

    assert len(grown.reasons) == 2
    assert grown.changed_at == flag.changed_at


@pytest.mark.parametrize("answer", ANSWERS)
def test_after_an_answer_a_new_flag_is_opened(conn: Connection, answer: FlagState) -> None:
    flag = one(conn)
    flags.decide(conn, review(flag, answer))

    (fresh,) = flags.raise_all(conn, [replace(raised(hours=5), flag_id=flag.id)])

    assert fresh.id > flag.id
    assert flags.live(conn) == (fresh,)


def test_the_database_holds_that_one_flag_is_live_per_brief(conn: Connection) -> None:
    flag = one(conn)
    second = insert(flag_rows).values(
        question="q",
        brief=flag.brief,
        state=FlagState.ACKNOWLEDGED,
        opened_at=build.NOON,
        changed_at=build.NOON,
    )

    with pytest.raises(IntegrityError), conn.begin_nested():
        conn.execute(second)

    conn.execute(second.values(state=FlagState.NOISE))


@pytest.mark.parametrize("decision", list(FlagState))
def test_a_decision_moves_the_flag_and_is_kept(conn: Connection, decision: FlagState) -> None:
    flag = one(conn)
    taken = review(flag, decision)

    decided = flags.decide(conn, taken)

    assert decided == replace(flag, state=decision, changed_at=build.at(1))
    assert flags.get(conn, flag.id) == decided
    assert flags.reviews(conn) == (taken,)


def test_a_decision_on_no_flag_is_refused(conn: Connection) -> None:
    flag = one(conn)

    with pytest.raises(NotFoundError, match=f"there is no flag {flag.id + 1}"):
        flags.decide(conn, replace(review(flag, FlagState.NOISE), flag_id=flag.id + 1))

    assert flags.reviews(conn) == ()


def test_an_answered_flag_cannot_live_again_beside_a_newer_one(conn: Connection) -> None:
    old = one(conn)
    flags.decide(conn, review(old, FlagState.NOISE))
    new = one(conn, hours=3)

    with pytest.raises(NotFoundError, match=f"flag {new.id} of q/b is the one that wants"):
        flags.decide(conn, review(old, FlagState.OPEN, hours=4))

    assert flags.live(conn) == (new,)
    assert flags.decide(conn, review(old, FlagState.STANDS, hours=5)).state is FlagState.STANDS


def test_an_answered_flag_may_be_opened_again_when_none_is_live(conn: Connection) -> None:
    flag = one(conn)
    flags.decide(conn, review(flag, FlagState.NOISE))

    assert flags.decide(conn, review(flag, FlagState.OPEN, hours=2)).state.live


def test_a_review_belongs_to_the_brief_of_its_flag(conn: Connection) -> None:
    flag = one(conn)

    flags.decide(conn, replace(review(flag, FlagState.STANDS), brief="q/mistyped"))

    assert [item.brief for item in flags.reviews(conn)] == ["q/b"]


def test_recent_holds_live_flags_and_those_with_a_late_reason(conn: Connection) -> None:
    live_old = one(conn, "q/live")
    answered_old, answered_late = one(conn, "q/old"), one(conn, "q/late")
    flags.raise_all(conn, [raised("q/late", "late", hours=8)])
    for flag in (answered_old, answered_late):
        flags.decide(conn, review(flag, FlagState.NOISE, hours=9))

    recent = [flag.id for flag in flags.recent(conn, build.at(8))]

    assert recent == [live_old.id, answered_late.id]
    assert [flag.id for flag in flags.recent(conn, build.at(8.5))] == [live_old.id]


def test_listing_is_in_order_of_numbers(conn: Connection) -> None:
    first, second, third = one(conn, "q/1"), one(conn, "q/2"), one(conn, "q/3")
    flags.decide(conn, review(second, FlagState.NOISE))

    assert [flag.id for flag in flags.listing(conn, live_only=True)] == [first.id, third.id]
    assert [flag.id for flag in flags.listing(conn, live_only=False)] == [
        first.id,
        second.id,
        third.id,
    ]


def test_reviews_are_in_the_order_they_were_taken(conn: Connection) -> None:
    mine, other = one(conn, "q/1"), one(conn, "q/2")
    taken = [
        review(mine, FlagState.ACKNOWLEDGED, hours=3),
        review(other, FlagState.NOISE, hours=1),
        review(mine, FlagState.STANDS, hours=2),
    ]
    for item in taken:
        flags.decide(conn, item)

    assert flags.reviews(conn) == tuple(taken)
    assert flags.reviews(conn, "q/1") == (taken[0], taken[2])
    assert flags.reviews(conn, "q/3") == ()


def test_only_stands_and_revised_reset_and_the_newest_counts(conn: Connection) -> None:
    mine, other, none = one(conn, "q/1"), one(conn, "q/2"), one(conn, "q/3")
    newest = review(mine, FlagState.REVISED, hours=5)
    for item in (
        newest,
        review(mine, FlagState.STANDS, hours=3),
        review(mine, FlagState.NOISE, hours=7),
        review(none, FlagState.ACKNOWLEDGED, hours=7),
        review(none, FlagState.WITHDRAWN, hours=8),
        review(other, FlagState.STANDS, hours=2),
    ):
        flags.decide(conn, item)

    assert flags.last_resets(conn) == (newest, review(other, FlagState.STANDS, hours=2))


def test_of_two_resets_at_one_moment_the_later_entered_counts(conn: Connection) -> None:
    flag = one(conn)
    flags.decide(conn, review(flag, FlagState.STANDS, by="lee"))
    last = review(flag, FlagState.REVISED, by="kim")
    flags.decide(conn, last)

    assert flags.last_resets(conn) == (last,)


def test_raising_nothing_is_no_error(conn: Connection) -> None:
    assert flags.raise_all(conn, []) == ()


def test_flags_of_briefs_come_the_newest_first_whatever_their_state(conn: Connection) -> None:
    first, other = one(conn), one(conn, "q/other")
    flags.decide(conn, review(first, FlagState.STANDS))
    again = one(conn, hours=2)

    found = flags.of_briefs(conn, ["q/b", "q/nothing"])

    assert [flag.id for flag in found] == [again.id, first.id]
    assert [flag.id for flag in flags.of_question(conn, "q", limit=2)] == [again.id, other.id]
