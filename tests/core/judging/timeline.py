"""Runs the triggers over a made-up timeline, as the daemon would: flags are kept, news attaches."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.core.assess import latest
from monitor.core.judging import trigger, weigh
from monitor.core.judging.rules import Rules
from monitor.core.language.watch.compiler import compile_watch
from monitor.model.flags import Evidence, Flag, FlagKind, FlagState, Reason, Review
from monitor.model.matches import Known
from monitor.model.questions import (
    Assumption,
    Confidence,
    Direction,
    IndicatorState,
    Judgment,
    Question,
    Strength,
)
from tests import build

START = build.NOON
ALIVE = build.judgment(
    ("talks-ended", Direction.AWAY),
    ("walkout", Direction.AWAY),
    ("pullout", Direction.AWAY),
    ("test", Direction.AWAY),
    ("summit", Direction.TOWARD),
    id_="talks-alive",
    likelihood=build.LIKELY,
    confidence=Confidence.MODERATE,
)
STRENGTHS = {
    "talks-ended": Strength.DECISIVE,
    "walkout": Strength.STRONG,
    "pullout": Strength.STRONG,
    "test": Strength.MODERATE,
    "summit": Strength.STRONG,
}


def day(number: float, hours: float = 0) -> datetime:
    """START moved by days and hours."""
    return START + timedelta(days=number, hours=hours)


@dataclass(slots=True)
class Timeline:
    """One brief with one judgment (likely: news away from the event speaks against it)."""

    judgments: tuple[Judgment, ...] = (ALIVE,)
    assumptions: tuple[Assumption, ...] = ()
    outlets: int = 20  # that are up
    changes: dict[str, object] = field(default_factory=dict)  # of the question
    loaded: datetime = START
    rows: tuple[Evidence, ...] = ()
    flags: dict[int, Flag] = field(default_factory=dict)
    resets: tuple[Review, ...] = ()
    resolved: frozenset[str] = frozenset()
    stories: int = 0

    @property
    def question(self) -> Question:
        made = build.question(*self.judgments)
        brief = replace(made.briefs[0], published=START.date(), assumptions=self.assumptions)
        return replace(made, briefs=(brief,), **self.changes)  # type: ignore[arg-type]

    @property
    def rules(self) -> Rules:
        return Rules(
            version="r1",
            questions=(self.question,),
            watch=compile_watch(()),
            outlets=self.outlets,
        )

    @property
    def known(self) -> Known:
        states = tuple(
            IndicatorState(
                question="q",
                name=name,
                definition="",
                first_at=self.loaded,
                edited_at=self.loaded,
                alerts_from=self.loaded,
            )
            for name in STRENGTHS
        )
        return Known(
            evidence=self.rows,
            flags=tuple(self.flags.values()),
            reviews=self.resets,
            indicators=states,
            resolved=self.resolved,
        )

    def row(
        self,
        at: datetime,
        indicator: str,
        *,
        outlets: int = 1,
        since: datetime | None = None,
        story: str = "",
        hedged: bool = False,
        direction: Direction | None = None,
        weight: int | None = None,
        judgment: Judgment = ALIVE,
    ) -> Evidence:
        """Evidence of a story, a new one unless named; a story named again has grown."""
        self.stories += 1
        id_ = story or f"s{self.stories}"
        earlier = [row for row in self.rows if row.key == (judgment.key, id_, indicator)]
        own = dict(judgment.directions).get(indicator, Direction.NONE)
        strength = STRENGTHS.get(indicator, Strength.MODERATE).value
        made = build.evidence(
            id_,
            indicator,
            judgment_=judgment.key,
            weight=strength if weight is None else weight,
            first=since or (earlier[0].first_at if earlier else at),
            outlets=tuple(f"outlet {number}" for number in range(1, outlets + 1)),
            hedged=hedged,
            number=len(earlier) + 1,
        )
        placed = replace(made, direction=direction or own, last_at=at, decided_at=at)
        return weigh.recompute(placed)

    def take(self, at: datetime, *fresh: Evidence) -> tuple[Reason, ...]:
        """One poll: what it raises but by weight, kept as the store keeps it."""
        self.rows = latest(self.rows, fresh)
        raised = trigger.trigger(self.rows, fresh=fresh, known=self.known, rules=self.rules, now=at)
        for item in raised:
            self.attach(item.reason)
        reasons = (item.reason for item in raised)
        return tuple(reason for reason in reasons if reason.kind is not FlagKind.WEIGHT)

    def news(self, at: datetime, indicator: str, **facts: object) -> tuple[Reason, ...]:
        """One poll that brings one story of one indicator."""
        return self.take(at, self.row(at, indicator, **facts))  # type: ignore[arg-type]

    def attach(self, reason: Reason) -> None:
        live = next((flag for flag in self.flags.values() if flag.state.live), None)
        flag = live or Flag(
            id=len(self.flags) + 1,
            question="q",
            brief="q/b",
            state=FlagState.OPEN,
            opened_at=reason.raised_at,
            changed_at=reason.raised_at,
            reasons=(),
        )
        self.flags[flag.id] = replace(flag, reasons=(*flag.reasons, reason))

    def answer(self, at: datetime, decision: FlagState = FlagState.STANDS) -> None:
        """Answer the open flag."""
        for flag in self.flags.values():
            if flag.state.live:
                self.flags[flag.id] = replace(flag, state=decision, changed_at=at)
                review = Review(flag_id=flag.id, brief="q/b", decision=decision, by="kim", at=at)
                self.resets = (review,) if review.resets else self.resets
