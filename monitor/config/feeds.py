"""Turns feeds.yaml into feeds and outlets, refusing every mistake at once, each at its place.

Must never let a password into the file: it would be logged with the address that holds it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from monitor.config import document, zones
from monitor.config.document import Node
from monitor.config.reader import Checked, Reader
from monitor.core.feeds import identity
from monitor.core.feeds.polling import SHORTEST
from monitor.errors import ConfigError, Problem
from monitor.model.feeds import Feed, FeedFormat, Outlet

KEYS: Final = (
    "id",
    "url",
    "outlet",
    "format",
    "interval",
    "enabled",
    "allow_private",
    "headers",
    "language",
    "timezone",
)
DEFAULT_INTERVAL: Final = timedelta(minutes=15)

_DOMAIN: Final = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z0-9-]+")
_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""A token of RFC 9110, section 5.6.2."""
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedsConfig:
    """What is polled, and whose it is."""

    feeds: tuple[Feed, ...]
    outlets: tuple[Outlet, ...]
    warnings: tuple[Problem, ...] = ()


def load(path: Path) -> FeedsConfig:
    """Raises ConfigError with every mistake of the file."""
    return parse(document.read(path), path.name)


def parse(text: str, file: str) -> FeedsConfig:
    """Raises ConfigError with every mistake of the text; `file` is its name in messages."""
    return check(text, file).accept()


def check(text: str, file: str) -> Checked[FeedsConfig]:
    """What the text says, and everything that is wrong with it."""
    try:
        root = document.parse(text, file)
    except ConfigError as error:
        return Checked(None, error.problems)
    reader = Reader(file, [*root.repeats])
    top = reader.fields(root, "the file", ("outlets", "defaults", "feeds"), ("feeds",))
    outlets = _outlets(reader, top.get("outlets"))
    interval = DEFAULT_INTERVAL
    if "defaults" in top:
        defaults = reader.fields(top.values["defaults"], "“defaults”", ("interval",))
        interval = _interval(reader, defaults.get("interval")) or interval
    polled = _Feeds(reader, outlets, interval)
    listed = reader.items(top.get("feeds"), "feeds")
    feeds = _with_private_hosts([polled.read(node) for node in listed])
    if "feeds" in top and top.values["feeds"].kind == "list" and not listed:
        reader.note(top.values["feeds"], "an empty list", "at least one feed")
    checked = Checked(FeedsConfig(feeds=feeds, outlets=outlets), reader.ordered())
    found = FeedsConfig(feeds=feeds, outlets=outlets, warnings=checked.warnings)
    return replace(checked, value=found)


def _outlets(reader: Reader, node: Node | None) -> tuple[Outlet, ...]:
    found: list[Outlet] = []
    owners: dict[str, str] = {}
    for key, value in reader.pairs(node, "outlet names to their domains"):
        name = reader.text(key, "the name of an outlet")
        fields = reader.fields(value, "an outlet", ("domains",), ("domains",))
        given = fields.get("domains")
        listed = (given,) if given and given.kind == "text" else reader.items(given, "domains")
        domains = tuple(_domain(reader, item, name, owners) for item in listed)
        found.append(Outlet(name=name, domains=domains))
    return tuple(found)


def _domain(reader: Reader, node: Node, outlet: str, owners: dict[str, str]) -> str:
    word = reader.text(node, "a domain like bbc.com").lower()
    if word and not _DOMAIN.fullmatch(word):
        host = urlsplit(word).hostname if "://" in word else word.partition("/")[0]
        advice = f"write “{host}”" if host and _DOMAIN.fullmatch(host) else ""
        reader.note(node, f"“{word}”", "a domain like bbc.com", advice)
    elif word in owners:
        reader.note(node, f"“{word}” is a domain of {owners[word]}", "each domain once")
    owners.setdefault(word, outlet)
    return word


