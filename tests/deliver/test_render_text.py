"""The text of a digest, word by word, and the promises of its layout."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len

from monitor.deliver import sentences
from monitor.deliver.render import render
from monitor.model.digests import BriefSection, Counts, Digest, JudgmentSection, ReasonLine
from monitor.model.flags import FlagKind
from monitor.model.questions import Direction
from tests.deliver.sample_digest import calm_digest, evidence, judgment, sample_digest

SHORT = Digest(
    name="morning",
    slot="2019-03-28T08:00",
    urgent=True,
    composed_at=datetime(2019, 3, 27, 23, 0, tzinfo=UTC),
    window_from=datetime(2019, 3, 26, 23, 0, tzinfo=UTC),
    window_to=datetime(2019, 3, 27, 23, 0, tzinfo=UTC),
    timezone="Asia/Seoul",
    flagged=(
        BriefSection(
            key="us-dprk-deal/sanctions-pause",
            question="Will a treaty be signed this year?",
            title="Sanctions pause",
            published="2019-03-26",
            flag_id=7,
            bottom_line="One judgment may need another look: envoys walked out.",
            judgments=(
                replace(
                    judgment(
                        "No deal in 2019 between Washington and Pyongyang.",
                        points=-11.7,
                        away=(
                            evidence(
                                "Envoys walk out of the Geneva round after an hour",
                                indicator="talks-suspended",
                                outlets=("Reuters", "BBC News", "NPR", "AP", "Kyodo", "Yonhap"),
                                at=datetime(2019, 3, 27, 9, 5, tzinfo=UTC),
                                points=-10.2,
                                new=True,
                                link="https://news.example.org/walk-out",
                            ),
                            evidence(
                                "Fuel trucks seen at the launch pad",
                                indicator="sohae",
                                outlets=("38 North",),
                                at=datetime(2019, 3, 26, 23, 30, tzinfo=UTC),
                                points=-1.5,
                                link="javascript:alert(1)",
                            ),
                        ),
                        silent=("inspectors", "treaty-text"),
                        reasons=(
                            ReasonLine(
                                kind=FlagKind.BREADTH,
                                direction=Direction.AWAY,
                                text="talks-suspended carried by 6 outlets",
                                at=datetime(2019, 3, 27, 14, 0, tzinfo=UTC),
                                new=True,
                            ),
                        ),
                    ),
                    leaves_band="enough to leave “very unlikely” downward",
                ),
            ),
            assumptions=(),
        ),
    ),
    moved=(),
    unchanged=(),
    notices=("Feed npr-world has failed 6 times.",),
    counts=Counts(entries=104, matched=16, stories=4, flags=1),
)

LEAD = SHORT.flagged[0].judgments[0].away[0]
SHORT = replace(
    SHORT,
    flagged=(
        replace(
            SHORT.flagged[0],
            opened=datetime(2019, 3, 27, 14, 0, tzinfo=UTC),
            lead=LEAD,
            lead_key=SHORT.flagged[0].judgments[0].key,
        ),
    ),
)

EXPECTED = """\
SIGNPOST  Thursday 28 March 2019, 08:00 (Asia/Seoul)

  Envoys walk out of the Geneva round after an hour
  Reuters, BBC News, NPR and 3 more outlets, independent of each other, 27 Mar
  18:05, strong weight
  https://news.example.org/walk-out

WHICH WAY  For “No deal in 2019 between Washington and Pyongyang” (very
  unlikely: a deal is signed in 2019).
ASKED  Does it still stand? Please look, and answer:
  monitor flags show 7
SINCE  Flag raised 27 Mar 23:00, brief published 26 March.
WHY NOW  Widely carried, 27 Mar 23:00: talks-suspended carried by 6 outlets.

CHECK FIRST  Still silent: inspectors, treaty text.
NOT SHOWN  1 earlier story: monitor flags show 7

NUMBERS  “No deal in 2019 between Washington and Pyongyang”: −11.7 points
  since the brief was published (26 March): 0.0 toward, 11.7 away, from 2
  stories; enough to leave “very unlikely” downward.

──────────────────────────────────────────────────────────────────────────────

NOTICES
  - Feed npr-world has failed 6 times.

COUNTS  104 entries read → 16 matched → 4 stories → 1 flag, 27 Mar 08:00 to 28
  Mar 08:00. Digest “morning”. Ten points are about ten-fold odds. They are a
  reason to look, not a forecast.
