"""Turns a host's robots.txt into leave or refusal for one address (RFC 9309).

Asked for pages and sitemaps, which robots.txt is about; the address of a feed that an operator
typed is exempt, as it is for feed readers. Must never take an error for leave.
"""

from protego import Protego
from yarl import URL

from monitor.errors import FetchError

AGENT = "signpost-monitor"
"""The name by which robots.txt may speak of us."""

LARGEST = 500 * 1024
"""Characters that are read; RFC 9309 section 2.5 asks for at least so many bytes."""


def origin(address: str) -> str:
    """What one robots.txt speaks for: scheme, host and port."""
    return str(URL(address).origin())


def address(feed_address: str) -> str:
    """Where the robots.txt of an address is."""
    return f"{origin(feed_address)}/robots.txt"


def require(text: str, feed_address: str) -> None:
    """Raises FetchError "robots-disallowed" unless the rules in `text` allow the address."""
    if not Protego.parse(text[:LARGEST]).can_fetch(feed_address, AGENT):
        raise FetchError(
            "robots-disallowed", f"{URL(feed_address).host} asks robots not to read this page"
        )
