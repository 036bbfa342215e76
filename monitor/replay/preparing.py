"""Reads and matches the batches of a replay, in this process or in several, always in their order.

Both depend on the batch and the watchlist alone, so the result is the same however many processes
share the work.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from types import TracebackType
from typing import Self

from monitor.core.language.match.matcher import match
from monitor.core.language.watch.compiler import Watch
from monitor.model.entries import Entry
from monitor.model.matches import Matched
from monitor.replay.batches import AnyBatch, Read

CHUNK = 200
"""Batches that a process is handed at a time."""

AHEAD = 4
"""Chunks per process that are under way: bounds what waits in memory for its turn."""

MOST_BREAKS = 5
"""Times that processes may end in a row without anything finished: then it is the work itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A batch, read and matched. Entries outside every scope have no place in `matched`."""

    batch: AnyBatch
    read: Read
    matched: dict[str, Matched]  # by entry id

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.read.found.entries


def prepare(batches: Iterable[AnyBatch], watch: Watch, *, jobs: int = 1) -> Iterator[Prepared]:
    """Every batch in its turn; with `jobs` > 1 the work is shared by so many processes."""
    if jobs == 1:
        for batch in batches:
            yield prepare_one(batch, watch)
        return
    with _Pool(watch, jobs) as pool:
        for chunk in islice(chunks := _chunks(batches), jobs * AHEAD):
            pool.submit(chunk)
        while pool:
            yield from pool.next()
            for chunk in islice(chunks, 1):
                pool.submit(chunk)


class _Pool:
    """Processes that prepare chunks in turn; a process that is killed costs its chunks' time only.

    The standard pool is lost with any of its processes, so it is made anew and what was not
    finished is handed out again.
    """

    def __init__(self, watch: Watch, jobs: int) -> None:
        self._watch, self._jobs = watch, jobs
        self._waiting: deque[tuple[list[AnyBatch], Future[list[Prepared]]]] = deque()
        self._pool = self._new()
        self._breaks = 0  # since a chunk was finished last

    def _new(self) -> ProcessPoolExecutor:
        # spawned, not forked: a fork would inherit locks of whatever threads there are
        return ProcessPoolExecutor(
            self._jobs,
            mp_context=get_context("spawn"),
            initializer=_equip,
            initargs=(self._watch,),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def __len__(self) -> int:
        return len(self._waiting)

    def submit(self, chunk: list[AnyBatch]) -> None:
        self._waiting.append((chunk, self._hand_out(chunk)))

    def next(self) -> list[Prepared]:
        """The first chunk that was submitted and not yet returned. Raises BrokenProcessPool.

        That is when processes end again and again without finishing anything.
        """
        while True:
            try:
                found = self._waiting[0][1].result()
            except BrokenProcessPool:
                self._breaks += 1
                if self._breaks > MOST_BREAKS:
                    raise
                self._begin_again()
            else:
                self._waiting.popleft()
                self._breaks = 0
                return found

    def _begin_again(self) -> None:
        self._pool.shutdown()
        self._pool = self._new()
        undone = [
            (chunk, future if _finished(future) else self._hand_out(chunk))
            for chunk, future in self._waiting
        ]
        self._waiting = deque(undone)

    def _hand_out(self, chunk: list[AnyBatch]) -> Future[list[Prepared]]:
        try:
            return self._pool.submit(_prepare_all, chunk)
        except BrokenProcessPool as error:  # it broke since: told when its turn comes
            broken: Future[list[Prepared]] = Future()
            broken.set_exception(error)
            return broken


def _finished(future: Future[list[Prepared]]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _chunks(batches: Iterable[AnyBatch]) -> Iterator[list[AnyBatch]]:
    rest = iter(batches)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def prepare_one(batch: AnyBatch, watch: Watch) -> Prepared:
    read = batch.read()
    found = ((entry.id, match(entry, watch)) for entry in read.found.entries)
    kept = {id_: matched for id_, matched in found if matched.relevant or matched.matches}
    return Prepared(batch=batch, read=read, matched=kept)


_watch: Watch | None = None
"""What a process of the pool matches by; set once, when it starts."""


def _equip(watch: Watch) -> None:
    global _watch  # noqa: PLW0603  # an initializer of a pool has nowhere else to leave it
    _watch = watch


def _prepare_all(batches: list[AnyBatch]) -> list[Prepared]:
    if _watch is None:
        raise RuntimeError("the process was not equipped")
    return [prepare_one(batch, _watch) for batch in batches]
