"""Web ACLs: in front of load balancers, doing something, and recorded; and no text that they look for is kept."""

import json
from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services.wafv2 import GET_REGIONAL
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers

BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/shop/0123"
ACL = f"arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/webacl/front/a1"
PROTECTED, BLOCKS, LOGGING = "elbv2.load-balancers.web-acl", "wafv2.web-acls.blocks", "wafv2.web-acls.logging"


def balancers(**more: Any) -> Answer:
    one = {"LoadBalancerArn": BALANCER, "LoadBalancerName": "shop", "Type": "application", "Scheme": "internet-facing"}
    return answered("elbv2", "DescribeLoadBalancers", {"LoadBalancers": [one | more]})


def acl_of(page: dict[str, Any]) -> Answer:
    return answered("wafv2", "GetWebACLForResource", page, ResourceArn=BALANCER)


@pytest.mark.parametrize(
    ("page", "expected"),
    [({"WebACL": {"ARN": ACL}}, "meets"), ({}, "exception"), ({"WebACL": {"ARN": 7}}, "gap"), ({"WebACL": "front"}, "gap")],
)
def test_a_load_balancer_stands_behind_a_web_acl(page: dict[str, Any], expected: str) -> None:
    assert judge_answers(PROTECTED, balancers(), acl_of(page))[BALANCER] == expected


def test_load_balancers_that_need_none_or_could_not_be_read() -> None:
    assert judge_answers(PROTECTED, balancers(Scheme="internal"), acl_of({}))[BALANCER] == "not_applicable"
    assert judge_answers(PROTECTED, balancers(Type="network"))[BALANCER] == "not_applicable"
    denied = ended("wafv2", "GetWebACLForResource", "denied", ResourceArn=BALANCER)
    assert judge_answers(PROTECTED, balancers(), denied)[BALANCER] == "gap"
    gone = ended("wafv2", "GetWebACLForResource", "gone", ResourceArn=BALANCER)
    assert not judge_answers(PROTECTED, balancers(), gone).members


def listed(scope: str = "REGIONAL") -> Answer:
    region = "global" if scope == "CLOUDFRONT" else REGION
    page = {"WebACLs": [{"Name": "front", "Id": "a1", "ARN": ACL, "LockToken": "t"}]}
    return answered("wafv2", "ListWebACLs", page, region=region, Scope=scope)


def acl(scope: str = "REGIONAL", **more: Any) -> Answer:
    region = "global" if scope == "CLOUDFRONT" else REGION
    page = {"WebACL": {"Name": "front", "Id": "a1", "ARN": ACL, "DefaultAction": {"Allow": {}}, **more}}
    return answered("wafv2", "GetWebACL", page, region=region, Scope=scope, Name="front", Id="a1")


def rule(**more: Any) -> dict[str, Any]:
    return {"Name": "one", "Priority": 0, "Statement": {"GeoMatchStatement": {"CountryCodes": ["AQ"]}}, **more}


@pytest.mark.parametrize("scope", ["REGIONAL", "CLOUDFRONT"])
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"Rules": [rule(Action={"Block": {}})]}, "meets"),
        ({"Rules": [rule(Action={"Count": {}}), rule(Action={"Challenge": {}})]}, "meets"),
        ({"Rules": [rule(OverrideAction={"None": {}})]}, "meets"),
        ({"Rules": [], "DefaultAction": {"Block": {}}}, "meets"),
        ({"PreProcessFirewallManagerRuleGroups": [rule(OverrideAction={"None": {}})]}, "meets"),
        ({}, "exception"),
        ({"Rules": []}, "exception"),
        ({"Rules": [rule(Action={"Count": {}})]}, "exception"),
        ({"Rules": [rule(Action={"Allow": {}}), rule(OverrideAction={"Count": {}})]}, "exception"),
        ({"PostProcessFirewallManagerRuleGroups": [rule(OverrideAction={"Count": {}})]}, "exception"),
        ({"Rules": [rule()]}, "gap"),
        ({"Rules": ["block"]}, "gap"),
        ({"DefaultAction": None}, "gap"),
    ],
)
def test_a_web_acl_stops_something(scope: str, given: dict[str, Any], expected: str) -> None:
    requirement = BLOCKS if scope == "REGIONAL" else "wafv2.cloudfront-web-acls.blocks"
    assert judge_answers(requirement, listed(scope), acl(scope, **given))[ACL] == expected


