"""The configuration that ships: it loads, it is quiet, and it catches what it says it watches."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.config.load import Configuration, load_all
from monitor.core.language.match.matcher import match
from monitor.core.language.watch.compiler import Watch, compile_watch
from monitor.deliver.channels.table import TYPES
from monitor.model.entries import DateTrust, Entry
from monitor.model.feeds import FeedFormat

FOLDER = Path(__file__).parents[2] / "config"
SEEN = datetime(2019, 3, 26, tzinfo=UTC)


@pytest.fixture(scope="module")
def shipped() -> Configuration:
    return load_all(FOLDER, TYPES)


@pytest.fixture(scope="module")
def watch(shipped: Configuration) -> Watch:
    return compile_watch(shipped.watchlists.questions, entities=shipped.watchlists.entities)


def test_it_has_no_mistake_and_no_warning(shipped: Configuration) -> None:
    assert shipped.warnings == ()


def test_bbc_npr_and_reuters_are_polled(shipped: Configuration) -> None:
    enabled = [feed for feed in shipped.feeds if feed.enabled]

    assert {feed.outlet for feed in enabled} == {"BBC", "NPR", "Reuters"}
    assert {feed.format for feed in enabled if feed.outlet == "Reuters"} == {FeedFormat.SITEMAP}
    assert all(feed.url.startswith("https://") for feed in shipped.feeds)


def test_google_news_ships_disabled_with_its_terms_beside_it(shipped: Configuration) -> None:
    (google,) = (feed for feed in shipped.feeds if "news.google.com" in feed.url)

    assert not google.enabled
    text = (FOLDER / "feeds.yaml").read_text(encoding="utf-8")
    assert "personal, non-commercial use" in text


def test_digests_stay_at_home_until_a_channel_is_set(shipped: Configuration) -> None:
    """Without an account anywhere, `make run` works."""
    kinds = {channel.type for channel in shipped.delivery.channels}

    assert kinds == {"terminal", "files"}


def test_the_examples_that_are_commented_out_work_too(tmp_path: Path) -> None:
    for name in ("watchlists.yaml", "feeds.yaml", "delivery.yaml"):
        text = (FOLDER / name).read_text(encoding="utf-8")
        if name == "delivery.yaml":
            lines = text.splitlines()
            first = lines.index("  # email:")
            example = [line.replace("  # ", "  ", 1) for line in lines[first : first + 7]]
            lines[first : first + 7] = [*example, "  slack: {type: slack}"]
            text = "\n".join(lines)
            for started in ("  # hook:", "  # feed:", "  # chat:", "  # quiet", "  # breaks"):
                text = text.replace(started, started.replace("# ", ""))
            for started in ("# teams:", "#   kim:", "#   asia-desk:", "# operators:"):
                text = text.replace(started, started.removeprefix("# ").removeprefix("#"))
            text = text.replace("[terminal, files]", '["email:desk@example.org", slack]')
        (tmp_path / name).write_text(text, encoding="utf-8")

    found = load_all(tmp_path, TYPES)

    assert found.warnings == ()
    assert {channel.type for channel in found.delivery.channels} == set(TYPES)


def test_the_brief_holds_two_judgments_that_want_different_alerts(shipped: Configuration) -> None:
    (question,) = shipped.watchlists.questions
    no_deal, talks = question.judgments

    assert (no_deal.likelihood.low, no_deal.likelihood.high) == (0.05, 0.20)
    assert (talks.likelihood.low, talks.likelihood.high) == (0.55, 0.80)
    missiles = "test-short-range"
    assert dict(no_deal.directions)[missiles] == "away", "supports the judgment of no deal"
    assert dict(talks.directions)[missiles] == "away", "challenges the judgment of talks"
    assert {"sohae", "new-sanctions", "liaison-pullout", "liaison-back"} <= set(
        dict(no_deal.directions)
    )
    assert len(question.briefs[0].citations) == 5
    assert len(question.briefs[0].assumptions) == 2


@pytest.mark.parametrize(
    ("title", "indicator"),
    [
        ("North Korea and US sign peace accord in Hanoi", "treaty-text"),
        ("IAEA inspectors to return to North Korea, envoys say", "inspectors"),
        ("North Korea to dismantle Yongbyon reactor within a year", "yongbyon-offer"),
        ("Seoul asks partners to ease sanctions on North Korea", "sanctions-relief"),
        ("US would settle for North Korea freeze, diplomats say", "us-softens"),
        ("US and North Korea resume talks in Stockholm", "talks-date"),
        ("Third summit with North Korea possible, says White House", "summit-set"),
        ("Kim Jong Un sends letter to Trump", "leader-contact"),
        ("US calls off new sanctions against North Korea", "no-new-sanctions"),
        ("US and Seoul cancel spring drills, North Korea hails step", "drills-cut"),
        ("North Korean staff return to liaison office", "liaison-back"),
        ("North Korea fires ICBM over the Pacific", "test-long-range"),
        ("Pyongyang quits nuclear talks for good", "talks-ended"),
        ("North Korea suspends talks with Washington", "talks-suspended"),
        ("North Korea resumes nuclear tests after two years", "moratorium-off"),
        ("Satellite pictures show new roof at North Korea's Sohae", "sohae"),
        ("North Korea launches two short-range missiles", "test-short-range"),
        ("Washington announces sanctions on North Korea shippers", "new-sanctions"),
        ("North Korea refuses to meet US envoy", "negotiator-row"),
        ("North Korea pulls out of liaison office", "liaison-pullout"),
        ("North Korea calls US policy gangster-like", "vitriol"),
    ],
)
def test_a_headline_of_each_kind_is_caught(watch: Watch, title: str, indicator: str) -> None:
    found = match(entry(title), watch)

    assert indicator in {item.indicator for item in found.matches}


@pytest.mark.parametrize(
    ("title", "indicators"),
    [
        ("US slaps new sanctions on North Korea", {"new-sanctions"}),
        ("White House unveils new sanctions against North Korea", {"new-sanctions"}),
        ("No new sanctions on North Korea for now, says envoy", {"no-new-sanctions"}),
        ("Trump decides against more sanctions on North Korea", {"no-new-sanctions"}),
        ("US holds off on additional North Korea sanctions", {"no-new-sanctions"}),
        ("Washington drops plan for new North Korea sanctions", {"no-new-sanctions"}),
        ("North Korean staff back at liaison office after return", {"liaison-back"}),
        ("North Korean staff leave liaison office", {"liaison-pullout"}),
        ("Satellite photos show work at North Korean rocket site", {"sohae"}),
    ],
)
def test_opposite_news_is_told_apart(watch: Watch, title: str, indicators: set[str]) -> None:
    found = match(entry(title), watch)

    assert {item.indicator for item in found.matches if item.counts} == indicators


@pytest.mark.parametrize(
    "title",
    [
        "Trump and Kim shake hands at the border",
        "Kim offers to close Yongbyon",
        "Denuclearisation is off the table, says ministry",
    ],
)
def test_a_headline_need_not_name_the_country(watch: Watch, title: str) -> None:
    assert match(entry(title), watch).relevant


@pytest.mark.parametrize(
    "title",
    [
        "South Korea beats Japan in basketball final",
        "Trade talks between Washington and Beijing resume",
        "Parliament votes on new fishing treaty",
    ],
)
def test_news_of_other_things_is_out_of_scope(watch: Watch, title: str) -> None:
    assert not match(entry(title), watch).relevant


def test_sport_is_never_evidence(watch: Watch) -> None:
    found = match(entry("Rodman offers to meet Kim Jong Un again"), watch)

    assert found.matches
    assert not any(item.counts for item in found.matches)


def entry(title: str) -> Entry:
    return Entry(
        id=title,
        feed_id="post",
        outlet="Post",
        key=title,
        link="",
        canonical_link="",
        title=title,
        summary="",
        published_at=SEEN,
        date_trust=DateTrust.CLAIMED,
        seen_at=SEEN,
        content_hash=title,
        alerts=True,
    )
