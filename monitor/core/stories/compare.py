"""Turns two entries into how one relates to the other, with a score and a reason, or nothing.

Must never look at a third entry: which story an entry joins is decided in `story`.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from monitor.core.memo import MemoByIdentity
from monitor.core.stories.conflict import (
    ALL,
    ONE_TEXT,
    SAME_LEAD,
    Guard,
    conflict,
    figures,
    modality,
    qualifier,
    roles,
    subject,
)
from monitor.core.stories.headline import Headline, read
from monitor.core.stories.similarity import (
    Rarity,
    begin_alike,
    leads_agree,
    novelty,
    own_lead,
    resemblance,
    token_sort,
    unmatched,
)
from monitor.core.stories.wording import COMPASS, COUNTRIES, RELATIVE_TIMES, STOPWORDS, TOLL
from monitor.model.stories import Member, Relation

COPY_WINDOW = timedelta(hours=12)
LONG_COPY_WINDOW = timedelta(hours=36)  # equal titles or agreeing leads
WIRE_WINDOW = timedelta(hours=48)  # the very same lead
MIN_SUBSTANCE = 3  # content words; a shorter title is equal by chance
COPY_SCORE, SHORT_COPY_SCORE, SAME_LEAD_SCORE = 72.0, 97.0, 50.0
# How much of a later title's weight may be new: beside nearly the same title, beside much the same
# lead, beside the very same lead; and on a page whose title changed.
TITLE_NOVELTY, LEAD_NOVELTY, WIRE_NOVELTY, PAGE_NOVELTY = 0.20, 0.30, 0.70, 0.30
TITLE_LOSS = 0.35  # of an earlier title's weight that nearly the same title may leave out
LATE = (modality, qualifier)  # after half a day, also these guards for one wire
SIBLING_SCORE = 43.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A member that an arrival was compared with, and what came of it."""

    member: Member
    relation: Relation
    score: float  # 0–100
    rule: str
    reason: str

    @property
    def rank(self) -> tuple[bool, float, tuple[datetime, str, str]]:
        """Sorts copies first, then the most alike, then the earliest."""
        return (self.relation is not Relation.COPY, -self.score, order(self.member))


def order(member: Member) -> tuple[datetime, str, str]:
    """Members of a story, and arrivals, go by time, then outlet, then id."""
    return (member.at, member.outlet, member.entry_id)


@dataclass(frozen=True, slots=True, eq=False)
class HeadlinedMember:
    """A member with its headline, read."""

    member: Member
    read: Headline


def _telling(member: Member) -> HeadlinedMember:
    return HeadlinedMember(member, read(member.title, member.summary, member.outlet))


telling = MemoByIdentity(_telling, size=8_192)
"""A member with its headline, read. The store hands out the same members again and again."""


def same_link(one: HeadlinedMember, other: HeadlinedMember, rare: Rarity) -> Comparison | None:
    """One page in two feeds. A page that was rewritten in between is no copy of what it was."""
    if one.member.feed_id == other.member.feed_id:
        return None
    a, b = other.read, one.read
    changed = ""
    if a.text != b.text:
        changed = conflict(a, b) or ("new words" if novelty(b, a, rare) > PAGE_NOVELTY else "")
    return _copy(one.member, other.member, 100.0, "same link", "same link as", changed)


def same_title(one: HeadlinedMember, other: HeadlinedMember) -> Comparison | None:
    """One title, whatever it was wrapped in, within 36 hours; in one feed, within 12."""
    a, b = other.read, one.read
    same_feed = one.member.feed_id == other.member.feed_id
    window = COPY_WINDOW if same_feed else LONG_COPY_WINDOW
    if a.text != b.text or not (_told_once(a) and _told_once(b)) or b.substance < MIN_SUBSTANCE:
        return None
    if _apart(one, other) > (COPY_WINDOW if _of_the_day(a) else window) or conflict(a, b):
        return None
    return _copy(one.member, other.member, 100.0, "same title", "same title as")


def same_text(one: HeadlinedMember, other: HeadlinedMember, rare: Rarity) -> Comparison | None:
    """Nearly one title, or one lead under two titles, at another feed."""
    apart = _apart(one, other)
    if one.member.feed_id == other.member.feed_id or apart > WIRE_WINDOW:
        return None
    a, b = other.read, one.read
    if not (_comparable(a) and _comparable(b)):
        return None
    if apart > COPY_WINDOW and _of_the_day(a) and _of_the_day(b):
        return None
    wired = one.member.outlet != other.member.outlet and begin_alike(a, b)
    score = token_sort(a, b, at_least=0.0 if wired else SAME_LEAD_SCORE)
    if not wired and (not score or apart > LONG_COPY_WINDOW):
        return None
    what = "same lead as"
    if wired:
        copied = _rewired(a, b, apart, rare)
    elif own_lead(a) and own_lead(b) and leads_agree(a, b):
        copied = _retitled(a, b, apart, rare, SAME_LEAD)
    else:
        copied, what = _reprinted(a, b, apart, rare, score), "same text as"
    if not copied:
        return None
    mark = f" (token_sort {score:.0f})"
    return _copy(one.member, other.member, score, "copy", what, mark=mark)


