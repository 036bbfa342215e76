"""What keeps the program from starting, what does not, and `monitor poll` against real servers."""

import asyncio
import json
import os
import shutil
import sqlite3
import sys
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from monitor.runtime import logs
from monitor.store import migrate
from monitor.store import watchlists as store_watchlists
from monitor.store.engine import open_engine, write
from tests.cli.conftest import NOW, Monitor, process, running
from tests.commands import ROOT
from tests.databases import sqlite_only
from tests.support.scene import (
    DELIVERY,
    PARADE,
    SIGNED,
    SIGNED_TOO,
    WATCHLISTS,
    Item,
    Publisher,
    Scene,
)

COMMANDS = [["status"], ["flags"], ["poll"], ["digest"], ["explain", "x"], ["db", "upgrade"]]


# cannot start: 78, one line, nothing else


@pytest.mark.parametrize("command", [["poll"], ["digest"], ["explain", "x"], ["run"]])
def test_without_configuration(scene: Scene, monitor: Monitor, command: list[str]) -> None:
    said = monitor(*command, MONITOR_CONFIG_DIR=str(scene.folder / "nowhere"))
    assert said.code == 78
    complaints = [line for line in said.err.splitlines() if line.startswith("monitor: ")]
    files = [line.split()[1] for line in complaints]
    assert files == ["watchlists.yaml:", "feeds.yaml:", "delivery.yaml:"]
    assert said.out == ""


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_data_folder(scene: Scene, monitor: Monitor, command: list[str]) -> None:
    """Its path leads through a regular file, which no user may make a folder of."""
    (scene.folder / "file").write_text("x")
    data = scene.folder / "file" / "data"
    said = monitor(*command, MONITOR_DATA_DIR=str(data))
    assert said.code == 78
    assert said.err == (
        f"monitor: the data folder {data} cannot be made (Not a directory); "
        "set MONITOR_DATA_DIR to a folder that can be written\n"
    )


@sqlite_only
@pytest.mark.parametrize("command", COMMANDS)
def test_with_a_database_of_a_newer_version(
    scene: Scene, monitor: Monitor, command: list[str]
) -> None:
    assert monitor("db", "upgrade").code == 0
    path = scene.folder / "data" / "monitor.db"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    said = monitor(*command)
    assert said.code == 78
    (line,) = said.err.splitlines()
    assert line.startswith(f"monitor: the database {path} is at revision 9999; ")
    assert "a newer one wrote it" in line


@sqlite_only
@pytest.mark.parametrize("command", COMMANDS)
def test_with_a_file_that_is_no_database(
    scene: Scene, monitor: Monitor, command: list[str]
) -> None:
    path = scene.folder / "data" / "monitor.db"
    path.write_text("Minutes of the meeting\n" * 100)
    said = monitor(*command)
    assert said.code == 78
    assert said.err == (
        f"monitor: the database {path} cannot be used: file is not a database; nothing was "
        "changed: keep the file, and restore a backup in its place\n"
    )
    assert path.read_text().startswith("Minutes")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("MONITOR_LOG_LEVEL", "lowd", "expected debug, info, warning, error or critical"),
        ("MONITOR_HEALTH_PORT", "http", "or 0 for any"),
        ("MONITOR_DATABASE_URL", "not a url", "the database URL cannot be read"),
        ("MONITOR_DATABASE_URL", "mysql://root:hunter2@db/x", "“mysql” are not known"),
        ("MONITOR_SLACK_WEBHOOK_FILE", "/nowhere/at/all", "which cannot be read"),
    ],
)
def test_with_a_setting_that_cannot_be_used(
    monitor: Monitor, name: str, value: str, expected: str
) -> None:
    said = monitor("status", **{name: value})
    assert said.code == 78
    (line,) = said.err.splitlines()
    assert expected in line
    assert "hunter2" not in line


def test_with_a_channel_whose_secret_is_missing(scene: Scene, monitor: Monitor) -> None:
    scene.write(delivery=DELIVERY.replace("{type: files, folder: digests}", "{type: slack}"))
    said = monitor("poll")
    assert said.code == 78
    assert "MONITOR_FILES_WEBHOOK" in said.err
    assert said.err.count("\n") == 1


