"""The edge: web ACLs in front of the load balancers, the names that lead there, firewalls on the way out."""

from tests.larkfield.base import BAD, GOOD, arn, digits, ident, uuid
from tests.larkfield.more.place import Answer, More
from tests.larkfield.more.secrets import FRONT_DOOR
from tests.larkfield.network import Names


def add_web_acls(place: More, n: Names) -> None:
    """The good one blocks, logs and lets nobody in who did not come by the front door; the other one counts and forgets."""
    name = "front" if n.good else "try-out"
    acl = place.arn("wafv2", f"regional/webacl/{name}/{uuid(name)}")
    place.put(
        "wafv2",
        "ListWebACLs",
        {"WebACLs": [{"Name": name, "Id": uuid(name), "ARN": acl, "LockToken": uuid("lock")}]},
        Scope="REGIONAL",
    )
    described = web_acl(name, acl, _door_rules() if n.good else [_rule("sale", 0, {"Action": {"Count": {}}})])
    place.put("wafv2", "GetWebACL", {"WebACL": described, "LockToken": uuid("lock")}, Scope="REGIONAL", Name=name, Id=uuid(name))
    if n.good:
        logging = {
            "ResourceArn": acl,
            "LogDestinationConfigs": ["arn:aws:s3:::aws-waf-logs-larkfield"],
            "ManagedByFirewallManager": False,
        }
        place.put("wafv2", "GetLoggingConfiguration", {"LoggingConfiguration": logging}, ResourceArn=acl)
    else:
        message = "AWS WAF couldn\u2019t perform the operation because your resource doesn\u2019t exist."
        place.fail("wafv2", "GetLoggingConfiguration", "WAFNonexistentItemException", 400, message, ResourceArn=acl)
    for balancer in place.said("elbv2", "DescribeLoadBalancers")["LoadBalancers"]:
        if balancer["Type"] == "application":
            protected = n.good and balancer["Scheme"] == "internet-facing"
            answer = {"WebACL": described} if protected else {}
            place.put("wafv2", "GetWebACLForResource", answer, ResourceArn=balancer["LoadBalancerArn"])


def web_acl(name: str, arn: str, rules: list[Answer]) -> Answer:
    return {
        "Name": name, "Id": uuid(name), "ARN": arn, "DefaultAction": {"Allow": {}}, "Rules": rules, "VisibilityConfig": _seen(name), "Capacity": 710,
        "ManagedByFirewallManager": False, "LabelNamespace": f"awswaf:webacl:{uuid(name)}:",
    }  # fmt: skip


def _seen(name: str) -> Answer:
    return {
        "SampledRequestsEnabled": True,
        "CloudWatchMetricsEnabled": True,
        "MetricName": "".join(c for c in name if c.isalnum()),
    }


def _rule(name: str, priority: int, does: Answer, statement: Answer | None = None) -> Answer:
    says = statement or {"GeoMatchStatement": {"CountryCodes": ["AQ"]}}
    return {"Name": name, "Priority": priority, "Statement": says, "VisibilityConfig": _seen(name), **does}


def blocking(name: str, priority: int) -> Answer:
    """AWS's common rules, with the actions they have."""
    common = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}
    return _rule(name, priority, {"OverrideAction": {"None": {}}}, common)


def _door_rules() -> list[Answer]:
    """AWS's common rules; and a header that only the front door knows, which must not be kept."""
    known = {
        "ByteMatchStatement": {
            "SearchString": FRONT_DOOR.encode(), "FieldToMatch": {"SingleHeader": {"Name": "x-front-door"}},
            "TextTransformations": [{"Priority": 0, "Type": "NONE"}], "PositionalConstraint": "EXACTLY",
        }
    }  # fmt: skip
    return [
        blocking("common", 0),
        _rule("front door", 1, {"Action": {"Block": {}}}, {"NotStatement": {"Statement": known}}),
    ]


