"""Negation, background and hedging around a hit, headline by headline."""

from datetime import UTC, datetime

import pytest

from monitor.core.language.direction.cues import CUES, Cue, CueKind
from monitor.core.language.direction.verdict import Place, Verdict, judge, read
from monitor.core.language.match.matcher import match
from monitor.core.language.text.tokens import tokenise
from monitor.core.language.watch.compiler import compile_watch
from monitor.model.questions import Direction
from tests import build

RESUME = "resum* .. talks"
EASE = "eas*|lift* .. sanctions"
RELIEF = "sanctions relief"
SUMMIT = "third|new .. summit"
AGREE = "agree* .. talks"
TESTS = "test*|launch* .. missile*"
HALT = "halt*|stall*|suspend*|fail* .. talks"


def verdict(phrase: str, title: str, direction: Direction = Direction.TOWARD) -> Verdict:
    indicator = build.indicator("i", phrase, direction=direction)
    watch = compile_watch([build.question(indicators=(indicator,))])
    (found,) = match(build.entry(title=title), watch).matches
    return Verdict(hedge=found.hedge, veto=found.veto)


@pytest.mark.parametrize(
    ("phrase", "title", "cue"),
    [
        (RESUME, "North won't resume talks", "won't"),
        (RESUME, "North won’t resume talks", "won't"),
        (RESUME, "NORTH WON'T RESUME TALKS", "won't"),
        (RESUME, "Talks won't resume this year", "won't"),
        (RESUME, "North refuses to resume talks", "refuses"),
        (RESUME, "North will not resume talks, envoy says", "will not"),
        (RESUME, "North rules out resuming talks", "rules out"),
        (RESUME, "Resuming talks ruled out by North", "ruled out"),
        (RESUME, "North may not resume talks", "may not"),
        (RESUME, "Drills go on until talks resume", "until"),
        (RESUME, "Drills go on unless talks resume", "unless"),
        (RESUME, "North won't resume talks unless drills end", "won't"),
        (RESUME, "Senate votes against resuming talks", "votes against"),
        (RESUME, "North fails to resume talks", "fails to"),
        (RESUME, "Talks have yet to resume", "yet to"),
        (RESUME, "Neither side will resume talks", "neither"),
        (RESUME, "North nearly resumed talks", "nearly"),
        (RESUME, "Drills to end before any talks resume", "before any"),
        (EASE, "White House decides against easing sanctions", "decides against"),
        (EASE, "Council stops short of lifting sanctions", "stops short of"),
        (EASE, "Easing sanctions is off the table", "off the table"),
        (EASE, "White House never eased sanctions", "never"),
        (RELIEF, "Summit ends without sanctions relief", "without"),
        (RELIEF, "Sanctions relief unlikely this year", "unlikely"),
        (AGREE, "No one agrees to talks", "no one"),
        (AGREE, "North sees no sign of agreeing to talks", "no sign"),
        (TESTS, "Broadcaster wrongly reports missile test", "wrongly"),
        (EASE, "Hopes dim for lifting sanctions", "hopes dim"),
        (EASE, "White House plays down easing of sanctions", "plays down"),
    ],
)
def test_a_negated_hit_does_not_count_toward(phrase: str, title: str, cue: str) -> None:
    assert verdict(phrase, title).veto == f"negated by “{cue}”"
    assert verdict(phrase, title, Direction.AWAY).veto == ""


