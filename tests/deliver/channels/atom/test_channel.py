"""The feed is one that readers take, keeps its newest entries, and never holds one twice."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
from defusedxml.ElementTree import parse

from monitor.deliver.channels.atom.channel import ATOM, FILE, MOST, AtomChannel
from monitor.errors import DeliveryError
from tests.deliver.sample_digest import outgoing

HOSTILE = "<script>alert(1)</script> &amp; <!channel> ]]> \ufffe\x08 🚀 한글"


def send(folder: Path, *keys: str) -> None:
    channel = AtomChannel("feed", folder)
    for number, key in enumerate(keys):
        row = outgoing()
        channel.send(replace(row, key=key, queued_at=row.queued_at + timedelta(minutes=number)))


def entries(folder: Path) -> list[str]:
    """Titles as a reader of feeds sees them."""
    found = feedparser.parse(str(folder / FILE))
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return [entry.id for entry in found.entries]


def test_a_feed_has_all_that_the_standard_asks_for(tmp_path: Path) -> None:
    id_ = AtomChannel("feed", tmp_path).send(outgoing())

    root = parse(tmp_path / FILE).getroot()
    assert root is not None
    assert root.tag == f"{{{ATOM}}}feed"
    for name in ("id", "title", "updated", "author"):
        assert len(root.findall(f"{{{ATOM}}}{name}")) == 1, name
    [entry] = root.findall(f"{{{ATOM}}}entry")
    for name in ("id", "title", "updated", "summary", "content"):
        assert len(entry.findall(f"{{{ATOM}}}{name}")) == 1, name
    assert entries(tmp_path) == [id_]
    assert id_.startswith("urn:uuid:")


def test_the_newest_comes_first_and_a_second_attempt_replaces_the_first(tmp_path: Path) -> None:
    send(tmp_path, "a", "b")
    first, second = entries(tmp_path)
    send(tmp_path, "x", "b")

    assert len(entries(tmp_path)) == 3
    assert entries(tmp_path)[0] == first
    assert second in entries(tmp_path)


@pytest.mark.slow
def test_a_feed_does_not_grow_for_ever(tmp_path: Path) -> None:
    send(tmp_path, *map(str, range(MOST + 5)))

    assert len(entries(tmp_path)) == MOST


def test_hostile_text_is_text(tmp_path: Path) -> None:
    row = outgoing()
    message = replace(row.message, subject=HOSTILE, summary=HOSTILE, text=HOSTILE)
    AtomChannel("feed", tmp_path).send(replace(row, message=message))

    root = parse(tmp_path / FILE).getroot()
    assert root is not None
    shown = HOSTILE.replace("\ufffe\x08", "")
    assert root.findtext(f"{{{ATOM}}}entry/{{{ATOM}}}title") == shown
    assert root.findtext(f"{{{ATOM}}}entry/{{{ATOM}}}content") == shown
    assert not root.findall(".//script")


def test_a_feed_that_somebody_broke_is_kept_and_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("<feed")

    with pytest.raises(DeliveryError, match="it is not XML any more") as caught:
        AtomChannel("feed", tmp_path).send(outgoing())

    assert caught.value.retryable
    assert (tmp_path / FILE).read_text() == "<feed"
