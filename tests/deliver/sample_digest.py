"""One hand-made digest for tests and pictures. Every headline in it is invented."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.deliver.render import render
from monitor.model.deliveries import Outgoing
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

COMPOSED = datetime(2019, 4, 15, 11, 0, tzinfo=UTC)


def evidence(
    title: str = "Seoul offers to host working-level talks in May",
    *,
    indicator: str = "talks-date",
    outlets: tuple[str, ...] = ("Reuters", "BBC News"),
    at: datetime = COMPOSED,
    points: float = 1.0,
    hedged: bool = False,
    new: bool = False,
    link: str | None = None,
) -> EvidenceLine:
    """One line; its link and story follow from the title unless given."""
    slug = "-".join(re.findall(r"[a-z]+", title.lower())[:5])
    return EvidenceLine(
        title=title,
        link=f"https://news.example.org/2019/04/{slug}" if link is None else link,
        indicator=indicator,
        outlets=outlets,
        entries=len(outlets),
        sources=len(outlets),
        first_at=at,
        points=points,
        hedged=hedged,
        new=new,
        story_id=f"story-{slug}",
    )


def judgment(
    says: str = "A nuclear deal will not be signed between the US and North Korea in 2019.",
    *,
    points: float = 0.0,
    reasons: tuple[ReasonLine, ...] = (),
    toward: tuple[EvidenceLine, ...] = (),
    away: tuple[EvidenceLine, ...] = (),
    silent: tuple[str, ...] = (),
) -> JudgmentSection:
    """One judgment whose two sums follow from its lines."""
    return JudgmentSection(
        key="us-dprk-deal/sanctions-pause-2019-03/no-deal",
        says=says,
        event="a deal is signed in 2019",
        likelihood="very unlikely (5–20 %)",
        confidence="high",
        since=datetime(2019, 3, 26, 12, tzinfo=UTC),
        since_what="the brief was published",
        points=points,
        points_toward=sum(line.points for line in toward),
        points_away=-sum(line.points for line in away),
        leaves_band="",
        reasons=reasons,
        toward=toward,
        away=away,
        silent=silent,
        words="very unlikely",
        against=(Direction.TOWARD,),
    )


def _talks_alive() -> JudgmentSection:
    away = (
        evidence(
            "North Korea calls off liaison meetings, citing ‘hostile’ inspections at sea",
            indicator="talks-suspended",
            outlets=("Yonhap", "Reuters", "BBC News", "NPR", "The Guardian", "AP", "Kyodo"),
            at=datetime(2019, 4, 13, 22, 41, tzinfo=UTC),
            points=-8.4,
            new=True,
        ),
        evidence(
            "Satellite pictures show fuel trucks at the Sohae launch pad",
            indicator="sohae",
            outlets=("38 North", "NPR", "Reuters"),
            at=datetime(2019, 4, 12, 15, 5, tzinfo=UTC),
            points=-5.1,
            new=True,
        ),
        evidence(
            "Pyongyang could end its test moratorium by summer, a defector group claims",
            indicator="moratorium-off",
            outlets=("Daily NK",),
            at=datetime(2019, 4, 14, 3, 20, tzinfo=UTC),
            points=-1.3,
            hedged=True,
            new=True,
        ),
    )
    toward = (
        evidence(
            "Moon: a third summit is still possible this year",
            indicator="summit-set",
            outlets=("Yonhap", "BBC News"),
            at=datetime(2019, 4, 11, 6, 30, tzinfo=UTC),
            points=2.6,
        ),
        evidence(
            "Kim’s sister delivers a letter for the White House, Seoul says",
            indicator="leader-contact",
            outlets=("Reuters",),
            at=datetime(2019, 4, 2, 9, 12, tzinfo=UTC),
            points=1.2,
        ),
    )
    return JudgmentSection(
        key="us-dprk-deal/sanctions-pause-2019-03/talks-alive",
        says="Holding off new sanctions could keep US–DPRK nuclear diplomacy alive.",
        event="the two governments are still negotiating at year’s end",
        likelihood="likely (55–80 %)",
        confidence="moderate",
        since=datetime(2019, 3, 26, 12, tzinfo=UTC),
        since_what="the brief was published",
        points=-11.0,
        points_toward=3.8,
        points_away=14.8,
        leaves_band="enough to leave “likely” downward",
        reasons=(
            ReasonLine(
                kind=FlagKind.BREADTH,
                direction=Direction.AWAY,
                text="talks-suspended carried by 7 outlets within 9 hours.",
                at=datetime(2019, 4, 14, 7, 40, tzinfo=UTC),
                new=True,
                story_id=away[0].story_id,
            ),
            ReasonLine(
                kind=FlagKind.WAKE_UP,
                direction=Direction.AWAY,
                text="First sohae story in 38 days; the last was on 5 March.",
                at=datetime(2019, 4, 12, 19, 10, tzinfo=UTC),
                new=False,
            ),
        ),
        toward=toward,
        away=away,
        silent=("talks-date", "talks-ended", "new-sanctions", "test-long-range"),
        words="likely",
        against=(Direction.AWAY,),
        news=-13.1,
        course=_course(0, 0, 0, 1.2, 1.2, 1.1, 1.1, 1.1, 1.0, 1.0, 3.8, 3.7, -1.3, -9.6, -11.0),
    )


def _course(*points: float) -> tuple[tuple[datetime, float], ...]:
    """One total a day, the last one when the digest is composed."""
    days = len(points) - 1
    return tuple((COMPOSED - timedelta(days=days - n), each) for n, each in enumerate(points))


def sample_digest() -> Digest:
    """A flagged brief with two judgments, one that moved, two unchanged, feeds in trouble."""
    alive = _talks_alive()
    flagged = BriefSection(
        opened=datetime(2019, 4, 12, 19, 10, tzinfo=UTC),
        lead=alive.away[0],
        lead_key=alive.key,
        key="us-dprk-deal/sanctions-pause-2019-03",
        question="Will a nuclear treaty be signed between the US and North Korea this year?",
        title="Sanctions pause and what it buys",
        published="2019-03-26",
        flag_id=41,
        bottom_line=(
            "Your judgment “Holding off new sanctions could keep US–DPRK nuclear diplomacy alive.” "
            "may need another look. Weighing most: “North Korea calls off liaison meetings, citing "
            "‘hostile’ inspections at sea” (Yonhap, Reuters, BBC News, NPR, The Guardian, AP, "
            "Kyodo)."
        ),
        judgments=(
            alive,
            judgment(
                points=-9.7,
                toward=(evidence(points=1.1),),
                away=(
                    evidence(
                        "North Korea calls off liaison meetings, citing ‘hostile’ inspections",
                        indicator="talks-suspended",
                        points=-10.8,
                    ),
                ),
            ),
        ),
        assumptions=(
            "“Pyongyang keeps its long-range and nuclear test moratorium” – sohae: “Satellite "
            "pictures show fuel trucks at the Sohae launch pad” (38 North, NPR, Reuters)",
        ),
    )
    threat = evidence(
        "Guards commander warns of ‘reply in kind’ if exports are stopped",
        indicator="threats",
        outlets=("Reuters", "Al Jazeera", "BBC News"),
        at=datetime(2019, 4, 14, 16, 2, tzinfo=UTC),
        points=2.4,
        new=True,
    )
    moved = BriefSection(
        lead=threat,
        lead_key="iran-shipping/gulf-2019-04/no-seizure",
        key="iran-shipping/gulf-2019-04",
        question="Will a tanker be seized in the Strait of Hormuz before July?",
        title="Gulf shipping after the waivers",
        published="2019-04-08",
        flag_id=None,
        bottom_line="",
        judgments=(
            JudgmentSection(
                key="iran-shipping/gulf-2019-04/no-seizure",
                says="Iran will not seize a foreign tanker before July.",
                event="a foreign tanker is seized",
                likelihood="unlikely (20–45 %)",
                confidence="",
                since=datetime(2019, 4, 8, 9, tzinfo=UTC),
                since_what="the brief was published",
                points=2.4,
                points_toward=2.4,
                points_away=0.0,
                leaves_band="",
                reasons=(),
                toward=(threat,),
                away=(),
                words="unlikely",
                against=(Direction.TOWARD,),
                news=2.4,
                silent=("boarding", "insurance"),
            ),
        ),
        assumptions=(),
    )
    return Digest(
        name="morning",
        slot="2019-04-15T07:00",
        urgent=False,
        composed_at=COMPOSED,
        window_from=datetime(2019, 4, 12, 11, tzinfo=UTC),
        window_to=COMPOSED,
        timezone="America/New_York",
        flagged=(flagged,),
        moved=(moved,),
        unchanged=(
            "“Brexit after the extension”",
            "“Caracas in April” (flag 38 is still open)",
        ),
        notices=(
            "Feed npr-world has failed since 14 April 03:10 (HTTP 503), 6 tries; next at 07:20.",
        ),
        citations=(
            CitationLine(
                brief="Sanctions pause and what it buys",
                outlet="Reuters",
                was="Seoul to reopen its border office with 12 officials",
                now="CORRECTED-Seoul to reopen its border office with 20 officials",
                how="marked “CORRECTED”",
                link="https://news.example.org/2019/04/border-office",
                at=datetime(2019, 4, 14, 9, 40, tzinfo=UTC),
                grave=True,
            ),
        ),
        counts=Counts(entries=1204, matched=61, stories=16, flags=1),
    )


def calm_digest() -> Digest:
    """Nothing flagged, nothing moved, every feed up."""
    return Digest(
        name="morning",
        slot="2019-04-16T07:00",
        urgent=False,
        composed_at=datetime(2019, 4, 16, 11, 0, tzinfo=UTC),
        window_from=COMPOSED,
        window_to=datetime(2019, 4, 16, 11, 0, tzinfo=UTC),
        timezone="America/New_York",
        flagged=(),
        moved=(),
        unchanged=(),
        notices=(),
        counts=Counts(entries=388, matched=9, stories=3, flags=0),
    )


def hostile_digest(text: str, *, link: str = "https://news.example.org/x") -> Digest:
    """The sample with the text in every place that a feed, a person or a YAML file fills."""
    digest = sample_digest()
    brief = digest.flagged[0]
    line = evidence(text, indicator=text, outlets=(text,), link=link, points=-20.0, new=True)
    flagged = replace(
        brief.judgments[0],
        says=text,
        event=text,
        away=(line, *brief.judgments[0].away),
        silent=(text,),
        reasons=tuple(replace(each, text=text) for each in brief.judgments[0].reasons),
    )
    brief = replace(
        brief,
        title=text,
        question=text,
        bottom_line=text,
        judgments=(flagged, *brief.judgments[1:]),
        assumptions=(text,),
        lead=line,
    )
    moved = replace(brief, flag_id=None)
    cited = replace(digest.citations[0], brief=text, outlet=text, was=text, now=text, link=link)
    return replace(
        digest,
        flagged=(brief,),
        moved=(moved,),
        citations=(cited,),
        notices=(text,),
        unchanged=(text,),
        held_back=(text,),
        fell_silent=(text,),
    )


def outgoing(
    *, attempt: int = 1, recipient: str = "desk@example.org", in_doubt: bool = False
) -> Outgoing:
    """The sample digest as a row of the outbox would hand it to a channel."""
    return Outgoing(
        key="d12.9f3ac41e77b0c2d5",
        recipient=recipient,
        attempt=attempt,
        queued_at=COMPOSED,
        message=render(sample_digest(), base_url="https://signpost.example.org"),
        in_doubt=in_doubt,
    )
