"""Faults 26 and 27 with the real process: `monitor run`, and a clock that somebody sets.

libfaketime sits between the process and the system's clock, and reads from a file by how much it is
wrong; the monotonic clock stays the machine's, as no one can set that.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from sqlalchemy import create_engine, select

from monitor.store import schema
from tests.commands import ROOT
from tests.faults.world import Household, World

PATIENCE: Final = 90
STEPS: Final = (-180, -12 * 3600, 3 * 3600)
INTERVAL: Final = timedelta(minutes=30)  # of a feed that is asked at its slowest, and some more


def library() -> str:
    """libfaketime, wherever this machine's `faketime` has it."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    if not found and shutil.which("faketime") is None:
        pytest.skip("needs libfaketime: apt-get install faketime")
    return str(found[0])


@dataclass(slots=True)
class Running:
    """`monitor run`, and the file that says by how many seconds its clock is wrong."""

    process: subprocess.Popen[bytes]
    log: Path
    clock: Path
    wrong: int = 0

    def set_clock(self, seconds: int) -> None:
        self.wrong = seconds
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}\n", encoding="ascii")
        fresh.replace(self.clock)

    @property
    def now(self) -> datetime:
        """The time as the process has it."""
        return datetime.now(UTC) + timedelta(seconds=self.wrong)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def until(self, pattern: str) -> str:
        """Wait for the log to say it; the first group."""
        ends = monotonic() + PATIENCE
        while not (found := re.search(pattern, self.said())):
            assert self.process.poll() is None, self.said()
            assert monotonic() < ends, self.said()
            sleep(0.05)
        return found[1]

    def health(self) -> tuple[int, dict[str, Any]]:
        address = self.until(r'"url": "(http://[^"]+/health)"')
        try:
            with urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310  # its own log says it
                return answer.status, json.load(answer)
        except HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)

    def goes_on(self) -> dict[str, Any]:
        """Wait for a round that was begun by the clock as it is now; what /health says then."""
        ends = monotonic() + PATIENCE
        while True:
            status, told = self.health()
            last = datetime.fromisoformat(told["last_round"] or "1970-01-01T00:00:00+00:00")
            if abs(self.now - last) < timedelta(seconds=30) and status == 200:
                return told
            assert monotonic() < ends, (status, told, self.said())
            sleep(0.1)


@contextmanager
def running(household: Household) -> Iterator[Running]:
    clock, log = household.folder / "clock", household.folder / "run.log"
    clock.write_text("+0\n", encoding="ascii")
    environ = os.environ | household.environ() | {
        "MONITOR_HEALTH_PORT": "0",
        "MONITOR_LOG_LEVEL": "info",
        "LD_PRELOAD": library(),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_RESET": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip
    with log.open("wb") as lines:
        process = subprocess.Popen(  # this very program
            [sys.executable, "-m", "monitor", "run"],
            cwd=ROOT, env=environ, stdout=lines, stderr=lines,
        )  # fmt: skip
        try:
            yield Running(process, log, clock)
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def household(world: World, tmp_path: Path) -> Household:
    return world.fresh(tmp_path / "household")


@pytest.mark.parametrize("step", STEPS)
def test_fault_26_and_27_the_real_process_goes_on_after_its_clock_was_set(
    household: Household, step: int
) -> None:
    """Rounds go on, no feed waits for longer than its interval, and SIGTERM ends it well."""
    with running(household) as daemon:
        daemon.goes_on()
        daemon.until('"event": "(feed.polled)"')
        daemon.set_clock(step)
        daemon.goes_on()
        seconds = float(daemon.until(r'"event": "clock.stepped", "seconds": (-?[0-9.]+)'))
        assert abs(seconds - step) < 60
        assert next_poll(household) < daemon.now + INTERVAL
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.process.wait(PATIENCE) == 0, daemon.said()
        assert "Cancelled" not in daemon.said()
        assert "Traceback" not in daemon.said()


@pytest.mark.parametrize("step", STEPS)
def test_fault_26_and_27_told_to_stop_as_its_clock_is_set(household: Household, step: int) -> None:
    """Every step is under way at once then; none of them is broken off with a traceback."""
    with running(household) as daemon:
        daemon.until('"event": "(daemon.started)"')
        daemon.set_clock(step)
        daemon.until('"event": "(clock.stepped)"')
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.process.wait(PATIENCE) == 0, daemon.said()
        assert "Cancelled" not in daemon.said()
        assert "Traceback" not in daemon.said()


def next_poll(household: Household) -> datetime:
    """The time at which the feed that waits for longest is asked."""
    engine = create_engine(f"sqlite:///{household.database}")
    with engine.connect() as conn:
        found: list[datetime] = list(conn.scalars(select(schema.feeds.c.next_poll_at)))
    engine.dispose()
    return max(found)