@pytest.mark.slow
async def test_run_with_a_port_that_is_taken(scene: Scene, publisher: Publisher) -> None:
    """As a process: the daemon says it in a line and is gone."""
    port = publisher.base.rpartition(":")[2]
    said = await process("run", environ=scene.environ() | {"MONITOR_HEALTH_PORT": port})
    assert said.code == 78
    last = said.err.splitlines()[-1]
    assert last.startswith(f"monitor: /health cannot listen on 127.0.0.1:{port} (")
    assert last.endswith("set MONITOR_HEALTH_PORT to a free port, or 0 for any")


# a start that is refused has changed nothing


@pytest.fixture
def older(scene: Scene, tmp_path: Path) -> Path:
    """A database of the version before, with a watchlist that was in force."""
    scripts = tmp_path / "before"
    shutil.copytree(ROOT / "alembic", scripts)
    max((scripts / "versions").glob("0*.py")).unlink()
    path = scene.folder / "data" / "monitor.db"
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    engine = open_engine(f"sqlite:///{path}")
    migrate.upgrade(engine, scripts=scripts)
    with write(engine) as conn:
        store_watchlists.record_version(conn, version="v1", text=WATCHLISTS, at=NOW)
    engine.dispose()
    return path


def revision(path: Path) -> str | None:
    engine = open_engine(f"sqlite:///{path}")
    found = migrate.current(engine)
    engine.dispose()
    return found


BUTTONS = DELIVERY.replace(
    "{type: files, folder: digests}", "{type: slack, channel: C0123ABCD, buttons: true}"
)
REFUSED: list[tuple[dict[str, str], dict[str, str], str]] = [
    ({"feeds": "feeds: ["}, {}, "feeds.yaml:"),
    ({"delivery": "channels: 1"}, {}, "delivery.yaml:1:"),
    (
        {"delivery": DELIVERY.replace("{type: files, folder: digests}", "{type: slack}")},
        {},
        "MONITOR_FILES_WEBHOOK",
    ),
    (
        {"delivery": BUTTONS},
        {"MONITOR_FILES_TOKEN": "xoxb-secret"},
        "set MONITOR_FILES_SOCKET or",
    ),
    ({}, {"MONITOR_HEALTH_PORT": "http"}, "or 0 for any"),
    ({}, {"MONITOR_HEALTH_HOST": "192.0.2.1", "MONITOR_WEB_ACCESS": "off"}, "cannot listen on"),
]


@pytest.mark.slow
@sqlite_only
@pytest.mark.parametrize(("files", "environ", "expected"), REFUSED)
def test_a_refused_start_has_not_migrated_the_database(
    scene: Scene,
    monitor: Monitor,
    older: Path,
    files: dict[str, str],
    environ: dict[str, str],
    expected: str,
) -> None:
    """So the version before, which may still be running, goes on."""
    before = revision(older)
    assert before != migrate.head()
    scene.write(**files)
    said = monitor("run", **environ)
    assert (said.code, expected in said.err) == (78, True)
    assert revision(older) == before


@pytest.mark.slow
@sqlite_only
async def test_a_broken_watchlist_is_replaced_from_the_older_database_too(
    scene: Scene, older: Path
) -> None:
    """The watchlist alone does not keep the daemon down, so its database is migrated."""
    scene.write(watchlists="questions: [")
    async with scene.open() as app:
        assert app.refusal is not None
        assert [question.id for question in app.plan.rules.questions] == ["treaty"]
    assert revision(older) == migrate.head()


def test_a_first_start_that_is_refused_leaves_no_data_folder(
    scene: Scene, monitor: Monitor
) -> None:
    shutil.rmtree(scene.folder / "data")
    scene.write(watchlists="questions: [")
    feeds = scene.file("feeds.yaml")
    feeds.write_text("feeds: [", encoding="utf-8")
    assert monitor("run").code == 78
    assert not (scene.folder / "data").exists()


# nothing set


