"""Security groups, network ACLs, flow logs and public addresses."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, Judged, answered, ended, judge_answers

ADMIN = "ec2.security-groups.no-open-admin-ports"
SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
WORLD = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
NO_LISTS = answered("ec2", "DescribeManagedPrefixLists", {"PrefixLists": []})


def group(id: str, *ingress: Any, egress: tuple[Any, ...] = (), **more: Any) -> dict[str, Any]:
    own = {"GroupId": id, "GroupName": "web", "OwnerId": ACCOUNT, "VpcId": "vpc-1"}
    return {**own, "IpPermissions": list(ingress), "IpPermissionsEgress": list(egress), **more}


def groups(*found: dict[str, Any]) -> Answer:
    return answered("ec2", "DescribeSecurityGroups", {"SecurityGroups": list(found)})


def admin(*answers: Answer, **parameters: Any) -> Judged:
    return judge_answers(ADMIN, *answers, **parameters)


def test_a_group_open_to_the_world_is_an_exception_and_says_why() -> None:
    office = {**SSH, "IpRanges": [{"CidrIp": "203.0.113.0/24"}]}
    judged = admin(groups(group("bad", {**SSH, **WORLD}), group("good", office), group("none")), NO_LISTS)
    assert (judged["bad"], judged["good"], judged["none"]) == ("exception", "meets", "meets")
    assert "TCP port 22 is open to the world (IPv4)" in judged.reason("bad")


def test_absent_or_strange_rules_are_a_gap() -> None:
    absent = {"GroupId": "absent", "GroupName": "x", "OwnerId": ACCOUNT}
    strange = group("strange", {**SSH, "FromPort": None, **WORLD})
    judged = admin(groups(absent, strange, group("text", IpPermissions="all")), NO_LISTS)
    assert {m.judgement for m in judged.members} == {"gap"}


def test_a_denied_list_of_groups_is_a_gap_and_another_accounts_group_does_not_apply() -> None:
    assert admin(ended("ec2", "DescribeSecurityGroups", "denied"), NO_LISTS).result.judgement == "gap"
    judged = admin(groups(group("shared", {**SSH, **WORLD}, OwnerId="999999999999")), NO_LISTS)
    assert judged["shared"] == "not_applicable"


def test_ports_can_be_chosen_and_databases_have_their_own() -> None:
    open_443 = group("a", {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **WORLD})
    assert admin(groups(open_443), NO_LISTS)["a"] == "meets"
    assert admin(groups(open_443), NO_LISTS, ports=[443])["a"] == "exception"
    postgres = group("a", {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]})
    assert judge_answers("ec2.security-groups.no-open-database-ports", groups(postgres), NO_LISTS)["a"] == "exception"
    assert admin(groups(postgres), NO_LISTS)["a"] == "meets"


def test_one_family_of_addresses_can_be_asked_alone() -> None:
    by_four, by_six = group("four", {**SSH, **WORLD}), group("six", {**SSH, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]})
    by_list = group("list", {**SSH, "PrefixListIds": [{"PrefixListId": "pl"}]})
    answers = (groups(by_four, by_six, by_list), lists(pl=ACCOUNT), entries("::/0"))
    four, six = admin(*answers, families=["IPv4"]), admin(*answers, families=["IPv6"])
    assert [four[id] for id in ("four", "six", "list")] == ["exception", "meets", "meets"]
    assert [six[id] for id in ("four", "six", "list")] == ["meets", "exception", "exception"]


def lists(**owners: str) -> Answer:
    found = [{"PrefixListId": k, "OwnerId": v, "PrefixListArn": f"arn:aws:ec2:::prefix-list/{k}"} for k, v in owners.items()]
    return answered("ec2", "DescribeManagedPrefixLists", {"PrefixLists": found})


def entries(*cidrs: str) -> Answer:
    return answered("ec2", "GetManagedPrefixListEntries", {"Entries": [{"Cidr": c} for c in cidrs]}, PrefixListId="pl")


BY_LIST = groups(group("a", {**SSH, "PrefixListIds": [{"PrefixListId": "pl"}]}))


@pytest.mark.parametrize(
    ("answers", "judgement"),
    [
        ((lists(pl=ACCOUNT), entries("203.0.113.0/24")), "meets"),
        ((lists(pl=ACCOUNT), entries()), "meets"),
        ((lists(pl=ACCOUNT), entries("0.0.0.0/1", "128.0.0.0/1")), "exception"),
        ((lists(pl="AWS"),), "meets"),
        ((lists(pl=ACCOUNT), ended("ec2", "GetManagedPrefixListEntries", "denied", PrefixListId="pl")), "gap"),
        ((lists(pl=ACCOUNT),), "gap"),
        ((lists(other=ACCOUNT),), "gap"),
        ((ended("ec2", "DescribeManagedPrefixLists", "denied"),), "gap"),
    ],
)
def test_a_prefix_list_is_read_and_one_that_cannot_be_read_is_a_gap(answers: tuple[Answer, ...], judgement: str) -> None:
    assert admin(BY_LIST, *answers)["a"] == judgement


def test_a_prefix_list_on_another_port_does_not_matter() -> None:
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{"PrefixListId": "pl"}]}
    denied = ended("ec2", "GetManagedPrefixListEntries", "denied", PrefixListId="pl")
    assert admin(groups(group("a", https)), lists(pl=ACCOUNT), denied)["a"] == "meets"


def test_an_open_range_settles_it_whatever_the_prefix_list_holds() -> None:
    both = groups(group("a", {**SSH, **WORLD, "PrefixListIds": [{"PrefixListId": "pl"}]}))
    assert admin(both, ended("ec2", "DescribeManagedPrefixLists", "denied"))["a"] == "exception"


# -- default group ----------------------------------------------------------------------------------------------------


def interfaces(*in_groups: str) -> Answer:
    found = [{"NetworkInterfaceId": f"eni-{g}", "Groups": [{"GroupId": g}]} for g in in_groups]
    return answered("ec2", "DescribeNetworkInterfaces", {"NetworkInterfaces": found})


def default(found: dict[str, Any], *answers: Answer) -> Judged:
    return judge_answers("ec2.security-groups.default-closed", groups({**found, "GroupName": "default"}), *answers)


OUT = {"IpProtocol": "-1", **WORLD}


def test_a_default_group_is_closed_when_it_has_no_rules_and_no_members() -> None:
    assert default(group("d"), interfaces("other"))["d"] == "meets"
    assert default(group("d", egress=(OUT,)), interfaces())["d"] == "exception"
    assert default(group("d", {**OUT, "IpRanges": [], "UserIdGroupPairs": [{"GroupId": "d"}]}), interfaces())["d"] == "exception"
    assert default(group("d"), interfaces("d"))["d"] == "exception"


def test_a_default_group_says_which_rules_it_has() -> None:
    assert "egress rule: every protocol for 0.0.0.0/0" in default(group("d", egress=(OUT,)), interfaces()).reason("d")


def test_a_default_group_whose_members_or_rules_are_unread_is_a_gap() -> None:
    assert default(group("d"), ended("ec2", "DescribeNetworkInterfaces", "denied"))["d"] == "gap"
    without = {k: v for k, v in group("d").items() if k != "IpPermissionsEgress"}
    assert default(without, interfaces())["d"] == "gap"
    assert default(group("d", "rule"), interfaces())["d"] == "gap"


def test_other_groups_are_not_judged_as_default() -> None:
    judged = judge_answers("ec2.security-groups.default-closed", groups(group("a", egress=(OUT,))), interfaces())
    assert judged["a"] == "not_applicable"


# -- network ACLs -----------------------------------------------------------------------------------------------------


def acl(id: str, *found: Any, **more: Any) -> dict[str, Any]:
    return {"NetworkAclId": id, "OwnerId": ACCOUNT, "IsDefault": False, "VpcId": "vpc-1", "Entries": list(found), **more}


ALLOW = {"RuleNumber": 100, "RuleAction": "allow", "Protocol": "-1", "CidrBlock": "0.0.0.0/0", "Egress": False}
DENY = {**ALLOW, "RuleAction": "deny"}


def test_network_acls() -> None:
    denied_first = [
        {**DENY, "RuleNumber": 90 + n, "Protocol": protocol, "PortRange": {"From": port, "To": port}}
        for n, (protocol, port) in enumerate([("6", 22), ("17", 22), ("6", 3389), ("17", 3389)])
    ]
    found = [
        acl("open", ALLOW, {**DENY, "RuleNumber": 32767}),
        acl("closed", *denied_first, ALLOW),
        acl("strange", {**ALLOW, "RuleNumber": None}),
        {"NetworkAclId": "absent", "OwnerId": ACCOUNT},
        acl("shared", ALLOW, OwnerId="999999999999"),
    ]
    judged = judge_answers("ec2.network-acls.no-open-admin-ports", answered("ec2", "DescribeNetworkAcls", {"NetworkAcls": found}))
    assert {m.id: m.judgement for m in judged.members} == {
        "open": "exception",
        "closed": "meets",
        "strange": "gap",
        "absent": "gap",
        "shared": "not_applicable",
    }
    denied = judge_answers("ec2.network-acls.no-open-admin-ports", ended("ec2", "DescribeNetworkAcls", "denied"))
    assert denied.result.judgement == "gap"


# -- flow logs --------------------------------------------------------------------------------------------------------

VPC = answered("ec2", "DescribeVpcs", {"Vpcs": [{"VpcId": "vpc-1", "OwnerId": ACCOUNT}]})
SUBNETS = answered("ec2", "DescribeSubnets", {"Subnets": [{"SubnetId": s, "VpcId": "vpc-1"} for s in ("s-1", "s-2")]})
WORKS = {"FlowLogStatus": "ACTIVE", "TrafficType": "ALL", "DeliverLogsStatus": "SUCCESS"}


def flow_logs(*found: dict[str, Any]) -> Answer:
    logs = [{"FlowLogId": f"fl-{n}", **WORKS, **log} for n, log in enumerate(found)]
    return answered("ec2", "DescribeFlowLogs", {"FlowLogs": [{k: v for k, v in log.items() if v} for log in logs]})


@pytest.mark.parametrize(
    ("logs", "judgement"),
    [
        ([{"ResourceId": "vpc-1"}], "meets"),
        ([{"ResourceId": "vpc-1", "TrafficType": "REJECT"}], "meets"),
        ([{"ResourceId": "vpc-1", "TrafficType": "ACCEPT"}], "exception"),
        # A flow log that is there but cannot deliver logs nothing.
        ([{"ResourceId": "vpc-1", "DeliverLogsStatus": "FAILED"}], "exception"),
        # Before the first delivery AWS gives no status.
        ([{"ResourceId": "vpc-1", "DeliverLogsStatus": None}], "gap"),
        ([{"ResourceId": "vpc-2"}], "exception"),
        ([], "exception"),
        ([{"ResourceId": "s-1"}, {"ResourceId": "s-2"}], "meets"),
        ([{"ResourceId": "s-1"}], "exception"),
        ([{"ResourceId": "s-1"}, {"ResourceId": "s-2", "DeliverLogsStatus": "FAILED"}], "exception"),
    ],
)
def test_a_vpc_is_logged_by_itself_or_by_all_its_subnets(logs: list[dict[str, Any]], judgement: str) -> None:
    assert judge_answers("ec2.vpcs.flow-logs", VPC, SUBNETS, flow_logs(*logs))["vpc-1"] == judgement


def test_flow_logs_that_could_not_be_listed_are_a_gap() -> None:
    assert judge_answers("ec2.vpcs.flow-logs", VPC, SUBNETS, ended("ec2", "DescribeFlowLogs", "denied"))["vpc-1"] == "gap"
    no_subnets = ended("ec2", "DescribeSubnets", "denied")
    assert judge_answers("ec2.vpcs.flow-logs", VPC, no_subnets, flow_logs())["vpc-1"] == "gap"
    assert judge_answers("ec2.vpcs.flow-logs", VPC, no_subnets, flow_logs({"ResourceId": "vpc-1"}))["vpc-1"] == "meets"


def test_a_vpc_without_subnets_is_not_logged_by_all_of_none() -> None:
    no_subnets = answered("ec2", "DescribeSubnets", {"Subnets": []})
    assert judge_answers("ec2.vpcs.flow-logs", VPC, no_subnets, flow_logs())["vpc-1"] == "exception"


def test_a_vpc_of_another_account_does_not_apply_and_traffic_types_can_be_chosen() -> None:
    shared = answered("ec2", "DescribeVpcs", {"Vpcs": [{"VpcId": "vpc-1", "OwnerId": "999999999999"}]})
    assert judge_answers("ec2.vpcs.flow-logs", shared, SUBNETS, flow_logs())["vpc-1"] == "not_applicable"
    reject = flow_logs({"ResourceId": "vpc-1", "TrafficType": "REJECT"})
    assert judge_answers("ec2.vpcs.flow-logs", VPC, SUBNETS, reject, traffic=["ALL"])["vpc-1"] == "exception"


# -- public addresses -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instance", "judgement"),
    [
        ({}, "meets"),
        ({"PublicIpAddress": "54.1.2.3"}, "exception"),
        ({"NetworkInterfaces": [{"Association": {"PublicIp": "54.1.2.3"}}]}, "exception"),
        ({"NetworkInterfaces": [{"PrivateIpAddresses": [{"Association": {"PublicIp": "54.1.2.3"}}]}]}, "exception"),
        ({"NetworkInterfaces": [{"Ipv6Addresses": [{"Ipv6Address": "2a05:d018::1"}]}]}, "exception"),
        ({"NetworkInterfaces": [{"Ipv6Addresses": [{"Ipv6Address": "fd00::1"}]}]}, "meets"),
        ({"State": {"Name": "stopped"}, "PublicIpAddress": "54.1.2.3"}, "not_applicable"),
        ({"NetworkInterfaces": "none"}, "gap"),
        ({"PublicIpAddress": "none"}, "gap"),
        ({"State": None}, "gap"),
    ],
)
def test_running_instances_have_no_public_address(instance: dict[str, Any], judgement: str) -> None:
    found = {"InstanceId": "i-1", "State": {"Name": "running"}, **instance}
    reservations = answered("ec2", "DescribeInstances", {"Reservations": [{"Instances": [found]}]})
    assert judge_answers("ec2.instances.no-public-address", reservations)["i-1"] == judgement


def test_the_public_address_is_named_and_a_denied_list_is_a_gap() -> None:
    found = {"InstanceId": "i-1", "State": {"Name": "running"}, "PublicIpAddress": "54.1.2.3"}
    reservations = answered("ec2", "DescribeInstances", {"Reservations": [{"Instances": [found]}]})
    assert "public address 54.1.2.3" in judge_answers("ec2.instances.no-public-address", reservations).reason("i-1")
    denied = ended("ec2", "DescribeInstances", "denied")
    assert judge_answers("ec2.instances.no-public-address", denied).result.judgement == "gap"
