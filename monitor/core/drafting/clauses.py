"""Turns a clause about the future into the event that it is about, and whether it denies it.

“A deal will not be signed in 2019” is about “a deal is signed in 2019”, and denies it. Only words
are moved and verbs put into the present; nothing is added. Must never read what a clause does not
say: one that has no verb we know how to turn is given back as it stands.
"""

import re
from dataclasses import dataclass
from typing import Final

PRONOUNS: Final = frozenset({"it", "this", "that", "they", "these", "those", "he", "she", "which"})
"""Subjects that only their context can name."""

_ADVERBS: Final = (
    r"(?:(?:very |most |highly |almost |more )?(?:probably|likely|certainly|surely|"
    r"possibly|eventually|"
    r"ultimately|still|also|therefore|thus|soon|again|again|well|even|now|formally|simply|"
    r"then|only|"
    r"in turn|in fact|largely|continue to)\s+)*?"
)
_MODAL: Final = re.compile(
    rf"^(?P<subject>.+?)\s+(?:{_ADVERBS})(?P<modal>will|would|shall|could|may|might|can|"
    rf"should|must)"
    rf"(?P<short>n[’']t|not)?\s+(?P<first>{_ADVERBS})(?P<no>(?:not|"
    rf"never)\s+)?(?P<second>{_ADVERBS})"
    r"(?P<verb>[a-z][a-z-]*)(?P<rest>\b.*)$"
)
_WONT: Final = re.compile(r"\bwon[’']t\b")
_DENIED: Final = re.compile(
    r"^(?P<subject>.+?)\s+(?P<aux>does|do|did|is|are|was|were|has|have)(?:\s+not|n[’']t)\s+"
    r"(?:yet |still )?(?P<rest>.+)$"
)
_INFINITIVE: Final = re.compile(
    r"^(?P<no>not )?to (?P<no2>not )?(?P<verb>[a-z][a-z-]*)(?P<rest>\b.*)$"
)
_NONE: Final = re.compile(r"^(?:no|neither|no further|no new)\s+(?=[a-z])", re.IGNORECASE)
_TAIL: Final = re.compile(
    r"(?:\s*;|,? (?:although|though|because|since|but|even if|even though|whereas|however|unless|"
    r"provided|assuming|as long as|so long as|despite|given|barring|notwithstanding)\b"
    r"|, (?:which|who|while|as|if|and this|and that|making|leaving|with|so|driven|reflecting|"
    r"according|though)\b|\s+[–—]\s+|: | either way\b| in any case\b).*$"
)
_KEEP: Final = re.compile(
    r"^(?P<verb>keep|keeps|leave|leaves) (?P<thing>.+?) (?P<state>alive|open|closed|going|"
    r"in place|intact|"
    r"afloat|shut|under control|on track|high|low|stable)(?P<rest>\b.*)$"
)
_PREPOSITION: Final = re.compile(
    r"\s(?:of|in|on|at|for|from|to|with|between|by|against|over|under|about|who|that|which|along|"
    r"inside|outside|near|across|within|without|during|after|before)\s"
)
_SINGULAR: Final = frozenset({"states", "nations", "netherlands", "philippines", "emirates",
    "news"}) | {
    "politics", "economics", "series", "bias", "gas", "crisis", "congress", "press", "status",
    "virus",
    "access", "process", "census", "consensus", "loss", "business", "analysis", "basis",
    "abbas", "hamas", "maduras", "paris", "laos", "honduras", "cyprus", "belarus", "texas",
    "hormuz",
}  # fmt: skip
_PLURAL: Final = frozenset(
    {"people", "police", "troops", "data", "media", "militia", "we", "they", "you"}
)


@dataclass(frozen=True, slots=True)
class Event:
    """What a clause is about, in the present; `subject` is who does it, or what happens to."""

    text: str
    denied: bool
    subject: str
    modal: str = ""

    @property
    def unnamed(self) -> bool:
        """Whether its subject is a word that only the context explains."""
        first, *rest = self.subject.lower().split() or [""]
        return first in PRONOUNS and not (first in {"this", "that", "these", "those"} and rest[1:])


def event(clause: str) -> Event | None:
    """The event of a clause with a verb of its own; None where there is none we can turn."""
    clause = _WONT.sub("will not", trimmed(clause)).replace("cannot", "can not")
    if found := _MODAL.match(clause):
        denied = bool(found["short"] or found["no"])
        subject = found["subject"].strip()
        return _made(subject, found["verb"], found["rest"], denied=denied, modal=found["modal"])
    if found := _DENIED.match(clause):
        subject, aux = found["subject"], found["aux"]
        if aux in {"does", "do", "did"}:
            verb, _, rest = found["rest"].partition(" ")
            return _made(subject, verb, f" {rest}" if rest else "", denied=True)
        return Event(_affirmed(f"{subject} {aux} {found['rest']}"), True, subject)
    text = _NONE.sub("", clause)
    if text != clause:
        return Event(_article(text), True, text.split(" ")[0])
    return Event(_decapitalised(clause), False, clause.split(" ")[0]) if " " in clause else None


def infinitive(subject: str, words: str) -> Event | None:
    """The event of “SUBJECT is likely to VERB …”."""
    found = _INFINITIVE.match(trimmed(words))
    if found is None:
        return None
    denied = bool(found["no"] or found["no2"])
    return _made(subject.strip(), found["verb"], found["rest"], denied=denied)