def add_zones(everywhere: More, shop: Names, legacy: Names) -> None:
    """The shop's zone is signed and logged, and one record of it points to an environment that was ended; an old zone is neither."""
    zones = {"larkfield.example.": False, "larkfield-2019.example.": False, "internal.larkfield.example.": True}
    listed = [
        {"Id": f"/hostedzone/{_zone(name)}", "Name": name, "CallerReference": uuid(name), "Config": {"PrivateZone": private}, "ResourceRecordSetCount": 2}
        for name, private in zones.items()
    ]  # fmt: skip
    everywhere.put("route53", "ListHostedZones", {"HostedZones": listed, "IsTruncated": False, "Marker": "", "MaxItems": "100"})
    own = f"{shop.environment}.{GOOD}.elasticbeanstalk.com"
    records = {
        "larkfield.example.": [_points("larkfield.example.", own), _points("spring-sale.larkfield.example.", f"spring-sale.{GOOD}.elasticbeanstalk.com")],
        "larkfield-2019.example.": [_points("www.larkfield-2019.example.", f"{legacy.environment}.{BAD}.elasticbeanstalk.com")],
        "internal.larkfield.example.": [],
    }  # fmt: skip
    for name, private in zones.items():
        zone = _zone(name)
        answer = {"ResourceRecordSets": records[name], "IsTruncated": False, "MaxItems": "300"}
        everywhere.put("route53", "ListResourceRecordSets", answer, HostedZoneId=zone)
        if not private:
            state = {"ServeSignature": "SIGNING" if name == "larkfield.example." else "NOT_SIGNING"}
            everywhere.put("route53", "GetDNSSEC", {"Status": state, "KeySigningKeys": []}, HostedZoneId=zone)
    group = arn("logs", "us-east-1", "log-group:/aws/route53/larkfield.example:*")
    config = {"Id": uuid("queries"), "HostedZoneId": _zone("larkfield.example."), "CloudWatchLogsLogGroupArn": group}
    everywhere.put("route53", "ListQueryLoggingConfigs", {"QueryLoggingConfigs": [config]})


def _zone(name: str) -> str:
    return f"Z{digits(name, 13).upper()}"


def _points(name: str, target: str) -> Answer:
    return {"Name": name, "Type": "CNAME", "TTL": 300, "ResourceRecords": [{"Value": target}]}


def add_firewalls(place: More, n: Names) -> None:
    """One in every zone, guarded and logged; and one that was tried out and looks at nothing."""
    name = "egress" if n.good else "trial"
    firewall, policy = (place.arn("network-firewall", f"{kind}/{name}") for kind in ("firewall", "firewall-policy"))
    place.put("network-firewall", "ListFirewalls", {"Firewalls": [{"FirewallName": name, "FirewallArn": firewall}]})
    described = {
        "FirewallName": name, "FirewallArn": firewall, "FirewallId": uuid(name), "FirewallPolicyArn": policy, "VpcId": n.vpc,
        "SubnetMappings": [{"SubnetId": ident("subnet", f"firewall {zone}")} for zone in n.zones], "DeleteProtection": n.good,
        "SubnetChangeProtection": n.good, "FirewallPolicyChangeProtection": False,
    }  # fmt: skip
    place.put("network-firewall", "DescribeFirewall", {"Firewall": described}, FirewallArn=firewall)
    archive = {"LogType": "ALERT", "LogDestinationType": "S3", "LogDestination": {"bucketName": "larkfield-archive"}}
    logging = {"FirewallArn": firewall, "LoggingConfiguration": {"LogDestinationConfigs": [archive] if n.good else []}}
    place.put("network-firewall", "DescribeLoggingConfiguration", logging, FirewallArn=firewall)
    place.put("network-firewall", "ListFirewallPolicies", {"FirewallPolicies": [{"Name": name, "Arn": policy}]})
    groups = [{"ResourceArn": place.arn("network-firewall", "stateful-rulegroup/known-hosts")}]
    action = ["aws:forward_to_sfe" if n.good else "aws:pass"]
    rules = {
        "StatelessDefaultActions": action,
        "StatelessFragmentDefaultActions": action,
        "StatefulRuleGroupReferences": groups if n.good else [],
    }
    answer = {"FirewallPolicyName": name, "FirewallPolicyArn": policy, "FirewallPolicyId": uuid(f"policy {name}")}
    both = {"UpdateToken": uuid("token"), "FirewallPolicyResponse": answer, "FirewallPolicy": rules}
    place.put("network-firewall", "DescribeFirewallPolicy", both, FirewallPolicyArn=policy)
