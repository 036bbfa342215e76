"""Turns digests and pages into the pictures in docs/images: light, dark, wide and on a phone.

Run as `python -m scripts.screenshots [FOLDER]` after `make demo`; needs Debian's chromium. Must
never be part of a build: pictures are made by hand when the template changes.
"""

# ruff: noqa: INP001  # scripts are run, not imported

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops

from monitor.deliver.pictures import page
from monitor.deliver.render import render
from monitor.model.digests import Digest
from scripts import pages
from tests.deliver.sample_digest import calm_digest, sample_digest

_CHROMIUM: Final = (
    "chromium",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
# Headless chromium makes no window narrower than 500 px, so a phone is a frame inside one.
_PHONE: Final = 375
_TALL: Final = 4000  # higher than any page; what is empty below it is cut off
_DEMO_FOLDER: Final = Path("demo-output")
_DEMO: Final = 1180  # the demo's picture ends below its reasons
_FRAME: Final = (
    '<!doctype html><meta name="color-scheme" content="light dark">'
    '<body style="margin:0"><iframe src="page.html" '
    'style="border:0;width:{width}px;height:{height}px"></iframe>'
)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, digest, width, height, dark in (
        ("light", sample_digest(), 680, _TALL, False),
        ("dark", sample_digest(), 680, _TALL, True),
        ("phone", sample_digest(), _PHONE, _TALL, False),
        ("phone-dark", sample_digest(), _PHONE, _TALL, True),
        ("calm", calm_digest(), 680, _TALL, False),
    ):
        html = _html(digest)
        _shoot(folder / f"digest-{name}.png", html, width, height, dark=dark)
    for demo in sorted(Path("demo-output/data/digests").glob("desk.2*.html"))[-1:]:
        _shoot(folder / "demo.png", demo.read_text(encoding="utf-8"), 680, _DEMO, dark=False)
    if _DEMO_FOLDER.exists():
        asyncio.run(pages.shoot(_DEMO_FOLDER, folder))


def _html(digest: Digest) -> str:
    return page(render(digest, base_url="https://signpost.example.org"))


def _shoot(picture: Path, html: str, width: int, height: int, *, dark: bool) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        page = Path(scratch, "page.html")
        page.write_text(html, encoding="utf-8")
        frame = Path(scratch, "frame.html")
        frame.write_text(_FRAME.format(width=width, height=height), encoding="utf-8")
        subprocess.run(  # noqa: S603  # a fixed program on files made here
            [
                *_CHROMIUM,
                f"--user-data-dir={scratch}/profile",
                f"--window-size={width},{height}",
                *(["--blink-settings=preferredColorScheme=0"] if dark else []),
                f"--screenshot={picture.resolve()}",
                frame.as_uri() if width < 500 else page.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
    _cut(picture, width)


def _cut(picture: Path, width: int) -> None:
    """Leave out the ground below the page, and what a phone's frame has beside it."""
    with Image.open(picture) as shot:
        page = shot.convert("RGB").crop((0, 0, width, shot.height))
    ground = page.getpixel((0, page.height - 1))
    empty = Image.new("RGB", page.size, ground)
    box = ImageChops.difference(page, empty).getbbox()
    cut = page.crop((0, 0, width, min(page.height, (box[3] if box else 0) + 36)))
    pages.few_colours(cut).save(picture, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))
