"""The chart shows the sign and size of a ledger, and a mail carries it where it is shown."""

from datetime import datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from monitor.deliver.channels.email.compose import compose
from monitor.deliver.pictures import HEIGHT, WIDTH, draw, page
from monitor.deliver.render import render
from monitor.deliver.render_text import sparkline
from tests.deliver.sample_digest import COMPOSED, hostile_digest, outgoing, sample_digest

Course = tuple[tuple[datetime, float], ...]


def course(*points: float) -> Course:
    return tuple((COMPOSED + timedelta(days=n), each) for n, each in enumerate(points))


def colours(*points: float) -> tuple[int, int]:
    """How many pixels are plainly of the colours of toward and away."""
    picture = Image.open(BytesIO(draw(course(*points)))).convert("RGBA")
    assert picture.size == (2 * WIDTH, 2 * HEIGHT)
    pixels = [picture.getpixel((x, y)) for x in range(picture.width) for y in range(picture.height)]
    solid = [p[:3] for p in pixels if isinstance(p, tuple) and p[3] > 200]
    blue = sum(b > r + 60 for r, _, b in solid)
    return blue, sum(r > b + 60 for r, _, b in solid)


@pytest.mark.slow
def test_each_side_of_zero_has_its_colour() -> None:
    toward, away = colours(0, 5, 10, 12)
    assert toward > 0
    assert away == 0

    toward, away = colours(0, -5, -10, -12)
    assert toward == 0
    assert away > 0

    toward, away = colours(0, 8, -8)
    assert min(toward, away) > 0


def test_extremes_can_be_drawn() -> None:
    for points in ((0, 0), (1e6, -1e6), (0.001, 0.002), tuple(range(400))):
        assert draw(course(*points)).startswith(b"\x89PNG")
    at_once = ((COMPOSED, 1.0), (COMPOSED, 2.0))
    assert draw(at_once).startswith(b"\x89PNG")


def test_the_same_course_gives_the_same_picture() -> None:
    assert draw(course(1, 2, 3)) == draw(course(1, 2, 3))


def test_a_mail_carries_the_picture_that_its_page_shows() -> None:
    mail = compose(outgoing(), sender="signpost@example.org")

    html = mail.get_body(("html",))
    assert html is not None
    [picture] = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    cid = picture["Content-ID"].strip("<>")
    assert f'src="cid:{cid}"' in html.get_content()
    assert "attachment" not in str(picture["Content-Disposition"])
    assert picture.get_content() == outgoing().message.pictures[0].png
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]


def test_a_reader_without_pictures_is_told_in_words() -> None:
    message = render(sample_digest())
    told = "Since 1 April: lowest now, highest +3.8 points on 11 April."

    assert f'alt="{told}"' in message.html
    assert told in " ".join(message.text.split())


def test_a_page_of_its_own_has_the_picture_inside() -> None:
    message = render(sample_digest())

    assert "cid:" in message.html
    assert "cid:" not in page(message)
    assert 'src="data:image/png;base64,' in page(message)


def test_a_headline_that_looks_like_a_picture_stays_a_headline() -> None:
    name = render(sample_digest()).pictures[0].name
    attack = f'<img src="cid:{name}"> src="cid:{name}"'
    whole = page(render(hostile_digest(attack)))

    assert whole.count("data:image/png") == whole.count("<img")
    assert attack in LexborHTMLParser(whole).text()


def test_blocks_rise_and_fall_with_the_points() -> None:
    assert sparkline(course(0, 1, 2, 3, 4, 5, 6, 7)) == "▁▂▃▄▅▆▇█"
    assert sparkline(course(0, -7)) == "█▁"
    assert sparkline(course(0, 0, 0)) == "▁▁▁"
    assert len(sparkline(course(*range(100)))) == 24
