"""Turns a title or summary as published into its own words: wire marks, outlets, labels taken off.

Must never touch the sentence itself: "not", "against", "before" and figures stay as they are.
"""

import html
import re
import unicodedata

from monitor.core.stories.headline.wording_names import OUTLETS

KINDS = frozenset({"opinion", "explainer", "live", "video", "correction"})

_PLAIN_MARKS = str.maketrans(
    dict.fromkeys("‘’‛`´\u02bc", "'") | dict.fromkeys("“”„«»", '"') | dict.fromkeys("‐‑‒–—―−", "-")  # noqa: RUF001 - every dash there is, on purpose
)


def _visible(code: int) -> str | int | None:
    """What becomes of a character: plain quotes and dashes, and nothing of invisible ones."""
    if code in _PLAIN_MARKS:
        return _PLAIN_MARKS[code]
    return None if unicodedata.category(chr(code)) == "Cf" else code


class _Visible(dict[int, str | int | None]):
    """A table for str.translate that learns the characters it meets; there are not that many."""

    def __missing__(self, code: int) -> str | int | None:
        self[code] = _visible(code)
        return self[code]


_VISIBLE = _Visible()

_WRAPPER = re.compile(
    r"""^\s*(?:
      (?P<correction>(?:corrected|corrects|correction|clarification|retraction)(?:\s*\d+)?
        (?:\s*[-:|]\s*|\s{2,}))
    | (?P<wire>(?:update|wrapup|refile|rpt|recast|insight|exclusive|breaking|urgent|alert
        |just\ in|developing|media|first\ on\ cnn)(?:\s*\d+)?(?:\s*[-:|]\s*|\s{2,}))
    | (?P<lead>[(\[](?:\d\w{0,2}\s+)?(?:lead|ld|urgent|update|updated|breaking)(?:\s*\d+)?[)\]]\s*)
    | (?P<opinion>(?:opinion|op-ed|commentary|column|editorial|analysis|letters?)\s*[-:|]\s*)
    | (?P<explainer>(?:explainer|factbox|timeline|fact\ check|q&a|explained|profile)\s*[-:|]\s*)
    | (?P<live>live(?:\ updates?|\ blog)?\s*[-:|]\s*)
    | (?P<video>(?:watch|video|photos?|pictures?|in\ pictures|listen|podcast|audio)\s*[-:|]\s*)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_LABEL = re.compile(
    r"""\s*(?:
      [-|:]\s*(?P<live>live(?:\ updates?|\ blog)?|as\ it\ happened)
    | [-|:]\s*(?P<video>video|in\ pictures|podcast)
    | [-|:]\s*(?P<explainer>explained|what\ we\ know(?:\ so\ far)?)
    | \|\s*(?P<section>(?:world|us|uk|eu|asia|europe|africa|international|business|politics|science
        |technology|sports?|environment|climate|news)(?:\ news)?)
    | \|\s*(?P<opinion>opinion|analysis|[\w'.]+\ [\w'.]+)  # a columnist's name
    | \[(?P<video_too>video|photos?)\]
    )\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_RECURRING = re.compile(
    r"""(?:^|[:|]|\s-)\s*(?:(?:the|your|our|npr|bbc)\s)?(?:
      (?:morning|evening|afternoon|midday|daily|weekly|weekend|nightly|mon|tues|wednes|thurs|fri
        |satur|sun)(?:day)?(?:'s)?\s(?:news\s|morning\s|evening\s)?(?:brief|briefing|round-?up|digest
        |wrap|updates?|bulletin|agenda|headlines|newsletter|report|edition|quiz|papers)\b
      | (?:world|news)\s(?:brief|briefing|briefs|round-?up|digest|bulletin|headlines|quiz)\b
      | (?:\w+\s)?(?:photos?|pictures?|images?|quiz|quote|word|video|chart|question|best)\s
        (?:\w+\s)?of\sthe\s(?:day|week|month|year)\b
      | (?:\d+\s)?things\sto\sknow\b | what\sto\s(?:watch|know|read)\s(?:today|this\sweek)\b
      | week\sin\s(?:review|pictures) | week\sahead\b | market\stalk\b | corrections?\sfor\b
      | today\sin\shistory\b | on\sthis\sday\b | firstft\b | papers\s*: | more\W*$
      | list\sof\skey\sevents\b
      | (?:first\sthing|up\sfirst|live)\s*(?:[:|]|$)
      | (?:weather|sport|traffic|markets?|opinion|video|photos?|headlines|top\sstories)\s*$
    ) | \blive\s*(?:[:|]|\s-\s) | \b(?:live\s(?:updates?|blog|coverage)|as\sit\shappened)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_DATELINE = re.compile(
    r"^\s*[A-Z][\w .,'/-]{0,60}?"
    r"\((?:AP|Reuters|AFP|UPI|Xinhua|Yonhap|KYODO|CNN|dpa)[^)]{0,20}\)\s*-*\s*"
)
_BOILERPLATE = re.compile(
    r"(?:\b(?:get|sign up (?:for|to)|subscribe to|follow|download|listen to) (?:our|the|us)\b"
    r"[^.|]{0,160}(?:[.|]|$)|\bcontinue reading\b.*$|\bread more\b\W*$|\bthe post .{0,200}"
    r"appeared first on\b.*$|\balso in today's newsletter\b,?|\(?photo(?: by)?:[^)]{0,80}\)?)",
    re.IGNORECASE,
)


# One of these is in every text that _BOILERPLATE could hit; most texts have none.
_BOILERPLATE_CUES = (
    "get our", "get the", "get us", "sign up", "subscribe to", "follow ", "download ", "listen to",
    "continue reading", "read more", "appeared first", "also in today", "photo",
)  # fmt: skip


def recurring(title: str) -> bool:
    """A title that is used again for other texts: "Morning news brief", a live page."""
    return bool(_RECURRING.search(title))


def plain_lead(summary: str) -> str:
    """The lead without dateline, invitations to subscribe and photo credits."""
    text = clean(summary)
    if "(" in text[:80]:
        text = _DATELINE.sub("", text)
    low = text.casefold()
    if any(cue in low for cue in _BOILERPLATE_CUES):
        text = _BOILERPLATE.sub(" ", text)
    return text


def clean(text: str) -> str:
    """Entities resolved, compatibility forms folded, invisible characters gone, plain quotes."""
    text = html.unescape(text)
    if not text.isascii():
        # quotes first: the compatibility form of an acute accent is a space and another mark
        text = unicodedata.normalize("NFKC", text.translate(_VISIBLE))
    return " ".join(text.split())


_MARKS = re.compile(r"[-|:·(\[]|\s\s")
"""One of these is in every title that has an outlet, a label or a wire mark to take off."""


def without_outlet(title: str, outlet: str) -> str:
    """Drop " - Outlet", " | Outlet", " : Outlet" from the end, as often as it is there."""
    if not _MARKS.search(title):
        return title
    own = _plain_name(outlet)
    while True:
        head, mark, tail = _last_part(title)
        if not mark or not head:
            return title
        name = _plain_name(tail)
        if not name or (name not in OUTLETS and own not in {name, f"{name}com"}):
            return title
        title = head


def _last_part(title: str) -> tuple[str, str, str]:
    parts = re.split(r"(\s+[-|:·]+\s+|\s*\|\s*)", title)
    if len(parts) < 3:
        return title, "", ""
    return "".join(parts[:-2]).strip(), parts[-2], parts[-1].strip()


def _plain_name(outlet: str) -> str:
    return "".join(c for c in outlet.casefold().removeprefix("www.") if c.isalnum() or c == " ")


def unwrap(title: str) -> tuple[str, frozenset[str]]:
    """Take wire marks and labels off both ends; what kind of text they announce is kept."""
    if not _MARKS.search(title):
        return title, frozenset()
    kinds: set[str] = set()
    for pattern in (_WRAPPER, _LABEL):
        while (found := pattern.search(title)) and found.group().strip() != title:
            label = found.lastgroup
            if label in KINDS:
                kinds.add(str(label))
            title = (title[: found.start()] + title[found.end() :]).strip()
    return title, frozenset(kinds)
