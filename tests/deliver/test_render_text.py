"""The text of a digest, word by word, and the promises of its layout."""

from dataclasses import replace
from datetime import UTC, datetime

from rich.cells import cell_len

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

EXPECTED = """\
SIGNPOST  Urgent review, Thursday 28 March 2019, 08:00 (Asia/Seoul)

──────────────────────────────────────────────────────────────────────────────

BOTTOM LINE  One judgment may need another look: envoys walked out.

YOUR BRIEF  Sanctions pause, published 26 March 2019
  Will a treaty be signed this year?

YOUR JUDGMENT  “No deal in 2019 between Washington and Pyongyang.”
  Likelihood: very unlikely (5–20 %): a deal is signed in 2019
  Confidence: high

WHY NOW  −11.7 points since the brief was published (26 March): 0.0 toward,
  11.7 away, from 2 stories; enough to leave “very unlikely” downward.
  * talks-suspended carried by 6 outlets. (widely carried, away, 27 Mar 23:00)

AWAY FROM                                       outlets     first seen  points
  a deal is signed in 2019
  Envoys walk out of the Geneva round after an        6   27 Mar 18:05   −10.2
  hour
    talks-suspended · Reuters, BBC News, NPR, AP, Kyodo +1 · new
    https://news.example.org/walk-out
  Fuel trucks seen at the launch pad                  1   27 Mar 08:30    −1.5
    sohae · 38 North

CHECK FIRST  “Fuel trucks seen at the launch pad” rests on one outlet (38
  North). Still silent: inspectors, treaty-text.

EVERY NUMBER, AND YOUR ANSWER  monitor flags show 7

── THE REST ──────────────────────────────────────────────────────────────────

NOTICES
  - Feed npr-world has failed 6 times.

COUNTS  104 entries read → 16 matched → 4 stories → 1 flag, 27 Mar 08:00 to 28
  Mar 08:00.

POINTS  Ten points are about ten-fold odds. They are a reason to look, not a
  forecast.
"""


def test_an_urgent_review_reads_like_this() -> None:
    message = render(SHORT)

    assert message.text == EXPECTED
    assert message.subject == (
        "[Review] “No deal in 2019 between Washington and Pyongyang”: "
        "talks-suspended carried by 6 outlets (−12 points since 26 March)"
    )
    assert message.summary == (
        f"{message.subject} (104 entries read, 16 matched, 4 stories, 1 flag)"
    )


def test_a_calm_day_is_one_short_message() -> None:
    message = render(calm_digest())

    assert message.subject == "[Digest] 16 April: nothing moved"
    assert message.text == (
        "SIGNPOST  Digest “morning”, Tuesday 16 April 2019, 07:00 (America/New_York)\n"
        "\n"
        "Nothing moved. No judgment needs another look.\n"
        "\n"
        "COUNTS  388 entries read → 9 matched → 3 stories → 0 flags, 15 Apr 07:00 to 16\n"
        "  Apr 07:00.\n"
    )


def test_silence_with_feeds_down_is_not_called_calm() -> None:
    digest = replace(calm_digest(), notices=("Feed bbc-asia has failed since 12 April.",))
    message = render(digest)

    assert message.subject == "[Digest] 16 April: nothing moved, 1 notice"
    assert "Nothing moved in what could be read; see the notices below." in message.text
    assert "No judgment needs another look" not in message.text + message.html


def test_a_digest_without_flags_says_so() -> None:
    digest = replace(sample_digest(), flagged=(), notices=())

    assert render(digest).subject == (
        "[Digest] 15 April: 1 brief moved, none flagged, 1 cited article changed"
    )


def test_no_line_is_wider_than_78_columns_but_an_address() -> None:
    long = evidence(
        "평양은 개성 연락사무소에서 인력을 철수하고 회담을 중단한다고 발표했다 " * 3,
        indicator="x" * 78,
        outlets=tuple(f"Outlet {number}" for number in range(30)),
        link="https://example.org/" + "y" * 200,
    )
    digest = sample_digest()
    brief = digest.flagged[0]
    flagged = replace(brief.judgments[0], away=(long, *brief.judgments[0].away))
    digest = replace(digest, flagged=(replace(brief, judgments=(flagged,)),))

    text = render(digest, base_url="https://signpost.example.org").text

    too_wide = [line for line in text.splitlines() if cell_len(line) > 78]
    assert too_wide == [f"    {long.link}"]


def test_stories_beyond_the_table_are_summed() -> None:
    """Eight rows are shown, the heaviest, in the order given; the rest is one line."""
    lines = tuple(
        evidence(f"Story {letter}", points=points)
        for letter, points in zip("ABCDEFGHIJ", (1, 5, 2, 5, 3, 5, 4, 5, 0.5, 5), strict=True)
    )
    digest = replace(SHORT, flagged=(_brief(judgment(toward=lines, reasons=_reasons(1))),))

    text = render(digest).text

    assert [line[8] for line in text.splitlines() if line.startswith("  Story ")] == list(
        "BCDEFGHJ"
    )
    assert "  and 2 more stories: +1.5 points" in text


