"""Values for tests, with only what a test cares about spelled out."""

from datetime import UTC, date, datetime, timedelta

from monitor.model.entries import DateTrust, Entry
from monitor.model.flags import Evidence
from monitor.model.matches import Match, Matched, Span
from monitor.model.questions import (
    Brief,
    Confidence,
    Direction,
    Indicator,
    Judgment,
    Likelihood,
    Phrase,
    Question,
    Strength,
)
from monitor.model.stories import Member, Relation, StandingKind, Story

NOON = datetime(2019, 3, 22, 12, 0, tzinfo=UTC)

UNLIKELY = Likelihood(words="very unlikely", low=0.05, high=0.20)
LIKELY = Likelihood(words="likely", low=0.55, high=0.80)


def at(hours: float = 0, days: float = 0) -> datetime:
    """NOON moved by hours and days."""
    return NOON + timedelta(hours=hours, days=days)


def entry(
    id_: str = "e1",
    title: str = "Delegations meet",
    *,
    outlet: str = "Reuters",
    seen: datetime = NOON,
    summary: str = "",
    alerts: bool = True,
    link: str = "",
) -> Entry:
    return Entry(
        id=id_,
        feed_id=outlet.lower(),
        outlet=outlet,
        key=id_,
        link=link,
        canonical_link=link,
        title=title,
        summary=summary,
        published_at=seen,
        date_trust=DateTrust.CLAIMED,
        seen_at=seen,
        content_hash=title,
        alerts=alerts,
    )


def match(
    indicator: str = "sohae",
    *,
    direction: Direction = Direction.AWAY,
    strength: Strength = Strength.STRONG,
    question: str = "q",
    hedge: str = "",
    veto: str = "",
) -> Match:
    return Match(
        question=question,
        indicator=indicator,
        direction=direction,
        strength=strength,
        spans=(Span(field="title", start=0, end=1, phrase="x"),),
        hedge=hedge,
        veto=veto,
    )


def matched(entry_: Entry, *matches: Match) -> Matched:
    return Matched(entry=entry_, questions=("q",), matches=matches)


def member(
    entry_id: str = "e1",
    title: str = "Delegations meet",
    *,
    outlet: str = "Reuters",
    seen: datetime = NOON,
    summary: str = "",
    relation: Relation = Relation.ROOT,
) -> Member:
    return Member(
        entry_id=entry_id,
        feed_id=outlet.lower(),
        outlet=outlet,
        title=title,
        summary=summary,
        link="",
        canonical_link="",
        at=seen,
        relation=relation,
        signature=frozenset(),
    )


def story(*items: Matched) -> Story:
    """A story of these entries; the first opened it."""
    members = tuple(
        Member(
            entry_id=item.entry.id,
            feed_id=item.entry.feed_id,
            outlet=item.entry.outlet,
            title=item.entry.title,
            summary=item.entry.summary,
            link=item.entry.link,
            canonical_link=item.entry.canonical_link,
            at=item.entry.published_at,
            relation=Relation.SIBLING if number else Relation.ROOT,
            signature=item.signature,
        )
        for number, item in enumerate(items)
    )
    return Story(id=members[0].entry_id, members=members)


def judgment(
    *directions: tuple[str, Direction],
    id_: str = "no-deal",
    likelihood: Likelihood = UNLIKELY,
    confidence: Confidence | None = Confidence.HIGH,
) -> Judgment:
    return Judgment(
        key=f"q/b/{id_}",
        id=id_,
        says=f"What {id_} says.",
        event="a deal is signed",
        likelihood=likelihood,
        confidence=confidence,
        directions=directions or (("sohae", Direction.AWAY), ("relief", Direction.TOWARD)),
    )


def question(*judgments: Judgment, indicators: tuple[Indicator, ...] = ()) -> Question:
    brief = Brief(
        key="q/b",
        id="b",
        title="A brief",
        published=date(2019, 2, 20),
        judgments=judgments or (judgment(),),
    )
    return Question(id="q", ask="Will it happen?", indicators=indicators, briefs=(brief,))


def indicator(
    name: str,
    *phrases: str,
    direction: Direction = Direction.AWAY,
    strength: Strength = Strength.STRONG,
) -> Indicator:
    return Indicator(
        name=name,
        direction=direction,
        strength=strength,
        phrases=tuple(Phrase(text=phrase) for phrase in phrases or (name,)),
    )


def evidence(
    story_id: str = "e1",
    indicator_: str = "sohae",
    *,
    points: float = -10.0,
    weight: int = 10,
    first: datetime = NOON,
    judgment_: str = "q/b/no-deal",
    outlets: tuple[str, ...] = ("Reuters",),
    hedged: bool = False,
    credit: float = 0.5,
    number: int = 1,
) -> Evidence:
    return Evidence(
        judgment=judgment_,
        story_id=story_id,
        indicator=indicator_,
        number=number,
        direction=Direction.TOWARD if points > 0 else Direction.AWAY,
        weight=weight,
        outlets=outlets,
        sources=len(outlets),
        origin="",
        standing=StandingKind.CORROBORATED if len(outlets) > 1 else StandingKind.SINGLE,
        digit=max(1, 4 - len(outlets)),
        entry_ids=(story_id,),
        hedged=hedged,
        prior_credit=0.0,
        credit=credit,
        points=points,
        title=f"Story {story_id}",
        link="",
        first_at=first,
        last_at=first,
        decided_at=first,
        rules="r1",
    )