@pytest.mark.parametrize(
    ("phrase", "title", "cue"),
    [
        (RELIEF, "No sanctions relief for North", "no"),
        (RELIEF, "White House scraps planned sanctions relief", "scraps"),
        (SUMMIT, "White House cancels third summit", "cancels"),
        (SUMMIT, "Third summit called off", "called off"),
        (SUMMIT, "White House calls off a planned third summit", "calls off"),
        (AGREE, "North agrees to no talks", "no"),
        (TESTS, "North has suspended missile tests", "suspended"),
        (
            TESTS,
            "North says it has suspended nuclear missile tests, to close test site",
            "suspended",
        ),
        (TESTS, "North to halt nuclear, missile tests and close testing site", "halt"),
        (TESTS, "North stops all its nuclear and missile tests", "stops"),
        (TESTS, "North halts nuclear, missile tests", "halts"),
        (TESTS, "North pauses missile launches", "pauses"),
        (TESTS, "Missile tests paused in Oslo", "paused"),
        (TESTS, "North to stop nuclear tests and missile launches", "stop"),
        (TESTS, "North calls an end to missile tests", "end to"),
        (TESTS, "North declares moratorium on missile tests", "moratorium on"),
        (TESTS, "North gives up missile launches", "gives up"),
        (TESTS, "Missile test halt welcomed", "halt"),
        (TESTS, "Missile and nuclear test freeze hailed", "freeze"),
    ],
)
def test_a_stop_of_the_very_thing_counts_in_no_direction(phrase: str, title: str, cue: str) -> None:
    """A suspended test is no test, whichever way a test would point. Plain watching sees it."""
    vetoed = f"negated by “{cue}”"

    assert verdict(phrase, title).veto == vetoed
    assert verdict(phrase, title, Direction.AWAY).veto == vetoed
    assert verdict(phrase, title, Direction.NONE).veto == ""


@pytest.mark.parametrize(
    ("phrase", "title"),
    [
        ("missile .. site", "North suspends missile tests, to close test site"),
        ("missile .. site", "North suspends nuclear and missile tests, shuts down site"),
        ("threat* .. us", "North threatens to cancel US summit"),
        ("suspend* .. talks|summit", "North suspends talks, threatens to cancel US summit"),
        (TESTS, "North halts talks and tests missile"),
        (TESTS, "North suspends talks over missile tests"),
        ("envoys", "North's envoys halt talks"),
        ("end* .. talks", "North ends talks on arms, blames South for end of diplomacy"),
        ("liaison office", "Liaison office suspended talks"),
        (TESTS, "North halts missile tests, then fires projectile: missile launch confirmed"),
    ],
)
def test_a_stop_of_something_else_is_no_veto(phrase: str, title: str) -> None:
    """What is stopped is what ends the verb's object, not whatever is named on the way."""
    for direction in Direction:
        assert verdict(phrase, title, direction).veto == ""


@pytest.mark.parametrize(
    ("phrase", "title"),
    [
        (AGREE, "North agrees to talks without preconditions"),
        (AGREE, "North agrees to talks, but no date is set"),
        (AGREE, "North agrees to talks; won't stop tests"),
        (AGREE, "North, which won't stop tests, agrees to talks"),
        (AGREE, "North agrees to talks after South refused drills"),
        (AGREE, "North agrees to talks with no strings"),
        (AGREE, "No. 2 envoy agrees to talks"),
        (AGREE, "Enforcers of no-fly zone agree to talks"),
        (AGREE, "No surprise: North agrees to talks"),
        (AGREE, "North not only agrees to talks"),
        (AGREE, "North agrees to talks and won't test missiles"),
        (RESUME, "North resumes talks as South cancels drills"),
        (RESUME, "Talks resume: no sanctions, no drills"),
        (SUMMIT, "Leaders hold third summit (not in Hanoi)"),
        (AGREE, "North has no idea whom to agree on talks with"),
        (TESTS, "No deal in Oslo on missile tests"),
        (TESTS, "North won't stop missile tests"),
        (TESTS, "North will not halt missile tests"),
        (TESTS, "North halts work at site of missile tests"),
        (TESTS, "North cancels parade and tests missile"),
        (TESTS, "North tests missile if South does not call back"),
        ("cancel* .. drill*", "South cancels drills"),
        ("no .. deal", "No deal reached"),
    ],
)
def test_a_negator_of_something_else_is_no_veto(phrase: str, title: str) -> None:
    """Another clause, the words that follow, a turn of phrase, or the indicator's own words."""
    assert verdict(phrase, title) == Verdict()


