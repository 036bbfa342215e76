"""A year of real headlines, replayed with the example watchlist moved to its beginning."""

import re
from pathlib import Path

from monitor.service import replay as service_replay
from tests.service.rulebook import OUTLETS, rules


def adapted(text: str) -> str:
    """The example watchlist, moved from 2019 to the beginning of 2018."""
    text = text.replace("2019-", "2018-")
    return re.sub(r"(opened|published): 2018-\d\d-\d\d", r"\1: 2018-01-01", text)


def test_a_year_of_real_headlines_raises_flags_with_reasons(shared_data: Path) -> None:
    """2018: a year of summits set, called off and held, over 4,428 headlines."""
    example = (Path(__file__).parents[2] / "config" / "watchlists.yaml").read_text(encoding="utf-8")
    batches, outlets, refused = service_replay.from_lines(
        shared_data / "replay" / "nk_links_2018.jsonl", OUTLETS
    )
    result = service_replay.replay(batches, rules=rules(adapted(example), outlets))

    assert refused == []
    assert result.tally.new + result.tally.revised + result.tally.unchanged > 4_000
    assert result.start is not None
    assert result.start.year == 2018
    assert result.flags
    loud = 0
    for flag in result.flags:
        assert flag.reasons
        for reason in flag.reasons:
            assert reason.evidence
            assert reason.text
            loud += reason.interrupts
    assert sum(flag.state.live for flag in result.flags) <= 1, "one brief: one open flag at most"
    print(  # noqa: T201  # shown by -s and when the test fails
        f"2018: {result.tally}, {result.relevant} in scope, {result.stories} stories, "
        f"{len(result.flags)} flags, {loud} interruptions in {result.judgment_months:.1f} "
        "judgment-months"
    )
