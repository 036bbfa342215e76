"""Turns evidence into reasons to look at a judgment again: one module per trigger, each pure.

    resolution  g   news that may settle the question; a horizon has passed
    tripwire    a   a decisive indicator, confirmed by a second outlet
    assumption  d   news that breaks what the brief rests on
    breadth     a2  one indicator carried by many outlets
    wakeup      c2  an indicator that was silent for weeks
    surge       c   far more stories in a day than usual
    weight      b   the ledger swung far against the judgment
    citation    e   a cited article was corrected or reversed
    silence     f   expected news that did not come, horizons ahead, reviews due

A module has all of its trigger: how it fires, its words, the recount for the audit, its rest;
`table` lists them and `case.Trigger` says what each must have. `limits` holds every threshold,
`decide` runs them, `restrain` decides which reasons interrupt, `texts` tells any reason.
A judgment is only called into question by news that speaks against it: toward an event it calls
unlikely, away from one it calls likely, and either way where it is roughly even.
"""

from monitor.core.judging.limits import LIMITS, Limits
from monitor.core.judging.trigger.case import challenging
from monitor.core.judging.trigger.decide import trigger
from monitor.core.judging.trigger.weight import Swing, leaves_band, swing

__all__ = ["LIMITS", "Limits", "Swing", "challenging", "leaves_band", "swing", "trigger"]
