"""Turns what a brief would be swayed by, and what it tells as happening, into indicators.

First what the brief itself names (“what would change our mind”, “would bring a cut forward”, “watch
for”), then the events of its own sentences. The direction is read from the brief's words where they
give one, else guessed from whether an event eases or presses as the judged one does.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.core.drafting import happenings, passages
from monitor.core.drafting.happenings import Happening
from monitor.core.drafting.passages import Sentence
from monitor.core.drafting.words import STOP, content
from monitor.model.drafts import IndicatorProposal, SourceSentence
from monitor.model.questions import Direction, Strength

MOST_TOLD: Final = 14
"""Indicators from events that are only told; those that the brief names are all kept."""
SECTION: Final = re.compile(
    r"\b(?:what (?:would|could|might|may) (?:change|alter|shift|move|sway|prove|raise|"
    r"lower|make)|indicators?|signposts?|"
    r"signs|what to (?:watch|look)|what we (?:are watching|watch|will watch)|watch ?list|"
    r"things to watch|to watch|watch for|"
    r"trip ?wires?|triggers?|warnings?|drivers of change|would change|change our|how we "
    r"would know|we would be wrong|"
    r"what could go wrong|(?:upside|downside|alternative)s?\b)",
    re.IGNORECASE,
)
_LIKELIER: Final = re.compile(
    r"\b(?:bring\b.*\b(?:forward|closer|nearer|about)|(?:rais|increas|improv|boost|"
    r"heighten|strengthen)\w*\b.*\b(?:chance|likelihood|"
    r"probab\w+|risk|odds|prospects?)|more (?:likely|probable)|upward|(?<!un)likely\b|"
    r"escalat\w+|hasten|accelerate|pave the way|"
    r"trigger|lead to|point(?:s|ing)? to(?:ward)?s?\b|suggest(?:s|ing)? that|in favou?r|toward)",
    re.IGNORECASE,
)
_LESS_LIKELY: Final = re.compile(
    r"\b(?:less (?:likely|probable)|unlikely|improbable|impossible|(?:lower|reduc|decreas|"
    r"diminish|weaken|dim)\w*\b.*\b(?:chance|"
    r"likelihood|probab\w+|risk|odds|prospects?)|delay|postpone|downward|de-escalat\w+|"
    r"rule out|prevent|avert|push back|against)",
    re.IGNORECASE,
)
_OTHER_WAY: Final = re.compile(
    r"\b(?:other (?:way|direction)|opposite(?: way| direction)?|reverse|contrary)\b", re.IGNORECASE
)
_CONFIRMS: Final = re.compile(
    r"\b(?:settle|confirm\w*|strengthen|support|reinforce|bolster|bear out|cement)\b", re.IGNORECASE
)
_SWAYS: Final = re.compile(
    r"\b(?:change|revis|alter|weaken|undermin|reconsider|rethink|reassess|revisit|wrong|"
    r"mistaken|challenge|contradict|prompt|shift|"
    r"lead us|cause us|force us)\w*",
    re.IGNORECASE,
)
_WOULD: Final = re.compile(
    r"^(?P<list>.+?),? (?:would|could|might) (?:each |both |all |also |then |therefore |"
    r"probably |most |only |itself )*"
    r"(?P<told>(?:bring|make|raise|increase|lower|reduce|point|suggest|signal|indicate|"
    r"settle|confirm|strengthen|weaken|"
    r"change|lead us|cause us|force us|prompt|alter|shift|tip|undermine|support|mean|show|"
    r"push|trigger|delay|pave|hasten|"
    r"bolster|reinforce|challenge|contradict|argue|count|speak|tell|be (?:a |an |the |"
    r"another )?(?:\w+ ){0,2}"
    r"(?:sign|signal|indicator|indication|warning|evidence|step))\b.*)$"
)
_WOULD_IF: Final = re.compile(
    r"^(?P<event>.+?) (?:would|will|could|might) (?:become|be|look|seem|grow|turn) "
    r"(?P<told>(?:much |far |somewhat |even )?(?:more |less |very |highly )?"
    r"(?:likely|probable|unlikely|improbable|impossible|"
    r"certain))\b(?P<more>[^,;]*?)\s*\b(?:if|should|were|once|when|in the event of)\b "
    r"(?P<list>.+)$",
    re.IGNORECASE,
)
_WE_WOULD: Final = re.compile(
    r"^(?:we|i|our (?:judge?ment|assessment|view|estimate|forecast)|this (?:judge?ment|"
    r"assessment)) (?:could|would|may|might|will)(?: also)? (?P<told>(?:be )?(?:wrong|"
    r"mistaken|"
    r"revise|change|reconsider|review|revisit|reassess|rethink|raise|lower|increase|reduce|"
    r"alter|update|move|shift|adjust|weaken)\w*\b[^:;]*?)"
    r"\s*\b(?:if|should|were|on|upon|after|following|in the event of|in case of|when)\b "
    r"(?P<list>.+)$",
    re.IGNORECASE,
)
_IF_WOULD: Final = re.compile(
    r"^(?:if|should|were|once) (?P<list>.+?),? (?:then )?(?:we|i|our \w+|this|that|it|the "
    r"(?:judge?ment|assessment|chances?|odds|risk)) would(?: also)? "
    r"(?P<told>(?:be(?:come)? (?:more|less|un)|"
    r"revise|change|reconsider|review|revisit|reassess|rethink|raise|lower|increase|reduce|"
    r"cut|drop|alter|update|move|shift|adjust|weaken|rise|fall)\w*\b.*)$",
    re.IGNORECASE,
)
_WATCH: Final = re.compile(
    r"\b(?:(?:we (?:are|will be|would be|shall be)? ?)?(?:watch(?:ing)?|look(?:ing)?|"
    r"monitor(?:ing)?)(?: closely| out)*(?: for| whether)?|"
    r"(?:early |key |warning |main |possible )*(?:signs?|signposts?|indicators?|warnings|"
    r"triggers|trip ?wires?)(?: \w+){0,6}? "
    r"(?:include|are|is|would be|would include|to watch(?: for)?(?: are| "
    r"include)?))\s*:?\s+(?P<list>[^.]{6,})",
    re.IGNORECASE,
)
_IF: Final = re.compile(
    r"^(?:if|should|were|when|once|that|a sign that|signs of|any|also)\s+", re.IGNORECASE
)
_TRIVIAL: Final = frozenset(
    "sharp sudden sustained sizeable sizable weekly monthly daily latest renewed clear "
    "visible apparent credible "
    "confirmed widespread public official formal significant serious major minor early "
    "late need needs used using "
    "number level levels report reports fact case weeks fortnight christmas easter "
    "january february march april june july august september october november december".split()
)
_PIECE: Final = re.compile(r"[A-Za-z][A-Za-z’'.-]*[A-Za-z]|[A-Za-z]|[^\sA-Za-z]+")


@dataclass(frozen=True, slots=True)
class Judged:
    """What directions are guessed against: the event's sign, and whether it is called unlikely."""

    sign: int
    unlikely: bool
    names: frozenset[str]  # stems of the scope's names, which tell no event from another

    @property
    def against(self) -> Direction:
        """The direction of what speaks against the judgment."""
        return Direction.TOWARD if self.unlikely else Direction.AWAY


