"""Direction measured on real headlines. The floors lie a little below what half B gave."""

import re

import pytest

from tests.core.language.direction.direction_labels import (
    DATA,
    LABELS,
    Judged,
    judged,
    labels,
    score,
    sources,
    titles,
)


@pytest.fixture(scope="module")
def reported() -> list[Judged]:
    """Half B, judged."""
    _need_sources()
    return list(judged("B"))


def _need_sources() -> None:
    absent = [path.relative_to(DATA).as_posix() for path in sources() if not path.exists()]
    if absent:
        pytest.skip(f"{', '.join(absent)}: not here")


def test_the_file_holds_labels_and_no_news_text() -> None:
    """Hashes, file names and phrases only; the half follows from the hash; no headline twice."""
    rows = labels()

    assert len(rows) >= 600
    assert len({row.sha for row in rows}) == len(rows)
    assert all(re.fullmatch("[0-9a-f]{16}", row.sha) for row in rows)
    assert all(row.half == "AB"[int(row.sha, 16) % 2] for row in rows)
    assert max(map(len, LABELS.read_text(encoding="utf-8").splitlines())) < 160


def test_every_label_finds_its_headline() -> None:
    _need_sources()
    known = titles()

    assert [row for row in labels() if (row.source, row.sha) not in known] == []


@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [
        ("negated", 0.80, 0.80),  # 30 of 32 found, 5 false
        ("background", 0.94, 0.70),  # 33 of 46 found, 2 false
        ("hedged", 0.78, 0.81),  # 37 of 43 found, 9 false
    ],
)
def test_verdicts_stay_as_good_as_measured(
    reported: list[Judged], name: str, precision: float, recall: float
) -> None:
    got = score(reported, name)

    assert got.precision >= precision
    assert got.recall >= recall
