"""Turns the rows of one feed document into entries: identity, believable dates, content hash.

Must never drop a row without a warning that says so, and never let a document bring two entries
with one identity.
"""

import base64
import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.core.identity import canonical_link, identify
from monitor.model.entries import DateTrust, Entry
from monitor.model.feeds import Feed, ParsedFeed, RawEntry

FUTURE_TOLERANCE = timedelta(hours=24)
OLDEST_BELIEVED = datetime(1995, 1, 1, tzinfo=UTC)  # before the first news feeds
ALERT_AGE = timedelta(days=7)
_ID_CHARACTERS = 16
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

    entries: tuple[Entry, ...]
    warnings: tuple[str, ...] = ()


def entries(parsed: ParsedFeed, feed: Feed, *, first_poll: bool, now: datetime) -> Normalised:
    """The entries of `parsed`, as of `now`.

    Left out, with a warning: rows without title and link, rows in another language than
    `feed.language` (those that name none stay), and second copies of one row.
    """
    named = [raw for raw in parsed.entries if raw.title or raw.link]
    wanted = [raw for raw in named if speaks(raw.language, feed.language)]
    keyed = identify(wanted)
    return Normalised(
        entries=tuple(_entry(raw, key, feed, alerts=not first_poll, now=now) for key, raw in keyed),
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


def entry_id(feed_id: str, key: str) -> str:
    """The 16-character id of an entry: it follows from feed and key alone (80 bits of SHA-256)."""
    digest = hashlib.sha256(f"{feed_id}\0{key}".encode()).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:_ID_CHARACTERS]


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


def _entry(raw: RawEntry, key: str, feed: Feed, *, alerts: bool, now: datetime) -> Entry:
    title, summary = (unicodedata.normalize("NFC", text) for text in (raw.title, raw.summary))
    trust = _trust(raw.published, now)
    published = raw.published if raw.published and trust is DateTrust.CLAIMED else now
    return Entry(
        id=entry_id(feed.id, key),
        feed_id=feed.id,
        outlet=feed.outlet,
        key=key,
        link=raw.link,
        canonical_link=canonical_link(raw.link),
        title=title,
        summary=summary,
        published_at=published,
        date_trust=trust,
        seen_at=now,
        content_hash=content_hash(title, summary),
        alerts=alerts and now - published <= ALERT_AGE,
    )


def _trust(published: datetime | None, now: datetime) -> DateTrust:
    if published is None:
        return DateTrust.ABSENT
    if published > now + FUTURE_TOLERANCE:
        return DateTrust.FUTURE
    return DateTrust.CLAIMED if published >= OLDEST_BELIEVED else DateTrust.ANCIENT
