"""Turns parts of a digest into the sentences that mail and Slack share, in one order everywhere.

What happened; for which judgment it matters and which way; what is asked; since when; what else is
new; numbers last. No story is told twice in one brief, however many judgments it hit.

The parts are inert already (monitor.deliver.inert). Must never decide what is told, only how: the
numbers are those of the digest, summed at most.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from monitor.deliver.inert import shorten
from monitor.deliver.wording import (
    DIRECTIONS,
    KINDS,
    Calendar,
    listed,
    sentence,
    written_day,
)
from monitor.model.digests import (
    BriefSection,
    CitationLine,
    Digest,
    EvidenceLine,
    JudgmentSection,
    ReasonLine,
)
from monitor.model.numbers import plural, signed
from monitor.model.questions import Direction, Strength

# Decibans: ten points are ten-fold odds (Good 1950, Jeffreys 1961).
HOW_TO_READ: Final = (
    "Ten points are about ten-fold odds. They are a reason to look, not a forecast."
)

NONE: Final = "no evidence yet"


class ShownEvidence(NamedTuple):
    """The evidence lines with room for them, in their order, and a phrase on the others."""

    lines: tuple[EvidenceLine, ...]
    rest: str  # "2 more stories: +1.5 points", or "" when all are shown


def heaviest(lines: Sequence[EvidenceLine], most: int) -> ShownEvidence:
    """The `most` lines with the largest points, still in the order given.

    A line without a story is a sum that was made before; it is told with the rest.
    """
    own = [line for line in lines if line.story_id]
    by_weight = sorted(range(len(own)), key=lambda index: -abs(own[index].points))
    kept = set(by_weight[:most])
    left = [line for index, line in enumerate(own) if index not in kept]
    rest = [f"{line.title}: {signed(line.points)} points" for line in lines if not line.story_id]
    if left:
        number = plural(len({line.story_id for line in left}), "more story", "more stories")
        rest.insert(0, f"{number}: {signed(sum(line.points for line in left))} points")
    return ShownEvidence(
        lines=tuple(line for index, line in enumerate(own) if index in kept),
        rest="; ".join(rest),
    )


def sides(
    judgment: JudgmentSection, most: int, *, only_new: bool = False
) -> tuple[tuple[Direction, ShownEvidence], ...]:
    """The evidence on each side that has any, the weightier side first."""
    picked = [
        (direction, [line for line in lines if line.new or not only_new])
        for direction, lines in (
            (Direction.TOWARD, judgment.toward),
            (Direction.AWAY, judgment.away),
        )
    ]
    if judgment.points < 0:
        picked.reverse()
    return tuple((direction, heaviest(lines, most)) for direction, lines in picked if lines)


def rest(digest: Digest) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What stands below the briefs: titles, and a line for each thing. Empty ones are left out."""
    parts = (
        ("Answered", digest.answered),
        ("Held back", digest.held_back),
        ("Fell silent", digest.fell_silent),
        ("Notices", digest.notices),
    )
    return tuple((title, texts) for title, texts in parts if texts)


def calm(digest: Digest, calendar: Calendar) -> str:
    """What is said where no judgment moved: silence while feeds were down is not calm."""
    since = calendar.moment(digest.window_from)
    if digest.notices:
        return f"Nothing moved since {since} in what could be read; see the notices below."
    return f"Nothing moved since {since}. No judgment needs another look."


def counted_briefly(digest: Digest) -> str:
    """What a calm day came to: “388 entries read, 9 matched, 3 stories.”"""
    counts = digest.counts
    return (
        f"{plural(counts.entries, 'entry', 'entries')} read, {counts.matched:,} matched, "
        f"{plural(counts.stories, 'story', 'stories')}."
    )


def preview_command(digest: Digest) -> str:
    """What shows all of a digest without the page."""
    return f"monitor digest {digest.name.partition('.')[0]}"


def shortened(says: str) -> str:
    """A judgment beside its numbers, once it was told whole."""
    return shorten(says.rstrip("."), 60)


