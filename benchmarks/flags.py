"""How well flags tell the turning points of 2018: by outlets and sensitivity.

    python -m benchmarks.flags [--outlets 3 15 0] [--half 1|2]

Real headlines from the shared data, the watchlist and the list of turning points of the tests.
Outlets are those with most headlines in scope; 0 means all of them. The archive is read and matched
once. Rates are messages per judgment-month. Shares by the strict rule, then by the lenient one.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.matching_rules import DATA
from monitor.config import watchlists as config_watchlists
from monitor.core.judging.rules import Rules
from monitor.core.language.watch.compiler import compile_watch
from monitor.core.measuring import misses
from monitor.core.stories.outlets import Outlets
from monitor.feeds import timeline
from monitor.model.feeds import Outlet
from monitor.model.questions import Sensitivity
from monitor.replay import batches, score
from monitor.replay import run as replay_run
from monitor.replay.calibration import LEVELS, at_level
from monitor.replay.preparing import Prepared, prepare
from monitor.replay.score import Report

TESTS = Path(__file__).parents[1] / "tests" / "data"
HALF = datetime(2018, 7, 1, tzinfo=UTC)
END = datetime(2019, 1, 1, tzinfo=UTC)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--outlets", type=int, nargs="+", default=[3, 15, 0])
    arguments.add_argument("--half", type=int, choices=(1, 2))
    asked = arguments.parse_args()
    if not DATA.is_dir():
        print("Skipped: the shared data are not here.")
        return
    prepared, rules = read(DATA / "replay" / "nk_links_2018.jsonl")
    print("outlets  sensitivity  per month  recall       precision    direction")
    for count in asked.outlets:
        chosen, outlets = of_outlets(prepared, count)
        for level in LEVELS:
            found = measured(chosen, rules, outlets, level, asked.half)
            print(line(count, level, found))
    print()
    print("At most:", misses.bounds(found.reached))
    print("Missed by the last:", misses.causes(found.missed))


def read(path: Path) -> tuple[tuple[Prepared, ...], Rules]:
    """The archive, read and matched, and the rules with all its outlets."""
    bbc = Outlets((Outlet(name="BBC", domains=("bbc.com", "bbc.co.uk")),))
    source = batches.from_lines(path, bbc)
    found = config_watchlists.load(TESTS / "watchlists_2018.yaml")
    rules = Rules(
        version=found.version,
        questions=found.questions,
        watch=compile_watch(found.questions, entities=found.entities),
        outlets=source.outlets,
    )
    return tuple(prepare(source.batches, rules.watch)), rules


def of_outlets(prepared: Sequence[Prepared], count: int) -> tuple[list[Prepared], int]:
    """What the `count` outlets with most headlines in scope told, and how many they are."""
    in_scope = Counter(one.batch.feed.outlet for one in prepared for _ in one.matched)
    every = {one.batch.feed.outlet for one in prepared}
    chosen = {name for name, _ in in_scope.most_common(count)} if count else every
    return [one for one in prepared if one.batch.feed.outlet in chosen], len(chosen)


def measured(
    prepared: Sequence[Prepared], rules: Rules, outlets: int, level: Sensitivity, half: int | None
) -> Report:
    told = replay_run.run(prepared, rules=replace(at_level(rules, level), outlets=outlets))
    found = score.measure(
        told,
        timeline.read(TESTS / "events_2018.csv"),
        start=HALF if half == 2 else None,
        end=HALF if half == 1 else END,
    )
    if found is None:
        raise SystemExit("the archive is empty")
    return found


def line(outlets: int, level: Sensitivity, found: Report) -> str:
    row = found.rows[0]
    shares = [row.recall, row.lenient_recall, row.precision, row.lenient_precision, row.direction]
    told = ["–" if one.value is None else f"{one.value:.2f}" for one in shares]
    return (
        f"{outlets or 'all':>7}  {level.value:11}  {row.per_month.value or 0:9.2f}  "
        f"{told[0]} / {told[1]}  {told[2]} / {told[3]}  {told[4]}"
    )


if __name__ == "__main__":
    main()
