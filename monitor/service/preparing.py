"""Reads and matches the batches of a replay, in this process or in several, always in their order.

Both depend on the batch and the watchlist alone, so the result is the same however many processes
share the work.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context

from monitor.core.match import match
from monitor.core.watch import Watch
from monitor.model.entries import Entry
from monitor.model.matches import Matched
from monitor.service.batches import AnyBatch, Read

CHUNK = 200
"""Batches that a process is handed at a time."""

AHEAD = 4
"""Chunks per process that are under way: bounds what waits in memory for its turn."""


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
            yield _prepare(batch, watch)
        return
    waiting: deque[Future[list[Prepared]]] = deque()
    chunks = _chunks(batches)
    # spawned, not forked: a fork would inherit locks of whatever threads there are
    with ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_equip, initargs=(watch,)
    ) as pool:
        for chunk in islice(chunks, jobs * AHEAD):
            waiting.append(pool.submit(_prepare_all, chunk))
        while waiting:
            yield from waiting.popleft().result()
            for chunk in islice(chunks, 1):
                waiting.append(pool.submit(_prepare_all, chunk))


def _chunks(batches: Iterable[AnyBatch]) -> Iterator[list[AnyBatch]]:
    rest = iter(batches)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _prepare(batch: AnyBatch, watch: Watch) -> Prepared:
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
    return [_prepare(batch, _watch) for batch in batches]
