"""Fills a database with a year of invented news, as large as a big desk's, in a minute or two.

Rows are written past the program, table by table, with what the pages read filled in and the rest
empty; the shapes are those of a year: 6 % of the entries in scope, two to a story, an answer to
most flags. Nothing here is news of anybody's.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Boolean, Column, Double, Integer, LargeBinary, Table
from sqlalchemy import text as sql

from monitor.model.search import words
from monitor.store import migrate
from monitor.store.engine import open_engine, write
from monitor.store.schema import FTS, INDEXED, METADATA
from monitor.store.search import number_of

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
YEAR = timedelta(days=365)

QUESTIONS, BRIEFS = 50, 10
FEEDS, OUTLETS = 500, 60
SCOPED = 17
"""One entry in so many is in a scope."""

WATCHLIST_HEAD = "questions:\n"
QUESTION = """- id: q{q}
  ask: Will country {q} sign the treaty this year?
  about: [Land{q}]
  toward:
    strong: {{signing{q}: ["sign .. treaty"]}}
  away:
    moderate: {{walkout{q}: ["walk* .. out"]}}
  briefs:
"""
BRIEF = """  - id: b{b}
    title: Brief {b} on country {q}
    published: 2025-06-01
    judgments:
    - id: j
      says: Country {q} will not sign, says brief {b}.
      event: the treaty is signed
      likelihood: very unlikely
      confidence: moderate
"""
DELIVERY = """channels:
  files: {type: files, folder: digests}
digests:
- {name: desk, at: "08:00", days: daily, timezone: UTC, urgent: true, to: [files]}
"""


def write_config(folder: Path) -> None:
    """A watchlist of 50 questions with 500 briefs, 500 feeds, one channel."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [WATCHLIST_HEAD]
    for q in range(QUESTIONS):
        parts.append(QUESTION.format(q=q))
        parts += [BRIEF.format(q=q, b=b) for b in range(BRIEFS)]
    (folder / "watchlists.yaml").write_text("".join(parts), encoding="utf-8")
    feeds = "".join(
        f'- {{id: feed{n}, url: "http://127.0.0.1:9/{n}", outlet: Outlet {n % OUTLETS},'
        " allow_private: true}\n"
        for n in range(FEEDS)
    )
    (folder / "feeds.yaml").write_text(f"feeds:\n{feeds}", encoding="utf-8")
    (folder / "delivery.yaml").write_text(DELIVERY, encoding="utf-8")


def fill(path: Path, *, entries: int, flags: int) -> None:
    """A new SQLite database at `path`."""
    engine = open_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    with write(engine) as conn:
        # filled once at the end instead of row by row
        for name in ("insert", "delete", "update"):
            conn.execute(sql(f"DROP TRIGGER entry_words_{name}"))
    engine.dispose()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = OFF")  # the program sets it again
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -400000")
        db.execute("BEGIN")
        _news(db, entries)
        _judged(db, entries)
        _flagged(db, flags)
        _logged(db, flags)
        db.execute(f"INSERT INTO {FTS} ({FTS}) VALUES ('rebuild')")  # noqa: S608
        for statement in INDEXED[1:]:
            db.execute(statement)
        db.execute("COMMIT")


class _Writer:
    """Writes rows of one table: the columns that are named, and nothing in the others."""

    def __init__(self, db: sqlite3.Connection, table: str, *names: str) -> None:
        self._db = db
        columns = METADATA.tables[table].c
        rest = [c for c in columns if c.name not in names and not _given(METADATA.tables[table], c)]
        listed = ", ".join([*names, *(c.name for c in rest)])
        marks = ", ".join([*("?" for _ in names), *map(_empty, rest)])
        self._statement = f"INSERT INTO {table} ({listed}) VALUES ({marks})"  # noqa: S608

    def __call__(self, rows: Iterable[tuple[object, ...]]) -> None:
        self._db.executemany(self._statement, rows)


def _given(table: Table, column: Column[object]) -> bool:
    """Whether the database numbers it."""
    return column.name == "id" and isinstance(column.type, Integer) and bool(table.primary_key)


def _empty(column: Column[object]) -> str:
    if column.nullable:
        return "NULL"
    if isinstance(column.type, (Integer, Double, Boolean)):
        return "0"
    if isinstance(column.type, LargeBinary):
        return "randomblob(16)"
    kind = type(column.type).__name__
    return {"UTCDateTime": f"'{_iso(NOW)}'", "Tuples": "'[]'", "TextSet": "'[]'"}.get(kind, "''")


