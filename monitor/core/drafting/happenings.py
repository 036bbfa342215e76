"""Turns words such as “suspend nuclear talks” into verb, object, and whether that eases or presses.

A verb makes more or less of its object, and an object is welcome or not: fewer talks and more tests
press alike. That is a guess from a short list of words, good enough to be corrected by a person.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from monitor.core.drafting.words import STOP, tokens
from monitor.core.language.inflect import forms

MORE: Final = (
    "impose implement introduce extend expand rebuild build restart resume launch conduct "
    "deploy reopen rejoin "
    "return restore continue strengthen increase rise grow climb surge jump double triple "
    "spread widen accelerate "
    "deepen escalate begin start sign ratify accept approve adopt declare lay move "
    "mobilise mobilize raise deliver "
    "exert enrich intensify complete secure maintain improve exercise test fire threaten "
    "reinforce tighten stage "
    "stockpile forecast agree reach conclude invite admit renew persist arrive establish "
    "broker mount gain add "
    "violate breach seize detain arrest attack strike shell bomb invade blockade mine"
).split()
LESS: Final = (
    "suspend halt stop end cancel postpone delay withdraw quit leave abandon reject refuse "
    "lift ease waive relax "
    "reduce cut fall drop decline slow shrink collapse fail break freeze close scrap "
    "dismantle demolish destroy "
    "recall expel sever reverse rescind shelve lose miss resign dissolve block defuse "
    "diffuse withhold disrupt "
    "weaken curb limit restrict remove breakdown crash plunge slump sink shut walkout"
).split()
NEUTRAL: Final = (
    "pass win veto table sack oust hold meet join buy sell vote debate summon dismiss "
    "replace appoint publish visit "
    "receive supply obtain occupy observe propose oppose support sue appeal seek offer "
    "demand request order award choose elect nominate host cross enter land sail dock arm "
    "train"
).split()
"""Verbs that neither ease nor press by themselves: they only make a phrase."""
_PAST: Final = {
    "rose": "rise", "risen": "rise", "fell": "fall", "grew": "grow", "shrank": "shrink",
    "met": "meet",
    "broke": "break", "withdrew": "withdraw", "withdrawn": "withdraw", "began": "begin",
    "begun": "begin",
    "froze": "freeze", "struck": "strike", "sank": "sink", "held": "hold", "won": "win",
    "quit": "quit",
}  # fmt: skip
"""Forms that a dictionary gives to another word, or that do not inflect from the plain one."""
NOMINAL: Final = {
    "withdrawal": -1, "suspension": -1, "cancellation": -1, "closure": -1, "collapse": -1,
    "failure": -1,
    "breakdown": -1, "resignation": -1, "recall": -1, "fall": -1, "decline": -1, "drop": -1,
    "loss": -1,
    "easing": -1, "reduction": -1, "expulsion": -1, "dismissal": -1, "rejection": -1,
    "walkout": -1, "end": -1,
    "resumption": 1, "launch": 1, "rise": 1, "increase": 1, "surge": 1, "spread": 1,
    "extension": 1, "return": 1,
    "deployment": 1, "mobilisation": 1, "mobilization": 1, "escalation": 1, "signing": 1,
    "renewal": 1, "rising": 1,
    "expansion": 1, "introduction": 1, "imposition": 1, "declaration": 1, "ratification": 1,
    "growth": 1,
}  # fmt: skip
_ALONE: Final = frozenset(
    "attack strike shell bomb invade blockade threaten seize detain arrest mine collapse "
    "fail close resign escalate "
    "dissolve violate breach shut crash".split()
)
"""Verbs that press whatever their object is."""
_PARTICLES: Final = {
    ("hold", "off"): -1, ("pull", "out"): -1, ("walk", "out"): -1, ("break", "off"): -1, ("break",
    "down"): -1,
    ("call", "off"): -1, ("scale", "back"): -1, ("pull", "back"): -1, ("back", "out"): -1,
    ("drop", "out"): -1,
    ("shut", "down"): -1, ("run", "out"): -1, ("step", "up"): 1, ("give", "up"): -1, ("step",
    "down"): -1,
    ("build", "up"): 1, ("ramp", "up"): 1, ("set", "up"): 1, ("dry", "up"): -1, ("go", "on"): 1,
    ("carry", "out"): 1,
}  # fmt: skip
_WELCOME: Final = {
    "talks": "talk negotiation diplomacy dialogue consultation",
    "ceasefire": "ceasefire truce armistice peace moratorium",
    "deal": "deal treaty agreement accord pact settlement compromise",
    "summit": "summit meeting visit",
    "relations": "relation tie relationship cooperation trust",
    "office": "liaison embassy hotline consulate mission",
    "aid": "aid relief assistance funding loan rescue bailout",
    "monitors": "inspector inspection monitor observer escort",
    "vaccines": "vaccine vaccination immunisation dose",
    "trade": "export import trade shipment supply order investment transit",
    "work": "job employment wage growth output harvest",
    "works": "dyke dam levee bridge pipeline grid reservoir power",
    "cover": "cover coverage insurance",
    "coalition": "coalition majority alliance support reform",
    "evacuation": "evacuation corridor",
}
_UNWELCOME: Final = {
    "sanctions": "sanction tariff embargo ban restriction curfew",
    "tests": "test testing missile rocket satellite warhead enrichment",
    "blockade": "blockade closure mine mine-laying minelaying",
    "drills": "drill exercise manoeuvre maneuver",
    "forces": "troop battery warship force soldier tank deployment",
    "attacks": "attack raid incursion shelling bombing airstrike assault ambush",
    "harassment": "harassment incident seizure boarding provocation",
    "protests": "protest riot unrest demonstration violence fighting clash",
    "war": "war invasion coup insurgency emergency",
    "cases": "case death infection outbreak epidemic hospitalisation",
    "weather": "flood flooding drought storm famine shortage blackout outage",
    "economy": "unemployment inflation default stress debt deficit layoff bankruptcy crisis",
    "tensions": "tension row dispute threat rift",
    "strikes": "strike walkout lockout stoppage",
}
_SENSITIVE: Final = frozenset(
    {
        "nuclear",
        "missile",
        "rocket",
        "satellite",
        "launching",
        "weapons",
        "reactor",
        "enrichment",
        "military",
    }
)
"""Words of a place that it is unwelcome to see built."""
_NOT: Final = frozenset(
    {
        "not",
        "never",
        "without",
        "unable",
        "inability",
        "failed",
        "failing",
        "refused",
        "cannot",
        "nor",
        "no",
    }
)
_STOPS: Final = frozenset(
    {
        "that",
        "which",
        "who",
        "when",
        "after",
        "but",
        "because",
        "although",
        "while",
        "if",
        "unless",
        "so",
        "where",
    }
)
_PIECES: Final = re.compile(r"[A-Za-z][A-Za-z’'.-]*[A-Za-z]|[A-Za-z]|\d[\d,.]*|[,;:()—–%]")
REACH: Final = 8
"""Words between a verb and what it is done to."""


@dataclass(frozen=True, slots=True)
class Happening:
    """A verb and its object as they stand, the verb in its plain form.

    `sign`: −1 presses, +1 eases, 0 unknown. `kind` groups objects that mean the same.
    """

    verb: str
    thing: str
    kind: str
    more: int
    sign: int
    named: bool = False  # the object is a name, such as that of a site


@cache
def _verbs() -> dict[str, tuple[str, int]]:
    """Each form of a verb with its plain form and whether it makes more (1) or less (−1)."""
    found: dict[str, tuple[str, int]] = {}
    for words, sign in ((MORE, 1), (LESS, -1), (NEUTRAL, 0)):
        found |= {
            form: (word, sign)
            for word in words
            for form in (*forms(word), word)
            if form not in found
        }
    found |= {form: (word, found.get(word, ("", 0))[1]) for form, word in _PAST.items()}
    found |= {
        f"{form} {particle}": (f"{verb} {particle}", sign)
        for (verb, particle), sign in _PARTICLES.items()
        for form in (*forms(verb), verb)
    }
    return found | {"goes on": ("go on", 1), "went on": ("go on", 1)}


@cache
def _things() -> dict[str, tuple[str, int]]:
    """Each form of an object with its kind and whether it is welcome (1) or not (−1)."""
    found: dict[str, tuple[str, int]] = {}
    for table, sign in ((_WELCOME, 1), (_UNWELCOME, -1)):
        for kind, words in table.items():
            for word in words.split():
                plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
                for form in (word, plural, f"{word}es"):
                    found.setdefault(form, (kind, sign))
    return found


def verb_of(word: str) -> str:
    """The plain form of a word that is a verb of our lists, or ""."""
    return _verbs().get(word.lower(), ("", 0))[0]


def phrase_of(verb: str) -> str:
    """A verb as a phrase has it: with the past form that its plain one does not stand for."""
    others = [form for form, plain in _PAST.items() if plain == verb and form not in forms(verb)]
    return "|".join([verb, *others[:1]])


def is_thing(word: str) -> bool:
    """Whether a word names something that our lists call welcome or unwelcome."""
    return word.lower() in _things()


def happenings(text: str) -> Iterator[Happening]:
    """The events that a sentence tells as done, begun or threatened; what it denies is left out."""
    words = _PIECES.findall(text.replace("’s ", " ").replace("'s ", " "))
    words = [re.sub(r"[’']s?$", "", word) if len(word) > 1 else word for word in words]
    taken: set[int] = set()
    for place, word in enumerate(words):
        if place in taken:
            continue
        pair = f"{word.lower()} {words[place + 1].lower()}" if place + 1 < len(words) else ""
        known = _verbs().get(pair) or _verbs().get(word.lower())
        if (
            known is None
            or not known[1]
            or (place and word[:1].isupper())
            or _is_noun(words, place)
        ):
            continue
        if _NOT & {each.lower() for each in words[max(0, place - 4) : place]}:
            continue
        width = 2 if pair in _verbs() else 1
        after = place + width
        if width == 2 and words[after : after + 1] in (["on"], ["of"]) and after + 1 < len(words):
            chained = words[after + 1].lower()
            if chained in _verbs() and chained.endswith("ing"):
                taken.add(after + 1)  # “hold off on imposing”
                after += 2
        made = _forward(words, after, known) or _backward(words, place, known)
        if made is not None:
            yield made


def _is_noun(words: list[str], place: int) -> bool:
    """Whether a word that may be a verb is a thing here: “the test”, “nuclear tests”."""
    word = words[place].lower()
    if word not in _things() or word.endswith("ed"):
        before = words[place - 1].lower() if place else ""
        return before in {"the", "a", "an", "any", "no"} and not word.endswith(("ed", "ing"))
    return True


def _forward(words: list[str], start: int, known: tuple[str, int]) -> Happening | None:
    """The object after the verb."""
    run: list[str] = []
    for at in range(start, min(start + REACH, len(words))):
        word = words[at]
        lower = word.lower()
        if (
            word in ",;:()—–"
            or lower in _STOPS
            or (lower in _verbs() and not _is_noun(words, at) and word.islower())
        ):
            break
        run.append(word)
        ahead = words[at + 1].lower() if at + 1 < len(words) else ""
        if lower in _things() and not (ahead in _things() and word[:1].islower()):
            return _made(known, run, lower)
    names = [word for word in run if word[:1].isupper() and len(word) > 2]
    near = {word.lower() for word in words[start : start + REACH + 6]}
    if names and near & _SENSITIVE:
        return Happening(known[0], names[0], names[0].lower(), known[1], -known[1], named=True)
    if run and near & _SENSITIVE and run[-1].lower() not in STOP:
        sensitive = [word for word in run if word.lower() in _SENSITIVE]
        if sensitive and sensitive[0] != run[-1]:
            thing = f"{sensitive[0]} {run[run.index(sensitive[0]) + 1]}".lower()
            return Happening(known[0], thing, "site", known[1], -known[1])
    return None


def _made(known: tuple[str, int], run: list[str], word: str) -> Happening:
    kind, welcome = _things()[word]
    adjective = run[-2].lower() if len(run) > 1 else ""
    kept = adjective in {"nuclear", "core", "ceasefire", "peace", "trade", "weekly", "nuclear-test"}
    thing = f"{adjective} {word}" if kept and adjective != "weekly" else word
    if word == "liaison":
        thing = "liaison office"
    names = [each for each in run[:-1] if each[:1].isupper() and each.isalpha() and len(each) > 3]
    if names and welcome < 0 and run[-1][:1].isupper():
        return Happening(
            known[0], names[0], names[0].lower(), known[1], known[1] * welcome, named=True
        )
    return Happening(known[0], thing, kind, known[1], known[1] * welcome)


def _backward(words: list[str], place: int, known: tuple[str, int]) -> Happening | None:
    """What the verb is said of, where nothing comes after it: “cases rose”, “talks go on”."""
    for at in range(place - 1, max(-1, place - 1 - REACH), -1):
        lower = words[at].lower()
        if words[at] in ",;:()—–" or lower in _STOPS:
            return None
        if lower in _things() and (words[at][:1].islower() or at == 0):
            kind, welcome = _things()[lower]
            return Happening(known[0], lower, kind, known[1], known[1] * welcome)
    return None


def sign(text: str) -> int:
    """Whether a clause or a noun with its preposition eases (1) or presses (−1); 0: not known."""
    for each in happenings(text):
        if each.sign:
            return each.sign
    words = [word.lower() for word in tokens(text)]
    made = next((NOMINAL[word] for word in words if word in NOMINAL), 0)
    things = [_things()[word][1] for word in words if word in _things() and word not in NOMINAL]
    if made and things:
        return made * things[-1]
    if any(verb_of(word) in _ALONE for word in words):
        return -1
    return things[0] if things and not made else 0
