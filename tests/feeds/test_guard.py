"""Which addresses may be connected to. S5."""

import socket
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.guard import REFUSED, is_link_local, is_public, own_network, public_only


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
        "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2001:2::1",
        "2002:7f00:1::", "3fff::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0",
        "fec0::1", "ff02::1", "5f00::1", "no address", "",
    ],
)  # fmt: skip
def test_inner_and_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "151.101.1.67", "192.0.1.1", "172.32.0.1", "::ffff:1.1.1.1", "2606:4700::1111",
     "2a00:1450:4001::1", "2001:4860:4860::8888"],
)  # fmt: skip
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_wrapped_in_ipv6_is_judged_like_itself(address: IPv4Address) -> None:
    assert is_public(f"::ffff:{address}") == is_public(str(address))


@given(st.ip_addresses())
def test_nothing_is_public_that_python_calls_private(address: IPv4Address | IPv6Address) -> None:
    if is_public(str(address)):
        assert not address.is_private
        assert not address.is_multicast


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%eth0", "::ffff:169.254.169.254",
     "::169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe", "2002:a9fe:a9fe::1",
     "no address", ""],
)  # fmt: skip
def test_what_is_local_to_a_link_is_nobodys_own_network(address: str) -> None:
    assert is_link_local(address)
    with pytest.raises(OSError, match=f"{REFUSED}: .* is link-local"):
        own_network((socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 80)))


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "::1", "fd12::1"])
def test_other_inner_addresses_may_be_the_operators_own(address: str) -> None:
    assert not is_link_local(address)
    own_network((socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 80))).close()


@given(st.ip_addresses())
def test_nothing_that_is_public_is_local_to_a_link(address: IPv4Address | IPv6Address) -> None:
    if is_public(str(address)):
        assert not is_link_local(str(address))


def test_a_refusal_names_the_address() -> None:
    info = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("10.0.0.1", 80))
    with pytest.raises(OSError, match=f"{REFUSED}: 10.0.0.1 is not public"):
        public_only(info)


def test_a_public_address_gets_a_socket_of_its_family() -> None:
    with public_only((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("1.1.1.1", 80))) as opened:
        assert opened.family is socket.AF_INET
