"""Turns a folder of feed snapshots into what happened to the entries of each feed.

Reads files only; what cannot be read as a feed is left out, as the replay reports it.
"""

from collections import defaultdict
from datetime import datetime
from pathlib import Path

from monitor.core.feeds import normalise
from monitor.core.feeds.churn import Churn, History
from monitor.errors import ParseError
from monitor.feeds import archive
from monitor.feeds.parse import parse
from monitor.model.feeds import Feed


def report(
    folder: Path, *, since: datetime | None = None, until: datetime | None = None
) -> dict[str, Churn]:
    """Counts by feed, from `since` to before `until`. Raises NotFoundError without snapshots."""
    histories: dict[str, History] = defaultdict(History)
    found: dict[str, Churn] = defaultdict(Churn)
    for snapshot in archive.snapshots(folder):
        if (since and snapshot.at < since) or (until and snapshot.at >= until):
            continue
        feed = Feed(id=snapshot.feed, url="", outlet=snapshot.feed)
        try:
            document = parse(snapshot.path.read_bytes(), url="")
        except ParseError:
            continue
        entries = normalise.entries(document, feed, first_poll=False, now=snapshot.at)
        found[feed.id] += histories[feed.id].take(entries)
    return dict(sorted(found.items()))
