"""How much memory a process and all its children hold; reads Linux's /proc."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

PAGE_MB = 4_096 / 2**20


def held_mb(pid: int) -> float:
    """Resident megabytes of a process and its descendants; those that are gone hold none."""
    return sum(map(_resident, _family(pid)))


def _family(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


def _resident(pid: int) -> float:
    with contextlib.suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_MB
    return 0.0
