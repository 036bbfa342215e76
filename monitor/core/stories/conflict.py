"""Turns two headlines into the first reason why they cannot be one text, or none.

Every guard is a table and a rule of a few lines. Must never weigh likeness or know about stories.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from monitor.core.stories.headline import Headline
from monitor.core.stories.similarity import unmatched
from monitor.core.stories.wording import (
    AGAINST_ANYWAY,
    AGREEMENTS,
    MILESTONES,
    NEGATORS,
    NOUNS,
    OPPOSITES,
    PAST,
    PLANNED,
    POSSIBLE,
    QUALIFIERS,
    ROWS_OF,
    SETTLED,
    forms,
)

Guard = Callable[[Headline, Headline], str]


def figures(a: Headline, b: Headline) -> str:
    """Each has a figure that the other lacks."""
    return _differ("figures", sorted(a.numbers - b.told), sorted(b.numbers - a.told))


def negation(a: Headline, b: Headline) -> str:
    """One is negated, the other is not."""
    cues = [sorted(NEGATORS & set(headline.words)) for headline in (a, b)]
    if bool(cues[0]) != bool(cues[1]):
        return f"“{(cues[0] or cues[1])[0]}” in one only"
    return "“against” in one only" if _against(a) != _against(b) else ""


def _against(headline: Headline) -> bool:
    """Whether somebody is against it; to protest is to protest against."""
    before = zip(("", *headline.words), headline.words, strict=False)
    return any(word == "against" and held not in AGAINST_ANYWAY for held, word in before)


def opposites(a: Headline, b: Headline) -> str:
    """They hold opposite poles of one state."""
    in_a, in_b = set(a.words), set(b.words)
    for left, right in _poles(in_a):
        here, there = in_a & left, in_b & right
        if here and there and not in_a & there and not in_b & here:
            return f"“{min(here)}” against “{min(there)}”"
    return ""


def _poles(words: set[str]) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """Both ways round, the rows of opposites that one of these words stands in."""
    rows = frozenset[int]().union(*(ROWS_OF[word] for word in words & ROWS_OF.keys()))
    for one, other in (OPPOSITES[row] for row in sorted(rows)):
        yield one, other
        yield other, one


def milestone(a: Headline, b: Headline) -> str:
    """Only one tells that something was reached."""
    odd = _reached(a).keys() ^ _reached(b).keys()
    return next((f"{name} in one only" for name in (*MILESTONES, AGREED) if name in odd), "")


def reached_since(a: Headline, b: Headline) -> str:
    """The same of one page: a later title that only drops “signs” takes it back, and is no news."""
    told = milestone(a, b)
    return "" if told.startswith(AGREED) and AGREED in _reached(a) else told


AGREED = "an agreement reached"


@lru_cache(maxsize=4_096)
def _reached(headline: Headline) -> dict[str, frozenset[str]]:
    """The milestones that a title tells of, not those still to come, with the words that tell."""
    words = headline.finite | NOUNS.intersection(headline.words)
    found = {name: told for name, cues in MILESTONES.items() if (told := cues & words)}
    if (settled := SETTLED & headline.finite) and not AGREEMENTS.isdisjoint(headline.words):
        found[AGREED] = settled
    return found


def step(a: Headline, b: Headline) -> str:
    """Only one has a word for something that is reached, or still to be."""
    in_a, in_b = set(a.words), set(b.words)
    odd = (n for n, cues in MILESTONES.items() if bool(in_a & cues) != bool(in_b & cues))
    return next((f"{name} in one only" for name in odd), "")


def qualifier(a: Headline, b: Headline) -> str:
    """Only one speaks of a relation, a former holder, a rehearsal."""
    odd = sorted(QUALIFIERS & (set(a.words) ^ set(b.words)))
    return f"“{odd[0]}” in one only" if odd else ""


def modality(a: Headline, b: Headline) -> str:
    """One says that it may or will happen, the other that it did."""
    for cues in (POSSIBLE, PLANNED):
        found = [sorted(cues & set(headline.words)) for headline in (a, b)]
        if bool(found[0]) != bool(found[1]):
            return f"“{(found[0] or found[1])[0]}” in one only"
    return _infinitive(a, b) or _infinitive(b, a)


def _infinitive(planned: Headline, done: Headline) -> str:
    ahead, reached = _after_to(planned), _after_to(done)
    pairs = set(zip(done.words, done.words[1:], strict=False))
    for verb in sorted(ahead.keys() - reached.keys()):
        others = (forms(verb) | {PAST.get(verb, verb)}) - {verb}
        # “A and B to hold talks”, “A and B hold talks”
        does = others & done.finite or (ahead[verb], verb) in pairs
        if does and not others & planned.finite:
            return f"“to {verb}” in one only"
    return ""


def _after_to(headline: Headline) -> dict[str, str]:
    """What stands behind “to”, with what stands before it."""
    words = ("", *headline.words)
    triples = zip(words, words[1:], words[2:], strict=False)
    return {verb: held for held, to, verb in triples if to == "to" and held != "according"}


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
    if a.words[0] in a.numbers and b.words[0] in b.numbers:
        return ""
    other = unmatched(a.words[:1], frozenset(b.words[:1]))
    return f"different subjects: {a.words[0]} and {b.words[0]}" if other else ""


def roles(a: Headline, b: Headline) -> str:
    """The same names in another order: who did it to whom may be turned round."""
    known = {*a.names, *b.names} & {*a.folded} & {*b.folded}
    if len(known) > 1:
        one = bool(a.topic) != bool(b.topic)  # “War: A hits B” is as good as “A hits B in war”
        left, right = (_in_order(h.folded[h.topic if one else 0 :], known) for h in (a, b))
        left, right = [n for n in left if n in right], [n for n in right if n in left]
        if left != right:
            here, there = next((n, m) for n, m in zip(left, right, strict=True) if n != m)
            return f"“{here}” and “{there}” change places"
    return _exchanged(a, b)


def _in_order(words: Sequence[str], names: set[str]) -> list[str]:
    """Names in the order they are told. “X and Y” is as good as “Y and X”."""
    found: list[str] = []
    run: list[str] = []
    between: list[str] = []
    for word in words:
        if word not in names:
            between.append(word)
            continue
        if between and between not in _LISTING:
            found += sorted(run)
            run = []
        run.append(word)
        between = []
    return list(dict.fromkeys((*found, *sorted(run))))


_LISTING = [["and"], ["or"], ["and", "in"], ["and", "the"], ["and", "in", "the"]]


def _exchanged(a: Headline, b: Headline) -> str:
    """What stands before and after one word of both changes places: names need not be known."""
    both = {w for w in {*a.content, *_DIRECTIONS} if a.words.count(w) == b.words.count(w) == 1}
    passive = ("by" in a.words) != ("by" in b.words)
    if len(both) < _FEWEST_EXCHANGED or passive:
        return ""
    left, right = ([word for word in h.words if word in both] for h in (a, b))
    for place, word in enumerate(left[1:-1], start=1):
        if word in a.names or word in b.names or word not in right[1:-1]:
            continue
        before, after = left[place - 1], left[place + 1]
        middle = right.index(word)
        told, then = right[:middle], right[middle + 1 :]
        turned = before in then and after in told
        if turned and told[-1] in left[place + 1 :] and then[0] in left[:place]:
            return f"“{before}” and “{after}” change places"
    return ""


_FEWEST_EXCHANGED = 3
_DIRECTIONS = frozenset({"to", "from"})


def asked(a: Headline, b: Headline) -> str:
    """One asks what the other says."""
    differ = ("question" in a.kinds) != ("question" in b.kinds)
    return "one is a question" if differ else ""


def kinds(a: Headline, b: Headline) -> str:
    """A question, an opinion, an explainer or a live page beside a plain report."""
    odd = sorted((a.kinds ^ b.kinds) - {"video", "correction"})
    return f"one is marked {odd[0]}" if odd else ""


def standing(a: Headline, b: Headline) -> str:
    """One of them is an opinion or a live page, whose text goes on otherwise."""
    odd = sorted((a.kinds ^ b.kinds) & {"opinion", "live"})
    return f"one is marked {odd[0]}" if odd else ""


def correction(a: Headline, b: Headline) -> str:
    """The later one corrects; a plain report after a correction is a copy of it."""
    later = "correction" in b.kinds and "correction" not in a.kinds
    return "the later one is a correction" if later else ""


# --- one text under two titles: the later must say nothing that the earlier text does not ---------


def new_figure(a: Headline, b: Headline) -> str:
    """The later title has a figure that the earlier text lacks: a toll that rose.

    How old somebody is, "one" and "first" are no figures of an event.
    """
    no_news = {"1"} | {word for word in b.numbers if word.endswith(("st", "nd", "rd", "th"))}
    for word, *after in zip(b.words, b.words[1:], b.words[2:], strict=False):
        if after in (["year", "old"], ["years", "old"]):
            no_news.add(word)
    return _untold("figure", b.numbers - a.told - no_news)


def new_date(a: Headline, b: Headline) -> str:
    """The later title names a day that the earlier text does not."""
    return _untold("date", b.dates - a.told - a.dates)


def new_milestone(a: Headline, b: Headline) -> str:
    """The later title tells that something was reached of which the earlier text knows nothing."""
    known = a.finite | {*a.lead} | NOUNS.intersection(a.words)
    for name in _reached(b):
        settled = name == AGREED and not (SETTLED & known and AGREEMENTS & known)
        if settled or (name != AGREED and not MILESTONES[name] & known):
            return f"{name} in the later one only"
    return ""


def untold_negation(a: Headline, b: Headline) -> str:
    """One title is negated, and nothing is in the other text."""
    for here, there in ((a, b), (b, a)):
        cues = NEGATORS & set(here.words)
        if cues and not NEGATORS & there.told:
            return f"“{min(cues)}” in one only"
    return ""


def untold_opposites(a: Headline, b: Headline) -> str:
    """They hold opposite poles of one state, and the earlier text tells but one."""
    in_a, in_b = set(a.words), set(b.words)
    for left, right in _poles(in_a):
        here, there = in_a & left, in_b & right
        if here and there and not a.told & right:
            return f"“{min(here)}” against “{min(there)}”"
    return ""


def new_name(a: Headline, b: Headline) -> str:
    """The later title has another name in place of one, and the earlier text does not know it."""
    return _differ("names", _missing(a, b), sorted({*b.names} - a.told))


def turned_round(a: Headline, b: Headline) -> str:
    """The same words with the names in another order."""
    same = not unmatched(b.content, frozenset(a.words))
    return roles(a, b) if same and not unmatched(a.content, frozenset(b.words)) else ""


def _untold(what: str, found: Iterable[str]) -> str:
    return next((f"the {what} {one} in the later one only" for one in sorted(found)), "")


def _differ(what: str, only_a: Iterable[str], only_b: Iterable[str]) -> str:
    left, right = list(only_a), list(only_b)
    return f"different {what}: {left[0]} and {right[0]}" if left and right else ""


ALL: tuple[Guard, ...] = (
    figures, negation, opposites, milestone, qualifier, modality, dates, names, subject, roles,
    kinds, correction,
)  # fmt: skip
# One page whose title changed: the marks in front of it are no news, a correction is.
REVISED: tuple[Guard, ...] = (
    figures, negation, opposites, reached_since, qualifier, modality, dates, names, subject, roles,
    asked, correction,
)  # fmt: skip
# When the leads are much alike, an editor's other choice of names or mood is no news.
SAME_LEAD: tuple[Guard, ...] = (
    figures, negation, opposites, step, dates, kinds, correction,
)  # fmt: skip
# One text under two titles: an editor's other choice of words is no news, a fact is.
ONE_TEXT: tuple[Guard, ...] = (
    new_figure, untold_negation, untold_opposites, new_milestone, new_date, new_name, turned_round,
    standing, correction,
)  # fmt: skip


@lru_cache(maxsize=1_024)  # a copy is sought once to know what to look up, and once to place it
def conflict(a: Headline, b: Headline, guards: Sequence[Guard] = ALL) -> str:
    """The first reason why b, the later, is no copy of a; empty when there is none.

    But for `correction`, those of `ALL` and `SAME_LEAD` are symmetric.
    """
    return next((reason for guard in guards if (reason := guard(a, b))), "")
