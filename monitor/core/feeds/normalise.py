"""Turns the rows of one feed document into entries: identity, believable dates, content hash.

Must never drop a row without a warning that says so, and never let a document bring two entries
with one identity.
"""

import hashlib
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.core.feeds.identity import Named, canonical_link, entry_id, entry_key, identify
from monitor.core.feeds.recognise import Arrival
from monitor.model.entries import DateTrust, Entry
from monitor.model.feeds import Feed, ParsedFeed, RawEntry

FUTURE_TOLERANCE = timedelta(hours=24)
OLDEST_BELIEVED = datetime(1995, 1, 1, tzinfo=UTC)  # before the first news feeds
ALERT_AGE = timedelta(days=7)
WEST = timedelta(hours=12)  # the clocks furthest behind UTC
_DATED = frozenset({DateTrust.CLAIMED, DateTrust.NAIVE})
_HASH_CHARACTERS = 32
# Typography that desks change without changing a word.
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032`\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalised:
    """The entries of one document, in its order, and what was left out of it and why."""

    arrivals: tuple[Arrival, ...]
    warnings: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries as they are if nothing is known of the feed."""
        return tuple(arrival.entry for arrival in self.arrivals)


def entries(parsed: ParsedFeed, feed: Feed, *, first_poll: bool, now: datetime) -> Normalised:
    """The entries of `parsed`, as of `now`.

    Left out, with a warning: rows without title and link, rows in another language than
    `feed.language` (those that name none stay), and second copies of one row.
    """
    named = [raw for raw in parsed.entries if raw.title or raw.link]
    wanted = [raw for raw in named if speaks(raw.language, feed.language)]
    keyed = identify(wanted)
    return Normalised(
        arrivals=tuple(
            Arrival(_entry(named, feed, alerts=not first_poll, now=now), named.base, named.raw.guid)
            for named in keyed
        ),
        warnings=tuple(
            f"{count} of {len(parsed.entries)} entries left out: {why}"
            for count, why in (
                (len(parsed.entries) - len(named), "neither title nor link"),
                (len(named) - len(wanted), f"not in the language “{feed.language}”"),
                (len(wanted) - len(keyed), "listed twice"),
            )
            if count
        ),
    )


def remembered(parsed: ParsedFeed, feed: Feed) -> tuple[int, ...]:
    """The marks of the rows that need not be read again, and of what was left out as known.

    The lowest bit tells those that are entries from those that are left out whatever comes beside
    them. A row without a name of its own, or that shares it with another, must be read every time.
    """
    if parsed.items is None:
        return ()
    names = Counter(entry_key(raw) for raw in parsed.entries)
    marks = [
        mark | (bool(raw.title or raw.link) and speaks(raw.language, feed.language))
        for raw, mark in zip(parsed.entries, parsed.items.read, strict=True)
        if mark and (raw.guid or raw.link) and names[entry_key(raw)] == 1
    ]
    return (*parsed.items.known, *marks)


def unstored(title: str, *, summary: str = "", outlet: str = "", at: datetime) -> Entry:
    """A text as an entry that is stored nowhere, to ask the matcher about."""
    return Entry(
        id="",
        feed_id="",
        outlet=outlet,
        key="",
        link="",
        canonical_link="",
        title=title,
        summary=summary,
        published_at=at,
        date_trust=DateTrust.ABSENT,
        seen_at=at,
        content_hash="",
    )


def content_hash(title: str, summary: str) -> str:
    """A hash of the words: case, white space and the style of quotes and dashes do not count."""
    return hashlib.sha256(f"{_folded(title)}\0{_folded(summary)}".encode()).hexdigest()[
        :_HASH_CHARACTERS
    ]


def speaks(language: str, wanted: str) -> bool:
    """Whether an entry marked `language` is to be kept: “en-gb” speaks “en”, and so does ""."""
    language, wanted = (tag.casefold().replace("_", "-") for tag in (language, wanted))
    return not wanted or not language or f"{language}-".startswith(f"{wanted}-")


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text.translate(_TYPOGRAPHY)).casefold()
    return " ".join(folded.split())


def _entry(named: Named, feed: Feed, *, alerts: bool, now: datetime) -> Entry:
    raw = named.raw
    title, summary = (unicodedata.normalize("NFC", text) for text in (raw.title, raw.summary))
    claim = _claim(raw, feed)
    trust = _trust(claim, now, zoned=raw.zoned or bool(feed.timezone))
    # where a naive date was written, it may be twelve hours later than read as UTC
    latest = claim + WEST if claim and trust is DateTrust.NAIVE else claim
    old = latest is not None and trust in _DATED and now - latest > ALERT_AGE
    return Entry(
        id=entry_id(feed.id, named.key),
        feed_id=feed.id,
        outlet=feed.outlet,
        key=named.key,
        link=raw.link,
        canonical_link=canonical_link(raw.link),
        title=title,
        summary=summary,
        published_at=claim if claim and trust is DateTrust.CLAIMED else now,
        date_trust=trust,
        seen_at=now,
        content_hash=content_hash(title, summary),
        alerts=alerts and not old,
    )


def _claim(raw: RawEntry, feed: Feed) -> datetime | None:
    """The date as published, in UTC; without a zone of its own it is in the feed's, if it has one.

    An hour that clocks repeat is the first of the two.
    """
    if raw.published is None or raw.zoned or not feed.timezone:
        return raw.published
    return raw.published.replace(tzinfo=ZoneInfo(feed.timezone)).astimezone(UTC)


def _trust(claim: datetime | None, now: datetime, *, zoned: bool) -> DateTrust:
    if claim is None:
        return DateTrust.ABSENT
    if claim > now + FUTURE_TOLERANCE:
        return DateTrust.FUTURE
    if claim < OLDEST_BELIEVED:
        return DateTrust.ANCIENT
    return DateTrust.CLAIMED if zoned else DateTrust.NAIVE
