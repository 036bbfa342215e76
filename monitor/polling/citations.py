"""Finds the articles that briefs cite among stored entries, and watches them for changes.

Level-triggered: an article is looked for while it may still arrive, a snapshot is taken of every
revision, and each revision is held against the one before, once.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Protocol

from sqlalchemy import Connection

from monitor.core.feeds.identity import canonical_link, entry_key
from monitor.core.judging import citation as core_citation
from monitor.core.judging.rules import Rules
from monitor.core.judging.trigger import decide
from monitor.core.judging.trigger.case import ChangedArticle
from monitor.model.citations import CitationChange, Snapshot
from monitor.model.entries import Entry
from monitor.model.feeds import RawEntry
from monitor.model.flags import Raised
from monitor.model.questions import Brief, Citation
from monitor.store import citations as store_citations
from monitor.store import entries as store_entries
from monitor.store import meta as store_meta

NEVER = datetime(9999, 1, 1, tzinfo=UTC)

EARLY = timedelta(days=2)
"""A date of a citation may be of another time zone, or of the print edition."""


Revision = tuple[int, str, str, datetime]
"""Number, title, summary, when it was first seen."""


class Articles(Protocol):
    """Where cited articles are found and their snapshots kept: the tables, or a replay's memory."""

    def snapshots(self) -> Sequence[Snapshot]: ...

    def add(self, taken: Sequence[Snapshot]) -> None: ...

    def candidates(
        self, *, key: str, links: Iterable[str], outlet: str, since: datetime, until: datetime
    ) -> Sequence[tuple[Entry, tuple[str, ...]]]:
        """Entries that may be a cited article, with the titles of all their revisions."""

    def lines(self, entry_ids: Sequence[str]) -> Mapping[str, tuple[Entry, ...]]: ...

    def revisions(self, entry_id: str) -> Sequence[Revision]: ...

    def searched(self, mark: str, now: datetime) -> bool:
        """Whether there was a search of that mark before; from now on there was."""


@dataclass(frozen=True, slots=True)
class StoredCitations:
    """The tables."""

    conn: Connection

    def snapshots(self) -> Sequence[Snapshot]:
        return store_citations.snapshots(self.conn)

    def add(self, taken: Sequence[Snapshot]) -> None:
        store_citations.add(self.conn, taken)

    def candidates(
        self, *, key: str, links: Iterable[str], outlet: str, since: datetime, until: datetime
    ) -> Sequence[tuple[Entry, tuple[str, ...]]]:
        return store_citations.candidates(
            self.conn, key=key, links=links, outlet=outlet, since=since, until=until
        )

    def lines(self, entry_ids: Sequence[str]) -> Mapping[str, tuple[Entry, ...]]:
        return store_entries.lines(self.conn, entry_ids)

    def revisions(self, entry_id: str) -> Sequence[Revision]:
        return store_entries.revisions(self.conn, entry_id)

    def searched(self, mark: str, now: datetime) -> bool:
        found = store_meta.get(self.conn, mark) is not None
        if not found:
            store_meta.put(self.conn, mark, now.isoformat())
        return found


def watch(articles: Articles, rules: Rules, now: datetime) -> tuple[Raised, ...]:
    """Take the snapshots that are due; what flags a brief comes back, to be raised."""
    taken = articles.snapshots()
    raised: list[Raised] = []
    for question, brief in ((q, b) for q in rules.questions for b in q.briefs):
        for cited in brief.citations:
            own = [s for s in taken if (s.brief, s.citation) == (brief.key, cited.key)]
            raised += [
                Raised(question=question.id, brief=brief.key, reason=reason)
                for change in _look(articles, rules, brief, cited, own, now)
                if change.flags and brief.judgments and not question.closed(now.date())
                for reason in decide.changed(
                    ChangedArticle(brief=brief, change=change, now=now, rules=rules.version)
                )
            ]
    return tuple(raised)


def changes(
    conn: Connection, rules: Rules, since: datetime, until: datetime
) -> tuple[CitationChange, ...]:
    """What changed in cited articles after `since`, up to `until`; retitled ones as well.

    All are read with the present watchlist, as an edit of it is no change of an article.
    """
    last: dict[tuple[str, str, str], Snapshot] = {}
    found: list[CitationChange] = []
    for snapshot in store_citations.snapshots(conn):
        key = (snapshot.brief, snapshot.citation, snapshot.entry_id)
        before = last.get(key)
        last[key] = snapshot
        if before is not None and since < snapshot.taken_at <= until:
            change = _between(conn, rules, before, snapshot)
            found += [change] if change else []
    return tuple(found)


