"""Every kind of reason is checked, and what nothing can check is never called checked."""

from dataclasses import replace

import pytest

from monitor.core.judging.trigger.recount import WITHOUT_ROWS, recount
from monitor.model.flags import FlagKind, Reason
from monitor.model.questions import Direction
from tests import build

ROW = build.evidence(outlets=("Reuters", "BBC"))
REASON = Reason(
    kind=FlagKind.TRIPWIRE,
    judgment=ROW.judgment,
    about="sohae",
    direction=Direction.AWAY,
    text="",
    numbers=(("first", 1.0), ("days", 50.0)),
    evidence=(ROW.ref,),
    interrupts=True,
    raised_at=build.at(1),
    rules="r1",
)


@pytest.mark.parametrize("kind", FlagKind)
def test_every_kind_is_worked_out_again(kind: FlagKind) -> None:
    found = recount(replace(REASON, kind=kind), [ROW])

    assert found.numbers or kind is FlagKind.CITATION


@pytest.mark.parametrize("kind", FlagKind)
def test_only_the_calendar_and_cited_articles_need_no_rows(kind: FlagKind) -> None:
    reason = replace(REASON, kind=kind, evidence=())
    if kind in WITHOUT_ROWS:
        assert recount(reason, []).numbers == {}
        return
    with pytest.raises(ValueError, match=f"of kind “{kind.value}” rests on rows and names none"):
        recount(reason, [])


@pytest.mark.parametrize("rows", [[], [ROW]])
def test_a_kind_that_nothing_checks_is_an_error(rows: list[object]) -> None:
    reason = replace(REASON, kind="omen")  # type: ignore[arg-type]  # a kind of a later version
    with pytest.raises(ValueError, match="of kind “omen” cannot be worked out again"):
        recount(reason, rows)  # type: ignore[arg-type]
