"""Flags as a machine: whatever people and news do, one is open at most and each is closed once."""

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from monitor.errors import AnswerError
from monitor.model.flags import Flag, FlagKind, FlagState, Raised, Reason
from monitor.model.questions import Direction
from monitor.store import engine as store_engine
from monitor.store import flags as store_flags
from monitor.triage import decisions
from tests import build, databases

pytestmark = pytest.mark.slow

STEPS = (decisions.stands, decisions.revise, decisions.withdraw, decisions.noise)


class Flags(RuleBasedStateMachine):
    """One brief, its flags, and what the rules say must hold of them."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = databases.in_memory()
        self.now = build.NOON

    def teardown(self) -> None:
        self.engine.dispose()

    def listed(self) -> tuple[Flag, ...]:
        with store_engine.read(self.engine) as conn:
            return store_flags.listing(conn, live_only=False)

    def live(self) -> list[Flag]:
        return [flag for flag in self.listed() if flag.state.live]

    @rule(kind=st.sampled_from(FlagKind))
    def news(self, kind: FlagKind) -> None:
        """A reason attaches to the open flag, or opens one."""
        before, self.now = self.live(), self.now + timedelta(hours=1)
        reason = Reason(
            kind=kind,
            judgment="q/b/j",
            about="sohae",
            direction=Direction.AWAY,
            text="news",
            numbers=(),
            evidence=(("q/b/j", "s", "sohae", 1),),
            interrupts=True,
            raised_at=self.now,
            rules="r1",
        )
        with store_engine.write(self.engine) as conn:
            store_flags.raise_all(conn, [Raised(question="q", brief="q/b", reason=reason)])
        (after,) = self.live()
        if before:
            assert after.id == before[0].id
            assert after.reasons == (*before[0].reasons, reason)
            assert after.state is before[0].state
        else:
            assert (after.reasons, after.state) == ((reason,), FlagState.OPEN)

    @precondition(lambda self: self.live())
    @rule(days=st.integers(0, 9))
    def acknowledge_or_snooze(self, days: int) -> None:
        flag, until = self.live()[0], self.now + timedelta(days=days)
        with store_engine.write(self.engine) as conn:
            if days:
                after = decisions.snooze(conn, flag.id, until=until, by="kim", at=self.now)
            else:
                after = decisions.acknowledge(conn, flag.id, by="kim", at=self.now)
        assert after.state is FlagState.ACKNOWLEDGED
        assert after.snoozed_until == (until if days else None)

    @precondition(lambda self: self.live())
    @rule(step=st.sampled_from(STEPS))
    def answer(self, step: object) -> None:
        flag = self.live()[0]
        with store_engine.write(self.engine) as conn:
            step(conn, flag.id, by="kim", at=self.now)  # type: ignore[operator]
        assert self.live() == []

    @precondition(lambda self: self.live())
    @rule()
    def expire(self) -> None:
        flag = self.live()[0]
        with store_engine.write(self.engine) as conn:
            decisions.expire(conn, flag, at=self.now, note="over")

    @precondition(lambda self: len(self.listed()) > len(self.live()))
    @rule(step=st.sampled_from((*STEPS, decisions.acknowledge)))
    def answer_what_is_closed(self, step: object) -> None:
        closed = next(flag for flag in self.listed() if not flag.state.live)
        try:
            with store_engine.write(self.engine) as conn:
                step(conn, closed.id, by="kim", at=self.now)  # type: ignore[operator]
        except AnswerError:
            return
        raise AssertionError("a closed flag was answered again")

    @invariant()
    def one_is_open_at_most(self) -> None:
        assert len(self.live()) <= 1

    @invariant()
    def each_closed_flag_was_closed_once(self) -> None:
        with store_engine.read(self.engine) as conn:
            closing = [r.flag_id for r in store_flags.reviews(conn) if not r.decision.live]
        assert sorted(closing) == [flag.id for flag in self.listed() if not flag.state.live]

    @invariant()
    def every_flag_has_a_reason(self) -> None:
        assert all(flag.reasons for flag in self.listed())


TestFlags = Flags.TestCase
TestFlags.settings = settings(max_examples=20, stateful_step_count=15, deadline=None)
