"""Writes a file so that it is either whole or as it was before, also through a power cut."""

import os
from pathlib import Path


def replace(path: Path, content: bytes) -> None:
    """Raises OSError; then the file is as it was."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())  # a row marked sent must not outlive its file in a power cut
    part.replace(path)
