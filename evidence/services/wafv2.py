"""AWS WAF: web ACLs, what they do and record, and which load balancers stand behind one.

What a statement compares with can be a secret (a header that only the front door knows), and so can a header that a rule
adds: neither is kept.
"""

from collections.abc import Iterator
from typing import Any

from evidence.services.declare import Ask, Item, Only, PopulationSpec, Redact, Service, document, items, text

_NONEXISTENT = "WAFNonexistentItemException"
_NESTED = (
    "AndStatement.Statements[]",
    "OrStatement.Statements[]",
    "NotStatement.Statement",
    "RateBasedStatement.ScopeDownStatement",
    "ManagedRuleGroupStatement.ScopeDownStatement",
)
_DEPTH = 2
"""Statements nested deeper than this are left out whole."""
_MANAGED = "FirewallManagerStatement.ManagedRuleGroupStatement"
_ACTIONS = ("Allow", "Count", "Captcha", "Challenge")


def _compared(statement: str, depth: int = 0) -> Iterator[Redact]:
    """The texts that the statement at this path, and those nested in it, compare requests with."""
    if depth > _DEPTH:
        yield Redact(statement, "statement of a web ACL")
        return
    yield Redact(f"{statement}.ByteMatchStatement", "text that a web ACL looks for", key="SearchString")
    yield Redact(f"{statement}.RegexMatchStatement", "text that a web ACL looks for", key="RegexString")
    for step in _NESTED:
        yield from _compared(f"{statement}.{step}", depth + 1)


def _added(action: str) -> Iterator[Redact]:
    """The headers that an action adds to the requests it lets through."""
    for kind in _ACTIONS:
        path = f"{action}.{kind}.CustomRequestHandling.InsertHeaders[]"
        yield Redact(path, "header that a web ACL adds", key="Value", name="Name")


_REDACT = (
    *_compared("WebACL.Rules[].Statement"),
    *_compared(f"WebACL.PreProcessFirewallManagerRuleGroups[].{_MANAGED}.ScopeDownStatement"),
    *_compared(f"WebACL.PostProcessFirewallManagerRuleGroups[].{_MANAGED}.ScopeDownStatement"),
    *_added("WebACL.DefaultAction"),
    *_added("WebACL.Rules[].Action"),
    *_added("WebACL.Rules[].Statement.ManagedRuleGroupStatement.RuleActionOverrides[].ActionToUse"),
    *_added("WebACL.Rules[].Statement.RuleGroupReferenceStatement.RuleActionOverrides[].ActionToUse"),
)

# A load balancer without a web ACL is answered without one, so there is no key that every whole answer has.
GET_WEB_ACL_FOR_RESOURCE = Ask(
    "wafv2",
    "GetWebACLForResource",
    ("wafv2:GetWebACLForResource", "wafv2:GetWebACL"),
    each="elbv2.load-balancers",
    given={"ResourceArn": "LoadBalancerArn"},
    only=Only("Type", frozenset({"application"})),
    gone=frozenset({_NONEXISTENT}),
    redact=_REDACT,
)


def _list(scope: str) -> Ask:
    """Those of CloudFront are listed in its home Region only."""
    return Ask(
        "wafv2", "ListWebACLs", ("wafv2:ListWebACLs",), parameters={"Scope": scope}, result="WebACLs",
        tokens=("NextMarker", "NextMarker"), whole_account=scope == "CLOUDFRONT",
    )  # fmt: skip


def _get(scope: str, each: str) -> Ask:
    return Ask(
        "wafv2", "GetWebACL", ("wafv2:GetWebACL",), parameters={"Scope": scope}, each=each, given={"Name": "Name", "Id": "Id"},
        gone=frozenset({_NONEXISTENT}), result="WebACL", redact=_REDACT, whole_account=scope == "CLOUDFRONT",
    )  # fmt: skip


def _get_logging(scope: str, each: str) -> Ask:
    """The account's own logging: that of Security Lake has another scope."""
    return Ask(
        "wafv2", "GetLoggingConfiguration", ("wafv2:GetLoggingConfiguration",), each=each, given={"ResourceArn": "ARN"},
        absent=frozenset({_NONEXISTENT}), result="LoggingConfiguration", whole_account=scope == "CLOUDFRONT",
    )  # fmt: skip


def _groups(item: Item, answer: Any) -> list[Item]:
    """The rule groups that Firewall Manager put before and after the web ACL's own rules."""
    acl = answer["WebACL"]
    return [*acl.get("PreProcessFirewallManagerRuleGroups", ()), *acl.get("PostProcessFirewallManagerRuleGroups", ())]


def _rules(item: Item, answer: Any) -> list[Item]:
    """A web ACL without rules of its own may be answered without the list."""
    return list(answer["WebACL"].get("Rules", ()))


def _web_acls(name: str, noun: str, listed_by: Ask, get: Ask, logging: Ask) -> PopulationSpec:
    return PopulationSpec(
        name=name,
        noun=noun,
        type="AWS::WAFv2::WebACL",
        listed_by=listed_by,
        items="WebACLs[]",
        identity="ARN",
        arn="{ARN}",
        columns={
            "name": text("Name"),
            "default_action": document("WebACL.DefaultAction", get),
            "rules": items(of=get, read=_rules),
            "manager_groups": items(of=get, read=_groups, label="rule groups of Firewall Manager"),
            "logging": document("LoggingConfiguration", logging),
        },
    )


_REGIONAL, _CLOUDFRONT = "wafv2.web-acls", "wafv2.cloudfront-web-acls"
LIST_REGIONAL, LIST_CLOUDFRONT = _list("REGIONAL"), _list("CLOUDFRONT")
GET_REGIONAL, GET_CLOUDFRONT = _get("REGIONAL", _REGIONAL), _get("CLOUDFRONT", _CLOUDFRONT)
GET_REGIONAL_LOGGING, GET_CLOUDFRONT_LOGGING = _get_logging("REGIONAL", _REGIONAL), _get_logging("CLOUDFRONT", _CLOUDFRONT)

SERVICE = Service(
    "wafv2",
    "AWS WAF",
    asks=(
        GET_WEB_ACL_FOR_RESOURCE, LIST_REGIONAL, LIST_CLOUDFRONT, GET_REGIONAL, GET_CLOUDFRONT, GET_REGIONAL_LOGGING,
        GET_CLOUDFRONT_LOGGING,
    ),
    populations=(
        _web_acls(_REGIONAL, "web ACL", LIST_REGIONAL, GET_REGIONAL, GET_REGIONAL_LOGGING),
        _web_acls(_CLOUDFRONT, "web ACL for CloudFront", LIST_CLOUDFRONT, GET_CLOUDFRONT, GET_CLOUDFRONT_LOGGING),
    ),
)  # fmt: skip
