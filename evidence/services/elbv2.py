"""Elastic Load Balancing: application, network and gateway load balancers."""

from collections.abc import Callable
from typing import Any

from evidence.services.declare import Ask, Item, Only, PopulationSpec, Redact, Service, flag, items, number, text
from evidence.services.wafv2 import GET_WEB_ACL_FOR_RESOURCE

DESCRIBE_LOAD_BALANCERS = Ask(
    "elbv2", "DescribeLoadBalancers", ("elasticloadbalancing:DescribeLoadBalancers",), result="LoadBalancers"
)
DESCRIBE_ATTRIBUTES = Ask(
    "elbv2",
    "DescribeLoadBalancerAttributes",
    ("elasticloadbalancing:DescribeLoadBalancerAttributes",),
    each="elbv2.load-balancers",
    given={"LoadBalancerArn": "LoadBalancerArn"},
    gone=frozenset({"LoadBalancerNotFound"}),
    result="Attributes",
)
DESCRIBE_TAGS = Ask(
    "elbv2",
    "DescribeTags",
    ("elasticloadbalancing:DescribeTags",),
    each="elbv2.load-balancers",
    given={"ResourceArns": ("LoadBalancerArn",)},
    gone=frozenset({"LoadBalancerNotFound"}),
    result="TagDescriptions",
)
DESCRIBE_LISTENERS = Ask(
    "elbv2",
    "DescribeListeners",
    ("elasticloadbalancing:DescribeListeners",),
    each="elbv2.load-balancers",
    given={"LoadBalancerArn": "LoadBalancerArn"},
    gone=frozenset({"LoadBalancerNotFound"}),
    result="Listeners",
    redact=(Redact("Listeners[].DefaultActions[].AuthenticateOidcConfig", "OIDC client secret", key="ClientSecret"),),
)
# Only a plain-text listener's rules matter: whether every one of them redirects.
DESCRIBE_RULES = Ask(
    "elbv2",
    "DescribeRules",
    ("elasticloadbalancing:DescribeRules",),
    each="elbv2.listeners",
    given={"ListenerArn": "ListenerArn"},
    only=Only("Protocol", frozenset({"HTTP"})),
    gone=frozenset({"ListenerNotFound"}),
    result="Rules",
    redact=(Redact("Rules[].Actions[].AuthenticateOidcConfig", "OIDC client secret", key="ClientSecret"),),
)
# DescribeListeners shows the default certificate alone.
DESCRIBE_LISTENER_CERTIFICATES = Ask(
    "elbv2",
    "DescribeListenerCertificates",
    ("elasticloadbalancing:DescribeListenerCertificates",),
    each="elbv2.listeners",
    given={"ListenerArn": "ListenerArn"},
    only=Only("Protocol", frozenset({"HTTPS", "TLS"})),
    gone=frozenset({"ListenerNotFound"}),
    result="Certificates",
)
DESCRIBE_TARGET_GROUPS = Ask(
    "elbv2", "DescribeTargetGroups", ("elasticloadbalancing:DescribeTargetGroups",), result="TargetGroups"
)
DESCRIBE_TARGET_GROUP_ATTRIBUTES = Ask(
    "elbv2",
    "DescribeTargetGroupAttributes",
    ("elasticloadbalancing:DescribeTargetGroupAttributes",),
    each="elbv2.target-groups",
    given={"TargetGroupArn": "TargetGroupArn"},
    gone=frozenset({"TargetGroupNotFound"}),
    result="Attributes",
)
DESCRIBE_TARGET_HEALTH = Ask(
    "elbv2",
    "DescribeTargetHealth",
    ("elasticloadbalancing:DescribeTargetHealth",),
    each="elbv2.target-groups",
    given={"TargetGroupArn": "TargetGroupArn"},
    gone=frozenset({"TargetGroupNotFound"}),
    result="TargetHealthDescriptions",
)
DESCRIBE_SSL_POLICIES = Ask("elbv2", "DescribeSSLPolicies", ("elasticloadbalancing:DescribeSSLPolicies",), result="SslPolicies")


def _attribute(key: str) -> Callable[[Item, Any], Any]:
    """Reads one attribute of the list of keys and values; absent where the list does not name it."""
    return lambda _, answer: next((entry["Value"] for entry in answer["Attributes"] if entry["Key"] == key), None)


def _access_logs(balancer: Item, answer: Any) -> Any:
    """Whether access logs go to S3. A network load balancer can log through CloudWatch Logs instead, unseen here."""
    value = _attribute("access_logs.s3.enabled")(balancer, answer)
    if value == "false" and balancer.get("Type") == "network":
        raise ValueError("not to S3; a network load balancer can also log through CloudWatch Logs, which is not read")
    return value


def _tags(balancer: Item, answer: Any) -> list[Any]:
    return [
        tag for entry in answer["TagDescriptions"] if entry["ResourceArn"] == balancer["LoadBalancerArn"] for tag in entry["Tags"]
    ]


def _environment(balancer: Item, answer: Any) -> Any:
    return next((tag["Value"] for tag in _tags(balancer, answer) if tag["Key"] == "elasticbeanstalk:environment-id"), None)


