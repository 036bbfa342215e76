"""Turns a name, host, link or feed's title into the outlet's one name: bbc.com and bbc.co.uk agree.

Must never merge what it does not know, two unknown hosts are two outlets, or rename an outlet that
an operator named.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from monitor.model.feeds import Outlet

# Second-level labels under which countries register names (bbc.co.uk, yna.co.kr).
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org"})
# Hosts of many publishers: the label before them is the publisher.
_SHARED = frozenset(
    {
        "blogspot.com", "github.io", "medium.com", "substack.com", "tumblr.com", "wordpress.com",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outlets:
    """The outlets an operator configured, findable by name and by domain."""

    known: tuple[Outlet, ...] = ()
    _names: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = {
            alias.strip().casefold(): outlet.name
            for outlet in self.known
            for alias in (*outlet.domains, outlet.name)
        }
        object.__setattr__(self, "_names", names)

    def canonical(self, name: str) -> str:
        """The outlet's name for its name, one of its hosts or a link to it.

        Sub-domains do not matter. An unknown host is cut to the name that was registered; an
        unknown name comes back as given.
        """
        name = name.strip()
        if name.casefold() in self._names:
            return self._names[name.casefold()]
        host = _host(name)
        if not host:
            return name
        labels = host.split(".")
        for start in range(len(labels) - 1):
            if found := self._names.get(".".join(labels[start:])):
                return found
        return _registered(labels)


def _host(text: str) -> str:
    """The host of a link, or `text` itself where it looks like one; else ""."""
    try:
        host = urlsplit(text if "://" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    labels = host.split(".")
    usable = len(labels) > 1 and all(labels) and not any(letter.isspace() for letter in text)
    return host if usable else ""


def _registered(labels: list[str]) -> str:
    if all(label.isdecimal() for label in labels):
        return ".".join(labels)
    country = len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    shared = ".".join(labels[-2:]) in _SHARED
    return ".".join(labels[-3:] if country or shared else labels[-2:])


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