def logs(ending: Any, scope: str, *pages: dict[str, Any]) -> Judged:
    region = "global" if scope == "CLOUDFRONT" else REGION
    answer = ended("wafv2", "GetLoggingConfiguration", ending, *pages, region=region, ResourceArn=ACL)
    return judge_answers(LOGGING if scope == "REGIONAL" else "wafv2.cloudfront-web-acls.logging", listed(scope), answer)


DESTINATION = {"ResourceArn": ACL, "LogDestinationConfigs": ["arn:aws:s3:::aws-waf-logs-shop"]}


@pytest.mark.parametrize("scope", ["REGIONAL", "CLOUDFRONT"])
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (DESTINATION, "meets"),
        (DESTINATION | {"LoggingFilter": {"DefaultBehavior": "DROP", "Filters": [{"Behavior": "KEEP"}]}}, "meets"),
        (DESTINATION | {"LoggingFilter": {"DefaultBehavior": "KEEP", "Filters": [{"Behavior": "DROP"}]}}, "meets"),
        (DESTINATION | {"LoggingFilter": {"DefaultBehavior": "DROP", "Filters": [{"Behavior": "DROP"}]}}, "exception"),
        (DESTINATION | {"LogDestinationConfigs": []}, "exception"),
        (DESTINATION | {"LoggingFilter": {"DefaultBehavior": "DROP"}}, "gap"),
        ({"ResourceArn": ACL}, "gap"),
    ],
)
def test_a_web_acl_logs(scope: str, given: dict[str, Any], expected: str) -> None:
    assert logs("answered", scope, {"LoggingConfiguration": given})[ACL] == expected


def test_web_acls_that_could_not_be_read() -> None:
    assert logs("absent", "REGIONAL")[ACL] == "exception"
    assert logs("denied", "REGIONAL")[ACL] == "gap"
    assert judge_answers(BLOCKS, ended("wafv2", "ListWebACLs", "denied", Scope="REGIONAL")).result.judgement == "gap"
    empty = answered("wafv2", "ListWebACLs", {"WebACLs": []}, Scope="REGIONAL")
    assert judge_answers(BLOCKS, empty).result.judgement == "not_applicable"
    gone = ended("wafv2", "GetWebACL", "gone", Scope="REGIONAL", Name="front", Id="a1")
    assert not judge_answers(BLOCKS, listed(), gone).members


def _nested(depth: int) -> dict[str, Any]:
    """A statement that looks for a secret header, at some depth."""
    looks_for = {"ByteMatchStatement": {"SearchString": b"only-the-front-door-knows", "PositionalConstraint": "EXACTLY"}}
    return looks_for if depth == 0 else {"AndStatement": {"Statements": [_nested(depth - 1)]}}


@pytest.mark.parametrize("depth", [0, 1, 2, 3, 5])
def test_what_a_web_acl_looks_for_is_not_kept(depth: int) -> None:
    adds = {"Allow": {"CustomRequestHandling": {"InsertHeaders": [{"Name": "x-door", "Value": "only-the-front-door-knows"}]}}}
    page = {"WebACL": {"DefaultAction": adds, "Rules": [{"Name": "door", "Statement": _nested(depth), "Action": adds}]}}
    Redactor(b"k" * 32).apply(page, GET_REGIONAL.redact)
    kept = json.dumps(page, default=repr)
    assert "front-door" not in kept
    assert '"door"' in kept and "x-door" in kept
