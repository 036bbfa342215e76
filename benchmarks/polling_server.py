"""A web site of very many feeds on loopback, some slow, some broken, for benchmarks.polling.

Run as a process of its own: `python -m benchmarks.polling_server`; it prints its port. Feed N is at
/N. Of two hundred feeds one never answers, one fails, two take a second; of the others one half
never changes, and answers 304 to its ETag, the other has a new entry in every phase.
"""

import asyncio
import json
from collections import Counter

ENTRIES = 20
WORDS = ("talks", "border", "treaty", "minister", "budget", "strike", "court", "storm", "port")


class Site:
    def __init__(self) -> None:
        self.phase = 0
        self.counts: Counter[str] = Counter()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                reply = await self.reply(head)
                if reply is None:
                    return
                writer.write(reply)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def reply(self, head: bytes) -> bytes | None:
        path = head.split(b" ", 2)[1].decode().lstrip("/")
        if path == "stats":
            return plain("200 OK", json.dumps(self.counts).encode())
        if path == "next":
            self.phase += 1
            self.counts.clear()
            return plain("200 OK", b"{}")
        if not path.isdecimal():
            return plain("404 Not Found", b"")
        return await self.feed(int(path), head.lower())

    async def feed(self, number: int, head: bytes) -> bytes | None:
        conditional = b"if-none-match:" in head
        self.counts["requests"] += 1
        self.counts["unconditional"] += not conditional
        match number % 200:
            case 0:
                self.counts["hanging"] += 1
                await asyncio.sleep(600)
                return None
            case 1:
                return plain("500 Internal Server Error", b"")
            case 2 | 3:
                await asyncio.sleep(1.0)
            case _:
                pass
        phase = self.phase if number % 2 else 0
        tag = f'"{number}-{phase}"'.encode()
        if b"if-none-match: " + tag in head:
            self.counts["unchanged"] += 1
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + tag + b"\r\n\r\n"
        self.counts["documents"] += 1
        return plain("200 OK", document(number, phase), b"ETag: " + tag + b"\r\n")


def plain(status: str, body: bytes, headers: bytes = b"") -> bytes:
    kind = b"Content-Type: application/rss+xml\r\n"
    return (
        f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n".encode()
        + kind
        + headers
        + b"\r\n"
        + body
    )


def document(number: int, phase: int) -> bytes:
    """Twenty entries, the newest of them new since the phase before."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{number}-{entry}</guid>"
        f"<title>{title(number, entry)}</title><link>https://o.example/{number}/{entry}</link>"
        f"<description>{title(number, entry)}. More on this story as it comes in, from our own "
        "correspondents.</description>"
        f"<pubDate>Wed, 25 Nov 2026 {entry % 24:02}:00:00 GMT</pubDate>"
        "</item>"
        for entry in range(phase + ENTRIES - 1, phase - 1, -1)
    )
    channel = f"<channel><title>Feed {number}</title>{items}</channel>"
    return f"<?xml version='1.0'?><rss version='2.0'>{channel}</rss>".encode()


def title(number: int, entry: int) -> str:
    words = (WORDS[(number * 7 + entry * step) % len(WORDS)] for step in (1, 5, 7))
    return f"{' '.join(words).capitalize()} {number}.{entry}"


async def main() -> None:
    server = await asyncio.start_server(Site().answer, "0.0.0.0", 0, backlog=1_000)  # noqa: S104
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
