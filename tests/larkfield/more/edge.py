"""The edge: web ACLs in front of the load balancers."""

from tests.larkfield.base import uuid
from tests.larkfield.more.place import SCRIPT, Answer, More
from tests.larkfield.more.secrets import FRONT_DOOR
from tests.larkfield.network import Names


def add_web_acls(place: More, n: Names) -> None:
    """The good one blocks, logs and lets nobody in who did not come by the front door; the other one counts and forgets."""
    name = "front" if n.good else f"try {SCRIPT}"
    acl = place.arn("wafv2", f"regional/webacl/{'front' if n.good else 'try'}/{uuid(name)}")
    place.put("wafv2", "ListWebACLs", {"WebACLs": [{"Name": name, "Id": uuid(name), "ARN": acl, "LockToken": uuid("lock")}]}, Scope="REGIONAL")
    described = _web_acl(name, acl, _door_rules() if n.good else [_rule("sale", 0, {"Action": {"Count": {}}})])
    place.put("wafv2", "GetWebACL", {"WebACL": described, "LockToken": uuid("lock")}, Scope="REGIONAL", Name=name, Id=uuid(name))
    if n.good:
        logging = {"ResourceArn": acl, "LogDestinationConfigs": ["arn:aws:s3:::aws-waf-logs-larkfield"], "ManagedByFirewallManager": False}
        place.put("wafv2", "GetLoggingConfiguration", {"LoggingConfiguration": logging}, ResourceArn=acl)
    else:
        message = "AWS WAF couldn\u2019t perform the operation because your resource doesn\u2019t exist."
        place.fail("wafv2", "GetLoggingConfiguration", "WAFNonexistentItemException", 400, message, ResourceArn=acl)
    for balancer in place.said("elbv2", "DescribeLoadBalancers")["LoadBalancers"]:
        if balancer["Type"] == "application":
            protected = n.good and balancer["Scheme"] == "internet-facing"
            answer = {"WebACL": described} if protected else {}
            place.put("wafv2", "GetWebACLForResource", answer, ResourceArn=balancer["LoadBalancerArn"])


def _web_acl(name: str, arn: str, rules: list[Answer]) -> Answer:
    return {
        "Name": name, "Id": uuid(name), "ARN": arn, "DefaultAction": {"Allow": {}}, "Rules": rules, "VisibilityConfig": _seen(name), "Capacity": 710,
        "ManagedByFirewallManager": False, "LabelNamespace": f"awswaf:webacl:{uuid(name)}:",
    }  # fmt: skip


def _seen(name: str) -> Answer:
    return {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "".join(c for c in name if c.isalnum())}


def _rule(name: str, priority: int, does: Answer, statement: Answer | None = None) -> Answer:
    says = statement or {"GeoMatchStatement": {"CountryCodes": ["AQ"]}}
    return {"Name": name, "Priority": priority, "Statement": says, "VisibilityConfig": _seen(name), **does}


def _door_rules() -> list[Answer]:
    """AWS's common rules; and a header that only the front door knows, which must not be kept."""
    common = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}
    known = {
        "ByteMatchStatement": {
            "SearchString": FRONT_DOOR.encode(), "FieldToMatch": {"SingleHeader": {"Name": "x-front-door"}},
            "TextTransformations": [{"Priority": 0, "Type": "NONE"}], "PositionalConstraint": "EXACTLY",
        }
    }  # fmt: skip
    return [
        _rule("common", 0, {"OverrideAction": {"None": {}}}, common),
        _rule("front door", 1, {"Action": {"Block": {}}}, {"NotStatement": {"Statement": known}}),
    ]
