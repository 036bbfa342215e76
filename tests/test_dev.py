"""`make dev`: what is watched is what the program is made of."""

import importlib.util
import os

from tests.commands import ROOT

SPEC = importlib.util.spec_from_file_location("dev", ROOT / "scripts/dev.py")
assert SPEC
assert SPEC.loader
dev = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(dev)


def test_every_kind_of_file_that_the_program_reads_is_watched() -> None:
    kinds = {
        path.suffix
        for path in (ROOT / "monitor").rglob("*.*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert kinds <= {*dev.KINDS, ".typed"}


def test_a_template_that_is_saved_is_a_change() -> None:
    before = dev.stamps()
    path = ROOT / "monitor/web/templates/base.html.j2"
    times = path.stat()
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns + 1_000_000_000))
    try:
        assert dev.changed(before, dev.stamps()) == ["monitor/web/templates/base.html.j2"]
    finally:
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
