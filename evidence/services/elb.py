"""Elastic Load Balancing: classic load balancers."""

from collections.abc import Iterator, Mapping
from typing import Any

from evidence.services.declare import Ask, Item, Only, PopulationSpec, Service, flag, items, number, text

DESCRIBE_LOAD_BALANCERS = Ask(
    "elb", "DescribeLoadBalancers", ("elasticloadbalancing:DescribeLoadBalancers",), result="LoadBalancerDescriptions"
)
DESCRIBE_ATTRIBUTES = Ask(
    "elb",
    "DescribeLoadBalancerAttributes",
    ("elasticloadbalancing:DescribeLoadBalancerAttributes",),
    each="elb.load-balancers",
    given={"LoadBalancerName": "LoadBalancerName"},
    gone=frozenset({"LoadBalancerNotFound"}),
    result="LoadBalancerAttributes",
)
# Asked by name: without names AWS describes every policy made for the load balancer, bound or not, and without the load
# balancer its own samples.
DESCRIBE_POLICIES = Ask(
    "elb",
    "DescribeLoadBalancerPolicies",
    ("elasticloadbalancing:DescribeLoadBalancerPolicies",),
    each="elb.listeners",
    given={"LoadBalancerName": "LoadBalancerName", "PolicyNames": "PolicyNames"},
    only=Only("Listener.Protocol", frozenset({"HTTPS", "SSL"})),
    gone=frozenset({"LoadBalancerNotFound"}),
    result="PolicyDescriptions",
)

_OLD = ("Protocol-SSLv3", "Protocol-TLSv1", "Protocol-TLSv1.1")


def _desync(_: Item, answer: Any) -> Any:
    found = answer["LoadBalancerAttributes"].get("AdditionalAttributes") or ()
    return next((entry["Value"] for entry in found if entry["Key"] == "elb.http.desyncmitigationmode"), None)


def _listeners(answer: Item) -> Iterator[Item]:
    """One entry for each listener of each load balancer. One that cannot be read is an entry without an Id: a gap of its own."""
    for balancer in answer["LoadBalancerDescriptions"]:
        name = balancer.get("LoadBalancerName") if isinstance(balancer, Mapping) else None
        described = balancer.get("ListenerDescriptions") if name else None
        for one in described if isinstance(described, (list, tuple)) else (None,):
            yield _listener(str(name), one)


def _listener(name: str, described: Any) -> Item:
    listener = described.get("Listener") if isinstance(described, Mapping) else None
    if not isinstance(listener, Mapping) or "LoadBalancerPort" not in listener:
        return {"LoadBalancerName": name}
    bound = {"PolicyNames": described["PolicyNames"]} if described.get("PolicyNames") else {}
    return {"Id": f"{name}:{listener['LoadBalancerPort']}", "LoadBalancerName": name, "Listener": listener, **bound}


def _negotiated(answer: Any) -> dict[str, bool]:
    """What the negotiation policies among those bound say of each protocol and cipher: on where any of them has it on."""
    found: dict[str, bool] = {}
    policies = [p for p in answer["PolicyDescriptions"] if p["PolicyTypeName"] == "SSLNegotiationPolicyType"]
    if not policies:
        raise ValueError("none of the policies bound to the listener is a negotiation policy")
    for policy in policies:
        said = {a["AttributeName"]: a["AttributeValue"] for a in policy["PolicyAttributeDescriptions"]}
        said.pop("Reference-Security-Policy", None)
        for name in (*_OLD, *said):
            if said.get(name) not in ("true", "false"):
                raise ValueError(f"policy {policy['PolicyName']} does not say whether {name} is on")
            found[name] = found.get(name, False) or said[name] == "true"
    return found


def _protocols(_: Item, answer: Any) -> list[str]:
    return [name.removeprefix("Protocol-") for name, on in _negotiated(answer).items() if on and name.startswith("Protocol-")]


LOAD_BALANCERS = PopulationSpec(
    name="elb.load-balancers",
    noun="classic load balancer",
    type="AWS::ElasticLoadBalancing::LoadBalancer",
    listed_by=DESCRIBE_LOAD_BALANCERS,
    items="LoadBalancerDescriptions[]",
    identity="LoadBalancerName",
    arn="arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{LoadBalancerName}",
    columns={
        "scheme": text("Scheme"),
        "vpc": text("VPCId", label="VPC"),
        "zones": items("AvailabilityZones", label="Availability Zones"),
        "groups": items("SecurityGroups", label="security groups"),
        "instances": items("Instances[].InstanceId"),
        "protocols": items("ListenerDescriptions[].Listener.Protocol", label="listeners' protocols"),
        "cross_zone": flag(
            "LoadBalancerAttributes.CrossZoneLoadBalancing.Enabled", of=DESCRIBE_ATTRIBUTES, label="cross-zone balancing"
        ),
        "draining": flag(
            "LoadBalancerAttributes.ConnectionDraining.Enabled", of=DESCRIBE_ATTRIBUTES, label="connection draining"
        ),
        "access_logs": flag("LoadBalancerAttributes.AccessLog.Enabled", of=DESCRIBE_ATTRIBUTES, label="access logs"),
        "access_logs_bucket": text("LoadBalancerAttributes.AccessLog.S3BucketName", of=DESCRIBE_ATTRIBUTES, label="bucket"),
        "desync_mode": text(of=DESCRIBE_ATTRIBUTES, read=_desync, label="desync mitigation mode"),
    },
)
LISTENERS = PopulationSpec(
    name="elb.listeners",
    noun="classic load balancer's listener",
    type="AWS::ElasticLoadBalancing::Listener",
    listed_by=DESCRIBE_LOAD_BALANCERS,
    rows=lambda answer: list(_listeners(answer)),
    identity="Id",
    arn="arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{LoadBalancerName}",
    columns={
        "load_balancer": text("LoadBalancerName"),
        "port": number("Listener.LoadBalancerPort"),
        "protocol": text("Listener.Protocol"),
        "instance_protocol": text("Listener.InstanceProtocol", label="protocol to the instances"),
        "certificate": text("Listener.SSLCertificateId"),
        "policies": items("PolicyNames", label="policies bound"),
        "protocols": items(of=DESCRIBE_POLICIES, read=_protocols, label="protocols"),
    },
)

SERVICE = Service(
    "elb",
    "Elastic Load Balancing, classic",
    asks=(DESCRIBE_LOAD_BALANCERS, DESCRIBE_ATTRIBUTES, DESCRIBE_POLICIES),
    populations=(LOAD_BALANCERS, LISTENERS),
)
