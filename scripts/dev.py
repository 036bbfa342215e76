"""Runs the daemon with its page, and begins it anew whenever the program's own files change.

    make dev                          the configuration in config/, which reloads by itself
    make dev ARGS="--log-level debug" what follows goes to `monitor run`

A change is seen by times and sizes, half a second later at most. A daemon that ended by itself
(a port that is taken, a mistake in the code) is left alone until the next change. Ctrl-C ends both.
Must never kill hard what may be writing: the daemon ends as it would for its service manager.
"""

# ruff: noqa: INP001  # scripts are run, not imported

import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
WATCHED = (ROOT / "monitor", ROOT / "alembic" / "versions")
KINDS = frozenset({".py", ".j2", ".css", ".js", ".svg", ".json", ".txt", ".yaml"})
PAUSE_SECONDS = 0.5

Stamps = Mapping[Path, tuple[int, int]]


def stamps() -> Stamps:
    """Each watched file with its time of change and size; a file that just went is not there."""
    found = {}
    for folder in WATCHED:
        for path in folder.rglob("*"):
            if path.suffix in KINDS:
                try:
                    stat = path.stat()
                except FileNotFoundError:
                    continue
                found[path] = (stat.st_mtime_ns, stat.st_size)
    return found


def changed(before: Stamps, after: Stamps) -> list[str]:
    """Names of files that are new, gone or different, as paths from the checkout."""
    paths = before.keys() | after.keys()
    return sorted(
        str(path.relative_to(ROOT)) for path in paths if before.get(path) != after.get(path)
    )


def wait_for_change(before: Stamps) -> Stamps:
    """The stamps after the next change, once nothing has changed any more for a pause."""
    seen = before
    while True:
        time.sleep(PAUSE_SECONDS)
        now = stamps()
        if now == seen and now != before:
            return now
        seen = now


def main(arguments: list[str]) -> None:
    before = stamps()
    while True:
        daemon = subprocess.Popen([sys.executable, "-m", "monitor", "run", *arguments])  # noqa: S603  # our own program
        try:
            after = wait_for_change(before)
        finally:
            daemon.terminate()  # also on Ctrl-C, which the daemon may have had itself
            daemon.wait()
        names = changed(before, after)
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        print(f"-- {names[0]}{more} changed: starting again", flush=True)  # noqa: T201  # its only words
        before = after


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: the daemon ends too
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
