"""An archive in many files comes to what one file comes to, in this process and on Dask's workers.

Fault 48: a process that is killed in the middle of a back-test changes nothing.
"""

import gzip
import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from distributed import LocalCluster

from monitor.config.load import Configuration
from monitor.config.watchlists import parse
from monitor.core.stories.outlets import Outlets
from monitor.errors import NotFoundError, SettingsError
from monitor.feeds import archive
from monitor.model.deliveries import DeliveryConfig
from monitor.replay import batches, partitions, preparing
from monitor.replay import run as replay_run
from monitor.replay.extras import dask_workers as replay_dask_workers
from monitor.replay.run import Replayed
from monitor.runtime.plan import Plan, compile_plan, with_outlets
from tests.support import timelines

PARTS = 6


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    lines = [*timelines.noise(1.0, 2.0, seed=4), *timelines.event(day=90)]
    found = sorted((json.loads(line) for line in lines), key=lambda row: str(row["t"]))
    days = (timelines.YEAR + timedelta(days=day) for day in (60, 100))
    first, last = (day.isoformat() for day in days)
    return [row for row in found if first <= row["t"] < last]


@pytest.fixture(scope="module")
def plan() -> Plan:
    nobody = DeliveryConfig(channels=(), digests=())
    watchlists = parse(timelines.WATCHLIST, "watchlists.yaml")
    return compile_plan(
        Configuration(
            watchlists=watchlists,
            feeds=(),
            outlets=(),
            delivery=nobody,
        )
    )


