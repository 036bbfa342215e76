"""The ledger of a judgment: from when it counts, which rows count, what they come to, its course.

The one derivation, for triggers, digests, the page, the API, the command line, stored answers and
the audit: whoever shows points of a judgment asks here. Numbers follow from evidence rows, reviews,
the brief and a time alone. Must never read a clock.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from math import fsum

from monitor.core.judging import weigh
from monitor.model.flags import Evidence, EvidenceKey, Review
from monitor.model.questions import Brief

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Earlier than any news: from here on everything is read."""

DAY = timedelta(days=1)
MOST_DAYS = 120
"""A chart shows no more days than this, the newest ones: an older past has faded to a thirtieth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerStart:
    """From when the ledgers of a brief count. `review` is None where they count from publication.

    `at` is None where the brief names no day of publication: then all that ever came counts.
    """

    at: datetime | None
    review: Review | None = None

    @property
    def read_from(self) -> datetime:
        """From when on rows must be read."""
        return self.at or BEGINNING

    def reaches(self, row: Evidence) -> bool:
        """Whether the story of a row began at the start or later."""
        return self.at is None or row.first_at >= self.at

    def counts(self, row: Evidence) -> bool:
        """Whether a current row counts: not withdrawn, and not from before the start."""
        return bool(row.weight) and self.reaches(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Points at one moment: toward ≥ 0, away ≤ 0, and their sum."""

    at: datetime
    toward: float
    away: float

    @property
    def total(self) -> float:
        return self.toward + self.away


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What counts for or against a judgment's event at a time, and what it comes to in points."""

    start: LedgerStart
    rows: tuple[Evidence, ...]  # that count, in the order given
    point: Point

    @property
    def at(self) -> datetime:
        return self.point.at

    @property
    def toward(self) -> float:
        return self.point.toward

    @property
    def away(self) -> float:
        return self.point.away

    @property
    def total(self) -> float:
        return self.point.total

    @property
    def weighing(self) -> tuple[Evidence, ...]:
        """The rows that the points come from: not those that are watched without direction."""
        return tuple(row for row in self.rows if row.points)

    @property
    def stories(self) -> int:
        """How many stories the points come from."""
        return len({row.story_id for row in self.rows if row.points})

    @property
    def newest(self) -> datetime | None:
        """When the newest story that counts began."""
        return max((row.first_at for row in self.rows), default=None)

    def course(self, moments: Sequence[datetime]) -> tuple[Point, ...]:
        """The same at each of some moments in order; the last one is the ledger's own time."""
        return course(seen_by(self.rows, self.at), moments)

    def daily(self) -> tuple[tuple[datetime, float], ...]:
        """The total at each midnight UTC from the start (or the first story) on, and now.

        Empty without evidence.
        """
        return daily(seen_by(self.rows, self.at), since=self.start.at, now=self.at)


def in_force(reviews: Sequence[Review]) -> tuple[Review, ...]:
    """The answers that were not taken back: no later decision opened their flag again.

    `reviews` come in the order in which they were written, of one brief or of many.
    """
    reopened: set[int] = set()
    found: list[Review] = []
    for review in reversed(reviews):
        if review.decision.live:
            reopened.add(review.flag_id)
        elif review.flag_id not in reopened:
            found.append(review)
    return tuple(reversed(found))


def last_resets(reviews: Sequence[Review]) -> dict[str, Review]:
    """By brief, the newest answer in force that starts its ledgers anew."""
    newest: dict[str, Review] = {}
    for review in in_force(reviews):
        held = newest.get(review.brief)
        if review.resets and (held is None or held.at <= review.at):
            newest[review.brief] = review
    return newest


def started(brief: Brief, resets: Mapping[str, Review]) -> LedgerStart:
    """From its last answer in force that resets, else from its day of publication, else from ever.

    `resets` holds the newest such answer by brief, as `last_resets` gives it.
    """
    review = resets.get(brief.key)
    if review is not None:
        return LedgerStart(at=review.at, review=review)
    return LedgerStart(at=published(brief))


def published(brief: Brief) -> datetime | None:
    """The moment at which a brief's day of publication begins, in UTC."""
    if brief.published is None:
        return None
    return datetime.combine(brief.published, time(), tzinfo=UTC)


def ledger(judgment: str, rows: Iterable[Evidence], start: LedgerStart, at: datetime) -> Ledger:
    """The ledger of the judgment with this key, faded to `at`.

    `rows` are current ones: the highest number of each (judgment, story, indicator) that was
    decided by then, of this judgment or of many.
    """
    own = tuple(row for row in rows if row.judgment == judgment and start.counts(row))
    return Ledger(start=start, rows=own, point=summed(own, at))


