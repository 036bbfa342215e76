"""Entries: published items with an identity and numbered revisions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DateTrust(StrEnum):
    """Why `published_at` is what it is: a published date is a claim, and some are not believed."""

    CLAIMED = "claimed"  # the feed's date, believed
    ABSENT = "absent"  # no date, or one that cannot be read: first seen is used
    FUTURE = "future"  # more than a day ahead: first seen is used
    ANCIENT = "ancient"  # before 1995: first seen is used
    NAIVE = "naive"  # names no zone or no time of day, and the feed has no zone: first seen is used
    REUSED = "reused"  # the date of the text that had this guid before: first seen is used


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One published item of a feed, normalised. `id` follows from feed and key alone."""

    id: str  # 16 characters
    feed_id: str
    outlet: str  # the outlet's canonical name
    key: str  # identity within the feed: guid ladder, fragment and tracking removed
    link: str  # as published, "" when none
    canonical_link: str  # without fragment and tracking, "" when none
    title: str
    summary: str
    published_at: datetime  # the claim if believed, else seen_at
    date_trust: DateTrust
    seen_at: datetime  # first seen by us
    content_hash: str  # of the normalised title and summary; a changed date does not change it
    revision: int = 1
    alerts: bool = True  # False: stored and grouped, but never raises a flag (first poll, too old)
    supersedes: str = ""  # the id of the entry whose guid this different development came under


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntry:
    """What the store remembers of an entry, enough to tell new, revised and unchanged apart."""

    id: str
    feed_id: str
    key: str
    content_hash: str
    revision: int
    seen_at: datetime
    published_at: datetime
    alerts: bool
    canonical_link: str = ""  # "" also when the entry was pruned
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """A feed document against what is known. Every entry of the document is in exactly one part."""

    new: tuple[Entry, ...]
    revised: tuple[Entry, ...]  # revision already counted up; seen_at is that of the first revision
    unchanged: tuple[str, ...]  # ids
    displaced: int = 0  # those known that came under another name or page than before
    flapping: int = 0  # those whose change was left out, since they change too often
    notes: tuple[str, ...] = ()  # what the operator should know of how they were told apart
