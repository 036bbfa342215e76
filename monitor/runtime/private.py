"""Keeps the data folder its owner's alone, what lies in it already included.

What is stored says what analysts think and who is told; keys of forms and links are in it too. Must
never give anybody more than they had, and never follow a link out of the folder.
"""

import os
import stat
from pathlib import Path

OTHERS = 0o077
"""What the group and everybody else may do: nothing."""

ANYBODY = 0o007


def make(folder: Path) -> bool:
    """Make the folder, its owner's alone; False if others get in and it is not ours to change.

    A group that was let in by who gave us the folder (a volume with a group of its own) is no
    stranger. Raises OSError when the folder cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _tighten(folder) or not folder.stat().st_mode & ANYBODY


def tighten(folder: Path) -> int:
    """Take from others what they may do with anything in the folder; how much that changed."""
    changed = 0
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place, name)
            try:
                found = path.lstat()
                if stat.S_ISLNK(found.st_mode) or not found.st_mode & OTHERS:
                    continue
                changed += _tighten(path)
            except FileNotFoundError:
                continue  # another process put it away meanwhile, as SQLite does
    return changed


def _tighten(path: Path) -> bool:
    """False where it is somebody else's."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & OTHERS:
        return True
    try:
        path.chmod(mode & ~OTHERS)
    except PermissionError:
        return False
    return True
