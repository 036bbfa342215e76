"""Turns a command line into what it said: how tests start the project's own tools.

Must never start anything through a shell.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
"""The checkout."""

BIN = Path(sys.executable).parent
"""Where the tools of this environment are: ruff, lint-imports, hatchling, monitor…"""


def run(
    *command: str | Path, cwd: Path = ROOT, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run to the end; keep exit code and output. Whether a code is a failure is for the test."""
    return subprocess.run(  # noqa: S603  # commands are written in the tests
        command, cwd=cwd, input=stdin, capture_output=True, text=True, check=False
    )
