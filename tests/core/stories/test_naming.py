"""What a new outlet is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.stories.naming import outlet_name
from monitor.core.stories.outlets import Outlets
from monitor.model.feeds import Outlet

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