def opposite(way: Direction) -> Direction:
    """The other way; none stays none."""
    ways = {Direction.TOWARD: Direction.AWAY, Direction.AWAY: Direction.TOWARD}
    return ways.get(way, Direction.NONE)


def guessed(sign: int, judged: Judged) -> Direction:
    """Toward the event where news eases or presses as the event does."""
    if not sign or not judged.sign:
        return Direction.NONE
    return Direction.TOWARD if sign == judged.sign else Direction.AWAY


def named(sentences: Sequence[Sentence], judged: Judged) -> list[IndicatorProposal]:
    """The indicators that the brief itself says it would be swayed by."""
    found: list[IndicatorProposal] = []
    last = Direction.NONE
    for sentence in sentences:
        for words, way, why in _signs(sentence, judged, last):
            made = proposal(words, way, why, sentence, judged, Strength.STRONG)
            if made is not None:
                found.append(made)
            last = way if way is not Direction.NONE else last
    return found


_Sign = tuple[str, Direction, str]


@dataclass(frozen=True, slots=True)
class _Place:
    """A sentence that may name what would sway the brief, and the direction of the one before."""

    sentence: Sentence
    text: str
    section: bool
    judged: Judged
    last: Direction

    def each(self, words: str, way: Direction, why: str) -> "list[_Sign]":
        """The parts of a list, all with one direction."""
        return [(part, way, why) for part in divided(words, item=self.sentence.item)]


