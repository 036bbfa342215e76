"""feeds.yaml: feeds and outlets, and what is refused."""

# ruff: noqa: E501 — a case a line reads best

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config import feeds
from monitor.errors import ConfigError
from monitor.model.feeds import Feed, FeedFormat, Outlet

GOOD = """\
outlets:
  BBC: {domains: [bbc.com, BBC.co.uk]}
  Post: {domains: post.example}
defaults:
  interval: 20m
feeds:
- {id: bbc, url: "https://bbc.example/rss", outlet: BBC}
- id: post
  url: https://post.example:8443/news.xml
  outlet: Post
  format: sitemap
  interval: 2h
  enabled: false
  allow_private: true
  headers: {Accept-Language: en, X-Desk: "7"}
  language: en
"""


def refusals(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        feeds.parse(text, "f.yaml")
    return str(caught.value).splitlines()


def warnings(text: str) -> list[str]:
    return [str(problem) for problem in feeds.parse(text, "f.yaml").warnings]


def test_feeds_and_outlets_are_read(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(GOOD)
    found = feeds.load(path)

    assert found.outlets == (
        Outlet(name="BBC", domains=("bbc.com", "bbc.co.uk")),
        Outlet(name="Post", domains=("post.example",)),
    )
    assert found.feeds == (
        Feed(id="bbc", url="https://bbc.example/rss", outlet="BBC", interval=timedelta(minutes=20)),
        Feed(
            id="post",
            url="https://post.example:8443/news.xml",
            outlet="Post",
            format=FeedFormat.SITEMAP,
            interval=timedelta(hours=2),
            enabled=False,
            allow_private=True,
            private_hosts=frozenset({"post.example"}),
            headers=(("Accept-Language", "en"), ("X-Desk", "7")),
            language="en",
        ),
    )
    assert found.warnings == ()


def test_feeds_of_the_own_network_know_each_others_hosts_and_public_ones_know_none() -> None:
    own = "allow_private: true, outlet: A"
    found = feeds.parse(
        f"outlets: {{A: {{domains: [a.example]}}}}\nfeeds:\n- {{id: a, url: 'http://Desk.lan:81/a', {own}}}\n"
        f"- {{id: b, url: 'http://10.0.0.7/b', enabled: false, {own}}}\n"
        "- {id: c, url: 'https://c.example/', outlet: A}\n",
        "f.yaml",
    ).feeds
    both = frozenset({"desk.lan", "10.0.0.7"})
    assert [feed.private_hosts for feed in found] == [both, both, frozenset()]


def test_without_defaults_a_feed_is_polled_every_quarter_of_an_hour() -> None:
    found = feeds.parse("feeds:\n- {id: a, url: 'https://a.example', outlet: A}", "f.yaml")

    assert found.feeds[0].interval == timedelta(minutes=15)


def test_an_unknown_outlet_is_a_warning() -> None:
    assert warnings(GOOD.replace("outlet: BBC", "outlet: BBC News")) == [
        "f.yaml:7:53: no outlet is called “BBC News”; "
        "expected an outlet that is listed under “outlets”; did you mean “BBC”?"
    ]
    assert warnings(GOOD.replace("outlet: Post", "outlet: The Herald")) == [
        "f.yaml:10:11: no outlet is called “The Herald”; "
        "expected an outlet that is listed under “outlets”; list it there with its domains"
    ]


def test_haste_is_a_warning() -> None:
    assert warnings(GOOD.replace("2h", "1m")) == [
        "f.yaml:12:13: “1m”; expected at least 5m; it is polled every 5m: more often is impolite"
    ]


def test_one_address_twice_is_a_warning() -> None:
    again = '- {id: again, url: "https://bbc.example/rss", outlet: BBC}\n'

    assert warnings(GOOD + again) == [
        "f.yaml:17:20: the address of the feed on line 7 again; "
        "expected each address once; it is polled twice"
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "https://bbc.example/rss",
            "bbc.example/rss",
            "7:18: “bbc.example/rss”; expected an address that begins with https:// or http://",
        ),
        (
            "https://bbc.example/rss",
            "ftp://bbc.example/rss",
            "7:18: “ftp://bbc.example/rss”; "
            "expected an address that begins with https:// or http://",
        ),
        (
            "https://bbc.example/rss",
            "https://bbc.example:x/",
            "7:18: “https://bbc.example:x/”; "
            "expected an address that begins with https:// or http://",
        ),
        (
            "https://bbc.example/rss",
            "https://desk:pw@bbc.example/",
            "7:18: a user name in the address of bbc.example; "
            "expected an address without “name:password@”; it would be stored and logged",
        ),
        ("id: post", "id: bbc", "8:7: “bbc” is taken (line 7); expected a name of its own"),
        (
            "id: post",
            "id: The Post",
            "8:7: “The Post”; expected an id of a–z, 0–9 and -; for example “the-post”",
        ),
        ("interval: 2h", "interval: 2", "12:13: “2”; expected “interval” as a time like 15m, 2h or 60d"),
        ("interval: 2h", "interval: 0m", "12:13: “0m”; expected “interval” as a time like 15m, 2h or 60d"),
        (
            "interval: 20m",
            "intervall: 20m",
            "5:3: unknown key “intervall”; expected a key that is known here; "
            "did you mean “interval”?",
        ),
        (
            "format: sitemap",
            "format: site map",
            "11:11: “site map”; expected a format: auto, feed or sitemap; did you mean “sitemap”?",
        ),
        ("enabled: false", "enabled: no", "13:12: “no”; expected “enabled” as true or false"),
        ("language: en", "language: no", '16:13: “no”, which YAML reads as true or false; expected a language like "en"; put it in quotes: "no"'),
        ("language: en", "language: English!", '16:13: “English!”; expected a language like "en"'),
        ("X-Desk:", "X Desk:", "15:34: “X Desk”; expected the name of a header, like Accept-Language"),
        (
            'X-Desk: "7"',
            'X-Desk: "7\\nCookie: a"',
            "15:42: a header of several lines; expected a value on one line",
        ),
        ('X-Desk: "7"', "X-Desk: 7", '15:42: “7”, which YAML reads as a number; expected the value of a header; put it in quotes: "7"'),
        (
            "[bbc.com, BBC.co.uk]",
            '["https://www.bbc.com/news"]',
            "2:19: “https://www.bbc.com/news”; expected a domain like bbc.com; "
            "write “www.bbc.com”",
        ),
        (
            "domains: post.example",
            "domains: bbc.com",
            "3:19: “bbc.com” is a domain of BBC; expected each domain once",
        ),
        (
            "Post: {domains: post.example}",
            "Post: post.example",
            "3:9: “post.example”; expected an outlet with “domains: …”",
        ),
        ("  outlet: Post\n", "", "8:3: a feed without “outlet”; expected “outlet: …”"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(old: str, new: str, message: str) -> None:
    assert GOOD.count(old) == 1

    assert f"f.yaml:{message}" in refusals(GOOD.replace(old, new))


def test_a_file_without_feeds_says_so() -> None:
    assert refusals("feeds: []") == ["f.yaml:1:8: an empty list; expected at least one feed"]
    assert refusals("outlets: {}") == ["f.yaml:1:1: the file without “feeds”; expected “feeds: …”"]


def test_no_password_of_an_address_is_repeated_in_a_message() -> None:
    text = GOOD.replace("https://bbc.example/rss", "https://desk:hunter2@bbc.example/")

    assert "hunter2" not in "".join(refusals(text))
