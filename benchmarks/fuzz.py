"""Feeds broken documents, queries and YAML to what reads them, for a stated time.

Each round starts from a good sample and edits it a few times. Whatever is not refused in the way
that callers expect, or takes longer than five seconds (which the parser pool would kill), is told
with the smallest input that hypothesis found. Exit code 1 if there is any.

    python -m benchmarks.fuzz --seconds 300 --seed 1
"""

import argparse
import contextlib
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from monitor.config import delivery, feeds, watchlists
from monitor.core.language.query import parser as query
from monitor.deliver.channels.table import TYPES
from monitor.errors import ParseError, QueryError
from monitor.feeds.opml import parse_opml
from monitor.feeds.parse import parse
from monitor.model.feeds import FeedFormat

CONFIG = Path(__file__).parents[1] / "config"
SLOW_SECONDS = 5.0
ROUND = 50
SCRAPS = (
    *"\n\r\t :-[]{}\"'#&*!|>%@`,?0~<>/=\x00\ufeff\u2028\u202e\ud7ffé",
    *("<![CDATA[", "]]>", "<!--", "&#x0;", "&amp;", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "<a " * 50),
    *("(" * 60, " AND ", " NEAR/9 ", "NOT ", "..", "!!python/object:os.system", "&a [*a]", "<<: "),
    *("- " * 40, "12:30", "NO", "9" * 40, "2019-13-45"),
)

RSS = (
    "<?xml version='1.0'?><rss version='2.0'><channel><title>N</title><ttl>5</ttl><item>"
    "<guid>1</guid><title>A &amp; B</title><link>http://n.example/1</link>"
    "<description>&lt;b&gt;x&lt;/b&gt;</description>"
    "<pubDate>Wed, 20 Mar 2019 09:00:00 GMT</pubDate></item></channel></rss>"
)
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><title>N</title><entry><id>1</id>"
    "<title type='html'>A</title><link href='http://n.example/1'/><updated>2019-03-20T09:00:00Z</updated></entry></feed>"
)
SITEMAP = (
    "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
    "xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>http://n.example/1</loc>"
    "<news:news><news:publication_date>2019-03-20</news:publication_date><news:title>A</news:title>"
    "</news:news></url></urlset>"
)
JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "title": "N", "items": ['
    '{"id": "1", "title": "A", "url": "http://n.example/1",'
    ' "date_published": "2019-03-20T09:00:00Z"}]}'
)
OPML = "<opml version='2.0'><body><outline text='N' xmlUrl='http://n.example/f'/></body></opml>"
QUERY = '("liaison office" OR sanction*) AND NOT title:=Exact NEAR/5 entity:dprk .. suspend*|halt*'


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    name: str
    sample: str
    read: Callable[[str], object]
    refusals: tuple[type[Exception], ...] = ()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _yaml(name: str, check: Callable[[str, str], object]) -> Target:
    sample = (CONFIG / name).read_text(encoding="utf-8")[:6_000]
    return Target(name=name, sample=sample, read=lambda text: check(text, name))


def _document(name: str, sample: str, read: Callable[[bytes], object]) -> Target:
    return Target(
        name=name, sample=sample, read=lambda text: read(_bytes(text)), refusals=(ParseError,)
    )


TARGETS = (
    _document("rss", RSS, lambda body: parse(body, url="")),
    _document("atom", ATOM, lambda body: parse(body, url="")),
    _document("sitemap", SITEMAP, lambda body: parse(body, url="", format=FeedFormat.SITEMAP)),
    _document("json", JSON, lambda body: parse(body, url="")),
    _document("opml", OPML, parse_opml),
    Target(name="query", sample=QUERY, read=query.parse, refusals=(QueryError,)),
    _yaml("watchlists.yaml", watchlists.check),
    _yaml("feeds.yaml", feeds.check),
    _yaml("delivery.yaml", partial(delivery.check, types=TYPES)),
)
_EDIT = (st.floats(0, 1), st.integers(0, 40), st.sampled_from(["", *SCRAPS]), st.integers(1, 3))
EDITS = st.lists(st.tuples(*_EDIT), min_size=1, max_size=6)


def edited(text: str, edits: list[tuple[float, int, str, int]]) -> str:
    for place, gone, scrap, times in edits:
        start = int(place * len(text))
        text = text[:start] + scrap * times + text[start + gone :]
    return text


def fuzz(target: Target, number: int, tried: Counter[str]) -> str:
    """One round; what was found, or ""."""

    @seed(number)
    @settings(
        max_examples=ROUND,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(EDITS)
    def once(edits: list[tuple[float, int, str, int]]) -> None:
        tried[target.name] += 1
        began = time.perf_counter()
        with contextlib.suppress(*target.refusals):
            target.read(edited(target.sample, edits))
        took = time.perf_counter() - began
        assert took < SLOW_SECONDS, f"{took:.1f} s"  # noqa: S101  # what hypothesis shrinks by

    try:
        once()
    except Exception:  # noqa: BLE001  # whatever it is, it is a finding
        return traceback.format_exc(limit=-3)
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    given_ = parser.parse_args()
    warnings.simplefilter("ignore")
    end, number = time.monotonic() + given_.seconds, given_.seed
    tried: Counter[str] = Counter()
    found: dict[str, str] = {}
    while time.monotonic() < end:
        for target in TARGETS:
            over = target.name in found or time.monotonic() > end
            if not over and (said := fuzz(target, number, tried)):
                found[target.name] = said
        number += 1
    print(f"seed {given_.seed}: " + ", ".join(f"{name} {count:,}" for name, count in tried.items()))
    for name, said in found.items():
        print(f"\n{name}:\n{said}")
    print(f"{sum(tried.values()):,} inputs, {len(found)} findings")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