def _between(
    conn: Connection, rules: Rules, before: Snapshot, after: Snapshot
) -> CitationChange | None:
    entry = store_entries.get(conn, after.entry_id)
    if entry is None:
        return core_citation.change(before, after, outlet="The publisher")
    return core_citation.change(
        _with_indicators(before, rules, entry),
        _with_indicators(after, rules, entry),
        outlet=entry.outlet,
    )


def _look(
    articles: Articles,
    rules: Rules,
    brief: Brief,
    cited: Citation,
    own: Sequence[Snapshot],
    now: datetime,
) -> Iterator[CitationChange]:
    if not own:
        first = [
            _snapshot(articles, rules, brief, cited, entry, number, how, now)
            for entry, number, how in _find(articles, brief, cited, now)
        ]
        articles.add(first)
        own = first
    newest = {snapshot.entry_id: snapshot for snapshot in own}
    for before in newest.values():
        yield from _follow(articles, rules, brief, cited, before, now)


def _follow(
    articles: Articles, rules: Rules, brief: Brief, cited: Citation, before: Snapshot, now: datetime
) -> Iterator[CitationChange]:
    """Snapshots of the texts that came after one, and what each changed.

    Texts are counted through: those of an entry that superseded the cited one under its guid
    follow on its own.
    """
    line = articles.lines([before.entry_id]).get(before.entry_id, ())
    texts = [(entry, number) for entry in line for number in range(1, entry.revision + 1)]
    for entry, number in texts[before.revision :]:
        told = _snapshot(articles, rules, brief, cited, entry, number, before.found_by, now)
        after = replace(told, entry_id=before.entry_id, revision=before.revision + 1)
        articles.add([after])
        change = core_citation.change(
            _with_indicators(before, rules, entry), after, outlet=entry.outlet
        )
        before = after
        if change is not None:
            yield change


def _with_indicators(snapshot: Snapshot, rules: Rules, entry: Entry) -> Snapshot:
    """As the present watchlist reads it: an edit of the watchlist is no change of the article."""
    found = core_citation.counts_for(
        snapshot.title, snapshot.summary, entry.outlet, rules.watch, entry.published_at
    )
    return replace(snapshot, indicators=tuple(sorted(found)))


def _snapshot(
    articles: Articles,
    rules: Rules,
    brief: Brief,
    cited: Citation,
    entry: Entry,
    number: int,
    how: str,
    now: datetime,
) -> Snapshot:
    revisions = {row[0]: row for row in articles.revisions(entry.id)}
    _, title, summary, seen_at = revisions.get(
        number, (number, entry.title, entry.summary, entry.seen_at)
    )
    bare = Snapshot(
        brief=brief.key,
        citation=cited.key,
        entry_id=entry.id,
        revision=number,
        title=title,
        summary=summary,
        link=entry.link,
        indicators=(),
        found_by=how,
        seen_at=seen_at,
        taken_at=now,
    )
    return _with_indicators(bare, rules, entry)


def _find(
    articles: Articles, brief: Brief, cited: Citation, now: datetime
) -> Iterable[tuple[Entry, int, str]]:
    """Entries that are the cited article, the revision that was cited, and how they were found."""
    span = _span(brief, cited)
    if not _worth_a_search(articles, brief, cited, span, now):
        return []
    key = entry_key(RawEntry(link=cited.link)) if cited.link else ""
    found = articles.candidates(
        key=key if key.startswith("id") else "",
        links=(cited.link, canonical_link(cited.link)),
        outlet=cited.outlet,
        since=span[0],
        until=span[1],
    )
    return [
        (entry, _cited_revision(cited, titles), how)
        for entry, titles in found
        if (how := core_citation.found_by(cited, entry, titles))
    ]


def _span(brief: Brief, cited: Citation) -> tuple[datetime, datetime]:
    """When the article may have been first seen; nothing where no date is known."""
    found = core_citation.window(cited, brief.published)
    if found is None:
        return NEVER, NEVER
    start = datetime.combine(found[0], time(), tzinfo=UTC)
    return start - EARLY, start + timedelta(days=found[1])


def _worth_a_search(
    articles: Articles,
    brief: Brief,
    cited: Citation,
    span: tuple[datetime, datetime],
    now: datetime,
) -> bool:
    """While it may still arrive; and once, whatever its date."""
    digest = hashlib.sha256(f"{brief.key}\0{cited.key}".encode()).hexdigest()[:16]
    return not articles.searched(f"cited:{digest}", now) or now <= span[1]


def _cited_revision(cited: Citation, titles: Sequence[str]) -> int:
    """The revision whose title was cited, else the first."""
    alike = [
        number
        for number, title in enumerate(titles, start=1)
        if core_citation.alike(cited.title, title)
    ]
    return alike[-1] if alike else 1