def _iso(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


# what is said: a common word, a thousand middling ones, and one that is in few entries


def phrases_of(random: Random) -> list[str]:
    ends = ("ban", "dor", "lik", "mas", "nel", "rig", "sto", "tem", "vun", "zar")
    begins = [f"{a}{b}" for a in "bdklmnrst" for b in ("a", "en", "or", "i")]
    vocabulary = [f"{begin}{end}" for begin in begins for end in ends]
    made = []
    for n in range(20_000):
        text = " ".join(random.choices(vocabulary, k=6))
        text = f"sanctions {text}" if n % 5 == 0 else text
        made.append(f"needle {text}" if n % 4_000 == 7 else text)
    return made


def _news(db: sqlite3.Connection, count: int) -> None:
    random = Random(7)  # noqa: S311  # the same news each time
    phrases = phrases_of(random)
    parted = {phrase: " ".join(found.word for found in words(phrase)) for phrase in phrases}
    step = YEAR / count
    feeds = [(f"feed{n}", f"Outlet {n % OUTLETS}") for n in range(FEEDS)]

    def made() -> Iterator[tuple[int, str, str, str, str, str, str, str]]:
        for n in range(count):
            at = NOW - YEAR + step * n
            feed, outlet = random.choice(feeds)
            title, summary = random.choice(phrases), random.choice(phrases)
            number = number_of(at) + n % 1000
            yield (
                number,
                f"e{n:07}",
                feed,
                outlet,
                title,
                summary,
                _iso(at),
                f"http://x.example/{n}",
            )

    names = ["id", "feed_id", "outlet", "key", "title", "summary", "seen_at", "published_at"]
    names += ["link", "canonical_link", "revision", "date_trust", "alerts"]
    entry = _Writer(db, "entries", *names)
    revision = _Writer(db, "entry_revisions", "entry_id", "number", "title", "summary", "seen_at")
    word = _Writer(db, "entry_words", "number", "entry_id", "feed_id", "outlet", "words")
    for run in _runs(made(), 20_000):
        entry((i, f, o, i, t, s, at, at, link, link, 1, "claimed", 1)
              for _, i, f, o, t, s, at, link in run)  # fmt: skip
        revision((i, 1, t, s, at) for _, i, _, _, t, s, at, _ in run)
        word((n, i, f, o, f"{parted[t]} 000bound000 {parted[s]}")
             for n, i, f, o, t, s, _, _ in run)  # fmt: skip


def _runs(rows: Iterator[tuple[int, str, str, str, str, str, str, str]], size: int) -> Iterator[
    list[tuple[int, str, str, str, str, str, str, str]]
]:  # fmt: skip
    run = []
    for row in rows:
        run.append(row)
        if len(run) == size:
            yield run
            run = []
    yield run


def _scoped(count: int) -> Iterator[tuple[int, str, int, int]]:
    """Number, time, question and story of every entry in a scope; two tell one story."""
    step = YEAR / count
    for place, n in enumerate(range(0, count, SCOPED)):
        yield n, _iso(NOW - YEAR + step * n), place // 2 % QUESTIONS, place // 2


def _judged(db: sqlite3.Connection, count: int) -> None:
    spans = json.dumps([["title", 0, 5, "sign"]])
    scoped = list(_scoped(count))
    _Writer(db, "scopes", "entry_id", "revision", "rules", "questions", "at")(
        (f"e{n:07}", 1, "r", f'["q{q}"]', at) for n, at, q, _ in scoped
    )
    _Writer(db, "matches", "entry_id", "revision", "rules", "question", "indicator", "direction",
            "strength", "spans", "at")(
        (f"e{n:07}", 1, "r", f"q{q}", f"signing{q}", "toward", 10, spans, at)
        for n, at, q, _ in scoped
    )  # fmt: skip
    _Writer(db, "stories", "id", "title", "started_at", "last_at")(
        (f"s{s:06}", f"Story {s}", at, at) for n, at, _, s in scoped[::2]
    )
    _Writer(db, "story_members", "entry_id", "story_id", "position", "feed_id", "outlet", "title",
            "at", "relation", "link")(
        (f"e{n:07}", f"s{s:06}", place % 2, "feed1", f"Outlet {n % OUTLETS}", f"Story {s}", at,
         "sibling" if place % 2 else "root", f"http://x.example/{n}")
        for place, (n, at, _, s) in enumerate(scoped)
    )  # fmt: skip
    _Writer(db, "story_links", "entry_id", "story_id", "relation", "rule", "reason", "linked_at")(
        (
            f"e{n:07}",
            f"s{s:06}",
            "sibling" if place % 2 else "root",
            "words",
            "three rare words",
            at,
        )
        for place, (n, at, _, s) in enumerate(scoped)
    )
    pairs = zip(scoped[::2], scoped[1::2], strict=False)
    _Writer(db, "evidence", "judgment", "story_id", "indicator", "number", "direction", "weight",
            "outlets", "entry_ids", "credit", "points", "title", "link", "first_at", "last_at",
            "decided_at", "rules", "sources", "standing", "digit")(
        (f"q{q}/b{s % BRIEFS}/j", f"s{s:06}", f"signing{q}", 1, "toward", 10, '["Outlet 1"]',
         json.dumps([f"e{n:07}", f"e{m:07}"]), 1.0, 10.0, f"Story {s}", "http://x.example/1", at,
         late, late, "r", 2, "corroborated", 2)
        for (n, at, q, s), (m, late, _, _) in pairs
    )  # fmt: skip


def _flagged(db: sqlite3.Connection, count: int) -> None:
    """The newest flag of each of the 500 briefs is open; every other one was answered."""
    step = YEAR / count
    briefs = QUESTIONS * BRIEFS
    rows = [
        (n + 1, f"q{n % QUESTIONS}", f"q{n % QUESTIONS}/b{n // QUESTIONS % BRIEFS}",
         "open" if n >= count - briefs else ("stands", "noise", "revised")[n % 3],
         _iso(NOW - YEAR + step * n), n)
        for n in range(count)
    ]  # fmt: skip
    _Writer(db, "flags", "id", "question", "brief", "state", "opened_at", "changed_at")(
        (i, q, brief, state, at, at) for i, q, brief, state, at, _ in rows
    )
    _Writer(db, "flag_reasons", "flag_id", "kind", "judgment", "about", "direction", "text",
            "numbers", "evidence", "interrupts", "raised_at", "rules")(
        (i, kind, f"{brief}/j", f"signing{q[1:]}", "toward", "Evidence weighs 20 points",
         '[["points", 20.0]]', json.dumps([[f"{brief}/j", f"s{n:06}", f"signing{q[1:]}", 1]]),
         kind == "tripwire", at, "r")
        for i, q, brief, _, at, n in rows for kind in ("tripwire", "weight")
    )  # fmt: skip
    _Writer(db, "reviews", "flag_id", "brief", "decision", "by", "at", "note")(
        (i, brief, state, "ana", at, "seen")
        for i, _, brief, state, at, _ in rows
        if state != "open"
    )


def _logged(db: sqlite3.Connection, flags: int) -> None:
    _Writer(db, "digests", "id", "name", "slot", "urgent", "window_from", "window_to",
            "composed_at", "subject", "text", "html")(
        (n, "desk", f"flag-{n}-1", 1, _iso(NOW), _iso(NOW), _iso(NOW), f"Flag {n}", "text " * 50,
         "<p>text</p>" * 50)
        for n in range(1, flags + 1)
    )  # fmt: skip
    _Writer(db, "deliveries", "id", "digest_id", "channel", "recipient", "key", "state",
            "attempts", "queued_at", "sent_at")(
        (n, n, "files", "", f"desk.{n}", "dead" if n % 100 == 0 else "sent", 1, _iso(NOW),
         _iso(NOW))
        for n in range(1, flags + 1)
    )  # fmt: skip
    _Writer(db, "deeds", "id", "at", "actor", "via", "action", "subject", "detail")(
        (n, _iso(NOW), "ana", "page", "flag.stands", f"flag {n}", "{}")
        for n in range(1, 2 * flags + 1)
    )
    _Writer(db, "feeds", "id", "url", "outlet", "configured", "next_poll_at", "health")(
        (f"feed{n}", f"http://127.0.0.1:9/{n}", f"Outlet {n % OUTLETS}", 1, _iso(NOW), "ok")
        for n in range(FEEDS)
    )
    _Writer(db, "poll_log", "feed_id", "polled_at", "next_poll_at", "ok", "status")(
        (f"feed{n % FEEDS}", _iso(NOW - timedelta(seconds=n)), _iso(NOW), 1, 200)
        for n in range(20 * flags)
    )
