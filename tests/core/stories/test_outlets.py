"""Canonical names of outlets, and what a new one is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.stories.outlets import Outlets, outlet_name
from monitor.model.feeds import Outlet

OUTLETS = Outlets(
    (
        Outlet(name="BBC", domains=("bbc.com", "bbc.co.uk")),
        Outlet(name="NPR", domains=("npr.org",)),
        Outlet(name="38 North", domains=("38north.org",)),
        Outlet(name="BBC Korea", domains=("korea.bbc.com",)),
    )
)


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("BBC", "BBC"),
        ("bbc", "BBC"),
        (" Bbc ", "BBC"),
        ("bbc.co.uk", "BBC"),
        ("www.bbc.co.uk", "BBC"),
        ("WWW.BBC.COM", "BBC"),
        ("feeds.m.bbc.co.uk", "BBC"),
        ("https://amp.bbc.com/news/articles/c1?x=y#0", "BBC"),
        ("https://user@www.bbc.com:443/", "BBC"),
        ("korea.bbc.com", "BBC Korea"),
        ("www.korea.bbc.com", "BBC Korea"),
        ("38 north", "38 North"),
        ("notbbc.com", "notbbc.com"),
        ("bbc.com.evil.example", "evil.example"),
        ("www.independent.co.uk", "independent.co.uk"),
        ("http://edition.cnn.com/2018/01/01/a", "cnn.com"),
        ("en.yna.co.kr", "yna.co.kr"),
        ("m.state.gov", "state.gov"),
        ("t.co", "t.co"),
        ("www.writer.substack.com", "writer.substack.com"),
        ("http://192.0.2.7/feed", "192.0.2.7"),
        ("Yonhap News", "Yonhap News"),
        ("The A.B. Times", "The A.B. Times"),
        ("aljazeeraenglish", "aljazeeraenglish"),
        ("http://[::1", "http://[::1"),
        ("", ""),
    ],
)
def test_names_hosts_and_links(given_name: str, name: str) -> None:
    assert OUTLETS.canonical(given_name) == name


def test_without_configuration_hosts_still_agree() -> None:
    assert Outlets().canonical("https://www.npr.org/x") == Outlets().canonical("npr.org")


@given(st.text(max_size=40) | st.text("abc.:/@[]#?", max_size=20))
def test_a_canonical_name_is_its_own_canonical_name(text: str) -> None:
    once = OUTLETS.canonical(text)
    assert OUTLETS.canonical(once) == once


KNOWN = Outlets((Outlet(name="BBC", domains=("bbc.co.uk", "bbci.co.uk")),))


@pytest.mark.parametrize(
    ("title", "url", "name"),
    [
        ("BBC News | Asia | World Edition", "http://feeds.bbci.co.uk/rss.xml", "BBC"),
        ("38 North: Informed Analysis of North Korea", "https://www.38north.org/feed/", "38 North"),
        ("World | The Daily NK", "https://www.dailynk.com/english/feed/", "dailynk.com"),
        ("Latest - NK News", "https://www.nknews.org/feed/", "NK News"),
        ("Arms Control Today RSS Feed", "https://www.armscontrol.org/rss.xml", "armscontrol.org"),
        ("Nikkei Asia", "https://asia.nikkei.com/rss/feed/nar", "nikkei.com"),
        (
            "Center for Strategic and International Studies",
            "https://www.csis.org/rss.xml",
            "csis.org",
        ),
        ("Feed", "https://x.example/feed", "x.example"),
        ("", "https://x.example/feed", "x.example"),
        ("Bridge", "http://localhost:3000/feed", "http://localhost:3000/feed"),
    ],
)
def test_an_outlet_is_called_what_its_host_is_named_after(title: str, url: str, name: str) -> None:
    assert outlet_name(title, url, KNOWN) == name


@given(st.text(max_size=60), st.sampled_from(["https://a.example/x", "http://[::1", ""]))
def test_any_title_gives_a_name(title: str, url: str) -> None:
    assert isinstance(outlet_name(title, url, KNOWN), str)
