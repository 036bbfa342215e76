"""The suite can see: two bugs that lose or double messages are planted, and it finds them."""

from pathlib import Path

import pytest

from tests.faults import news
from tests.faults.strace import KILL, Fault
from tests.faults.strikes import strike
from tests.faults.world import Household, World
from tests.support.scene import at

pytestmark = pytest.mark.usefixtures("traced")


def sound(household: Household) -> bool:
    try:
        found = household.check()
    except AssertionError:
        return False
    return not (found.lost or found.doubled)


def caught(world: World, folder: Path, bug: str, fault: Fault, calls: range) -> bool:
    """Whether a death at any of these calls leaves something that the suite objects to."""
    for nth in calls:
        household = world.fresh(folder / f"nth-{nth}")
        strike(household, fault, nth, (at(1), news.MORNING), bug=bug)
        household.recover(news.MORNING, bug=bug)
        if not sound(household):
            return True
    return False


def test_without_a_bug_nothing_is_found(world: World, tmp_path: Path) -> None:
    household = world.fresh(tmp_path / "sound")
    assert household.live(at(1), news.MORNING).code == 0
    household.recover(news.MORNING)
    assert sound(household)


def test_a_mark_before_the_message_is_caught(world: World, tmp_path: Path) -> None:
    bug = "mark sent before it is"
    assert caught(world, tmp_path, bug, Fault("sendto", KILL), range(12, 40, 3))


def test_statements_without_a_transaction_are_caught(world: World, tmp_path: Path) -> None:
    assert caught(world, tmp_path, "no transaction", Fault("pwrite64", KILL), range(120, 400, 7))
