"""A folder with the feed, read by a reader of feeds; a broken feed in it cannot be added to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import feedparser

from monitor.deliver.channels.atom.channel import FILE, AtomChannel
from tests.deliver.receivers import Fault, Form, Rig


@contextmanager
def feed(folder: Path, fault: Fault) -> Iterator[Rig]:
    path = folder / FILE
    if fault is Fault.REFUSES:
        path.write_text("<feed")

    def read() -> list[Form]:
        found = feedparser.parse(str(path), sanitize_html=False)
        assert not found.bozo
        [entry] = found.entries
        assert entry.title_detail.type == entry.content[0].type == "text/plain"
        return [("line", entry.title), ("text", entry.content[0].value)]

    yield Rig(
        channel=AtomChannel("feed", folder),
        arrived=lambda: path.read_text("utf-8").count("<entry") if path.exists() else 0,
        read=read,
    )


WAYS = {"file": feed}
