"""Faults of judging networks: open ports, TLS, and load balancers that lack what others have."""

from typing import Any

import pytest

from evidence.populations.answers import Answers
from evidence.populations.read import read_populations
from evidence.run.answer import GLOBAL, Answer
from evidence.run.scope import Account, Scope
from evidence.services import populations
from evidence.services.calls import call_of
from evidence.services.declare import Ask
from tests.judging import ACCOUNT, AS_OF, REGION, answered, ended, judge_answers

ADMIN = "ec2.security-groups.no-open-admin-ports"
NO_LISTS = answered("ec2", "DescribeManagedPrefixLists", {"PrefixLists": []})


def groups(**rules: dict[str, Any]) -> Answer:
    own = {"GroupName": "web", "OwnerId": ACCOUNT, "VpcId": "vpc-1", "IpPermissionsEgress": []}
    listed = [{"GroupId": name, "IpPermissions": [rule], **own} for name, rule in rules.items()]
    return answered("ec2", "DescribeSecurityGroups", {"SecurityGroups": listed})


WORLD: dict[str, Any] = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": []}
NOBODY: dict[str, Any] = {"IpRanges": [], "Ipv6Ranges": []}


def test_the_world_is_found_in_both_families_all_protocols_and_ranges_of_ports() -> None:
    """B19: ::/0 was looked for among IPv4 ranges, a rule without ports was missed, and a range by equality. Not in the log: the
    protocol by its number, a world written as two halves, and a range that begins just above the port."""
    judged = judge_answers(
        ADMIN,
        NO_LISTS,
        groups(
            every={"IpProtocol": "-1", **WORLD},
            six={"IpProtocol": "tcp", "FromPort": 20, "ToPort": 25, "IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
            wide={"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
            group={"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [{"GroupId": "sg-0aa"}], **NOBODY},
            number={"IpProtocol": "6", "FromPort": 22, "ToPort": 22, **WORLD},
            halves={"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "Ipv6Ranges": [],
                    "IpRanges": [{"CidrIp": "0.0.0.0/1"}, {"CidrIp": "128.0.0.0/1"}]},
            beside={"IpProtocol": "tcp", "FromPort": 23, "ToPort": 25, **WORLD},
        ),
    )  # fmt: skip
    found = {m.id: m.judgement for m in judged.members}
    assert (found.pop("group"), found.pop("beside")) == ("meets", "meets")
    assert set(found.values()) == {"exception"}, found
    assert "port 22 is open to the world (IPv6)" in judged.reason("six")
    assert "port 3389" in judged.reason("every") and "port 3389" not in judged.reason("six")


PREFIX = {"IpProtocol": "tcp", "FromPort": 3389, "ToPort": 3389, "PrefixListIds": [{"PrefixListId": "pl-0b1"}], **NOBODY}
LISTS = answered("ec2", "DescribeManagedPrefixLists", {"PrefixLists": [
    {"PrefixListId": "pl-0b1", "PrefixListArn": "arn:pl-0b1", "OwnerId": "444455556666"}]})  # fmt: skip


def entries(*cidrs: str) -> Answer:
    page = {"Entries": [{"Cidr": c} for c in cidrs]}
    return answered("ec2", "GetManagedPrefixListEntries", page, PrefixListId="pl-0b1")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (entries("10.0.0.0/8", "0.0.0.0/0"), "exception"),
        (entries("10.0.0.0/8"), "meets"),
        (ended("ec2", "GetManagedPrefixListEntries", "denied", PrefixListId="pl-0b1"), "gap"),
        # Not in the log: IPv6 in the list, and a list of which only a part came.
        (entries("10.0.0.0/8", "::/0"), "exception"),
        (ended("ec2", "GetManagedPrefixListEntries", "throttled", {"Entries": [{"Cidr": "10.0.0.0/8"}]}, PrefixListId="pl-0b1"), "gap"),
    ],
)  # fmt: skip
def test_a_source_that_is_a_prefix_list_is_read(answer: Answer, expected: str) -> None:
    """B53: rules whose only source is a prefix list were neither shown nor judged."""
    assert judge_answers(ADMIN, groups(g=PREFIX), LISTS, answer)["g"] == expected


# -- listeners ------------------------------------------------------------------------------------------------------------

BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/w/2"
POLICIES = {
    "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09": ["TLSv1.2", "TLSv1.3"],
    "ELBSecurityPolicy-TLS13-1-0-2021-06": ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"],
    "Named-As-AWS-Never-Named-One": ["TLSv1.3"],
}


@pytest.mark.parametrize(
    ("listener", "expected"),
    [
        ({"Protocol": "HTTPS", "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09"}, "meets"),
        ({"Protocol": "HTTPS", "SslPolicy": "ELBSecurityPolicy-TLS13-1-0-2021-06"}, "exception"),
        ({"Protocol": "TCP"}, "not_applicable"),
        ({"Protocol": "HTTPS", "SslPolicy": "ELBSecurityPolicy-Not-Listed"}, "gap"),
        # Not in the log: a network load balancer's TLS, by a name that nobody could have put on a list.
        ({"Protocol": "TLS", "SslPolicy": "Named-As-AWS-Never-Named-One"}, "meets"),
    ],
)
def test_a_tls_policy_is_judged_by_its_protocols_not_by_its_name(listener: dict[str, str], expected: str) -> None:
    """B46: names were kept on a list that grew old, and "TLS13" in a name passed though it allows TLS 1.0. A name that cannot
    be looked up is a gap."""
    listed = [{"Name": n, "SslProtocols": p, "Ciphers": [{"Name": "ECDHE-x"}]} for n, p in POLICIES.items()]
    judged = judge_answers(
        "elbv2.listeners.tls-policy",
        answered("elbv2", "DescribeLoadBalancers", {"LoadBalancers": [{"LoadBalancerArn": BALANCER}]}),
        answered("elbv2", "DescribeListeners", {"Listeners": [{"ListenerArn": "l", **listener}]}, LoadBalancerArn=BALANCER),
        answered("elbv2", "DescribeSSLPolicies", {"SslPolicies": listed}),
    )
    assert judged["l"] == expected


# -- load balancers of other kinds ------------------------------------------------------------------------------------------

GATEWAY = {"LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/gwy/g/1",
           "LoadBalancerName": "g", "Type": "gateway"}  # fmt: skip
WEB = {"LoadBalancerArn": BALANCER, "LoadBalancerName": "w", "Type": "application", "Scheme": "internet-facing",
       "DNSName": "w.example.invalid", "SecurityGroups": ["sg-01"]}  # fmt: skip
NETWORK = {"LoadBalancerArn": "arn:net", "LoadBalancerName": "n", "Type": "network", "AvailabilityZones": "none, for once"}
LOGGING = {"Attributes": [{"Key": "access_logs.s3.enabled", "Value": "true"}, {"Key": "access_logs.s3.bucket", "Value": "logs"}]}


def test_a_load_balancer_without_the_fields_of_others_costs_nobody_a_judgement() -> None:
    """B47: a gateway load balancer has no Scheme, DNSName or SecurityGroups, and the error lost the whole Region. Not in the
    log: a network load balancer whose zones are of a shape that nobody expects."""
    balancers = answered("elbv2", "DescribeLoadBalancers", {"LoadBalancers": [GATEWAY, NETWORK, WEB]})
    attributes = [
        answered("elbv2", "DescribeLoadBalancerAttributes", LOGGING, LoadBalancerArn=lb["LoadBalancerArn"])
        for lb in (GATEWAY, NETWORK, WEB)
    ]
    logs = judge_answers("elbv2.load-balancers.access-logs", balancers, *attributes)
    assert [m.judgement for m in logs.members] == ["meets", "not_applicable", "meets"]  # in the order of their ids: w, g, n
    zones = judge_answers("elbv2.load-balancers.multi-az", balancers)
    assert {m.id: m.judgement for m in zones.members} == {
        GATEWAY["LoadBalancerArn"]: "gap", "arn:net": "gap", BALANCER: "gap",
    }  # fmt: skip
    assert zones.result.population.complete, "the list was read; only the cells are not there"


GROUP = {"AutoScalingGroupName": "g", "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "1"}}
RULE = {"GroupId": "sg-1", "IpPermissions": [{"PrefixListIds": [{"PrefixListId": "pl-1"}]}]}
ROLE = {"RoleName": "r", "Arn": "arn:r", "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": {}}]}
DATABASE = {"DBInstanceIdentifier": "d", "Engine": "mysql", "DBParameterGroups": [{"DBParameterGroupName": "p"}]}


