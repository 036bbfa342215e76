"""Turns the labels in `tests/data/direction_labels.csv` into cases, and verdicts into scores.

The file holds no news text: each row has the first 16 hex digits of the SHA-256 of a headline
(UTF-8, exactly as stored), the file under the shared data where the headline stands, one indicator
phrase that hits it, three labels, and the half: A, where the number is even, for tuning; B for
reporting. Headlines with a cue, and those with a negator or a setting above all, were drawn more
often than they occur; 193 of them later than the rest, when background had too few. Left out are
near-duplicates, hits by mere coincidence of words, and those
that two careful readers could well label differently.

The labels say what an analyst would say who reads the headline alone, the phrase taken as an
indicator *toward* what it describes:

negated     The headline says that what the phrase describes does not or did not happen, ends,
            is stopped, called off or put off, denied, refused, opposed, advised against, or that it
            has not happened yet (until, unless, without or before it). A threat to call it off is
            negated and hedged. Something else being negated is not; nor is a thing that a
            phrase of nouns only names ("missile site") and that is closed.
background  It is told as a standing circumstance (amid, despite, during), as something scheduled
            that other news leads up to (ahead of), or as an event of long ago. An event of these
            days told after "as" or "after", or reacted to, is not background.
hedged      It is possible, expected, wished for, demanded, proposed, offered, threatened,
            conditional, asked, contingency planning, or only claimed (reportedly, claims, alleged).
            A firm announcement (to, will, plans, vows) is not, nor is what "says", "report" or
            "sources" attribute. What the phrase itself names (a warning, an offer, readiness) is
            not hedged by being that. A question about something else hedges nothing.

Labels were written before any verdict of the code was looked at, and not changed afterwards.
"""

import csv
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from monitor.core.language.direction.verdict import Verdict
from monitor.core.language.match.matcher import match
from monitor.core.language.watch.compiler import compile_watch
from monitor.model.questions import Direction
from tests import build

LABELS: Final = Path(__file__).parents[3] / "data/direction_labels.csv"
DATA: Final = Path(
    os.environ.get("SIGNPOST_SHARED_DATA", Path(__file__).parents[4] / "../shared/data")
).resolve()
VERDICTS: Final = ("negated", "background", "hedged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One row of the file. `said` holds those of VERDICTS that the label says yes to."""

    sha: str
    source: str
    phrase: str
    said: frozenset[str]
    half: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A label with its headline, and what the code says about it."""

    label: Label
    title: str
    verdict: Verdict
    found: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How often one verdict was right, `false` or `missed`."""

    right: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


def labels() -> list[Label]:
    with LABELS.open(encoding="utf-8", newline="") as lines:
        return [
            Label(
                sha=row["title_sha256"],
                source=row["source"],
                phrase=row["phrase"],
                said=frozenset(name for name in VERDICTS if row[name] == "yes"),
                half=row["half"],
            )
            for row in csv.DictReader(lines)
        ]


def sources() -> list[Path]:
    """The files of shared data that the labels speak of, there or not."""
    return [DATA / name for name in sorted({label.source for label in labels()})]


def titles() -> dict[tuple[str, str], tuple[str, datetime]]:
    """Every headline of the sources with its time, by source and hash."""
    found: dict[tuple[str, str], tuple[str, datetime]] = {}
    for path in sources():
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                title: str = row["title"]
                sha = hashlib.sha256(title.encode()).hexdigest()[:16]
                told_at = datetime.fromisoformat(row.get("t") or row["published"])
                found[path.relative_to(DATA).as_posix(), sha] = title, told_at
    return found


def judged(half: str) -> Iterator[Judged]:
    """Every label of one half, judged as a hit toward the event. Needs the sources."""
    known = titles()
    for label in labels():
        if label.half == half:
            title, told_at = known[label.source, label.sha]
            indicator = build.indicator("i", label.phrase, direction=Direction.TOWARD)
            watch = compile_watch([build.question(indicators=(indicator,))])
            (hit,) = match(build.entry(title=title, seen=told_at), watch).matches
            verdict = Verdict(hedge=hit.hedge, veto=hit.veto)
            yield Judged(label=label, title=title, verdict=verdict, found=_found(verdict))


def _found(verdict: Verdict) -> frozenset[str]:
    kind = verdict.veto.split(" ", 1)[0]
    return frozenset({kind} & {"negated", "background"} | ({"hedged"} if verdict.hedge else set()))


def scored(cases: Iterable[Judged], name: str) -> list[Judged]:
    """The cases where this verdict matters: a hedge changes nothing about a hit that is vetoed."""
    vetoed = {"negated", "background"} if name == "hedged" else set()
    return [case for case in cases if vetoed.isdisjoint(case.label.said)]


def score(cases: Iterable[Judged], name: str) -> Score:
    pairs = [(name in case.found, name in case.label.said) for case in scored(cases, name)]
    return Score(
        right=pairs.count((True, True)),
        false=pairs.count((True, False)),
        missed=pairs.count((False, True)),
    )
