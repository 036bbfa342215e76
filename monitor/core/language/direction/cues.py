"""The words that turn, weaken or set aside what stands beside them, as one table; decides nothing.

Measured on labelled headlines in `docs/performance.md`; a cue is worth its row if it finds more
than it spoils there. Two words are left out on purpose: "after", whose clause is as often the news
itself, and "if" as a hedge of what stands before it. Below the table are the lists of words that
shape a sentence.

Each row gives a kind, a reach and phrases; `a|b` is either word. The longest phrase at a place
wins, so "doesn't rule out" (a hedge) takes precedence over "doesn't" (a negator), and "not only"
(nothing at all) over "not". English only: other languages have no cues and are never vetoed.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, product
from typing import Final

from monitor.core.language.text.tokens import fold


class CueKind(StrEnum):
    """What a cue does to a hit."""

    NEGATES = "negates"
    HEDGES = "hedges"
    SETS_ASIDE = "sets aside"  # a circumstance, told in passing
    NOTHING = "nothing"  # looks like a cue and is none


class CueReach(StrEnum):
    """Which hits a cue is about. A clause ends at a comma, a part only at a stronger boundary."""

    CLAUSE = "clause"  # all of its clause: "talks won't resume"
    AFTER = "after"  # the rest of its clause: "talks without preconditions" leaves talks alone
    ONWARD = "onward"  # the rest of its part: "Seoul hopes Trump, Kim will meet"
    DATES = "dates"  # all of its clause; all of its part if it opens that: "Years ago, talks …"
    NEXT = "next"  # its object, up to a preposition: "cancels a planned summit | in Oslo"
    BESIDE = "beside"  # its object, and what stands at most a word before it: "summit called off"


@dataclass(frozen=True, slots=True)
class Cue:
    """One phrase of the table. `words` are folded; `text` is how it is shown."""

    words: tuple[str, ...]
    kind: CueKind
    reach: CueReach
    text: str


_NO: Final = (
    "won't|wouldn't|can't|cannot|couldn't|doesn't|don't|didn't|isn't|aren't|wasn't|weren't|hasn't"
    "|haven't|hadn't|shouldn't|mustn't"
)
_AUXILIARY: Final = "will|would|can|could|do|does|did|is|are|was|were|has|have|had|should|must"
_FAKE: Final = (
    "hoax|fake|false|fabricated|bogus|doctored|forged|manipulated|baseless|debunked|unfounded"
)
_TELLING: Final = (
    "letter|letters|report|reports|claim|claims|rumor|rumors|rumour|rumours|video|videos|image|images"
    "|photo|photos|picture|pictures|story|stories|news|document|documents|post|posts|tweet|tweets"
    "|audio|clip|clips|account|announcement|message|messages|memo|statement|email|emails|screenshot"
    "|quote|headline|article|alarm|alert"
)
_ENDS: Final = "stop|halt|end|cancel|scrap|suspend|postpone|delay|abandon|prevent|block|drop"

_TABLE: Final[tuple[tuple[CueKind, CueReach, tuple[str, ...]], ...]] = (
    (
        CueKind.NEGATES,
        CueReach.CLAUSE,
        (
            f"{_NO}|not|never|unlikely|refused|rejected|denied|dismissed|rebuffed|spurned",
            f"{_AUXILIARY}|may|might not",
            "ruled out",
            "off the table",
            "attempt|attempts|bid|bids|effort|efforts|mission fail|fails|collapse|collapses",
            "no longer",
            "far from",
            "nowhere near",
            "out of the question",
            "hopes hit|dim|dimmed|dashed|fade|faded|fading|crushed",
            "a hoax",
            "is|are|was|were|proves|proved hoax|fake|false|untrue|fabricated|bogus|baseless",
        ),
    ),
    (
        CueKind.NEGATES,
        CueReach.AFTER,
        (
            "unless|without|nor|neither|none|nobody|nothing|until|refuse|refuses|refusing|refusal",
            "no one|sign|signs|hint|evidence|plan|plans|intention|intent|need|reason|chance|hope",
            "no word",
            "falsely|wrongly|incorrectly|mistakenly|nearly|almost|narrowly",
            "before any",
            f"{_FAKE} {_TELLING}",
            "viral hoax",
            "satirical|satire|parody|spoof site|account|post|video|article|show|website|page",
            "deepfake|deepfakes show|shows|claim|claims|video|videos|audio|clip|image|images",
            "generated image|images|video|videos|photo|photos|clip|audio",
            "miss|misses|missed the|a|another|its deadline|chance|window|opportunity",
            "miss|misses|missed|missing|blow|blows|blew|ignore|ignores|ignored deadline|deadlines",
            "miss|misses|missed|missing chance|window|opportunity to",
            "say|says|said|saying|vote|votes|voted no to",
            "vote|votes|voted no on",
            "balk|balks|balked|baulks|baulked at",
            "renege|reneges|reneged on",
            "shut|shuts|close|closes|closed door on|to",
            "fail|fails|failed in bid|effort|attempt|push to",
            "loses|lost bid|battle|fight|vote|chance to",
            "short of|still not",
            "was|were set|due|scheduled|supposed|meant|slated|to to|have",
            "would|should have",
            "had planned|hoped|wanted|intended to",
            "no interest|appetite|desire|point in|for",
            "walk|walks|walked|walking back on",
            "reject|rejects|rejecting|rejection|deny|denies|denying|rebuffs|spurns|dismisses",
            "unable|unwilling|reluctant|hesitant to",
            "not yet",
            "thwart|thwarts|thwarted|foil|foils|foiled|forestall|forestalls|snub|snubs|snubbed",
            "forbid|forbids|prohibit|prohibits|debunk|debunks|debunked|refute|refutes|refuted",
            "pour|pours|poured|pouring cold water on",
            "talk|talks|talked out of",
            "decline|declines|declined|declining|oppose|opposes|opposed|opposing|resists|resisted",
            "block|blocks|blocked|blocking|veto|vetoes|vetoed",
            "rule|rules|ruling out",
            "decide|decides|decided|deciding|vote|votes|voted|warns|warned against",
            "stop|stops|stopped|stopping short of",
            "back|backs|backed|backing|shies|shied away from",
            "hold|holds|held|holding off",
            "fail|fails|failed|failing|failure|yet to",
            "turn|turns|turned|turning down",
            "too early|soon to|for",
            "dash|dashes|dashed|dim|dims|dimmed|end|ends|kills hopes",
            "downplay|downplays|downplayed|downplaying",
            "play|plays|played|playing down",
            "instead of",
            "rather than",
        ),
    ),
    (
        CueKind.NEGATES,
        CueReach.NEXT,
        (
            "no|cancel|cancels|canceling|cancelling|scrap|scraps|scrapping|shelve|shelves|shelving",
            "postpone|postpones|postponing|delay|delays|delaying|abandon|abandons|abandoning",
            "halting|suspend|suspends|suspending|stop|stops|stopping|prevent|prevents|preventing",
            "avert|averts|averting|avoid|avoids|avoided|avoiding|dodge|dodges|dodging",
            "end|ends|ended|ending|repeal|repeals|revoke|revokes|rescind",
            "rescinds|reverse|reverses|overturn|overturns|skip|skips|skipping|derail|derails|nix|nixes",
            "end|halt|stop to",
            "miss|misses|missed",
            "remove|removes|removing|eliminate|eliminates|eliminating|stall|stalls|stalling",
            "head|heads|headed|heading off",
            "stave|staves|staved|staving off",
            "put|puts|putting off",
            "freeze|freezes|freezing|pause|pauses|pausing|quit|quits|quitting|forgo|forgoes",
            "suspension|cancellation|postponement|freeze|pause|lack of",
            "ban|freeze|pause|moratorium on",
            "refrain|refrains|refrained|refraining|abstain|abstains from",
            "give|gives|gave|giving up",
            "call|calls|calling off",
            "pull|pulls|pulled|pulling|back|backs|backed|backing out of",
            "walk|walks|walked|walking away from",
        ),
    ),
    (
        CueKind.NEGATES,
        CueReach.BESIDE,
        (
            "canceled|cancelled|scrapped|shelved|postponed|delayed|abandoned|halted|suspended",
            "halt|halts|stopped|paused|pulled|averted|freeze|moratorium|suspension|cancellation",
            "repealed|revoked|rescinded|reversed|overturned|derailed|scuttled|aborted|scrubbed",
            "called|put off",
        ),
    ),
    (
        CueKind.HEDGES,
        CueReach.CLAUSE,
        (
            "may|might|could|would|possible|possibly|perhaps|maybe|potential|potentially|likely|expected",
            "reportedly|allegedly|unconfirmed|rumored|rumoured|hoped|urged|sought|mulled",
            "considered|weighed|threatened|demanded|proposed|looms|looming",
            "said|thought|believed|appears|appear|seems|seem to",
            "apparently|purportedly|supposedly|purported|supposed|simulated|mock|hypothetical",
            "in|into doubt|question",
            "on the table|cards",
            "under consideration|discussion",
        ),
    ),
    (CueKind.HEDGES, CueReach.AFTER, ("suspected|alleged",)),
    (
        CueKind.HEDGES,
        CueReach.ONWARD,
        (
            "wanted|hoped to",
            "deadline|deadlines to|for",
            "attempt|attempts|attempted|attempting|effort|efforts to",
            "offers|offering",
            "pleads|pleaded|pleading|begs|begged|begging|lobbies|lobbying|encourages|encouraging",
            "predicts|predicted|predicting|anticipates|envisions|hints|hinted|hinting|signals",
            "signaled|signalled|signaling|signalling|signal",
            "plots|plotting|worries|worried|nears|nearing|favors|favours|invites|inviting",
            "close|closer|near|plot|plots|pressure|pressured|pressures to",
            "press|presses|pressed|pressing|braces|bracing|brace for",
            "fear|fears|danger|dangers|rumors|rumours|speculation|possibility|talk of",
            "warn|warning of",
            "in case|event of",
            "cusp of",
            "hope|hopes|hoping|hopeful|urge|urges|urging|consider|considers|considering|mull|mulls",
            "mulling|weigh|weighs|weighing|seek|seeks|seeking|want|wants|wanting|wish|wishes|eyes",
            "eyeing|aim|aims|aiming|threaten|threatens|threatening|demand|demands|demanding|asks",
            "explores|exploring|floats|floated|fear|fears|if|whether|should|must",
            "proposes|proposing|proposal|suggests|suggesting|expects|claims|claiming",
            "offer|offers|offered|offering|poised to",
            "preparing|prepares|prepare for",
            "brink|verge of",
            "would like",
            "call|calls|called|calling|push|pushes|pushed|pushing|bid|appeal|appeals for",
            "call|calls|called|calling on",
            "try|tries|trying|need|needs|bid|threat|open|willing|ready|prepared to",
            "threat|warns|warned|prospect|prospects|chance|chances of",
            f"{_NO}|not|never rule|ruled|ruling out",
            f"{_AUXILIARY} not rule|ruled|ruling out",
            "refuse|refuses|refused|decline|declines|declined to rule out",
            "not opposed to",
        ),
    ),
    (
        CueKind.SETS_ASIDE,
        CueReach.AFTER,
        (
            "amid|amidst|despite|during|since|throughout|notwithstanding",
            "ahead|eve|anniversary of",
            "in spite of",
            "in the face|midst of",
            "prior to",
            "before",
            "run|lead|leading up to",
            "time|times of",
            "counter|counters|countering",
            "years|months|decades|year|month before|after|since|into",
            "weeks|days before",
            "remember|remembers|commemorate|commemorates|commemorating",
        ),
    ),
    (
        CueKind.SETS_ASIDE,
        CueReach.DATES,
        (
            "years|year|decades|months ago|earlier",
            "years|decades later|on",
            "last year|month|decade|century",
        ),
    ),
    (
        CueKind.NOTHING,
        CueReach.CLAUSE,
        (
            f"{_NO}|not|never {_ENDS}",
            f"{_AUXILIARY} not {_ENDS}",
            "not only|just|merely|least",
            "no doubt|matter|surprise|wonder|strings|conditions|preconditions|thanks|comment|idea",
            "pull|pulls|pulled|pulling free|ahead|over|together|up",
            "before dawn|daybreak|sunrise|sunset|midnight|noon|long|end|court|judge|congress",
            "before parliament|senate|committee|lawmakers|crowd|cameras",
            "traffic|radio|smoke|satellite|phone|mobile|distress signal|signals",
            "beat|beats|meet|meets|met deadline|deadlines to|for",
            "no later|earlier|less|fewer|sooner than",
            "without doubt|delay|condition|conditions|precondition|preconditions|incident|warning",
            "nothing but",
            "if not",
            "need|needs to know",
            "fear|fears|concern|concerns over|about",
            "whether or not",
            "as expected",
            "nearly|almost all|every|certain|certainly|half|always|no|two|three|four|daily",
            "military|nuclear|economic|full might",
            "in|of|by|since|until|last|next|early|late|mid|before|after|from|theresa may",
            "minister|pm|mrs|ms|president may",
        ),
    ),
)


def _expanded() -> dict[str, tuple[Cue, ...]]:
    found: dict[str, dict[tuple[str, ...], Cue]] = {}
    for kind, reach, phrases in _TABLE:
        for phrase in phrases:
            for words in product(*(part.split("|") for part in phrase.split())):
                folded = tuple(map(fold, words))
                cue = Cue(folded, kind, reach, " ".join(words))
                found.setdefault(folded[0], {})[folded] = cue
    return {
        first: tuple(sorted(cues.values(), key=lambda cue: (-len(cue.words), cue.words)))
        for first, cues in found.items()
    }


CUES: Final = _expanded()
"""All cues by their first word, longest first."""

SINGLE: Final = {first: cue for first, cues in CUES.items() for cue in cues if len(cue.words) == 1}
"""The cues of one word, by it."""


def _longer() -> dict[tuple[str, ...], tuple[Cue, ...]]:
    found: dict[tuple[str, ...], tuple[Cue, ...]] = {}
    for cue in chain.from_iterable(CUES.values()):
        if len(cue.words) > 1:
            start = cue.words[:2]
            found[start] = (*found.get(start, ()), cue)
    return found


LONGER: Final = _longer()
"""The others by their first two words, longest first: many begin with "in" or "no"."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Talks that have stopped are named in passing ("fires missile after stalled talks"): an adjective,
# at most two plain words, and what it is about. Words that are also the past tense of what somebody
# does to talks ("suspended", "halted") are not here: that is news.
SPENT: Final = _words(
    "stalled failed collapsed deadlocked frozen faltering moribund troubled fruitless dormant"
)
SPENT_NOUNS: Final = _words(
    "talks negotiations diplomacy summit summits meeting dialogue deal agreement process"
    " discussions round"
)
# Where the object of a verb is over: "halts tests | at", "no deal | in". Articles do not end it.
OBJECT_ENDS: Final = _words(
    "about after against ahead amid and as at before but by during for from if in into of on or"
    " over says said since that to under until which who with within without"
)
# "Talks were halted", "summit canceled Friday": what is stopped stands before the verb.
PASSIVE: Final = _words("is are was were be been being gets got")
TIMES: Final = _words(
    "monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday tonight"
    " this last next again once twice overnight"
)
ARTICLES: Final = _words("a an the its his her their")
# After one of these a comma or "and" joins adjectives: "halts nuclear, missile and rocket tests".
MODIFIERS: Final = _words("nuclear ballistic military economic joint major diplomatic financial")
# Before or after "and" they do the same: "halts nuclear tests and missile launches".
ATTRIBUTES: Final = MODIFIERS | _words("missile rocket nuke long short icbm")
# Relative words, unless they open the sentence ("Who will win?").
RELATIVES: Final = _words("who which that")
# After them, what is under way or to come: that is no background.
UNDER_WAY: Final = _words(
    "will would may might could can is are should must has have wants plans says said wont"
    " never not"
)
PREFIXES: Final = _words("post pre")
DATING: Final = _words("in of since from")
# Not the cue that they otherwise are, before a number: "No. 2", "nearly 100 killed".
COUNTED: Final = _words("no nearly almost")
CONJUNCTIONS: Final = _words(
    "amid amidst but while as after before because since although though however whereas when"
    " until despite following if whether"
)
# A question that opens with one of these takes for granted what it asks about.
PRESUMING: Final = _words("why how what who whose where which")
# "as far as", "such as", "as part of": here "as" opens no clause.
AS_FOLLOWERS: Final = _words("far long well much many part soon early late a an expected")
AS_LEADERS: Final = _words("such far long well much many soon early same")
# What follows is the matter of what is wished for, and no wish: "urges talks | on tests".
MATTERS: Final = _words("on over about regarding concerning")
SPEAKING: Final = _words(
    "says said say warns warned vows vowed tells told accuses accused insists insisted adds added"
    " declares declared announces announced confirms confirmed reports reported"
)
# After a comma they open the question itself: "Talks resume, but will they last?".
TURNS: Final = PRESUMING | _words("but and so yet")
