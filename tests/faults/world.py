"""The world around lives of the daemon: publisher, mail server, folder; and what must be found.

Real servers on the loopback, in threads of this process, so that they outlive every crash.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import create_engine, make_url, select

from monitor.model.deliveries import Delivery, DeliveryState
from monitor.store import outbox as store_outbox
from monitor.store import schema
from tests.deliver.channels.email.mail_server import Inbox, mail_server
from tests.faults import news
from tests.faults.nursery import Born, Ended, Nursery, Watch
from tests.support.scene import Item, at

SIGNED_IS_NEWS = "WHY NOW  Decisive indicator “signing”"


class Publisher(ThreadingHTTPServer):
    """Answers each path with its document, and “not modified” to those who have it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.documents: dict[str, bytes] = {}
        self.gate = Event()  # answers wait for it
        self.gate.set()
        self.asked = Event()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def publish(self, items: Sequence[Item]) -> None:
        for outlet in ("courier", "herald"):
            self.documents[f"/{outlet}"] = news.document(outlet, tuple(items))


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # the library's name
        assert isinstance(self.server, Publisher)
        self.server.asked.set()
        self.server.gate.wait()
        body = self.server.documents[self.path]
        etag = f'"{hashlib.sha256(body).hexdigest()[:8]}"'
        same = self.headers.get("If-None-Match") == etag
        self.send_response(304 if same else 200)
        self.send_header("ETag", etag)
        if not same:
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not same:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@dataclass
class Mailbox(Inbox):
    """An inbox that can do something at the moment a sender has its answer and says goodbye."""

    farewell: Callable[[], None] | None = None

    async def handle_QUIT(self, *_: object) -> str:  # noqa: N802  # aiosmtpd's name
        if self.farewell is not None:
            farewell, self.farewell = self.farewell, None
            farewell()
        return "221 Bye"


@dataclass(slots=True)
class Tally:
    """What the suite adds up."""

    faults: int = 0
    entries: int = 0
    deliveries: int = 0
    lost: int = 0
    doubled: int = 0
    repeated: int = 0  # second copies after an unknown outcome, with the same id and marked

    def __str__(self) -> str:
        return (
            f"{self.faults} faults tried, {self.entries} entries served, {self.deliveries} "
            f"deliveries, {self.lost} lost, {self.doubled} doubled, {self.repeated} repeated and "
            "marked as such"
        )

    def add(self, other: "Tally") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class World:
    """Servers, a warm process, and a folder with a database in which the past is stored."""

    publisher: Publisher
    inbox: Mailbox
    nursery: Nursery
    start: Path
    tally: Tally = field(default_factory=Tally)

    def copied(self, folder: Path) -> Path:
        shutil.copytree(self.start, folder)
        return folder

    def fresh(self, folder: Path) -> "Household":
        """A copy of the start, and news that it has not read."""
        self.copied(folder)
        self.inbox.mails.clear()
        self.inbox.raw.clear()
        self.inbox.recipients.clear()
        self.inbox.taken.clear()
        self.inbox.gate = None
        self.publisher.gate.set()
        self.publisher.asked.clear()
        self.publisher.publish((*news.OLD, *news.SIGNING, *news.WORKS))
        return Household(folder, self)