def _signs(sentence: Sentence, judged: Judged, last: Direction) -> "list[_Sign]":
    """The conditions of a sentence, each with its direction and what gives it."""
    text = sentence.text.strip(" .")
    place = _Place(sentence, text, bool(SECTION.search(sentence.section)), judged, last)
    return next((found for read in _READERS if (found := read(place)) is not None), [])


def _row(place: _Place) -> "list[_Sign] | None":
    """A row of a table: its first cell, with a direction from the others."""
    words, _, cells = place.text.partition(" | ")
    if not cells:
        return None
    why = f"the table says “{cells}”"
    return [(words, _cell_way(cells, place.judged), why)] if place.section else []


def _if_would(place: _Place) -> "list[_Sign] | None":
    found = _IF_WOULD.match(place.text)
    if found is None:
        return None
    return place.each(found["list"], _swayed(found["told"], place.judged), _why(found["told"]))


def _would_if(place: _Place) -> "list[_Sign] | None":
    found = _WOULD_IF.match(place.text)
    if found is None:
        return None
    way = _way(found["told"], place.judged, place.last)
    return place.each(found["list"], way, _why(found["told"]))


def _we_would(place: _Place) -> "list[_Sign] | None":
    found = _WE_WOULD.match(place.text)
    if found is None:
        return None
    way, why, words = _swayed(found["told"], place.judged), _why(found["told"]), found["list"]
    if ": " in words:
        words = words.partition(": ")[2]
        if inner := _WOULD.match(words):
            words = inner["list"]
            way, why = _way(inner["told"], place.judged, place.last), _why(inner["told"])
    return place.each(words, way, why)


def _would(place: _Place) -> "list[_Sign] | None":
    found = _WOULD.match(place.text)
    if found is None or place.text.startswith(("It ", "This ", "We ", "Which ")):
        return None
    way = _way(found["told"], place.judged, place.last)
    if not (place.section or way is not Direction.NONE or _WATCH.search(place.text)):
        return []
    return place.each(found["list"], way, _why(found["told"]))


def _listed(place: _Place) -> "list[_Sign] | None":
    """What stands under a heading such as “What would change our mind”."""
    if not place.section or place.text.endswith(":"):
        return None
    heading = place.sentence.section
    way = _section_way(heading, place.judged)
    return place.each(_WATCHED.sub("", place.text), way, f"it stands under “{heading}”")


def _watch(place: _Place) -> "list[_Sign] | None":
    found = _WATCH.search(place.text)
    why = "the brief says to watch for it"
    return place.each(found["list"], Direction.NONE, why) if found else None


_READERS: Final = (_row, _if_would, _would_if, _we_would, _would, _listed, _watch)
_WATCHED: Final = re.compile(
    r"^(?:(?:we (?:are|will be) )?(?:watch(?:ing)?|look(?:ing)?)(?: out)? for|(?:key "
    r")?(?:indicators?|signs?)(?: \w+){0,4} include)\s*:?\s*",
    re.IGNORECASE,
)


def _why(told: str) -> str:
    words = told.split()
    return f"the brief says “{' '.join(words[:9])}{'…' if len(words) > 9 else ''}”"


