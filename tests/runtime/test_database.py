"""Steps that share a transaction: each stands or falls alone, and a kill leaves all or none."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, select

from monitor.errors import NotFoundError
from monitor.runtime.database import COMPANY, Database
from monitor.store import meta
from monitor.store.engine import open_engine
from monitor.store.schema import app_meta
from tests import databases
from tests.commands import ROOT
from tests.databases import NewDatabase


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, new_database: NewDatabase) -> Iterator[Database]:
    with Database(open_engine(new_database(request.param, True))) as found:
        yield found


@pytest.fixture
def commits(database: Database) -> list[Connection]:
    found: list[Connection] = []
    event.listen(database.engine, "commit", found.append)
    return found


def put(key: str) -> Callable[[Connection], str]:
    def step(conn: Connection) -> str:
        meta.put(conn, key, key)
        return key

    return step


def keys(conn: Connection) -> set[str]:
    return set(conn.scalars(select(app_meta.c.key).where(app_meta.c.key.startswith("k"))))


def broken(conn: Connection) -> None:
    meta.put(conn, "k-broken", "half")
    raise NotFoundError("a mistake")


async def test_steps_that_are_near_share_one_transaction(
    database: Database, commits: list[Connection]
) -> None:
    async def work(number: int) -> str:
        with database.near():
            await asyncio.sleep(0)  # until all of them are near
            return await database.share(put(f"k{number}"))

    names = await asyncio.gather(*map(work, range(COMPANY)))
    assert len(commits) == 1
    assert set(names) == database.read_now(keys) == {f"k{n}" for n in range(COMPANY)}


async def test_one_that_fails_takes_no_other_with_it(
    database: Database, commits: list[Connection]
) -> None:
    async def work(step: Callable[[Connection], object]) -> object:
        with database.near():
            await asyncio.sleep(0)  # until all of them are near
            return await database.share(step)

    steps = (put("k1"), broken, put("k2"))
    first, second, third = await asyncio.gather(*map(work, steps), return_exceptions=True)
    assert len(commits) == 1
    assert (first, third) == ("k1", "k2")
    assert isinstance(second, NotFoundError)
    assert database.read_now(keys) == {"k1", "k2"}


async def test_a_step_that_nothing_is_near_waits_for_nothing(database: Database) -> None:
    with database.near():
        shared = asyncio.ensure_future(database.share(put("k")))
        await asyncio.sleep(0)
        assert database.read_now(lambda _: True)
        assert await shared == "k"


async def test_a_step_waits_for_company_only_for_a_moment(database: Database) -> None:
    with database.near(), database.near():
        assert await database.share(put("k")) == "k"
    assert database.read_now(keys) == {"k"}


async def test_what_is_asked_for_later_comes_later(database: Database) -> None:
    with database.near(), database.near():
        shared = asyncio.ensure_future(database.share(put("k1")))
        await asyncio.sleep(0)
        assert await database.read(keys) == {"k1"}
        assert await database.write(keys) == {"k1"}
        assert await shared == "k1"


async def test_a_step_that_was_given_up_is_not_run(database: Database) -> None:
    with database.near(), database.near():
        shared = asyncio.ensure_future(database.share(put("k1")))
        await asyncio.sleep(0)
        shared.cancel()
        await asyncio.sleep(0)
        assert await database.share(put("k2")) == "k2"
    assert database.read_now(keys) == {"k2"}


async def test_where_the_commit_fails_every_step_is_told(database: Database) -> None:
    def refuse(_conn: Connection) -> None:
        raise NotFoundError("no room")

    async def work(number: int) -> str:
        with database.near():
            await asyncio.sleep(0)  # until all of them are near
            return await database.share(put(f"k{number}"))

    event.listen(database.engine, "commit", refuse)
    found = await asyncio.gather(*map(work, range(3)), return_exceptions=True)
    event.remove(database.engine, "commit", refuse)
    assert [type(each) for each in found] == [NotFoundError] * 3
    assert database.read_now(keys) == set()


KILLED = """
import asyncio, os, signal, sys
from monitor.runtime.database import Database
from monitor.store import meta
from monitor.store.engine import open_engine
def put(number):
    def step(conn):
        meta.put(conn, f"k{number}", "")
        if number == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
    return step
async def main():
    database = Database(open_engine(sys.argv[1]))
    async def work(number):
        with database.near():
            await asyncio.sleep(0)
            await database.share(put(number))
    await work(0)
    await asyncio.gather(*map(work, range(1, 7)))
asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize("at", [1, 4, 6])
def test_a_kill_inside_a_group_leaves_none_of_it(at: int, tmp_path: Path) -> None:
    url = databases.sqlite(tmp_path / "monitor.db")
    command = [sys.executable, "-c", KILLED, url, str(at)]
    ended = subprocess.run(command, cwd=ROOT, check=False)  # noqa: S603  # our own program
    assert ended.returncode == -signal.SIGKILL
    with Database(open_engine(url)) as database:
        assert database.read_now(keys) == {"k0"}, "what was committed before, and nothing else"
        checked = database.read_now(
            lambda conn: conn.exec_driver_sql("PRAGMA integrity_check").scalar_one()
        )
        assert checked == "ok"
