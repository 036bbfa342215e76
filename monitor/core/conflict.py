"""Turns two headlines into the first reason why they cannot be one text, or none.

Every guard is a table and a rule of a few lines. Must never weigh likeness or know about stories.
"""

from collections.abc import Callable, Iterable

from monitor.core.headline import Headline
from monitor.core.similarity import unmatched
from monitor.core.wording import PAST, words

Guard = Callable[[Headline, Headline], str]


def _forms(verbs: str) -> frozenset[str]:
    """Regular inflections of each verb; irregular forms are given as words of their own."""
    out: set[str] = set()
    for verb in verbs.split():
        stem = verb.removesuffix("e")
        y_stem = verb[:-1] + "i" if verb.endswith("y") and verb[-2:-1] not in "aeou" else verb
        doubled = verb + verb[-1]
        sibilant = verb.endswith(("s", "sh", "ch", "x", "z"))
        out |= {verb, f"{verb}ing", f"{y_stem}es" if y_stem != verb or sibilant else f"{verb}s"}
        out |= {f"{stem}ing", f"{stem}ed" if y_stem == verb else f"{y_stem}ed"}
        if len(verb) < 7 and verb[-1] in "bdglmnprt":
            out |= {f"{doubled}ing", f"{doubled}ed"}
    return frozenset(out)


def _row(one: str, other: str) -> tuple[frozenset[str], frozenset[str]]:
    return _forms(one), _forms(other)


# Opposite poles of one state. A word may stand in several rows.
OPPOSITES = (
    _row("raise hike increase boost expand", "cut lower reduce slash trim shrink"),
    _row(
        "rise rose climb jump gain surge soar grow grew rally",
        "fall fell drop slide slid decline sink sank plunge tumble slump shrink shrank",
    ),
    _row(
        "impose slap reimpose tighten sanction",
        "lift ease withdraw withdrew remove waive scrap rescind drop cancel suspend reverse relax",
    ),
    _row(
        "resume restart reopen revive continue",
        "suspend halt pause stop end freeze froze close cancel break broke scrap abandon",
    ),
    _row("start begin began begun open launch", "end stop halt finish conclude close cancel abort"),
    _row(
        "agree accept approve back endorse welcome adopt sign ratify",
        "refuse reject oppose deny decline rebuff dismiss veto block scrap",
    ),
    _row(
        "arrive return enter join come came land reach stay rejoin",
        "leave left depart exit quit withdraw withdrew pull flee fled abandon",
    ),
    _row("win won beat triumph", "lose lost defeat"),
    _row(
        "free release acquit clear pardon exonerate",
        "detain arrest jail imprison seize convict hold held capture sentence",
    ),
    _row("missing vanish disappear", "found rescue recover"),
    _row("hold held survive last", "collapse break broke fail crumble"),
    _row("confirm admit acknowledge", "deny dispute refute reject"),
    _row("pass approve succeed", "fail reject block defeat"),
    _row("allow permit let", "ban bar block forbid prohibit prevent"),
    _row("deploy send sent", "withdraw withdrew pull recall"),
    _row(
        "build built rebuild rebuilt assemble reassemble restore construct",
        "dismantle demolish destroy disassemble tear tore raze",
    ),
    _row("alive survive", "dead die dying killed"),
    _row("guilty convict", "innocent clear acquit"),
    _row("support back defend praise", "oppose condemn criticize criticise slam"),
    _row("keep kept retain maintain", "drop scrap abandon change"),
    _row("meet met schedule hold held", "cancel postpone delay"),
    _row("buy bought", "sell sold"),
    _row("freeze froze frozen", "unfreeze unfroze unfrozen thaw"),
    _row("appoint hire name", "sack fire oust dismiss"),
    _row("ally friend", "enemy foe"),
    _row("better improve strengthen", "worse worsen weaken"),
    _row("more above higher", "less fewer below lower"),
    _row("before ahead", "after"),
    _row("success successful", "failure unsuccessful"),
    _row("north northern", "south southern"),
    _row("east eastern", "west western"),
    _row("male man men boy", "female woman women girl"),
    _row("deal agreement", "impasse deadlock stalemate"),
    _row("advance gain", "retreat"),
    _row("up", "down"),
    _row("threaten", "pledge promise"),
)

_NEGATORS = words("not no never without unlikely neither nor none nobody nothing hardly")

# What moves a story to its next chapter. Told in one title only: not the same text.
MILESTONES: dict[str, frozenset[str]] = {
    "a death": _forms("die dead death kill slay slain murder assassinate"),
    "an arrest": _forms("arrest detain custody capture"),
    "a charge": _forms("charge indict indictment"),
    "a verdict": _forms("guilty convict acquit sentence jail verdict"),
    "an exit": _forms("resign quit quits oust sack resignation") | {"fired"},
    "a win": _forms("win won victory champion elect"),
    "a confirmation": _forms("confirm"),
    "a launch": _forms("launch"),
    "a deal": _forms("deal agreement accord pact"),
    "a withdrawal": _forms("withdraw withdrew withdrawn withdrawal pullout"),
    "a landfall": frozenset({"landfall"}),
    "a failure": _forms("fail failure collapse"),
    "an end": _forms("end conclude finish"),
    "a start": _forms("begin began begun start resume restart reopen"),
    "a halt": _forms("suspend halt stop pause cancel scrap abandon postpone delay freeze froze"),
    "a reversal": _forms("lift ease rescind revoke reverse retract overturn waive"),
    "a denial": _forms("deny reject refuse refute dispute exclude block ban prevent avert"),
}

