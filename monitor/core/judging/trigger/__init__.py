"""Turns evidence into reasons to look at a judgment again: one module per trigger, each pure.

    tripwire    a   a decisive indicator, confirmed by a second outlet (and g, if it resolves)
    breadth     a2  one indicator carried by many outlets
    weight      b   the ledger swung far against the judgment
    surge       c   far more stories in a day than usual
    wakeup      c2  an indicator that was silent for weeks
    assumption  d   news that breaks what the brief rests on
    citation    e   a cited article was corrected or reversed
    calendar    f   expected news that did not come, horizons, reviews due; g, a horizon passed

`limits` holds every threshold, `texts` every sentence, to be made where it is shown, `restrain`
decides which reasons interrupt.
A judgment is only called into question by news that speaks against it: toward an event it calls
unlikely, away from one it calls likely, and either way where it is roughly even.
"""

from monitor.core.judging.limits import LIMITS, Limits
from monitor.core.judging.trigger.case import challenging
from monitor.core.judging.trigger.decide import trigger
from monitor.core.judging.trigger.weight import Swing, leaves_band, swing

__all__ = ["LIMITS", "Limits", "Swing", "challenging", "leaves_band", "swing", "trigger"]
