"""Turns an address about to be connected to into a socket, or refuses it.

Sees the address that name resolution really gave, so a name that is made to point inward after
a check (DNS rebinding) gains nothing. Must never be asked about names.
"""

import errno
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# What aiohttp's `socket_factory` takes: (family, type, protocol, canonical name, address).
AddressInfo = tuple[
    socket.AddressFamily | int, socket.SocketKind | int, int, str, tuple[str | int, ...]
]
Guard = Callable[[AddressInfo], socket.socket]

REFUSED = "address not allowed"
# `is_global` of Python 3.11 takes these for public: IETF protocol assignments (RFC 6890) and
# the retired 6to4 relays (RFC 7526).
_NOT_PUBLIC_4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
_UNICAST_6 = IPv6Network("2000::/3")  # the only part of IPv6 given out so far (RFC 4291)
# Within it: protocol assignments with Teredo, documentation twice, 6to4 (embeds any IPv4).
_NOT_PUBLIC_6 = (
    IPv6Network("2001::/23"),
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
)
# The last 32 bits of these are an IPv4 address (RFC 4291 section 2.5.5, RFC 6052, RFC 8215).
_CARRIERS_6 = (IPv6Network("::/96"), IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


def public_only(info: AddressInfo) -> socket.socket:
    """A socket for a public address. Raises OSError, with REFUSED in its text, for any other."""
    address = str(info[4][0])
    if not is_public(address):
        raise OSError(errno.EACCES, f"{REFUSED}: {address} is not public")
    return any_address(info)


def any_address(info: AddressInfo) -> socket.socket:
    """A socket for any address."""
    return socket.socket(info[0], info[1], info[2])


def own_network(info: AddressInfo) -> socket.socket:
    """A socket for an address of the operator's own network, or a public one.

    Raises OSError, with REFUSED in its text, for what is local to one link: that is where clouds
    hand out a machine's credentials, and no feed is.
    """
    address = str(info[4][0])
    if is_link_local(address):
        raise OSError(errno.EACCES, f"{REFUSED}: {address} is link-local")
    return any_address(info)


def is_link_local(address: str) -> bool:
    """Whether an IP address is one of a single link, itself or inside an IPv6 address."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return True
    inner = _inner(parsed) if isinstance(parsed, IPv6Address) else None
    return parsed.is_link_local or (inner is not None and inner.is_link_local)


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that one carries: mapped, compatible, NAT64 or 6to4."""
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    carries = any(address in network for network in _CARRIERS_6)
    return IPv4Address(int(address) & 0xFFFF_FFFF) if carries else None


def is_public(address: str) -> bool:
    """Whether an IP address, as getaddrinfo spells it, can be reached by anyone on the Internet.

    IPv6 addresses that carry an IPv4 one inside are judged by it, or refused.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        return is_public(str(parsed.ipv4_mapped)) if parsed.ipv4_mapped else _public_6(parsed)
    return _public_4(parsed)


def _public_4(address: IPv4Address) -> bool:
    special = address.is_multicast or address.is_reserved
    listed = any(address in network for network in _NOT_PUBLIC_4)
    return address.is_global and not special and not listed


def _public_6(address: IPv6Address) -> bool:
    return address in _UNICAST_6 and not any(address in network for network in _NOT_PUBLIC_6)