def summed(rows: Iterable[Evidence], at: datetime) -> Point:
    """The points of rows that count, faded to `at`."""
    worth = [weigh.faded(row, at) for row in rows]
    # fsum: the result must not depend on the order in which rows were read
    toward, away = fsum(x for x in worth if x > 0), fsum(x for x in worth if x < 0)
    return Point(at=at, toward=toward, away=away)


def seen_by(rows: Iterable[Evidence], at: datetime) -> tuple[Evidence, ...]:
    """Rows with none dated later than `at`: what a clock that was set back dates ahead, counts."""
    return tuple(row if row.first_at <= at else replace(row, first_at=at) for row in rows)


def current(rows: Iterable[Evidence], as_of: datetime) -> tuple[Evidence, ...]:
    """Of rows that were ever decided, those that were current then, in the order of first hits."""
    newest: dict[EvidenceKey, Evidence] = {}
    for row in rows:
        if row.decided_at <= as_of and (
            row.key not in newest or newest[row.key].number < row.number
        ):
            newest[row.key] = row
    return tuple(sorted(newest.values(), key=lambda row: (row.first_at, row.ref)))


def curve(
    brief: Brief,
    judgment: str,
    rows: Iterable[Evidence],
    reviews: Sequence[Review],
    *,
    start: datetime,
    end: datetime,
    step: timedelta,
) -> Iterator[Ledger]:
    """One judgment's ledger every `step` from `start` to `end`, as it was known at each time.

    `rows` are all that were ever decided for it, `reviews` all that were ever written. What was not
    decided yet at a moment, or has been superseded by then, does not count.
    """
    waiting = sorted(rows, key=lambda row: (row.decided_at, row.number), reverse=True)
    known: dict[EvidenceKey, Evidence] = {}
    at = start
    while at <= end:
        while waiting and waiting[-1].decided_at <= at:
            row = waiting.pop()
            known[row.key] = row
        resets = last_resets([review for review in reviews if review.at <= at])
        yield ledger(judgment, known.values(), started(brief, resets), at)
        at += step


def course(
    rows: Iterable[Evidence],
    moments: Sequence[datetime],
    *,
    counted_from: datetime | None = None,
    resets: Sequence[datetime] = (),
) -> tuple[Point, ...]:
    """The ledger at each of the moments, which are in order: the same sums, in one pass.

    Rows are the current ones of one judgment, and count with the points they have today. Until the
    first reset only those count whose story began at `counted_from` or later; at each reset the
    ledger starts anew, as after a review that it stands or was revised.
    """
    if not moments:
        return ()
    begin = None if counted_from is None else min((counted_from, *resets))
    happened = [
        (row.first_at, True, row.points) for row in rows if begin is None or row.first_at >= begin
    ]
    happened += [(at, False, 0.0) for at in resets]
    happened.sort()  # a reset comes before what happened at its moment
    points: list[Point] = []
    toward = away = 0.0
    before = min([moments[0], *(at for at, _, _ in happened[:1])])
    place = 0
    for at in moments:
        while place < len(happened) and happened[place][0] <= at:
            moment, counts, worth = happened[place]
            fading = weigh.fading(moment - before) if counts else 0.0
            toward = toward * fading + max(worth, 0.0)
            away = away * fading + min(worth, 0.0)
            before, place = moment, place + 1
        fading = weigh.fading(at - before)
        toward, away, before = toward * fading, away * fading, at
        points.append(Point(at=at, toward=toward, away=away))
    return tuple(points)


def evenly(start: datetime, end: datetime, steps: int) -> tuple[datetime, ...]:
    """`steps` ≥ 2 moments from `start` to `end`, both included."""
    step = (end - start) / (steps - 1)
    return (*(start + number * step for number in range(steps - 1)), end)


def daily(
    rows: Sequence[Evidence], *, since: datetime | None, now: datetime
) -> tuple[tuple[datetime, float], ...]:
    """The total at each midnight UTC from `since` (or the first story) on, and now.

    Empty without evidence.
    """
    if not rows:
        return ()
    first = since or min(row.first_at for row in rows)
    start = max(first, now - MOST_DAYS * DAY)
    midnight = datetime.combine(start.astimezone(UTC).date(), time(), tzinfo=UTC) + DAY
    days = max(0, -(-(now - midnight) // DAY))
    moments = (start, *(midnight + n * DAY for n in range(days)), now)
    return tuple((point.at, point.total) for point in course(rows, moments))
