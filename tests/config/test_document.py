"""The YAML layer: what is not one plain mapping is refused in one sentence, at its place."""

import contextlib
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import document, syntax
from monitor.config.document import MAX_BYTES, MAX_DEPTH, MOST_SLIPS, Node
from monitor.errors import ConfigError


def refusal(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        document.parse(text, "w.yaml")
    return str(caught.value)


def only(text: str) -> Node:
    """The value of the only key."""
    ((_, value),) = document.parse(text, "w.yaml").pairs
    return value


QUOTES = "put the text in quotes"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a:\n\t- b", "2:1: a tab; expected valid YAML; indent with spaces"),
        (
            "a: @dprk",
            "1:4: “@” at the start, which has a meaning of its own to YAML; expected valid YAML; "
            + QUOTES,
        ),
        (
            "a: 'tis\nb: c\n",
            "1:4: a quotation mark that is never closed; expected valid YAML; close it; "
            "text with an apostrophe at the start goes in double quotes",
        ),
        (
            "a: b: c",
            "1:5: “: ” inside a text without quotes; expected valid YAML; "
            'put the text in quotes: "b: c"',
        ),
        (
            "a: [b, c\nd: e",
            "2:2: the “[” of line 1 is not closed; expected valid YAML; "
            "close it with “]”, and put “,” between its values",
        ),
        (
            "a: {b: c",
            "2:1: the “{” of line 1 is not closed; expected valid YAML; "
            "close it with “}”, and put “,” between its pairs",
        ),
        (
            "a: b\nc",
            "2:1: a line without “: ”; expected valid YAML; write “key: value” or “- value”",
        ),
        (
            "a: | x",
            "1:4: “|” or “>” at the start, which begins a block of text; expected valid YAML; "
            "put the text in quotes, or begin it on the next line",
        ),
        (
            'a: "\\q"',
            "1:5: a “\\” in double quotes; expected valid YAML; write “\\\\”, or use single quotes",
        ),
        (
            "a: - b",
            "1:4: “-” where no list can begin; expected valid YAML; begin the list on a new line",
        ),
        (
            "%US\na: b",
            "1:1: “%” at the start, which is a directive to YAML; expected valid YAML; " + QUOTES,
        ),
        (
            "a: !x!y z",
            "1:4: “!” at the start, which is a tag to YAML; expected valid YAML; " + QUOTES,
        ),
        (
            "a:\n  - b\n c: d",
            "3:2: “c” begins in column 2, and no line above does; expected valid YAML; "
            "lines of one list or mapping begin in one column, here 1 or 3 or 5",
        ),
        (
            "a: b\n  c: d",
            "2:3: “c” is indented deeper than the keys above; expected valid YAML; "
            "begin it in column 1, like the line before",
        ),
        (
            'a: "b\nc: d\ne: "f"\n',
            "1:4: a quotation mark that is not closed on its line: the text runs on to line 3; "
            "expected valid YAML; close it where the text ends; "
            "text with an apostrophe goes in double quotes",
        ),
        (
            "a: [b, 'c]\nd: 'e'\n",
            "1:8: a quotation mark that is not closed on its line: the text runs on to line 2; "
            "expected valid YAML; close it where the text ends; "
            "text with an apostrophe goes in double quotes",
        ),
        (
            "a: 'the bank's rate'",
            "1:13: the apostrophe of “bank's”, which closes the text; expected valid YAML; "
            "put the text in double quotes",
        ),
        (
            "a:\n- b\n  - c",
            "3:3: “- c”, which goes on with the text above; expected an item of the list; "
            "each “-” of a list begins in one column",
        ),
        (
            "- ask: b\n  about: c",
            "1:1: the file holds a list of 1; expected a mapping of keys to values; "
            "write “questions:” on a line above it",
        ),
        (
            "- url: b",
            "1:1: the file holds a list of 1; expected a mapping of keys to values; "
            "write “feeds:” on a line above it",
        ),
        ("a: &x b", "1:4: “&x”, which is an anchor to YAML; expected text; " + QUOTES),
        ("a: b\nc: *x", "2:4: “*x”, which is an alias to YAML; expected text; " + QUOTES),
        ("a: !US x", "1:4: “!US”, which is a tag to YAML; expected text; " + QUOTES),
        ("? [a]\n: b", "1:3: a list of 1 as a key; expected a key that is text"),
        ("~: b", "1:1: “~” as a key; expected a key that is text"),
        ("a: b\n---\nc: d", "3:1: a second document (after “---”); expected just one"),
        ("- a\n- b", "1:1: the file holds a list of 2; expected a mapping of keys to values"),
        ("just words", "1:1: the file holds “just words”; expected a mapping of keys to values"),
        (
            "a: x\nb: y\x07",
            "2:5: the invisible control character U+0007; expected text; delete it",
        ),
        (
            "a: b\x85c: @d",
            "2:4: “@” at the start, which has a meaning of its own to YAML; expected valid YAML; "
            + QUOTES,
        ),
        ("a: \x00", "1:4: the invisible control character U+0000; expected text; delete it"),
    ],
)
def test_a_slip_is_one_sentence_at_its_place(text: str, message: str) -> None:
    assert refusal(text) == f"w.yaml:{message}"


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "~"])
def test_an_empty_file_says_so(text: str) -> None:
    assert refusal(text) == "w.yaml: the file is empty; expected a mapping of keys to values"


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("a: [b, NO, #c]\nd: e\n", "1:12", "“#c]”, which is a comment, so that the bracket stays"),
        ("a: {b: c #d}\ne:\n- f\n", "1:10", "“#d}”, which is a comment, so that the bracket stays"),
    ],
)
def test_a_bracket_that_a_hashtag_keeps_open_is_told_at_the_hashtag(
    text: str, place: str, found: str
) -> None:
    assert refusal(text).startswith(f"w.yaml:{place}: {found}")


