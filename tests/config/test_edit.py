"""Adding to feeds.yaml: every character that was there stays there."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import edit, feeds
from monitor.errors import ConfigError
from monitor.model.feeds import Feed, Outlet

NK = Feed(id="nk", url="https://nk.example/feed/", outlet="NK News")
NEW = Outlet(name="NK News", domains=("nk.example",))

FILE = """\
# What is polled.
outlets:
  BBC: {domains: [bbc.com,   bbc.co.uk]}   # two of them
  'NPR': { domains: [npr.org] }

feeds:
# the first
- {id: "bbc", url: 'https://bbc.example/rss', outlet: BBC} # trailing
- id: npr
  url: https://npr.example/rss   # a comment
  outlet: NPR
  headers:
    Accept-Language: "en"   # deep

# the end
"""

ADDED = """\
# What is polled.
outlets:
  BBC: {domains: [bbc.com,   bbc.co.uk]}   # two of them
  'NPR': { domains: [npr.org] }
  NK News: {domains: [nk.example]}

feeds:
# the first
- {id: "bbc", url: 'https://bbc.example/rss', outlet: BBC} # trailing
- id: npr
  url: https://npr.example/rss   # a comment
  outlet: NPR
  headers:
    Accept-Language: "en"   # deep
- {id: nk, url: "https://nk.example/feed/", outlet: NK News}

# the end
"""


def test_comments_order_and_quoting_are_kept() -> None:
    assert edit.add(FILE, "feeds.yaml", [NK], [NEW]) == ADDED


def test_line_ends_and_the_lack_of_a_last_one_are_kept() -> None:
    windows = FILE.replace("\n", "\r\n")
    assert edit.add(windows, "feeds.yaml", [NK], [NEW]) == ADDED.replace("\n", "\r\n")
    bare = FILE.removesuffix("\n\n# the end\n")
    added = edit.add(bare, "feeds.yaml", [NK], [NEW])
    assert added == ADDED.removesuffix("\n\n# the end\n") + "\n"


def test_a_byte_order_mark_is_kept() -> None:
    assert edit.add(f"\ufeff{FILE}", "feeds.yaml", [NK], [NEW]) == f"\ufeff{ADDED}"


def test_feeds_further_in_and_keys_after_them() -> None:
    text = (
        "feeds:\n    - id: a\n      url: https://a.example/\n      outlet: A\n"
        "outlets:\n    A: {domains: [a.example]}\n"
    )
    added = edit.add(text, "feeds.yaml", [NK], [NEW])
    assert (
        added
        == text.replace(
            "      outlet: A\n",
            '      outlet: A\n    - {id: nk, url: "https://nk.example/feed/", outlet: NK News}\n',
        )
        + "    NK News: {domains: [nk.example]}\n"
    )


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "feeds:\n", "feeds:   # soon\n"])
def test_a_file_without_feeds_gets_its_first(text: str) -> None:
    added = edit.add(text, "feeds.yaml", [NK], [NEW])
    assert feeds.parse(added, "feeds.yaml").feeds == (NK,)
    assert feeds.parse(added, "feeds.yaml").outlets == (NEW,)
    assert all(line in added.splitlines() for line in text.splitlines())


def test_a_feed_that_needs_a_long_line_is_written_over_several() -> None:
    long = Feed(id="a", url=f"https://a.example/{'x' * 90}", outlet="BBC", allow_private=True)
    added = edit.add(FILE, "feeds.yaml", [long])
    assert f'- id: a\n  url: "{long.url}"\n  outlet: BBC\n  allow_private: true\n' in added


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "feeds: [{id: a, url: 'https://a.example/', outlet: A}]\n",
            "“feeds” is written in brackets",
        ),
        ("feeds: []\n", "“feeds” is an empty list in brackets"),
        (FILE.replace("id: npr", "id: bbc"), "bbc"),
        ("feeds: [\n", "feeds.yaml:2"),
    ],
)
def test_what_cannot_be_added_to_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        edit.add(text, "feeds.yaml", [NK], [NEW])


def test_what_the_file_would_refuse_is_not_made() -> None:
    with pytest.raises(ConfigError):
        edit.add(FILE, "feeds.yaml", [Feed(id="bbc", url="https://x.example/", outlet="BBC")])


@pytest.mark.slow
@given(
    st.text(min_size=1, max_size=20).filter(lambda name: name.strip() and name.isprintable()),
    st.sampled_from(["NO", "on", "12:30", "2019-03-22", "null", "'", '"', "a: b", "# x", "[x]"]),
)
def test_any_name_comes_back_as_it_was_given(name: str, trap: str) -> None:
    for word in (" ".join(name.split()), trap):
        outlet = Outlet(name=word, domains=("x.example",))
        feed = Feed(id="x", url="https://x.example/feed?a=[1]&b={2}#c", outlet=word)
        try:
            added = edit.add(FILE, "feeds.yaml", [feed], [outlet])
        except ConfigError:
            continue  # a name that the file's own rules refuse
        found = feeds.parse(added, "feeds.yaml")
        assert found.feeds[-1] == feed
        assert found.outlets[-1] == outlet


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    path, link = tmp_path / "real.yaml", tmp_path / "feeds.yaml"
    path.write_text(FILE)
    path.chmod(0o640)
    link.symlink_to(path)
    edit.replace(link, edit.read(link), ADDED)
    assert path.read_text() == link.read_text() == ADDED
    assert (link.is_symlink(), path.stat().st_mode & 0o777) == (True, 0o640)
    assert {file.name for file in tmp_path.iterdir()} == {"feeds.yaml", "real.yaml"}


def test_a_file_that_changed_in_the_meantime_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(FILE + "# mine\n")
    with pytest.raises(ConfigError, match="changed in the meantime"):
        edit.replace(path, FILE, ADDED)
    assert path.read_text() == FILE + "# mine\n"
