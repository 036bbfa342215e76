"""Documents that lead to others, and addresses that change under a feed, through whole polls."""

import gzip

from tests.loopback import Loopback, answer, redirect
from tests.support.manners import configure, opened, poll
from tests.support.scene import Scene

NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def sitemap(*titles: str) -> bytes:
    pages = "".join(
        f"<url><loc>https://outlet.example/{title}</loc><news:news><news:title>{title}</news:title>"
        "<news:publication_date>2019-03-01T08:00:00Z</news:publication_date></news:news></url>"
        for title in titles
    )
    return f"<urlset {NAMESPACES}>{pages}</urlset>".encode()


async def test_a_sitemap_index_is_followed_to_its_news(scene: Scene, server: Loopback) -> None:
    configure(scene, server, "/index.xml")
    index = "".join(
        f"<sitemap><loc>{server.url(path)}</loc></sitemap>"
        for path in ("/news-1.xml", "/news-2.xml", "/broken-news.xml")
    )
    server.routes["/robots.txt"] = [answer("404 Not Found")]
    server.routes["/index.xml"] = [
        answer(body=f"<sitemapindex {NAMESPACES}>{index}</sitemapindex>".encode(), ETag='"same"')
    ]
    server.routes["/news-1.xml"] = [answer(body=sitemap("A", "B"))]
    server.routes["/news-2.xml"] = [
        answer(body=gzip.compress(sitemap("C"))), answer(body=sitemap("C", "D")),
    ]  # fmt: skip
    server.routes["/broken-news.xml"] = [answer("500 Internal Server Error")]
    async with opened(scene) as app:
        first = await poll(app)
        assert (first.error, first.record.new) == (None, 3)
        assert any("answered 500" in warning for warning in first.warnings)
        again = await poll(app, 1)
        # the index did not change, and yet one of its sitemaps did
        assert (again.record.new, again.record.unchanged) == (1, 3)


async def test_a_redirect_that_flips_makes_nothing_new(scene: Scene, server: Loopback) -> None:
    configure(scene, server, "/feed.xml")
    items = "".join(f"<item><title>T{n}</title><link>a/{n}</link></item>" for n in range(3))
    body = f"<rss version='2.0'><channel><title>N</title>{items}</channel></rss>"
    server.routes["/feed.xml"] = [redirect("/x0/rss"), redirect("/x1/rss"), redirect("/x0/rss")]
    server.routes["/x0/rss"] = [answer(body=body.encode()), answer(body=f"{body}\n".encode())]
    server.routes["/x1/rss"] = [answer(body=f"{body} ".encode())]
    async with opened(scene) as app:
        assert (await poll(app)).record.new == 3
        for hour in (1, 2):
            record = (await poll(app, hour)).record
            assert (record.new, record.revised, record.unchanged) == (0, 0, 3)
