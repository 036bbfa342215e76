"""Turns the bytes of a document into text: decided once, here, for every format.

Must never let one broken byte change how the rest is read, nor take a label for more than a hint:
a server's or a document's word counts where the bytes agree with it.

Labels mean what the Encoding Standard says, mostly a superset: ISO-8859-1 is windows-1252, EUC-KR
is cp949 (https://encoding.spec.whatwg.org/#names-and-labels).
"""

import codecs
import re
from dataclasses import dataclass
from typing import Final

import webencodings

# How a document that is not a superset of ASCII begins (XML 1.0, appendix F.1), with and without
# a byte order mark.
_MARKS: Final = (
    (b"\x00\x00\xfe\xff", "utf-32-be"), (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"), (b"\xef\xbb\xbf", "utf-8"),
)  # fmt: skip
_WIDE: Final = (
    (b"\x00\x00\x00<", "utf-32-be"), (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<", "utf-16-be"), (b"<\x00", "utf-16-le"), (b"\x4c\x6f\xa7\x94", "cp037"),
)  # fmt: skip
_DECLARED: Final = re.compile(
    rb"\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", re.ASCII
)
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.ASCII | re.IGNORECASE)
_MULTIBYTE: Final = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
# gb18030 is the superset that the standard's decoder for "gbk" reads; Python's "gbk" is not.
_SUPERSETS: Final = {"gbk": "gb18030"}
# Two sequences that happen to be valid UTF-8 do not come about by chance in another encoding.
_BEYOND_CHANCE: Final = 2
# Every character of ordinary text, and one escape as Python's own codecs undo it.
_ASCII: Final = bytes({*range(0x20, 0x7F), *b"\t\r\n"} - {*b"\\"}) + b"\\u003c"
_UNREADABLE: Final = "\ufffd"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document as text, the codec that read it, and what a person should know of the reading."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(body: bytes, content_type: str = "") -> Decoded:
    """The text of `body`: by its byte order mark, else the server's word, else the document's.

    A word counts where the bytes agree with it. What is valid UTF-8 but for a few bytes is UTF-8;
    a character that cannot be read becomes U+FFFD. Never fails: the last resort is windows-1252,
    which has a character for every byte.
    """
    for start, encoding in _MARKS:
        if body.startswith(start):
            return _read(body.removeprefix(start), encoding)
    for start, encoding in _WIDE:
        if body.startswith(start):
            return _read(body, encoding)
    if body.isascii():
        labels = _labels(body, content_type)
        if any(label.startswith("iso2022") for label in labels):  # escapes are ASCII, too
            return _read(body, labels[0])
        return Decoded(body.decode("ascii"), "utf-8")
    return _ascii_based(body, _labels(body, content_type))


def _labels(body: bytes, content_type: str) -> list[str]:
    """Codecs named by the server, then by the document; nothing that cannot be meant."""
    said = _CHARSET.search(content_type)
    declared = _DECLARED.match(body)
    names = [said[1]] if said else []
    names += [declared[1].decode("ascii")] if declared else []
    return [codec for name in names if (codec := _codec(name))]


def _codec(label: str) -> str:
    """Python's codec for a label of the standard, or one that Python knows; else "".

    The declaration itself was read as ASCII, so it can be neither UTF-16 nor UTF-7 nor Punycode:
    a codec that reads ASCII otherwise is none.
    """
    found = webencodings.lookup(label)
    name = label if found is None else found.codec_info.name
    try:
        codec = codecs.lookup(_SUPERSETS.get(name, name)).name
        return codec if _ASCII.decode(codec) == _ASCII.decode("ascii") else ""
    except (LookupError, ValueError):
        return ""


def _ascii_based(body: bytes, labels: list[str]) -> Decoded:
    sequences = len(_MULTIBYTE.findall(body))
    utf8 = body.decode("utf-8", "replace")
    lost = utf8.count(_UNREADABLE)
    said_utf8 = not labels or "utf-8" in labels
    if lost == 0 and (said_utf8 or sequences >= _BEYOND_CHANCE):
        return Decoded(utf8, "utf-8", _other("utf-8", labels))
    for label in labels:
        if label != "utf-8" and (text := _strictly(body, label)) is not None:
            return Decoded(text, label, _other(label, labels))
    if sequences > lost:
        return _read(body, "utf-8")
    return _nearest(body, [label for label in labels if label != "utf-8"])


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        return None


def _nearest(body: bytes, labels: list[str]) -> Decoded:
    """The named encoding that leaves least unread, if that is little; else windows-1252."""
    read = [_read(body, label) for label in labels]
    best = min(read, key=lambda found: found.text.count(_UNREADABLE), default=None)
    if best and best.text.count(_UNREADABLE) * 10 <= len(_HIGH.findall(body)):
        return best
    text = "".join(
        character if character != _UNREADABLE else chr(byte)
        for character, byte in zip(body.decode("cp1252", "replace"), body, strict=True)
    )
    return Decoded(text, "cp1252", ("not UTF-8 and not what it says: read as windows-1252",))


def _read(body: bytes, encoding: str) -> Decoded:
    text = body.decode(encoding, "replace")
    lost = text.count(_UNREADABLE) - _own(body, encoding)
    warning = f"{lost} characters cannot be read as {encoding} and stand as {_UNREADABLE}"
    return Decoded(text, encoding, (warning,) if lost > 0 else ())


def _own(body: bytes, encoding: str) -> int:
    """U+FFFD that the publisher wrote."""
    return body.count(_UNREADABLE.encode()) if encoding == "utf-8" else 0


def _other(encoding: str, labels: list[str]) -> tuple[str, ...]:
    """A word when something said otherwise."""
    wrong = [label for label in labels if label != encoding]
    return (f"read as {encoding}, though it is called {wrong[0]}",) if wrong else ()
