"""Reading and matching in several processes gives what one gives, in the same order."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.core.stories.outlets import Outlets
from monitor.model.questions import Sensitivity
from monitor.replay import batches
from monitor.replay import run as replay_run
from monitor.replay.calibration import Budget, calibrate
from tests.support import timelines
from tests.support.rulebook import rules


def archive(folder: Path) -> Path:
    lines = [*timelines.noise(1.0, 2.0, seed=4), *timelines.event(day=90)]
    return timelines.written(folder / "archive.jsonl", iter(lines))


def test_the_result_does_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    """Nor on when it is run: everything is a function of archive, watchlist and program."""
    path = archive(tmp_path)
    found = []
    for jobs in (1, 2, 1):
        source = batches.from_lines(path, Outlets(()))
        own = rules(timelines.WATCHLIST, source.outlets)
        result = replay_run.replay(source, rules=own, jobs=jobs)
        found.append((result.flags, result.tally, result.evidence, result.stories, result.arrivals))
    assert found[0] == found[1] == found[2]
    assert found[0][0]


def test_the_budget_decides_what_is_proposed(tmp_path: Path) -> None:
    """Every setting is tried on the same archive; the most sensitive within the budget wins."""
    source = batches.from_lines(archive(tmp_path), Outlets(()))
    source = batches.Source(batches=list(source.batches), outlets=source.outlets)
    own = rules(timelines.WATCHLIST, source.outlets)
    wide = calibrate(source, own, Budget(count=50, span=timedelta(days=14)))
    none = calibrate(source, own, Budget(count=0, span=timedelta(days=14)))
    (proposal,) = wide.proposals
    assert [one.sensitivity for one in proposal.settings] == list(Sensitivity)
    sent = [one.interruptions for one in proposal.settings]
    assert sent[0] <= sent[1] <= sent[2]
    assert sent[0] > 0
    assert proposal.proposed is Sensitivity.HIGH
    assert none.proposals[0].proposed is None
    first = proposal.settings[0]
    assert first.rate * 2 * 365 / 14 == pytest.approx(first.interruptions, rel=0.02)


def test_an_empty_archive_proposes_nothing(tmp_path: Path) -> None:
    path = timelines.written(tmp_path / "empty.jsonl", iter(()))
    found = calibrate(
        batches.from_lines(path, Outlets(())),
        rules(timelines.WATCHLIST),
        Budget(count=1, span=timedelta(days=14)),
    )
    assert (found.proposals, found.start) == ((), None)
