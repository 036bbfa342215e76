"""The commands: what they print, their exit codes, and that mistakes become one clear line."""

import asyncio
import contextlib
import json
import re
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model.entries import DateTrust
from monitor.runtime.database import open_database
from monitor.store import entries as store_entries
from tests import build
from tests.cli.conftest import NOW, Monitor
from tests.databases import sqlite_only
from tests.support.scene import (
    DELIVERY,
    FEEDS,
    PARADE,
    SIGNED,
    SIGNED_TOO,
    WATCHLISTS,
    Item,
    Scene,
    rss,
)

# monitor check


def test_check_counts_what_is_configured(scene: Scene, monitor: Monitor) -> None:
    said = monitor("check")
    assert said.code == 0
    assert said.err == ""
    assert said.out == (
        f"{scene.folder / 'config'}: 1 question, 1 judgment, 3 indicators with 3 phrases; "
        "2 feeds of 2 outlets; 1 channel. No mistakes.\n"
    )
    assert monitor("check", scene.folder / "config").out == said.out


def test_check_names_every_mistake_of_all_three_files_with_its_place(
    scene: Scene, monitor: Monitor
) -> None:
    scene.write(
        watchlists=WATCHLISTS.replace("very unlikely", "unlickely").replace("away:", "awya:"),
        feeds=FEEDS.replace("outlet: Herald,", "outlet: Herald, interval: soon,"),
        delivery=DELIVERY.replace("to: [files]", "to: [filse]").replace('"08:00"', '"25:00"'),
    )
    said = monitor("check")
    *lines, last = said.err.splitlines()
    problems = [line for line in lines if not re.match(r" *[0-9]* \| | +\| ", line)]
    places = [problem.partition(": ")[0] for problem in problems]
    assert said.code == 1
    assert all(
        re.fullmatch(r"(watchlists|feeds|delivery)\.yaml:\d+:\d+", place) for place in places
    )
    assert [place.partition(".")[0] for place in places] == [
        *["watchlists"] * 2,
        "feeds",
        *["delivery"] * 2,
    ]
    assert sum("did you mean" in problem for problem in problems) >= 2
    assert last == (
        f"monitor: 5 mistakes in {scene.folder / 'config'}; this configuration would be refused"
    )


def test_check_of_a_folder_that_is_not_there(tmp_path: Path, monitor: Monitor) -> None:
    said = monitor("check", tmp_path / "nowhere")
    assert said.code == 1
    assert [line.partition(":")[0] for line in said.err.splitlines()[:3]] == [
        "watchlists.yaml",
        "feeds.yaml",
        "delivery.yaml",
    ]


# monitor status


def test_status_of_a_new_installation(monitor: Monitor) -> None:
    said = monitor("status")
    assert said.code == 0
    assert "watchlist not loaded yet" in said.out
    assert "0 feeds: not loaded yet, `monitor run` loads them" in said.out
    assert "Open flags: none" in said.out
    assert "Deliveries: none" in said.out


def test_status_tells_feeds_flags_and_deliveries(flagged: Scene, monitor: Monitor) -> None:
    said = monitor("status")
    assert said.code == 0
    assert "Signpost" in said.out
    assert "3 entries, 2 stories" in said.out
    assert re.search(r"courier +Courier +ok +\S+ \S+ UTC +2 ", said.out)
    assert re.search(r"herald +Herald +ok +\S+ \S+ UTC +1 ", said.out)
    assert "Open flags: 1 (treaty/no-treaty)" in said.out

    found = json.loads(monitor("status", "--json").out)
    assert (found["healthy"], found["entries"], found["open_flags"]) == (True, 3, [1])
    assert {feed["feed_id"]: feed["health"] for feed in found["feeds"]} == {
        "courier": "ok",
        "herald": "ok",
    }
    assert "etag" not in json.dumps(found)
    assert flagged.folder.exists()


# monitor flags


