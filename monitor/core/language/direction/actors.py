"""Turns a name and a deed of one sentence into whose deed it is: `Iran > attack`.

A shallow rule over the words of a clause, which `explain` tells in one sentence. The subject stands
before its verb; a passive is turned round ("struck by Iran"). What stands between the two must let
the subject through: what belongs to it ("Iran's navy"), auxiliaries, and verbs of which it is the
subject too ("vows to", "launches an"). Another name, "by", a verb that tells of others' deeds
("condemns strikes") or a preposition before the name stop it. In doubt it is nobody's deed.
"""

import re
from typing import Final

from monitor.core.language.direction.cues import CONJUNCTIONS, PASSIVE, TIMES
from monitor.core.language.text.tokens import Tokens, fold


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STRONG: Final = re.compile(r"[:;()\[\]|\u2014?!]|\s[-\u2013]+\s|--")
# Before a name they make it a place, a target or a partner: "attack on Iran", "talks with Iran".
_BEFORE_OTHERS: Final = _words(
    "about above across against along alongside among around at behind below beneath beside"
    " between beyond except for from in inside into near of off on onto opposite outside"
    " through throughout to toward towards under upon versus via vs with within without anti"
)
# Before "of" they are what acts: "forces of Iran strike".
_AGENTS: Final = _words(
    "president leader leaders government forces force army navy military minister ministry"
    " republic parliament guards troops king prince regime state people kingdom authorities"
    " head chief premier warships warplanes jets drones militia militias commander general"
)
# After a name they are no one who acts: "Iran talks strike chord", "Iran experts attack deal".
_NO_AGENTS: Final = _words(
    "talks deal deals sanctions crisis war policy threat threats expert experts critic"
    " critics hawk hawks analyst analysts watcher watchers negotiations accord"
    " agreement treaty nuclear-deal embargo oil visit trip summit strategy issue question file"
    " dossier response border waters airspace coast refugees refugee exile exiles opposition"
    " dissident dissidents hostage hostages victim victims ally allies rival rivals enemy"
    " enemies neighbor neighbour neighbours neighbors proxy proxies backers supporters lawyer"
    " lawyers"
)
# After a name and before a deed in its plain form they are what it is done to: "Iran ship attack".
_TARGETS: Final = _words(
    "ship ships tanker tankers vessel vessels boat boats embassy consulate plant site sites"
    " facility base bases airport city cities port refinery pipeline plane planes jet general"
    " scientist scientists commander envoy envoys leader minister president oil school"
    " hospital village market capital citizens civilians soldiers troops workers journalists"
    " positions targets assets"
)
_AUXILIARIES: Final = _words(
    "will would shall can could may might must should has have had is are was were be been"
    " being to not never also again now still then just reportedly likely about set due ready"
    " poised it they he she its their his her and too soon finally already once more twice"
    " further today yesterday did does do wont cant cannot didnt doesnt hasnt havent"
)
# Their subject is that of the deed: "vows to strike", "says it will strike", "launches a strike".
_CARRIES_ON: Final = _words(
    "vow vows vowed threaten threatens threatened plan plans planned prepare prepares"
    " prepared say says said claim claims claimed confirm confirms confirmed admit admits"
    " admitted deny denies denied refuse refuses refused agree agrees agreed decide decides"
    " decided want wants wanted try tries tried attempt attempts attempted begin begins began"
    " start starts started continue continues continued resume resumes resumed stop stops"
    " stopped fail fails failed launch launches launched launching carry carries carried out"
    " conduct conducts conducted stage stages staged mount mounts mounted unleash unleashes"
    " unleashed order orders ordered execute executes executed make makes made commit commits"
    " committed wage wages waged open opens opened step steps stepped up intensify intensifies"
    " intensified escalate escalates escalated repeat repeats declare declares declared"
    " announce announces announced pledge pledges pledged promise promises promised warn warns"
    " warned considers consider mulls mull weighs weigh hold holds held test tests tested fire"
    " fires fired use uses used perform performs performed complete completes completed signal"
    " signals signaled offer offers offered move moves moved rush rushes go goes went keep"
    " keeps kept help helps helped"
)
# What they have for an object is another's deed: "condemns strikes", "survives attack".
_TELLS_OF: Final = _words(
    "condemn condemns condemned slam slams slammed denounce denounces denounced blame blames"
    " blamed mourn mourns mourned fear fears feared face faces faced suffer suffers suffered"
    " survive survives survived repel repels repelled intercept intercepts intercepted thwart"
    " thwarts thwarted foil foils foiled decry decries decried protest protests protested"
    " welcome welcomes welcomed hail hails hailed discuss discusses discussed report reports"
    " reported see sees saw probe probes probed investigate investigates investigated accuse"
    " accuses accused reject rejects rejected await awaits awaited brace braces braced avoid"
    " avoids avoided mark marks marked recall recalls recalled mock mocks mocked criticise"
    " criticises criticised criticize criticizes criticized oppose opposes opposed avenge"
    " avenges avenged answer answers answered respond responds responded react reacts reacted"
    " retaliate retaliates retaliated urge urges urged demand demands demanded call calls"
    " called ask asks asked tell tells told seek seeks sought back backs backed support"
    " supports supported praise praises praised endure endures endured withstand withstands"
    " lament laments regret regrets deplore deplores deplored cite cites cited note notes"
    " noted detect detects detected monitor monitors monitored track tracks tracked watch"
    " watches watched shrug shrugs downplay downplays dismiss dismisses dismissed prevent"
    " prevents prevented stem stems hit hits struck visit visits visited attend attends"
    " attended meet meets met host hosts hosted receive receives received lose loses lost"
    " evacuate evacuates evacuated blasts blast rebuke rebukes rebuked scorn scorns cheer"
    " cheers cheered"
)
_DETERMINERS: Final = _words("the a an this that these those another any some every each no")
_HARMS: Final = _words(
    "hit hits strike strikes struck bomb bombs bombed attack attacks attacked target targets"
    " targeted pound pounds pounded destroy destroys destroyed shell shells shelled"
)
_CIRCUMSTANCE: Final = _words("under against about from in during")
_WITH_PLACE: Final = _words("in at near from off of on inside")
_OPENERS: Final = CONJUNCTIONS | {"as", "which", "who"}
_NATION: Final = re.compile(
    r"(?:ian|ean|ican|rman|ese|ish|ench|utch|zbek|azakh|fghan|reek|hai|yriot|raeli|raqi|audi|emeni"
    r"|mirati|waiti|atari|mani|istani|hraini|outhi|ngali|zeri|epali|omali|ungarian)s?$"
)
_LONG: Final = 4  # letters of a word whose capital says something
_CAPITALISED: Final = 0.8
_PASSIVE_ENDS: Final = _words(
    "by with in near over off outside during after amid as while when and overnight again at"
)
# Participles that do not end in -ed.
_PARTICIPLES: Final = _words(
    "struck hit shot sunk taken held sent cut put beaten driven broken bombed torn brought"
    " caught found lost met paid sold told built drawn given known seen shown thrown won left"
    " led kept fought hurt burnt stolen overthrown withdrawn"
)
_LONGEST_BY: Final = 5  # words from "by" to the name: "by two suspected Iranian drones"
_LONGEST_AWAY: Final = 6  # words from the deed to its "by": "attacked on Monday by"

