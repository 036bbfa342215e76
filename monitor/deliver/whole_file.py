"""Writes a file so that it is either whole or as it was before, also through a power cut."""

import os
from pathlib import Path
from typing import Final

PRIVATE: Final = 0o600
PUBLIC: Final = 0o644


def make_folder(folder: Path, mode: int = PRIVATE) -> None:
    """The folder of such files; one that is there stays as it is. Raises OSError."""
    readers = (mode & 0o444) >> 2  # who may read a file may look into its folder
    folder.mkdir(mode=mode | 0o100 | readers, parents=True, exist_ok=True)


def replace(path: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Whoever `mode` says may read it, before a byte is in it. Raises OSError; then it is as it
    was.
    """
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())  # a row marked sent must not outlive its file in a power cut
    part.replace(path)
