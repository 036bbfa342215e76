"""Turns two entries into how one relates to the other, with a score and a reason, or nothing.

Must never look at a third entry: which story an entry joins is decided in `story`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.conflict import ALL, SAME_LEAD, conflict, names, roles, subject
from monitor.core.headline import Headline, read
from monitor.core.similarity import (
    Rarity,
    leads_agree,
    novelty,
    resemblance,
    token_sort,
    unmatched,
)
from monitor.model.stories import Member, Relation

COPY_WINDOW = timedelta(hours=12)
LONG_COPY_WINDOW = timedelta(hours=36)  # equal titles or agreeing leads
MIN_SUBSTANCE = 3  # content words; a shorter title is equal by chance
COPY_SCORE, SHORT_COPY_SCORE, SAME_LEAD_SCORE = 72.0, 97.0, 50.0
SIBLING_SCORE = 43.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
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


def headline(member: Member) -> Headline:
    return read(member.title, member.summary, member.outlet)


def same_link(member: Member, other: Member, rare: Rarity) -> Near | None:
    """One page in two feeds. A page that was rewritten in between is no copy of what it was."""
    if member.feed_id == other.feed_id:
        return None
    a, b = headline(other), headline(member)
    changed = ""
    if a.text != b.text:
        changed = conflict(a, b) or ("new words" if novelty(b, a, rare) > 0.30 else "")
    return _copy(member, other, 100.0, "same link", "same link as", changed)


def same_title(member: Member, other: Member) -> Near | None:
    """One title, whatever it was wrapped in, within 36 hours; in one feed, within 12."""
    a, b = headline(other), headline(member)
    window = COPY_WINDOW if member.feed_id == other.feed_id else LONG_COPY_WINDOW
    if a.serial or b.serial or b.substance < MIN_SUBSTANCE or abs(member.at - other.at) > window:
        return None
    return None if conflict(a, b) else _copy(member, other, 100.0, "same title", "same title as")


def same_text(member: Member, other: Member, rare: Rarity) -> Near | None:
    """Nearly one title, or one lead under two titles, at another feed."""
    a, b = headline(other), headline(member)
    apart = abs(member.at - other.at)
    if member.feed_id == other.feed_id or apart > LONG_COPY_WINDOW:
        return None
    if a.serial or b.serial or not (a.guarded and b.guarded):
        return None
    if min(a.substance, b.substance) < MIN_SUBSTANCE:
        return None
    score = token_sort(a, b)
    if score < SAME_LEAD_SCORE:
        return None
    one_lead = leads_agree(a, b)
    copied = _retitled(a, b, apart, rare) if one_lead else _reprinted(a, b, apart, rare, score)
    if not copied:
        return None
    what = "same lead as" if one_lead else "same text as"
    return _copy(member, other, score, "copy", what, mark=f" (token_sort {score:.0f})")


def same_event(member: Member, other: Member, rare: Rarity) -> Near | None:
    """Other words for one event; None when they are not alike enough or tell of two subjects."""
    a, b = headline(other), headline(member)
    if a.serial or b.serial or _other_subject(a, b):
        return None
    score = resemblance(a, b, rare, member.at - other.at)
    if score < SIBLING_SCORE:
        return None
    reason = f"same event as {_quoted(other, member)} (likeness {score:.0f} of 100)"
    return Near(member=other, relation=Relation.SIBLING, score=score, rule="sibling", reason=reason)


def _retitled(a: Headline, b: Headline, apart: timedelta, rare: Rarity) -> bool:
    """One lead under two titles: the titles must not disagree."""
    if conflict(a, b, ALL if apart > COPY_WINDOW else SAME_LEAD) or _facts(b) - a.told:
        return False
    return novelty(b, a, rare) <= 0.30


def _reprinted(a: Headline, b: Headline, apart: timedelta, rare: Rarity, score: float) -> bool:
    """Nearly one title: nothing against it, no word put for another, little added or left out."""
    short = min(a.substance, b.substance) <= MIN_SUBSTANCE
    if apart > COPY_WINDOW or score < (SHORT_COPY_SCORE if short else COPY_SCORE):
        return False
    if conflict(a, b) or _facts(b) - a.told:
        return False
    if _only_in(a, b) and _only_in(b, a):  # one word was put for another
        return False
    return novelty(b, a, rare) <= 0.20 and novelty(a, b, rare) <= 0.35


def _facts(headline: Headline) -> frozenset[str]:
    return headline.numbers | headline.dates | {*headline.names}


def _only_in(a: Headline, b: Headline) -> tuple[str, ...]:
    """Words of a's title that have no like in b's."""
    return unmatched(a.content, frozenset(b.words))


def _other_subject(a: Headline, b: Headline) -> bool:
    """One sentence about two subjects: all but a name, or the order of the names, agrees."""
    alike = token_sort(a, b)
    if alike < 68:
        return False
    if (alike >= 95 and roles(a, b)) or subject(a, b):
        return True
    few = max(len(_only_in(a, b)), len(_only_in(b, a))) <= 3
    return few and not leads_agree(a, b) and bool(names(a, b))


def _copy(
    member: Member,
    other: Member,
    score: float,
    rule: str,
    what: str,
    changed: str = "",
    mark: str = "",
) -> Near:
    """A copy; a sibling instead when it says something else or counts for more."""
    reason = f"{what} {_quoted(other, member)}{mark}"
    extra = sorted(member.signature - other.signature)
    if not changed and not extra:
        return Near(member=other, relation=Relation.COPY, score=score, rule=rule, reason=reason)
    but = f"it says something else: {changed}" if changed else f"it also counts for {extra[0]}"
    return Near(
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
