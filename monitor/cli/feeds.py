"""`monitor feeds`: what is polled, what could be, and adding to it."""

import asyncio
import difflib
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import click

from monitor.cli.output import FOUND_WRONG, as_json, complain, say, table, when
from monitor.cli.prepare import prepare
from monitor.config import edit
from monitor.config import feeds as config_feeds
from monitor.config.settings import Settings
from monitor.daemon import jobs, subscribe
from monitor.daemon.discover import DiscoveredFeed, FeedSearch
from monitor.daemon.opening import user_agent
from monitor.daemon.subscribe import Additions, Wanted
from monitor.errors import FeedError, NotFoundError, ParseError
from monitor.feeds import opml, rows
from monitor.feeds.fetch import Fetcher
from monitor.feeds.opml import SubscriptionList
from monitor.feeds.pool import ParserPool
from monitor.model.feeds import Feed, FeedHealth, FeedState
from monitor.model.numbers import plural
from monitor.triage.status import StatusReport

_URGENCY = (
    FeedHealth.GONE,
    FeedHealth.DOWN,
    FeedHealth.BLOCKED,
    FeedHealth.STALE,
    FeedHealth.DEGRADED,
    FeedHealth.NEW,
    FeedHealth.OK,
)


def show_feeds(found: StatusReport) -> None:
    """The table of feeds, a line that counts them, and what was last told of them."""
    feeds = sorted(found.feeds, key=lambda state: _URGENCY.index(state.health))
    table(
        ("feed", "outlet", "health", "since", "entries", "last read", "next poll", ""),
        [_row(state) for state in feeds],
    )
    say()
    counts = Counter(state.health for state in found.feeds)
    listed = ", ".join(f"{counts[health]} {health}" for health in _URGENCY if counts[health])
    none = "none is configured" if found.rules else "not loaded yet, `monitor run` loads them"
    say(f"{plural(len(feeds), 'feed')}: {listed or none}")
    if found.network_down:
        say(
            f"No feed can be reached since {when(found.network_down)}: most likely our own "
            "network. No failure counts against a feed meanwhile."
        )
    for notice in found.notices:
        say(f"  {when(notice.at)}  {notice.text}")


def _row(state: FeedState) -> tuple[str, ...]:
    return (
        state.feed_id,
        state.outlet,
        state.health.value,
        when(state.health_at),
        f"{state.entry_count:,}",
        when(state.ok_at),
        "never" if state.gone else when(state.next_poll_at),
        "; ".join(_remarks(state)),
    )


def _remarks(state: FeedState) -> list[str]:
    remarks = []
    if state.fail_count:
        times = f" ×{state.fail_count}" if state.fail_count > 1 else ""
        remarks.append(f"{state.error_code}{times}: {state.error_text}")
    elif state.health is FeedHealth.STALE:
        remarks.append(f"nothing new since {when(state.new_at)}")
    if state.gone:
        remarks.append("not polled any more: change or remove it in feeds.yaml")
    elif state.retry_at:
        remarks.append(f"its server asked to be left alone until {when(state.retry_at)}")
    if state.location:
        remarks.append(f"moved to {state.location}: put that into feeds.yaml")
    if state.same_as:
        remarks.append(f"redirects to the address of {state.same_as}")
    if state.halvings:
        remarks.append(f"polled {2**state.halvings}× as often: entries come fast")
    return remarks


FILE = "feeds.yaml"
_SKIPPED = 20
"""Outlines of a list that are named one by one."""


@click.group()
def feeds() -> None:
    """List the feeds, find others, add them to feeds.yaml."""


@feeds.command(name="list")
@click.option("--json", "json_", is_flag=True, help="Print as JSON.")
def list_(json_: bool) -> None:
    """The feeds of feeds.yaml. How they are doing: monitor status."""
    settings = prepare(quiet=True)
    found = config_feeds.load(settings.config_dir / FILE)
    if json_:
        as_json([_as_json(feed) for feed in found.feeds])
        return
    table(
        ("feed", "outlet", "every", "", "address"),
        [
            (
                feed.id,
                feed.outlet,
                f"{feed.interval.total_seconds() / 60:g} min",
                "" if feed.enabled else "disabled",
                feed.url,
            )
            for feed in found.feeds
        ],
    )


@feeds.command()
@click.argument("url")
@click.option("--allow-private", is_flag=True, help="Connect to addresses of your own network.")
@click.option("--json", "json_", is_flag=True, help="Print as JSON.")
def discover(url: str, allow_private: bool, json_: bool) -> None:
    """Find the feeds of a page: those it names, else at well-known places, else news sitemaps."""
    settings = prepare(quiet=True)
    found = _find(settings, url, allow_private=allow_private)
    if json_:
        named = found.outlines if isinstance(found, SubscriptionList) else found
        as_json([{"url": one.url, "title": one.title} for one in named])
        return
    _show_found(found)


