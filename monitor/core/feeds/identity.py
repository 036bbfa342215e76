"""Turns what a publisher says of an entry into the names it is known by within its feed.

Must never compare dates: a date that moved is not news, and a new guid for the same article is
not a new article.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from monitor.core.memo import Memo
from monitor.core.stories.headline import bare
from monitor.model.feeds import RawEntry

_TRACKING = re.compile(
    r"(?:utm_.*|at_.*|ns_.*|mc_[ce]id|(?:fb|g|dc|y|tw)clid|[gw]braid|msclkid|mkt_tok|igshid?|"
    r"_hs(?:enc|mi)|guc(?:counter|e_.*)|cmp|cmpid|intcmp|s_cid|wt[._]mc.*|icid|ocid|ncid|ito|ftag|"
    r"ftcamp|srnd|sref|reflink|soc_(?:src|trk)|__(?:source|twitter_impression)|traffic_source|"
    r"feedtype|feedname|virtualbrandchannel|smid|smtyp|xtor)",
    re.IGNORECASE,
)
# Whatever the parameter is called (partner, emc, mod, source …), its value gives it away.
_TRACKING_VALUE = re.compile(r"rss(?:[_-].*)?", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_DEFAULT_PORT = {"http": ":80", "https": ":443"}
# The BBC counts up "#0", "#1" … when it republishes an article. Other fragments may mean a
# different entry, as the posts of a live page do.
_BUMP = re.compile(r"#\d+$")
# Reuters kept this id while 48 % of the stories seen twice changed their slug.
_WIRE_ID = re.compile(r"(?:^|[-/])id([A-Z]{2}[A-Z0-9]{6,20})(?=$|[/?#])")
_HASH_CHARACTERS = 32
_ID_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class Named:
    """A row of a document. `base` is the best name its publisher gives it; `key` tells it from
    the other rows of the document, and is `base` where that is enough.
    """

    key: str
    base: str
    raw: RawEntry


def canonical_link(link: str) -> str:
    """`link` without fragment, tracking parameters and default port, scheme and host lower-case.

    An empty path becomes "/" and escapes upper-case (RFC 3986, section 6.2). The order of other
    parameters and the path stay as they are. What is no URL comes back as is.
    """
    return _LINKS[link]


def _canonical(link: str) -> str:
    parts = _split(link)
    return parts._replace(fragment="").geturl() if parts else link


def pages(link: str) -> tuple[str, ...]:
    """The canonical link and its twin under http or https; none for a link that names no page.

    A site that moves to https changes neither its articles nor their identity. Its front page is
    shared by entries that have nothing else in common.
    """
    return _PAGES[link]


def _pages(link: str) -> tuple[str, ...]:
    parts = _split(link)
    if not parts or (not parts.query and not parts.path.strip("/")):
        return ()
    other = {"http": "https", "https": "http"}[parts.scheme]
    return tuple(p._replace(fragment="").geturl() for p in (parts, parts._replace(scheme=other)))


def address(url: str) -> str:
    """What two addresses of one feed have in common: all but scheme, fragment and tracking.

    A parameter such as `feed=rss` is not tracking here: it may be what makes it a feed.
    """
    parts = _split(url, by_value=False)
    return parts._replace(scheme="", fragment="").geturl() if parts else url


def flaw(url: str) -> Literal["", "no-address", "credentials"]:
    """Why no feed can have this address; "" if one can. A password would be stored and logged."""
    try:
        parts = urlsplit(url)
        good = bool(parts.hostname) and parts.port != 0 and " " not in url
    except ValueError:  # an unfinished IPv6 address, a port that is none
        return "no-address"
    if not good or parts.scheme not in _DEFAULT_PORT:
        return "no-address"
    return "" if parts.username is None else "credentials"


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
    return f"hash:{_hash(raw.title, date)}"


def entry_id(feed_id: str, key: str) -> str:
    """The 16-character id of an entry: it follows from feed and key alone (80 bits of SHA-256)."""
    digest = hashlib.sha256(f"{feed_id}\0{key}".encode()).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:_ID_CHARACTERS]


def identify(raws: Sequence[RawEntry]) -> tuple[Named, ...]:
    """The rows of one document with their keys, each key once, in the document's order.

    Two rows with one guid and different links, or different titles, are two entries, and so are two
    without a guid that share a link but not a title: the later gets that as well. Of two rows that
    agree in both, the one published last stays, in the place of the first.
    """
    chosen: dict[str, Named] = {}
    first: dict[str, RawEntry] = {}
    for raw in raws:
        base = entry_key(raw)
        key = _key(raw, base, first.setdefault(base, raw), chosen)
        other = chosen.get(key)
        if other is None or _later(raw, other.raw):
            chosen[key] = Named(key, base, raw)
    return tuple(chosen.values())


def apart(base: str, link: str, title: str) -> str:
    """The key of an entry whose base is another entry's already."""
    if link and link != base:
        return f"{base} {link}"
    return f"{base} {_hash(bare(title), '' if link else 'no link')}"


def _key(raw: RawEntry, base: str, first: RawEntry, chosen: Mapping[str, Named]) -> str:
    """The base for what the first row with it tells, too; else told apart by link, then title."""
    if raw is first or _wire(raw) or _told(raw) == _told(first):
        return base
    link = canonical_link(raw.link)
    key = apart(base, base if link == canonical_link(first.link) else link, raw.title)
    twin = chosen.get(key)
    if twin is None or _told(twin.raw) == _told(raw):
        return key
    return f"{key} {_hash(*_told(raw))}"


def _told(raw: RawEntry) -> tuple[str, str]:
    """By which two rows of one name are one entry; where a guid counts up, its title is new."""
    return "" if _BUMP.search(raw.guid) else bare(raw.title), canonical_link(raw.link)


def _later(raw: RawEntry, other: RawEntry) -> bool:
    return bool(raw.published and other.published and raw.published > other.published)


def _hash(title: str, date: str) -> str:
    return hashlib.sha256(f"{title}\0{date}".encode()).hexdigest()[:_HASH_CHARACTERS]


def _split(link: str, *, by_value: bool = True) -> SplitResult | None:
    """The parts of an http(s) URL, cleaned but for the fragment; None when it is none."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORT or not parts.netloc:
        return None
    userinfo, at, host = parts.netloc.rpartition("@")
    host = host.lower().removesuffix(_DEFAULT_PORT[parts.scheme])
    query = "&".join(
        field for field in parts.query.split("&") if not _tracks(field, by_value=by_value)
    )
    path, query = (_ESCAPE.sub(lambda e: e.group().upper(), text) for text in (parts.path, query))
    return parts._replace(netloc=userinfo + at + host, path=path or "/", query=query)


def _tracks(field: str, *, by_value: bool) -> bool:
    name, _, value = field.partition("=")
    return bool(_TRACKING.fullmatch(name) or (by_value and _TRACKING_VALUE.fullmatch(value)))


def _wire(raw: RawEntry) -> str:
    return _wire_id(raw.guid) or _wire_id(raw.link)


def _wire_id(link: str) -> str:
    found = _WIRE_ID.search(link)
    parts = _split(link) if found else None
    reuters = parts and f".{parts.hostname}".endswith(".reuters.com")
    return f"id{found[1]}" if found and reuters else ""


_REMEMBERED = 4_096
"""Links; each is asked for several times while its entry is settled."""

_LINKS = Memo(_canonical, _REMEMBERED)
_PAGES = Memo(_pages, _REMEMBERED)
