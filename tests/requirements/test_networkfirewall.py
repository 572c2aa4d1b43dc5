"""Network firewalls: in several zones, guarded, logged, and with policies that let nothing slip by."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, REGION, answered, ended, judge_answers

SERVICE = "network-firewall"
ARN = f"arn:aws:network-firewall:{REGION}:{ACCOUNT}:firewall/edge"
POLICY = f"arn:aws:network-firewall:{REGION}:{ACCOUNT}:firewall-policy/edge"
FIREWALLS, POLICIES = f"{SERVICE}.firewalls", f"{SERVICE}.policies"
OF_FIREWALL = [f"{FIREWALLS}.{name}" for name in ("multi-az", "deletion-protection", "subnet-protection", "logging")]


def firewalls() -> Answer:
    return answered(SERVICE, "ListFirewalls", {"Firewalls": [{"FirewallName": "edge", "FirewallArn": ARN}]})


def of_firewall(requirement: str, **more: Any) -> str:
    described = answered(SERVICE, "DescribeFirewall", {"Firewall": {"FirewallArn": ARN, **more}}, FirewallArn=ARN)
    return judge_answers(f"{FIREWALLS}.{requirement}", firewalls(), described)[ARN]


def subnets(*ids: str) -> list[dict[str, str]]:
    return [{"SubnetId": id} for id in ids]


@pytest.mark.parametrize(
    ("requirement", "given", "expected"),
    [
        ("multi-az", {"SubnetMappings": subnets("a", "b")}, "meets"),
        ("multi-az", {"SubnetMappings": [], "AvailabilityZoneMappings": [{"AvailabilityZone": z} for z in "ab"]}, "meets"),
        ("multi-az", {"SubnetMappings": subnets("a")}, "exception"),
        ("multi-az", {"SubnetMappings": subnets("a", "a")}, "exception"),
        ("multi-az", {"SubnetMappings": []}, "exception"),
        ("multi-az", {}, "gap"),
        ("multi-az", {"SubnetMappings": [{}]}, "gap"),
        ("deletion-protection", {"DeleteProtection": True}, "meets"),
        ("deletion-protection", {"DeleteProtection": False}, "exception"),
        ("deletion-protection", {}, "gap"),
        ("subnet-protection", {"SubnetChangeProtection": True}, "meets"),
        ("subnet-protection", {"SubnetChangeProtection": False, "DeleteProtection": True}, "exception"),
        ("subnet-protection", {"SubnetChangeProtection": "sometimes"}, "gap"),
    ],
)
def test_firewalls(requirement: str, given: dict[str, Any], expected: str) -> None:
    assert of_firewall(requirement, **given) == expected


def logging(page: Any, **parameters: Any) -> str:
    answer = answered(SERVICE, "DescribeLoggingConfiguration", {"FirewallArn": ARN, **page}, FirewallArn=ARN)
    return judge_answers(f"{FIREWALLS}.logging", firewalls(), answer, **parameters)[ARN]


def to(*kinds: str) -> dict[str, Any]:
    return {"LoggingConfiguration": {"LogDestinationConfigs": [{"LogType": kind, "LogDestinationType": "S3"} for kind in kinds]}}


def test_firewalls_log_what_they_stop() -> None:
    assert logging(to("ALERT")) == "meets"
    assert logging(to("ALERT"), kinds=["ALERT", "FLOW"]) == "exception"
    assert logging(to("FLOW", "ALERT"), kinds=["ALERT", "FLOW"]) == "meets"
    assert logging(to("FLOW")) == "exception"
    assert logging(to()) == "exception"
    assert logging({}) == "exception"
    assert logging({"LoggingConfiguration": {"LogDestinationConfigs": [{}]}}) == "gap"


@pytest.mark.parametrize("requirement", OF_FIREWALL)
def test_firewalls_that_could_not_be_read(requirement: str) -> None:
    operations = ("DescribeFirewall", "DescribeLoggingConfiguration")
    denied = [ended(SERVICE, operation, "denied", FirewallArn=ARN) for operation in operations]
    gone = [ended(SERVICE, operation, "gone", FirewallArn=ARN) for operation in operations]
    assert judge_answers(requirement, firewalls(), *denied)[ARN] == "gap"
    assert not judge_answers(requirement, firewalls(), *gone).members
    assert judge_answers(requirement, ended(SERVICE, "ListFirewalls", "denied")).result.judgement == "gap"
    assert judge_answers(requirement, answered(SERVICE, "ListFirewalls", {"Firewalls": []})).result.judgement == "not_applicable"


def of_policy(requirement: str, **policy: Any) -> str:
    listed = answered(SERVICE, "ListFirewallPolicies", {"FirewallPolicies": [{"Name": "edge", "Arn": POLICY}]})
    described = answered(SERVICE, "DescribeFirewallPolicy", {"FirewallPolicy": policy}, FirewallPolicyArn=POLICY)
    return judge_answers(f"{POLICIES}.{requirement}", listed, described)[POLICY]


@pytest.mark.parametrize(
    ("whole", "fragments", "expected"),
    [
        (["aws:forward_to_sfe"], ["aws:drop"], "meets"),
        (["aws:drop", "counted"], ["aws:forward_to_sfe"], "meets"),
        (["aws:pass"], ["aws:drop"], "exception"),
        (["aws:drop"], ["aws:pass"], "exception"),
        (["counted"], ["aws:drop"], "exception"),
        (["aws:drop"], [], "exception"),
        (["aws:drop"], None, "gap"),
        ("aws:drop", ["aws:drop"], "gap"),
    ],
)
def test_packets_that_no_rule_speaks_of_do_not_pass(whole: Any, fragments: Any, expected: str) -> None:
    given = {"StatelessDefaultActions": whole, "StatelessFragmentDefaultActions": fragments}
    assert of_policy("default-actions", **{k: v for k, v in given.items() if v is not None}) == expected


def test_a_policy_has_rules() -> None:
    group = [{"ResourceArn": "arn:group", "Priority": 1}]
    assert of_policy("rule-groups", StatefulRuleGroupReferences=group) == "meets"
    assert of_policy("rule-groups", StatelessRuleGroupReferences=group, StatefulRuleGroupReferences=[]) == "meets"
    assert of_policy("rule-groups", StatefulRuleGroupReferences=[]) == "exception"
    assert of_policy("rule-groups") == "exception"
    assert of_policy("rule-groups", StatefulRuleGroupReferences=["arn"]) == "gap"
    assert judge_answers(f"{POLICIES}.rule-groups", ended(SERVICE, "ListFirewallPolicies", "denied")).result.judgement == "gap"