@pytest.mark.slow
async def test_run_without_a_contact_is_up_and_says_once_what_to_set(
    scene: Scene, publisher: Publisher
) -> None:
    """Polls, page and probes, with one warning in the log, on the page of feeds and in `status`."""
    text = scene.file("feeds.yaml").read_text()
    scene.file("feeds.yaml").write_text(text.replace(", allow_private: true", "", 1))
    publisher.publish("herald", Item(guid="h1", title=PARADE, at=NOW))
    environ = scene.environ() | {"MONITOR_HEALTH_PORT": "0", "MONITOR_LOG_FORMAT": "json"}
    del environ["MONITOR_CONTACT"]
    async with running(environ) as daemon:
        base = await daemon.listening()
        await daemon.logged("feed.polled")
        async with aiohttp.ClientSession() as session:
            for path in ("/health", "/ready", "/", "/feeds"):
                async with session.get(f"{base}{path}") as response:
                    assert response.status == 200
                    page = await response.text()
        assert "set MONITOR_CONTACT to an e-mail address or a link" in page
        code = await daemon.stopped()
    warned = [line for line in daemon.lines if line["event"] == "settings.warned"]
    assert (code, len(warned)) == (0, 1)
    assert "feed courier is asked in the program's name and version alone" in warned[0]["warning"]

    status = await process("status", environ=environ)
    assert "Warning: set MONITOR_CONTACT to an e-mail address or a link" in status.out
    (told,) = json.loads((await process("status", "--json", environ=environ)).out)["warnings"]
    assert told == warned[0]["warning"]
    known = await process("status", environ=scene.environ())
    assert "MONITOR_CONTACT" not in known.out


