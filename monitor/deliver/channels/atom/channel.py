"""Turns an outgoing message into the newest entry of an Atom feed (RFC 4287) in a file.

The file is either whole or as it was before, and a second attempt replaces the first one's entry.
Must never write outside its folder or lose the entries that are there.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from defusedxml.ElementTree import ParseError, parse

from monitor.deliver.channel import Around, Channel, ChannelType
from monitor.deliver.whole_file import PRIVATE, PUBLIC, make_folder, replace
from monitor.errors import DeliveryError
from monitor.model.deliveries import ChannelConfig, ChannelKey, Outgoing

ATOM: Final = "http://www.w3.org/2005/Atom"
FILE: Final = "flags.atom"
MOST: Final = 100  # entries in the file

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

register_namespace("", ATOM)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomConfig(ChannelConfig):
    """A channel of the type atom."""

    type: ClassVar[str] = "atom"
    keys: ClassVar[tuple[ChannelKey, ...]] = (ChannelKey(name="folder", what="a folder"),)

    folder: str = "feed"  # below the folder of data, if it is no whole path


class AtomChannel:
    """A folder with the feed in it; it is made when the first message comes.

    Only its owner reads the feed, unless `mode` says otherwise: that of a file for a web server.
    """

    def __init__(
        self, name: str, folder: Path, *, title: str = "Signpost", mode: int = PRIVATE
    ) -> None:
        self.name = name
        self._folder = folder
        self._title = title
        self._mode = mode

    def send(self, outgoing: Outgoing) -> str:
        """Write the feed and return the entry's id. Raises DeliveryError."""
        entry = _entry(outgoing)
        id_ = _text_of(entry, "id")
        path = self._folder / FILE
        try:
            make_folder(self._folder, self._mode)
            others = [each for each in _entries(path) if _text_of(each, "id") != id_]
            newest = sorted([entry, *others], key=lambda each: _text_of(each, "updated"))[-MOST:]
            replace(path, self._feed(newest[::-1]), self._mode)
        except (OSError, ParseError) as exc:
            told = exc.strerror if isinstance(exc, OSError) else "it is not XML any more"
            raise DeliveryError(
                f"the feed {path} cannot be written ({told}); check folder: in delivery.yaml",
                retryable=True,
            ) from exc
        return id_

    def _feed(self, entries: list[Element]) -> bytes:
        feed = Element(f"{{{ATOM}}}feed")
        _add(feed, "id", uuid5(NAMESPACE_URL, f"signpost/{self.name}").urn)
        _add(feed, "title", self._title)
        _add(feed, "updated", _text_of(entries[0], "updated"))
        _add(SubElement(feed, f"{{{ATOM}}}author"), "name", "Signpost")
        feed.extend(entries)
        written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
        return written


def _entry(outgoing: Outgoing) -> Element:
    message = outgoing.message
    entry = Element(f"{{{ATOM}}}entry")
    _add(entry, "id", uuid5(NAMESPACE_URL, f"signpost/{outgoing.key}").urn)
    _add(entry, "title", message.subject)
    _add(entry, "updated", f"{outgoing.queued_at:%Y-%m-%dT%H:%M:%SZ}")
    _add(entry, "summary", message.summary)
    _add(entry, "content", message.text).set("type", "text")
    return entry


def _add(parent: Element, name: str, text: str) -> Element:
    child = SubElement(parent, f"{{{ATOM}}}{name}")
    child.text = _NOT_XML.sub("", text)
    return child


def _entries(path: Path) -> list[Element]:
    if not path.exists():
        return []
    return list(parse(path).iterfind(f"{{{ATOM}}}entry"))


def _text_of(parent: Element, name: str) -> str:
    return parent.findtext(f"{{{ATOM}}}{name}") or ""


def _make(config: AtomConfig, around: Around) -> Channel:
    folder = around.data_dir / config.folder
    # a place of the operator's own is where a web server finds it
    outside = not folder.resolve().is_relative_to(around.data_dir.resolve())
    return AtomChannel(config.name, folder, mode=PUBLIC if outside else PRIVATE)


ATOM_FEED: Final = ChannelType(config=AtomConfig, make=_make)
