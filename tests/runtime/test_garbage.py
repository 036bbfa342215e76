"""Memory that was freed goes back to the system."""

import platform
from pathlib import Path

import pytest

from monitor.runtime import garbage


def resident() -> int:
    """Pages."""
    return int(Path("/proc/self/statm").read_text().split()[1])


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps and gives back")
def test_holes_that_many_values_leave_are_given_back() -> None:
    """The last value stays: holes at the end would go back without being asked for."""
    values = [bytes(1_000) for _ in range(60_000)]
    del values[:-1]
    before = resident()

    assert garbage.give_back()
    assert before - resident() > 5_000, "twenty of sixty megabytes"
    assert len(values) == 1
