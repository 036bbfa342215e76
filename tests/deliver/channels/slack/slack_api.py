"""A server that keeps messages as Slack's Web API does, and fails in all the ways that it can."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from tests.deliver.slack_server import Answer

TOKEN = "xoxb-secret-token"
ROOM = "C0123ABCD"


@dataclass
class Workspace:
    """What was posted, and for each method the answers that come before the ordinary ones.

    An answer that is `lost` is lost after the call was carried out; another one stands instead of
    carrying it out.
    """

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    port: int = 0

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def methods(self) -> list[str]:
        return [method for method, _ in self.calls]

    def fails(self, method: str, *answers: Answer) -> None:
        self.answers[method] = list(answers)

    def carry_out(self, method: str, facts: dict[str, Any]) -> dict[str, Any]:
        steps = {
            "chat.postMessage": self._post,
            "chat.update": self._edit,
            "conversations.history": self._history,
            "conversations.replies": self._history,
        }
        if method in steps:
            return steps[method](facts)
        return {"ok": True, "bot_id": "B1", "user_id": "U1", "team_id": "T1"}

    def _post(self, facts: dict[str, Any]) -> dict[str, Any]:
        ts = f"{1_553_072_400 + len(self.messages)}.000100"
        self.messages.append({**facts, "ts": ts})
        return {"ok": True, "channel": facts["channel"], "ts": ts}

    def _edit(self, facts: dict[str, Any]) -> dict[str, Any]:
        found = [message for message in self.messages if message["ts"] == facts["ts"]]
        if not found:
            return {"ok": False, "error": "message_not_found"}
        found[0].update(text=facts["text"], blocks=facts["blocks"])
        return {"ok": True, "ts": facts["ts"]}

    def _history(self, facts: dict[str, Any]) -> dict[str, Any]:
        thread = facts.get("ts", "")
        found = [
            message
            for message in reversed(self.messages)
            if float(message["ts"]) >= float(facts["oldest"])
            and message.get("thread_ts", "") == thread
        ]
        start = int(facts.get("cursor") or 0)
        page = found[start : start + 2]
        more = str(start + 2) if len(found) > start + 2 else ""
        return {"ok": True, "messages": page, "response_metadata": {"next_cursor": more}}


@contextmanager
def slack_api() -> Iterator[Workspace]:  # noqa: C901  # one small server
    workspace = Workspace()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            facts = json.loads(raw) if raw.startswith("{") else dict(parse_qsl(raw))
            self._asked(facts)

        def do_GET(self) -> None:
            self._asked({})

        def _asked(self, facts: dict[str, Any]) -> None:
            path, _, query = self.path.partition("?")
            self._answer(path.rpartition("/")[2], {**facts, **dict(parse_qsl(query))})

        def _answer(self, method: str, facts: dict[str, Any]) -> None:
            workspace.tokens.add(self.headers.get("Authorization", ""))
            workspace.calls.append((method, facts))
            self.close_connection = True
            waiting = workspace.answers.get(method)
            answer = waiting.pop(0) if waiting else None
            if answer is not None and not answer.lost:
                self._say(answer.status, answer.body, answer.headers)
                return
            body = json.dumps(workspace.carry_out(method, facts))
            if answer is None:
                self._say(200, body)

        def _say(self, status: int, body: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
            content = body.encode()
            self.send_response(status)
            for name, value in (("Content-Type", "application/json"), *headers):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # its own name
            """Say nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    workspace.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield workspace
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
