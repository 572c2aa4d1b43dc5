"""Elastic Load Balancing: application, network and gateway load balancers."""

from collections.abc import Callable
from typing import Any

from evidence.services.declare import Ask, Item, Only, PopulationSpec, Redact, Service, flag, items, number, text

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
        "deletion_protection": flag(of=DESCRIBE_ATTRIBUTES, read=_attribute("deletion_protection.enabled")),
        "drop_invalid_headers": flag(of=DESCRIBE_ATTRIBUTES, read=_attribute("routing.http.drop_invalid_header_fields.enabled")),
        "desync_mode": text(of=DESCRIBE_ATTRIBUTES, read=_attribute("routing.http.desync_mitigation_mode")),
        "tags": items(of=DESCRIBE_TAGS, read=_tags),
        "environment": text(of=DESCRIBE_TAGS, read=_environment, label="Elastic Beanstalk environment"),
    },
)
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
    },
)
SSL_POLICIES = PopulationSpec(
    name="elbv2.ssl-policies",
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
        DESCRIBE_SSL_POLICIES,
    ),
    populations=(LOAD_BALANCERS, LISTENERS, SSL_POLICIES),
)