@dataclass(slots=True)
class Household:
    """One folder in which the daemon lives, dies and lives again."""

    folder: Path
    world: World
    url: str = ""  # of its database, where that is not a file in its folder
    wrong: list[str] = field(default_factory=list)  # what the last check found, in words

    @property
    def database(self) -> Path:
        return self.folder / "data" / "monitor.db"

    def environ(self) -> dict[str, str]:
        return {
            "MONITOR_CONFIG_DIR": str(self.folder / "config"),
            "MONITOR_DATA_DIR": str(self.folder / "data"),
            "MONITOR_DATABASE_URL": self.url,
        }

    def live(
        self,
        *moments: datetime,
        watch: Watch | None = None,
        bug: str = "",
        **environ: str,
    ) -> Ended:
        """A life to its end."""
        settings = self.environ() | environ
        return self.world.nursery.live(self.folder, settings, moments, watch=watch, bug=bug)

    def bear(self, *moments: datetime, pace: float = 0) -> Born:
        """A life that is begun; with a `pace` it goes on until it is told to stop."""
        born = self.world.nursery.bear(self.folder, self.environ(), moments, pace=pace)
        born.let_go()
        return born

    def recover(self, after: datetime, *, bug: str = "") -> Ended:
        """Start again and go on for two days, with nobody's help."""
        later = after + timedelta(hours=2)
        mornings = [news.MORNING + timedelta(days=days) for days in range(30)]
        coming = [morning for morning in mornings if morning > later][:2]
        last = coming[-1] + timedelta(hours=2)
        return self.live(later, *coming, last, bug=bug)

    # what must be found at the end

    def check(self) -> Tally:
        """How many were lost or doubled; raises AssertionError for what is broken otherwise."""
        self.wrong.clear()
        engine = create_engine(
            make_url(self.url).set(drivername="postgresql+psycopg")
            if self.url
            else f"sqlite:///{self.database}"
        )
        with engine.connect() as conn:
            if not self.url:
                assert conn.exec_driver_sql("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert conn.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
            stored = list(conn.scalars(select(schema.entries.c.link)))
            d = schema.digests.c
            texts = [tuple(row) for row in conn.execute(select(d.id, d.text, d.slot))]
            rows = store_outbox.listing(conn)
        engine.dispose()
        served = [news.link(item) for item in (*news.OLD, *news.SIGNING, *news.WORKS)]
        assert sorted(stored) == sorted(served), "each entry is stored once"
        told = {row.digest_id for row in rows}
        scheduled = [text for id_, text, slot in texts if id_ in told and slot[:2] == "20"]
        urgent = [slot for id_, _, slot in texts if id_ in told and slot.startswith("flag-")]
        found = Tally(entries=len(served), deliveries=len(rows))
        for item in news.WORKS:
            times = sum(news.link(item) in text for text in scheduled)
            found.lost += self._is(times == 0, f"no digest tells {item.guid}")
            found.doubled += self._is(times > 1, f"{times} digests tell {item.guid}")
        # a digest that comes first tells it too; then nobody is interrupted
        signed = any(SIGNED_IS_NEWS in text for id_, text, _ in texts if id_ in told)
        found.lost += self._is(not signed, "no digest tells the signing")
        found.doubled += self._is(len(urgent) > 1, f"told at once: {urgent}")
        self._check_mails(rows, found)
        return found

    def _check_mails(self, rows: Sequence[Delivery], found: Tally) -> None:
        mails: dict[str, list[EmailMessage]] = {}
        for mail in self.world.inbox.mails:
            mails.setdefault(mail["Message-ID"], []).append(mail)
        ours = {f"<{row.key}@example.org>": row for row in rows if row.channel == "mail"}
        assert set(mails) <= set(ours), "no mail without a delivery"
        for row in rows:
            assert row.state is DeliveryState.SENT, f"{row.key} is {row.state}"
            if row.channel == "files":
                there = (self.folder / "data/digests" / f"{row.key}.txt").exists()
                found.lost += self._is(not there, f"there is no file {row.key}")
        for message_id, row in ours.items():
            copies = mails.get(message_id, [])
            found.lost += self._is(not copies, f"no mail came of {row.key}")
            if len(copies) > 1:
                marked = sum(mail["X-Monitor-Attempt"] is not None for mail in copies)
                # of the first attempt perhaps nothing came: then every copy is marked
                known = marked >= len(copies) - 1 and row.attempts >= len(copies)
                found.repeated += known
                said = f"{len(copies)} mails of {row.key}, {marked} marked, {row.attempts} attempts"
                found.doubled += self._is(not known, said)

    def _is(self, wrong: bool, what: str) -> bool:
        self.wrong += [what] if wrong else []
        return wrong


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """Servers and a folder in which the first polls are done; closed at the end."""
    publisher, inbox = Publisher(), Mailbox()
    Thread(target=publisher.serve_forever, daemon=True).start()
    with mail_server(inbox) as port, Nursery() as nursery:
        config = folder / "config"
        config.mkdir(parents=True)
        (config / "watchlists.yaml").write_text(news.WATCHLISTS)
        (config / "feeds.yaml").write_text(news.FEEDS.format(base=publisher.base))
        (config / "delivery.yaml").write_text(news.DELIVERY.format(port=port))
        found = World(publisher, inbox, nursery, folder)
        publisher.publish(news.OLD)
        begun = Household(folder, found).live(at(0))
        assert begun.code == 0, begun.log.read_text()
        for left in folder.glob("go-*"):
            left.unlink()
        rehearsal = found.fresh(folder.with_name("rehearsal"))
        nursery.warm(rehearsal.environ(), (at(1), news.MORNING))
        try:
            yield found
        finally:
            publisher.shutdown()
            publisher.server_close()
