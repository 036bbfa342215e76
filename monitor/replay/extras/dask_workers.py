"""Prepares the units of an archive on Dask's workers: the only place that knows the library.

Workers read the files and match; the order of time, the stories and the flags are decided here,
by the same code as ever. A worker that dies costs the time of what it had in hand.
"""

import contextlib
import pickle
import socket
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from monitor.core.language.watch.compiler import Watch, compile_watch
from monitor.errors import NotFoundError, SettingsError, get_extra
from monitor.model.questions import Question
from monitor.replay import partitions
from monitor.replay import run as replay_run
from monitor.replay.partitions import Done, FileScan, Unit
from monitor.replay.preparing import Prepared
from monitor.replay.run import Replayed
from monitor.runtime.garbage import seldom
from monitor.runtime.plan import Plan, with_outlets

AHEAD = 4
"""Units per worker that are under way: bounds what waits in memory for its turn."""

LEAST_AHEAD = 8
CONNECT_SECONDS = 15
RETRIES = 10
"""Of one unit, each on another worker if there is one: workers die, and so do their machines."""


class Scheduler:
    """A connection to Dask's scheduler, and what was prepared before."""

    def __init__(self, client: Any, keep: Path | None) -> None:
        self._client = client
        self._keep = keep

    def scan(self, addresses: Sequence[str]) -> tuple[FileScan, ...]:
        """Every file, in the order given. Raises SettingsError for workers of another version.

        Raises NotFoundError, with the worker's name, for a file that one of them cannot open.
        """
        futures = self._client.map(_scan, addresses, retries=RETRIES, pure=False)
        found: list[FileScan] = self._client.gather(futures)
        for one in found:
            _require_same(one.code)
        return tuple(found)

    def prepare(self, units: Sequence[Unit], plan: Plan) -> Iterator[Prepared]:
        """Every batch in its turn, whichever worker prepared it and when."""
        watchlists = plan.configuration.watchlists
        # compiled there: a worker that takes the only copy with it is made up for by another
        watch = self._client.submit(
            _compile, watchlists.questions, watchlists.entities, retries=RETRIES
        )
        rest = iter(units)
        waiting: deque[tuple[str, Any]] = deque()
        while True:
            ahead = max(LEAST_AHEAD, AHEAD * len(self._client.scheduler_info()["workers"]))
            for unit in islice(rest, ahead - len(waiting)):
                waiting.append(self._begin(unit, watch, watchlists.version))
            if not waiting:
                return
            key, future = waiting.popleft()
            yield from self._end(key, future)

    def _begin(self, unit: Unit, watch: Any, watchlists: str) -> tuple[str, Any]:
        key = unit.key(watchlists)
        if self._keep is not None and _path(self._keep, key).is_file():
            return key, None
        submit = self._client.submit
        return key, submit(partitions.do, unit, watch, watchlists, retries=RETRIES, pure=False)

    def _end(self, key: str, future: Any) -> tuple[Prepared, ...]:
        if future is None and self._keep is not None:
            return _load(_path(self._keep, key)).prepared
        done: Done = future.result()
        future.release()
        _require_same(done.code)
        if self._keep is not None:
            _save(_path(self._keep, key), done)
        return done.prepared


@contextlib.contextmanager
def connect(address: str, keep: Path | None = None) -> Iterator[Scheduler]:
    """To a scheduler such as tcp://host:8786. Raises SettingsError.

    `keep`: a folder for what was prepared, to go on from after a break. Nobody else may write
    there: what it holds is trusted like the program.
    """
    try:
        from distributed import Client  # noqa: PLC0415  # an extra
    except ImportError as exc:
        raise SettingsError(
            f"--scheduler needs the package distributed; {get_extra('archive')}"
        ) from exc
    if keep is not None:
        keep.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        client = Client(  # type: ignore[no-untyped-call]
            address, timeout=CONNECT_SECONDS, set_as_default=False
        )
    except (OSError, ValueError) as exc:
        raise SettingsError(f"no scheduler answers at {address}: {exc}") from exc
    try:
        yield Scheduler(client, keep)
    finally:
        client.close()  # type: ignore[no-untyped-call]


@seldom()
def replay(
    scheduler: Scheduler,
    archive: str,
    plan: Plan,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    review_after: timedelta = replay_run.REVIEW_AFTER,
    progress: Callable[[datetime], None] = lambda _at: None,
) -> Replayed:
    """The archive's flags, the same as of one process. Raises NotFoundError, SettingsError."""
    # a worker was started in another folder, perhaps on another machine
    wherever = archive if "://" in archive else str(Path(archive).absolute())
    scans = scheduler.scan(partitions.of(wherever))
    units = partitions.units(scans, plan.outlets)
    outlets = {name for unit in units for name in unit.names.values()}
    within = (
        one
        for one in scheduler.prepare(units, plan)
        if (since is None or one.batch.at >= since) and (until is None or one.batch.at < until)
    )
    found = replay_run.run(
        within,
        rules=with_outlets(plan, len(outlets)).rules,
        review_after=review_after,
        progress=progress,
    )
    refused = (*(line for one in scans for line in one.refused), *found.tally.refused)
    return replace(found, tally=replace(found.tally, refused=refused))


def _scan(address: str) -> FileScan:
    from distributed import get_worker  # noqa: PLC0415  # an extra

    try:
        return partitions.scan(address)
    except NotFoundError as exc:
        raise NotFoundError(
            f"the worker {get_worker().address} on {socket.gethostname()}: {exc}; every worker "
            "must reach the archive under the same address"
        ) from exc


def _compile(questions: tuple[Question, ...], entities: Any) -> Watch:
    return compile_watch(questions, entities=entities)


def _require_same(found: str) -> None:
    if found != partitions.code():
        raise SettingsError(
            "a worker runs another version of this program; install the same on all of them"
        )


def _path(folder: Path, key: str) -> Path:
    return folder / f"{key}.unit"


def _save(path: Path, done: Done) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_bytes(zlib.compress(pickle.dumps(done), level=1))
    fresh.replace(path)


def _load(path: Path) -> Done:
    done: Done = pickle.loads(zlib.decompress(path.read_bytes()))  # noqa: S301  # written by _save
    return done