async def test_a_reload_that_brings_public_feeds_says_what_to_set(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(style="json", level="info")
    settings = scene.settings({"MONITOR_CONTACT": ""})
    async with scene.open(settings=settings) as app:
        assert app.anonymous() == ""
        text = scene.file("feeds.yaml").read_text()
        scene.file("feeds.yaml").write_text(text.replace(", allow_private: true", ""))
        assert await app.reload(NOW)
        scene.file("feeds.yaml").write_text(text.replace(", allow_private: true", "") + "\n")
        assert await app.reload(NOW, force=True)
    logs.configure(level="critical")
    lines = [line for line in capsys.readouterr().err.splitlines() if "settings.warned" in line]
    assert len(lines) == 1
    assert "feed courier and 1 more are asked" in lines[0]


# monitor poll


@pytest.mark.slow
async def test_poll_tells_each_feed_and_fails_if_one_does(
    scene: Scene, publisher: Publisher
) -> None:
    """One feed answers, the other's server is not there: both are told, exit code 1."""
    text = scene.file("feeds.yaml").read_text()
    dead = text.replace(f"{publisher.base}/herald", "http://127.0.0.1:9/herald")
    scene.file("feeds.yaml").write_text(dead)
    publisher.publish("courier", Item(guid="c1", title=SIGNED, at=NOW))
    said = await process("poll", environ=scene.environ())
    assert said.code == 1
    assert said.err == ""
    (courier,) = [line for line in said.out.splitlines() if line.startswith("courier")]
    (herald,) = [line for line in said.out.splitlines() if line.startswith("herald")]
    assert courier.split() == ["courier", "read", "1", "0", "0"]
    assert herald.split()[:3] == ["herald", "failed", "refused:"]
    assert "; next try " in herald
    assert herald.endswith(" UTC")

    again = await process("poll", "courier", "--json", environ=scene.environ())
    (row,) = json.loads(again.out)
    assert again.code == 0
    assert (row["feed"], row["ok"], row["status"]) == ("courier", True, 304)

    status = await process("status", environ=scene.environ())
    assert status.code == 1, "a feed is failing"
    (herald,) = [line for line in status.out.splitlines() if line.startswith("herald")]
    assert "degraded" in herald
    assert " refused: " in herald


@pytest.mark.slow
async def test_poll_of_a_feed_that_is_not_configured(scene: Scene, publisher: Publisher) -> None:
    publisher.publish("courier")
    said = await process("poll", "gazette", environ=scene.environ())
    assert said.code == 1
    assert said.err == (
        "monitor: no enabled feed is called “gazette”; there are: courier, herald\n"
    )


@pytest.mark.slow
async def test_a_digest_for_the_terminal_stays_out_of_the_json(
    scene: Scene, publisher: Publisher
) -> None:
    terminal = DELIVERY.replace("{type: files, folder: digests}", "{type: terminal}")
    scene.write(base=publisher.base, delivery=terminal)
    for feed in ("courier", "herald"):
        publisher.publish(feed)
    assert (await process("poll", environ=scene.environ())).code == 0
    for feed in ("courier", "herald"):
        title = SIGNED if feed == "courier" else SIGNED_TOO
        item = Item(guid="n1", title=title, at=NOW - timedelta(minutes=1), outlet=feed)
        publisher.publish(feed, item)
    said = await process("poll", "--json", environ=scene.environ())
    assert [row["new"] for row in json.loads(said.out)] == [1, 1]
    assert "Decisive indicator" in " ".join(said.err.split())


@pytest.mark.slow
async def test_a_wrong_name_among_right_ones_is_one_line(
    scene: Scene, publisher: Publisher
) -> None:
    publisher.publish("courier")
    said = await process("poll", "courier", "gazette", environ=scene.environ())
    assert said.code == 1
    assert said.err.splitlines() == [
        "monitor: no enabled feed is called “gazette”; there are: courier, herald"
    ]


UNREACHABLE = """
channels:
  files: {type: files, folder: digests}
  chat: {type: slack}
  mail: {type: email, host: mail.invalid, security: none, port: 25, sender: desk@example.org}
digests:
- name: desk
  at: "08:00"
  days: daily
  timezone: UTC
  urgent: true
  to: [chat, "mail:desk@example.org", files]
"""


@pytest.mark.slow
async def test_channels_that_cannot_be_reached_stop_nothing(
    scene: Scene, publisher: Publisher
) -> None:
    """News that cannot wait, Slack and mail at hosts nobody knows: the files are there."""
    scene.write(base=publisher.base, delivery=UNREACHABLE)
    environ = scene.environ() | {
        "MONITOR_CHAT_WEBHOOK": "https://hooks.invalid/services/T1/B2/secret-of-slack"
    }
    publisher.publish("courier")
    publisher.publish("herald")
    first = await process("poll", environ=environ)
    assert (first.code, first.err) == (0, "")
    for feed in ("courier", "herald"):
        title = SIGNED if feed == "courier" else SIGNED_TOO
        item = Item(guid="n1", title=title, at=NOW - timedelta(minutes=1), outlet=feed)
        publisher.publish(feed, item)
    said = await process("poll", environ=environ)
    assert said.code == 0
    assert "treaty/no-treaty: Decisive indicator “signing”" in said.out
    assert "secret-of-slack" not in said.out + said.err

    names = {path.suffix for path in (scene.folder / "data" / "digests").iterdir()}
    assert ".html" in names
    status = await process("status", environ=environ)
    assert "Deliveries: 2 retry, 1 sent" in status.out
    assert "secret-of-slack" not in status.out + status.err


# odd company


@pytest.mark.slow
async def test_a_reader_that_left_gets_no_traceback(scene: Scene) -> None:
    """`monitor status | head -0`: a closed pipe is nobody's mistake."""
    reading, writing = os.pipe()
    os.close(reading)
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "monitor",
        "status",
        env=dict(os.environ) | {"PYTHONPATH": os.pathsep.join(sys.path)} | scene.environ(),
        stdout=writing,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(writing)
    _, err = await started.communicate()
    assert err == b""
    assert started.returncode == 1


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}


@pytest.mark.slow
async def test_a_locale_without_letters_loses_no_line(scene: Scene) -> None:
    """As in a bare container: what was typed is understood, and every line comes out."""
    typed = SIGNED.replace("border", "“Käsmark–Łódź”")
    said = await process("explain", typed, environ=scene.environ() | ASCII)
    assert said.code == 0
    assert said.out.startswith("Ruritania signs ")
    assert "signing (toward)" in said.out


@pytest.mark.slow
async def test_an_argument_that_is_no_text_is_a_headline_like_any_other(scene: Scene) -> None:
    """Bytes that no encoding explains reach neither the database nor the matcher as they are."""
    said = await process("explain", os.fsdecode(b"Ruritania signs \xff\xfe treaty"),
                         environ=scene.environ())  # fmt: skip
    assert said.code == 0
    assert "signing (toward)" in said.out
