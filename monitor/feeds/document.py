"""One feed document, as every format reads it: text, head, and the address links are relative to.

Must never know a format: which one reads a document is decided by the table in `parse`.
"""

from dataclasses import dataclass
from typing import Final

from monitor.errors import ParseError
from monitor.feeds import characters, markup

WEB_PAGE: Final = "html"
"""The code of an answer that is a web page."""

_JSON_STARTS: Final = ("{", "[")
_PAGES: Final = frozenset({"html", "head", "body"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`text` begins with the root element (of JSON, with the document itself), and ends with it.

    `root` is the local name of the root element in lower case, "" for JSON. `url` is the address
    of the feed, `warnings` what was mended so far.
    """

    text: str
    root: str
    url: str
    warnings: tuple[str, ...] = ()


def document(body: bytes, *, url: str, content_type: str = "") -> Document:
    """The document in `body`.

    Raises ParseError: "empty", "compressed", "html", "no-element", "entities".
    """
    if not body.strip():
        raise ParseError("empty", "the answer is empty")
    if body.startswith(b"\x1f\x8b"):
        raise ParseError("compressed", "the answer is gzip data that does not say so")
    decoded = characters.decode(body, content_type)
    # feedparser's regular expressions take quadratic time on leading white space
    text = decoded.text.strip("\ufeff\x00 \t\r\n\x0b\x0c\x85\xa0")
    if not text:
        raise ParseError("empty", "the answer is empty")
    if text.startswith(_JSON_STARTS):
        return Document(text=text, root="", url=url, warnings=decoded.warnings)
    head = markup.head(text)
    if head.html or head.root in _PAGES:
        raise ParseError(WEB_PAGE, "the answer is a web page, perhaps a bot check")
    return Document(text=text[head.start :], root=head.root, url=url, warnings=decoded.warnings)
