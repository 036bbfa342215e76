"""How long 100,000 entries take to replay, by what share of them is in scope.

    python -m benchmarks.replay [--entries 100000] [--jobs 1]

The entries in scope are the headlines of 2018 from the shared data, at their own times; the rest
is news of other subjects, its words drawn from headlines of 2023 and put together anew, spread over
the same year. CPU time of the process; nothing is written outside a temporary folder.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks.matching_rules import DATA
from monitor.config import watchlists as config_watchlists
from monitor.core.judging.rules import Rules
from monitor.core.language.watch.compiler import compile_watch
from monitor.core.stories.outlets import Outlets
from monitor.replay import batches, run

WATCHLIST = Path(__file__).parents[1] / "tests" / "data" / "watchlists_2018.yaml"
OUTLETS = 40
YEAR = datetime(2018, 1, 1, tzinfo=UTC)
SEED = 20180101


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--entries", type=int, default=100_000)
    arguments.add_argument("--jobs", type=int, default=1)
    asked = arguments.parse_args()
    if not DATA.is_dir():
        print("Skipped: the shared data are not here.")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.jsonl"
        path.write_text("\n".join(lines(asked.entries, DATA)), encoding="utf-8")
        wall, cpu = time.perf_counter(), time.process_time()
        source = batches.from_lines(path, Outlets(()))
        read = time.process_time() - cpu
        found = run.replay(source, rules=rules(source.outlets), jobs=asked.jobs)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    arrived = len(found.arrivals)
    total = found.tally.new + found.tally.revised + found.tally.unchanged
    print(
        f"{total:,} entries, {arrived:,} in scope, {len(found.stories):,} stories, "
        f"{len(found.flags)} flags; jobs {asked.jobs}: "
        f"{cpu:.1f} s CPU of this process ({read:.1f} s of it reading lines), {wall:.1f} s in all"
    )


def lines(count: int, data: Path) -> Iterator[str]:
    """`count` lines of an archive in no order: those in scope first, then the filling."""
    real = (data / "replay" / "nk_links_2018.jsonl").read_text(encoding="utf-8").splitlines()
    yield from real
    rows = [
        json.loads(line)
        for path in sorted((data / "dedupe").glob("day_*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    yield from filling(
        [f"{row['title']} {row.get('description', '')}" for row in rows], count - len(real)
    )


def filling(texts: Sequence[str], count: int) -> Iterator[str]:
    """News about nothing: two halves of two headlines, with a lead of a third."""
    draw = Random(SEED)  # noqa: S311  # words for a benchmark
    halves = [text.split() for text in texts if "Korea" not in text]
    for number in range(count):
        one, other, lead = draw.choice(halves), draw.choice(halves), draw.choice(halves)
        at = YEAR + timedelta(seconds=draw.randrange(365 * 86_400))
        yield json.dumps(
            {
                "t": at.isoformat(),
                "outlet": f"outlet{draw.randrange(OUTLETS)}.example",
                "title": " ".join((*one[:6], *other[-5:])),
                "url": f"https://news.example/{number}",
                "description": " ".join(lead[:30]),
            }
        )


def rules(outlets: int) -> Rules:
    found = config_watchlists.load(WATCHLIST)
    return Rules(
        version=found.version,
        questions=found.questions,
        watch=compile_watch(found.questions, entities=found.entities),
        outlets=outlets,
    )


if __name__ == "__main__":
    main()
