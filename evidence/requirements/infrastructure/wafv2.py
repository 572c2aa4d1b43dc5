"""Web application firewalls: what stands behind one, and what it does."""

from collections.abc import Mapping
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement

_STOPS = frozenset({"Block", "Captcha", "Challenge"})
BLOCKS = (
    "The default action is Block; or the action of at least one rule is Block, CAPTCHA or Challenge; or at least one rule group, the "
    "web ACL's own or Firewall Manager's, is not overridden to Count. What is inside the rule groups is not read."
)


@requirement(
    "elbv2.load-balancers.web-acl",
    says="Every application load balancer that faces the internet stands behind a web ACL.",
    why="Without one every request reaches the application, however plainly it is an attack.",
    logic="GetWebACLForResource answers with a web ACL; an answer without one says that there is none. What the web ACL does and records "
    "is judged by wafv2.web-acls.blocks and wafv2.web-acls.logging. A web ACL of a CloudFront distribution in front of it does not count: "
    "the load balancer can be reached around it unless something else keeps callers out.",
    covers=("IS-13",),
    applies=(
        Applies(lambda balancers: balancers.kind == "application", "Only an application load balancer can have a web ACL."),
        Applies(lambda balancers: balancers.scheme == "internet-facing", "It is internal: the internet does not reach it."),
    ),
    shows=("balancer_name",),
    fix="AWS WAF console, web ACL, Associated AWS resources, Add; or aws wafv2 associate-web-acl with the load balancer's ARN.",
    source="https://docs.aws.amazon.com/waf/latest/APIReference/API_GetWebACLForResource.html",
)
def web_acl(balancers: Population) -> Truth:
    return balancers.web_acl.present()


def _stops(rule: Mapping[str, Any]) -> bool:
    """Whether a rule stops anything: a rule of the web ACL itself has an Action, one that refers to a group an OverrideAction."""
    if rule.get("Action"):
        return not _STOPS.isdisjoint(rule["Action"])
    return "None" in rule["OverrideAction"]


def _blocks(acls: Population) -> Truth:
    default = acls.default_action.compute(lambda action: "Block" in action, label="default action is Block")
    return default.is_true() | acls.rules.some(_stops) | acls.manager_groups.some(_stops)


@requirement(
    "wafv2.web-acls.blocks",
    says="Every web ACL stops some requests.",
    why="A web ACL without rules, or with rules that only count, lets everything through.",
    logic=BLOCKS,
    covers=("IS-13",),
    shows=("name",),
    fix="AWS WAF console, web ACL, Rules: add a rule group and leave its override unset, or set the action of a rule to Block.",
    source="https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html",
)
def regional_blocks(acls: Population) -> Truth:
    return _blocks(acls)


@requirement(
    "wafv2.cloudfront-web-acls.blocks",
    says="Every web ACL for CloudFront stops some requests.",
    why="A web ACL without rules, or with rules that only count, lets everything through.",
    logic=BLOCKS,
    covers=(),
    shows=("name",),
    fix="AWS WAF console, Global (CloudFront), web ACL, Rules: add a rule group and leave its override unset, or set a rule to Block.",
    source="https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html",
)
def cloudfront_blocks(acls: Population) -> Truth:
    return _blocks(acls)


REQUIREMENTS = (web_acl, regional_blocks, cloudfront_blocks)
