"""A made-up digest that holds something of everything, for trying templates. It is sent to nobody.

Must never hold anybody's news.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from monitor.model.digests import (
    BriefSection,
    CitationLine,
    Counts,
    Digest,
    EvidenceLine,
    JudgmentSection,
    ReasonLine,
)
from monitor.model.flags import FlagKind
from monitor.model.questions import Direction

_NOW: Final = datetime(2026, 1, 15, 8, tzinfo=UTC)

_LINE: Final = EvidenceLine(
    title="Ruritania returns to talks on its border",
    link="https://news.example.org/talks",
    indicator="talks",
    outlets=("Courier", "Herald"),
    entries=2,
    first_at=_NOW - timedelta(hours=9),
    points=6.2,
    hedged=True,
    new=True,
    story_id="talks",
    standing="corroborated by 2, credibility 2",
    sources=2,
)

_JUDGMENT: Final = JudgmentSection(
    key="treaty/no-treaty/unsigned",
    says="Ruritania will sign no treaty this year.",
    event="a treaty is signed",
    likelihood="very unlikely (5–20 %)",
    confidence="moderate",
    since=_NOW - timedelta(days=9),
    since_what="the last review",
    points=4.1,
    points_toward=6.2,
    points_away=-2.1,
    leaves_band="enough to leave “very unlikely” upward",
    reasons=(
        ReasonLine(
            kind=FlagKind.BREADTH,
            direction=Direction.TOWARD,
            text="“talks” carried by 5 outlets in 9 h, in 1 story",
            at=_NOW - timedelta(hours=1),
            new=True,
            story_id="talks",
        ),
    ),
    toward=(_LINE,),
    away=(replace(_LINE, title="Envoy stays at home", points=-2.1, story_id="envoy", link=""),),
    silent=("signing",),
    news=6.2,
    words="very unlikely",
    against=(Direction.TOWARD,),
    course=tuple((_NOW - timedelta(days=9 - day), 0.5 * day) for day in range(10)),
)

_BRIEF: Final = BriefSection(
    key="treaty/no-treaty",
    question="Will Ruritania sign a treaty this year?",
    title="No treaty in sight",
    published="2026-01-06",
    flag_id=1,
    bottom_line="Your judgment may need another look.",
    judgments=(_JUDGMENT, replace(_JUDGMENT, key="treaty/no-treaty/talking", reasons=())),
    opened=_NOW - timedelta(hours=1),
    lead=_LINE,
    lead_key="treaty/no-treaty/unsigned",
    assumptions=("“Nobody hurries” – talks: “Ruritania returns to talks” (Courier)",),
)

SPECIMEN: Final = Digest(
    name="specimen",
    slot="2026-01-15T08:00",
    urgent=False,
    composed_at=_NOW,
    window_from=_NOW - timedelta(days=1),
    window_to=_NOW,
    timezone="UTC",
    flagged=(_BRIEF,),
    moved=(
        replace(_BRIEF, flag_id=None, bottom_line="", judgments=(replace(_JUDGMENT, reasons=()),)),
    ),
    unchanged=("“Something else”",),
    notices=("Feed courier has failed since 14 January.",),
    counts=Counts(entries=104, matched=12, stories=3, flags=1),
    citations=(
        CitationLine(
            brief="No treaty in sight",
            outlet="Courier",
            was="12 crowns",
            now="15 crowns",
            how="another figure",
            link="https://news.example.org/toll",
            at=_NOW,
            grave=True,
        ),
    ),
    answered=("“No treaty in sight” – answered by kim, 14 Jan 22:53: revised to likely",),
    fell_silent=("“signing” for 14 days; the last was “Pens are bought” on 1 January",),
    held_back=("“Something else” – a surge (its budget is spent)",),
)
