"""Turns feeds.yaml and feeds to add into the text of feeds.yaml with them in it.

Every character that was there stays there: comments, order and quoting are the operator's. Must
never write a file that `monitor check` would refuse, or one that changed in the meantime.
"""

import contextlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from monitor.config import document
from monitor.config import feeds as config_feeds
from monitor.config.feeds import FeedsConfig
from monitor.errors import ConfigError, Problem
from monitor.model.feeds import Feed, Outlet

_WIDTH = 110
"""Columns of a line; a feed that needs more is written over several."""

_Pairs = dict[str, tuple[Any, Any]]
"""The keys of the file, each with the nodes of key and value."""


@dataclass(frozen=True, slots=True)
class _Insert:
    at: int
    text: str


def add(text: str, file: str, feeds: Sequence[Feed], outlets: Sequence[Outlet] = ()) -> str:
    """`text` with these feeds after its last feed and these outlets after its last outlet.

    Raises ConfigError: for mistakes of the text as it is, for lists that are written in brackets
    and so cannot be added to line by line, and for what the file would refuse.
    """
    kept = known(text, file).feeds
    pairs = _pairs(text)
    end = "\r\n" if "\r\n" in text else "\n"
    inserts = [
        *_outlets(text, file, pairs, outlets),
        _under(text, file, pairs, "feeds", [_feed(feed) for feed in feeds]),
    ]
    new = text
    for insert in sorted(inserts, key=lambda insert: insert.at, reverse=True):
        new = new[: insert.at] + insert.text.replace("\n", end) + new[insert.at :]
    after = config_feeds.parse(new, file)
    if after.feeds[: len(kept)] != kept:
        raise _cannot(file, 0, "the feeds of this file cannot be added to", "one feed a line")
    return new


def known(text: str, file: str) -> FeedsConfig:
    """What the file says; nothing where it lists no feed yet. Raises ConfigError for mistakes."""
    if all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines()):
        return FeedsConfig(feeds=(), outlets=())
    checked = config_feeds.check(text, file)
    unfilled = checked.value is not None and not checked.value.feeds
    return checked.value if unfilled and checked.value else checked.accept()


def replace(path: Path, before: str, after: str) -> None:
    """Write the file as a whole or not at all. Raises ConfigError when it is not as it was."""
    path = path.resolve()
    try:
        if read(path) != before:
            raise _cannot(path.name, 0, "the file was changed in the meantime", "no other editor")
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(after.encode())
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).chmod(path.stat().st_mode & 0o7777)
            Path(name).replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as exc:
        raise _cannot(path.name, 0, f"the file cannot be written: {exc.strerror}", "") from exc


def read(path: Path) -> str:
    """The text with its mark and line ends as they are. Raises ConfigError."""
    document.read(path)
    return path.read_bytes().decode()


def _pairs(text: str) -> _Pairs:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    return {key.value: (key, value) for key, value in root.value} if root is not None else {}


def _outlets(text: str, file: str, pairs: _Pairs, outlets: Sequence[Outlet]) -> list[_Insert]:
    if not outlets:
        return []
    lines = [
        f"{_scalar(outlet.name)}: {{domains: [{', '.join(map(_scalar, outlet.domains))}]}}\n"
        for outlet in outlets
    ]
    if "outlets" in pairs:
        return [_under(text, file, pairs, "outlets", lines)]
    block = "outlets:\n" + "".join(f"  {line}" for line in lines) + "\n"
    return [_Insert(pairs["feeds"][0].start_mark.index if "feeds" in pairs else 0, block)]


def _under(text: str, file: str, pairs: _Pairs, key: str, items: Sequence[str]) -> _Insert:
    """Where the items go under a key, and how far in."""
    if key not in pairs:
        lead = "" if not text or text.endswith("\n") else "\n"
        return _Insert(len(text), f"{lead}{key}:\n{''.join(items)}")
    name, value = pairs[key]
    if not value.value:  # nothing under it yet, or an empty pair of brackets
        at = name.end_mark.index + 1
        if text[at : _line_end(text, at)].split("#", maxsplit=1)[0].strip():
            found = f"“{key}” is an empty list in brackets"
            raise _cannot(file, name.start_mark.line + 1, found, f"“{key}:” alone on its line")
        column = 0 if key == "feeds" else 2
    elif value.flow_style:
        found = f"“{key}” is written in brackets"
        raise _cannot(file, name.start_mark.line + 1, found, "one of them a line")
    else:
        at, column = _last(value), value.start_mark.column
    at = _line_end(text, at)
    lead = "" if text[at - 1 : at] == "\n" else "\n"
    indented = "".join(
        f"{' ' * column}{line}" for item in items for line in item.splitlines(keepends=True)
    )
    return _Insert(at, lead + indented)


def _last(node: Any) -> int:
    """Where the last word of a node ends; that of a block ends where the next token begins."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    index: int = node.end_mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}:
        index -= 1  # it ends at the beginning of a line
    return index


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _feed(feed: Feed) -> str:
    fields = {"id": feed.id, "url": feed.url, "outlet": feed.outlet}
    pairs = [f"{name}: {_scalar(value)}" for name, value in fields.items()]
    pairs += ["allow_private: true"] if feed.allow_private else []
    line = f"- {{{', '.join(pairs)}}}\n"
    return line if len(line) <= _WIDTH else "- " + "\n  ".join(pairs) + "\n"


def _scalar(text: str) -> str:
    """As YAML writes it in brackets, quoted only where it must be; addresses always."""
    if "://" in text:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    dumped: str = yaml.safe_dump([text], default_flow_style=True, allow_unicode=True, width=10**6)
    return dumped.strip()[1:-1]


def _cannot(file: str, line: int, found: str, expected: str) -> ConfigError:
    return ConfigError([Problem(file=file, line=line, column=1, found=found, expected=expected)])
