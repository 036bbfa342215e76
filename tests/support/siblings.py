"""Starts processes that are to meet at one database: separate ones, forked from a bare server.

The server imports the program once; a fresh interpreter each would take a second of CPU time. It is
not a fork of the test's own process, which has threads and open databases.
"""

import multiprocessing
from multiprocessing.context import ForkServerContext


def context() -> ForkServerContext:
    """What a ProcessPoolExecutor takes as `mp_context`."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["pytest", "alembic.command", "monitor.store.migrate"])
    return found
