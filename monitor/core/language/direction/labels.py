"""Turns the label of a text into what it makes of all that follows; reads no sentence.

“Hoax: …”, “Fact check: …”, “On this day in 1999: …”, “Opinion | …”, “… (satire)”: whatever such a
text goes on to say, it does not report it as news of today. A label is a short head before a colon,
bar or dash, or the last part after one, and it governs the whole of its field. Marks of news
(“Exclusive:”, “Update 2:”, “Live:”, “Iran:”) are no labels here.
"""

import re
from bisect import bisect_left
from datetime import datetime
from itertools import islice
from typing import Final

from monitor.core.language.direction.bounds import PlacedCue, gone
from monitor.core.language.direction.cues import CueKind
from monitor.core.language.text.tokens import Tokens, fold

_FIRST: Final = 5  # words of a text among which a label has one that tells it
_LAST: Final = 3
_LONGEST: Final = 70  # characters of a label; most are one word
_MARK: Final = re.compile(
    r":(?!\d)\s*|\s?\|\s*|\s?\u2014\s*|\s[-\u2013]+\s|--|!\s|(?<=[A-Za-z])-(?=[A-Z])"
)
"""What parts a label from the headline; wires write “EXPLAINER-What …” without a space."""
_SIGNS: Final = re.compile("[:!|\u2014\u2013(\\[,-]|[Cc]heck")
"""One of these is in every text that has a label."""
_BRACKETS: Final = re.compile(r"^\W*[\[(]([^\])]{3,40})[\])]|[\[(]([^\])]{3,40})[\])]\W*$")

_REST: Final = r"(?:[\ ,].*)?"
_DENIED: Final = re.compile(
    r"""(?:(?:a|an|viral|online|partly|mostly|totally|completely|(?:social\ )?media|internet)\ )*
        (?:hoax|fake|false|untrue|not\ true|debunk(?:ed|ing)|fabricated|bogus|misleading|myth
           |(?:dis|mis)information|retracted|retraction|withdrawn)
        (?:\ (?:news|alerts?|alarm|claims?|reports?|story|stories|videos?|images?|photos?|posts?
           |letters?|rumou?rs?))*
      |no|nope|wrong""",
    re.VERBOSE | re.IGNORECASE,
)
_RETOLD: Final = re.compile(
    rf"""(?:[\w.'’]+\ ){{0,2}}fact[-\ ]?check(?:s|ing|ed|er)?{_REST}
      |(?:reality|rumou?r|claim)\ (?:check|control)|politifact|snopes|full\ fact
      |the\ onion|(?:the\ )?babylon\ bee|(?:the\ )?borowitz\ report
      |(?:(?:guest|reader|readers'|my|our|the|your|weekend|sunday|today's|news)\ )*
       (?:opinions?|op-?ed|comment(?:ary)?|columns?|editorials?|analysis|viewpoint|perspectives?
          |letters?|essay|blog|(?:book\ |film\ |tv\ )?review)
       (?:\ (?:by|of|from|on|to)\ .*|\ column|\ piece|\ round-?up)?
      |(?:[\w.'’]+\ ){{0,2}}(?:explainers?|explained|q\ ?[&+]\ ?a|factbox|timeline|faqs?
          |backgrounder|primer){_REST}
      |what\ (?:if|we\ know|to\ know){_REST}
      |satire|parody|spoof|humou?r|comedy|fiction|cartoon|joke|april\ fools?{_REST}
      |(?:on\ )?th(?:is|at)\ (?:day|date){_REST}|(?:this\ (?:week|month)|today)\ in\ .*history.*
      |(?:a\ )?(?:brief\ |short\ )?(?:look(?:ing)?\ back{_REST}|history(?:\ of\ .*|\ lesson)?)
      |flashback{_REST}|throwback{_REST}|retro|archives?|from\ (?:the|our)\ (?:archives?|vault)
      |obituary|anniversary{_REST}|(?:[\w-]+\ ){{1,3}}(?:years?|decades?)\ ago(?:\ today)?
      |quiz{_REST}|podcast{_REST}|simulation|drill|exercise|war\ ?game|hypothetical(?:ly)?""",
    re.VERBOSE | re.IGNORECASE,
)
_UNSURE: Final = re.compile(
    r"""(?:unconfirmed|rumou?rs?|gossip|speculation|claims?|allegations?|predictions?|forecast
          |preview|scenario|(?:conspiracy\ )?theory|proposal)
        (?:\ (?:reports?|mill|watch|of\ .*|for\ .*))?""",
    re.VERBOSE | re.IGNORECASE,
)
_YEAR: Final = re.compile(r"(?:in |[A-Z][a-z]+\.? (?:\d{1,2},? )?|\d{1,2} [A-Z][a-z]+ )?(\d{4})")
_TAIL: Final = re.compile(
    r"""(?:guest\ )?(?:opinion|op-ed|analysis|comment(?:ary)?|editorial|column|letters?|satire
          |parody|humou?r|explainer|explained|fact[-\ ]check|archive|quiz|podcast|timeline|q&a)
      |on\ this\ day""",
    re.VERBOSE | re.IGNORECASE,
)
_OPENING: Final = re.compile(
    r"(?:no|nope),\s|fact[- ]check(?:ing|ed)?\s|(?:on )?this day (?:in (?:history|\d{4})\b|,)",
    re.IGNORECASE,
)
"""What governs a text without a mark after it: “No, Ruritania did not sign”."""
_TELLING: Final = frozenset(
    word
    for line in (
        "hoax fake false untrue true debunked debunking fabricated bogus misleading myth",
        "retraction disinformation misinformation retracted withdrawn no nope wrong fact",
        "factcheck reality factchecking rumor rumour rumors rumours claim claims opinion",
        "opinions op oped comment commentary column columns editorial editorials analysis",
        "viewpoint perspective perspectives letter letters essay blog review explainer",
        "explainers explained q factbox timeline faq faqs backgrounder primer what satire",
        "parody spoof humor humour comedy fiction cartoon joke april this that today look",
        "looking history flashback throwback retro archive archives obituary anniversary ago",
        "quiz podcast simulation drill exercise war wargame hypothetical hypothetically",
        "unconfirmed gossip speculation allegation allegations prediction theory predictions",
        "forecast preview scenario proposal check checks checking checked politifact",
        "snopes full onion bee report",
    )
    for word in line.split()
).union(map(str, range(1900, 2100)))
"""The words of which every label has one, folded."""


