"""A provider that answers a byte at a time: a step of a log-in has one deadline for it all."""

import asyncio

import pytest

from monitor.access.extras.oidc import Client
from monitor.config.extras.identity import Provider
from monitor.errors import AccessError
from tests.loopback import Loopback
from tests.support.scene import START


async def test_a_provider_that_trickles_ends_at_the_deadline(server: Loopback) -> None:
    async def trickle(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:  # each byte well within the time-out of any read
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    server.script = [trickle]
    client = Client(
        provider=Provider(issuer=server.base, client="signpost"),
        back=f"{server.base}/back",
        key=b"k" * 32,
        whole=0.5,
    )
    with pytest.raises(AccessError, match="took too long; try again later"):
        await client.begin("/", START)
