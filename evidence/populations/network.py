"""Who can reach a port: the rules of security groups and network ACLs, read as AWS applies them.

"The world" is every public address of a family: 0.0.0.0/0 or ::/0, or several ranges that together leave out nothing but
addresses that are not public (two halves; everything but the private ranges). A reference to a group is never the world.
What cannot be read raises ValueError, unless something that can be read already settles the question.
"""

import ipaddress
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Rule = Mapping[str, Any]

EVERY_PROTOCOL = "-1"
_NUMBERS = {"tcp": "6", "udp": "17", "icmp": "1", "icmpv6": "58"}
REACHABLE = ("6", "17")
"""TCP and UDP, the protocols that have ports and are judged."""

FAMILIES = ("IPv4", "IPv6")
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
_WORLD_4 = ipaddress.IPv4Network("0.0.0.0/0")
_NOT_PUBLIC_4 = tuple(
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )  # fmt: skip
)


def networks(cidrs: Iterable[str]) -> list[Network]:
    """The ranges named by these CIDR texts. Raises ValueError where one is none."""
    return [ipaddress.ip_network(_text(cidr), strict=False) for cidr in cidrs]


def world(ranges: Iterable[Network], families: Collection[str] = FAMILIES) -> str | None:
    """ "IPv4", "IPv6" or "IPv4 and IPv6" where the ranges together are that family's whole public space, else None.
    Only these families are looked at."""
    return " and ".join(f for f in _worlds(tuple(ranges)) if f in families) or None


@lru_cache(4096)  # the same few ranges stand in most groups
def _worlds(ranges: tuple[Network, ...]) -> tuple[str, ...]:
    four = [n for n in ranges if isinstance(n, ipaddress.IPv4Network)]
    six = [n for n in ranges if isinstance(n, ipaddress.IPv6Network)]
    found = []
    if four and _WORLD_4 in ipaddress.collapse_addresses([*four, *_NOT_PUBLIC_4]):
        found.append("IPv4")
    if any(_PUBLIC_6.subnet_of(n) for n in ipaddress.collapse_addresses(six)):
        found.append("IPv6")
    return tuple(found)


def is_world(cidrs: Iterable[str], families: Collection[str] = FAMILIES) -> bool:
    """Whether these CIDR texts together are the world, in one of the families."""
    return world(networks(cidrs), families) is not None


# -- security groups -------------------------------------------------------------------------------------------------


def permits(permission: Rule, port: int) -> bool:
    """Whether a security group's permission lets TCP or UDP through to the port, from wherever it comes."""
    return any(_permits(permission, port, protocol) for protocol in REACHABLE)


def open_ports(permissions: Sequence[Rule], ports: Collection[int], families: Collection[str] = FAMILIES) -> list[str]:
    """For each of the ports that a security group opens to the world of these families: a sentence. Prefix lists are read
    elsewhere."""
    found = []
    problem: ValueError | None = None
    for port in sorted(ports):
        for protocol in REACHABLE:
            ranges: list[Network] = []
            for permission in _list(permissions):
                try:
                    if _permits(_rule(permission), port, protocol):
                        ranges += networks(named_sources(permission))
                except ValueError as error:
                    problem = error
            family = world(ranges, families)
            if family:
                found.append(_sentence(protocol, port, family))
    if problem and not found:
        raise problem
    return _merged(found)


def describe(permission: Rule) -> str:
    """A permission in a few words: "tcp 22 for 10.0.0.0/8, sg-1"."""
    ranges = [*_sources(permission), *_members(permission, "PrefixListIds", "PrefixListId")]
    ranges += _members(permission, "UserIdGroupPairs", "GroupId")
    ends = dict.fromkeys(str(permission[key]) for key in ("FromPort", "ToPort") if permission.get(key) is not None)
    protocol = _text(permission.get("IpProtocol"))
    what = "every protocol" if protocol == EVERY_PROTOCOL else " ".join((protocol, "-".join(ends))).strip()
    return f"{what} for {', '.join(ranges) or 'nobody'}"


