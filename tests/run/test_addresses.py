"""Addresses replaced prefix by prefix: what holds of them before holds of them after."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.run.addresses import replaced

KEY = b"k" * 32
addresses = st.ip_addresses(v=4) | st.ip_addresses(v=6)


def changed(address: object) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.ip_address(replaced(str(address), KEY))


@given(addresses)
def test_what_an_address_is_stays(address: ipaddress.IPv4Address) -> None:
    after = changed(address)
    for kind in ("is_private", "is_global", "is_loopback", "is_link_local", "is_multicast", "is_reserved", "version"):
        assert getattr(after, kind) == getattr(address, kind), (kind, address, after)


@given(st.ip_addresses(v=4), st.integers(0, 32), st.ip_addresses(v=4) | st.integers(0, 255))
def test_a_range_holds_the_addresses_that_it_held(address: ipaddress.IPv4Address, length: int, other: object) -> None:
    network = ipaddress.ip_network(f"{address}/{length}", strict=False)
    if isinstance(other, int):
        other = network[other % network.num_addresses]
    after = ipaddress.ip_network(replaced(str(network), KEY))  # strict: the host's bits are zero still
    assert after.prefixlen == length
    assert (changed(other) in after) == (other in network)


@given(st.lists(addresses, unique=True, max_size=20))
def test_different_addresses_stay_different(some: list[object]) -> None:
    assert len({changed(a) for a in some}) == len(some)


def test_the_world_its_halves_and_what_is_nobodys_stay_and_others_do_not() -> None:
    for same in ("0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "127.0.0.1", "169.254.169.254", "::1"):
        assert replaced(same, KEY) == same
    for other in ("18.196.44.17", "10.20.30.40", "2a05:d014::1", "203.0.113.77"):
        assert replaced(other, KEY) != other
    assert replaced("18.196.44.17", KEY) != replaced("18.196.44.17", b"another")


@pytest.mark.parametrize("none", ["1.2.3", "1.2.3.4/33", "10.0.0.0/-1", "x"])
def test_what_is_no_address_is_refused(none: str) -> None:
    with pytest.raises(ValueError):
        replaced(none, KEY)
