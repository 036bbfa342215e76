"""Collects garbage less often where very much is kept and hardly anything is garbage.

Must never switch it off: a library may make cycles, and a long archive must fit.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (50_000, 20, 50)
"""Objects and generations between collections (gc.set_threshold). A replay keeps what it makes: at
Python's own thresholds 4 % of its time went into walking it (benchmarks/replay.py).
"""


@contextmanager
def seldom() -> Iterator[None]:
    """As SELDOM says, until the block ends."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