@pytest.mark.slow
@pytest.mark.usefixtures("flagged")
def test_flags_are_listed_shown_and_answered(monitor: Monitor) -> None:
    listed = monitor("flags")
    assert (listed.code, listed.out) == (0, monitor("flags", "list").out)
    assert re.search(r"^1 +treaty/no-treaty +open .*tripwire: Decisive", listed.out, re.MULTILINE)

    shown = monitor("flags", "show", "1").out
    assert shown.startswith("Flag 1: open, opened ")
    assert "Brief     Ruritania will not sign (treaty/no-treaty, published 2019-03-01)" in shown
    assert "  Likelihood  very unlikely (5–20 %): the treaty is signed\n" in shown
    assert "WHY 1  tripwire, toward the event, for unsigned" in shown
    assert "Decisive indicator “signing”: Courier " in shown
    assert f"+12.7  signing: {SIGNED}" in shown
    assert "= 2·15·(1 − 0.5^0.79): credit 0.79 of 2 sources\n" in shown
    assert "row 2 of story " in shown
    assert re.search(r"^ +Courier, .* UTC, entry [a-z2-7]{16}$", shown, re.MULTILINE)
    assert "http://courier.example/n1" in shown
    assert "ANSWER  monitor flags stands|revise|withdraw|noise 1 --note WHY; ack, snooze" in shown

    acked = monitor("flags", "ack", "1")
    assert acked.out.startswith("flag 1 on treaty/no-treaty: acknowledged, ")
    assert "acknowledged" in monitor("flags", "list").out, "still wants an answer"
    snoozed = monitor("flags", "snooze", "1", "--days", "3")
    assert "acknowledged, snoozed until " in snoozed.out

    resolved = monitor("flags", "stands", "1", "--note", "priced in: [no news]")
    assert resolved.out.startswith("flag 1 on treaty/no-treaty: stands, ")
    assert monitor("flags", "list").out == "no open flags\n"
    assert "treaty/no-treaty" in monitor("flags", "list", "--all").out
    after = monitor("flags", "show", "1").out
    assert re.search(r"stands by .*: priced in: \[no news\]", after)
    assert "ledger of unsigned then: +12.7 (+12.7 toward, ±0.0 away)" in after
    assert "ANSWER" not in after


@sqlite_only
def test_every_answer_by_command_leaves_a_line(flagged: Scene, monitor: Monitor) -> None:
    for command in ("ack", "snooze", "stands"):
        assert monitor("flags", command, "1").code == 0
    assert monitor("questions", "resolve", "treaty", "yes").code == 0
    with sqlite3.connect(flagged.folder / "data" / "monitor.db") as conn:
        deeds = conn.execute("SELECT action, subject, via FROM deeds ORDER BY id").fetchall()
    assert deeds == [
        ("flag.acknowledge", "flag 1", "command"),
        ("flag.snooze", "flag 1", "command"),
        ("flag.stands", "flag 1", "command"),
        ("question.yes", "question treaty", "command"),
    ]


@pytest.mark.usefixtures("flagged")
def test_a_flag_may_be_noise_and_then_counts_against_its_indicator(monitor: Monitor) -> None:
    assert monitor("flags", "precision").out == "no answered flags yet\n"
    wrong = monitor("flags", "noise", "1", "--indicator", "walkout")
    assert wrong.code == 1
    assert wrong.err == "monitor: “walkout” is not behind flag 1: name one of signing\n"
    assert monitor("flags", "noise", "1").code == 0
    told = monitor("flags", "precision").out
    assert re.search(r"^treaty +signing +1 +1 +0\.00 \(n=1\)", told, re.MULTILINE)
    (row,) = json.loads(monitor("flags", "precision", "--json").out)
    assert (row["answered"], row["noise"], row["precision"]) == (1, 1, 0.0)
    again = monitor("flags", "revise", "1")
    assert again.code == 1
    assert again.err.startswith("monitor: flag 1 was closed as “noise” by ")


@sqlite_only
def test_the_audit_names_every_number_that_differs(flagged: Scene, monitor: Monitor) -> None:
    clean = monitor("flags", "audit")
    assert (clean.code, clean.out) == (
        0,
        "2 evidence rows and 1 reason checked, 8 numbers: all follow from what is stored\n",
    )
    with sqlite3.connect(flagged.folder / "data" / "monitor.db") as conn:
        conn.execute("UPDATE evidence SET points = 99 WHERE number = 2")
    conn.close()
    spoilt = monitor("flags", "audit")
    assert spoilt.code == 1
    assert "points is 99, but 12.6795 follows" in spoilt.out
    assert "flag 1, reason 1 (tripwire): points is 12.6795, but 99 follows" in spoilt.out
    as_json = monitor("flags", "audit", "--json")
    assert as_json.code == 1
    first = json.loads(as_json.out)["differences"][0]
    assert (first["name"], first["stored"], first["found"]) == ("points", "99", "12.6795")


