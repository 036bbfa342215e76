"""Runs every trigger for the judgments that new evidence speaks to, and restrains the reasons."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time

from monitor.core.judging import ledger
from monitor.core.judging.rules import Rules
from monitor.core.judging.trigger import table
from monitor.core.judging.trigger.case import (
    Almanac,
    Case,
    ChangedArticle,
    OnArticle,
    OnDay,
    OnNews,
)
from monitor.core.judging.trigger.restrain import ToldBefore, restrain
from monitor.model.flags import Evidence, Flag, Raised, Reason
from monitor.model.matches import Known
from monitor.model.questions import IndicatorState, Question


def trigger(
    evidence: Sequence[Evidence],
    *,
    fresh: Sequence[Evidence],
    known: Known,
    rules: Rules,
    now: datetime,
) -> tuple[Raised, ...]:
    """Reasons that fire now, for judgments that `fresh` evidence speaks to, in watchlist order.

    `evidence` holds the current rows, the fresh ones included; `known.flags` the live flags and all
    with a reason inside the longest cool-down. A question that is closed or answered is left alone.
    """
    if not fresh:
        return ()
    held = _grouped(evidence)
    news = _grouped(fresh)
    resets = ledger.last_resets(known.reviews)
    raised: list[Raised] = []
    for question, brief, judgment in rules.pairs():
        if judgment.key not in news or not is_open(question, known, now):
            continue
        flag = live_flag(known.flags, brief.key)
        before = tuple(item.reason for item in raised if item.brief == brief.key)
        own = [item for item in known.indicators if item.question == question.id]
        case = Case(
            question=question,
            brief=brief,
            judgment=judgment,
            rows=tuple(held[judgment.key]),
            arrived=tuple(news[judgment.key]),
            start=ledger.started(brief, resets),
            past=(*past_reasons(known.flags, brief.key), *before),
            older=tuple(row for row in known.older if row.judgment == judgment.key),
            loaded=_loaded(question, own),
            alerts_from={item.name: item.alerts_from for item in own},
            outlets=rules.outlets,
            limits=rules.limits[question.sensitivity],
            now=now,
            rules=rules.version,
        )
        raised += [
            Raised(
                question=question.id,
                brief=brief.key,
                reason=reason,
                flag_id=flag.id if flag else None,
            )
            for reason in restrained(case, flag, before)
        ]
    return tuple(raised)


def restrained(case: Case, flag: Flag | None, before: Sequence[Reason]) -> tuple[Reason, ...]:
    """What all triggers find, each held back or not by all that was told before it.

    `flag` is the brief's live one, `before` the reasons on its other judgments in this poll.
    """
    found: list[Reason] = []
    news = (on for each in table.TRIGGERS for on in each.fires if isinstance(on, OnNews))
    for on in news:
        for reason in on.find(case):
            told = ToldBefore(
                open_flag=(*(flag.reasons if flag else ()), *before, *found),
                judgment=(
                    *(other for other in case.past if other.judgment == case.judgment.key),
                    *found,
                ),
                snoozed_until=flag.snoozed_until if flag else None,
            )
            found.append(restrain(reason, told, case.limits))
    return tuple(found)


def due(almanac: Almanac) -> tuple[Reason, ...]:
    """What time alone says of a brief now and was not told."""
    if not almanac.brief.judgments:
        return ()
    days = (on for each in table.TRIGGERS for on in each.fires if isinstance(on, OnDay))
    return tuple(reason for on in days for reason in on.find(almanac))


def changed(article: ChangedArticle) -> tuple[Reason, ...]:
    """What a change of a cited article says of the brief."""
    articles = (on for each in table.TRIGGERS for on in each.fires if isinstance(on, OnArticle))
    return tuple(reason for on in articles for reason in on.find(article))


def is_open(question: Question, known: Known, now: datetime) -> bool:
    """Whether news may flag its judgments: inside its horizon, and not once answered."""
    return question.open_on(now.date()) and question.id not in known.resolved


def live_flag(flags: Iterable[Flag], brief: str) -> Flag | None:
    return next((flag for flag in flags if flag.brief == brief and flag.state.live), None)


def past_reasons(flags: Iterable[Flag], brief: str) -> tuple[Reason, ...]:
    """Every earlier reason on a brief, on whatever flag."""
    return tuple(reason for flag in flags if flag.brief == brief for reason in flag.reasons)


def _grouped(rows: Iterable[Evidence]) -> dict[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = {}
    for row in sorted(rows, key=lambda row: (row.first_at, row.story_id, row.indicator)):
        found.setdefault(row.judgment, []).append(row)
    return found


def _loaded(question: Question, states: Iterable[IndicatorState]) -> Mapping[str, datetime]:
    """From when each indicator is watched: its first load, or the day the question opened."""
    opened = datetime.combine(question.opened or date.min, time(), tzinfo=UTC)
    return {item.name: max(item.first_at, opened) for item in states}
