"""Blocking calls beside the loop: their results, their errors, and an end that waits for none."""

import asyncio
import sys
import threading

import pytest

from monitor.runtime import blocking
from tests.commands import run

SILENT = """
import asyncio, threading
from monitor.runtime import blocking

async def main():
    began, never = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    def call():
        loop.call_soon_threadsafe(began.set)
        never.wait()
    task = asyncio.create_task(blocking.in_thread(call, name="silent"))
    await began.wait()

asyncio.run(main())
print("ended")
"""


async def test_the_result_and_the_error_of_a_call_come_back() -> None:
    def fail() -> None:
        raise ValueError("no")

    assert await blocking.in_thread(lambda: 7, name="seven") == 7
    with pytest.raises(ValueError, match="no"):
        await blocking.in_thread(fail, name="fails")


async def test_a_call_that_nobody_waits_for_any_more_ends_alone() -> None:
    gate, over = threading.Event(), threading.Event()

    def call() -> None:
        gate.wait()
        over.set()

    task = asyncio.create_task(blocking.in_thread(call, name="late"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.set()
    assert await asyncio.to_thread(over.wait, 60)


def test_a_call_that_never_ends_holds_up_no_end() -> None:
    """With asyncio's own threads this process would wait for ever."""
    ended = run(sys.executable, "-c", SILENT)
    assert ended.stdout == "ended\n", ended.stderr
