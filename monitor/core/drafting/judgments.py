"""Turns the sentences of a brief into judgments: event, likelihood of the event, and confidence.

What other people are reported to think is no judgment of the brief, nor is a condition (“would
become unlikely if …”). A sentence that looks like one and cannot be read is handed back.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from monitor.core.drafting import clauses, estimates
from monitor.core.drafting.clauses import Event
from monitor.core.drafting.estimates import Estimate
from monitor.core.drafting.passages import Sentence
from monitor.core.drafting.words import content, ours, overlap
from monitor.core.judging import likelihood
from monitor.model.drafts import JudgmentProposal, SourceSentence, Unread
from monitor.model.questions import Confidence

KEY_SECTION: Final = re.compile(
    r"\b(?:key (?:judg|find|assess|point|message)|judge?ments?\b|assessments?$|bottom line|"
    r"bluf\b|conclusions?\b|"
    r"outlook|forecast|summary|our view|what we (?:think|expect|judge|assess))",
    re.IGNORECASE,
)
MOST: Final = 8
"""Judgments of one brief; a question with more is several questions."""
_LABEL: Final = re.compile(
    r"^(?:\W*)(?:(?:bottom line(?: up front)?|bluf|key judge?ments?|key findings?|"
    r"judge?ments?|assessments?|kj|our view|outlook|"
    r"conclusions?|forecast|headline|in short|summary|answer|estimate)\s*[\w.]{0,4}\s*[:.–—-]\s*)",
    re.IGNORECASE,
)
_CONNECTIVE: Final = re.compile(
    r"^(?:however|therefore|thus|overall|on balance|in our view|in our judge?ment|in sum|"
    r"in short|moreover|"
    r"as a result|accordingly|consequently|for now|nevertheless|nonetheless|still|at "
    r"present|so|finally|"
    r"first|second|third|further|furthermore|meanwhile|equally|conversely|by contrast|and|"
    r"but|yet),?\s+",
    re.IGNORECASE,
)
_SUBORDINATE: Final = re.compile(
    r"^(?:although|though|while|given|despite|as|because|since|following|when|after|with|"
    r"even if|even though|"
    r"in spite of|notwithstanding|barring|absent|in the|by|before|over the|during|until|"
    r"under|at|from|on)\b",
    re.IGNORECASE,
)
_SAID: Final = re.compile(
    r"\b(?:said|says|stated|states|told|tells|believes?|thinks?|claim(?:s|ed)|argue[sd]?|"
    r"warn(?:s|ed)|reported(?:ly)?|"
    r"announced|according to|predict(?:s|ed)|expects|expected|forecasts|insist(?:s|ed)|"
    r"suggest(?:s|ed)|"
    r"markets? pric(?:e|ed|ing)|pollsters?|promised|pledged|threatened|vowed|hinted)\b",
    re.IGNORECASE,
)
_OURSELVES: Final = re.compile(r"\b(?:[Ww]e|[Oo]ur|us|I)\b")
_VERBS: Final = (
    r"judge|assess|believe|think|estimate|conclude|forecast|expect|anticipate|consider|project|"
    r"predict|feel|hold|find|see"
)
_WE: Final = re.compile(
    rf"^(?:we|i|(?:this|the) (?:desk|team|committee|section|office|unit|paper|assessment|"
    rf"brief|report|authors?))"
    rf"(?:,? (?:therefore|still|now|also|continue to|do|currently|again|both|all|would))*"
    rf"(?P<no> (?:do )?not| don[’']t)?,? (?:\w+ly )?(?P<verb>{_VERBS}|doubt|(?:are|am|"
    rf"remain)(?: \w+)? confident)(?:s|es)?,?(?P<that> that)? (?P<rest>.+)$",
    re.IGNORECASE,
)
_IT_IS_SAID: Final = re.compile(
    r"^(?:it (?:could|can|may|might|is|should|must)(?: therefore| thus)?(?: be)? (?:\w+ly "
    r")?(?:said|stated|judged|assessed|argued|"
    r"concluded|expected|thought|estimated|believed)|(?:our|the) (?:view|judge?ment|"
    r"assessment|estimate|expectation|"
    r"conclusion|forecast|base case|baseline)(?: is| remains)?) (?:is )?that (?P<rest>.+)$",
    re.IGNORECASE,
)
_W: Final = r"(?P<lik>" + estimates.WORDS + r")"
_C: Final = estimates.CHANCE
_IT_IS: Final = re.compile(
    rf"^(?:it(?: (?:is|remains|seems|appears|looks|was|has become))?|(?:we|i) (?:are|am|"
    rf"remain)|it’s|it's)(?: \w+){{0,2}}? "
    rf"(?:not )?(?:{_W}|certain|sure)(?P<no> not the case| the case)? (?P<how>that|for|"
    rf"whether) (?P<rest>.+)$",
    re.IGNORECASE,
)
_THERE: Final = re.compile(
    rf"^(?:there (?:is|remains|was|seems)|(?:we|i) (?:see|put|place|estimate|rate|assess|"
    rf"judge)|the|a)\b.{{0,60}}?"
    rf"\b(?:{_C}|odds)(?P<tail>\b.{{0,20}}?)\b(?P<how>that|of|for) (?P<rest>.+)$",
    re.IGNORECASE,
)
_VALUE: Final = re.compile(
    rf"\s+(?:(?:is|are|remains?|stands?|at|as|to be|of|now|put|lies?|between|around|about|"
    rf"roughly)\s+)+"
    rf"(?:(?:put|estimated|rated|at|around|about|roughly|only|between|now|a)\s+)*(?:{_W}|"
    rf"[\d.]+|{estimates.SIZES}).*$",
    re.IGNORECASE,
)
_LIKELY_TO: Final = re.compile(
    rf"^(?P<subject>.+?) (?:is|are|remains?|seems?|appears?|looks?|was|were|will be)(?: "
    rf"\w+){{0,2}}? (?:not )?{_W} (?P<rest>(?:not )?to .+)$",
    re.IGNORECASE,
)
_PREDICATE: Final = re.compile(
    rf"^(?P<subject>.+?),?\s+(?:is|are|remains?|seems?|appears?|looks?|will be|"
    rf"becomes?)(?:,? \w+){{0,2}}?,? (?:not )?"
    rf"(?:a |an )?{_W}(?: {_C})?(?P<rest>\b.*)$",
    re.IGNORECASE,
)
_TAILED: Final = re.compile(
    rf"^(?P<clause>.{{8,}}?)\s*[:–—|(,-]+\s*(?:likelihood[: ]+)?{_W}\b(?P<rest>.{{0,80}})$",
    re.IGNORECASE,
)
_LED: Final = re.compile(
    rf"^(?:likelihood[: ]+)?{_W}\s*[:–—|-]+\s*(?P<clause>.{{8,}})$", re.IGNORECASE
)
_PROBABLY: Final = re.compile(rf",? ?\b{_W}\b,?\s*", re.IGNORECASE)
_ELLIPSIS: Final = re.compile(
    rf"^(?:it|they|he|she|this|that) (?:{_W} )?(?:will|is|would)(?P<no> not|n[’']t)?(?: "
    rf"{_W.replace('<lik>', '<lik2>')})?(?: be)?"
    r"(?:$|[ ,;.]+(?:though|although|but|because|since|and|so|as)\b.*$|[.]$)",
    re.IGNORECASE,
)
_CONDITION: Final = re.compile(r"\bwould\b.*\bif\b|\bif\b.*\bwould\b", re.IGNORECASE)
_FUTURE: Final = re.compile(r"\b(?:could|may|might|will|won[’']t|expect|doubt|confidence)\b")
_MAY: Final = frozenset({"could", "may", "might", "can"})
_RECURS: Final = 0.65
"""Share of an event's words that another sentence has where it tells the same."""
LONGEST: Final = 700
"""Characters of a sentence that is read as a judgment."""
_GUESS_CERTAIN: Final = "the brief says “{word}” and no likelihood: “{words}” is a guess"
_GUESS_HEDGE: Final = "“{word}” says that it is possible, not how likely: “{words}” is a guess"
_GUESS_WORDS: Final = "“{word}” is no word of the scale: “{words}” is a guess"


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence read as a judgment. `rank`: 0 states a likelihood, 1 a flat claim, 2 a may-be."""

    sentence: Sentence
    happens: Event
    found: Estimate | None
    rank: int
    turned: bool = False
    doubted: bool = False

    @property
    def denied(self) -> bool:
        return self.happens.denied != self.turned


def judgments(
    sentences: Sequence[Sentence], headings: Sequence[Sentence], asked: str
) -> tuple[tuple[JudgmentProposal, ...], tuple[Unread, ...]]:
    """The judgments of a brief, in order, and what looks like one and is left to its author.

    `asked`: the question as a clause, which “it probably will” refers to; "" if there is none.
    """
    scale = estimates.scale_of(each.text for each in sentences if not _attributed(each.text))
    found: list[_Candidate] = []
    unread: list[Unread] = []
    for sentence, following in pairwise([*sentences, None]):
        if sentence is None:
            continue
        read = _read(sentence, following, asked)
        if isinstance(read, Unread):
            unread.append(read)
        elif read is not None:
            found.append(read)
    kept, dropped = _chosen(found, [*headings, *sentences])
    unread += dropped
    proposals = tuple(_proposal(each, sentences, scale) for each in kept)
    return proposals, tuple(unread)


def _attributed(text: str) -> bool:
    """Whether a sentence tells what somebody else says."""
    said = _SAID.search(text)
    return bool(said) and not _OURSELVES.search(text[: said.start() if said else 0])


_STATED: Final = re.compile(
    r"^\W*(?:likelihood|probability|chances?|odds|our estimate)\b\W*(?:is\b|of\b)?", re.IGNORECASE
)


def _stated_after(sentence: Sentence, following: Sentence | None) -> Estimate | None:
    """“Likelihood: 70–80 %”, in a sentence of its own after the one that it is about."""
    if following is None or following.paragraph != sentence.paragraph:
        return None
    return estimates.estimate(following.text) if _STATED.match(following.text) else None


def _read(sentence: Sentence, following: Sentence | None, asked: str) -> _Candidate | Unread | None:
    text = sentence.text
    if text.endswith("?") or len(text) > LONGEST or _STATED.match(text) or _CONDITION.search(text):
        return None
    source = SourceSentence(sentence=text, line=sentence.line)
    for start in _starts(text):
        found = estimates.estimate(start)
        found = found or _stated_after(sentence, following)
        read = _main(start, asked) if found or _FUTURE.search(start) else None
        if read is None:
            continue
        happens, turned, doubted, own = read
        if _attributed(text) and not own:
            return None
        if happens.unnamed:
            why = f"what “{happens.subject}” is, the sentence does not say"
            return Unread(part="judgment", why=why, source=source) if found else None
        stated = bool(found) or doubted or estimates.confidence(text) is not None
        rank = 0 if stated else 2 if happens.modal in _MAY else 1
        return _Candidate(sentence, happens, found, rank, turned, doubted)
    if estimates.estimate(text) and not _attributed(text):
        return Unread(part="judgment", why="its event could not be told", source=source)
    return None


def _starts(text: str) -> Iterator[str]:
    """The sentence, without labels and connectives; then what follows a subordinate clause."""
    text = _LABEL.sub("", text).strip()
    text = _CONNECTIVE.sub("", text).strip()
    if _SUBORDINATE.match(text):
        for comma in re.finditer(r",\s+", text):
            rest = text[comma.end() :]
            if not re.match(
                r"(?:and|or|but|which|who|as|a [\w ]+ in which)\b", rest, re.IGNORECASE
            ):
                yield rest
    elif re.match(r"^you asked\b|^asked\b", text, re.IGNORECASE):
        return
    else:
        yield text


_Main = tuple[Event, bool, bool, bool]
"""The event, whether words around it deny it, whether “doubt” does, whether it is said by us."""


def _main(text: str, asked: str) -> _Main | None:
    """The event of a main clause."""
    text = estimates.without_estimate(text).strip(" .")
    text = _CONNECTIVE.sub("", text)
    own = turned = doubted = False
    for _ in range(3):  # “we judge that it is likely that …”
        if found := _IT_IS_SAID.match(text):
            text, own = found["rest"], True
        elif found := _WE.match(text):
            said = _after_we(found)
            if isinstance(said, Event):
                return said, bool(found["no"]), False, True
            text, own = said, True
            turned |= bool(found["no"])
            doubted |= found["verb"].lower() == "doubt"
        else:
            break
    for reader in _READERS:
        if happens := reader(text, asked):
            return happens, turned or doubted, doubted, own
    return None


def _after_we(found: re.Match[str]) -> str | Event:
    """What follows “we judge”; for “we expect cases to double” the event at once."""
    rest = found["rest"]
    verb = found["verb"].lower()
    if verb in {"expect", "anticipate", "forecast", "project", "predict"} and not found["that"]:
        direct = re.match(r"^(?P<subject>[^,;]+?) (?P<words>(?:not )?to [a-z].*)$", rest)
        if direct and not re.search(r"\b(?:will|is|are)\b", direct["subject"]):
            happens = clauses.infinitive(direct["subject"], direct["words"])
            if happens is not None:
                return replace(happens, modal="expect")
    return rest


def _it_is(text: str, _asked: str) -> Event | None:
    found = _IT_IS.match(text)
    if found is None:
        return None
    if found["how"].lower() == "for":
        subject, to, words = found["rest"].partition(" to ")
        return clauses.infinitive(subject, f"to {words}") if to else None
    happens = clauses.event(found["rest"])
    if happens is not None and (found["no"] or "").startswith(" not"):
        return replace(happens, denied=not happens.denied)
    return happens


def _there(text: str, _asked: str) -> Event | None:
    found = _THERE.match(text)
    if found is None or re.search(r"\b(?:is|are|will)\b", found["tail"]):
        return None
    rest = _VALUE.sub("", found["rest"])
    if found["how"].lower() == "that":
        return clauses.event(rest)
    return _noun(rest)


def _likely_to(text: str, _asked: str) -> Event | None:
    found = _LIKELY_TO.match(text)
    return clauses.infinitive(found["subject"], found["rest"]) if found else None


def _ellipsis(text: str, asked: str) -> Event | None:
    """“It probably will”: what was asked."""
    found = _ELLIPSIS.match(text)
    happens = clauses.event(asked) if found and asked else None
    if found is None or happens is None:
        return None
    return replace(happens, denied=happens.denied != bool(found["no"]))


def _predicate(text: str, _asked: str) -> Event | None:
    """“A cut before the end of March is very unlikely”."""
    found = _PREDICATE.match(text)
    if found is None or re.search(r"\b(?:will|would|could|may|might)\b", found["subject"]):
        return None
    rest = clauses.trimmed(found["rest"])
    if rest and not re.match(
        r"(?:before|by|in|within|until|this|next|during|over|for|at|through|on)\b", rest
    ):
        return None
    return _noun(f"{found['subject']} {rest}".strip())


def _noun(text: str) -> Event | None:
    text = clauses.trimmed(text)
    if not text:
        return None
    lower = (
        text[:1].lower() + text[1:]
        if re.match(r"(?:A|An|The|Any|No|This|Another)\b", text)
        else text
    )
    if re.match(r"no\b", lower):
        return Event(lower[3:], True, lower[3:].split(" ")[0])
    return Event(lower, False, lower)


def _adverbial(text: str, _asked: str) -> Event | None:
    """“The bank will very likely not cut”."""
    if not re.search(r"\b(?:will|won[’']t|would|could|may|might)\b", text):
        return None
    return _modal(_PROBABLY.sub(" ", text, count=1).strip())


def _modal(text: str) -> Event | None:
    shared = re.match(
        r"^(?P<subject>[A-Za-z].+?) (?:has|have|is|are|was|does) [^,;]*?\band "
        r"(?P<rest>(?:could|may|might|will)\b.*)$",
        text,
    )
    if shared:
        text = f"{shared['subject']} {shared['rest']}"
    text = re.sub(r"\b(could|may|might|will) (?:also )?help (?:to )?(?=[a-z])", r"\1 ", text)
    happens = clauses.event(text)
    return happens if happens is not None and happens.modal else None


def _tailed(text: str, _asked: str) -> Event | None:
    """“Government falls before June: unlikely”, or the other way round."""
    found = _LED.match(text) or _TAILED.match(text)
    return clauses.event(found["clause"]) if found else None


def _present(text: str, _asked: str) -> Event | None:
    """“Harassment probably continues”: no helping verb at all."""
    without = _PROBABLY.sub(" ", text, count=1).strip()
    if without == text or not re.match(r"^[A-Z][^,;:]+$", without):
        return None
    return clauses.event(without)


_READERS: Final[tuple[Callable[[str, str], Event | None], ...]] = (
    _it_is,
    _there,
    _ellipsis,
    _likely_to,
    _adverbial,
    _predicate,
    _tailed,
    _present,
)


def _chosen(
    found: Sequence[_Candidate], sentences: Sequence[Sentence]
) -> tuple[list[_Candidate], list[Unread]]:
    """The candidates that are judgments: each event once, and of mere may-bes the repeated ones."""
    stated = any(each.rank == 0 for each in found)
    kept: list[_Candidate] = []
    unread: list[Unread] = []
    for each in sorted(found, key=lambda one: (one.rank, len(one.happens.text))):
        source = SourceSentence(sentence=each.sentence.text, line=each.sentence.line)
        twin = next((one for one in kept if _same(one.happens, each.happens)), None)
        if twin is not None:
            continue
        key = bool(KEY_SECTION.search(each.sentence.section)) or bool(
            _LABEL.match(each.sentence.text)
        )
        said = each.happens.modal != "expect" or not re.search(r"\bif\b", each.sentence.text)
        if each.rank == 1 and stated and not (key and said):
            unread.append(Unread(part="judgment", why="it states no likelihood", source=source))
        elif each.rank == 2 and not _recurs(each, sentences):
            why = "a possibility that is named once"
            unread.append(Unread(part="judgment", why=why, source=source))
        elif len(kept) < MOST:
            kept.append(each)
    order = {id(each): place for place, each in enumerate(found)}
    return sorted(kept, key=lambda one: (one.rank == 2, order[id(one)])), unread


def _same(one: Event, other: Event) -> bool:
    return overlap(content(one.text), content(other.text)) >= 0.75


def _recurs(candidate: _Candidate, sentences: Sequence[Sentence]) -> bool:
    """Whether what may be is told in other sentences, or the title, too."""
    if KEY_SECTION.search(candidate.sentence.section):
        return True
    own = content(candidate.happens.text)
    others = [each for each in sentences if each.text != candidate.sentence.text]
    return len(own) > 2 and any(overlap(own, content(each.text)) >= _RECURS for each in others)


def _proposal(candidate: _Candidate, sentences: Sequence[Sentence], scale: str) -> JudgmentProposal:
    sentence, happens = candidate.sentence, candidate.happens
    guesses: list[str] = []
    words, own = _likelihood(candidate, scale, guesses)
    level = _confidence(sentence, sentences, guesses)
    return JudgmentProposal(
        says=sentence.text,
        event=happens.text,
        likelihood=words,
        scale=own,
        confidence=level,
        guesses=tuple(guesses),
        source=SourceSentence(sentence=sentence.text, line=sentence.line),
        reading=reading(happens.text, words, own, level),
    )


def reading(event: str, words: str, scale: str, confidence: Confidence | None) -> str:
    """A judgment in plain words: “a deal is signed, very unlikely (5–20 %), high confidence”."""
    band = likelihood.parse(words, scale) if words else None
    told = likelihood.show(band) if band else "no likelihood said"
    sure = f"{confidence.value} confidence" if confidence else "no confidence said"
    return f"{event}: {told}, {sure}"


def _likelihood(candidate: _Candidate, scale: str, guesses: list[str]) -> tuple[str, str]:
    found, denied = candidate.found, candidate.denied
    if found is not None:
        words, own = estimates.written(found, scale, denied=denied)
        if found.guessed:
            guesses.append(_GUESS_WORDS.format(word=found.words, words=words))
        elif denied:
            guesses.append(f"“{found.words}” is said of its absence: the event itself is {words}")
        return words, own
    if candidate.doubted:
        words, own = estimates.guess(3, scale)
        guesses.append(_GUESS_WORDS.format(word="doubt", words=words))
    elif candidate.happens.modal in _MAY or candidate.rank == 2:
        words, own = estimates.guess(4, scale)
        word = candidate.happens.modal or "may"
        guesses.append(_GUESS_HEDGE.format(word=word, words=words))
    else:
        level = 5 if candidate.happens.modal == "expect" else 6
        words, own = estimates.guess(8 - level if denied else level, scale)
        word = candidate.happens.modal or "is"
        said = ("do not expect" if word == "expect" else f"{word} not") if denied else word
        guesses.append(_GUESS_CERTAIN.format(word=said, words=words))
    return words, own


def _confidence(
    sentence: Sentence, sentences: Sequence[Sentence], guesses: list[str]
) -> Confidence | None:
    """Of the sentence, of one after it that is about it, or of the whole brief."""
    place = sentences.index(sentence)
    read = estimates.confidence(sentence.text)
    if read is None:
        for after in sentences[place + 1 : place + 3]:
            if after.paragraph != sentence.paragraph or not _about_it(after.text):
                break
            read = estimates.confidence(after.text)
            if read is not None:
                break
    if read is None:
        whole = [each for each in sentences if _about_all(each.text)]
        read = next(filter(None, (estimates.confidence(each.text) for each in whole)), None)
        if read is not None:
            guesses.append(f"the confidence is said of the whole brief: “{ours(read.words)}”")
    elif read.guess:
        guesses.append(f"“{ours(read.words)}” names no level: “{read.level.value}” is a guess")
    return read.level if read else None


def _about_it(text: str) -> bool:
    return bool(
        re.match(
            r"(?:we (?:hold|have|place|make|say)|(?:our |analytic(?:al)? )?confidence|with|"
            r"this (?:judge?ment|assessment)|"
            r"(?:high|moderate|medium|low) confidence|the (?:evidence|judge?ment|"
            r"assessment)|our (?:evidence|sources)|\()",
            text,
            re.IGNORECASE,
        )
    )


def _about_all(text: str) -> bool:
    return bool(
        re.search(
            r"\bconfidence (?:in|of) (?:these|all|our|the) (?:judge?ments|assessments|findings)|"
            r"\boverall confidence\b.{0,40}\b(?:high|moderate|medium|low)\b|"
            r"^\W*analytic(?:al)? confidence(?: level| rating)?\b.{0,40}\b(?:high|moderate|"
            r"medium|low)\b|"
            r"\b(?:these|all(?: of)?(?: these| our)?) (?:judge?ments|"
            r"assessments)\b.*\bconfidence\b",
            text,
            re.IGNORECASE,
        )
    )