@feeds.command()
@click.argument("what", nargs=-1, required=True, metavar="URL|OPML...")
@click.option("--outlet", default="", help="The outlet's name, if the one guessed is not right.")
@click.option("--id", "id_", default="", help="The feed's id, if the one made is not wanted.")
@click.option("--all", "all_", is_flag=True, help="Take every feed that a page names.")
@click.option("--allow-private", is_flag=True, help="A feed on your own network.")
@click.option(
    "--dry-run", is_flag=True, help="Show what would change in feeds.yaml; write nothing."
)
def add(
    what: tuple[str, ...], outlet: str, id_: str, all_: bool, allow_private: bool, dry_run: bool
) -> None:
    """Add feeds to feeds.yaml: by address, by the address of a page, or from an OPML file.

    Comments, order and quoting of the file stay as they are. Feeds given by address are read once
    to see that they are feeds; those of an OPML list are not. Exit code 1 if nothing was added.
    """
    if id_ and (len(what) > 1 or all_):
        raise click.UsageError("--id names one feed")
    settings = prepare(quiet=True)
    path = settings.config_dir / FILE
    text = edit.read(path)
    known = edit.known(text, path.name)
    wanted = [
        replace(one, id=id_, outlet=outlet)
        for given in what
        for one in _wanted(settings, given, every=all_, allow_private=allow_private)
    ]
    plan = subscribe.plan(wanted, known)
    for double, owner in plan.doubles:
        complain(f"not added: {double.url} is the address of feed “{owner}” already")
    for why in plan.unfit:
        complain(f"not added: {why}")
    if not plan.feeds:
        sys.exit(FOUND_WRONG)
    new = edit.add(text, path.name, plan.feeds, plan.outlets)
    if dry_run:
        _show_diff(text, new)
        return
    edit.replace(path, text, new)
    _show_added(plan, path)


def _wanted(settings: Settings, given: str, *, every: bool, allow_private: bool) -> list[Wanted]:
    """The feeds that were meant. Those of a list are public: who lists them does not vouch."""
    file = Path(given)
    if file.is_file():
        return _listed(file)
    found = _find(settings, given, allow_private=allow_private)
    if isinstance(found, SubscriptionList):
        return _outlines(found, given)
    if len(found) > 1 and not every:
        _show_found(found)
        raise NotFoundError(f"{given} names {len(found)} feeds: add one of them, or --all")
    return [Wanted(url=one.url, title=one.title, allow_private=allow_private) for one in found]


def _listed(file: Path) -> list[Wanted]:
    try:
        listed = opml.parse_opml(file.read_bytes())
    except (OSError, ParseError) as error:
        raise NotFoundError(f"{file}: {error}") from error
    return _outlines(listed, str(file))


def _outlines(listed: SubscriptionList, given: str) -> list[Wanted]:
    """The feeds of a list; what is left out of it is told first."""
    for told in listed.skipped[:_SKIPPED]:
        complain(f"not added: {told}")
    if (left := len(listed.skipped) - _SKIPPED) > 0:
        complain(f"not added: {plural(left, 'more outline')} without an address to ask")
    if not listed.outlines:
        raise NotFoundError(f"{given}: the list names no feed")
    return [Wanted(url=one.url, title=one.title) for one in listed.outlines]


def _find(
    settings: Settings, url: str, *, allow_private: bool
) -> tuple[DiscoveredFeed, ...] | SubscriptionList:
    url = url if "://" in url else f"https://{url}"
    url = rows.feed_link(url) or url
    now = jobs.SystemClock().now()

    async def find() -> tuple[DiscoveredFeed, ...] | SubscriptionList:
        fetcher = Fetcher(user_agent=user_agent(settings.contact))
        async with fetcher, ParserPool(workers=1) as parser:
            search = FeedSearch(
                fetcher=fetcher, parser=parser, now=now, allow_private=allow_private
            )
            return await search.find(url)

    try:
        return asyncio.run(find())
    except FeedError as error:
        hint = "; --allow-private is for feeds of your own network"
        own = error.code == "blocked-address"
        raise NotFoundError(f"{url}: {error}{hint if own else ''}") from error


def _show_found(found: tuple[DiscoveredFeed, ...] | SubscriptionList) -> None:
    if isinstance(found, SubscriptionList):
        rows_ = [(one.title or "–", "not read", when(None), one.url) for one in found.outlines]
    else:
        rows_ = [(one.title or "–", f"{one.entries:,}", when(one.newest), one.url) for one in found]
    table(("feed", "entries", "newest", "address"), rows_)
    for told in found.skipped if isinstance(found, SubscriptionList) else ():
        complain(f"left out: {told}")


def _show_added(plan: Additions, path: Path) -> None:
    for feed in plan.feeds:
        say(f"added {feed.id} ({feed.outlet}): {feed.url}")
    for outlet in plan.outlets:
        domains = ", ".join(outlet.domains)
        say(f"new outlet “{outlet.name}”" + (f" with {domains}" if domains else ""))
    count = plural(len(plan.feeds), "feed")
    say(f"{count} added to {path}; a running daemon takes it over by itself")


def _show_diff(before: str, after: str) -> None:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), FILE, f"{FILE} (new)", n=2, lineterm=""
    )
    for line in lines:
        say(line)


def _as_json(feed: Feed) -> dict[str, object]:
    return {
        "id": feed.id,
        "url": feed.url,
        "outlet": feed.outlet,
        "interval_seconds": feed.interval.total_seconds(),
        "enabled": feed.enabled,
    }
