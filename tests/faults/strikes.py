"""Lives that are struck at their Nth system call."""

from collections.abc import Sequence
from datetime import datetime

from tests.faults import news, strace
from tests.faults.strace import Fault, Tracer
from tests.faults.world import Household
from tests.support.scene import at


def calls(household: Household, call: str) -> int:
    """How many such calls one thread of an undisturbed life makes at most: where a sweep ends."""
    return _watched(household, call, "", (at(1), news.MORNING))[1].most


def strike(
    household: Household, fault: Fault, nth: int, moments: Sequence[datetime], *, bug: str = ""
) -> bool:
    """A life in which the Nth call fails. False: it ended before it came so far."""
    died, tracer = _watched(household, fault.call, fault.inject(nth), moments, bug=bug)
    return died or tracer.injected > 0


def _watched(
    household: Household, call: str, inject: str, moments: Sequence[datetime], *, bug: str = ""
) -> tuple[bool, Tracer]:
    kept: list[Tracer] = []

    def watch(pid: int) -> Tracer:
        log = household.folder / "trace"
        kept.append(strace.watch(log, call, inject)(pid))
        return kept[0]

    ended = household.live(*moments, watch=watch, bug=bug)
    text = ended.log.read_text()
    assert "Traceback (most recent call last)" not in text, text
    return bool(ended.killed_by), kept[0]