@pytest.mark.parametrize("text", ["a: [b, # one\n  c]\n", "a: ['b # c]', d]\n", "a: b # c]\n"])
def test_other_comments_keep_nothing_open(text: str) -> None:
    assert document.parse(text, "w.yaml").pairs


def test_a_key_given_twice_keeps_nothing_else_from_being_read() -> None:
    root = document.parse("a: 1\nb: {c: 1, c: 2}\na: 2", "w.yaml")

    assert [str(problem) for problem in root.repeats] == [
        "w.yaml:2:11: “c” is given a second time; expected it once; the first is on line 2",
        "w.yaml:3:1: “a” is given a second time; expected it once; the first is on line 1",
    ]


def test_every_slip_of_syntax_is_told_not_only_the_first() -> None:
    text = (
        'a:\n- @dprk\n- "liaison office" OR x\n- fine\nb: c: d\ne:\n\t- f\ng: [h, i\nj: k\n- "l\n'
    )
    told = [line.split(":")[1] for line in refusal(text).splitlines()]

    assert told == ["2", "3", "5", "7", "9", "10"]


def test_as_many_slips_as_a_person_will_read() -> None:
    assert len(refusal("a:\n" + "- @b\n" * 100).splitlines()) == MOST_SLIPS


def test_everything_that_is_no_syntax_error_is_told_at_once() -> None:
    lines = refusal("a: 1\na: !x y\nb: *c\nd: [\n").splitlines()

    assert [line.split(":")[1] for line in lines] == ["2", "3", "5"]


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("a:\n\tb: c", (2, 1), "a tab"),
        ("- 'tis\n", (1, 3), "a quotation mark that is never closed"),
        ("- `x`", (1, 3), "“`” at the start, which has a meaning of its own to YAML"),
        ("a: b: c", (1, 5), "“: ” inside a text without quotes"),
        ("a: b\n c: d", (2, 2), "“c” is indented deeper than the keys above"),
        ('- "x" OR y', (1, 7), "more text after a closing quote"),
        ("- [a\nb: c", (2, 2), "the “[” of line 1 is not closed"),
    ],
)
def test_both_parsers_of_pyyaml_are_understood(
    loader: type[yaml.SafeLoader], text: str, place: tuple[int, int], found: str
) -> None:
    """Their words differ; what a person is told does not."""
    with pytest.raises(yaml.MarkedYAMLError) as caught:
        list(yaml.parse(text, Loader=loader))

    assert syntax.explain(caught.value, text)[:2] == (place, found)


@pytest.mark.parametrize("bomb", ["[" * 100_000, "a: " + "[" * 100_000 + "]" * 100_000])
def test_a_depth_bomb_is_a_mistake_and_no_crash(bomb: str) -> None:
    assert f"a level {MAX_DEPTH + 1} deep; expected at most {MAX_DEPTH} levels" in refusal(bomb)


