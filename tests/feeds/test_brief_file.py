"""Files of briefs: text, pages and DOCX become text; what is none is refused with a reason."""

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import BriefError
from monitor.feeds.brief_file import LARGEST, text_of

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body: str, name: str = "word/document.xml") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return packed.getvalue()


def paragraph(text: str, style: str = "", listed: str = "") -> str:
    styled = f'<w:pPr><w:pStyle w:val="{style}"/>{listed}</w:pPr>' if style or listed else ""
    return f"<w:p>{styled}<w:r><w:t>{text}</w:t></w:r></w:p>"


def test_text_stays_as_it_is() -> None:
    assert text_of("# A\n\nGrüße".encode()) == "# A\n\nGrüße"
    assert text_of(b"\xef\xbb\xbfa") == "a"
    assert text_of("Grüße".encode("cp1252")) == "Grüße"
    assert text_of("a – b".encode("utf-16")) == "a – b"


def test_a_page_becomes_blocks_headings_lists_links_and_tables() -> None:
    page = (
        "<!DOCTYPE html><html><head><title>T</title><script>x()</script></head><body><h1>One</h1>"
        "<p>A <b>bold</b>\nword<br>next</p><ul><li>first</li></ul>"
        '<a href="https://a.example/x">there</a> <a href="javascript:x()">here</a>'
        "<table><tr><th>S</th><th>D</th></tr><tr><td>talks <i>end</i></td><td>for</td></tr></table>"
    )
    lines = [line for line in text_of(page.encode()).splitlines() if line]
    assert lines == [
        "# One",
        "A bold word",
        "next",
        "- first",
        "[there](https://a.example/x) here",
        "| S | D |",
        "|---|---|",
        "| talks end | for |",
    ]


def test_a_page_of_many_nested_tags_is_read() -> None:
    assert "deep" in text_of(b"<html><body>" + b"<div>" * 20_000 + b"deep")


def test_a_docx_becomes_its_paragraphs() -> None:
    listed = "<w:numPr/>"
    body = (
        f"<w:document {W}><w:body>{paragraph('Outlook', 'Heading1')}{paragraph('It is likely.')}"
        f"{paragraph('first', '', listed)}{paragraph('')}</w:body></w:document>"
    )
    assert text_of(docx(body)) == "# Outlook\n\nIt is likely.\n\n- first"


BOMB = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"x" * (LARGEST + 1), "MB; at most"),
        (b"%PDF-1.7", "PDF"),
        (b"{\\rtf1}", "save it as"),
        (b"ab\0cd", "no text"),
        (b"PK\x03\x04 and no more", "damaged"),
        (docx("<a/>", "mimetype"), "no DOCX"),
        (docx("<w:p>"), "cannot be read"),
        (docx(f"{BOMB}<w:document {W}>&b;</w:document>"), "cannot be read"),
        (docx(f"<w:document {W}>{' ' * (LARGEST + 1)}</w:document>"), "more than"),
    ],
)
def test_what_is_no_brief_is_refused_with_its_reason(raw: bytes, why: str) -> None:
    with pytest.raises(BriefError, match=why):
        text_of(raw)


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(raw: bytes) -> None:
    with contextlib.suppress(BriefError):
        assert isinstance(text_of(raw), str)