Place = tuple[int, int]
"""The first and the last token of a hit."""


def whose(tokens: Tokens, actor: Place, deed: Place) -> str:
    """Why the deed is not the actor's, as the end of a sentence; "" if it is."""
    reading = _Reading(tokens)
    if tokens.sentences[actor[0]] != tokens.sentences[deed[0]]:
        return "they stand in different sentences"
    if deed[1] < actor[0]:
        return reading.not_by(actor, deed)
    if deed[0] <= actor[1]:
        return "they share a word"
    return reading.no_subject(actor) or reading.undergone(deed) or reading.stopped(actor, deed)


class _Reading:
    """The words of one text, as the rule looks at them."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._words = [fold(word) for word in tokens.words]
        long = [word for word in tokens.words if len(word) >= _LONG and word.isalpha()]
        self._capitals = sum(word[0].isupper() for word in long) > _CAPITALISED * len(long)

    def not_by(self, actor: Place, deed: Place) -> str:
        """Why the actor after the deed is not the one "by" whom it is done."""
        start, end = deed[1] + 1, actor[0]
        by = next((place for place in range(start, end) if self._words[place] == "by"), -1)
        if by < 0:
            return "the deed stands before the name, and no “by” between them"
        if by - start > _LONGEST_AWAY or end - by > _LONGEST_BY:
            return "“by” stands too far off"
        if self._parted(deed[1], end):
            return "they stand in different clauses"
        other = next((place for place in range(by + 1, end) if self._is_name(place)), -1)
        return f"{self._quoted(other)} stands after “by”" if other > 0 else self._qualifies(actor)

    def no_subject(self, actor: Place) -> str:
        """Why the name is no subject where it stands."""
        before = actor[0] - 1
        if before < 0:
            return self._qualifies(actor)
        if before in self._tokens.joins and not self._is_name(before):
            return f"it is part of “{self._tokens.text[slice(*self._span(before, actor[0]))]}”"
        while before > 0 and self._words[before] in _DETERMINERS:
            before -= 1
        word, head = self._words[before], self._words[max(before - 1, 0)]
        near = self._tokens.gap(before) == " "
        if near and word in _BEFORE_OTHERS and not (word == "of" and head in _AGENTS):
            return f"it stands after {self._quoted(before)}"
        if near and word in _HARMS:
            return f"it is the object of {self._quoted(before)}"
        return self._qualifies(actor)

    def _qualifies(self, actor: Place) -> str:
        """Why it only qualifies who acts: "Iran-backed militia", "Iran experts"."""
        last = actor[1]
        if last + 1 == len(self._words):
            return ""
        joined = last in self._tokens.joins and not self._is_name(last + 1)
        if joined or self._words[last + 1] in _NO_AGENTS:
            return f"it only qualifies {self._quoted(last + 1)}"
        return ""

    def undergone(self, deed: Place) -> str:
        """Why what stands before the deed undergoes it: "Iran was hit", "Iran ship seized in …"."""
        first, last = deed
        before = first - 1
        while before and (self._words[before].endswith("ly") or self._words[before] == "not"):
            before -= 1
        word = self._words[first]
        if self._words[before] in PASSIVE and not word.endswith("ing"):
            return f"“{self._tokens.words[before]} {self._tokens.words[first]}” is a passive"
        following = self._following(last)
        if following == "by":
            return f"{self._quoted(first)} by somebody else"
        done = word.endswith("ed") or word in _PARTICIPLES
        has = self._words[before] in {"has", "have", "had"}
        ended = not following or following in _PASSIVE_ENDS or following in TIMES
        if done and ended and not has:
            return f"{self._quoted(first)} without an object is read as a passive"
        return ""

    def stopped(self, actor: Place, deed: Place) -> str:
        """What stands between the name and the deed and keeps them apart."""
        start, end = self._after_aside(actor[1], deed[0]), deed[0]
        aside = start > actor[1] + 1
        if self._parted(start if aside else actor[1], end) and not self._row(start, end):
            return "they stand in different clauses"
        for place in range(start, end):
            word = self._words[place]
            if word == "by":
                return "“by” stands between them"
            if word in _TELLS_OF:
                return f"{self._quoted(place)} has the deed for its object"
            if self._is_name(place) and not self._goes_along(start, place):
                return f"{self._quoted(place)} stands between them"
        return self._thing(start, end, deed[1])

    def _thing(self, start: int, end: int, last: int) -> str:
        """Why the deed is a noun that is not the actor's: "Iran ship attack"."""
        carried = not _CARRIES_ON.isdisjoint(self._words[start:end])
        if end > start and self._words[end - 1] in _DETERMINERS and not carried:
            return f"{self._quoted(end - 1)} makes it a thing, and no deed"
        before = self._words[end - 1]
        if end > start and before in _CIRCUMSTANCE:
            return f"{self._quoted(end - 1)} makes it what happens to others, or around them"
        target = end - start == 1 and self._words[start] in _TARGETS
        if target and not self._words[end].endswith("s") and self._closes(last):
            return f"{self._quoted(start)} is what it is done to"
        return ""

    def _after_aside(self, last: int, end: int) -> int:
        """Behind what stands between two commas: "Iran, under pressure, strikes"."""
        if "," in self._tokens.gap(last):
            for place in range(last + 1, end):
                if "," in self._tokens.gap(place):
                    return place + 1
        return last + 1

    def _parted(self, first: int, last: int) -> bool:
        """Whether a mark or a conjunction stands between tokens `first` and `last`."""
        marks = any("," in gap or _STRONG.search(gap) for gap in self._tokens.gaps[first:last])
        return marks or not _OPENERS.isdisjoint(self._words[first + 1 : last])

    def _row(self, start: int, end: int) -> bool:
        """Several names before a verb in the plural: "Iran, Israel strike"."""
        names = all(map(self._is_name, range(start, end)))
        listed = start < end and self._tokens.gap(start - 1).strip() == ","
        return listed and names and not self._words[end].endswith(("s", "ed"))

    def _goes_along(self, start: int, place: int) -> bool:
        """Whether a name between the two acts too, or belongs to the subject.

        "Iran and Israel strike", "Iran President Raisi vows", "Iranian forces in Syria strike".
        """
        if place - 1 in self._tokens.joins or self._words[place - 1] in _WITH_PLACE | {"and"}:
            return True
        nation = _NATION.search(self._tokens.words[place])
        return not nation and all(map(self._is_name, range(start, place)))

    def _closes(self, last: int) -> bool:
        """Whether no object follows the deed."""
        following = self._following(last)
        return not following or following in _BEFORE_OTHERS or following.endswith("s")

    def _following(self, last: int) -> str:
        same = last + 1 < len(self._words) and self._tokens.gap(last) in {" ", "-"}
        return self._words[last + 1] if same else ""

    def _is_name(self, place: int) -> bool:
        """A word with a capital; where all have one, a nation or an acronym."""
        word = self._tokens.words[place]
        if self._capitals:
            return word.isupper() or (word[0].isupper() and bool(_NATION.search(word)))
        return word[0].isupper()

    def _quoted(self, place: int) -> str:
        return f"“{self._tokens.words[place]}”"

    def _span(self, first: int, last: int) -> Place:
        return self._tokens.starts[first], self._tokens.ends[last]
