"""The lists of words that shape an English sentence, for reading what a cue is about.

Folded words only. What a word does to a hit is in `direction_cues`.
"""

from typing import Final


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
