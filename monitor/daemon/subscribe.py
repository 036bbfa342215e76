"""Turns addresses and subscription lists into feeds for feeds.yaml, and says which it has already.

Decides names only; the file is written by config.edit, and only when a person asked for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from monitor.config.feeds import FeedsConfig
from monitor.config.slug import made, unused
from monitor.core.feeds.identity import address, flaw
from monitor.core.stories.outlets import Outlets, outlet_name
from monitor.model.feeds import Feed, Outlet


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A feed somebody wants. `title` is what it or a list calls it."""

    url: str
    title: str = ""
    id: str = ""
    outlet: str = ""
    allow_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Additions:
    """What is to be added, and what is not: a feed has that address already, or none can."""

    feeds: tuple[Feed, ...]
    outlets: tuple[Outlet, ...]
    doubles: tuple[tuple[Wanted, str], ...]  # with the id of the feed that has it
    unfit: tuple[str, ...] = ()  # why an address cannot stand in feeds.yaml, without a password


def plan(wanted: Iterable[Wanted], known: FeedsConfig) -> Additions:
    """The feeds with ids and outlets, each address once."""
    owners = {address(feed.url): feed.id for feed in known.feeds}
    ids = {feed.id: 1 for feed in known.feeds}
    outlets = Outlets(known.outlets)
    feeds: list[Feed] = []
    added: list[Outlet] = []
    doubles: list[tuple[Wanted, str]] = []
    unfit: list[str] = []
    for one in wanted:
        if flaw(one.url):
            unfit.append(_unfit(one.url))
            continue
        if (owner := owners.get(address(one.url))) is not None:
            doubles.append((one, owner))
            continue
        name = one.outlet or outlet_name(one.title, one.url, outlets)
        if name not in {outlet.name for outlet in outlets.known}:
            added.append(Outlet(name=name, domains=_domains(one.url, outlets)))
            outlets = Outlets((*known.outlets, *added))
        id_ = unused(one.id or _id(one, name), ids)
        owners[address(one.url)] = id_
        feeds.append(Feed(id=id_, url=one.url, outlet=name, allow_private=one.allow_private))
    return Additions(
        feeds=tuple(feeds), outlets=tuple(added), doubles=tuple(doubles), unfit=tuple(unfit)
    )


def _unfit(url: str) -> str:
    if flaw(url) == "credentials":
        return (
            f"the address at {urlsplit(url).hostname} holds a name or a password, which would be "
            "logged; give it without, and these in “headers” of feeds.yaml"
        )
    return "what was given is no address that begins with https:// or http://"


def _domains(url: str, outlets: Outlets) -> tuple[str, ...]:
    """The registered name of the feed's host; none without a dot, or if it is another outlet's."""
    host = outlets.canonical(url)
    other = host in {outlet.name for outlet in outlets.known}
    return () if other or "." not in host or "/" in host else (host,)


def _id(one: Wanted, outlet: str) -> str:
    """The title as an id, with the outlet before it where the title does not say it."""
    title, own = made(one.title or outlet), made(outlet)
    return title if own in title else made(f"{outlet} {one.title}")
