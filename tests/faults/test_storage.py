"""Faults 1 to 5: the daemon dies, or its disk fails, at the Nth call of a kind; it recovers alone.

Each household dies several times before it is left in peace: the first time at a call that the
sweep names, then at calls drawn by chance.
"""

import random
import shutil
from pathlib import Path

import pytest

from tests.faults import news
from tests.faults.conftest import ALL, TIMES
from tests.faults.strace import BROKEN, FULL, KILL, Fault
from tests.faults.strikes import calls, strike
from tests.faults.world import World
from tests.support.scene import at

PARTS = 4 if ALL else 1
LIVES = 3
"""Lives with a fault in one household."""

STRIDE = 3
"""Every so manieth call is tried where a fault is no death: what follows is much the same."""

pytestmark = pytest.mark.usefixtures("traced")


def drawn(every: range, sample: int, chance: random.Random) -> list[int]:
    return sorted(chance.sample(every, min(sample * TIMES, len(every))))


def sweep(
    world: World, folder: Path, fault: Fault, part: int, chance: random.Random, sample: int
) -> None:
    most = calls(world.fresh(folder / "counted"), fault.call)
    stride = PARTS if fault.what == KILL else PARTS * STRIDE
    every = range(1 + part, most + 1, stride)
    for nth in every if ALL else drawn(every, sample, chance):
        household = world.fresh(folder / f"nth-{nth}")
        later = (chance.randint(1, max(2, most // 2)) for _ in range(LIVES - 1))
        for number, at_call in enumerate((nth, *later)):
            moments = (news.MORNING,) if number else (at(1), news.MORNING)
            if not strike(household, fault, at_call, moments):
                break
            world.tally.faults += 1
        assert household.recover(news.MORNING).code == 0
        found = household.check()
        assert (found.lost, found.doubled) == (0, 0), f"{fault}, call {nth}: {household.wrong}"
        world.tally.add(found)
        shutil.rmtree(household.folder)


@pytest.mark.parametrize("part", range(PARTS))
def test_fault_01_killed_at_a_write(
    world: World, tmp_path: Path, chance: random.Random, part: int
) -> None:
    sweep(world, tmp_path, Fault("pwrite64", KILL), part, chance, 3)


@pytest.mark.parametrize("part", range(PARTS))
def test_fault_02_killed_at_a_sync(
    world: World, tmp_path: Path, chance: random.Random, part: int
) -> None:
    sweep(world, tmp_path, Fault("fdatasync", KILL), part, chance, 1)


@pytest.mark.parametrize("part", range(PARTS))
def test_fault_03_killed_while_it_sends(
    world: World, tmp_path: Path, chance: random.Random, part: int
) -> None:
    """Mails too: a second copy has the same Message-ID and says that it is one."""
    sweep(world, tmp_path, Fault("sendto", KILL), part, chance, 2)


@pytest.mark.parametrize("every", [False, True], ids=["once", "from-then-on"])
@pytest.mark.parametrize("part", range(PARTS))
def test_fault_04_the_disk_is_full(
    world: World, tmp_path: Path, chance: random.Random, part: int, every: bool
) -> None:
    sweep(world, tmp_path, Fault("pwrite64", FULL, every), part, chance, 1)


@pytest.mark.parametrize("part", range(PARTS))
def test_fault_05_the_disk_fails_to_sync(
    world: World, tmp_path: Path, chance: random.Random, part: int
) -> None:
    sweep(world, tmp_path, Fault("fdatasync", BROKEN), part, chance, 1)
