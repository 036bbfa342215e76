"""Server time of every page and list over 1,000,000 entries and 10,000 flags.

    python -m benchmarks.pages [--entries 1000000] [--flags 10000] [--keep FOLDER] [--only /search]

The application is called as its server calls it, without a network between; each address seven
times, of which the first is shown by itself and of the others the middle one. With `--keep` the
database is used again.
"""

import argparse
import asyncio
import contextlib
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.pages_data import NOW, fill, write_config
from monitor.access import accounts
from monitor.access.accounts import Actor
from monitor.config import settings as config_settings
from monitor.daemon.opening import open_app
from monitor.model.access import Scope, Via
from monitor.runtime import logs
from monitor.web import api, site

TIMES = 7
MUST = 200.0

LOGGING_IN = ("/login/start", "/login/back")  # they ask an identity provider
EXPECTED = {"/login": (404,), "/ready": (503,)}  # nobody logs in here; messages were given up

ADDRESSES = (
    "/",
    "/?page=5&flags=10",
    "/flags",
    "/flags?before=5000",
    "/flags/{live}",
    "/flags/10",
    "/flags/{live}?review=1",
    "/review",
    "/questions/q7",
    "/stories/s000100",
    "/entries/e0000017",
    "/entries/e0000001",
    "/watchlist",
    "/watchlist?text=Land7+signs+a+treaty",
    "/watchlist/tried?text=Land7+signs+a+treaty",
    "/watchlist/watchlists.yaml",
    "/feeds",
    "/feeds/feed7",
    "/deliveries",
    "/deliveries?state=dead",
    "/deliveries?before=300",
    "/deliveries/100",
    "/audit",
    "/audit?subject=flag+77",
    "/login",
    "/health",
    "/ready",
    "/metrics",
    "/static/style.css",
    "/search",
    "/search?text=sanctions",
    "/search?text=sanctions&before=175000000000000",
    "/search?text=needle",
    "/search?text=nowhere",
    "/search?text=sanctions+babanmas",
    "/search?text=%22sanctions+baban%22",
    "/search?text=sanctions+-needle",
    "/search?text=ban*",
    "/search?text=san*",
    "/search?feed=feed7",
    "/search?outlet=Outlet+7",
    "/search?question=q7",
    "/search?text=sanctions&feed=feed7",
    "/search?text=sanctions&question=q7",
    "/search?text=needle&question=q7",
    "/search?text=needle&feed=feed7&outlet=nobody",
    "/search?text=sanctions&since=2025-07-01&until=2025-07-31",
    "/search?in=stories",
    "/search?in=stories&text=sanctions",
    "/search?in=stories&text=sanctions&before=175000000000000",
    "/search?in=stories&text=needle",
    "/search?in=stories&text=sanctions&question=q7",
)
"""Beside the exports, which give 10,000 rows and are no page."""

API = (
    "/flags", "/flags?state=live", "/flags?limit=200", "/flags/{live}", "/questions",
    "/questions/q7", "/entries?text=sanctions&limit=200", "/stories?text=sanctions&limit=200",
    "/entries/e0000017", "/stories/s000100", "/feeds", "/deliveries", "/deliveries?limit=200",
)  # fmt: skip


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--entries", type=int, default=1_000_000)
    arguments.add_argument("--flags", type=int, default=10_000)
    arguments.add_argument("--keep", type=Path)
    arguments.add_argument("--only", default="")
    asked = arguments.parse_args()
    with contextlib.ExitStack() as stack:
        folder = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = folder / "data" / "monitor.db"
        write_config(folder / "config")
        if not database.exists():
            database.parent.mkdir(parents=True)
            begun = time.perf_counter()
            fill(database, entries=asked.entries, flags=asked.flags)
            took, size = time.perf_counter() - begun, database.stat().st_size / 1e6
            print(f"filled in {took:.0f} s, {size:,.0f} MB")
        asyncio.run(_measure(folder, asked.flags, asked.only))


async def _measure(folder: Path, flags: int, only: str) -> None:
    logs.configure(level="critical")
    settings = config_settings.load(
        {"MONITOR_CONFIG_DIR": str(folder / "config"), "MONITOR_DATA_DIR": str(folder / "data")}
    )
    async with open_app(settings, now=NOW, jitter=float) as app:
        app.last_round = NOW
        served = await site.build(app, lambda: NOW)
        token = await app.database.write(
            lambda conn: accounts.make_token(
                conn, name="bench", scopes=(Scope.READ,), actor=Actor(name="b", via=Via.COMMAND),
                now=NOW, life=timedelta(days=1),
            )[1]
        )  # fmt: skip
        paths = [*ADDRESSES, *(f"{api.PREFIX}{path}" for path in API)]
        _nothing_forgotten(paths)
        print(
            "| address | first, ms | then, ms | of which CPU, ms | bytes |\n|---|---|---|---|---|"
        )
        slow = 0
        for path in paths:
            if only in path:
                row = await row_of(served, path.format(live=flags), token)
                slow += max(row[1], row[2]) > MUST
                print("| `{}` | {:.0f} | {:.0f} | {:.0f} | {:,} |".format(*row))
        print(f"{slow} over {MUST:.0f} ms")


def _nothing_forgotten(paths: list[str]) -> None:
    """Every address that answers a GET is measured, but exports and forms from mails."""
    routes = [path for method, path, *_ in site.PAGES if method == "GET"]
    routes += [f"{api.PREFIX}{path}" for method, path, *_ in api.ROUTES if method == "GET"]
    known = [path.partition("?")[0] for path in paths]
    unmeasured = {"/search.csv", "/search.json", "/answer/{link}", *LOGGING_IN}
    for route in routes:
        fixed = route.partition("{")[0]
        if route not in unmeasured and not any(path.startswith(fixed) for path in known):
            raise SystemExit(f"{route} is not measured")


async def row_of(served: Any, path: str, token: str) -> tuple[str, float, float, float, int]:
    took, cpu, size = [], [], 0
    for _ in range(TIMES):
        wall, busy = time.perf_counter(), time.process_time()
        status, size = await _ask(served, path, token)
        took.append(1000 * (time.perf_counter() - wall))
        cpu.append(1000 * (time.process_time() - busy))
        if status not in EXPECTED.get(path, (200, 303)):
            raise SystemExit(f"{path}: {status}")
    return path, took[0], statistics.median(took[1:]), statistics.median(cpu[1:]), size


async def _ask(served: Any, path: str, token: str) -> tuple[int, int]:
    """Status and length of the answer to a GET."""
    answered = {"status": 0, "size": 0}

    sent = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if sent.is_set():
            await asyncio.Event().wait()  # nobody hangs up
        sent.set()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        answered["status"] = message.get("status", answered["status"])
        answered["size"] += len(message.get("body", b""))

    address, _, query = path.partition("?")
    headers = [(b"host", b"127.0.0.1:8080")]
    if address.startswith(api.PREFIX):
        headers.append((b"authorization", f"Bearer {token}".encode()))
    await served(
        {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
            "scheme": "http", "path": address, "raw_path": address.encode(),
            "query_string": query.encode(), "headers": headers, "root_path": "",
            "client": ("127.0.0.1", 5000), "server": ("127.0.0.1", 8080),
        },
        receive,
        send,
    )  # fmt: skip
    return answered["status"], answered["size"]


if __name__ == "__main__":
    main()
