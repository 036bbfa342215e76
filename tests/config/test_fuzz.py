"""No edit of a file, however wrong, does anything but load or be refused with places."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import delivery, feeds, watchlists
from monitor.config.reader import Checked
from monitor.deliver.channels.table import TYPES
from tests.config.watchlist_texts import FULL, SHORT

pytestmark = pytest.mark.slow

SHIPPED = Path(__file__).parents[2] / "config"
SCRAPS = [
    *"\n\t :-[]{}\"'#&*!|>%@`,?0~",
    "\n- ",
    ": ",
    " NO ",
    "12:30",
    "<<: ",
    "!!binary ",
    "---\n",
    "\x00",
    "\ufeff",
    "\u2028",
    "\x85",
    "é",
    "query: >-\n",
    "null",
    " AND ",
]

Check = Callable[[str, str], Checked[Any]]
DELIVERY: Check = partial(delivery.check, types=TYPES)


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (watchlists.check, FULL),
        (watchlists.check, SHORT),
        (feeds.check, (SHIPPED / "feeds.yaml").read_text(encoding="utf-8")),
        (
            partial(delivery.check, types=TYPES),
            (SHIPPED / "delivery.yaml").read_text(encoding="utf-8"),
        ),
    ],
    ids=["full", "short", "feeds", "delivery"],
)
@settings(deadline=None)
@given(data=st.data())
def test_any_edit_is_taken_or_refused_at_a_place_of_the_file(
    check: Check, text: str, data: st.DataObject
) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 12))
        scrap = data.draw(st.sampled_from(["", *SCRAPS]))
        text = text[:start] + scrap + text[start + gone :]

    found = check(text, "x.yaml")

    assert found.errors or found.value is not None
    lines = len(text.splitlines()) + 1
    for problem in found.problems:
        assert problem.file == "x.yaml"
        assert 0 <= problem.line <= lines
        assert problem.found
        assert problem.expected
        assert "\n" not in str(problem)