@pytest.mark.usefixtures("flagged")
def test_questions_are_listed_and_settled(monitor: Monitor) -> None:
    assert re.search(r"^treaty +open +– +– +Will Ruritania", monitor("questions").out, re.MULTILINE)
    said = monitor("questions", "resolve", "treaty", "yes", "--note", "Signed at noon.")
    assert said.out.startswith("treaty: yes, by ")
    assert said.out.endswith(": Signed at noon.\n")
    (found,) = json.loads(monitor("questions", "list", "--json").out)
    assert (found["status"], found["answer"], found["note"]) == (
        "resolved",
        "yes",
        "Signed at noon.",
    )
    assert monitor("flags").out == "no open flags\n"
    wrong = monitor("questions", "resolve", "pact", "no")
    assert wrong.err == "monitor: no question is called “pact”; there are: treaty\n"


@pytest.mark.slow
@pytest.mark.usefixtures("flagged")
def test_flags_as_json(monitor: Monitor) -> None:
    (flag,) = json.loads(monitor("flags", "list", "--json").out)
    assert (flag["id"], flag["brief"], flag["state"]) == (1, "treaty/no-treaty", "open")
    shown = json.loads(monitor("flags", "show", "1", "--json").out)
    alone, both = shown["evidence"]
    assert (alone["outlets"], both["outlets"]) == (["Courier"], ["Courier", "Herald"])
    assert 0 < alone["points"] < both["points"]
    assert json.loads(monitor("flags", "list", "--json", "--all").out) == [flag]


@pytest.mark.usefixtures("flagged")
def test_a_story_is_taken_out_of_the_ledger_and_counts_again(monitor: Monitor) -> None:
    story = json.loads(monitor("flags", "show", "1", "--json").out)["evidence"][0]["story"]

    said = monitor("flags", "not-evidence", story, "signing", "--note", "a rehearsal")
    assert (said.code, said.err) == (0, "")
    assert f"story {story} counts no more by signing for treaty/no-treaty/unsigned" in said.out
    assert monitor("flags", "audit").code == 0

    said = monitor("flags", "not-evidence", story, "signing", "--undo")
    assert "counts again by signing for treaty/no-treaty/unsigned, +12.7 points" in said.out
    assert monitor("flags", "audit").code == 0

    said = monitor("flags", "not-evidence", story, "walkout")
    assert (said.code, said.err) == (
        1,
        f"monitor: story {story} does not count by “walkout” there\n",
    )


@pytest.mark.parametrize("command", [["show", "7"], ["ack", "7"], ["noise", "7"]])
def test_a_flag_that_does_not_exist(monitor: Monitor, command: list[str]) -> None:
    said = monitor("flags", *command)
    assert said.code == 1
    assert said.err == "monitor: there is no flag 7; `monitor flags list --all` shows them\n"


# monitor digest


@pytest.mark.slow
def test_a_digest_is_shown_written_and_sent(flagged: Scene, monitor: Monitor) -> None:
    shown = monitor("digest")
    assert shown.code == 0
    assert shown.out.startswith("Subject: ")
    assert SIGNED in " ".join(shown.out.split())
    assert monitor("digest", "desk", "--preview").out == shown.out
    (told,) = json.loads(monitor("digest", "--json").out)
    assert told["subject"] in shown.out
    assert told["html"].startswith("<!DOCTYPE html>")
    assert not told["sent"]

    target = flagged.folder / "shown.html"
    written = monitor("digest", "--html", target)
    assert written.out.endswith(f"written to {target}\n")
    assert SIGNED in target.read_text(encoding="utf-8")
    folder = flagged.folder / "data" / "digests"
    assert not folder.exists(), "a preview sends nothing"

    assert monitor("digest", "--send").code == 0
    assert {path.name.partition(".")[2].rpartition(".1.")[2] for path in folder.iterdir()} == {
        "html",
        "txt",
        "slack.json",
    }
    assert "1 sent" in monitor("status").out


def test_a_digest_that_is_not_configured(monitor: Monitor) -> None:
    said = monitor("digest", "weekly")
    assert said.code == 1
    assert said.err == ("monitor: no digest is called “weekly” in delivery.yaml; there are: desk\n")


def test_a_preview_that_cannot_be_written(scene: Scene, monitor: Monitor) -> None:
    said = monitor("digest", "--html", scene.folder / "nowhere" / "x.html")
    assert said.code == 1
    assert str(scene.folder / "nowhere" / "x.html") in said.err


# monitor explain


def test_a_headline_is_explained(monitor: Monitor) -> None:
    said = monitor("explain", SIGNED)
    assert said.code == 0
    assert said.out.startswith(f"{SIGNED}\n")
    assert "treaty · signing (toward) by “sign .. treaty”" in said.out
    assert said.out.rstrip().endswith("counts")
    assert "outside the question's scope" in monitor("explain", "Sylvania", "signs", "treaty").out
    assert "hits nothing" in monitor("explain", "Gales close the ports").out
    (found,) = json.loads(monitor("explain", "--json", SIGNED).out)
    (hit,) = [hit for hit in found["hits"] if hit["role"] == "indicator"]
    assert (hit["indicator"], hit["verdict"]) == ("signing", "counts")
    assert hit["words"]
    assert not found["stored"]