@pytest.mark.parametrize(
    ("phrase", "title", "veto"),
    [
        (HALT, "North fires missile amid stalled talks", "background after “amid”"),
        (HALT, "Amid halted talks, North fires missile", "background after “amid”"),
        (HALT, "North fires missile amidst stalled talks", "background after “amidst”"),
        (HALT, "North fires missile despite halted talks", "background after “despite”"),
        (HALT, "North fires missile during halted talks", "background after “during”"),
        (SUMMIT, "North fires missile ahead of third summit", "background after “ahead of”"),
        (SUMMIT, "Two years ago, leaders held third summit", "background after “years ago”"),
        (HALT, "North fires missile after stalled talks", "background in “stalled talks”"),
        (HALT, "Envoys mull stalled nuclear talks", "background in “stalled nuclear talks”"),
        (HALT, "Failed Hanoi talks weigh on Seoul", "background in “Failed Hanoi talks”"),
        (SUMMIT, "North held third summit two years ago", "background after “years ago”"),
        (SUMMIT, "More than two years ago, third summit failed", "background after “years ago”"),
        (SUMMIT, "In spite of third summit, North arms", "background after “in spite of”"),
        (SUMMIT, "North frees three on eve of third summit", "background after “eve of”"),
        (SUMMIT, "North arms in the run-up to third summit", "background after “run up to”"),
        (SUMMIT, "Oslo marks anniversary of third summit", "background after “anniversary of”"),
        (SUMMIT, "A year after third summit, North arms", "background after “year after”"),
        ("die*", "Envoy who died in Oslo named", "background in “who died”"),
        ("ease*|lift*", "Sanctions that had been lifted return", "background in “that had”"),
        ("deal", "Oslo defends 2015 nuclear deal", "background in “2015”"),
        ("test", "Tremor recalls test in 2006", "background in “2006”"),
        ("threat", "With deal under threat, Oslo waits", "background in “With”"),
        ("coup", "Drills resume in post-coup Niger", "background in “post-coup”"),
        ("meet* .. trump", "Trump tweets ahead of meeting", "background after “ahead of”"),
    ],
)
@pytest.mark.parametrize("direction", Direction)
def test_background_counts_in_no_direction(
    phrase: str, title: str, veto: str, direction: Direction
) -> None:
    assert verdict(phrase, title, direction) == Verdict(veto=veto)


@pytest.mark.parametrize(
    ("phrase", "title"),
    [
        ("reviv* .. talks", "Envoys revive stalled talks"),
        (HALT, "Talks stalled in Hanoi"),
        (HALT, "Seoul stalled the talks"),
        (HALT, "North halts talks amid drills"),
        (HALT, "North suspended talks on Monday"),
        (HALT, "Amid drills, North suspends talks"),
        (HALT, "Bid stalled, talks over"),
        (HALT, "Envoys failed in the talks"),
        ("elect*", "Who will be elected?"),
        ("meet*", "Envoys who will meet named"),
        ("resum*", "Oslo says that talks resumed"),
        ("deal", "Oslo signs 2019 deal"),
        ("deal", "Talks with 2015 delegates bring deal"),
        ("talks", "North opens talks with South"),
        ("talks", "With Seoul in talks"),
        ("warn* .. US", "North warns ahead of talks with US"),
    ],
)
def test_what_is_only_partly_background_counts(phrase: str, title: str) -> None:
    assert verdict(phrase, title, Direction.AWAY).veto == ""