"""


def test_an_urgent_review_reads_like_this() -> None:
    message = render(SHORT)

    assert message.text == EXPECTED
    assert message.subject == (
        "Envoys walk out of the Geneva round after an hour: "
        "for ‘No deal in 2019 between Washington and…’"
    )
    assert message.summary == f"{message.subject}. Does it still stand? Please look, and answer."


def test_a_calm_day_is_three_lines() -> None:
    message = render(calm_digest())

    assert message.subject == "16 April: nothing moved"
    assert message.text == (
        "SIGNPOST  Tuesday 16 April 2019, 07:00 (America/New_York)\n"
        "Nothing moved since 15 Apr 07:00. No judgment needs another look.\n"
        "388 entries read, 9 matched, 3 stories.\n"
    )


def test_silence_with_feeds_down_is_not_called_calm() -> None:
    digest = replace(calm_digest(), notices=("Feed bbc-asia has failed since 12 April.",))
    message = render(digest)

    assert message.subject == "16 April: nothing moved, 1 notice"
    assert "in what could be read; see the notices below." in " ".join(message.text.split())
    assert "No judgment needs another look" not in message.text + message.html


def test_a_digest_without_flags_is_about_what_moved() -> None:
    digest = replace(sample_digest(), flagged=(), notices=())

    assert render(digest).subject == (
        "Guards commander warns of ‘reply in kind’ if exports are stopped: "
        "against ‘Iran will not seize a foreign tanker…’"
    )
    assert "Nothing is asked: no flag was raised." in render(digest).text


def test_no_line_is_wider_than_78_columns_but_an_address() -> None:
    long = evidence(
        "평양은 개성 연락사무소에서 인력을 철수하고 회담을 중단한다고 발표했다 " * 3,
        indicator="x" * 78,
        outlets=tuple(f"Outlet {number}" for number in range(30)),
        link="https://example.org/" + "y" * 200,
        new=True,
    )
    digest = sample_digest()
    brief = digest.flagged[0]
    flagged = replace(brief.judgments[0], away=(long, *brief.judgments[0].away))
    digest = replace(digest, flagged=(replace(brief, judgments=(flagged,)),))

    text = render(digest, base_url="https://signpost.example.org").text

    too_wide = [line for line in text.splitlines() if cell_len(line) > 78]
    assert too_wide == [f"    {long.link}"]


def test_stories_beyond_those_shown_are_counted() -> None:
    """Eight are shown, the weightiest; the rest is one line."""
    lines = tuple(
        evidence(f"Story {letter}", points=points, new=True)
        for letter, points in zip("ABCDEFGHIJ", (1, 5, 2, 5, 3, 5, 4, 5, 0.5, 5), strict=True)
    )
    old = evidence("Story of before", points=9.0)
    digest = replace(SHORT, flagged=(_brief(judgment(toward=(*lines, old), reasons=_reasons(1))),))

    text = render(digest).text

    shown = [line[10] for line in text.splitlines() if line.startswith("  - Story ")]
    assert shown == list("BDFHJGEC")
    assert "NOT SHOWN  2 more new stories, 1 earlier story: monitor flags show 7" in text


def test_a_sum_made_before_is_told_as_a_sum() -> None:
    """A line without a story stands for stories nobody counted here."""
    summed = replace(evidence("4 more stories, smaller", points=1.5, outlets=()), story_id="")
    lines = (*(evidence(f"Story {each}", points=2.0) for each in "ABCDEFGHI"), summed)
    flagged = judgment(points=19.5, toward=lines, reasons=_reasons(1))

    ((_, shown),) = sentences.sides(flagged, 8)
    assert shown.rest == "1 more story: +2.0 points; 4 more stories, smaller: +1.5 points"
    text = render(replace(SHORT, flagged=(_brief(flagged),))).text
    assert "from 9+ stories" in " ".join(text.split())


def test_reasons_beyond_four_are_counted() -> None:
    digest = replace(SHORT, flagged=(_brief(judgment(reasons=_reasons(9, new=True))),))

    text = render(digest).text

    assert text.count("reason number") == 4
    assert "And 5 more reasons." in text


def test_without_a_story_the_subject_says_what_the_reason_says() -> None:
    def subject(direction: Direction, text: str = "reason number 0") -> str:
        reason = replace(_reasons(1)[0], text=text, direction=direction)
        return render(replace(SHORT, flagged=(_brief(judgment("No.", reasons=(reason,))),))).subject

    assert subject(Direction.TOWARD) == "reason number 0: against ‘No’"
    assert subject(Direction.AWAY) == "reason number 0: for ‘No’"
    assert subject(Direction.NONE, "Review due: 60 days ago") == "Review due: 60 days ago: ‘No’"


def test_a_changed_citation_has_a_section_with_its_link_and_both_headlines() -> None:
    message = render(replace(SHORT, flagged=(), citations=sample_digest().citations))

    assert (
        "CITED ARTICLES THAT CHANGED\n\n"
        "Reuters, cited in “Sanctions pause and what it buys”: marked “CORRECTED” (14\n"
        "  Apr 18:40)\n"
        "  Now “CORRECTED-Seoul to reopen its border office with 20 officials”\n"
        "  Was “Seoul to reopen its border office with 12 officials”\n"
        "    https://news.example.org/2019/04/border-office\n\n"
    ) in message.text
    assert message.subject == (
        "Cited article changed: CORRECTED-Seoul to reopen its border office with 20 officials"
    )
    for form in (message.html, str(message.blocks)):
        for words in ("20 officials", "12 officials", "border-office", "marked “CORRECTED”"):
            assert words in form


def test_the_subject_counts_other_briefs() -> None:
    digest = replace(SHORT, flagged=(*SHORT.flagged, *SHORT.flagged))

    assert render(digest).subject.endswith(", and 1 more brief")


def test_the_second_message_on_a_story_says_what_is_new() -> None:
    brief = SHORT.flagged[0]

    def subject(*reasons: ReasonLine, told_by: int = 0) -> str:
        line = replace(LEAD, told_by=told_by)
        one = replace(brief.judgments[0], reasons=reasons, away=(line,))
        return render(replace(SHORT, flagged=(replace(brief, judgments=(one,)),))).subject

    wide = replace(brief.judgments[0].reasons[0], story_id=LEAD.story_id)
    sure = replace(wide, kind=FlagKind.TRIPWIRE, at=wide.at - timedelta(hours=2), new=False)
    assert subject(wide).startswith("Envoys walk out")
    assert subject(told_by=2).startswith("More outlets: Envoys walk out")
    assert subject(wide, told_by=2).startswith("Now widely carried: Envoys walk out")
    assert subject(wide, sure).startswith("Now widely carried: Envoys walk out")
    assert subject(replace(wide, told=True)).startswith("Flag 7 waits: Envoys walk out")
    reminder = render(replace(SHORT, reminder=True)).subject
    assert reminder.startswith("Waiting for your answer since 27 March: Envoys walk out")


def test_a_flagged_brief_without_judgments_still_has_a_subject() -> None:
    assert render(replace(SHORT, flagged=(_brief(),))).subject == "Sanctions pause"


@pytest.mark.parametrize(
    ("outlets", "sources", "origin", "told"),
    [
        (("NPR",), 1, "", "NPR alone"),
        ((), 0, "", "outlet unknown"),
        (("A", "B"), 2, "", "A and B, independent of each other"),
        (("A", "B", "C"), 1, "KCNA", "A, B and C, one source (KCNA)"),
        (tuple("ABCDEF"), 2, "", "A, B, C and 3 more outlets, 2 independent sources"),
    ],
)
def test_what_a_story_rests_on_is_told_in_plain_words(
    outlets: tuple[str, ...], sources: int, origin: str, told: str
) -> None:
    line = replace(evidence(outlets=outlets), sources=sources, origin=origin)

    assert sentences.sourcing(line) == told


@pytest.mark.parametrize(
    ("points", "told"),
    [
        (0.4, "weighs hardly anything"),
        (-2.0, "weighs about as much as one corroborated report of a slight indicator"),
        (4.9, "weighs about as much as one corroborated report of a moderate indicator"),
        (-99.0, "weighs about as much as one corroborated report of a decisive indicator"),
    ],
)
def test_weights_are_words(points: float, told: str) -> None:
    assert sentences.weight(points) == told


def test_news_and_digests_about_one_question_are_a_thread() -> None:
    key = "us-dprk-deal/sanctions-pause-2019-03/no-deal"
    assert render(SHORT).thread == f"2019-03-28 {key}"
    digest = replace(SHORT, urgent=False)
    assert render(digest).thread == "morning.2019-03-28T08:00 us-dprk-deal"
    assert render(replace(sample_digest(), moved=sample_digest().moved)).thread == ""


def test_the_same_digest_gives_the_same_message() -> None:
    assert render(sample_digest()) == render(sample_digest())


def test_links_lead_to_the_review_pages() -> None:
    message = render(sample_digest(), base_url="https://signpost.example.org/")

    assert "https://signpost.example.org/flags/41" in message.text
    assert 'href="https://signpost.example.org/flags/41"' in message.html
    assert "'https://signpost.example.org/flags/41'" in str(message.blocks)


def _brief(*judgments: JudgmentSection) -> BriefSection:
    return replace(SHORT.flagged[0], judgments=judgments, lead=None)


def _reasons(number: int, *, new: bool = False) -> tuple[ReasonLine, ...]:
    return tuple(
        ReasonLine(
            kind=FlagKind.SURGE,
            direction=Direction.TOWARD,
            text=f"reason number {index}",
            at=SHORT.composed_at,
            new=new,
        )
        for index in range(number)
    )