def unchanged(digest: Digest, most: int = 6) -> str:
    """Briefs without news in one line: “Without news: “A”, “B” and 4 more.”"""
    if not digest.unchanged:
        return ""
    names = digest.unchanged[:most]
    more = f" and {len(digest.unchanged) - most} more" if len(digest.unchanged) > most else ""
    return f"Without news: {', '.join(names)}{more}."


def citation(line: CitationLine, calendar: Calendar) -> tuple[str, str]:
    """Where it stood and what became of it, and what its headline was before."""
    where = f"cited in “{line.brief.rstrip('.')}”" if line.brief else "cited"
    cited = ", ".join(filter(None, (line.outlet, where)))
    told = f"{cited[:1].upper()}{cited[1:]}{f': {line.how}' if line.how else ''}"
    return f"{told} ({calendar.moment(line.at)})", f"Was {quoted(line.was)}"


def quoted(title: str) -> str:
    """A headline in quotation marks, or that there was none."""
    return f"“{title}”" if title else "without a title"


def counts_line(digest: Digest, calendar: Calendar) -> str:
    """From what was read to what is told, and over which time."""
    counts = digest.counts
    window = f"{calendar.moment(digest.window_from)} to {calendar.moment(digest.window_to)}"
    return (
        f"{plural(counts.entries, 'entry', 'entries')} read → {counts.matched:,} matched → "
        f"{plural(counts.stories, 'story', 'stories')} → {plural(counts.flags, 'flag')}, {window}"
    )


def foot(digest: Digest, calendar: Calendar) -> str:
    """The end of a message: its counts, which digest it is, and what points are if it names any."""
    end = f" {HOW_TO_READ}" if digest.flagged or digest.moved else ""
    return f"{counts_line(digest, calendar)}. Digest “{digest.name}”.{end}"


def standing(judgment: JudgmentSection, calendar: Calendar) -> str:
    """Where the ledger stands: “−12.1 points since the last review (24 June): …”."""
    lines = (*judgment.toward, *judgment.away)
    sides = (
        f"{abs(judgment.points_toward):.1f} toward, {abs(judgment.points_away):.1f} away, "
        f"from {told_by(lines)}"
    )
    parts = f"{_words(signed(judgment.points), 'points', since_when(judgment, calendar))}: "
    clauses = (parts + (sides if lines else NONE), moved_by(judgment), judgment.leaves_band)
    return f"{'; '.join(filter(None, clauses))}."


def counted(judgment: JudgmentSection, calendar: Calendar) -> str:
    """The same beside the sum itself: “points since the last review (24 June), from 5 stories”."""
    lines = (*judgment.toward, *judgment.away)
    told = f"from {told_by(lines)}" if lines else NONE
    said = f"{_words('points', since_when(judgment, calendar))}, {told}"
    return "; ".join(filter(None, (said, moved_by(judgment))))


def moved_by(judgment: JudgmentSection) -> str:
    """“+3.2 since the last digest”, or "" when the window added nothing worth a digit.

    Where that is the whole sum, the sum is not told a second time.
    """
    if not _shows(judgment.news):
        return ""
    all_of_it = signed(judgment.news) == signed(judgment.points)
    return f"{'all' if all_of_it else signed(judgment.news)} since the last digest"


