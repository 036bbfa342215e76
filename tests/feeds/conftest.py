"""Fixtures of the feeds tests: a loopback server, a fetcher, the real data where it is there."""

from collections.abc import AsyncIterator

import pytest

from monitor.feeds.fetch import Fetcher


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(
        user_agent="Mozilla/5.0 (compatible; monitor/1; +https://monitor.example; mail@a.example)",
        deadline_seconds=10.0,
        max_bytes=100_000,
    ) as fetcher:
        yield fetcher


@pytest.fixture
async def hasty() -> AsyncIterator[Fetcher]:
    """For the tests that let the deadline pass."""
    async with Fetcher(user_agent="hasty", deadline_seconds=0.5) as fetcher:
        yield fetcher
