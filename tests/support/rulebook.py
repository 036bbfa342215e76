"""Turns a watchlist's text into rules, and flags into what a person is told: for replays."""

from collections.abc import Sequence
from typing import Any

from monitor.config import watchlists as config_watchlists
from monitor.core.judging.rules import Rules
from monitor.core.language.watch.compiler import compile_watch
from monitor.core.stories.outlets import Outlets
from monitor.model.flags import Flag
from tests.support.scene import WATCHLISTS

OUTLETS = Outlets(())


def rules(text: str = WATCHLISTS, outlets: int = 2) -> Rules:
    found = config_watchlists.parse(text, "watchlists.yaml")
    return Rules(
        version=found.version,
        questions=found.questions,
        watch=compile_watch(found.questions, entities=found.entities),
        outlets=outlets,
    )


def told(flags: Sequence[Flag]) -> list[dict[str, Any]]:
    """What a person is told by flags, without numbers that only the database gives."""
    return [
        {
            "brief": flag.brief,
            "opened": flag.opened_at,
            "reasons": [
                (
                    r.raised_at,
                    r.kind,
                    r.direction,
                    r.text,
                    r.facts,
                    r.numbers,
                    r.interrupts,
                    r.rules,
                )
                for r in flag.reasons
            ],
        }
        for flag in flags
    ]