# Beside a name they make it another one: the president's sister, a former minister, a fake launch.
_QUALIFIERS = words(
    "sister brother wife husband son daughter father mother aide adviser advisor envoy lawyer "
    "spokesman spokeswoman deputy vice former ex acting interim fake false hoax mock alleged "
    "simulated drill drills exercise exercises widow ambassador replica impostor"
)

_POSSIBLE = words(
    "feared fears may might could possibly perhaps likely considers considering mulls weighs "
    "reportedly eyes mulling weighing"
)
_PLANNED = _forms(
    "threaten plan expect prepare vow pledge promise intend aim seek propose urge"
) | words(
    "will would set due poised ready about should must if unless when until sought "
    "close near nears braces"
)


def figures(a: Headline, b: Headline) -> str:
    """Each has a figure that the other lacks."""
    return _differ("figures", sorted(a.numbers - b.told), sorted(b.numbers - a.told))


def negation(a: Headline, b: Headline) -> str:
    """One is negated, the other is not."""
    cues = [sorted(_NEGATORS & set(headline.words)) for headline in (a, b)]
    if bool(cues[0]) != bool(cues[1]):
        return f"“{(cues[0] or cues[1])[0]}” in one only"
    against = ["against" in headline.words for headline in (a, b)]
    return "“against” in one only" if against[0] != against[1] else ""


def opposites(a: Headline, b: Headline) -> str:
    """They hold opposite poles of one state."""
    in_a, in_b = set(a.words), set(b.words)
    for one, other in OPPOSITES:
        for left, right in ((one, other), (other, one)):
            here, there = in_a & left, in_b & right
            if here and there and not in_a & there and not in_b & here:
                return f"“{min(here)}” against “{min(there)}”"
    return ""


def milestone(a: Headline, b: Headline) -> str:
    """Only one tells that something was reached."""
    in_a, in_b = set(a.words), set(b.words)
    for name, cues in MILESTONES.items():
        if bool(in_a & cues) != bool(in_b & cues):
            return f"{name} in one only"
    return ""


def qualifier(a: Headline, b: Headline) -> str:
    """Only one speaks of a relation, a former holder, a rehearsal."""
    odd = sorted(_QUALIFIERS & (set(a.words) ^ set(b.words)))
    return f"“{odd[0]}” in one only" if odd else ""


def modality(a: Headline, b: Headline) -> str:
    """One says that it may or will happen, the other that it did."""
    for cues in (_POSSIBLE, _PLANNED):
        found = [sorted(cues & set(headline.words)) for headline in (a, b)]
        if bool(found[0]) != bool(found[1]):
            return f"“{(found[0] or found[1])[0]}” in one only"
    return _infinitive(a, b) or _infinitive(b, a)


def _infinitive(planned: Headline, done: Headline) -> str:
    after_to = {w for to, w in zip(planned.words, planned.words[1:], strict=False) if to == "to"}
    after_to -= {w for to, w in zip(done.words, done.words[1:], strict=False) if to == "to"}
    for verb in sorted(after_to):
        forms = (_forms(verb) | {PAST.get(verb, verb)}) - {verb}
        if forms & set(done.words) and not forms & set(planned.words):
            return f"“to {verb}” in one only"
    return ""


def dates(a: Headline, b: Headline) -> str:
    """Each names a day, month or quarter that the other lacks."""
    return _differ("dates", sorted(a.dates - b.told - b.dates), sorted(b.dates - a.told - a.dates))


def names(a: Headline, b: Headline) -> str:
    """Each names somebody or somewhere that the other lacks."""
    return _differ("names", _missing(a, b), _missing(b, a))


def _missing(here: Headline, there: Headline) -> list[str]:
    """Names must be equal: a letter makes another country of one."""
    return sorted({*here.names} - {*there.names, *there.words})


def subject(a: Headline, b: Headline) -> str:
    """One sentence that begins with another word: the first word is a name more often than not."""
    if not a.words or not b.words or a.words[1:] != b.words[1:]:
        return ""
    other = unmatched(a.words[:1], frozenset(b.words[:1]))
    return f"different subjects: {a.words[0]} and {b.words[0]}" if other else ""


def roles(a: Headline, b: Headline) -> str:
    """The same names in another order: who did it to whom may be turned round."""
    common = [n for n in a.names if n in b.names], [n for n in b.names if n in a.names]
    if common[0] != common[1]:
        return f"“{common[0][0]}” and “{common[0][-1]}” change places"
    return ""


def kinds(a: Headline, b: Headline) -> str:
    """A question, an opinion, an explainer or a live page beside a plain report."""
    odd = sorted((a.kinds ^ b.kinds) - {"video"})
    return f"one is marked {odd[0]}" if odd else ""


def _differ(what: str, only_a: Iterable[str], only_b: Iterable[str]) -> str:
    left, right = list(only_a), list(only_b)
    return f"different {what}: {left[0]} and {right[0]}" if left and right else ""


ALL: tuple[Guard, ...] = (
    figures, negation, opposites, milestone, qualifier, modality, dates, names, subject, roles,
    kinds,
)  # fmt: skip
# When the leads are one text, an editor's other choice of names or mood is no news.
SAME_LEAD: tuple[Guard, ...] = (figures, negation, opposites, milestone, dates, kinds)


def conflict(a: Headline, b: Headline, guards: Iterable[Guard] = ALL) -> str:
    """The first reason why the two are not one text; empty when there is none. Symmetric."""
    return next((reason for guard in guards if (reason := guard(a, b))), "")
