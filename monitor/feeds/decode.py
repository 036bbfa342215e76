"""Turns the bytes of a response body, as they arrive, into a document of bounded size.

Must never hold more than the cap and a little: the size counts after decompression, while it
happens, so that a kilobyte that unpacks to a gigabyte is refused at the cap.
"""

import re
import zlib
from typing import Final

from monitor.errors import FetchError

_GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP: Final = 31  # zlib's wbits for gzip with its header and checksum
_ZLIB: Final = 15
_RAW: Final = -15
# What servers send that names no encoding at all.
_PLAIN: Final = frozenset({"", "identity", "none", "utf-8", "utf8", "binary", "8bit"})
_PACKED: Final = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}
_LAYERS: Final = 2  # a .gz file that is sent with Content-Encoding: gzip
_ROOT: Final = re.compile(rb"<(?![?!])\s*([\w.:-]{1,60})")
_LAST_TAG: Final = re.compile(rb"</\s*([\w.:-]{1,60})\s*>\s*\Z")
_HEAD: Final = 65_536
_TAIL: Final = 1_024


class Decoder:
    """Takes chunks of a body in the given Content-Encoding; at most `max_bytes` come out.

    Gzip is recognised by its first bytes, whether the server says so or not. Raises FetchError
    "bad-encoding" (another encoding, several, damaged or unfinished data) or "too-large".
    """

    def __init__(self, encoding: str, *, max_bytes: int) -> None:
        named = [name.strip().lower() for name in encoding.split(",")]
        packed = [name for name in named if name not in _PLAIN]
        if len(packed) > 1 or any(name not in _PACKED for name in packed):
            raise FetchError("bad-encoding", f"the body is encoded as “{encoding}”, not as gzip")
        self._encoding = _PACKED[packed[0]] if packed else ""
        self._max_bytes = max_bytes
        self._held = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Takes the next bytes of the body."""
        if len(self._held) + len(chunk) > self._max_bytes:
            raise _too_large(self._max_bytes)
        self._held += chunk

    def finish(self) -> bytes:
        """The whole document, once the body has ended."""
        document = bytes(self._held)
        for _ in range(_LAYERS):
            if document.startswith(_GZIP_MAGIC):
                document = self._unpacked(document, _GZIP)
            elif self._encoding == "deflate":
                document = self._unpacked(document, _ZLIB if _is_zlib(document) else _RAW)
            elif self._encoding == "gzip" and document:
                raise FetchError("bad-encoding", "the body is no gzip data, though it says so")
            self._encoding = ""
        return document

    def _unpacked(self, packed: bytes, wbits: int) -> bytes:
        """Several members in a row are one file; what follows the last one is padding."""
        document, rest = bytearray(), packed
        while rest:
            member = zlib.decompressobj(wbits)
            try:
                document += member.decompress(rest, self._max_bytes + 1 - len(document))
            except zlib.error as exc:
                raise FetchError("bad-encoding", f"the packed data are damaged: {exc}") from exc
            if len(document) > self._max_bytes:
                raise _too_large(self._max_bytes)
            if not member.eof:
                raise FetchError("bad-encoding", "the packed data end too soon")
            rest = member.unused_data
            if not rest.startswith(_GZIP_MAGIC):
                break
        return bytes(document)


def whole(document: bytes) -> bool:
    """Whether a document that was broken off is all there: its root element is closed."""
    root = _ROOT.search(document, 0, _HEAD)
    last = _LAST_TAG.search(document[-_TAIL:])
    return root is not None and last is not None and root[1] == last[1]


def _is_zlib(packed: bytes) -> bool:
    """By the header of RFC 1950, section 2.2; some servers send the bare stream instead."""
    return len(packed) >= 2 and packed[0] & 0x0F == 8 and int.from_bytes(packed[:2]) % 31 == 0


def _too_large(max_bytes: int) -> FetchError:
    return FetchError("too-large", f"the document has more than {max_bytes:,} bytes")