def _permits(permission: Rule, port: int, protocol: str) -> bool:
    own = _text(permission.get("IpProtocol")).lower()
    own = _NUMBERS.get(own, own)
    if own == EVERY_PROTOCOL:
        return True
    return own == protocol and _within(permission.get("FromPort"), permission.get("ToPort"), port)


def _sources(permission: Rule) -> list[str]:
    return [*_members(permission, "IpRanges", "CidrIp"), *_members(permission, "Ipv6Ranges", "CidrIpv6")]


def named_sources(permission: Rule) -> list[str]:
    """Its ranges. A rule without any source would let in nobody: AWS has none, so it is of a kind that we do not know."""
    found = _sources(permission)
    if not found and not permission.get("PrefixListIds") and not permission.get("UserIdGroupPairs"):
        raise ValueError("a rule names no source that can be read")
    return found


def _members(permission: Rule, key: str, member: str) -> list[str]:
    return [_text(_rule(entry).get(member)) for entry in _rules(permission.get(key) or ())]


# -- network ACLs ------------------------------------------------------------------------------------------------------


def open_acl_ports(entries: Sequence[Rule], ports: Collection[int]) -> list[str]:
    """For each of the ports that a network ACL lets the world in to: a sentence.

    Entries count in the order of their numbers; an allow is void where earlier denies cover its whole range, and an
    earlier deny of a part of it does not close it."""
    inward = sorted((e for e in _rules(entries) if not _flag(e.get("Egress"))), key=lambda e: _number(e.get("RuleNumber")))
    found = []
    for port in sorted(ports):
        for protocol in REACHABLE:
            allowed: list[Network] = []
            denied: list[Network] = []
            for entry in inward:
                if not _matches(entry, port, protocol):
                    continue
                named = networks(c for c in (entry.get("CidrBlock"), entry.get("Ipv6CidrBlock")) if c is not None)
                if not named:
                    raise ValueError("an entry names no range")
                if _text(entry.get("RuleAction")) == "deny":
                    denied += named
                else:
                    allowed += [n for n in named if not _covered(n, denied)]
            family = world(allowed)
            if family:
                found.append(_sentence(protocol, port, family))
    return _merged(found)


def _matches(entry: Rule, port: int, protocol: str) -> bool:
    own = _text(entry.get("Protocol"))
    if own == EVERY_PROTOCOL:
        return True
    ends = _rule(entry.get("PortRange") or {})
    return own == protocol and _within(ends.get("From"), ends.get("To"), port)


def _covered(one: Network, others: Iterable[Network]) -> bool:
    if isinstance(one, ipaddress.IPv4Network):
        four = [n for n in others if isinstance(n, ipaddress.IPv4Network)]
        return any(one.subnet_of(n) for n in ipaddress.collapse_addresses(four))
    six = [n for n in others if isinstance(n, ipaddress.IPv6Network)]
    return any(one.subnet_of(n) for n in ipaddress.collapse_addresses(six))


# -- shapes ------------------------------------------------------------------------------------------------------------


def _sentence(protocol: str, port: int, family: str) -> str:
    return f"{'TCP' if protocol == '6' else 'UDP'} port {port} is open to the world ({family})"


def _merged(sentences: list[str]) -> list[str]:
    """TCP and UDP of one port as one sentence."""
    both = {s.removeprefix("TCP ") for s in sentences} & {s.removeprefix("UDP ") for s in sentences}
    return list(dict.fromkeys(f"TCP and UDP {s[4:]}" if s[4:] in both else s for s in sentences))


def _within(first: Any, last: Any, port: int) -> bool:
    return _number(first) <= port <= _number(last)


def _list(value: Any) -> Sequence[Any]:
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"a list of rules was expected, not {type(value).__name__}")
    return value


def _rules(value: Any) -> Iterator[Rule]:
    return (_rule(entry) for entry in _list(value))


def _rule(value: Any) -> Rule:
    if not isinstance(value, Mapping):
        raise ValueError(f"a rule was expected, not {type(value).__name__}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"a text was expected, not {value!r}")
    return value


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"a number was expected, not {value!r}")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"yes or no was expected, not {value!r}")
    return value
