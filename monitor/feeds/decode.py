"""Turns the bytes of a response body, as they arrive, into a document of bounded size.

Must never hold more than the cap and a little: the size counts after decompression, while it
happens, so that a kilobyte that unpacks to a gigabyte is refused at the cap.
"""

import zlib

from monitor.errors import FetchError

_GZIP = 31  # zlib's wbits for gzip with its header and checksum


class Decoder:
    """Takes chunks of a body in the given Content-Encoding; at most `max_bytes` come out.

    Raises FetchError "bad-encoding" (neither plain nor gzip, several encodings, damaged or
    unfinished data) or "too-large".
    """

    def __init__(self, encoding: str, *, max_bytes: int) -> None:
        self._encoding = encoding.strip().lower()
        if self._encoding not in {"", "identity", "gzip", "x-gzip"}:
            raise FetchError("bad-encoding", f"the body is encoded as “{encoding}”, not as gzip")
        self._gzip = "gzip" in self._encoding
        self._max_bytes = max_bytes
        self._document = bytearray()
        self._member = zlib.decompressobj(_GZIP)
        self._fed = False

    def feed(self, chunk: bytes) -> None:
        """Takes the next bytes of the body."""
        if self._gzip:
            self._unpack(chunk)
        else:
            self._add(chunk)

    def finish(self) -> bytes:
        """The whole document, once the body has ended."""
        if self._gzip and self._fed and not self._member.eof:
            raise FetchError("bad-encoding", "the gzip data end too soon")
        return bytes(self._document)

    def _unpack(self, rest: bytes) -> None:
        while rest:
            if self._member.eof:  # several members in a row are one file
                self._member = zlib.decompressobj(_GZIP)
            try:
                piece = self._member.decompress(rest, self._max_bytes + 1)
            except zlib.error as exc:
                raise FetchError("bad-encoding", f"the gzip data are damaged: {exc}") from exc
            self._fed = True
            self._add(piece)
            rest = self._member.unused_data or self._member.unconsumed_tail

    def _add(self, piece: bytes) -> None:
        if len(self._document) + len(piece) > self._max_bytes:
            raise FetchError("too-large", f"the document has more than {self._max_bytes:,} bytes")
        self._document += piece
