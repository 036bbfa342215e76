"""Makes system calls of a running process fail or kill it, by strace; nothing in it is changed."""

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.commands import run

KILL: Final = "signal=KILL"
FULL: Final = "error=ENOSPC"
BROKEN: Final = "error=EIO"

_THREAD: Final = re.compile(r"^(\d+)\s+\w+\(")
_PATIENCE: Final = 30


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens at a call: “signal=KILL” or “error=ENOSPC”; `every` later one too if asked."""

    call: str
    what: str
    every: bool = False

    def __str__(self) -> str:
        return f"{self.what.partition('=')[2]} at {self.call}{' and after' if self.every else ''}"

    def inject(self, nth: int) -> str:
        """For strace; "" for no call at all."""
        if not nth:
            return ""
        return f"inject={self.call}:{self.what}:when={nth}{'+' if self.every else ''}"


@dataclass(slots=True)
class Tracer:
    """A strace at work; its log is read once it has ended."""

    process: "subprocess.Popen[str]"
    log: Path

    def wait(self) -> None:
        self.process.communicate(timeout=_PATIENCE)

    @property
    def injected(self) -> int:
        """How many calls were made to fail. A call that killed its caller leaves no such mark."""
        return self.log.read_text(errors="replace").count("(INJECTED)")

    @property
    def most(self) -> int:
        """The most calls that one thread made: where a sweep ends."""
        lines = self.log.read_text(errors="replace").splitlines()
        threads = Counter(found[1] for line in lines if (found := _THREAD.match(line)))
        return max(threads.values(), default=0)


def require() -> None:
    """Skips the test where strace is missing or may not trace."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed; on Debian and Ubuntu: apt install strace")
    if run("strace", "-qq", "-e", "trace=none", "true").returncode:
        pytest.skip("strace may not trace here")


def watch(log: Path, call: str, inject: str = "") -> Callable[[int], Tracer]:
    """Traces `call` in a process and all its threads, with an injection if there is one."""

    def attach(pid: int) -> Tracer:
        command = ["strace", "-f", "-o", str(log), "-e", f"trace={call}", "-e", "signal=none"]
        command += ["-e", inject] if inject else []
        process = subprocess.Popen(  # noqa: S603  # commands are written in the tests
            [*command, "-p", str(pid)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        assert process.stderr is not None
        line = process.stderr.readline()
        assert "attached" in line, line
        return Tracer(process, log)

    return attach
