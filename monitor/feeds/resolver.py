"""Turns host names into addresses, in threads that nothing else waits for.

Name look-ups block, and some take half a minute to fail: with the event loop's few default threads,
twenty of them made healthy feeds time out. Must never connect to anything, nor judge an address:
that is for the guard.
"""

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

THREADS = 64
_FLAGS = socket.AI_ADDRCONFIG

Lookup = Callable[..., list[tuple[Any, ...]]]
"""What socket.getaddrinfo is."""


class Resolver(AbstractResolver):
    """Resolves names in threads of its own; `lookup` is the system's unless another is given."""

    def __init__(self, lookup: Lookup = socket.getaddrinfo) -> None:
        self._lookup = lookup
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="dns")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Every address of a name. Raises OSError when there is none."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, self._ask, host, port, family)
        return [
            ResolveResult(
                hostname=host,
                host=address[0],
                port=address[1],
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Take no more names; look-ups under way are left to end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask(self, host: str, port: int, family: int) -> list[tuple[Any, ...]]:
        return self._lookup(host, port, type=socket.SOCK_STREAM, family=family, flags=_FLAGS)
