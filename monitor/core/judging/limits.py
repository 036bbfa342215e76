"""Every threshold of the triggers, in one place, at three levels of sensitivity.

The numbers of `normal` were tuned on headlines of 2019 about North Korea and checked on 2018 and on
Iran (design/tradecraft, measured): five outlets, ten outlets, 48 hours. Thresholds do not transfer
between three feeds and three hundred: see `corroborated`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil
from types import MappingProxyType

from monitor.model.questions import Sensitivity

MANY_OUTLETS = 15
"""Outlets from which on thresholds are asked for in full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What each trigger asks for, and how long it then keeps still."""

    together: timedelta = timedelta(hours=48)
    """Outlets that carry one indicator within this time corroborate each other."""

    tripwire_outlets: int = 2
    tripwire_together: timedelta = timedelta(hours=24)  # two stories confirm each other
    tripwire_pause: timedelta = timedelta(hours=72)  # of the same indicator; a story trips once

    breadth_strong: int = 5
    breadth_moderate: int = 10
    breadth_pause: timedelta = timedelta(days=5)

    swing_digest: float = 15.0  # points; a reason in the next digest
    swing_interrupt: float = 20.0  # points; told at once

    surge_stories: int = 4
    surge_tail: float = 1 / 365  # how rare such a day must be: once in a year
    surge_pause: timedelta = timedelta(days=7)  # or twice the last surge

    wakeup_silence: timedelta = timedelta(days=45)
    wakeup_outlets: int = 3
    wakeup_pause: timedelta = timedelta(days=45)

    assumption_outlets: int = 3
    assumption_pause: timedelta = timedelta(days=21)

    merge: timedelta = timedelta(hours=48)  # later news attaches to what was told
    escalate: timedelta = timedelta(hours=12)  # after which an escalation interrupts all the same

    budget: int = 1  # interruptions by kinds with `Rest.BUDGET`, per judgment and `budget_span`
    budget_span: timedelta = timedelta(days=14)


_NORMAL = Limits()

LIMITS: Mapping[Sensitivity, Limits] = MappingProxyType(
    {
        Sensitivity.LOW: replace(
            _NORMAL,
            breadth_strong=8,
            breadth_moderate=15,
            swing_digest=20.0,
            swing_interrupt=30.0,
            surge_tail=1 / 1_000,
        ),
        Sensitivity.NORMAL: _NORMAL,
        Sensitivity.HIGH: replace(
            _NORMAL,
            breadth_strong=3,
            breadth_moderate=6,
            swing_digest=10.0,
            swing_interrupt=15.0,
            surge_tail=1 / 60,
        ),
    }
)


def speaking(configured: int, up: int) -> int:
    """How many outlets to count with: those that are up, but two if two are configured.

    After an outage the first feed that answers is alone for minutes. It must not confirm itself.
    """
    return min(configured, max(2, up))


def corroborated(wanted: int, outlets: int, *, least: int = 2) -> int:
    """How many outlets a trigger may ask for when so many are up.

    The table is meant for `MANY_OUTLETS`; with fewer the number shrinks in proportion, though not
    below `least`, and never beyond those that there are.
    """
    fair = ceil(wanted * min(outlets, MANY_OUTLETS) / MANY_OUTLETS)
    return max(1, min(wanted, outlets, max(least, fair)))
