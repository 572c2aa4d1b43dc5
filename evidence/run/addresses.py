"""IP addresses replaced so that what is said of them stays true: prefix by prefix, as Crypto-PAn does (Xu, Fan, Ammar and Moon, 2002).

Two addresses that share their first n bits share exactly n bits afterwards, so a range holds the same addresses and ranges as before. What an
address is (private, public, for documentation) stays: bits above a range that IANA set apart are never changed.
"""

import hashlib
import hmac
import ipaddress
from functools import cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_APART = {
    4: ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    6: ("::/8", "64:ff9b::/96", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "ff00::/8"),
}  # fmt: skip
"""https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-special-registry."""
_NOBODYS = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "192.0.0.0/24",
            "224.0.0.0/3",
            "::/8",
            "64:ff9b::/96",
            "2001::/23",
            "fe80::/10",
            "ff00::/8",
        ),
    )
)
"""Say nothing of anyone: the host itself, the link, groups, protocols. They stay."""


@cache
def _above(version: int) -> frozenset[str]:
    """The bits above every range set apart, its own first bits included but for the last."""
    ranges = map(ipaddress.ip_network, _APART[version])
    firsts = [_bits(r.network_address)[: r.prefixlen] for r in ranges]
    return frozenset(first[:n] for first in firsts for n in range(len(first)))


def _bits(address: Address) -> str:
    return f"{int(address):0{address.max_prefixlen}b}"


def replaced(text: str, key: bytes) -> str:
    """Another address or CIDR range of the same kind and length. Raises ValueError where the text is none."""
    host, slash, length = text.partition("/")
    address = ipaddress.ip_address(host)
    kept = int(length) if slash else address.max_prefixlen
    if not 0 <= kept <= address.max_prefixlen:
        raise ValueError(f"{text} is no range")
    if any(address.version == n.version and address in n for n in _NOBODYS):
        return text
    bits = _bits(address)
    if "1" not in bits[kept:]:
        bits = bits[:kept]  # the range's own bits; those after it stay zero
    above = _above(address.version)
    out = [bit if bits[:n] in above else str(int(bit) ^ _flip(key, bits[:n])) for n, bit in enumerate(bits)]
    changed = "".join(out).ljust(address.max_prefixlen, "0")
    return f"{type(address)(int(changed, 2))}{slash}{length}"


def _flip(key: bytes, before: str) -> int:
    return hmac.digest(key, b"bit " + before.encode(), hashlib.sha256)[0] & 1
