"""What an OpenTelemetry collector is told of each step, over HTTP, and what it is never told."""

import asyncio
import contextlib
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import aiohttp
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from monitor.cli import daemon
from monitor.daemon import jobs
from monitor.daemon.app import App
from monitor.errors import SettingsError
from monitor.runtime import logs, tracing
from monitor.runtime.extras.collector import reporting
from monitor.web import app as web_app
from tests.loopback import Loopback, answer
from tests.support.bulletins import SLOTS, signing
from tests.support.manners import configure, opened, page, poll
from tests.support.polls import NEWS, OLD, SAME_NEWS, begin
from tests.support.scene import START, Publisher, Scene, at

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
SECRET = "planted-key-of-a-feed-6d07"


class Collector:
    """Takes spans as a real one does; answers once `open` is set."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.keys: set[str] = set()
        self.asked, self.open = threading.Event(), threading.Event()
        self.open.set()

    @property
    def requests(self) -> list[ExportTraceServiceRequest]:
        return [ExportTraceServiceRequest.FromString(body) for body in self.bodies]

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def resource(self) -> dict[str, str]:
        found = self.requests[0].resource_spans[0].resource.attributes
        return {each.key: each.value.string_value for each in found}

    def one(self, name: str) -> Span:
        (found,) = [span for span in self.spans if span.name == name]
        return found


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    found = Collector()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            found.asked.set()
            found.open.wait(60)
            found.keys.add(self.headers.get("X-Key", ""))
            found.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            with contextlib.suppress(OSError):  # it may have given up
                self.send_response(200)
                self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv(ENDPOINT, f"http://127.0.0.1:{server.server_port}")
        yield found
        found.open.set()
        server.shutdown()


def told(span: Span) -> dict[str, str | int]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


async def test_a_poll_is_one_span_with_its_parts(
    scene: Scene, server: Loopback, collector: Collector
) -> None:
    configure(scene, server, f"/a.xml?key={SECRET}")
    server.script = [page("Ruritania signs treaty", "Parade held")]
    with reporting("one"):
        async with opened(scene) as app:
            await poll(app)
    whole = collector.one("poll")
    assert told(whole) == {
        "signpost.feed": "a",
        "signpost.outcome": "read",
        "signpost.new": 2,
        "signpost.revised": 0,
        "signpost.matched": 1,
        "signpost.reasons": 0,
    }
    for name in ("fetch", "parse", "store"):
        part = collector.one(name)
        assert (part.parent_span_id, part.trace_id) == (whole.span_id, whole.trace_id)
        assert whole.start_time_unix_nano <= part.start_time_unix_nano
        assert part.end_time_unix_nano <= whole.end_time_unix_nano
    assert told(collector.one("fetch"))["signpost.status"] == 200
    assert collector.resource()["service.name"] == "signpost"
    assert collector.resource()["service.instance.id"] == "one"


async def test_what_fails_is_told_by_its_code_alone(
    scene: Scene, server: Loopback, collector: Collector
) -> None:
    configure(scene, server, f"/a.xml?key={SECRET}")
    server.script = [answer(f"500 no {SECRET}")]
    with reporting("one"):
        async with opened(scene) as app:
            await poll(app)
    assert told(collector.one("poll"))["signpost.outcome"] == "http-500"
    failed = collector.one("fetch").status
    assert (failed.code, failed.message) == (failed.STATUS_CODE_ERROR, "FetchError")
    assert not collector.one("fetch").events
    assert SECRET.encode() not in b"".join(collector.bodies)


async def test_digests_and_deliveries_are_told(scene: Scene, collector: Collector) -> None:
    scene.write(delivery=SLOTS)
    with reporting("one"):
        async with scene.open() as app:
            signing(app, START)
            await app.compose_due(START)
            await app.deliver_due(START, "t")
    assert told(collector.one("compose"))["signpost.sent"] == 1
    delivered = [span for span in collector.spans if span.name == "deliver"]
    assert {told(span)["signpost.channel"] for span in delivered} == {"good", "bad"}
    sends = [span for span in collector.spans if span.name == "send"]
    assert {span.parent_span_id for span in sends} == {span.span_id for span in delivered}


@pytest.mark.slow
async def test_what_the_writers_thread_wakes_is_told_too(
    running: Scene, publisher: Publisher, collector: Collector
) -> None:
    with reporting("one"):
        async with running.open() as app:
            await begin(app, publisher)
            jobs.Daemon(app, At(at(2))).listen()
            publisher.publish("courier", OLD, NEWS)
            publisher.publish("herald", SAME_NEWS)
            for feed in ("courier", "herald"):
                await app.poll_now(feed, at(2))
            (woken,) = (task for task in asyncio.all_tasks() if task.get_name() == "compose")
            await woken
    assert told(collector.one("compose"))["signpost.digests"] == 1


class At:
    """A clock that stands."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


