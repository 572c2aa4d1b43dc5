"""Amazon CloudFront: distributions, what they ask of viewers and origins, and whether anybody logs who came.

A header that a distribution adds for its origin is often the secret by which the origin knows it: its value is not kept.
Access logs can be set in the distribution itself, or as a delivery of CloudWatch Logs, which has them in CloudFront's home
Region whatever the Region they go to.
"""

from collections.abc import Mapping
from typing import Any

from evidence.services.declare import Ask, Item, PopulationSpec, Redact, Service, flag, items, text


def _headers(origins: str) -> tuple[Redact, ...]:
    path = f"{origins}.Items[].CustomHeaders.Items[]"
    return (Redact(path, "header for an origin", key="HeaderValue", name="HeaderName"),)


LIST_DISTRIBUTIONS = Ask(
    "cloudfront", "ListDistributions", ("cloudfront:ListDistributions",), result="DistributionList", whole_account=True,
    redact=_headers("DistributionList.Items[].Origins"),
)  # fmt: skip
GET_CONFIG = Ask(
    "cloudfront", "GetDistributionConfig", ("cloudfront:GetDistributionConfig",), each="cloudfront.distributions", given={"Id": "Id"},
    gone=frozenset({"NoSuchDistribution"}), result="DistributionConfig", whole_account=True,
    redact=_headers("DistributionConfig.Origins"),
)  # fmt: skip
DESCRIBE_DELIVERY_SOURCES = Ask(
    "logs", "DescribeDeliverySources", ("logs:DescribeDeliverySources",), result="deliverySources", whole_account=True
)
DESCRIBE_DELIVERIES = Ask("logs", "DescribeDeliveries", ("logs:DescribeDeliveries",), result="deliveries", whole_account=True)


def _ways(distribution: Item) -> list[tuple[str, Item]]:
    """Every way in with its path, the default one last."""
    more = distribution["CacheBehaviors"].get("Items") or ()
    return [*((one["PathPattern"], one) for one in more), ("the default", distribution["DefaultCacheBehavior"])]


def _behaviours(distribution: Item, _: Any) -> list[Item]:
    """Every way in: {path, policy}."""
    return [{"path": path, "policy": str(one["ViewerProtocolPolicy"])} for path, one in _ways(distribution)]


def _origins(distribution: Item, _: Any) -> list[Mapping[str, Any]]:
    """Every distribution has an origin: a list without any raises."""
    found: list[Mapping[str, Any]] = list(distribution["Origins"]["Items"])
    if not found:
        raise ValueError("no origin was listed")
    return found


def _bucket_origins(distribution: Item, answer: Any) -> list[Mapping[str, Any]]:
    """Origins that are buckets. A bucket's web site is a server like any other, and can be read by everyone anyhow."""
    return [origin for origin in _origins(distribution, answer) if origin.get("S3OriginConfig") is not None]


def _origin_groups(distribution: Item, _: Any) -> list[Item]:
    """Every origin group: {id, origins, asked}, `asked` the paths whose cache behaviour asks it."""
    groups = distribution["OriginGroups"]
    found = groups.get("Items") or ()
    if len(found) != groups["Quantity"]:
        raise ValueError(f"{len(found)} of {groups['Quantity']} origin groups were listed")
    ways = [(one["TargetOriginId"], path) for path, one in _ways(distribution)]
    return [
        {
            "id": str(group["Id"]),
            "origins": [str(member["OriginId"]) for member in group["Members"]["Items"]],
            "asked": [path for target, path in ways if target == group["Id"]],
        }
        for group in found
    ]


def _root_object(_: Item, answer: Any) -> Any:
    return answer["DistributionConfig"]["DefaultRootObject"] or None  # empty where there is none


def _default_certificate(distribution: Item, _: Any) -> Any:
    """Whether viewers see CloudFront's own certificate: said outright, or by naming another."""
    certificate = distribution["ViewerCertificate"]
    said = certificate.get("CloudFrontDefaultCertificate")
    own = certificate.get("ACMCertificateArn") or certificate.get("IAMCertificateId")
    return False if said is None and own else said


def _web_acl(distribution: Item, _: Any) -> Any:
    return distribution["WebACLId"] or None  # empty where there is none


DISTRIBUTIONS = PopulationSpec(
    name="cloudfront.distributions",
    noun="CloudFront distribution",
    type="AWS::CloudFront::Distribution",
    listed_by=LIST_DISTRIBUTIONS,
    items="DistributionList.Items[]",
    identity="Id",
    arn="{ARN}",
    columns={
        "domain": text("DomainName"),
        "enabled": flag("Enabled"),
        "behaviours": items(read=_behaviours, label="cache behaviours"),
        "minimum_tls": text("ViewerCertificate.MinimumProtocolVersion", label="security policy"),
        "default_certificate": flag(read=_default_certificate, label="CloudFront's own certificate"),
        "web_acl": text(read=_web_acl, label="web ACL"),
        "origins": items(read=_origins),
        "bucket_origins": items(read=_bucket_origins, label="origins that are buckets"),
        "ssl_support": text("ViewerCertificate.SSLSupportMethod", label="SSLSupportMethod"),
        "origin_groups": items(read=_origin_groups, label="origin groups"),
        "root_object": text(of=GET_CONFIG, read=_root_object, label="default root object"),
        "logging": flag("DistributionConfig.Logging.Enabled", GET_CONFIG, label="standard logging"),
    },
)
DELIVERY_SOURCES = PopulationSpec(
    name="cloudfront.delivery-sources",
    noun="source of delivered logs",
    type="AWS::Logs::DeliverySource",
    listed_by=DESCRIBE_DELIVERY_SOURCES,
    items="deliverySources[]",
    identity="name",
    arn="{arn}",
    columns={"resources": items("resourceArns"), "kind": text("logType", label="kind of log")},
)
DELIVERIES = PopulationSpec(
    name="cloudfront.deliveries",
    noun="delivery of logs",
    type="AWS::Logs::Delivery",
    listed_by=DESCRIBE_DELIVERIES,
    items="deliveries[]",
    identity="id",
    arn="{arn}",
    columns={"source": text("deliverySourceName")},
)

SERVICE = Service(
    "cloudfront",
    "Amazon CloudFront",
    asks=(LIST_DISTRIBUTIONS, GET_CONFIG, DESCRIBE_DELIVERY_SOURCES, DESCRIBE_DELIVERIES),
    populations=(DISTRIBUTIONS, DELIVERY_SOURCES, DELIVERIES),
)
