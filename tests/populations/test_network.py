"""Reach of security groups and network ACLs."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.populations.network import describe, is_world, open_acl_ports, open_ports, permits


def rule(*cidrs: str, protocol: str = "tcp", ports: tuple[int, int] | None = (22, 22), **more: Any) -> dict[str, Any]:
    ends = {"FromPort": ports[0], "ToPort": ports[1]} if ports else {}
    four = [{"CidrIp": c} for c in cidrs if ":" not in c]
    six = [{"CidrIpv6": c} for c in cidrs if ":" in c]
    return {"IpProtocol": protocol, **ends, "IpRanges": four, "Ipv6Ranges": six, **more}


@pytest.mark.parametrize(
    ("cidrs", "world"),
    [
        (["0.0.0.0/0"], True),
        (["::/0"], True),
        (["0.0.0.0/1", "128.0.0.0/1"], True),
        (["::/1", "8000::/1"], True),
        (["2000::/3"], True),
        (["0.0.0.0/1"], False),
        (["8000::/1"], False),
        (["10.0.0.0/8", "192.168.0.0/16"], False),
        (["0.0.0.0/1", "8000::/1"], False),
        ([], False),
        # Everything but 10.0.0.0/8: the internet all the same.
        (
            ["0.0.0.0/5", "8.0.0.0/7", "11.0.0.0/8", "12.0.0.0/6", "16.0.0.0/4", "32.0.0.0/3", "64.0.0.0/2", "128.0.0.0/1"],
            True,
        ),
    ],
)
def test_the_world_is_every_public_address_of_a_family_however_it_is_written(cidrs: list[str], world: bool) -> None:
    assert is_world(cidrs) is world


@given(st.lists(st.sampled_from(["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2"])))
def test_four_quarters_are_the_world_in_any_order_and_fewer_are_not(cidrs: list[str]) -> None:
    # The last quarter holds public addresses too (192.0.0.0 to 223.255.255.255), so none can be missing.
    assert is_world(cidrs) is (len(set(cidrs)) == 4)


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (rule("0.0.0.0/0"), ["TCP port 22 is open to the world (IPv4)"]),
        (rule("::/0"), ["TCP port 22 is open to the world (IPv6)"]),
        (rule("0.0.0.0/0", "::/0"), ["TCP port 22 is open to the world (IPv4 and IPv6)"]),
        (rule("0.0.0.0/0", ports=(0, 65535)), ["TCP port 22 is open to the world (IPv4)"]),
        (rule("0.0.0.0/0", ports=(20, 22)), ["TCP port 22 is open to the world (IPv4)"]),
        (rule("0.0.0.0/0", ports=(23, 3388)), []),
        (rule("0.0.0.0/0", protocol="-1", ports=None), ["TCP and UDP port 22 is open to the world (IPv4)"]),
        (rule("0.0.0.0/0", protocol="6"), ["TCP port 22 is open to the world (IPv4)"]),
        (rule("0.0.0.0/0", protocol="udp"), ["UDP port 22 is open to the world (IPv4)"]),
        (rule("0.0.0.0/0", protocol="icmp", ports=(-1, -1)), []),
        (rule("0.0.0.0/0", protocol="47", ports=None), []),
        (rule("203.0.113.0/24"), []),
        (rule(UserIdGroupPairs=[{"GroupId": "sg-1"}]), []),
        (rule(PrefixListIds=[{"PrefixListId": "pl-1"}]), []),
    ],
)
def test_a_rule_opens_a_port_by_protocol_range_and_source(one: dict[str, Any], found: list[str]) -> None:
    assert open_ports([one], [22]) == found


def test_ranges_of_several_rules_add_up_to_the_world() -> None:
    assert open_ports([rule("0.0.0.0/1", ports=(20, 30)), rule("128.0.0.0/1", ports=(22, 22))], [22]) != []
    assert open_ports([rule("0.0.0.0/1", protocol="udp"), rule("128.0.0.0/1")], [22]) == []


@pytest.mark.parametrize(
    "strange",
    [
        rule("not a range"),
        rule("0.0.0.0/0", ports=None),
        rule("0.0.0.0/0", protocol="tcp", ports=("22", "22")),  # type: ignore[arg-type]
        {"FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        rule(IpRanges="0.0.0.0/0"),
        rule(IpRanges=["0.0.0.0/0"]),
        "rule",
    ],
)
def test_what_cannot_be_read_is_refused_unless_another_rule_settles_it(strange: Any) -> None:
    with pytest.raises(ValueError):
        open_ports([strange], [22])
    assert open_ports([strange, rule("0.0.0.0/0")], [22]) == ["TCP port 22 is open to the world (IPv4)"]


def test_no_rules_open_nothing_and_no_list_is_refused() -> None:
    assert open_ports([], [22]) == []
    with pytest.raises(ValueError):
        open_ports({}, [22])  # type: ignore[arg-type]


def test_a_rule_is_described_in_a_few_words() -> None:
    pair, prefix = [{"GroupId": "sg-1"}], [{"PrefixListId": "pl-1"}]
    assert describe(rule("10.0.0.0/8", UserIdGroupPairs=pair, PrefixListIds=prefix)) == "tcp 22 for 10.0.0.0/8, pl-1, sg-1"
    assert describe(rule("::/0", protocol="-1", ports=None)) == "every protocol for ::/0"
    assert describe(rule(ports=(1, 9))) == "tcp 1-9 for nobody"


def test_a_permission_covers_a_port_whatever_its_source() -> None:
    assert permits(rule(PrefixListIds=[{"PrefixListId": "pl-1"}]), 22) and not permits(rule(), 23)


def entry(number: int, action: str, cidr: str = "0.0.0.0/0", protocol: str = "-1", **more: Any) -> dict[str, Any]:
    family = "Ipv6CidrBlock" if ":" in cidr else "CidrBlock"
    return {"RuleNumber": number, "RuleAction": action, family: cidr, "Protocol": protocol, "Egress": False, **more}


SSH = {"PortRange": {"From": 22, "To": 22}}
LAST = entry(32767, "deny")


@pytest.mark.parametrize(
    ("entries", "open_"),
    [
        ([LAST, entry(100, "allow")], True),
        ([entry(100, "allow", "::/0"), LAST], True),
        ([entry(100, "allow", protocol="6", PortRange={"From": 0, "To": 1023}), LAST], True),
        ([entry(100, "allow", protocol="6", PortRange={"From": 443, "To": 443}), LAST], False),
        ([entry(100, "allow", protocol="1", IcmpTypeCode={"Type": -1, "Code": -1}), LAST], False),
        ([entry(90, "deny", protocol="6", **SSH), entry(100, "allow", protocol="6", **SSH), LAST], False),
        # The order of numbers decides, not the order in the list.
        ([entry(110, "deny", protocol="6", **SSH), entry(100, "allow", protocol="6", **SSH), LAST], True),
        # A deny for TCP leaves UDP open; a deny for another family leaves this one open.
        ([entry(90, "deny", protocol="6", **SSH), entry(100, "allow"), LAST], True),
        ([entry(90, "deny", "::/0"), entry(100, "allow"), LAST], True),
        # A deny of a part does not close the rest.
        ([entry(90, "deny", "203.0.113.0/24"), entry(100, "allow"), LAST], True),
        ([entry(90, "deny", "0.0.0.0/1"), entry(91, "deny", "128.0.0.0/1"), entry(100, "allow"), LAST], False),
        ([entry(100, "allow", "0.0.0.0/1"), entry(101, "allow", "128.0.0.0/1"), LAST], True),
        ([entry(100, "allow", "10.0.0.0/8"), LAST], False),
        ([entry(100, "allow", Egress=True), LAST], False),
        ([], False),
    ],
)
def test_network_acl_entries_count_in_the_order_of_their_numbers(entries: list[dict[str, Any]], open_: bool) -> None:
    assert bool(open_acl_ports(entries, [22])) is open_


@pytest.mark.parametrize(
    "strange",
    [
        entry(100, "allow", protocol="6"),
        {**entry(100, "allow"), "RuleNumber": "100"},
        {**entry(100, "allow"), "Egress": None},
        {**entry(100, "allow"), "CidrBlock": "everywhere"},
        "entry",
    ],
)
def test_a_network_acl_entry_that_cannot_be_read_is_refused(strange: Any) -> None:
    with pytest.raises(ValueError):
        open_acl_ports([strange], [22])
