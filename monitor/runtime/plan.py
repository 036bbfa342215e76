"""Turns the three YAML files into the plan in force, and a changed file into the next one.

A plan is immutable and swapped whole. A file with mistakes never takes effect: the plan in force
stays, and `Refusal` says since when and why, so that digests, /health and the log can tell.
"""

import hashlib
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import Connection

from monitor.config import load as config_load
from monitor.config import watchlists as config_watchlists
from monitor.config.load import FILES, WATCHLISTS, Configuration
from monitor.core.judging.rules import Rules
from monitor.core.language.text import tokens as text
from monitor.core.language.watch.compiler import compile_watch
from monitor.core.stories.outlets import Outlets
from monitor.deliver.channels.table import TYPES
from monitor.errors import ConfigError, Problem
from monitor.model.feeds import Feed
from monitor.store import entries as store_entries

Frequencies = Mapping[str, int]

FREQUENCY_SPAN = timedelta(days=7)
FREQUENCY_ENTRIES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The configuration in force, compiled."""

    configuration: Configuration
    rules: Rules
    outlets: Outlets
    feeds: Mapping[str, Feed]  # enabled ones, by id


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A changed configuration that was not taken over."""

    since: datetime
    problems: tuple[Problem, ...]

    def sentence(self) -> str:
        first, more = self.problems[0], len(self.problems) - 1
        rest = f" (and {more} more)" if more else ""
        return (
            f"Configuration refused since {self.since:%d %b %H:%M} UTC, the version before it "
            f"stays in force: {first}{rest}"
        )


def compile_plan(configuration: Configuration, frequencies: Frequencies | None = None) -> Plan:
    """May take seconds with many thousands of phrases: call it off the event loop.

    `frequencies` says how common words are in the archive, so that each phrase is looked for by
    its rarest word; without it the longest word is taken. It changes the speed, never a result.
    """
    feeds = {feed.id: feed for feed in configuration.feeds if feed.enabled}
    questions = configuration.watchlists.questions
    return Plan(
        configuration=configuration,
        rules=Rules(
            version=configuration.watchlists.version,
            questions=questions,
            watch=compile_watch(
                questions,
                frequencies=frequencies,
                entities=configuration.watchlists.entities,
            ),
            outlets=len({feed.outlet for feed in feeds.values()}),
        ),
        outlets=Outlets(configuration.outlets),
        feeds=MappingProxyType(feeds),
    )


def load_plan(folder: Path, frequencies: Frequencies | None = None) -> Plan:
    """Read, check and compile. Raises ConfigError with every mistake of all three files."""
    return compile_plan(config_load.load_all(folder, TYPES), frequencies)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A folder whose watchlist alone holds mistakes: the last good one may take its place."""

    folder: Path
    error: ConfigError


def read(folder: Path) -> Configuration | Broken:
    """The files at start-up, before anything else is touched.

    Raises ConfigError when any file but the watchlist is broken.
    """
    try:
        return config_load.load_all(folder, TYPES)
    except ConfigError as error:
        if any(p.file != WATCHLISTS for p in error.problems):
            raise
        return Broken(folder=folder, error=error)


def accept(
    found: Configuration | Broken, last_good: Callable[[], str | None], now: datetime
) -> tuple[Configuration, Refusal | None]:
    """The configuration to start with. `last_good` is asked only where the watchlist is broken.

    Raises ConfigError when no good version is known.
    """
    if isinstance(found, Configuration):
        return found, None
    good = last_good()
    if good is None:
        raise found.error
    try:
        watchlists = config_watchlists.parse(good, WATCHLISTS)
    except ConfigError:
        # the stored text is of another version: name what can be mended
        raise found.error from None
    rest = config_load.load_all(found.folder, TYPES, watchlists=watchlists)
    return rest, Refusal(since=now, problems=found.error.problems)


def read_frequencies(conn: Connection, now: datetime) -> Frequencies:
    """In how many of the first entries of the last week each word stands: a sample will do."""
    recent = store_entries.stream(conn, now - FREQUENCY_SPAN, None)
    sample = itertools.islice(recent, FREQUENCY_ENTRIES)
    return text.frequencies(f"{entry.title}\n{entry.summary}" for entry in sample)


def fingerprint(folder: Path) -> str:
    """Changes when any of the files does; a file that cannot be read counts as empty."""
    digest = hashlib.sha256()
    for name in FILES:
        try:
            digest.update((folder / name).read_bytes())
        except OSError as error:
            digest.update(type(error).__name__.encode())
        digest.update(b"\0")
    return digest.hexdigest()


def with_outlets(plan: Plan, count: int) -> Plan:
    """The same plan, corroborated by another number of outlets: replays bring their own."""
    return replace(plan, rules=replace(plan.rules, outlets=count))
