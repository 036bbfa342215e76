"""Turns the chronology into the three feed documents as they stood at a simulated time.

Each in its outlet's own style: a news sitemap without summaries, RSS with ten items, and RSS whose
guids carry a number and whose build date moves every hour though nothing else does. Pure.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from monitor.demo.chronology import BBC, ITEMS, NPR, REUTERS, Item

SITEMAP_AGE = timedelta(days=2)
LENGTH = {REUTERS: 20, NPR: 10, BBC: 20}


def document(outlet: str, at: datetime) -> tuple[bytes, str, str]:
    """Body, content type and ETag of an outlet's feed at `at`."""
    items = [item for item in ITEMS if item.outlet == outlet and item.at <= at]
    newest = sorted(items, key=lambda item: item.at, reverse=True)[: LENGTH[outlet]]
    render = {REUTERS: _sitemap, NPR: _npr, BBC: _bbc}[outlet]
    body = render(newest, at).encode()
    kind = "application/xml" if outlet == REUTERS else "application/rss+xml; charset=utf-8"
    return body, kind, f'"{hashlib.sha256(body).hexdigest()[:16]}"'


def title(item: Item, at: datetime) -> str:
    """The headline as it read at `at`."""
    changed = item.retitled_at is not None and item.retitled_at <= at
    return item.retitled if changed else item.title


def _sitemap(items: Sequence[Item], at: datetime) -> str:
    recent = [item for item in items if at - item.at <= SITEMAP_AGE]
    urls = "".join(
        f"<url><loc>https://www.reuters.example/world/{item.slug}-{item.at:%Y-%m-%d}/</loc>"
        "<news:news><news:publication><news:name>Reuters</news:name>"
        "<news:language>en</news:language></news:publication>"
        f"<news:publication_date>{item.at:%Y-%m-%dT%H:%M:%SZ}</news:publication_date>"
        f"<news:title><![CDATA[{title(item, at)}]]></news:title></news:news></url>\n"
        for item in recent
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
        f"{urls}</urlset>\n"
    )


def _npr(items: Sequence[Item], at: datetime) -> str:
    rows = "".join(
        _row(item, at, guid=link, link=link)
        for item in items
        for link in [f"https://www.npr.example/{item.at:%Y/%m/%d}/{item.slug}"]
    )
    return _rss("News", "https://www.npr.example/", "", rows)


def _bbc(items: Sequence[Item], at: datetime) -> str:
    rows = "".join(
        _row(item, at, guid=f"{link}#{number}", link=f"{link}?at_medium=RSS&at_campaign=rss")
        for item in items
        for link in [f"https://www.bbc.example/news/articles/{item.slug}"]
        for number in [int(item.bumped_at is not None and item.bumped_at <= at)]
    )
    built = f"<lastBuildDate>{at:%a, %d %b %Y %H}:00:00 GMT</lastBuildDate><ttl>15</ttl>"
    return _rss("BBC News", "https://www.bbc.example/news", built, rows)


def _rss(name: str, link: str, extra: str, rows: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>{name}</title><link>{link}</link>{extra}\n{rows}</channel></rss>\n"
    )


def _row(item: Item, at: datetime, *, guid: str, link: str) -> str:
    permanent = "true" if guid == link else "false"
    return (
        f"<item><title>{_text(title(item, at))}</title>"
        f"<description>{_text(item.lead)}</description>"
        f"<link>{_text(link)}</link>"
        f'<guid isPermaLink="{permanent}">{_text(guid)}</guid>'
        f"<pubDate>{item.at:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>\n"
    )


def _text(plain: str) -> str:
    """Escaped as publishers do it: quotes too, though XML would not ask for it."""
    return escape(plain, {'"': "&quot;", "'": "&#39;"})
