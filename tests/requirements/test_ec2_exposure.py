"""What reaches instances and what leaves them: load balancers in front, ports open to the world, egress, public addresses at launch."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, Judged, answered, ended, judge_answers
from tests.requirements.test_ec2_networks import NO_LISTS, WORLD, group, groups, lists

TRAFFIC = "ec2.instances.traffic-from-load-balancer"
OPEN, EGRESS = "ec2.security-groups.only-approved-ports-open", "ec2.security-groups.no-open-egress"
ALB, TARGETS = "arn:alb", "arn:targets"
FROM_ALB = {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "UserIdGroupPairs": [{"GroupId": "sg-alb"}]}
WEB = group("sg-web", FROM_ALB)
LISTED = (ended("elbv2", "DescribeTargetHealth", "denied", TargetGroupArn=TARGETS),)


def instances(*in_groups: str, **more: Any) -> Answer:
    found = {"InstanceId": "i-1", "State": {"Name": "running"}, "SecurityGroups": [{"GroupId": g} for g in in_groups], **more}
    return answered("ec2", "DescribeInstances", {"Reservations": [{"Instances": [found]}]})


def target_groups(*used_by: str) -> Answer:
    found = {"TargetGroupArn": TARGETS, "LoadBalancerArns": list(used_by), "Port": 80, "TargetType": "instance"}
    return answered("elbv2", "DescribeTargetGroups", {"TargetGroups": [found]})


def targets(*found: tuple[str, int]) -> Answer:
    described = [{"Target": {"Id": id, "Port": port}, "TargetHealth": {"State": "healthy"}} for id, port in found]
    return answered("elbv2", "DescribeTargetHealth", {"TargetHealthDescriptions": described}, TargetGroupArn=TARGETS)


def balancers(*in_groups: str, **more: Any) -> Answer:
    found = {"LoadBalancerArn": ALB, "Type": "application", "SecurityGroups": list(in_groups), **more}
    return answered("elbv2", "DescribeLoadBalancers", {"LoadBalancers": [{k: v for k, v in found.items() if v is not None}]})


FRONT = (target_groups(ALB), targets(("i-1", 8080)), balancers("sg-alb"))


def traffic(*answers: Answer, **parameters: Any) -> Judged:
    return judge_answers(TRAFFIC, *answers, **parameters)


def behind(*ingress: Any, **parameters: Any) -> str:
    return traffic(instances("sg-web"), groups(group("sg-web", *ingress)), *FRONT, **parameters)["i-1"]


@pytest.mark.parametrize(
    ("ingress", "judgement"),
    [
        ((FROM_ALB,), "meets"),
        ((), "meets"),
        ((FROM_ALB, {**FROM_ALB, "FromPort": 22, "ToPort": 22, **WORLD}), "meets"),
        (({**FROM_ALB, **WORLD},), "exception"),
        (({**FROM_ALB, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},), "exception"),
        (({**FROM_ALB, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},), "exception"),
        (({**FROM_ALB, "PrefixListIds": [{"PrefixListId": "pl-1"}]},), "exception"),
        ((FROM_ALB, {**FROM_ALB, "UserIdGroupPairs": [{"GroupId": "sg-other"}]}), "exception"),
        ((FROM_ALB, {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-web"}]}), "exception"),
        (({**FROM_ALB, "FromPort": None},), "gap"),
        (("everything",), "gap"),
        (({**FROM_ALB, "UserIdGroupPairs": [{}]},), "gap"),
        (({**FROM_ALB, "UserIdGroupPairs": []},), "gap"),
    ],
)
def test_an_instance_takes_requests_from_its_load_balancer_only(ingress: tuple[Any, ...], judgement: str) -> None:
    assert behind(*ingress) == judgement


def test_the_other_source_is_named_and_can_be_approved() -> None:
    office = {**FROM_ALB, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    judged = traffic(instances("sg-web"), groups(group("sg-web", office)), *FRONT)
    assert "port 8080 is also open to 10.0.0.0/8" in judged.reason("i-1")
    assert behind(office, approved=["10.0.0.0/8"]) == "meets"


def test_the_load_balancer_of_another_target_group_does_not_count() -> None:
    """Each port is judged by the groups of the load balancers that reach the instance there."""
    other = {**FROM_ALB, "UserIdGroupPairs": [{"GroupId": "sg-second"}]}
    assert behind(other) == "exception"
    second = {"LoadBalancerArn": "arn:second", "SecurityGroups": ["sg-second"]}
    both = answered(
        "elbv2", "DescribeLoadBalancers", {"LoadBalancers": [{"LoadBalancerArn": ALB, "SecurityGroups": ["sg-alb"]}, second]}
    )
    assert traffic(instances("sg-web"), groups(group("sg-web", other)), *FRONT[:2], both)["i-1"] == "exception"


@pytest.mark.parametrize(
    ("front", "judgement"),
    [
        ((target_groups(), targets(("i-1", 8080)), balancers("sg-alb")), "not_applicable"),
        ((target_groups(ALB), targets(("i-2", 8080)), balancers("sg-alb")), "not_applicable"),
        ((target_groups(ALB), targets(("i-1", 8080)), balancers(Type="network")), "not_applicable"),
        ((target_groups(ALB), targets(("i-1", 8080)), balancers(SecurityGroups=None)), "not_applicable"),
        ((target_groups(ALB), targets(), balancers("sg-alb")), "not_applicable"),
        ((target_groups(ALB), *LISTED, balancers("sg-alb")), "gap"),
        ((ended("elbv2", "DescribeTargetGroups", "denied"), balancers("sg-alb")), "gap"),
        ((target_groups(ALB), targets(("i-1", 8080)), ended("elbv2", "DescribeLoadBalancers", "denied")), "gap"),
        # A group that is shared by two load balancers cannot be: AWS allows one.
        ((target_groups(ALB, "arn:second"), targets(("i-1", 8080)), balancers("sg-alb")), "gap"),
    ],
)
def test_only_instances_behind_a_load_balancer_with_groups_are_judged(front: tuple[Answer, ...], judgement: str) -> None:
    assert traffic(instances("sg-web"), groups(group("sg-web", {**FROM_ALB, **WORLD})), *front)["i-1"] == judgement


def test_rules_that_nobody_could_read_are_a_gap() -> None:
    assert traffic(instances("sg-web"), ended("ec2", "DescribeSecurityGroups", "denied"), *FRONT)["i-1"] == "gap"
    # A group of the instance that is not in the list (shared with the account): what it lets in is not known.
    assert traffic(instances("sg-web", "sg-shared"), groups(WEB), *FRONT)["i-1"] == "gap"
    assert traffic(instances(SecurityGroups="sg-web"), groups(WEB), *FRONT)["i-1"] == "gap"
    for told in ([], [{"GroupName": "web"}], [{"GroupId": None}]):
        assert traffic(instances(SecurityGroups=told), groups(WEB), *FRONT)["i-1"] == "gap"
    silent = {name: told for name, told in WEB.items() if name != "IpPermissions"}
    assert traffic(instances("sg-web"), groups(silent), *FRONT)["i-1"] == "gap"


# -- ports open to the world ---------------------------------------------------------------------------------------------


def rule(first: Any, last: Any, protocol: str = "tcp", **sources: Any) -> dict[str, Any]:
    return {"IpProtocol": protocol, "FromPort": first, "ToPort": last, **(sources or WORLD)}


HALVES = [{"IpRanges": [{"CidrIp": half}]} for half in ("0.0.0.0/1", "128.0.0.0/1")]


@pytest.mark.parametrize(
    ("ingress", "judgement"),
    [
        ([rule(443, 443), rule(80, 80)], "meets"),
        ([rule(8443, 8443)], "exception"),
        ([rule(80, 81)], "exception"),
        ([rule(79, 80)], "exception"),
        ([rule(80, 443)], "exception"),
        ([rule(443, 443, "udp")], "meets"),
        ([rule(53, 53, "udp")], "exception"),
        ([{"IpProtocol": "-1", **WORLD}], "exception"),
        ([rule(-1, -1, "icmp")], "meets"),
        ([rule(8443, 8443, IpRanges=[{"CidrIp": "10.0.0.0/8"}])], "meets"),
        ([rule(8443, 8443, UserIdGroupPairs=[{"GroupId": "sg-1"}])], "meets"),
        # Two rules that overlap in part, each for half of the world.
        ([rule(1000, 3000, **HALVES[0]), rule(2000, 4000, **HALVES[1])], "exception"),
        ([rule(1000, 1999, **HALVES[0]), rule(2000, 4000, **HALVES[1])], "meets"),
        ([rule(443, None)], "gap"),
        (["everything"], "gap"),
    ],
)
def test_the_world_reaches_approved_ports_only(ingress: list[Any], judgement: str) -> None:
    assert judge_answers(OPEN, groups(group("a", *ingress)), NO_LISTS)["a"] == judgement


def test_the_rule_is_named_and_ports_can_be_approved() -> None:
    by_group = rule(8000, 8001, UserIdGroupPairs=[{"GroupId": "sg-1"}])
    open_range = groups(group("a", rule(443, 443), by_group, rule(8000, 8001)))
    judged = judge_answers(OPEN, open_range, NO_LISTS)
    assert "tcp 8000-8001 for 0.0.0.0/0" in judged.reason("a") and "tcp 443" not in judged.reason("a")
    assert "sg-1" not in judged.reason("a")
    assert judge_answers(OPEN, open_range, NO_LISTS, ports=[443, 8000])["a"] == "exception"
    assert judge_answers(OPEN, open_range, NO_LISTS, ports=[443, 8000, 8001])["a"] == "meets"
    assert judge_answers(OPEN, groups(group("a", rule(65535, 65535))), NO_LISTS, ports=[65535])["a"] == "meets"


ENTRIES = answered("ec2", "GetManagedPrefixListEntries", {"Entries": [{"Cidr": "0.0.0.0/0"}]}, PrefixListId="pl")
DENIED_ENTRIES = ended("ec2", "GetManagedPrefixListEntries", "denied", PrefixListId="pl")
BY_LIST = {"PrefixListIds": [{"PrefixListId": "pl"}]}


@pytest.mark.parametrize(
    ("permission", "answers", "judgement"),
    [
        (rule(8443, 8443, **BY_LIST), (lists(pl=ACCOUNT), ENTRIES), "exception"),
        (rule(443, 443, **BY_LIST), (lists(pl=ACCOUNT), ENTRIES), "meets"),
        (rule(8443, 8443, **BY_LIST), (lists(pl="AWS"),), "meets"),
        (rule(8443, 8443, **BY_LIST), (lists(pl=ACCOUNT), DENIED_ENTRIES), "gap"),
        (rule(443, 443, **BY_LIST), (lists(pl=ACCOUNT), DENIED_ENTRIES), "meets"),
    ],
)
def test_a_prefix_list_can_be_the_world_too(permission: Any, answers: tuple[Answer, ...], judgement: str) -> None:
    assert judge_answers(OPEN, groups(group("a", permission)), *answers)["a"] == judgement


# -- egress --------------------------------------------------------------------------------------------------------------

ALL = {"IpProtocol": "-1", **WORLD}
NO_DATABASES = answered("rds", "DescribeDBInstances", {"DBInstances": []})


def egress(*rules: Any, answers: tuple[Answer, ...] = (NO_LISTS,), used: str = "a", **parameters: Any) -> str:
    found = groups(group("a", egress=rules))
    return judge_answers(EGRESS, found, instances(used), NO_DATABASES, *answers, **parameters)["a"]


@pytest.mark.parametrize(
    ("rules", "judgement"),
    [
        ((), "meets"),
        ((ALL,), "exception"),
        (({"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},), "exception"),
        (tuple({"IpProtocol": "-1", **half} for half in HALVES), "exception"),
        (({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},), "meets"),
        ((rule(443, 443),), "meets"),
        (({"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "a"}]},), "meets"),
        (({"IpRanges": []},), "gap"),
        (({"IpProtocol": "-1", "IpRanges": []},), "gap"),
        (({**ALL, "IpProtocol": None},), "gap"),
        (("everything",), "gap"),
        (({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "world"}]},), "gap"),
    ],
)
def test_groups_do_not_let_everything_out(rules: tuple[Any, ...], judgement: str) -> None:
    assert egress(*rules) == judgement


def test_egress_by_prefix_list_by_approval_and_of_groups_that_nothing_is_in() -> None:
    by_list = {"IpProtocol": "-1", **BY_LIST}
    assert egress(by_list, answers=(lists(pl=ACCOUNT), ENTRIES)) == "exception"
    assert egress(by_list, answers=(lists(pl=ACCOUNT), DENIED_ENTRIES)) == "gap"
    assert egress(by_list, answers=(lists(pl="AWS"),)) == "meets"
    assert egress(ALL, approved=["a"]) == egress(ALL, approved=["web"]) == "meets"
    assert egress(ALL, used="other") == "not_applicable"
    unread = judge_answers(
        EGRESS, groups(group("a", egress=(ALL,))), ended("ec2", "DescribeInstances", "denied"), NO_DATABASES, NO_LISTS
    )
    assert unread["a"] == "gap"


def test_a_database_s_group_is_judged_too() -> None:
    one = {
        "DBInstanceIdentifier": "db",
        "DBInstanceArn": "arn:db",
        "Engine": "mysql",
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "a"}],
    }
    database = answered("rds", "DescribeDBInstances", {"DBInstances": [one]})
    assert judge_answers(EGRESS, groups(group("a", egress=(ALL,))), instances("b"), database, NO_LISTS)["a"] == "exception"


@pytest.mark.parametrize("requirement", [OPEN, EGRESS])
def test_a_denied_list_of_groups_is_a_gap(requirement: str) -> None:
    assert judge_answers(requirement, ended("ec2", "DescribeSecurityGroups", "denied")).result.judgement == "gap"


# -- public addresses at launch ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "judgement"),
    [
        ({}, "meets"),
        ({"NetworkInterfaces": [{"AssociatePublicIpAddress": False}]}, "meets"),
        ({"NetworkInterfaces": [{"DeviceIndex": 0}]}, "meets"),
        ({"NetworkInterfaces": [{"AssociatePublicIpAddress": False}, {"AssociatePublicIpAddress": True}]}, "exception"),
        ({"NetworkInterfaces": "one"}, "gap"),
        ("data", "gap"),
    ],
)
def test_launch_templates_ask_for_no_public_address(data: Any, judgement: str) -> None:
    launched = {
        "AutoScalingGroupName": "g",
        "AutoScalingGroupARN": "arn:g",
        "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "3"},
    }
    version = {"LaunchTemplateId": "lt-1", "VersionNumber": 3, "LaunchTemplateData": data}
    answers = (
        answered("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroups": [launched]}),
        answered(
            "ec2",
            "DescribeLaunchTemplateVersions",
            {"LaunchTemplateVersions": [version]},
            LaunchTemplateId="lt-1",
            Versions=["3"],
        ),
    )
    assert judge_answers("ec2.launch-templates.no-public-address", *answers)["lt-1:3"] == judgement


@pytest.mark.parametrize(
    ("used", "said", "judgement"),
    [
        ("lc", {"AssociatePublicIpAddress": True}, "exception"),
        ("lc", {"AssociatePublicIpAddress": False}, "meets"),
        ("lc", {}, "meets"),
        ("lc", {"AssociatePublicIpAddress": "always"}, "gap"),
        ("other", {"AssociatePublicIpAddress": True}, "not_applicable"),
    ],
)
def test_launch_configurations_ask_for_no_public_address(used: str, said: dict[str, Any], judgement: str) -> None:
    launched = {"AutoScalingGroupName": "g", "AutoScalingGroupARN": "arn:g", "LaunchConfigurationName": used}
    answers = (
        answered("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroups": [launched]}),
        answered(
            "autoscaling", "DescribeLaunchConfigurations",
            {"LaunchConfigurations": [{"LaunchConfigurationName": "lc", "LaunchConfigurationARN": "arn:lc", **said}]},
        ),
    )  # fmt: skip
    assert judge_answers("autoscaling.launch-configurations.no-public-address", *answers)["lc"] == judgement


def test_each_port_and_each_target_is_judged_by_its_own_load_balancer() -> None:
    second, their_targets = {"LoadBalancerArn": "arn:second", "SecurityGroups": ["sg-second"]}, "arn:targets-2"
    both = answered(
        "elbv2", "DescribeLoadBalancers", {"LoadBalancers": [{"LoadBalancerArn": ALB, "SecurityGroups": ["sg-alb"]}, second]}
    )
    listed = [
        {"TargetGroupArn": arn, "LoadBalancerArns": [balancer]}
        for arn, balancer in ((TARGETS, ALB), (their_targets, "arn:second"))
    ]
    others = [{"Target": {"Id": id, "Port": port}} for id, port in (("i-1", 9090), ("i-2", 7070))]
    answers = (
        answered("elbv2", "DescribeTargetGroups", {"TargetGroups": listed}),
        targets(("i-1", 8080)),
        answered("elbv2", "DescribeTargetHealth", {"TargetHealthDescriptions": others}, TargetGroupArn=their_targets),
        both,
    )
    from_second = {**FROM_ALB, "FromPort": 9090, "ToPort": 9090, "UserIdGroupPairs": [{"GroupId": "sg-second"}]}
    another_s = {**FROM_ALB, "FromPort": 7070, "ToPort": 7070, **WORLD}  # where only the other instance is a target
    right, crossed = (
        groups(group("sg-web", FROM_ALB, from_second, another_s)),
        groups(group("sg-web", {**from_second, "FromPort": 8080})),
    )
    assert traffic(instances("sg-web"), right, *answers)["i-1"] == "meets"
    assert traffic(instances("sg-web"), crossed, *answers)["i-1"] == "exception"
