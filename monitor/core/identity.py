"""Turns what a publisher says of an entry into its identity, and a document into new and known.

Must never compare dates: a date that moved is not news, and a new guid for the same article is
not a new article.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import SplitResult, urlsplit

from monitor.model.entries import DateTrust, Entry, KnownEntry, Sorted
from monitor.model.feeds import RawEntry

_TRACKING = re.compile(
    r"(?:utm_.*|at_.*|ns_.*|mc_[ce]id|(?:fb|g|dc|y)clid|msclkid|igshid|cmpid|icid|ocid|"
    r"feedtype|feedname|virtualbrandchannel|smid|smtyp|xtor)",
    re.IGNORECASE,
)
# Whatever the parameter is called (partner, emc, mod, CMP, source …), its value gives it away.
_TRACKING_VALUE = re.compile(r"rss(?:[_-].*)?", re.IGNORECASE)
_DEFAULT_PORT = {"http": ":80", "https": ":443"}
# The BBC counts up "#0", "#1" … when it republishes an article. Other fragments may mean a
# different entry, as the posts of a live page do.
_BUMP = re.compile(r"#\d+$")
# Reuters kept this id while 48 % of the stories seen twice changed their slug.
_WIRE_ID = re.compile(r"(?:^|[-/])id([A-Z]{2}[A-Z0-9]{6,20})(?=$|[/?#])")
_HASH_CHARACTERS = 32


def canonical_link(link: str) -> str:
    """`link` without fragment, tracking parameters and default port, scheme and host lower-case.

    The order of other parameters and the path stay as they are. What is no URL comes back as is.
    """
    parts = _split(link)
    return parts._replace(fragment="").geturl() if parts else link


def entry_key(raw: RawEntry) -> str:
    """The identity of an entry within its feed, from the best thing the publisher gives.

    A Reuters wire id; else the guid, if it is a URL without tracking and `#N`; else the canonical
    link; else a hash of title and date.
    """
    if wire := _wire(raw):
        return wire
    if raw.guid:
        parts = _split(_BUMP.sub("", raw.guid))
        return parts.geturl() if parts else raw.guid
    if raw.link:
        return canonical_link(raw.link)
    date = raw.published.isoformat() if raw.published else ""
    digest = hashlib.sha256(f"{raw.title}\0{date}".encode()).hexdigest()
    return f"hash:{digest[:_HASH_CHARACTERS]}"


def identify(raws: Sequence[RawEntry]) -> tuple[tuple[str, RawEntry], ...]:
    """The rows of one document with their keys, each key once, in the document's order.

    Two rows with one guid and different links are two entries: the later gets its link as well.
    Of two rows that agree in both, the one published last stays, in the place of the first.
    """
    chosen: dict[str, RawEntry] = {}
    links: dict[str, str] = {}
    for raw in raws:
        key, link = entry_key(raw), canonical_link(raw.link)
        if links.setdefault(key, link) != link and not _wire(raw):
            key = f"{key} {link}"
        other = chosen.get(key)
        if other is None or (raw.published and other.published and raw.published > other.published):
            chosen[key] = raw
    return tuple(chosen.items())


def sort(entries: Sequence[Entry], known: Mapping[str, KnownEntry]) -> Sorted:
    """A feed's entries against what is `known` of that feed, by key.

    Revised is what has another content hash than the last revision: it counts one up and keeps
    the time at which the entry was first seen.
    """
    new: list[Entry] = []
    revised: list[Entry] = []
    unchanged: list[str] = []
    for entry in entries:
        before = known.get(entry.key)
        if before is None:
            new.append(entry)
        elif before.content_hash == entry.content_hash:
            unchanged.append(before.id)
        else:
            revised.append(_revision(entry, before))
    return Sorted(new=tuple(new), revised=tuple(revised), unchanged=tuple(unchanged))


def _revision(entry: Entry, before: KnownEntry) -> Entry:
    claimed = entry.date_trust is DateTrust.CLAIMED
    return replace(
        entry,
        revision=before.revision + 1,
        seen_at=before.seen_at,
        published_at=entry.published_at if claimed else before.published_at,
        # a late correction must not silence what was news, and new words can be news themselves
        alerts=entry.alerts or before.alerts,
    )


def _split(link: str) -> SplitResult | None:
    """The parts of an http(s) URL, cleaned but for the fragment; None when it is none."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORT or not parts.netloc:
        return None
    userinfo, at, host = parts.netloc.rpartition("@")
    host = host.lower().removesuffix(_DEFAULT_PORT[parts.scheme])
    query = "&".join(field for field in parts.query.split("&") if not _tracks(field))
    return parts._replace(netloc=userinfo + at + host, query=query)


def _tracks(field: str) -> bool:
    name, _, value = field.partition("=")
    return bool(_TRACKING.fullmatch(name) or _TRACKING_VALUE.fullmatch(value))


def _wire(raw: RawEntry) -> str:
    return _wire_id(raw.guid) or _wire_id(raw.link)


def _wire_id(link: str) -> str:
    found = _WIRE_ID.search(link)
    parts = _split(link) if found else None
    reuters = parts and f".{parts.hostname}".endswith(".reuters.com")
    return f"id{found[1]}" if found and reuters else ""