def same_event(one: HeadlinedMember, other: HeadlinedMember, rare: Rarity) -> Comparison | None:
    """Other words for one event; None when they are not alike enough or tell of two subjects."""
    a, b = other.read, one.read
    if a.serial or b.serial:
        return None
    if "column" in a.kinds | b.kinds and _apart(one, other) > COPY_WINDOW:
        return None
    score = resemblance(a, b, rare, _apart(one, other), at_least=SIBLING_SCORE)
    if not score or _other_subject(a, b) or _another_round(one, other):
        return None
    if _beside(a, b) or _beside(b, a):
        return None
    quoted = _quoted(other.member, one.member)
    return Comparison(
        member=other.member,
        relation=Relation.SIBLING,
        score=score,
        rule="sibling",
        reason=f"same event as {quoted} (likeness {score:.0f} of 100)",
    )


def another_event(one: HeadlinedMember, other: HeadlinedMember) -> bool:
    """Whether two are in two stories for a reason: one sentence of two subjects, or two rounds; or
    one feed's page that became another development.
    """
    if _other_subject(other.read, one.read) or _another_round(one, other):
        return True
    a, b = one.member, other.member
    if a.feed_id != b.feed_id:
        return False
    same_page = bool(a.canonical_link) and a.canonical_link == b.canonical_link
    return same_page or one.read.text == other.read.text


def _apart(one: HeadlinedMember, other: HeadlinedMember) -> timedelta:
    return abs(one.member.at - other.member.at)


def _of_the_day(headline: Headline) -> bool:
    """A title with “today” or “overnight” tells other news the day after."""
    return not RELATIVE_TIMES.isdisjoint(headline.words)


def _comparable(headline: Headline) -> bool:
    """Long enough, in English, and no title that is used again for other texts."""
    return _told_once(headline) and headline.guarded and headline.substance >= MIN_SUBSTANCE


def _told_once(headline: Headline) -> bool:
    """Neither a title that is used again nor that of a column."""
    return not headline.serial and "column" not in headline.kinds


def _rewired(a: Headline, b: Headline, apart: timedelta, rare: Rarity) -> bool:
    """One wire under two titles: the later one must tell no fact that the earlier text lacks."""
    if not (own_lead(a) and own_lead(b)):
        return _retitled(a, b, apart, rare, ALL)
    if conflict(a, b, ONE_TEXT) or (apart > COPY_WINDOW and conflict(a, b, LATE)):
        return False
    return novelty(b, a, rare) <= WIRE_NOVELTY


def _retitled(
    a: Headline, b: Headline, apart: timedelta, rare: Rarity, guards: Sequence[Guard]
) -> bool:
    """Leads alike under two titles: the titles must not disagree."""
    if conflict(a, b, ALL if apart > COPY_WINDOW else guards) or _facts(b) - a.told:
        return False
    return novelty(b, a, rare) <= LEAD_NOVELTY


def _reprinted(a: Headline, b: Headline, apart: timedelta, rare: Rarity, score: float) -> bool:
    """Nearly one title: nothing against it, no word put for another, little added or left out."""
    short = min(a.substance, b.substance) <= MIN_SUBSTANCE
    if apart > COPY_WINDOW or score < (SHORT_COPY_SCORE if short else COPY_SCORE):
        return False
    if conflict(a, b) or _facts(b) - a.told:
        return False
    if _only_in(a, b) and _only_in(b, a):  # one word was put for another
        return False
    return novelty(b, a, rare) <= TITLE_NOVELTY and novelty(a, b, rare) <= TITLE_LOSS


def _facts(headline: Headline) -> frozenset[str]:
    return headline.numbers | headline.dates | {*headline.names}


def _only_in(a: Headline, b: Headline) -> tuple[str, ...]:
    """Words of a's title that have no like in b's."""
    return unmatched(a.content, frozenset(b.words))


def _other_subject(a: Headline, b: Headline) -> bool:
    """One sentence about two subjects: all but a name, or the order of the names, agrees."""
    alike = token_sort(a, b)
    if alike < _TEMPLATE:
        return False
    if (alike >= 95 and roles(a, b)) or subject(a, b):
        return True
    if not _few_of_either(a, b) or leads_agree(a, b):
        return False
    return _other_names(a, b)