def trimmed(clause: str) -> str:
    """A clause without what only comments on it, and without its full stop."""
    return _TAIL.sub("", clause.strip()).strip(" ,;:.!?")


def _made(subject: str, verb: str, rest: str, *, denied: bool, modal: str = "") -> Event:
    without = _NONE.sub("", subject)
    if without != subject:
        subject, denied = _article(without), not denied
    said = f"{verb}{rest}".strip()
    if kept := _KEEP.match(said):
        thing = kept["thing"]
        stay = "stay" if plural(thing) else "stays"
        text = f"{thing} {stay} {kept['state']}{kept['rest']}"
        return Event(_decapitalised(text), denied, thing, modal)
    text = f"{subject} {present(verb, several=plural(subject))}{rest}".strip()
    return Event(_decapitalised(text), denied, subject, modal)


def present(verb: str, *, several: bool) -> str:
    """The verb as it stands after its subject."""
    if verb == "be":
        return "are" if several else "is"
    if several:
        return verb
    if verb in {"have", "do", "go"}:
        return {"have": "has", "do": "does", "go": "goes"}[verb]
    if verb.endswith("y") and verb[-2:-1] not in set("aeiou"):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "x", "z", "ch", "sh", "o")) else f"{verb}s"


def plural(subject: str) -> bool:
    """Whether the verb after this subject has no “s”."""
    head = _PREPOSITION.split(f" {subject} ", maxsplit=1)[0].strip()
    words = head.split()
    if not words:
        return False
    last = re.sub(r"[’']s?$", "", words[-1])
    if last.lower() in _PLURAL or (" and " in head and not head.lower().startswith("both")):
        return True
    if words[0].lower() in {"a", "an", "each", "every", "this", "that"}:
        return False
    lower = last.lower()
    return lower.endswith("s") and not lower.endswith(("ss", "us", "is")) and lower not in _SINGULAR


def denial(clause: str) -> str:
    """The contrary of a clause in the present: “the dyke fails” gives “the dyke does not fail”."""
    clause = trimmed(clause)
    if found := re.match(
        r"^(.+?) (is|are|was|were|has|have|will|can|could|would) (?!not\b)(.+)$", clause
    ):
        return f"{found[1]} {found[2]} not {found[3]}"
    if found := _DENIED.match(clause):
        return event(clause).text  # type: ignore[union-attr]
    words = clause.split()
    for place in range(1, min(len(words), 9)):
        if base := _third_person(words, place):
            said = [*words[:place], "does", "not", base, *words[place + 1 :]]
            return " ".join(said)
    return f"it is not so that {clause}"


_AFTER_VERB: Final = frozenset(
    {
        "the",
        "a",
        "an",
        "its",
        "his",
        "her",
        "their",
        "to",
        "from",
        "in",
        "on",
        "at",
        "for",
        "into",
        "out",
    }
    | {
        "with",
        "by",
        "over",
        "before",
        "after",
        "again",
        "back",
        "down",
        "up",
        "off",
        "through",
        "all",
    }
    | {"any", "no", "new", "further", "more", "against", "under", "apart", "below", "above"}
)


def _third_person(words: list[str], place: int) -> str:
    """The plain form of a verb such as “passes”, judged by its ending and what stands around it."""
    word = words[place]
    if not re.fullmatch(r"[a-z]{3,}s", word) or word.endswith(("ss", "us", "is")):
        return ""
    after = words[place + 1].lower().strip(",") if place + 1 < len(words) else ""
    if after and after not in _AFTER_VERB and not re.match(r"[A-Z\d]", words[place + 1]):
        return ""
    if words[place - 1].lower() in {"the", "its", "their", "of", "a", "two", "three", "these"}:
        return ""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes", "zes", "oes")) else word[:-1]


def _affirmed(text: str) -> str:
    return _decapitalised(" ".join(text.split()))


def _article(noun: str) -> str:
    """“Deal is signed” as “a deal is signed”; several things need no article."""
    head = re.match(r"(?:[a-z-]+ ){0,4}?(?=(?:is|are|will|has|have|can)\b)", noun)
    several = plural(head[0] if head else noun)
    if several:
        return noun
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def _decapitalised(text: str) -> str:
    """Without the capital that only the beginning of a sentence gave it."""
    first = text.split(" ", 1)[0]
    ending = bool(re.search(r"(?:[a-z]{3}ing|[a-z]{3}ion|ment|ies)$", first))
    common = first.lower() in _COMMON_FIRST or (ending and first not in _NAMES_IN_ING)
    return text[:1].lower() + text[1:] if common else text


_NAMES_IN_ING: Final = frozenset(
    {"Beijing", "Boeing", "Nanjing", "Chongqing", "Jinping", "Sterling"}
)
_COMMON_FIRST: Final = frozenset(
    {
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "its",
        "their",
        "his",
        "her",
        "our",
        "any",
        "all",
    }
    | {
        "no",
        "some",
        "both",
        "each",
        "most",
        "many",
        "few",
        "several",
        "more",
        "further",
        "another",
        "new",
    }
    | {
        "two",
        "three",
        "four",
        "five",
        "talks",
        "schools",
        "prices",
        "inflation",
        "unemployment",
        "growth",
    }
    | {
        "there",
        "it",
        "they",
        "we",
        "one",
        "early",
        "renewed",
        "large-scale",
        "violence",
        "fighting",
    }
)
