"""A server that answers like a Slack incoming webhook, or fails like one."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATH = "/services/T00/B00/secret-token"


@dataclass(frozen=True)
class Answer:
    """What the server says. `lost` hangs up after reading the request instead."""

    status: int = 200
    body: str = "ok"
    headers: tuple[tuple[str, str], ...] = ()
    lost: bool = False
    short_by: int = 0  # promise that many bytes more than are sent
    held: bool = False  # say nothing until the test is over


@dataclass
class Slack:
    """The server's state: what it will answer, and what was posted to it."""

    answers: list[Answer] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def webhook(self) -> str:
        return f"http://127.0.0.1:{self.port}{PATH}"


@contextmanager
def slack_server(*answers: Answer) -> Iterator[Slack]:
    """Serves the answers in order, then “ok”."""
    slack = Slack(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            slack.bodies.append(self.rfile.read(length))
            slack.posts.append(json.loads(slack.bodies[-1]))
            slack.paths.append(self.path)
            slack.headers.append({name.lower(): value for name, value in self.headers.items()})
            answer = slack.answers.pop(0) if slack.answers else Answer()
            self.close_connection = True
            if answer.held:
                slack.over.wait()
            if answer.lost or answer.held:
                return
            body = answer.body.encode()
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body) + answer.short_by))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # its own name
            """Say nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    slack.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield slack
    finally:
        slack.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
