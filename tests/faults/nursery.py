"""Forks lives from one warm process: a start of Python costs a second, a fork a few milliseconds.

`python -m tests.faults.nursery` is the warm process; `Nursery` talks to it, one line of JSON each
way. A newborn waits until it is let go, so that it can be watched by strace from its first step.
"""

import ctypes
import gc
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

LONGEST: Final = 120
"""Seconds after which a life ends itself: a hanging one must not hold up the suite."""

_PR_SET_PTRACER: Final = 0x59616D61
_ANYBODY: Final = ctypes.c_ulong(-1)

Watch = Callable[[int], Any]
"""Begins to watch the process of this number; what it returns is kept until the process ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a life ended: its exit code, or the number of the signal that killed it; its log."""

    code: int
    killed_by: int
    log: Path

    @property
    def events(self) -> list[dict[str, Any]]:
        """The lines of its log; a line that it died on is left out."""
        found = []
        for line in self.log.read_text(encoding="utf-8").splitlines():
            with suppress(json.JSONDecodeError):
                found.append(json.loads(line))
        return found

    def told(self, event: str) -> bool:
        return any(each["event"] == event for each in self.events)


@dataclass(slots=True)
class Born:
    """A life that waits, or runs."""

    pid: int
    log: Path
    _go: int
    _nursery: "Nursery"
    _watched: Any = None

    def let_go(self) -> None:
        os.write(self._go, b"\n")
        os.close(self._go)

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def ended(self) -> Ended:
        """Wait for its end."""
        status = self._nursery.ask(wait=self.pid)["status"]
        killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        code = -1 if killed else os.WEXITSTATUS(status)
        return Ended(code=code, killed_by=killed, log=self.log)


@dataclass(slots=True)
class Nursery:
    """The warm process, started when the context is entered."""

    _process: subprocess.Popen[str] = field(init=False)
    _born: int = 0

    def __enter__(self) -> Self:
        here = Path(__file__).parents[2]
        path = os.pathsep.join([str(here), *(entry for entry in sys.path if entry)])
        self._process = subprocess.Popen(  # noqa: S603  # this very file
            [sys.executable, "-m", __name__],
            cwd=here,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # of the life that it lives itself; others have a log each
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate("")

    def ask(self, **request: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the nursery is gone"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def warm(self, environ: Mapping[str, str], moments: Sequence[datetime]) -> None:
        """Live a life in the warm process itself: what it compiles and caches, all others have."""
        told = [moment.isoformat() for moment in moments]
        assert self.ask(warm=True, environ=dict(environ), moments=told) == {"code": 0}

    def bear(
        self,
        folder: Path,
        environ: Mapping[str, str],
        moments: Sequence[datetime],
        *,
        bug: str = "",
        pace: float = 0,
    ) -> Born:
        """A life in `folder` that waits to be let go. With a `pace` it lives until told to stop."""
        self._born += 1
        fifo, log = folder / f"go-{self._born}", folder / f"life-{self._born}.log"
        os.mkfifo(fifo)
        pid = self.ask(
            environ=dict(environ),
            moments=[moment.isoformat() for moment in moments],
            bug=bug,
            pace=pace,
            fifo=str(fifo),
            log=str(log),
        )["pid"]
        return Born(pid, log, os.open(fifo, os.O_WRONLY), self)

    def live(
        self,
        folder: Path,
        environ: Mapping[str, str],
        moments: Sequence[datetime],
        *,
        bug: str = "",
        watch: Watch | None = None,
    ) -> Ended:
        """A whole life, watched if need be."""
        born = self.bear(folder, environ, moments, bug=bug)
        watching = watch(born.pid) if watch else None
        born.let_go()
        ended = born.ended()
        if watching is not None:
            watching.wait()
        return ended


def _serve() -> None:
    from tests.faults import life  # noqa: PLC0415  # only the warm process needs the program

    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            answer = {"status": os.waitpid(request["wait"], 0)[1]}
        elif "warm" in request:
            answer = {"code": life.main(request["environ"], _moments(request))}
            gc.freeze()  # or a collection after the fork would copy every page
        else:
            pid = os.fork()
            if pid == 0:
                os._exit(_begin(life.main, request))
            answer = {"pid": pid}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _moments(request: dict[str, Any]) -> list[datetime]:
    return [datetime.fromisoformat(moment) for moment in request["moments"]]


def _begin(main: Callable[..., int], request: dict[str, Any]) -> int:
    signal.alarm(LONGEST)
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYBODY, 0, 0, 0)
    with open(request["fifo"], "rb") as go:  # noqa: PTH123  # a path costs system calls
        go.read(1)
    try:
        return main(request["environ"], _moments(request), request["bug"], request["pace"])
    except BaseException:  # noqa: BLE001  # whatever it is: the tests read it in the log
        traceback.print_exc()
        return 1


if __name__ == "__main__":
    _serve()
