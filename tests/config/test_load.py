"""The three files as one: all mistakes of all files, and checks across files."""

from pathlib import Path

import pytest

from monitor.config import watchlists
from monitor.config.load import DELIVERY, FEEDS, FILES, WATCHLISTS, load_all
from monitor.deliver.channels.table import TYPES
from monitor.errors import ConfigError, Severity

QUESTION = """\
questions:
- id: pact
  ask: Will there be a pact?
  judgment: No.
  likelihood: unlikely
  about: [Ruritania]
  watch: [treaty]
"""
FEED = """\
outlets: {Post: {domains: [post.example]}}
feeds: [{id: post, url: "https://post.example/rss", outlet: Post}]
"""
TOLD = """\
channels: {terminal: {type: terminal}}
digests: [{name: desk, to: terminal, questions: [pact]}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in ((WATCHLISTS, QUESTION), (FEEDS, FEED), (DELIVERY, TOLD)):
        (tmp_path / name).write_text(text)
    return tmp_path


def break_(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def refusals(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_all(folder, TYPES)
    return str(caught.value).splitlines()


def test_three_files_make_a_configuration(folder: Path) -> None:
    found = load_all(folder, TYPES)

    assert [question.id for question in found.watchlists.questions] == ["pact"]
    assert [feed.id for feed in found.feeds] == ["post"]
    assert [outlet.name for outlet in found.outlets] == ["Post"]
    assert [digest.name for digest in found.delivery.digests] == ["desk"]
    assert found.warnings == ()


def test_the_mistakes_of_all_files_are_told_in_their_order(folder: Path) -> None:
    break_(folder, WATCHLISTS, "unlikely", "unlickely")
    break_(folder, FEEDS, "https:", "gopher:")
    break_(folder, DELIVERY, "to: terminal", "to: terminl")

    assert [message.split(":")[0] for message in refusals(folder)] == list(FILES)


def test_missing_files_are_told_at_once(tmp_path: Path) -> None:
    assert refusals(tmp_path) == [
        f"{name}: there is no such file in {tmp_path}; expected the file" for name in FILES
    ]


def test_a_digest_may_only_name_a_question_that_is_there(folder: Path) -> None:
    break_(folder, DELIVERY, "[pact]", "[pakt]")

    assert refusals(folder) == [
        "delivery.yaml:2:50: no question has the id “pakt”; "
        "expected an id of a question in watchlists.yaml; did you mean “pact”?"
    ]


def test_that_is_checked_beside_other_mistakes(folder: Path) -> None:
    break_(folder, DELIVERY, "[pact]", "[pakt]")
    break_(folder, WATCHLISTS, "unlikely", "unlickely")
    break_(folder, DELIVERY, "to: terminal", "to: terminl")

    assert [message.split(":")[0] for message in refusals(folder)] == [
        WATCHLISTS,
        DELIVERY,
        DELIVERY,
    ]


def test_warnings_of_all_files_are_kept_in_order(folder: Path) -> None:
    break_(folder, WATCHLISTS, "  likelihood: unlikely\n", "")
    break_(folder, FEEDS, "outlet: Post", "outlet: Herald")

    found = load_all(folder, TYPES).warnings
    assert [problem.file for problem in found] == [WATCHLISTS, FEEDS]
    assert {problem.severity for problem in found} == {Severity.WARNING}


def test_warnings_are_not_among_the_mistakes(folder: Path) -> None:
    break_(folder, FEEDS, "outlet: Post", "outlet: Herald")
    break_(folder, WATCHLISTS, "unlikely", "unlickely")

    assert len(refusals(folder)) == 1


def test_another_watchlist_may_stand_in(folder: Path) -> None:
    """The last good version serves although the file is broken, and a digest that names a
    question it does not have is no reason to stop.
    """
    (folder / WATCHLISTS).write_text("questions: [")
    good = watchlists.parse(QUESTION.replace("id: pact", "id: older"), WATCHLISTS)

    found = load_all(folder, TYPES, watchlists=good)

    assert found.watchlists is good
    assert [(problem.file, problem.severity) for problem in found.warnings] == [
        (DELIVERY, Severity.WARNING)
    ]


def told(folder: Path) -> list[str]:
    return [str(problem) for problem in load_all(folder, TYPES).warnings]


def test_whom_a_question_names_and_nobody_is_told_by_is_asked_about(folder: Path) -> None:
    break_(folder, WATCHLISTS, "  watch:", "  owner: Kim\n  notify: [asia desk]\n  watch:")
    assert told(folder) == [
        "delivery.yaml: a question has “notify”; expected a digest with “to: owners”, which "
        "tells them"
    ]

    break_(folder, DELIVERY, "to: terminal", "to: owners")
    break_(folder, DELIVERY, "digests:", "teams: {kim: terminal}\ndigests:")
    assert told(folder) == [
        "delivery.yaml: no team is called “asia desk”, which a question names; expected a team "
        "for each owner"
    ]


def test_a_digest_that_chooses_nothing_is_asked_about(folder: Path) -> None:
    break_(folder, DELIVERY, "questions: [pact]", "tags: [coal]")

    assert told(folder) == [
        "delivery.yaml: the digest “desk” chooses no question; expected at least one"
    ]
