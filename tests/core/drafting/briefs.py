"""Invented briefs of several styles."""

from collections.abc import Mapping
from typing import Final

COALITION: Final = """\
(U) Prospects for the Borduria coalition through mid-2027

Author: Cabinet desk
Published: 3 March 2026

Scope note. This paper considers whether Prime Minister Musztar's coalition will survive until the end of 2026.

KEY JUDGMENTS

- We judge with moderate confidence that Musztar's coalition probably will collapse before the end of 2026.
- We assess that early elections are likely within six months of a collapse. We have low confidence in this
  judgment because polling is scarce.
- It is almost certainly not the case that the army intervenes.
- There is a remote chance that King Muskar dissolves parliament on his own.

ASSUMPTIONS

- The central bank does not raise rates before summer.

INDICATORS

More likely:
- Agrarian ministers resign
- a no-confidence motion is tabled

Less likely:
- coalition leaders sign a budget deal

NOTES
[1] Szohôd Gazette, "Agrarians walk out of budget committee", 13 February 2026.
[2] Kurvi, P. (2026, February 20). Unions call general strike. Bordurian Times. https://example.org/strike
"""  # noqa: E501  # as people paste it

STRIKE: Final = """\
To: Board
From: Risk office
Date: 2 June 2026
Subject: Will the port strike at Klow end before July?

The dockers' union and the Klow Port Authority have not met since 20 May. We do not expect the strike to end
before 1 July 2026; our confidence is high. We put the chance of a settlement in June at 15 per cent.

A national rail strike could follow. Grain exports may be disrupted for weeks, according to the exporters.

We would change our view if the union accepted mediation, or the port authority withdrew its dismissal notices.

Sources: "Dockers reject offer at Klow", AP, 28 May 2026; "Grain ships queue off Klow", Lloyd's List, 30 May 2026.
"""  # noqa: E501

CEASEFIRE: Final = """\
# Will Ruritania and Graustark extend their ceasefire?

*Prepared by: Desk 4, 5 September 2026*

BLUF: We are fairly confident the ceasefire will be extended beyond 30 September 2026. Likelihood: 70-80%.

## Key assumptions

1. Neither side receives new long-range artillery.
2. Elphberg stays in office.

## Signposts

| Signpost | Direction |
|---|---|
| Monitors expelled from the buffer zone | against |
| Prisoner exchange completed | for |

If either capital recalls its negotiators we would cut our estimate to below 50%.

## Sources
[1]: https://example.org/talks "Envoys return to Strelsau", BBC, 1 September 2026
"""  # noqa: E501

PIPELINE: Final = """\
<html><head><title>Sylvania</title><style>p {color: red}</style></head><body>
<h1>Sylvania and its pipeline</h1><p>Date of issue: 14 January 2027</p>
<h2>Question</h2><p>Will the Trans-Sylvania pipeline resume gas deliveries before 1 May 2027?</p>
<h2>Assessment</h2>
<ul><li>It is <b>highly unlikely</b> that the pipeline will resume deliveries before 1 May 2027
(analytical confidence: moderate).</li><li>Sylvania will <b>likely</b> impose an export levy by the end of March.</li>
</ul><p>Repair crews admitted to the station would raise the likelihood of a restart.
Another explosion would make a restart less likely.</p>
<h2>References</h2><ol><li>&ldquo;Pipeline blast leaves Freedonia short of gas&rdquo;, Reuters, 9 January 2027</li>
<li><a href="https://example.org/levy">Sylvania weighs export levy</a>, Financial Times, 11 January 2027</li></ol>
</body></html>
"""  # noqa: E501

ALL: Final[Mapping[str, str]] = {
    "coalition": COALITION,
    "strike": STRIKE,
    "ceasefire": CEASEFIRE,
    "pipeline": PIPELINE,
}
