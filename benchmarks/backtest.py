"""One archive replayed in one process and by workers of Dask: the same result, and at what cost.

    python -m benchmarks.backtest [--entries 100000] [--workers 2]

The archive is that of `benchmarks.replay`, cut by week into files as an archive should be. CPU time
is that of the process that asks and of the workers; all are on this machine and share its cores.
"""

import argparse
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from distributed import Client, LocalCluster

from benchmarks.matching_rules import DATA
from benchmarks.replay import WATCHLIST, lines
from monitor.config import watchlists as config_watchlists
from monitor.config.load import Configuration
from monitor.core.stories.outlets import Outlets
from monitor.model.deliveries import DeliveryConfig
from monitor.replay import batches, run
from monitor.replay.extras import dask_workers
from monitor.replay.run import Replayed
from monitor.runtime.plan import Plan, compile_plan, with_outlets


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    if not DATA.is_dir():
        print("Skipped: the shared data are not here.")
        return
    plan = planned()
    with tempfile.TemporaryDirectory() as folder:
        archive, kept = Path(folder) / "archive", Path(folder) / "kept"
        files = cut(archive, lines(given.entries, DATA))
        print(f"{given.entries:,} entries in {files} files")
        print("| | wall | CPU, who asks | CPU, workers | flags | stories | evidence |")
        print("|---|---|---|---|---|---|---|")
        wall, cpu = time.perf_counter(), time.process_time()
        expected = alone(archive, plan)
        tell("one process", expected, time.perf_counter() - wall, time.process_time() - cpu, 0.0)
        with LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=given.workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            silence_logs=50,
        ) as cluster:
            for name in (f"{given.workers} workers", "again, from --keep"):
                before = spent(cluster)
                wall, cpu = time.perf_counter(), time.process_time()
                with dask_workers.connect(cluster.scheduler_address, kept) as connected:
                    found = dask_workers.replay(connected, str(archive), plan)
                wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
                tell(name, found, wall, cpu, spent(cluster) - before)
                if found != expected:
                    raise SystemExit("another result")
        print("the same result")


def planned() -> Plan:
    nothing = DeliveryConfig(channels=(), digests=())
    watchlists = config_watchlists.load(WATCHLIST)
    return compile_plan(
        Configuration(watchlists=watchlists, feeds=(), outlets=(), delivery=nothing)
    )


def cut(folder: Path, rows: Iterable[str]) -> int:
    """Write the lines into one file a week; returns how many files there are."""
    folder.mkdir()
    weeks: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        year, week, _ = datetime.fromisoformat(json.loads(row)["t"]).isocalendar()
        weeks[f"{year}-{week:02}"].append(row)
    for name, held in weeks.items():
        (folder / f"{name}.jsonl").write_text("\n".join(held) + "\n", encoding="utf-8")
    return len(weeks)


def alone(archive: Path, plan: Plan) -> Replayed:
    source = batches.from_path(str(archive), Outlets(()))
    return run.replay(source, rules=with_outlets(plan, source.outlets).rules)


def spent(cluster: LocalCluster) -> float:
    """CPU seconds of all workers since they began."""
    with Client(cluster, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        return float(sum(client.run(time.process_time).values()))


def tell(name: str, found: Replayed, wall: float, cpu: float, workers: float) -> None:
    counts = f"{len(found.flags)} | {len(found.stories):,} | {len(found.evidence):,}"
    print(f"| {name} | {wall:.0f} s | {cpu:.0f} s | {workers:.0f} s | {counts} |", flush=True)


if __name__ == "__main__":
    main()