@pytest.mark.usefixtures("flagged")
def test_a_stored_entry_is_explained_by_link_and_by_id(monitor: Monitor) -> None:
    by_link = monitor("explain", "http://courier.example/n1")
    assert "first seen" in by_link.out
    assert "behind flag 1 on treaty/no-treaty (open)" in by_link.out
    assert "evidence +" in by_link.out
    found = re.search(r"entry (\w{16}), Courier", by_link.out)
    assert found
    assert monitor("explain", found[1]).out == by_link.out
    (told,) = json.loads(monitor("explain", found[1], "--json").out)
    assert told["id"] == found[1]
    assert told["flags"] == [{"id": 1, "brief": "treaty/no-treaty", "state": "open"}]
    assert [row["indicator"] for row in told["evidence"]] == ["signing", "signing"]
    assert told["story"]["entries"] == 2
    history = monitor("explain", "http://courier.example/c0")
    assert PARADE in history.out
    assert "never alerts" in history.out


@pytest.mark.usefixtures("flagged")
def test_a_rematch_says_what_it_wrote_as_json(monitor: Monitor) -> None:
    said = monitor("rematch", "--since", "2019-01-01", "--json")
    assert said.code == 0
    told = json.loads(said.out)
    assert (told["entries"], told["in_scope"], told["flags"]) == (3, 3, [])


def test_control_characters_of_a_headline_do_not_reach_the_terminal(monitor: Monitor) -> None:
    said = monitor("explain", "Ruritania \x1b[31msigns\x07 treaty")
    assert "\x1b" not in said.out
    assert "\x07" not in said.out


# monitor replay


def archive(folder: Path) -> Path:
    path = folder / "archive.jsonl"
    rows = [
        {"t": "2019-03-20T10:00:00Z", "outlet": "courier", "title": SIGNED, "url": "http://c.x/1"},
        {
            "t": "2019-03-20T10:05:00Z",
            "outlet": "herald",
            "title": SIGNED_TOO,
            "url": "http://h.x/1",
        },
        {"t": "2019-04-20T10:05:00Z", "outlet": "herald", "title": PARADE, "url": "http://h.x/2"},
    ]
    path.write_text("\n".join([*map(json.dumps, rows), "{broken"]), encoding="utf-8")
    return path


def test_explain_says_why_a_date_was_not_believed(scene: Scene, monitor: Monitor) -> None:
    reasons = {
        DateTrust.CLAIMED: "published 2019-03-22 12:00 UTC",
        DateTrust.ABSENT: "it has no date that can be read, so first seen is used",
        DateTrust.FUTURE: "its own date is more than a day in the future, so first seen is used",
        DateTrust.ANCIENT: "its own date is before 1995, so first seen is used",
        DateTrust.NAIVE: "names no time zone and the feed has none in feeds.yaml, so first seen",
        DateTrust.REUSED: "is that of the text it took over from, so first seen is used",
    }
    own = [replace(build.entry(f"e-{trust}"), date_trust=trust) for trust in DateTrust]

    async def fill() -> None:
        async with scene.open(build.NOON) as app:
            app.database.write_now(lambda conn: store_entries.insert(conn, own))

    asyncio.run(fill())
    assert {
        trust: words in monitor("explain", f"e-{trust}").out for trust, words in reasons.items()
    } == dict.fromkeys(DateTrust, True)


def test_an_archive_is_replayed(scene: Scene, monitor: Monitor) -> None:
    said = monitor("replay", archive(scene.folder))
    assert said.code == 0
    assert "flag 1  treaty/no-treaty" in said.out
    assert "! 2019-03-20 10:15 UTC  unsigned  tripwire: Decisive" in said.out
    assert "3 entries" in said.out
    assert "1 flag" in said.out
    assert "1 interruption in 1.0 judgment-months" in said.out
    assert said.err.startswith("monitor: not read: archive.jsonl:4: ")

    found = json.loads(monitor("replay", scene.folder / "archive.jsonl", "--json").out)
    assert (found["new"], len(found["flags"]), len(found["refused"])) == (3, 1, 1)


