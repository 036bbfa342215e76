"""Copies a database of many entries to PostgreSQL and back, and times both.

    python -m benchmarks.copying --entries 1000000

Entries are those of `benchmarks.pages`; PostgreSQL comes from a wheel, with its durability off. The
program compares every row while it copies; the two SQLite files are compared once more here.
"""

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.pages_data import fill
from monitor.store import transfer
from monitor.store.engine import open_engine, read
from monitor.store.schema import METADATA
from tests import databases


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--entries", type=int, default=1_000_000)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file, back = Path(folder, "monitor.db"), Path(folder, "back.db")
        fill(file, entries=asked.entries, flags=1_000)
        print(f"{asked.entries:,} entries, {file.stat().st_size / 1e6:,.0f} MB in SQLite")
        server = databases.create("template0")
        timed("SQLite to PostgreSQL", f"sqlite:///{file}", server)
        timed("PostgreSQL to SQLite", server, f"sqlite:///{back}")
        first, second = (contents(f"sqlite:///{path}") for path in (file, back))
        print("both SQLite files hold the same" if first == second else "THEY DIFFER")


def timed(what: str, source: str, target: str) -> None:
    old, new = open_engine(source), open_engine(target)
    wall, cpu = time.perf_counter(), time.process_time()
    counts = transfer.copy(old, new)
    took, spent = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{what}: {sum(counts.values()):,} rows in {took:.0f} s, {spent:.0f} s of our CPU")
    old.dispose()
    new.dispose()


def contents(url: str) -> dict[str, transfer.Contents]:
    engine = open_engine(url)
    with read(engine) as conn:
        found = {name: transfer.contents(conn, table) for name, table in METADATA.tables.items()}
    engine.dispose()
    return found


if __name__ == "__main__":
    main()