def _interval(reader: Reader, node: Node | None) -> timedelta | None:
    found = reader.duration(node, "“interval”")
    if node is not None and found and found < SHORTEST:
        least = f"{SHORTEST.total_seconds() / 60:.0f}m"
        advice = f"it is polled every {least}: more often is impolite"
        reader.warn(node, f"“{node.text}”", f"at least {least}", advice)
    return found


def _with_private_hosts(feeds: Sequence[Feed]) -> tuple[Feed, ...]:
    """Feeds of the operator's own network may send us to each other's hosts, and to no others."""
    own = [feed.url for feed in feeds if feed.allow_private and not identity.flaw(feed.url)]
    hosts = frozenset(urlsplit(url).hostname or "" for url in own)
    return tuple(
        replace(feed, private_hosts=hosts) if feed.allow_private else feed for feed in feeds
    )


class _Feeds:
    """Reads the feeds of one file, and keeps their ids and addresses apart."""

    def __init__(self, reader: Reader, outlets: Sequence[Outlet], interval: timedelta) -> None:
        self.reader = reader
        self.outlets = tuple(outlet.name for outlet in outlets)
        self.interval = interval
        self.ids: dict[str, int] = {}
        self.urls: dict[str, int] = {}

    def read(self, node: Node) -> Feed:
        reader = self.reader
        fields = reader.fields(node, "a feed", KEYS, ("id", "url", "outlet"))
        form = reader.choice(fields.get("format"), "a format", tuple(FeedFormat))
        enabled = reader.truth(fields.get("enabled"), "“enabled”", default=True)
        private = reader.truth(fields.get("allow_private"), "“allow_private”", default=False)
        return Feed(
            id=reader.id(fields.get("id"), self.ids, "feed"),
            url=self._url(fields.get("url")),
            outlet=self._outlet(fields.get("outlet")),
            format=FeedFormat(form or FeedFormat.AUTO),
            interval=_interval(reader, fields.get("interval")) or self.interval,
            enabled=enabled,
            allow_private=private,
            headers=self._headers(fields.get("headers")),
            language=self._language(fields.get("language")),
            timezone=zones.zone(reader, fields.get("timezone")),
        )

    def _url(self, node: Node | None) -> str:
        text = self.reader.text(node, "the address of a feed")
        if node is None or not text:
            return text
        flaw = identity.flaw(text)
        if flaw == "no-address":
            self.reader.note(node, f"“{text}”", "an address that begins with https:// or http://")
        elif flaw == "credentials":
            self.reader.note(
                node,
                f"a user name in the address of {urlsplit(text).hostname}",
                "an address without “name:password@”",
                "it would be stored and logged",
            )
        elif text in self.urls:
            found = f"the address of the feed on line {self.urls[text]} again"
            self.reader.warn(node, found, "each address once", "it is polled twice")
        self.urls.setdefault(text, node.line)
        return text

    def _outlet(self, node: Node | None) -> str:
        name = self.reader.text(node, "the name of an outlet")
        if node is not None and name and name not in self.outlets:
            advice = self.reader.suggest(name, self.outlets) or "list it there with its domains"
            expected = "an outlet that is listed under “outlets”"
            self.reader.warn(node, f"no outlet is called “{name}”", expected, advice)
        return name

    def _headers(self, node: Node | None) -> tuple[tuple[str, str], ...]:
        found: list[tuple[str, str]] = []
        for key, value in self.reader.pairs(node, "header names to values"):
            name = self.reader.text(key, "the name of a header")
            if name and not _HEADER.fullmatch(name):
                self.reader.note(key, f"“{name}”", "the name of a header, like Accept-Language")
            text = self.reader.text(value, "the value of a header")
            if "\n" in value.text.strip() or "\r" in value.text.strip():
                self.reader.note(value, "a header of several lines", "a value on one line")
            found.append((name, text))
        return tuple(found)

    def _language(self, node: Node | None) -> str:
        word = self.reader.text(node, 'a language like "en"')
        if node is not None and word and not _LANGUAGE.fullmatch(word):
            self.reader.note(node, f"“{word}”", 'a language like "en"')
        return word
