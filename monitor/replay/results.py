"""Turns what a replay came to into JSON and into the summary that another replay is compared with.

What `to_json` writes, `summary_of_json` reads: a result can be kept and compared with years later.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.core.assess import latest
from monitor.core.judging.trigger import texts
from monitor.core.measuring import misses
from monitor.core.measuring.difference import Difference, ReplayChange
from monitor.errors import ConfigError, NotFoundError, Problem
from monitor.model.clock import UTC_CLOCK
from monitor.model.flags import Evidence
from monitor.model.matches import Matched
from monitor.model.replays import Counted, Summary, ToldReason
from monitor.replay.run import Replayed
from monitor.replay.score import Measure, Report
from monitor.triage import flag_view


def summary(replayed: Replayed) -> Summary:
    """What counts of a replay: reasons in the order of their raising, stories in that of time."""
    rows: dict[tuple[str, str, str], Evidence] = {
        row.key: row for row in latest((), replayed.evidence)
    }
    reasons = sorted(
        (reason for flag in replayed.flags for reason in flag.reasons),
        key=lambda reason: (reason.raised_at, reason.judgment, reason.kind),
    )
    return Summary(
        rules=replayed.rules.version,
        told=tuple(
            ToldReason(
                judgment=reason.judgment,
                kind=reason.kind.value,
                direction=reason.direction.value,
                text=texts.sentence(reason, UTC_CLOCK),
                interrupts=reason.interrupts,
                at=reason.raised_at,
                entries=tuple(
                    dict.fromkeys(
                        entry
                        for key in reason.evidence
                        if (row := rows.get(key[:3]))
                        for entry in row.entry_ids
                    )
                ),
            )
            for reason in reasons
        ),
        counted=tuple(
            Counted(
                judgment=row.judgment,
                indicator=row.indicator,
                direction=row.direction.value,
                title=row.title,
                outlets=row.outlets,
                at=row.first_at,
                entries=row.entry_ids,
            )
            for row in sorted(rows.values(), key=lambda row: (row.first_at, row.key))
        ),
    )


def matches(replayed: Replayed) -> Mapping[str, Matched]:
    """What entries hit in their newest revision, by id."""
    return {one.matched.entry.id: one.matched for one in replayed.arrivals}


def to_json(replayed: Replayed, report: Report | None) -> dict[str, Any]:
    """Everything a program may want of a replay. Times are ISO 8601 in UTC."""
    tally, found = replayed.tally, summary(replayed)
    return {
        "rules": replayed.rules.version,
        "start": _time(replayed.start),
        "end": _time(replayed.end),
        "new": tally.new,
        "revised": tally.revised,
        "unchanged": tally.unchanged,
        "doubles": tally.doubles,
        "refused": list(tally.refused),
        "relevant": len(replayed.arrivals),
        "stories": len(replayed.stories),
        "judgment_months": replayed.judgment_months,
        "flags": [flag_view.flag_json(flag) for flag in replayed.flags],
        "told": [_plain(told) for told in found.told],
        "counted": [_plain(story) for story in found.counted],
    } | ({"measured": report_json(report)} if report else {})


def report_json(report: Report) -> dict[str, Any]:
    return {
        "start": _time(report.start),
        "end": _time(report.end),
        "judgment_months": report.months,
        "too_little": report.too_little or None,
        "table": [
            {
                "name": row.name,
                "interruptions": row.interruptions,
                "per_judgment_month": _measure(row.per_month),
                "recall": _measure(row.recall),
                "precision": _measure(row.precision),
                "lenient_recall": _measure(row.lenient_recall),
                "lenient_precision": _measure(row.lenient_precision),
                "direction": _measure(row.direction),
                "median_delay_hours": row.delay.total_seconds() / 3600 if row.delay else None,
                "repeats": row.repeats,
            }
            for row in report.rows
        ],
        "turning_points": [
            {
                "date": point.on.isoformat(),
                "event": point.says,
                "direction": point.direction.value,
                "must": point.must,
                "interruptions": [_time(one.at)] if one else [],
            }
            for point, one in report.score.strict.served
        ],
        "upper_bounds": misses.bounds(report.reached),
        "recall_beyond_spike": {"value": report.better[0], "interval": report.better[1]},
        "causes": misses.causes(report.missed),
        "misses": [
            {
                "date": each.point.on.isoformat(),
                "event": each.point.says,
                "lost_at": each.lost_at,
                "in_scope": each.in_scope,
                "pointing": each.pointing,
                "plain": each.plain,
                "in_one_story": each.in_one_story,
                "titles": list(each.titles),
            }
            for each in report.missed
        ],
        "unmatched": [
            {"at": _time(one.at), "flag": one.flag, "direction": one.direction.value}
            for one in report.score.strict.unmatched
        ],
    }


def difference_json(changes: Difference) -> dict[str, Any]:
    def stories(these: Sequence[ReplayChange]) -> list[dict[str, Any]]:
        return [_plain(change.story) | {"why": change.why} for change in these]

    return {
        "difference": {
            "gained": [_plain(told) for told in changes.gained],
            "lost": [_plain(told) for told in changes.lost],
            "stories_gained": stories(changes.stories_gained),
            "stories_lost": stories(changes.stories_lost),
        }
    }


def _plain(value: ToldReason | Counted) -> dict[str, Any]:
    return asdict(value) | {"at": _time(value.at)}


def _measure(measure: Measure) -> dict[str, Any]:
    return {"value": measure.value, "interval": measure.interval}


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def summary_of_json(path: Path) -> Summary:
    """A result that was kept. Raises NotFoundError or ConfigError when it is none."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise NotFoundError(f"{path}: the result cannot be opened: {exc.strerror}") from exc
    except ValueError as exc:
        raise _no_result(path, f"no JSON: {exc}") from exc
    try:
        return Summary(
            rules=kept["rules"],
            told=tuple(ToldReason(**_read(row)) for row in kept["told"]),
            counted=tuple(Counted(**_read(row)) for row in kept["counted"]),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise _no_result(path, "JSON of something else") from exc


def _read(row: Mapping[str, Any]) -> dict[str, Any]:
    lists = {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
    return {**row, **lists, "at": datetime.fromisoformat(row["at"])}


def _no_result(path: Path, found: str) -> ConfigError:
    expected = "the output of `monitor replay --json`, or a watchlist ending in .yaml"
    return ConfigError([Problem(file=path.name, line=0, column=0, found=found, expected=expected)])