def _way(told: str, judged: Judged, last: Direction) -> Direction:
    """The direction that the words of a condition's consequence give."""
    if _OTHER_WAY.search(told):
        return opposite(last if last is not Direction.NONE else judged.against)
    if _LESS_LIKELY.search(told):
        return Direction.AWAY
    if _LIKELIER.search(told):
        return Direction.TOWARD
    if _CONFIRMS.search(told):
        return opposite(judged.against)
    return judged.against if _SWAYS.search(told) else Direction.NONE


def _swayed(told: str, judged: Judged) -> Direction:
    """“We would raise our estimate if”, “we could be wrong if”."""
    if re.search(r"\b(?:less|un)[ -]?likely\b", told):
        return Direction.AWAY
    if re.search(r"\b(?:more )?likely\b", told):
        return Direction.TOWARD
    if re.match(r"raise|increase", told, re.IGNORECASE):
        return Direction.TOWARD
    return (
        Direction.AWAY
        if re.match(r"lower|reduce|cut|drop", told, re.IGNORECASE)
        else judged.against
    )


def _cell_way(cells: str, judged: Judged) -> Direction:
    """The direction in the other cells of a row."""
    if re.search(
        r"\b(?:against|away|less|lower|down|negative|unlikel\w+|decreas\w+)\b|(?:^|[: ])[-–−↓]+$",
        cells,
        re.IGNORECASE,
    ):
        return Direction.AWAY
    if re.search(
        r"\b(?:for|toward|towards|more|higher|up|positive|likel\w+|increas\w+|raises?)\b|"
        r"(?:^|[: ])[+↑]+$",
        cells,
        re.IGNORECASE,
    ):
        return Direction.TOWARD
    return judged.against if _SWAYS.search(cells) else Direction.NONE


def _section_way(section: str, judged: Judged) -> Direction:
    if _LESS_LIKELY.search(section) or re.search(r"\blower\b|\bdownside\b", section, re.IGNORECASE):
        return Direction.AWAY
    if _LIKELIER.search(section) or re.search(r"\braise\b|\bupside\b", section, re.IGNORECASE):
        return Direction.TOWARD
    return judged.against if _SWAYS.search(section) else Direction.NONE


def divided(words: str, *, item: bool = False) -> list[str]:
    """The parts of a list: between semicolons, else between commas before the last “or”, “and”."""
    if ";" in words:
        parts = words.split(";")
    elif re.search(r",\s+(?:or|and)\s+", words) and not item:
        parts = re.split(r",\s+(?:(?:or|and)\s+)?", words)
    else:
        parts = re.split(r"\s+or\s+(?=(?:if|a|an|the|any)\s)", words)
    cleaned = (_IF.sub("", re.sub(r"^(?:and|or)\s+", "", part.strip(" .,:"))) for part in parts)
    return [part for part in cleaned if content(part)]


def proposal(
    words: str,
    way: Direction,
    why: str,
    sentence: Sentence,
    judged: Judged,
    strength: Strength,
    *,
    clause: bool = False,
) -> IndicatorProposal | None:
    """An indicator that looks for the words of a condition; None where they hold too little.

    `clause`: they are a whole clause, of which verb and object are enough.
    """
    first = words.split(" ", 1)[0]
    if not content(first) <= judged.names and not first.isupper():
        words = words[:1].lower() + words[1:]  # a capital that only began the line
    phrases = (acted(words) if clause else ()) or phrases_of(words, judged.names)
    if not phrases:
        return None
    if way is Direction.NONE:
        way = guessed(happenings.sign(words), judged)
        why = (
            f"{why}; its direction is guessed from its words" if way is not Direction.NONE else why
        )
    source = SourceSentence(sentence=sentence.text, line=sentence.line)
    return IndicatorProposal(
        name=named_after(phrases[0]),
        phrases=phrases,
        direction=way,
        strength=strength,
        why=why,
        source=source,
    )


