"""Turns what a feed calls itself and where it is into the outlet it belongs to, by one name.

Must never rename an outlet that an operator named.
"""

import re

from monitor.core.stories.outlets import Outlets

_PARTS = re.compile(r"\s+[|–—:»·-]+\s+|:\s+|\s*[|»]\s*")
_NOISE = re.compile(
    r"\b(?:rss|atom|feeds?|latest|all|top stories|home ?page|front page|news feed)\b", re.IGNORECASE
)
_LONGEST = 40


def outlet_name(title: str, url: str, outlets: Outlets) -> str:
    """The configured outlet of the feed's host; else the part of its title that the host is named
    after (“38 North” of 38north.org); else the host as it was registered.
    """
    known = outlets.canonical(url)
    if known in {outlet.name for outlet in outlets.known}:
        return known
    host = _letters(known.rpartition("/")[2].partition(":")[0])
    for part in _PARTS.split(title):
        name = " ".join(_NOISE.sub(" ", part).split()).strip(" -–|:")
        letters = _letters(name)
        if letters and len(name) <= _LONGEST and (_named_after(host, letters, name)):
            return name
    return known


def _named_after(host: str, letters: str, name: str) -> bool:
    """The host holds the name, the name the host's first label, or its initials are the label."""
    initials = "".join(word[0] for word in name.lower().split())
    return len(letters) > 2 and (
        letters in host or (len(initials) > 2 and host.startswith(initials))
    )


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