@pytest.fixture
def parts(tmp_path: Path, rows: list[dict[str, Any]]) -> Path:
    """The rows in files cut by time; a stretch is cut in two, and one file is empty."""
    folder = tmp_path / "parts"
    folder.mkdir()
    size = len(rows) // PARTS + 1
    for number in range(PARTS):
        part = rows[number * size : (number + 1) * size]
        lines = "".join(json.dumps(row) + "\n" for row in part)
        name = f"2018-{number}"
        if number == 1:
            pq.write_table(pa.Table.from_pylist(part), folder / f"{name}.parquet")
        elif number == 2:
            (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
        else:
            (folder / f"{name}.jsonl").write_text(lines + "no entry\n" * (number == 3))
    (folder / "2019.jsonl").write_text("")
    return folder


def result(found: Replayed) -> tuple[object, ...]:
    return (found.flags, found.tally, found.evidence, found.stories, found.arrivals)


def alone(where: str, plan: Plan, jobs: int = 1, **more: Any) -> Replayed:
    source = batches.from_path(where, plan.outlets)
    rules = with_outlets(plan, source.outlets).rules
    return replay_run.replay(source, rules=rules, jobs=jobs, **more)


def kill_once(pids: Callable[[], list[int]], killed: list[int]) -> Callable[[datetime], None]:
    """For `progress`: kills one of these processes the first time that it is called."""

    def step(_at: datetime) -> None:
        if not killed:
            killed.append(pids()[0])
            os.kill(killed[0], signal.SIGKILL)

    return step


def test_parts_in_any_format_and_place_come_to_the_same(
    parts: Path, rows: list[dict[str, Any]], plan: Plan, tmp_path: Path
) -> None:
    whole = timelines.written(tmp_path / "whole.jsonl", map(json.dumps, rows))
    memory = fsspec.filesystem("memory")
    for part in parts.iterdir():
        memory.pipe(f"/signpost-parts/{part.name}", part.read_bytes())

    one = alone(str(whole), plan)
    many = alone(str(parts), plan)
    there = alone("memory://signpost-parts", plan)
    some = alone("memory://signpost-parts/2018-*", plan)

    assert one.flags
    assert result(many)[2:] == result(one)[2:]
    assert len(many.tally.refused) == 1
    assert "2018-3.jsonl" in many.tally.refused[0]
    assert result(there) == result(many) == result(some)


def test_fault_48_a_process_of_the_pool_that_is_killed_changes_nothing(
    parts: Path, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "CHUNK", 20)
    killed: list[int] = []

    def children() -> list[int]:
        return [child.pid or 0 for child in multiprocessing.active_children()]

    found = alone(str(parts), plan, jobs=2, progress=kill_once(children, killed))

    assert killed
    assert result(found) == result(alone(str(parts), plan))


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as found:
        yield found


def workers(found: LocalCluster) -> list[int]:
    return [nanny.pid for nanny in found.workers.values()]


def test_fault_48_a_worker_of_dask_that_is_killed_changes_nothing(
    parts: Path, plan: Plan, cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a second run reads what the first one kept, without asking anybody to match."""
    monkeypatch.setattr(replay_dask_workers, "LEAST_AHEAD", 1)
    monkeypatch.setattr(replay_dask_workers, "AHEAD", 1)
    killed: list[int] = []
    keep = tmp_path / "kept"
    expected = result(alone(str(parts), plan))

    with replay_dask_workers.connect(cluster.scheduler_address, keep) as connected:
        found = replay_dask_workers.replay(
            connected, str(parts), plan, progress=kill_once(lambda: workers(cluster), killed)
        )
        assert killed
        assert result(found) == expected
        units = partitions.units([partitions.scan(part) for part in partitions.of(str(parts))],
                                 plan.outlets)  # fmt: skip
        version = plan.configuration.watchlists.version
        assert {path.stem for path in keep.iterdir()} == {unit.key(version) for unit in units}

        monkeypatch.setattr(partitions, "do", None)
        again = replay_dask_workers.replay(connected, str(parts), plan)

    assert result(again) == expected


def test_workers_started_elsewhere_find_an_archive_of_this_folder(
    parts: Path, plan: Plan, cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(parts.parent)
    with replay_dask_workers.connect(cluster.scheduler_address) as connected:
        found = replay_dask_workers.replay(connected, parts.name, plan)

        assert result(found) == result(alone(str(parts), plan))
        with pytest.raises(NotFoundError, match=r"the worker tcp://\S+ on \S+: /nowhere/a\.jsonl"):
            connected.scan(["/nowhere/a.jsonl"])


def test_files_that_share_a_stretch_are_read_together(parts: Path, plan: Plan) -> None:
    scans = [partitions.scan(part) for part in partitions.of(str(parts))]
    units = partitions.units(scans, plan.outlets)

    assert sum(len(unit.addresses) for unit in units) == PARTS, "the empty one is no unit"
    spans = [
        (min(one.first or 0 for one in scans if one.address in unit.addresses),
         max(one.last or 0 for one in scans if one.address in unit.addresses))
        for unit in units
    ]  # fmt: skip
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    doubled = partitions.units([*scans, *scans[:1]], Outlets(()))
    assert len(doubled[0].addresses) == len(units[0].addresses) + 1


def test_a_unit_is_known_by_all_that_it_depends_on(parts: Path, plan: Plan) -> None:
    part = partitions.of(str(parts))[0]
    (before,) = partitions.units([partitions.scan(part)], plan.outlets)
    Path(part).write_text(Path(part).read_text().replace("a", "e"), encoding="utf-8")
    (after,) = partitions.units([partitions.scan(part)], plan.outlets)

    assert before.key("v1") != before.key("v2")
    assert before.key("v1") != after.key("v1")


def test_what_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFoundError, match="no parts of an archive are there"):
        partitions.of(str(tmp_path))
    bad = tmp_path / "x.parquet"
    bad.write_bytes(b"no columns")
    with pytest.raises(NotFoundError, match=r"x\.parquet: this is no Parquet file"):
        list(archive.read(str(bad)))
    cut = tmp_path / "x.jsonl.gz"
    cut.write_bytes(gzip.compress(b'{"t": "2018-01-01", "title": "x"}\n' * 99)[:40])
    with pytest.raises(NotFoundError, match=r"x\.jsonl\.gz: the archive cannot be opened"):
        list(archive.read(str(cut)))
    monkeypatch.setattr(replay_dask_workers, "CONNECT_SECONDS", 1)
    with (
        pytest.raises(SettingsError, match=r"no scheduler answers at tcp://127\.0\.0\.1:9"),
        replay_dask_workers.connect("tcp://127.0.0.1:9"),
    ):
        pass