def label(tokens: Tokens, told_at: datetime) -> PlacedCue | None:
    """The label of a field, as a cue that reaches all of it; None where there is none.

    `told_at` dates the text: “1999: …” is a label of the past.
    """
    words = tokens.words
    ends = (*words[:_FIRST], *words[-_LAST:])
    if _TELLING.isdisjoint(map(fold, ends)):
        return None
    text = tokens.text
    if not _SIGNS.search(text):
        return None
    for start, end, kind in _candidates(text, told_at):
        first = bisect_left(tokens.starts, start)
        last = bisect_left(tokens.starts, end) - 1
        if first <= last < len(words) - (first == 0):
            name = text[tokens.starts[first] : tokens.ends[last]]
            aside = kind is CueKind.SETS_ASIDE
            said = f"under “{name}”" if aside else name
            return PlacedCue(kind, said, first, last, 0, len(words) - 1, governs=True)
    return None


def _candidates(text: str, told_at: datetime) -> list[tuple[int, int, CueKind]]:
    """Where labels stand in characters, and what each does."""
    heads = islice(_MARK.finditer(text, 0, _LONGEST), 2)  # "Op-Ed | …" has two
    found = [
        (0, head.start(), kind) for head in heads if (kind := _kind(text[: head.start()], told_at))
    ]
    if opening := _OPENING.match(text):
        no = opening[0][:2].casefold() == "no"
        kind = CueKind.NEGATES if no else CueKind.SETS_ASIDE
        found.append((0, opening.end(), kind))
    for marked in _BRACKETS.finditer(text):
        group = 1 if marked[1] else 2
        if kind := _kind(marked[group], told_at):
            found.append((*marked.span(group), kind))
    tails = [*_MARK.finditer(text, max(0, len(text) - _LONGEST))]
    if tails and _TAIL.fullmatch(text[tails[-1].end() :].strip()):
        found.append((tails[-1].end(), len(text), CueKind.SETS_ASIDE))
    return found


def _kind(name: str, told_at: datetime) -> CueKind | None:
    """What a label of this name does to the text."""
    name = name.strip(" \n\"'“”‘’*#")
    if _DENIED.fullmatch(name):
        return CueKind.NEGATES
    if _RETOLD.fullmatch(name) or ((year := _YEAR.fullmatch(name)) and gone(year[1], told_at)):
        return CueKind.SETS_ASIDE
    return CueKind.HEDGES if _UNSURE.fullmatch(name) else None
