"""Turns the three YAML files into the plan in force, and a changed file into the next one.

A plan is immutable and swapped whole. A file with mistakes never takes effect: the plan in force
stays, and `Refusal` says since when and why, so that digests, /health and the log can tell.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from monitor.config import load as config_load
from monitor.config import watchlists as config_watchlists
from monitor.config.load import FILES, WATCHLISTS, Configuration
from monitor.core.outlets import Outlets
from monitor.core.rules import Rules
from monitor.core.watch import compile_watch
from monitor.errors import ConfigError, Problem
from monitor.model.feeds import Feed


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


def compile_plan(configuration: Configuration) -> Plan:
    """May take seconds with many thousands of phrases: call it off the event loop."""
    feeds = {feed.id: feed for feed in configuration.feeds if feed.enabled}
    questions = configuration.watchlists.questions
    return Plan(
        configuration=configuration,
        rules=Rules(
            version=configuration.watchlists.version,
            questions=questions,
            watch=compile_watch(questions, entities=configuration.watchlists.entities),
            outlets=len({feed.outlet for feed in feeds.values()}),
        ),
        outlets=Outlets(configuration.outlets),
        feeds=MappingProxyType(feeds),
    )


def load_plan(folder: Path) -> Plan:
    """Read, check and compile. Raises ConfigError with every mistake of all three files."""
    return compile_plan(config_load.load_all(folder))


def load_or_fall_back(folder: Path, good: str | None, now: datetime) -> tuple[Plan, Refusal | None]:
    """The plan at start-up. Only a broken watchlist may be replaced by its last good version.

    Raises ConfigError when another file is broken, or when no good version is known.
    """
    try:
        return load_plan(folder), None
    except ConfigError as error:
        if good is None or any(p.file != WATCHLISTS for p in error.problems):
            raise
        refusal = Refusal(since=now, problems=error.problems)
        watchlists = config_watchlists.parse(good, WATCHLISTS)
        rest = config_load.load_all(folder, watchlists=watchlists)
        return compile_plan(rest), refusal


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