LOAD_BALANCERS = PopulationSpec(
    name="elbv2.load-balancers",
    noun="load balancer",
    type="AWS::ElasticLoadBalancingV2::LoadBalancer",
    listed_by=DESCRIBE_LOAD_BALANCERS,
    items="LoadBalancers[]",
    identity="LoadBalancerArn",
    arn="{LoadBalancerArn}",
    columns={
        "balancer_name": text("LoadBalancerName", label="name"),
        "kind": text("Type", label="type"),
        "scheme": text("Scheme"),
        "vpc": text("VpcId", label="VPC"),
        "zones": items("AvailabilityZones[].ZoneName", label="Availability Zones"),
        "groups": items("SecurityGroups", label="security groups"),
        "access_logs": flag(of=DESCRIBE_ATTRIBUTES, read=_access_logs, label="access logs to S3"),
        "access_logs_bucket": text(of=DESCRIBE_ATTRIBUTES, read=_attribute("access_logs.s3.bucket"), label="bucket"),
        "cross_zone": flag(
            of=DESCRIBE_ATTRIBUTES, read=_attribute("load_balancing.cross_zone.enabled"), label="cross-zone balancing"
        ),
        "deletion_protection": flag(of=DESCRIBE_ATTRIBUTES, read=_attribute("deletion_protection.enabled")),
        "drop_invalid_headers": flag(of=DESCRIBE_ATTRIBUTES, read=_attribute("routing.http.drop_invalid_header_fields.enabled")),
        "desync_mode": text(of=DESCRIBE_ATTRIBUTES, read=_attribute("routing.http.desync_mitigation_mode")),
        "tags": items(of=DESCRIBE_TAGS, read=_tags),
        "environment": text(of=DESCRIBE_TAGS, read=_environment, label="Elastic Beanstalk environment"),
        "web_acl": text("WebACL.ARN", GET_WEB_ACL_FOR_RESOURCE, label="web ACL"),
    },
)


def _forwarded_to(listener: Item, _: Any) -> list[str]:
    """The target groups of the default actions: all there are for a network load balancer, which has no rules."""
    found: list[str] = []
    for action in listener["DefaultActions"]:
        weighted = (action.get("ForwardConfig") or {}).get("TargetGroups") or ()
        found += [action["TargetGroupArn"]] if action.get("TargetGroupArn") else []
        found += [group["TargetGroupArn"] for group in weighted]
    return list(dict.fromkeys(found))


LISTENERS = PopulationSpec(
    name="elbv2.listeners",
    noun="load balancer listener",
    type="AWS::ElasticLoadBalancingV2::Listener",
    listed_by=DESCRIBE_LISTENERS,
    items="Listeners[]",
    identity="ListenerArn",
    arn="{ListenerArn}",
    columns={
        "load_balancer": text("LoadBalancerArn"),
        "protocol": text("Protocol"),
        "port": number("Port"),
        "ssl_policy": text("SslPolicy", label="security policy"),
        "certificates": items("Certificates[].CertificateArn"),
        "rules": items("Rules", of=DESCRIBE_RULES),
        "target_groups": items(read=_forwarded_to, label="target groups of the default action"),
    },
)
CERTIFICATES = PopulationSpec(
    name="elbv2.listener-certificates",
    noun="certificate bound to a load balancer's listener",
    type="AWS::ElasticLoadBalancingV2::ListenerCertificate",
    listed_by=DESCRIBE_LISTENER_CERTIFICATES,
    items="Certificates[]",
    identity="CertificateArn",
    arn="{CertificateArn}",
    columns={},
)


def _balancer(group: Item, _: Any) -> Any:
    """The load balancer that uses the group: AWS allows one."""
    balancers = group["LoadBalancerArns"]
    if len(balancers) > 1:
        raise ValueError(f"used by {len(balancers)} load balancers")
    return balancers[0] if balancers else None


TARGET_GROUPS = PopulationSpec(
    name="elbv2.target-groups",
    noun="target group",
    type="AWS::ElasticLoadBalancingV2::TargetGroup",
    listed_by=DESCRIBE_TARGET_GROUPS,
    items="TargetGroups[]",
    identity="TargetGroupArn",
    arn="{TargetGroupArn}",
    columns={
        "group_name": text("TargetGroupName", label="name"),
        "kind": text("TargetType", label="target type"),
        "protocol": text("Protocol"),
        "port": number("Port"),
        "load_balancer": text(read=_balancer),
        "cross_zone": text(
            of=DESCRIBE_TARGET_GROUP_ATTRIBUTES,
            read=_attribute("load_balancing.cross_zone.enabled"),
            label="cross-zone balancing",
        ),
        "targets": items("TargetHealthDescriptions", of=DESCRIBE_TARGET_HEALTH),
    },
)
SSL_POLICIES = PopulationSpec(
    name="elbv2.ssl-policies",
    offered=True,
    noun="security policy of Elastic Load Balancing",
    type="AWS::ElasticLoadBalancingV2::SslPolicy",
    listed_by=DESCRIBE_SSL_POLICIES,
    items="SslPolicies[]",
    identity="Name",
    columns={"protocols": items("SslProtocols"), "ciphers": items("Ciphers[].Name")},
)

SERVICE = Service(
    "elbv2",
    "Elastic Load Balancing",
    asks=(
        DESCRIBE_LOAD_BALANCERS,
        DESCRIBE_ATTRIBUTES,
        DESCRIBE_TAGS,
        DESCRIBE_LISTENERS,
        DESCRIBE_RULES,
        DESCRIBE_LISTENER_CERTIFICATES,
        DESCRIBE_TARGET_GROUPS,
        DESCRIBE_TARGET_GROUP_ATTRIBUTES,
        DESCRIBE_TARGET_HEALTH,
        DESCRIBE_SSL_POLICIES,
    ),
    populations=(LOAD_BALANCERS, LISTENERS, CERTIFICATES, TARGET_GROUPS, SSL_POLICIES),
)