@pytest.mark.parametrize(
    ("phrase", "title", "hedge"),
    [
        (RESUME, "North may resume talks", "may"),
        (RESUME, "North May Resume Talks With South", "may"),
        (RESUME, "NORTH MAY RESUME TALKS", "may"),
        (RESUME, "Talks could resume", "could"),
        (RESUME, "Seoul hopes North, South will resume talks", "hopes"),
        (RESUME, "Seoul urges North to resume talks", "urges"),
        (RESUME, "Will North resume talks?", "?"),
        (RESUME, "North ready to resume talks", "ready to"),
        (RESUME, "North resumes talks unless drills go on", "unless"),
        (RESUME, "Oslo: North would resume talks", "would"),
        (RESUME, "Seoul warns of North resuming talks", "warns of"),
        (RESUME, "North to resume talks if drills end", ""),
        (RESUME, "Drills end if North resumes talks", "if"),
        (RESUME, "North reportedly resumes talks", "reportedly"),
        (EASE, "White House considers easing sanctions", "considers"),
        (EASE, "White House mulls easing sanctions", "mulls"),
        (EASE, "White House weighing lifting sanctions", "weighing"),
        (EASE, "White House doesn't rule out easing sanctions", "doesn't rule out"),
        (EASE, "White House does not rule out easing sanctions", "does not rule out"),
        (EASE, "Senator: we must lift sanctions", "must"),
        (EASE, "Council calls for lifting of sanctions", "calls for"),
        (EASE, "North demands council lift sanctions", "demands"),
        (EASE, "Sanctions, travel bans might be lifted", "might"),
        (SUMMIT, "Third summit possible this year", "possible"),
        (SUMMIT, "Oslo offers to host third summit", "offers to"),
        (SUMMIT, "Oslo proposes third summit", "proposes"),
        (SUMMIT, "Hanoi: is a third summit near?", "?"),
    ],
)
def test_hedges(phrase: str, title: str, hedge: str) -> None:
    for direction in Direction:
        assert verdict(phrase, title, direction) == Verdict(hedge=hedge)


@pytest.mark.parametrize(
    ("phrase", "title"),
    [
        (RESUME, "Talks resume on May 4 in Oslo"),
        (RESUME, "Talks resume on 4 May in Oslo"),
        (RESUME, "Talks Resume in May, Says Oslo"),
        (RESUME, "Talks resume next May, says Oslo"),
        (RESUME, "Theresa May resumes talks"),
        (RESUME, "May resumes talks"),
        (RESUME, "May's envoy resumes talks"),
        (RESUME, "In London, Mrs May resumes talks"),
        (RESUME, "Show of military might as talks resume"),
        (RESUME, "Talks resume, may end soon"),
        (RESUME, "Talks resume and may end soon"),
        (RESUME, "Talks resume as South hopes for rain"),
        (RESUME, "Talks resume. What next?"),
        (RESUME, "Talks resume: is peace near?"),
        (RESUME, "Why did talks resume?"),
        (RESUME, "As expected, talks resume"),
        ("hope* .. talks", "Hopes for talks rise"),
        ("ready .. talks", "North ready for talks"),
    ],
)
def test_what_looks_like_a_hedge_and_is_none(phrase: str, title: str) -> None:
    assert verdict(phrase, title) == Verdict()


@pytest.mark.parametrize(
    ("phrase", "title", "hedge"),
    [
        ("signal*", "Graustark signals interest in treaty", "signals"),
        ("signal|signalled", "Graustark signalled interest in treaty", "signalled"),
        ("hope", "Hopes rise in Graustark", "Hopes"),
        ("hope|fear", "Graustark fears drought", "fears"),
        ("signal .. treaty", "Graustark signals treaty", ""),
        ("signal", "Traffic signal fails in Graustark", ""),
        ("warn", "Oslo warns of storm", ""),
    ],
)
def test_a_hit_that_is_no_more_than_a_hedging_word_is_hedged(
    phrase: str, title: str, hedge: str
) -> None:
    assert verdict(phrase, title).hedge.casefold() == hedge.casefold()


@pytest.mark.parametrize(
    ("phrase", "title"),
    [
        (TESTS, "North won't agree to halt missile tests"),
        (TESTS, "North refuses to end missile tests"),
        ("threat", "North keeps bomb until threat is removed or South removes threat"),
        (AGREE, "North agrees to talks, vows not to test"),
        ("vow .. south", "South vows not to attack"),
        ("warn .. south", "South warns regimes cannot endure"),
        ("prison|probe", "Envoy won't be charged in probe"),
        ("free .. ship", "Ship pulled free of ice"),
    ],
)
def test_what_is_denied_is_something_else(phrase: str, title: str) -> None:
    """A stop that is itself denied, what "not to" leaves alone, and who says what cannot be."""
    assert verdict(phrase, title).veto == ""


