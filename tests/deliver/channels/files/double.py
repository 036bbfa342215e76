"""A folder; where a file stands in its place, nothing can be written."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.deliver.channels.files.channel import FilesChannel
from tests.deliver.receivers import Fault, Form, Rig


@contextmanager
def folder(place: Path, fault: Fault) -> Iterator[Rig]:
    own = place / "digests"
    if fault is Fault.REFUSES:
        own.touch()

    def read() -> list[Form]:
        [text], [html] = own.glob("*.txt"), own.glob("*.html")
        return [("text", text.read_text("utf-8")), ("html", html.read_text("utf-8"))]

    yield Rig(
        channel=FilesChannel("files", own),
        arrived=lambda: len(list(own.glob("*.txt"))) if own.is_dir() else 0,
        read=read,
    )


WAYS = {"folder": folder}