def test_a_sum_made_before_is_told_as_a_sum() -> None:
    """A line without a story stands for stories nobody counted here."""
    summed = replace(evidence("4 more stories, smaller", points=1.5, outlets=()), story_id="")
    lines = (*(evidence(f"Story {each}", points=2.0) for each in "ABCDEFGHI"), summed)
    flagged = judgment(points=19.5, toward=lines, reasons=_reasons(1))

    message = render(replace(SHORT, flagged=(_brief(flagged),)))

    phrase = "and 1 more story: +2.0 points; 4 more stories, smaller: +1.5 points"
    assert f"  {phrase}\n" in message.text
    assert phrase in message.html
    assert "from 9+ stories" in message.text


def test_reasons_beyond_four_are_counted() -> None:
    digest = replace(SHORT, flagged=(_brief(judgment(reasons=_reasons(9))),))

    text = render(digest).text

    assert text.count("reason number") == 4
    assert "and 5 earlier reasons" in text


def test_the_subject_says_what_the_reason_says_whichever_way_the_ledger_leans() -> None:
    def subject(points: float, text: str = "reason number 0") -> str:
        reason = replace(_reasons(1)[0], text=text)
        one = judgment("No deal.", reasons=(reason,), points=points)
        said = render(replace(SHORT, flagged=(_brief(one),))).subject
        return said.removeprefix("[Review] “No deal”: ")

    assert subject(+4) == "reason number 0 (+4 points since 26 March)"
    assert subject(-4) == "reason number 0", "the reason points toward"
    assert subject(0) == "reason number 0"
    assert subject(0, "Review due: the last was 60 days ago") == "Review due"
    assert subject(0, "Challenges “No: never”: “a” at B") == "Challenges “No: never”"


def test_a_changed_citation_has_a_section_with_its_link_and_both_headlines() -> None:
    message = render(replace(SHORT, flagged=(), citations=sample_digest().citations))

    assert (
        "── CITED ARTICLES THAT CHANGED ───────────────────────────────────────────────\n\n"
        "Reuters, cited in “Sanctions pause and what it buys”: marked “CORRECTED” (14\n"
        "  Apr 18:40)\n"
        "  Now “CORRECTED-Seoul to reopen its border office with 20 officials”\n"
        "  Was “Seoul to reopen its border office with 12 officials”\n"
        "    https://news.example.org/2019/04/border-office\n\n"
        "── THE REST"
    ) in message.text
    assert message.subject == (
        "[Digest] 28 March: nothing moved, 1 cited article changed, 1 notice"
    )
    for form in (message.html, str(message.blocks)):
        for words in ("20 officials", "12 officials", "border-office", "marked “CORRECTED”"):
            assert words in form


def test_the_subject_counts_other_flagged_judgments() -> None:
    one = judgment("No deal.", points=3.0, reasons=_reasons(1))
    digest = replace(SHORT, flagged=(_brief(one, one), _brief(one)))

    assert render(digest).subject == (
        "[Review] “No deal”: reason number 0 (+3 points since 26 March), and 2 more"
    )


def test_a_flagged_brief_without_judgments_still_has_a_subject() -> None:
    assert render(replace(SHORT, flagged=(_brief(),))).subject == "[Review] Sanctions pause"


def test_urgent_news_on_one_judgment_is_a_thread_a_day_and_a_digest_is_none() -> None:
    key = "us-dprk-deal/sanctions-pause-2019-03/no-deal"
    assert render(SHORT).thread == f"2019-03-28 {key}"
    assert render(replace(SHORT, urgent=False)).thread == ""


def test_the_same_digest_gives_the_same_message() -> None:
    assert render(sample_digest()) == render(sample_digest())


def test_links_lead_to_the_review_pages() -> None:
    message = render(sample_digest(), base_url="https://signpost.example.org/")

    assert "https://signpost.example.org/flags/41" in message.text
    assert 'href="https://signpost.example.org/flags/41"' in message.html
    assert "'https://signpost.example.org/flags/41'" in str(message.blocks)


def _brief(*judgments: JudgmentSection) -> BriefSection:
    return replace(SHORT.flagged[0], judgments=judgments)


def _reasons(number: int, kind: FlagKind = FlagKind.SURGE) -> tuple[ReasonLine, ...]:
    return tuple(
        ReasonLine(
            kind=kind,
            direction=Direction.TOWARD,
            text=f"reason number {index}",
            at=SHORT.composed_at,
            new=False,
        )
        for index in range(number)
    )
