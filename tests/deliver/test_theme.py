"""Templates of an operator's own: used where they work, replaced by ours where they do not."""

from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import Environment

from monitor.deliver.channels.email.html import LOADER
from monitor.deliver.render import problems, render
from monitor.deliver.theme import Theme
from monitor.model.digests import Message
from tests.deliver.sample_digest import sample_digest

OURS = render(sample_digest())


def themed(folder: Path, **files: str) -> Message:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return render(sample_digest(), theme=Theme(folder))


def test_a_folder_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    assert render(sample_digest(), theme=Theme(tmp_path / "none")) == OURS


def test_a_style_sheet_alone_changes_the_looks(tmp_path: Path) -> None:
    message = themed(tmp_path, digest_css=".lead { color: #123456; }")

    assert "color: #123456" in message.html
    assert message.text == OURS.text


def test_a_template_may_use_our_parts_and_everything_documented(tmp_path: Path) -> None:
    text = """{{ say.subject(digest, calendar) }} for {{ digest.name }}
{% for brief in digest.flagged %}{{ brief.bottom_line }} {{ base_url }}
{% for each in brief.judgments %}{{ wording.signed(each.points) }} {{ bar(each) }} {{ rows }}
{% endfor %}{% endfor %}"""
    html = (
        '{% import "parts.html.j2" as part with context %}'
        "<body>{{ part.moved(digest.moved[0], true) }}"
    )
    message = themed(tmp_path, digest_txt_j2=text, digest_html_j2=html)

    assert message.text.startswith(f"{OURS.subject} for morning\n")
    assert "−11.0 (74, 19) 8" in message.text
    assert "Iran will not seize a foreign tanker" in message.html
    assert message.blocks == OURS.blocks


def test_text_from_feeds_is_escaped_in_html(tmp_path: Path) -> None:
    (tmp_path / "digest.html.j2").write_text("<p>{{ digest.unchanged[0] }}</p>")
    hostile = replace(sample_digest(), unchanged=("<script>alert(1)</script>",))
    message = render(hostile, theme=Theme(tmp_path))

    assert "<script>" not in message.html
    assert "&lt;script&gt;" in message.html


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("digest.html.j2", "a\n{% if %}", "digest.html.j2:2 was not used: Expected an expression"),
        ("digest.html.j2", "{{ digset }}", "was not used: 'digset' is undefined"),
        ("digest.html.j2", "{{ digest.nme }}", "has no attribute 'nme'"),
        ("digest.html.j2", "{{ 1 // 0 }}", "was not used: integer division or modulo by zero"),
        ("digest.html.j2", "{{ digest.name + 1 }}", "was not used: "),
        ("digest.html.j2", '{% include "other.j2" %}', "was not used: other.j2"),
        ("digest.html.j2", "{{ ''.__class__.__mro__ }}", "access to attribute '__class__'"),
        ("digest.txt.j2", "{% for %}", "digest.txt.j2:1 was not used"),
    ],
)
def test_a_broken_template_falls_back_to_ours_and_says_so(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    (tmp_path / name).write_text(text)
    message = render(sample_digest(), theme=Theme(tmp_path))

    for form in (message.text, message.html.replace("&#39;", "'"), str(message.blocks)):
        assert "The template " in form
    assert told in " ".join(message.text.split()).replace("’", "'")
    assert "WHICH WAY" in message.text
    assert message.html.count("<tr") == OURS.html.count("<tr")


def test_a_template_is_read_anew_when_it_changes(tmp_path: Path) -> None:
    theme = Theme(tmp_path)
    (tmp_path / "digest.txt.j2").write_text("one")
    assert render(sample_digest(), theme=theme).text == "one\n"

    (tmp_path / "digest.txt.j2").write_text("number two")
    assert render(sample_digest(), theme=theme).text == "number two\n"


def test_trying_templates_finds_nothing_wrong_with_our_own(tmp_path: Path) -> None:
    for name in ("digest.html.j2", "parts.html.j2", "digest.css"):
        source, _, _ = LOADER.get_source(Environment(autoescape=True), name)
        (tmp_path / name).write_text(source, encoding="utf-8")

    assert problems(Theme(tmp_path)) == ()
