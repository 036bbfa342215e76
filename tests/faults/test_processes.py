"""Faults 6 to 14, and 50: signals, whole disks and database files, and two at one file."""

import os
import shutil
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import sleep

import pytest

from monitor.store.engine import open_engine
from monitor.store.upkeep import backup
from tests.commands import run
from tests.faults import news
from tests.faults.life import CANNOT_START
from tests.faults.world import Household, Tally, World
from tests.support.scene import at

PACE = 100
PATIENCE = 60


def intact(household: Household, *, faults: int = 1, recover: bool = True) -> Tally:
    """Recover, and find everything once."""
    if recover:
        assert household.recover(news.MORNING).code == 0
    found = household.check()
    assert (found.lost, found.doubled) == (0, 0), household.wrong
    found.faults = faults
    household.world.tally.add(found)
    return found


def states(household: Household) -> set[str]:
    with closing(sqlite3.connect(household.database)) as conn:
        return {row[0] for row in conn.execute("SELECT state FROM deliveries")}


@pytest.fixture
def household(world: World, tmp_path: Path) -> Household:
    return world.fresh(tmp_path / "household")


# 6: told to stop


def test_fault_06_told_to_stop_while_it_polls(household: Household) -> None:
    """The poll under way is finished and stored; exit code 0."""
    household.world.publisher.gate.clear()
    born = household.bear(at(1), pace=PACE)
    assert household.world.publisher.asked.wait(PATIENCE)
    born.signal(signal.SIGTERM)
    household.world.publisher.gate.set()
    ended = born.ended()
    assert (ended.code, ended.told("daemon.stopped")) == (0, True)
    intact(household)


def test_fault_06_told_to_stop_while_it_sends(household: Household) -> None:
    """The message under way is finished and marked; nothing is left in anybody's hands."""
    household.world.inbox.gate = gate = threading.Event()
    born = household.bear(at(1), pace=PACE)
    assert household.world.inbox.taken.wait(PATIENCE)
    born.signal(signal.SIGTERM)
    gate.set()
    assert born.ended().code == 0
    assert "sending" not in states(household)
    assert intact(household).repeated == 0


def test_fault_06_told_to_stop_while_a_mail_server_is_silent(household: Household) -> None:
    """It does not wait for an answer that may take minutes; the row is left in doubt, not lost."""
    household.world.inbox.gate = gate = threading.Event()
    born = household.bear(at(1), pace=PACE)
    assert household.world.inbox.taken.wait(PATIENCE)
    born.signal(signal.SIGTERM)
    ended = born.ended()
    gate.set()
    assert (ended.code, ended.killed_by) == (0, 0)
    assert "sending" in states(household)
    household.world.inbox.gate = None
    assert intact(household).repeated == 1


# 7, 8: killed at the worst moment, and frozen


def killed_at_goodbye(household: Household) -> None:
    """A life that is killed when it has the answer to its first mail, and has not marked it."""
    born = household.world.nursery.bear(household.folder, household.environ(), (at(1),))
    household.world.inbox.farewell = partial(born.signal, signal.SIGKILL)
    born.let_go()
    assert born.ended().killed_by == signal.SIGKILL
    assert len(household.world.inbox.mails) == 1


def test_fault_07_killed_between_the_answer_and_the_mark(household: Household) -> None:
    """The server said 250, the row does not: one more copy, with the same id, that says so."""
    killed_at_goodbye(household)
    assert intact(household).repeated == 1
    mails = household.world.inbox.mails
    first, second = (mail for mail in mails if mail["Message-ID"] == mails[0]["Message-ID"])
    assert first["X-Monitor-Attempt"] is None
    assert second["X-Monitor-Attempt"] == "2"


def test_fault_08_frozen_for_some_seconds(household: Household) -> None:
    """What came due meanwhile is done once, and at once."""
    household.world.publisher.gate.clear()
    born = household.bear(at(1), pace=PACE)
    assert household.world.publisher.asked.wait(PATIENCE)
    born.signal(signal.SIGSTOP)
    household.world.publisher.gate.set()
    sleep(3)  # the fault itself
    born.signal(signal.SIGCONT)
    assert household.world.inbox.taken.wait(PATIENCE), "the urgent mail"
    born.signal(signal.SIGTERM)
    assert born.ended().code == 0
    intact(household)


