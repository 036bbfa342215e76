"""A stream of text; one that is closed refuses."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.deliver.channels.terminal.channel import TerminalChannel
from tests.deliver.receivers import Fault, Rig


@contextmanager
def stream(_folder: Path, fault: Fault) -> Iterator[Rig]:
    screen = io.StringIO()
    if fault is Fault.REFUSES:
        screen.close()
    yield Rig(
        channel=TerminalChannel("terminal", screen),
        arrived=lambda: int(not screen.closed and bool(screen.getvalue())),
        read=lambda: [("text", screen.getvalue())],
    )


WAYS = {"stream": stream}