def named_after(phrase: str) -> str:
    """A name for an indicator of a–z, 0–9 and hyphens, from its phrase."""
    plain = unicodedata.normalize("NFKD", phrase).encode("ascii", "ignore").decode().lower()
    name = "-".join(re.findall(r"[a-z0-9]+", plain)[:6])
    return name or f"sign-{sum(map(ord, phrase)) % 10_000}"


def phrases_of(words: str, names: frozenset[str]) -> tuple[str, ...]:
    """Phrases of the watchlist language from the words of a condition, its strongest first."""
    runs = [run for run in _runs(words) if run]
    telling = [run for run in runs if not content(" ".join(run)) <= names] or runs
    shown = list(dict.fromkeys(filter(None, map(_shown, telling))))
    if not shown:
        return ()
    if len(shown) == 1:
        only = shown[0]
        return (only,) if " " in only or len(only) >= 6 or happenings.is_thing(only) else ()
    if active := _active(words):
        return active
    nominal = " " in shown[0] and shown[0].islower()
    if nominal and not any(map(_verbal, shown[1].split("|"))):
        return (shown[0],)
    return tuple(f"{shown[0]} .. {other}" for other in shown[1:3])


def _active(words: str) -> tuple[str, ...]:
    """Verb and object, and who does it with the object: “accept .. mediation”."""
    runs = [run for run in _runs(words) if run]
    for place, run in enumerate(runs[:-1]):
        if place and len(run) == 1 and happenings.verb_of(run[0]) and run[0].islower():
            after = re.split(rf"\b{re.escape(run[0])}\b", words, maxsplit=1)[-1].split()
            if not after or after[0].lower() in _NO_OBJECT:
                return ()
            thing = _shown(runs[place + 1])
            if _verbal(runs[place + 1][0].lower()) or not thing:
                return ()
            return (f"{_shown(run)} .. {thing}", f"{_shown(runs[place - 1])} .. {thing}")
    return ()


_NO_OBJECT: Final = frozenset(
    "by in at on from for with below above to or and over under during before after "
    "through between against more less".split()
)


def acted(words: str) -> tuple[str, ...]:
    """One phrase from a clause's verb and what comes after it, else before."""
    runs = [run for run in _runs(words) if run]
    for place, run in enumerate(runs):
        if len(run) == 1 and _verbal(run[0].lower()):
            beside = runs[place + 1 : place + 2] or runs[max(0, place - 1) : place]
            if beside:
                return (f"{_shown(run)} .. {_shown(beside[0])}",)
    return ()


def _runs(words: str) -> list[list[str]]:
    """Words in a row without those that carry nothing; a verb stands alone."""
    runs: list[list[str]] = [[]]
    pieces = _PIECE.findall(re.sub(r"[’']s\b", "", words))
    for place, word in enumerate(pieces):
        lower = word.lower().strip(".")
        if lower == "or" and runs[-1] and _verbal(runs[-1][-1]) and place + 1 < len(pieces):
            ahead = pieces[place + 1].lower()
            if _verbal(ahead):
                runs[-1].append("|")
                continue
        if lower in STOP or lower in _TRIVIAL or not word[:1].isalpha():
            runs.append([])
        elif runs[-1][-1:] == ["|"]:
            runs[-1].append(word)
        elif _verbal(lower) and word.islower():
            runs += [[word], []]
            if place + 1 < len(pieces) and pieces[place + 1].lower() == "or":
                runs.pop()
        else:
            runs[-1].append(word)
    return runs


_PARTICIPLE: Final = re.compile(
    r"[a-z]{3,}(?:ed)$|^(?:found|laid|seen|sunk|hit|shot|held|cut|met|sent|made|built|broken)$"
)


def _verbal(word: str) -> bool:
    return bool(_PARTICIPLE.search(word)) or (
        bool(happenings.verb_of(word)) and not happenings.is_thing(word)
    )


def _shown(run: list[str]) -> str:
    """The last two words of a run, or its alternatives, as a phrase has them."""
    if "|" in run:
        return "|".join(dict.fromkeys(filter(None, (_worded(word) for word in run if word != "|"))))
    return " ".join(filter(None, (_worded(word) for word in run[-2:])))