# 9 to 12: the disk and the file


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    folder.mkdir()
    if run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder).returncode:
        pytest.skip("a file system of its own cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["/bin/umount", folder], check=True)  # noqa: S603


def fill(disk: Path) -> Path:
    """A file that takes all the room there is."""
    path = disk / "filler"
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    with suppress(OSError):
        while True:
            os.write(file, b"\0" * 4096)
    os.close(file)
    return path


@pytest.mark.parametrize("running", [False, True], ids=["at-start", "running"])
def test_fault_09_a_disk_that_is_full_and_then_freed(
    household: Household, tmp_path: Path, running: bool
) -> None:
    """No crash and a line that names the cause; when there is room again, all is made good."""
    with small_disk(tmp_path / "disk", 12) as disk:
        data = household.folder / "data"
        shutil.move(data, disk / "data")
        data.symlink_to(disk / "data")
        if running:
            household.world.publisher.gate.clear()
            born = household.bear(at(1), news.MORNING)
            assert household.world.publisher.asked.wait(PATIENCE)
            filler = fill(disk)
            household.world.publisher.gate.set()
            ended = born.ended()
        else:
            filler = fill(disk)
            ended = household.live(at(1), news.MORNING)
        assert ended.code == (0 if running else CANNOT_START), ended.log.read_text()
        assert "is there room left on the disk" in ended.log.read_text()
        filler.unlink()
        intact(household)


def test_fault_10_a_database_that_may_not_be_written(household: Household) -> None:
    url = f"sqlite:///file:{household.database}?mode=ro&uri=true"
    ended = household.live(at(1), MONITOR_DATABASE_URL=url)
    said = ended.log.read_text()
    assert ended.code == CANNOT_START
    assert "readonly database (make the file and the folder" in said
    assert "Traceback" not in said
    intact(household)


@pytest.mark.parametrize("damage", ["header", "half"])
def test_fault_11_a_database_that_is_damaged(household: Household, damage: str) -> None:
    """Refused, the file kept as it is; the copy put back in its place, all goes on."""
    whole = household.database.read_bytes()
    spoilt = b"\xff" * 100 + whole[100:] if damage == "header" else whole[: len(whole) // 2]
    household.database.write_bytes(spoilt)
    ended = household.live(at(1))
    said = ended.log.read_text()
    assert ended.code == CANNOT_START, said
    assert "keep the file, and restore a backup in its place" in said
    assert "Traceback" not in said
    assert household.database.read_bytes() == spoilt
    household.database.write_bytes(whole)
    intact(household)


def test_fault_12_the_journal_is_deleted_after_a_crash(household: Household) -> None:
    """What was not yet in the main file is gone, validators and all: so it is read again.

    The one fault after which a message may come twice without saying so: its mark is gone too.
    """
    killed_at_goodbye(household)
    journal = household.database.with_name("monitor.db-wal")
    assert journal.stat().st_size > 0
    journal.unlink()
    household.database.with_name("monitor.db-shm").unlink()
    household.world.inbox.mails.clear()  # nothing in the database knows of it any more
    assert household.recover(news.MORNING).code == 0
    assert household.check().lost == 0


# 13, 14: more than one at a file


def test_fault_13_two_daemons_on_one_file(household: Household) -> None:
    """Both run; each feed is polled, each digest composed and each message sent by one of them."""
    for moment in (at(1), news.MORNING):  # to one of another day a lease would seem to have ended
        both = [household.bear(moment) for _ in range(2)]
        assert [born.ended().code for born in both] == [0, 0]
    assert intact(household).repeated == 0


def test_fault_14_another_program_holds_the_database(household: Household) -> None:
    """For longer than a writer waits: the poll is not stored, says so, and is made good."""
    household.world.publisher.gate.clear()
    born = household.bear(at(1), at(2), news.MORNING)
    assert household.world.publisher.asked.wait(PATIENCE)
    with closing(sqlite3.connect(household.database, isolation_level=None)) as conn:
        conn.execute("BEGIN IMMEDIATE")
        household.world.publisher.gate.set()
        sleep(6)  # the fault itself
        conn.execute("ROLLBACK")
    ended = born.ended()
    assert ended.code == 0
    assert ended.told("poll.not_stored")
    assert "another process holds it" in ended.log.read_text()
    intact(household)


# 50: a backup put back


def back_up(household: Household, target: Path) -> None:
    engine = open_engine(f"sqlite:///{household.database}")
    backup(engine, target)
    engine.dispose()


def put_back(household: Household, copy: Path) -> None:
    """As docs/running.md says: the copy in place of the file, and its journal removed."""
    for left in household.database.parent.glob("monitor.db*"):
        left.unlink()
    shutil.copy(copy, household.database)


def ids(household: Household) -> set[str]:
    return {mail["Message-ID"] for mail in household.world.inbox.mails}


def test_fault_50_a_backup_of_now_is_put_back(household: Household, tmp_path: Path) -> None:
    """What was told is known in the copy, so nothing is told again."""
    assert household.live(at(1), news.MORNING).code == 0
    told = len(household.world.inbox.mails)
    back_up(household, tmp_path / "copy.db")
    put_back(household, tmp_path / "copy.db")
    assert household.live(news.MORNING + timedelta(minutes=5)).code == 0
    assert len(household.world.inbox.mails) == told > 0
    assert intact(household).repeated == 0


def test_fault_50_a_backup_of_before_is_put_back(household: Household, tmp_path: Path) -> None:
    """What feeds still list comes again, and its digests, under the ids that they had before."""
    back_up(household, tmp_path / "copy.db")
    assert household.live(at(1), news.MORNING).code == 0
    first = ids(household)
    put_back(household, tmp_path / "copy.db")
    household.world.inbox.mails.clear()
    assert intact(household).repeated == 0
    again = {each for each in first if news.MORNING.strftime("%Y-%m-%dT%H%M") in each}
    assert again
    assert again <= ids(household)