def test_a_span_and_another_watchlist_can_be_replayed(scene: Scene, monitor: Monitor) -> None:
    path = archive(scene.folder)
    late = json.loads(monitor("replay", path, "--since", "2019-04-01", "--json").out)
    early = json.loads(monitor("replay", path, "--until", "2019-04-01", "--json").out)
    assert (late["new"], early["new"]) == (1, 2)
    other = scene.folder / "other.yaml"
    other.write_text(WATCHLISTS.replace("sign .. treaty", "burn* .. treaty"), encoding="utf-8")
    found = json.loads(monitor("replay", path, "--watchlists", other, "--json").out)
    assert found["flags"] == []


def test_a_folder_of_snapshots_is_replayed_and_its_churn_told(
    scene: Scene, monitor: Monitor
) -> None:
    titles = {"20190320T090000Z": (PARADE, SIGNED), "20190320T100000Z": (PARADE,)}
    for feed in ("courier", "herald"):
        (scene.folder / "old" / feed).mkdir(parents=True)
        for stamp, listed in titles.items():
            items = [Item(guid=title, title=title, outlet=feed) for title in listed]
            (scene.folder / "old" / feed / f"{stamp}.xml").write_bytes(rss(*items))

    said = monitor("replay", scene.folder / "old")
    found = json.loads(monitor("replay", scene.folder / "old", "--json").out)

    assert said.code == 0
    tail = [line.split() for line in said.out.splitlines()[-4:]]
    assert tail[0][:3] == ["feed", "documents", "new"]
    assert tail[1] == ["courier", "2", "2", "0", "0", "0", "1", "0", "1", "0"]
    assert tail[3] == ["all", "4", "4", "0", "0", "0", "2", "0", "2", "0"]
    assert found["feeds"]["herald"]["vanished"] == 1


@pytest.mark.slow
@pytest.mark.usefixtures("flagged")
def test_the_store_is_replayed_and_not_changed(monitor: Monitor) -> None:
    before = monitor("status", "--json").out
    said = monitor("replay", "--stored")
    assert "flag 1  treaty/no-treaty" in said.out
    assert monitor("status", "--json").out == before


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nowhere.jsonl"],
        ["--stored", "."],
        ["--stored", "--since", "yesterday"],
        ["--stored", "--review-after", "soon"],
    ],
)
def test_wrong_usage_of_replay(monitor: Monitor, arguments: list[str]) -> None:
    said = monitor("replay", *arguments)
    assert said.code == 2
    assert "Error: " in said.err


# monitor stories


@pytest.mark.usefixtures("flagged")
def test_stories_are_listed_split_and_merged(monitor: Monitor) -> None:
    found = json.loads(monitor("stories", "list", "--days", "3650", "--json").out)
    whole = next(each for each in found if len(each["entries"]) == 2)
    assert whole["standing"] == "corroborated by 2, credibility 2"
    leaving = whole["entries"][1]["id"]

    said = monitor("stories", "split", whole["id"], leaving, "--note", "another treaty")
    assert said.code == 0
    assert f"{leaving}: 1 entry" in said.out
    assert "rows of evidence follow" in said.out
    shown = monitor("stories", "show", leaving).out
    assert "by rule “split by a person”" in shown
    assert "another treaty" in shown

    assert monitor("stories", "merge", whole["id"], leaving).code == 0
    again = json.loads(monitor("stories", "show", whole["id"], "--json").out)
    assert len(again["entries"]) == 2
    assert monitor("stories", "show", "nowhere").err.startswith(
        "monitor: no story is called nowhere"
    )


def test_prune_tells_what_would_go_and_drops_it_only_when_told_to(
    monitor: Monitor, scene: Scene
) -> None:
    old = replace(build.entry("a", "Weather"), seen_at=NOW - timedelta(days=100))
    with open_database(scene.settings()) as database:
        database.write_now(lambda conn: store_entries.insert(conn, [old]))

    told = monitor("db", "prune", "--keep-days", "60")
    kept = monitor("db", "prune")
    assert "would go" in told.out
    assert "1 entries that no question cared for" in told.out
    assert "kept for ever" in kept.out
    assert monitor("db", "prune", "--keep-days", "3").code == 2

    done = json.loads(monitor("db", "prune", "--keep-days", "60", "--yes", "--json").out)
    assert (done["dropped"], done["entries"]) == (True, 1)
    assert json.loads(monitor("db", "prune", "--keep-days", "60", "--json").out)["entries"] == 0


@sqlite_only
def test_a_backup_is_taken_of_what_another_version_wrote(
    monitor: Monitor, scene: Scene, tmp_path: Path
) -> None:
    """It comes before an upgrade, so it must not be one."""
    with open_database(scene.settings()) as database:
        database.write_now(
            lambda conn: conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        )

    assert monitor("db", "backup", str(tmp_path / "copy.db")).code == 0

    with contextlib.closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