def _other_names(a: Headline, b: Headline) -> bool:
    """Whether each names somebody or somewhere of which the other tells nothing.

    A country here and somebody there are no substitutes where the same people are named beside.
    """
    here, there = _unknown(a, b), _unknown(b, a)
    if not here or not there:
        return False
    if (here & COUNTRIES and there & COUNTRIES) or (here - COUNTRIES and there - COUNTRIES):
        return True
    return len({*a.names} & {*b.names} - COUNTRIES) < _SAME_PEOPLE


_SAME_PEOPLE = 2  # names in common


def _beside(a: Headline, b: Headline) -> bool:
    """Of “X as Y” b tells Y alone: nothing that X says but for names."""
    return bool(a.main) and len(unmatched(a.main, b.told)) == len(a.main)


def _another_round(one: HeadlinedMember, other: HeadlinedMember) -> bool:
    """The same thing happened again: another night's drones, another man's sentence.

    What is counted differs about a day apart, or “overnight” is said of two nights. A toll that
    rises is one event's, and so is any figure within hours but for a sentence's.
    """
    earlier, later = sorted((one, other), key=lambda each: order(each.member))
    a, b = earlier.read, later.read
    apart = _apart(one, other) > COPY_WINDOW
    nightly = apart and _of_the_day(a) and _of_the_day(b)
    if not nightly and not figures(a, b):
        return False
    alike = token_sort(a, b) if _few_of_either(a, b) else 0.0
    same_words = alike >= _TEMPLATE
    if nightly and same_words:
        return True
    if alike >= _SENTENCE and _terms(a) and _terms(b) and _terms(a).isdisjoint(_terms(b)):
        return True
    counted = _counted(a).keys() & _counted(b).keys()
    if not apart or not (same_words or counted):
        return False
    rises = _largest(a, counted) <= _largest(b, counted)
    return not (rises and TOLL.intersection(a.words) and TOLL.intersection(b.words))


@lru_cache(maxsize=4_096)
def _counted(headline: Headline) -> dict[str, float]:
    """What a title counts, with the largest figure: of “58 attack drones” both words."""
    found: dict[str, float] = {}
    words = headline.words
    for place, word in enumerate(words):
        if word in headline.numbers and (figure := _value(word)):
            for noun in words[place + 1 : place + 3]:
                if noun in STOPWORDS or noun in headline.numbers:
                    break
                found[noun] = max(figure, found.get(noun, 0.0))
    return found


def _largest(headline: Headline, counted: Collection[str]) -> float:
    values = _counted(headline)
    if counted:
        return max(values[noun] for noun in counted)
    return max(map(_value, headline.numbers), default=0.0)


def _value(word: str) -> float:
    digits = _DIGITS.match(word)
    return float(digits[0]) if digits else 0.0


_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_TERM_UNITS = frozenset({"year", "years", "month", "months"})


def _terms(headline: Headline) -> frozenset[str]:
    """Figures before “years”, as of a sentence, but nobody's age."""
    triples = zip(headline.words, headline.words[1:], (*headline.words[2:], ""), strict=False)
    found = (n for n, unit, after in triples if unit in _TERM_UNITS and after != "old")
    return headline.numbers.intersection(found)


def _few_of_either(a: Headline, b: Headline) -> bool:
    return max(len(_only_in(a, b)), len(_only_in(b, a))) <= _FEW


_TEMPLATE, _SENTENCE, _FEW = 68, 60, 3
"""Likeness of titles to be one template, that to be two courts' words, and how many words of
either the other may lack."""


def _unknown(a: Headline, b: Headline) -> set[str]:
    """Names in a's title that neither title nor lead of b tells."""
    return {*a.names} - b.told - {*b.folded} - COMPASS


def _copy(
    member: Member,
    other: Member,
    score: float,
    rule: str,
    what: str,
    changed: str = "",
    mark: str = "",
) -> Comparison:
    """A copy; a sibling instead when it says something else or counts for more."""
    reason = f"{what} {_quoted(other, member)}{mark}"
    extra = sorted(member.signature - other.signature)
    if not changed and not extra:
        return Comparison(
            member=other, relation=Relation.COPY, score=score, rule=rule, reason=reason
        )
    but = f"it says something else: {changed}" if changed else f"it also counts for {extra[0]}"
    return Comparison(
        member=other,
        relation=Relation.SIBLING,
        score=score,
        rule="sibling",
        reason=f"{reason}, but {but}",
    )


def _quoted(other: Member, member: Member) -> str:
    minutes = round((member.at - other.at).total_seconds() / 60)
    size = abs(minutes)
    span = f"{size} min" if size < 120 else f"{round(size / 60)} h"
    when = "at the same time" if not size else f"{span} {'earlier' if minutes > 0 else 'later'}"
    return f"“{other.title}” at {other.outlet} {when}"