async def test_a_page_is_named_by_its_pattern(scene: Scene, collector: Collector) -> None:
    scene.write()
    with reporting("one"):
        async with scene.open() as app:
            await ask(app, "/flags/17", "/api/v1/flags")
    assert told(collector.one("GET /flags/{number:number}"))["signpost.status"] == 404
    assert told(collector.one("GET /api/v1/flags"))["signpost.status"] == 401


async def ask(app: App, *paths: str) -> None:
    async with (
        web_app.serve(app, host="127.0.0.1", port=0, now=lambda: START) as port,
        aiohttp.ClientSession() as session,
    ):
        for path in paths:
            async with session.get(f"http://127.0.0.1:{port}{path}") as response:
                await response.read()


def test_a_collector_that_does_not_answer_does_not_hold_up_the_end(collector: Collector) -> None:
    collector.open.clear()
    with reporting("one"), tracing.step("poll"):
        pass
    assert collector.asked.wait(60)
    assert not collector.bodies, "the block ended before the collector answered"


def test_a_collector_that_is_away_is_told_of_in_the_log_without_its_key(
    monkeypatch: pytest.MonkeyPatch, scene: Scene
) -> None:
    environ = {
        ENDPOINT: "http://127.0.0.1:9",
        "OTEL_EXPORTER_OTLP_HEADERS": f"x-key={SECRET}",
        "OTEL_EXPORTER_OTLP_TIMEOUT": "1",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    log = StringIO()
    logs.configure(style="json", stream=log, secrets=scene.settings(environ).secrets())
    with reporting("one"), tracing.step("poll"):
        pass
    logs.configure(level="critical")
    assert "span" in log.getvalue(), "the library says that its spans did not arrive"
    assert SECRET not in log.getvalue()


def test_headers_of_the_environment_are_sent_and_masked(
    monkeypatch: pytest.MonkeyPatch, collector: Collector, scene: Scene
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", f"x-key={SECRET}")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "desk-of-asia")
    with reporting("one"), tracing.step("poll"):
        pass
    assert collector.keys == {SECRET}
    assert collector.resource()["service.name"] == "desk-of-asia"
    settings = scene.settings({"OTEL_EXPORTER_OTLP_HEADERS": f"x-key={SECRET},x-org=7%20b"})
    assert {SECRET, "7%20b", "7 b"} <= set(settings.secrets())


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, False),
        ({ENDPOINT: "http://collector:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        ({ENDPOINT: " "}, False),
        ({ENDPOINT: "http://collector:4318", "OTEL_SDK_DISABLED": "TRUE"}, False),
        ({ENDPOINT: "http://collector:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_it_is_told_when_the_environment_names_it(
    scene: Scene, environ: dict[str, str], wanted: bool
) -> None:
    assert scene.settings(environ).traces is wanted


async def test_without_the_library_the_daemon_says_so_and_runs(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, collector: Collector
) -> None:
    scene.write()
    monkeypatch.setitem(sys.modules, "monitor.runtime.extras.collector", None)
    log = StringIO()
    async with scene.open(settings=scene.settings({ENDPOINT: "http://collector:4318"})) as app:
        logs.configure(style="json", stream=log)
        with daemon._traced(app), tracing.step("poll"):
            pass
        logs.configure(level="critical")
    assert "traces.impossible" in log.getvalue()
    assert not collector.asked.is_set()


def test_a_step_that_nobody_hears_passes_errors_on() -> None:
    def work() -> None:
        with tracing.step("poll", feed="a") as tell:
            tell(outcome="read")
            raise SettingsError("no")

    with pytest.raises(SettingsError):
        work()
