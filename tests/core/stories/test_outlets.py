"""Canonical names of outlets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.stories.outlets import Outlets
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