def test_an_alias_bomb_is_refused_where_it_begins() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"

    assert refusal(bomb).startswith("w.yaml:1:4: “&a”, which is an anchor to YAML")


def test_a_tag_that_builds_objects_is_refused() -> None:
    assert "which is a tag to YAML" in refusal('a: !!python/object/apply:os.system ["true"]')


def test_a_byte_order_mark_moves_nothing() -> None:
    ((key, value),) = document.parse("\ufeffa: b", "w.yaml").pairs

    assert (key.text, key.line, key.column) == ("a", 1, 1)
    assert (value.text, value.column) == ("b", 4)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("NO", "true or false"),
        ("on", "true or false"),
        ("12:30", "a number"),
        ("007", "a number"),
        ("1e3", ""),
        ("1.5", "a number"),
        ("2019-03-21", "a date"),
        ("~", "nothing"),
        ("", "nothing"),
        ('"NO"', ""),
        ("'12:30'", ""),
        ("!!str 12:30", ""),
        ("no deal", ""),
    ],
)
def test_what_yaml_would_make_of_a_value_is_known(written: str, read_as: str) -> None:
    assert only(f"a: {written}").read_as == read_as


# reading files


def refused(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        document.read(path)
    return str(caught.value)


def test_a_missing_file_says_where_it_was_looked_for(tmp_path: Path) -> None:
    message = f"feeds.yaml: there is no such file in {tmp_path}; expected the file"
    assert refused(tmp_path / "feeds.yaml") == message


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    message = f"{tmp_path.name}: cannot be read: Is a directory; expected a readable file"
    assert refused(tmp_path) == message


def test_a_file_that_is_too_large_is_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 100_000))

    assert refused(path) == "w.yaml: the file has 10.1 MB; expected at most 10 MB"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"a: b\nc: caf\xe9\n", "2:7: byte 0xe9 is not UTF-8"),
        ("a: b".encode("utf-16"), "1:1: byte 0xff is not UTF-8"),
    ],
)
def test_another_encoding_is_refused_with_advice(tmp_path: Path, raw: bytes, message: str) -> None:
    path = tmp_path / "w.yaml"
    path.write_bytes(raw)

    advice = "expected a file saved as UTF-8; choose the encoding UTF-8 when you save it"
    assert refused(path) == f"w.yaml:{message}; {advice}"


def test_utf8_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: b\n")

    assert document.read(path) == "a: b\n"


# places

WORDS = st.lists(st.sampled_from(["Kim", "co-op", "“é”", "😀", "it's", 'so"x', "a\\b"]), min_size=1)


def written(style: str, words: list[str]) -> str:
    if style == "plain":
        return " ".join(words)
    if style == "double":
        body = " ".join(words).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{body}"'
    if style == "single":
        body = " ".join(words).replace("'", "''")
        return f"'{body}'"
    if style == "folded over lines":
        return ">-\n" + "\n".join(f"    {word}" for word in words)
    return "\n   ".join(words)


@settings(deadline=None)
@given(
    WORDS,
    st.sampled_from(["plain", "double", "single", "folded over lines", "plain over lines"]),
    st.data(),
)
def test_a_character_is_found_where_it_is_written(
    words: list[str], style: str, data: st.DataObject
) -> None:
    """Whatever the quotes and line breaks, the place of a word's first letter is its place."""
    text = f"key:\n  - {written(style, words)}\n"
    (node,) = only(text).items
    assert node.text.split() == words
    number = data.draw(st.integers(0, len(words) - 1))
    offset = len(" ".join(words[:number])) + bool(number)

    line, column = node.place(offset)

    rest = text.split("\n")[line - 1][column - 1 :]
    assert rest[0] == words[number][0] or rest[:2] == "''"


def test_the_end_of_a_text_is_after_its_last_character() -> None:
    assert only('a: "b AND"').place(5) == (1, 10)


@settings(deadline=None)
@given(st.text(alphabet="a:-[]{}\"'#&*!|>%@`\n\t ,?é~.0", max_size=40))
def test_no_text_whatever_gives_anything_but_a_tree_or_a_config_error(text: str) -> None:
    with contextlib.suppress(ConfigError):
        assert document.parse(text, "w.yaml").kind == "map"
