"""Serves our own style, script and pictures, each under an address that changes with its content.

So a browser may keep what it has for a year and still never uses an old one after an upgrade.
"""

import hashlib
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC: Final = Path(__file__).parent / "static"

FOR_EVER: Final = "public, max-age=31536000, immutable"
"""A year, the longest that browsers heed; “immutable” spares the question on a reload."""


class Assets(StaticFiles):
    """The files of a folder. Under any address but the one of its content, a file is not kept."""

    def __init__(self, folder: Path = STATIC) -> None:
        super().__init__(directory=folder)
        self._digests = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            for path in folder.iterdir()
            if path.is_file()
        }

    def address(self, name: str) -> str:
        """Where a file is, for pages."""
        return f"/static/{name}?v={self._digests[name]}"

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("v")
        kept = asked == [self._digests.get(path)]
        answer.headers["Cache-Control"] = FOR_EVER if kept else "no-cache"
        return answer
