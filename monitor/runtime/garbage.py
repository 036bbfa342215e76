"""When garbage is collected, and when memory that was freed goes back to the system.

Must never switch collecting off: a library may make cycles, and a long archive must fit.
"""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (50_000, 20, 50)
"""Objects and generations between collections (gc.set_threshold). A replay keeps what it makes: at
Python's own thresholds 4 % of its time went into walking it (benchmarks/replay.py).
"""


def give_back() -> bool:
    """Hand what was freed back to the system; False where the C library knows no way, or has none.

    Polls are of all sizes, and glibc keeps the holes they leave: a megabyte more for each day of
    benchmarks/soak.py, although the program held no more than before.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim is not None and trim(0) == 1


@contextmanager
def seldom() -> Iterator[None]:
    """As SELDOM says, until the block ends."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
