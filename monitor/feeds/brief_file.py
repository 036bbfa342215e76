"""Turns the file of a brief (text, Markdown, HTML, DOCX) into plain text, paragraph by paragraph.

What the file is, its content says and not its name. No markup survives, no entity is resolved, and
an archive that unpacks to more than LARGEST is refused.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.errors import BriefError

LARGEST: Final = 5_000_000
"""Bytes of a file, and of the text inside a DOCX."""
_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HTML: Final = re.compile(
    rb"^\s*(?:<!doctype html|<html|<head|<body|<(?:p|div|h1|article|section|table)\b)",
    re.IGNORECASE,
)
_BLOCKS: Final = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "section", "article", "header"}
    | {"footer", "blockquote", "pre", "dt", "dd", "figcaption", "ul", "ol", "table"}
)
_BREAK: Final = "\n"
_SILENT: Final = frozenset({"script", "style", "template", "noscript", "head", "nav", "svg"})
_ENCODINGS: Final = ("utf-8-sig", "cp1252")


def text_of(raw: bytes) -> str:
    """The text of a brief's file. Raises BriefError for what cannot be read or is too large."""
    if len(raw) > LARGEST:
        raise BriefError(
            f"the file has {len(raw) / 1e6:.1f} MB; at most {LARGEST // 10**6} are read"
        )
    if raw.startswith(b"PK\x03\x04"):
        return _docx(raw)
    if raw.startswith(b"%PDF"):
        raise BriefError("this is a PDF, which is not read; save it as text or copy its text")
    if raw.startswith((b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise BriefError("this is an old word processor's file; save it as .docx or as text")
    if b"\0" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BriefError("this is no text")
    text = _decoded(raw)
    return _html(text) if _HTML.match(raw) else text


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def _html(text: str) -> str:
    """The words of a page, a block a line; headings, lists, links, tables as Markdown has."""
    tree = LexborHTMLParser(text)
    body = tree.body
    lines = list(_lines(body)) if body is not None else []
    title = tree.css_first("head > title")
    shown = "\n".join(lines)
    named = title.text(strip=True) if title is not None else ""
    if named and not re.search(r"^# ", shown, re.MULTILINE):
        shown = f"# {named}\n\n{shown}"
    return re.sub(r"\n{3,}", "\n\n", shown)


def _lines(body: LexborNode) -> Iterator[str]:
    """Depth first and without recursion: a page of ten thousand nested tags is a page like any."""
    waiting: list[LexborNode | str] = [body]
    run: list[str] = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield " ".join("".join(run).split())
            run = [] if node == _BREAK else [node]
            continue
        tag = (node.tag or "").lower()
        if tag == "-text":
            run.append(re.sub(r"\s+", " ", node.text(deep=False)))
        elif tag == "a" and (address := _address(node)):
            run.append(f"[{' '.join(node.text().split())}]({address})")
        elif tag not in _SILENT:
            waiting += reversed(_opened(node, tag))
    yield " ".join("".join(run).split())


def _address(node: LexborNode) -> str:
    """Where a link leads, if a reader may follow it and Markdown can say it."""
    address = node.attributes.get("href") or ""
    return address if re.fullmatch(r"https?://[^\s()\[\]]+", address) else ""


def _opened(node: LexborNode, tag: str) -> list[LexborNode | str]:
    """What stands in an element, with the breaks around it."""
    inside: list[LexborNode | str] = [*node.iter(include_text=True)]
    if tag == "tr":
        cells = [" ".join(cell.text().split()) for cell in node.css("td, th")]
        rule = (
            ["|" + "---|" * len(cells)] if node.css_first("th") and not node.css_first("td") else []
        )
        return [_BREAK, f"| {' | '.join(cells)} |", *rule, _BREAK]
    if re.fullmatch("h[1-6]", tag):
        return [_BREAK, "# ", *inside, _BREAK]
    if tag == "li":
        return [_BREAK, "- ", *inside, _BREAK]
    return [_BREAK, *inside, _BREAK] if tag in _BLOCKS or tag == "br" else inside


def _docx(raw: bytes) -> str:
    """The paragraphs of a DOCX; headings and list items are marked as Markdown marks them."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            info = archive.getinfo("word/document.xml")
            with archive.open(info) as stream:
                document = stream.read(LARGEST + 1)
    except KeyError as exc:
        raise BriefError("this is an archive and no DOCX") from exc
    except (
        zipfile.BadZipFile,
        OSError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
    ) as exc:
        raise BriefError("this DOCX is damaged or locked by a password") from exc
    if len(document) > LARGEST:
        raise BriefError(f"the text of this DOCX has more than {LARGEST // 10**6} MB")
    try:
        root = fromstring(document)
    except (ParseError, DefusedXmlException) as exc:
        raise BriefError("the text of this DOCX cannot be read") from exc
    return "\n\n".join(filter(None, map(_paragraph, root.iter(f"{_WORD}p"))))


def _paragraph(node: Element) -> str:
    words = "".join(_runs(node)).strip()
    style = node.find(f"{_WORD}pPr/{_WORD}pStyle")
    named = (style.get(f"{_WORD}val") or "").lower() if style is not None else ""
    if not words:
        return ""
    if named.startswith(("heading", "title")):
        return f"# {' '.join(words.split())}"
    listed = node.find(f"{_WORD}pPr/{_WORD}numPr") is not None or named.startswith("list")
    return f"- {words}" if listed else words


def _runs(node: Element) -> Iterator[str]:
    for each in node.iter():
        match each.tag.removeprefix(_WORD):
            case "t":
                yield each.text or ""
            case "tab":
                yield " "
            case "br" | "cr":
                yield "\n"
            case _:
                pass