def _worded(word: str) -> str:
    """A word as a phrase has it: plain verbs, no signs, and a capital only where a name has one."""
    kept = re.sub(r"[^\w-]", "", word).strip("-_")
    if kept.isupper() and len(kept) > 1:
        return f'"{kept}"' if kept in {"AND", "OR", "NOT"} else kept
    plain = happenings.verb_of(kept)
    common = kept.lower()
    if plain and " " not in plain and not happenings.is_thing(common):
        return plain
    return common if happenings.is_thing(common) or kept[:1].islower() else kept


_QUOTED: Final = re.compile(r"[“\"][^“”\"]{12,}[”\"]")


def told(
    sentences: Sequence[Sentence], judged: Judged, events: Sequence[str]
) -> list[IndicatorProposal]:
    """The events of the brief's sentences, those of one kind and way as one indicator."""
    groups: dict[tuple[str, int], list[tuple[Happening, Sentence]]] = {}
    own = [each for event in events for each in happenings.happenings(event)]
    skipped = {(each.kind, each.more) for each in own}
    for sentence in sentences:
        for each in happenings.happenings(_QUOTED.sub(" , ", sentence.text)):
            if (each.kind, each.more) not in skipped:
                groups.setdefault((each.kind, each.more), []).append((each, sentence))
    return [_of_group(group, judged) for group in list(groups.values())[:MOST_TOLD]]


def _of_group(group: Sequence[tuple[Happening, Sentence]], judged: Judged) -> IndicatorProposal:
    first, sentence = group[0]
    verbs = dict.fromkeys(each.verb for each, _ in group)
    things = dict.fromkeys(each.thing for each, _ in group)
    broad = [thing for thing in things if not any(_within(o, thing) for o in things if o != thing)]
    phrase = f"{'|'.join(map(happenings.phrase_of, verbs))} .. {'|'.join(broad or things)}"
    return IndicatorProposal(
        name=named_after(f"{first.verb} {first.thing}"),
        phrases=(phrase,),
        direction=guessed(first.sign, judged),
        strength=Strength.MODERATE,
        why="an event that the brief tells"
        if first.sign and judged.sign
        else "an event that the brief tells; which way it points, its words do not say",
        source=SourceSentence(sentence=sentence.text, line=sentence.line),
    )


def _within(short: str, long: str) -> bool:
    return short != long and set(short.split()) < set(long.split())


def denied(headings: Iterable[Sentence], judged: Judged) -> Iterator[IndicatorProposal]:
    """“No new sanctions” as the brief has it: the absence of an event is news too."""
    for sentence in headings:
        for found in re.finditer(
            r"\b[Nn]o (?:new|more|further|additional) ([a-z]+)", sentence.text
        ):
            if happenings.is_thing(found[1]):
                sign = -happenings.sign(found[1])
                yield IndicatorProposal(
                    name=named_after(found[0]),
                    phrases=(found[0].lower(),),
                    direction=guessed(sign, judged),
                    strength=Strength.MODERATE,
                    why="the brief tells of its absence",
                    source=SourceSentence(sentence=sentence.text, line=sentence.line),
                )


def event_itself(event: str, source: SourceSentence) -> IndicatorProposal | None:
    """The judged event as news of its own."""
    made = [each for each in happenings.happenings(event) if not each.named]
    if made:
        phrases: tuple[str, ...] = (f"{made[0].verb} .. {made[0].thing}",)
    else:
        phrases = acted(event)
    if not phrases or " .. " not in phrases[0]:
        return None
    return IndicatorProposal(
        name=named_after(phrases[0]),
        phrases=phrases,
        direction=Direction.TOWARD,
        strength=Strength.DECISIVE,
        why="the judged event itself",
        source=source,
    )


def reading_sentences(found: passages.Passages) -> list[Sentence]:
    """The sentences that tell something: no references, no questions."""
    return [
        each
        for each in found.sentences
        if not passages.REFERENCES.match(each.section) and not each.text.endswith("?")
    ]