@pytest.mark.parametrize(
    ("phrase", "title", "cue"),
    [
        (RESUME, "North misses deadline to resume talks", "misses deadline"),
        (RESUME, "North says no to resuming talks", "says no to"),
        (RESUME, "North was due to resume talks", "was due to"),
        (RESUME, "Attempt to resume talks fails", ""),
        (RESUME, "Deadline to resume talks passes", ""),
        (RESUME, "North missed the deadline to resume talks", "missed the deadline"),
        (RESUME, "North votes no on resuming talks", "votes no on"),
        (RESUME, "Parody account says North resumed talks", "parody account"),
        ("talks", "North misses deadline of talks", "misses deadline"),
        ("resum* .. talks", "North misses talks resumption deadline", "misses"),
        (SUMMIT, "Third summit bid fails", "bid fails"),
        (EASE, "North to disarm before sanctions are lifted", "before"),
        (EASE, "South walks back on easing sanctions", "walks back on"),
        (RESUME, "Hoax letter says North resumed talks", "hoax letter"),
        (RESUME, "Report that North resumed talks is a hoax", "a hoax"),
        (RESUME, "Claim that North resumed talks was false", "was false"),
        (RESUME, "Doctored video shows North resuming talks", "doctored video"),
    ],
)
def test_more_ways_of_denying(phrase: str, title: str, cue: str) -> None:
    found = verdict(phrase, title)

    assert (found.veto == f"negated by “{cue}”") if cue else found.hedge


@pytest.mark.parametrize(
    ("title", "hedge"),
    [
        ("Talks resume, but will they last?", ""),
        ("After talks resume, what comes next?", ""),
        ("Oslo warns resumed talks could fail", "could"),
        ("Oslo pushes for calm on resumed talks", ""),
        ("Oslo urges calm, warns as talks resume", ""),
        ("Oslo wanted to resume talks", "wanted to"),
    ],
)
def test_how_far_a_hedge_reaches(title: str, hedge: str) -> None:
    assert verdict(RESUME, title).hedge == hedge


def test_the_clause_is_that_of_the_summary_sentence() -> None:
    """A sentence of the summary is read like a headline, and its neighbours do not matter."""
    indicator = build.indicator("i", RESUME, direction=Direction.TOWARD)
    watch = compile_watch([build.question(indicators=(indicator,))])
    summary = "It won't stop tests. Talks resumed on Monday. What may follow?"

    (found,) = match(build.entry(title="North on Monday", summary=summary), watch).matches

    assert (found.hedge, found.veto) == ("", "")


def test_last_year_is_fresh_in_the_first_weeks_of_a_year() -> None:
    january = datetime(2019, 1, 20, tzinfo=UTC)
    tokens = tokenise("Oslo defends 2018 deal")

    assert judge([Place(read(tokens, january), 3, 3)], Direction.TOWARD) == Verdict()
    assert judge([Place(read(tokens, build.NOON), 3, 3)], Direction.TOWARD).veto


def test_every_cue_of_the_table_decides_about_the_word_after_it() -> None:
    """Each cue, as it stands in the table, shows in the verdict; a look-alike does not."""
    cues = [cue for same_start in CUES.values() for cue in same_start]

    def shown(cue: Cue) -> Verdict:
        negated = f"negated by “{cue.text}”" if cue.kind is CueKind.NEGATES else ""
        aside = f"background after “{cue.text}”" if cue.kind is CueKind.SETS_ASIDE else ""
        return Verdict(hedge=cue.text if cue.kind is CueKind.HEDGES else "", veto=negated or aside)

    def after(text: str) -> Verdict:
        tokens = tokenise(f"north {text} talks")
        last = len(tokens.words) - 1
        found = judge([Place(read(tokens, build.NOON), last, last)], Direction.TOWARD)
        return Verdict(found.hedge, found.veto)

    assert len(cues) > 400
    assert [cue.text for cue in cues if after(cue.text) != shown(cue)] == []


def test_no_places_no_verdict() -> None:
    assert judge([], Direction.TOWARD) == Verdict()


def test_english_cues_do_nothing_to_other_scripts() -> None:
    tokens = tokenise("朝鲜不恢复谈判")

    assert judge([Place(read(tokens, build.NOON), 0, 1)], Direction.TOWARD) == Verdict()
