"""Turns an archive in many files into units of work that can be prepared anywhere, in any order.

A unit is what must be read together: files whose times overlap. What a unit comes to depends on
its bytes, the watchlist and the program alone, so it can be kept under a key of these and a run
that broke off goes on where it was. Put back in their order, units give the batches that one
process would have read.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import monitor
from monitor.core.language.watch.compiler import Watch
from monitor.core.stories.outlets import Outlets
from monitor.errors import NotFoundError
from monitor.feeds import archive
from monitor.replay.batches import batches_of, read_rows, tick
from monitor.replay.preparing import Prepared, prepare_one

BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FileScan:
    """What a file holds: its first and last stretch, its outlets, what could not be read."""

    address: str
    sha256: str
    code: str  # the program that read it
    first: int | None = None  # None: no entries
    last: int | None = None
    outlets: frozenset[str] = frozenset()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Files that are read together. `names` are canonical names of the outlets in them."""

    addresses: tuple[str, ...]
    names: Mapping[str, str]
    inputs: tuple[str, ...]  # hashes of the files

    def key(self, watchlists: str) -> str:
        """Changes with anything that the result depends on."""
        names = sorted(self.names.items())
        told = repr((code(), watchlists, self.inputs, names))
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A unit, prepared."""

    key: str
    code: str
    prepared: tuple[Prepared, ...]


def scan(address: str) -> FileScan:
    """Read a file once. Raises NotFoundError when it cannot be opened."""
    digest = hashlib.sha256()
    with archive.opened(address) as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    refused: list[str] = []
    first = last = None
    outlets: set[str] = set()
    for row in archive.read(address, report=lambda bad: refused.append(str(bad))):
        number = tick(row)
        first = number if first is None else min(first, number)
        last = number if last is None else max(last, number)
        outlets.add(row.outlet)
    return FileScan(
        address=address,
        sha256=digest.hexdigest(),
        code=code(),
        first=first,
        last=last,
        outlets=frozenset(outlets),
        refused=tuple(refused),
    )


def units(scans: Iterable[FileScan], outlets: Outlets) -> tuple[Unit, ...]:
    """In order of time. Files that share a stretch are one unit, so cut archives by time."""
    filled = [one for one in scans if one.first is not None and one.last is not None]
    filled.sort(key=lambda one: (one.first, one.last, one.address))
    groups: list[list[FileScan]] = []
    end = None
    for one in filled:
        if end is not None and one.first is not None and one.first <= end:
            groups[-1].append(one)
            end = max(end, one.last or end)
        else:
            groups.append([one])
            end = one.last
    return tuple(_unit(group, outlets) for group in groups)


def _unit(group: Sequence[FileScan], outlets: Outlets) -> Unit:
    ordered = sorted(group, key=lambda one: one.address)
    found = {name for one in ordered for name in one.outlets}
    return Unit(
        addresses=tuple(one.address for one in ordered),
        names={name: outlets.canonical(name) for name in sorted(found)},
        inputs=tuple(one.sha256 for one in ordered),
    )


def do(unit: Unit, watch: Watch, watchlists: str) -> Done:
    """Read and match a unit: pure but for reading its files."""
    rows = read_rows(unit.addresses, report=lambda _bad: None)  # told by the scan
    prepared = tuple(prepare_one(batch, watch) for batch in batches_of(rows, unit.names))
    return Done(key=unit.key(watchlists), code=code(), prepared=prepared)


def of(where: str) -> tuple[str, ...]:
    """The files of an archive in parts. Raises NotFoundError when there are none."""
    found = archive.partitions(where)
    if not found:
        raise NotFoundError(
            f"{where}: no parts of an archive are there; expected files .jsonl, .jsonl.gz or "
            ".parquet, cut by time"
        )
    return found


@cache
def code() -> str:
    """Of this program's text: another one may decide otherwise."""
    digest = hashlib.sha256(monitor.__version__.encode())
    root = Path(monitor.__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
