"""Every kind of reason is checked, and what nothing can check is never called checked."""

from dataclasses import replace
from pathlib import Path

import pytest
from mypy import api

from monitor.core.judging.trigger import table
from monitor.core.judging.trigger.table import recount
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
    if table.of(kind).without_rows:
        assert recount(reason, []).numbers == {}
        return
    with pytest.raises(ValueError, match=f"of kind “{kind.value}” rests on rows and names none"):
        recount(reason, [])


@pytest.mark.parametrize("kind", FlagKind)
def test_every_kind_has_the_trigger_that_raises_it_and_no_other(kind: FlagKind) -> None:
    assert table.of(kind).kind is kind
    assert [each.kind for each in table.TRIGGERS].count(kind) == 1
    assert table.of(kind).name


@pytest.mark.slow
def test_a_trigger_that_lacks_a_part_does_not_type_check(tmp_path: Path) -> None:
    """Without words, a recount or a rest; and a kind of flag that no trigger raises."""
    parts = {
        "kind": "FlagKind.SURGE",
        "name": "'x'",
        "fires": "(OnNews(surge.fire),)",
        "sentence": "surge.sentence",
        "recount": "surge.recount",
        "without_rows": "False",
        "rest": "Rest.TOLD",
    }
    head = (
        "from monitor.core.judging.trigger import surge\n"
        "from monitor.core.judging.trigger.case import OnNews, Rest, Trigger\n"
        "from monitor.model.flags import FlagKind\n"
    )
    for number, left_out in enumerate(("", *parts)):
        given = ", ".join(f"{name}={value}" for name, value in parts.items() if name != left_out)
        (tmp_path / f"t{number}.py").write_text(f"{head}T = Trigger({given})\n", encoding="utf-8")
    stdout, _, _ = api.run(["--strict", "--no-error-summary", str(tmp_path)])
    told = [line for line in stdout.splitlines() if "Missing named argument" in line]

    assert {line.rsplit('"', 4)[1] for line in told} == set(parts)