@pytest.mark.parametrize(
    ("population", "good", "odd"),
    [
        ("autoscaling.launches", {"AutoScalingGroups": [GROUP]}, {"AutoScalingGroups": [{"LaunchTemplate": {"Version": "1"}}]}),
        ("ec2.prefix-list-rules", {"SecurityGroups": [RULE]}, {"SecurityGroups": [{"IpPermissions": RULE["IpPermissions"]}]}),
        ("iam.principals", {"RoleDetailList": [ROLE]}, {"RoleDetailList": [{"Path": "/"}]}),
        ("iam.policies", {"RoleDetailList": [ROLE]}, {"RoleDetailList": [{"RolePolicyList": [{"PolicyDocument": {}}]}]}),
        ("rds.parameter-groups", {"DBInstances": [DATABASE]}, {"DBInstances": [{"DBParameterGroups": [{}]}]}),
        (
            "elasticbeanstalk.configuration-templates",
            {"Applications": [{"ApplicationName": "a", "ConfigurationTemplates": ["t"]}]},
            {"Applications": [{"ConfigurationTemplates": ["lost"]}]},
        ),
    ],
)
def test_an_entry_that_cannot_be_named_costs_nobody_else(population: str, good: dict[str, Any], odd: dict[str, Any]) -> None:
    """B47, the whole kind, for lists that are computed from an answer: the entry is missed and named, its neighbours stay."""
    spec, account = populations()[population], Account(ACCOUNT, regions={REGION: "asked"})
    assert isinstance(spec.listed_by, Ask)
    (key,) = good
    call = call_of(spec.listed_by, account, GLOBAL if spec.listed_by.whole_account else REGION)
    answer = Answer(call, "answered", ({key: [*odd[key], *good[key]]},))
    read = read_populations(Answers(Scope((account,)), [answer]), {population: ()}, populations(), AS_OF)[population]
    assert (len(read), len(read.unread)) == (1, 1)
    assert read.unread[0].ending == "unreadable"