def _words(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _shows(points: float) -> bool:
    return abs(points) >= 0.05


def course(judgment: JudgmentSection, calendar: Calendar) -> str:
    """“Since 26 March: lowest −12.4 points on 14 April, highest +1.2 on 2 April.”

    Where it stands now is told once, as its standing.
    """
    if not judgment.course:
        return ""
    low = min(judgment.course, key=lambda each: each[1])
    high = max(judgment.course, key=lambda each: each[1])
    now = judgment.course[-1]

    def told(each: tuple[datetime, float]) -> str:
        alike = signed(each[1]) == signed(now[1])
        return "now" if alike else f"{signed(each[1])} points on {calendar.day(each[0])}"

    began = calendar.day(judgment.course[0][0])
    if signed(low[1]) == signed(high[1]):
        return f"Since {began}: level."
    return f"Since {began}: lowest {told(low)}, highest {told(high)}."


def since_when(judgment: JudgmentSection, calendar: Calendar) -> str:
    """“since the last review (24 June)”, or nothing when there is no such time."""
    if judgment.since is None:
        return ""
    day = calendar.day(judgment.since)
    return f"since {judgment.since_what} ({day})" if judgment.since_what else f"since {day}"


def told_by(lines: Sequence[EvidenceLine]) -> str:
    """“5 stories”, or “10+ stories” when smaller ones were summed before.

    A story counts once, however many indicators it hit.
    """
    number = len({line.story_id for line in lines if line.story_id})
    summed = any(not line.story_id for line in lines)
    return f"{number}+ stories" if summed else plural(number, "story", "stories")


def likelihood(judgment: JudgmentSection) -> str:
    """The likelihood with its event. Kept apart from the confidence, as ICD 203 demands."""
    event = judgment.event.rstrip(".")
    if not event:
        return judgment.likelihood
    return f"{judgment.likelihood}: {event}" if judgment.likelihood else event


def published(brief: BriefSection) -> str:
    """“Sanctions pause, published 26 March 2019”."""
    day = written_day(brief.published)
    parts = (brief.title, f"published {day}" if day else "")
    return ", ".join(part for part in parts if part)


def reason_tail(reason: ReasonLine, calendar: Calendar) -> str:
    """“decisive indicator confirmed, away, 26 Mar 07:40”."""
    parts = (KINDS[reason.kind], DIRECTIONS[reason.direction], calendar.moment(reason.at))
    return ", ".join(part for part in parts if part)


def outlets(line: EvidenceLine, most: int) -> str:
    """“6 outlets: Reuters, BBC News, NPR +3”, or the one outlet's name."""
    if len(line.outlets) < 2:
        return "".join(line.outlets) or "outlet unknown"
    return f"{len(line.outlets)} outlets: {listed(line.outlets, most)}"


def marks(line: EvidenceLine) -> tuple[str, ...]:
    """What a reader should know before believing the line."""
    told = ((line.standing, bool(line.standing)), ("new", line.new), ("hedged", line.hedged))
    return tuple(word for word, true in told if true)


def check_first(judgment: JudgmentSection) -> tuple[str, ...]:
    """What speaks for caution: the heaviest thin story, and what has not been heard of."""
    doubt = thin((*judgment.toward, *judgment.away))
    silent = f"Still silent: {listed(judgment.silent, 6)}." if judgment.silent else ""
    return tuple(part for part in (doubt, silent) if part)


def heading(direction: Direction, judgment: JudgmentSection) -> tuple[str, str]:
    """The words above a table of evidence, and the event they point to or from."""
    word = "Toward" if direction is Direction.TOWARD else "Away from"
    return word, judgment.event.rstrip(".") or "the event"


def thin(lines: Sequence[EvidenceLine]) -> str:
    """What to doubt of the weightiest story that rests on one outlet or is hedged; else ""."""
    doubtful = [line for line in lines if line.hedged or len(line.outlets) == 1]
    if not doubtful:
        return ""
    worst = max(doubtful, key=lambda line: abs(line.points))
    faults = []
    if len(worst.outlets) == 1:
        faults.append(
            _words("rests on one outlet", *(f"({name})" for name in worst.outlets if name))
        )
    if worst.hedged:
        faults.append("is hedged")
    more = len(doubtful) - 1
    others = f" {plural(more, 'more story is', 'more stories are')} as thin." if more else ""
    title = f"“{shorten(worst.title, 100)}”" if worst.title else "A story without a title"
    return f"{title} {' and '.join(faults)}.{others}"


CLIPPED: Final = 100_000  # bytes; Gmail shows no more than 102 kB of a message
SUBJECT: Final = 150  # characters; what is longer is cut by who shows it
_TITLE: Final = 76  # characters of a headline in a subject
_SAYS: Final = 44  # of a judgment in a subject
_QUOTED: Final = 120  # of a judgment in a sentence


class Effect(NamedTuple):
    """What a story does to one judgment."""

    judgment: JudgmentSection
    direction: Direction

    @property
    def word(self) -> str:
        """“against” or “for” the judgment; “toward” or “away from” its event if it is even."""
        if len(self.judgment.against) == 1:
            return "against" if self.direction in self.judgment.against else "for"
        return "toward" if self.direction is Direction.TOWARD else "away from"


class NewsItem(NamedTuple):
    """A story and all that it does to the judgments of one brief."""

    line: EvidenceLine  # its weightiest
    effects: tuple[Effect, ...]


class Fit(NamedTuple):
    """How much of a digest there is room for; the rest is counted and linked."""

    rows: int = 8  # stories of a brief, beside the one that it begins with
    briefs: int = 1_000


FITS: Final = (
    Fit(),
    Fit(4),
    Fit(2),
    Fit(1),
    Fit(1, 40),
    Fit(1, 32),
    Fit(1, 25),
    Fit(0, 25),
    Fit(0, 12),
)


def items(brief: BriefSection, *, new: bool = True) -> tuple[NewsItem, ...]:
    """The stories that are new (or not), the one that the brief begins with first, by weight."""
    found: dict[str, dict[str, tuple[EvidenceLine, Effect]]] = {}
    for judgment in brief.judgments:
        for direction, lines in (
            (Direction.TOWARD, judgment.toward),
            (Direction.AWAY, judgment.away),
        ):
            for line in lines:
                if not line.story_id or line.new is not new:
                    continue
                own = found.setdefault(line.story_id, {})
                known = own.get(judgment.key)
                if known is None or abs(line.points) > abs(known[0].points):
                    own[judgment.key] = line, Effect(judgment, direction)
    made = [
        NewsItem(
            line=max((line for line, _ in own.values()), key=lambda line: abs(line.points)),
            effects=tuple(
                sorted(
                    (effect for _, effect in own.values()),
                    key=lambda effect: effect.judgment.key != brief.lead_key,
                )
            ),
        )
        for own in found.values()
    ]
    lead = brief.lead.story_id if brief.lead else ""
    return tuple(
        sorted(made, key=lambda item: (item.line.story_id != lead, -abs(item.line.points)))
    )


def first(brief: BriefSection) -> NewsItem | None:
    """The story that the brief begins with."""
    if brief.lead is None:
        return None
    every = (*items(brief), *items(brief, new=False))
    return next((item for item in every if item.line.story_id == brief.lead.story_id), None)


def others(brief: BriefSection, most: int) -> tuple[tuple[str, tuple[NewsItem, ...]], ...]:
    """The other new stories, below what they do: “Against “…”; for “…”” and so on."""
    head = first(brief)
    own = [item for item in items(brief) if head is None or item.line != head.line][:most]
    grouped: dict[str, list[NewsItem]] = {}
    for item in own:
        grouped.setdefault(bearing(item.effects, _SAYS, with_estimate=False), []).append(item)
    return tuple((said, tuple(found)) for said, found in grouped.items())


def rest_of(brief: BriefSection, most: int) -> str:
    """“3 more new stories, 12 earlier ones”: what is counted and not shown; "" if all is."""
    head = first(brief)
    new = [item for item in items(brief) if head is None or item.line != head.line]
    earlier = [item for item in items(brief, new=False) if head is None or item.line != head.line]
    left = max(len(new) - most, 0)
    said = []
    if left:
        said.append(plural(left, "more new story", "more new stories"))
    if earlier:
        said.append(plural(len(earlier), "earlier story", "earlier stories"))
    return ", ".join(said)


def bearing(effects: Sequence[Effect], limit: int = _QUOTED, *, with_estimate: bool = True) -> str:
    """“Against “…” (likely); for “…” (very unlikely: a deal is signed)”."""
    said = "; ".join(_bearing(effect, limit, with_estimate=with_estimate) for effect in effects)
    return f"{said[:1].upper()}{said[1:]}"


def estimate(judgment: JudgmentSection, *, event: bool = True) -> str:
    """“likely”; “very unlikely: a deal is signed”, where what is unlikely is not what it says."""
    told = judgment.event.rstrip(".")
    if not judgment.words:
        return ""
    aligned = judgment.against == (Direction.AWAY,)
    if aligned or not told:
        return judgment.words if aligned or event else ""
    return f"{judgment.words}: {told}" if event else ""


def sourcing(line: EvidenceLine) -> str:
    """“Reuters alone”; “Reuters, NPR and BBC, one source (KCNA)”; what to know before believing."""
    names = line.outlets
    if len(names) < 2:
        told = [f"{names[0]} alone" if names and names[0] else "outlet unknown"]
    else:
        shown = (*names[:3], f"{len(names) - 3} more outlets") if len(names) > 4 else names
        told = [f"{', '.join(shown[:-1])} and {shown[-1]}"]
        if line.sources == 1:
            told.append(f"one source{f' ({line.origin})' if line.origin else ''}")
        elif 1 < line.sources < len(names):
            told.append(f"{line.sources} independent sources")
        elif line.sources:
            told.append("independent of each other")
    if line.official:
        told.append("an official statement")
    if line.hedged:
        told.append("only as a possibility")
    return ", ".join(told)


def details(line: EvidenceLine, calendar: Calendar) -> str:
    """“Reuters alone, 21 Feb 07:20, slight weight”: what stands below a headline."""
    parts = (sourcing(line), calendar.moment(line.first_at), weight_word(line.points))
    return ", ".join(parts)


def weight(points: float) -> str:
    """A weight in words: as much as one report that another source confirms would have."""
    if abs(points) < 1:
        return "weighs hardly anything"
    return f"weighs about as much as one corroborated report of a {_nearest(points)} indicator"


def _nearest(points: float) -> str:
    nearest = min(Strength, key=lambda strength: abs(strength.value - abs(points)))
    return nearest.name.lower()


def weight_word(points: float) -> str:
    """The same, briefly: “slight weight”."""
    return f"{_nearest(points)} weight" if abs(points) >= 1 else "hardly any weight"


def movement(judgment: JudgmentSection) -> str:
    """“2 new stories, 1 against and 1 for; together this weighs about as much as … against it”."""
    counts: dict[str, set[str]] = {}
    for direction, lines in ((Direction.TOWARD, judgment.toward), (Direction.AWAY, judgment.away)):
        for line in lines:
            if line.new and line.story_id:
                word = Effect(judgment, direction).word
                counts.setdefault(word, set()).add(line.story_id)
    if not counts:
        return ""
    number = len(set[str]().union(*counts.values()))
    ways = " and ".join(f"{len(own)} {word}" for word, own in counts.items())
    head = plural(number, "new story", "new stories")
    head = f"{head}, {ways}" if len(counts) > 1 else f"{head} {next(iter(counts))}"
    moved = Effect(judgment, Direction.TOWARD if judgment.news > 0 else Direction.AWAY).word
    way = f" {moved} it" if moved in {"for", "against"} else f" {moved} the event"
    told = weight(judgment.news)
    return f"{head}; this {told}{way if abs(judgment.news) >= 1 else ''}"


def movements(brief: BriefSection) -> tuple[str, ...]:
    """For each judgment with several new stories, how they moved it together."""
    return tuple(
        f"“{shortened(each.says)}”: {movement(each)}."
        for each in brief.judgments
        if len({line.story_id for line in (*each.toward, *each.away) if line.new}) > 1
    )


def numbers(brief: BriefSection, calendar: Calendar) -> tuple[tuple[JudgmentSection, str], ...]:
    """Where ledgers stand, one sentence each; judgments whose ledgers are alike share it."""
    found: dict[str, list[JudgmentSection]] = {}
    for each in brief.judgments:
        if each.flagged or each.moved:
            found.setdefault(standing(each, calendar), []).append(each)
    return tuple(
        (own[0], f"{' and '.join(f'“{shortened(each.says)}”' for each in own)}: {told}")
        for told, own in found.items()
    )


def asked(brief: BriefSection) -> str:
    """What the reader should do, without the address."""
    if brief.flag_id is None:
        return "Nothing is asked: no flag was raised" if not brief.fresh else "Just to know"
    if brief.fresh:
        return "Does it still stand? Please look, and answer"
    return "An answer is still awaited"


def since(brief: BriefSection, calendar: Calendar) -> str:
    """“Flag raised 6 Mar 12:00, judged 20 February”: since when it is so."""
    own = next((each for each in brief.judgments if each.key == brief.lead_key), None)
    said = []
    if brief.opened is not None:
        said.append(f"flag raised {calendar.moment(brief.opened)}")
    if own is not None and own.since is not None:
        what = own.since_what.removeprefix("the ").removesuffix(" was published")
        day = calendar.day(own.since)
        said.append(f"brief published {day}" if what == "brief" else f"{what} {day}")
    told = ", ".join(said)
    return f"{told[:1].upper()}{told[1:]}"


def why(brief: BriefSection, calendar: Calendar, most: int = 4) -> tuple[str, ...]:
    """What fired, in the words of each trigger, the newest first; only what was not told before."""
    reasons = [reason for each in brief.judgments for reason in each.reasons if reason.new]
    reasons.sort(key=lambda reason: reason.at, reverse=True)
    told = dict.fromkeys(_because(reason, calendar) for reason in reasons)
    left = len(told) - most
    more = (f"And {plural(left, 'more reason')}.",) if left > 0 else ()
    return (*list(told)[:most], *more)


def _because(reason: ReasonLine, calendar: Calendar) -> str:
    """What kind of trigger it was, unless its sentence begins with that, and the sentence."""
    name, said = KINDS[reason.kind], sentence(reason.text)
    if said.casefold().startswith(name.split()[0].casefold()):
        return said
    return f"{_upper(name)}, {calendar.moment(reason.at)}: {said}"


def concerned(brief: BriefSection) -> tuple[str, ...]:
    """The judgments that are in question, where no story says which: “…” (likely)."""
    own = [each for each in brief.judgments if each.flagged] or list(brief.judgments)
    return tuple(
        f"“{shorten(each.says.rstrip('.'), _QUOTED)}”" + (f" ({told})" if told else "")
        for each in own
        for told in [estimate(each)]
    )


def cautions(brief: BriefSection) -> tuple[str, ...]:
    """What speaks for caution where an answer is asked: thin new stories, and what is silent."""
    if not brief.fresh:
        return ()
    own = [each for each in brief.judgments if each.flagged]
    lines = {line.story_id: line for each in own for line in (*each.toward, *each.away) if line.new}
    names = dict.fromkeys(name.replace("-", " ") for each in own for name in each.silent)
    silent = f"Still silent: {listed(tuple(names), 6)}." if names else ""
    return tuple(filter(None, (thin(tuple(lines.values())), silent)))


def shown(digest: Digest, fit: Fit) -> tuple[tuple[BriefSection, ...], str]:
    """The briefs that there is room for, and how many others moved, in a sentence or ""."""
    every = (*digest.flagged, *digest.moved)
    kept = every[: fit.briefs]
    return kept, linked(len(every) - len(kept))


def linked(number: int) -> str:
    """How many briefs a message only links; "" for none."""
    verb = "is" if number == 1 else "are"
    return f"{plural(number, 'more brief')} moved and {verb} only linked" if number else ""


def leads(digest: Digest) -> BriefSection | None:
    """The brief that the subject is about: what is newly in question, else what moved most."""
    fresh = [brief for brief in digest.flagged if brief.fresh]
    return next(iter((*fresh, *digest.flagged, *digest.moved)), None)


def window(digest: Digest, calendar: Calendar) -> str:
    """“since yesterday 08:00”, “since 08:00” of the same day, else the day and the time."""
    began, now = digest.window_from, digest.composed_at
    moment = calendar.moment(began)
    clock = moment.rpartition(" ")[2]
    if calendar.iso(began) == calendar.iso(now):
        return f"since {clock}"
    yesterday = calendar.iso(began) == calendar.iso(now - timedelta(days=1))
    return f"since yesterday {clock}" if yesterday else f"since {moment}"


def subject(digest: Digest, calendar: Calendar) -> str:
    """The news and what it does: “North Korea quits …: against ‘diplomacy …’ (likely)”."""
    brief = leads(digest)
    if brief is None:
        return _quiet(digest, calendar)
    left = len(digest.flagged) + len(digest.moved) - 1
    more = f", and {plural(left, 'more brief')}" if left else ""
    item = first(brief)
    if item is None:
        return f"{_without_story(brief)}{more}"
    if digest.reminder and brief.opened is not None:
        prefix, does = f"Waiting for your answer since {calendar.day(brief.opened)}: ", ""
    else:
        effect = item.effects[0]
        told = estimate(effect.judgment, event=False)
        says = shorten(effect.judgment.says.rstrip("."), _SAYS)
        prefix = _again(brief, item)
        does = f": {effect.word} ‘{says}’{f' ({told})' if told else ''}{more}"
    room = min(_TITLE, SUBJECT - len(prefix) - len(does))
    return f"{prefix}{shorten(item.line.title or 'a story without a title', room)}{does}"


def preview(digest: Digest, calendar: Calendar) -> str:
    """What a mail client shows beside the subject: which way, from whom, and what is asked."""
    brief = leads(digest)
    item = first(brief) if brief else None
    if brief is None or item is None:
        return counts_line(digest, calendar)
    parts = (bearing(item.effects, 80), sourcing(item.line), asked(brief))
    return f"{'. '.join(parts)}."


def _bearing(effect: Effect, limit: int, *, with_estimate: bool) -> str:
    if effect.word in {"for", "against"}:
        told = estimate(effect.judgment) if with_estimate else ""
        says = shorten(effect.judgment.says.rstrip("."), limit)
        return f"{effect.word} “{says}”{f' ({told})' if told else ''}"
    event = effect.judgment.event.rstrip(".") or "the event"
    return f"{effect.word} “{shorten(event, limit)}” ({effect.judgment.words})"


def _again(brief: BriefSection, item: NewsItem) -> str:
    """What is new of a story that was told before."""
    reasons = [reason for each in brief.judgments for reason in each.reasons]
    own = [reason for reason in reasons if reason.story_id == item.line.story_id]
    fresh = [reason for reason in own if reason.new and not reason.told]
    if fresh and (len(own) > len(fresh) or item.line.told_by):
        return f"Now {KINDS[max(fresh, key=lambda reason: reason.at).kind]}: "
    if brief.flag_id is not None and any(reason.told for reason in own):
        return f"Flag {brief.flag_id} waits: "
    return "More outlets: " if 0 < item.line.told_by < len(item.line.outlets) else ""


def _without_story(brief: BriefSection) -> str:
    """A subject where no story fired: what the newest reason says, and of which judgment."""
    found: Iterator[tuple[ReasonLine, JudgmentSection]] = (
        (reason, each) for each in brief.judgments for reason in each.reasons
    )
    newest = max(found, key=lambda pair: (pair[0].new, pair[0].at), default=None)
    if newest is None:
        return shorten(brief.title or brief.question, 90)
    reason, judgment = newest
    says = f"‘{shorten(judgment.says.rstrip('.'), _SAYS)}’"
    directed = reason.direction is not Direction.NONE
    way = f"{Effect(judgment, reason.direction).word} " if directed else ""
    return f"{shorten(reason.text.rstrip('.'), 90)}: {way}{says}"


def _quiet(digest: Digest, calendar: Calendar) -> str:
    changed = [line for line in digest.citations if line.grave] or list(digest.citations)
    if changed:
        return f"Cited article changed: {shorten(changed[0].now or changed[0].was, _TITLE)}"
    answered = plural(len(digest.answered), "flag")
    said = f"{answered} answered, nothing else moved" if digest.answered else "nothing moved"
    # Silence while feeds were down is not calm: it must not look like it.
    notices = f", {plural(len(digest.notices), 'notice')}" if digest.notices else ""
    return f"{calendar.day(digest.composed_at)}: {said}{notices}"


def _upper(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
