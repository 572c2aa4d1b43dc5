"""Distributions: what stands in front of them, and who gets around them."""

from collections.abc import Mapping, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.data_protection.cloudfront import ENABLED
from evidence.requirements.declare import Applies, requirement


@requirement(
    "cloudfront.distributions.web-acl",
    says="Every distribution stands behind a web ACL.",
    why="Without one every request reaches the origin, however plainly it is an attack.",
    logic="WebACLId is not empty. What the web ACL does and records is judged by wafv2.cloudfront-web-acls.blocks and "
    "wafv2.cloudfront-web-acls.logging; one of AWS WAF Classic counts, and what it does is not read.",
    covers=(),
    applies=(ENABLED,),
    shows=("domain",),
    fix="CloudFront console, distribution, Security, Enable security protections; or aws cloudfront update-distribution with WebACLId.",
    source="https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionSummary.html",
)
def web_acl(distributions: Population) -> Truth:
    return distributions.web_acl.present()


def _unsigned(origins: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"{origin['Id']} is asked without a name"
        for origin in origins
        if not (origin.get("OriginAccessControlId") or origin["S3OriginConfig"].get("OriginAccessIdentity"))
    ]


@requirement(
    "cloudfront.distributions.origin-access-control",
    says="Every distribution asks its buckets in a name of its own.",
    why="Only then can the bucket be closed to everyone else: otherwise it must be public, and can be read around CloudFront.",
    logic="Every origin with an S3OriginConfig has an OriginAccessControlId, or, the older way, an OriginAccessIdentity. Whether the "
    "bucket lets in nobody else is judged of the bucket.",
    covers=(),
    applies=(
        ENABLED,
        Applies(lambda distributions: distributions.bucket_origins.some(lambda _: True), "None of its origins is a bucket."),
    ),
    shows=("domain",),
    fix="CloudFront console, distribution, Origins, Edit: Origin access control settings; then let the bucket's policy name the "
    "distribution only.",
    source="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html",
)
def origin_access_control(distributions: Population) -> Truth:
    return distributions.bucket_origins.free_of(_unsigned)


@requirement(
    "cloudfront.distributions.default-root-object",
    says="Every distribution in front of a bucket answers a request for its root with a page that was set.",
    why="Otherwise the request goes to the bucket as it is, which may answer with the list of all that it holds.",
    logic="DefaultRootObject is not empty; an answer without the field is unknown. Not applicable where no origin has an S3OriginConfig. "
    "What a function at the edge answers instead is not read.",
    covers=(),
    applies=(
        ENABLED,
        Applies(lambda distributions: distributions.bucket_origins.some(lambda _: True), "None of its origins is a bucket."),
    ),
    shows=("domain",),
    fix="CloudFront console, distribution, General, Settings, Edit: Default root object, such as index.html; or aws cloudfront "
    "update-distribution with DefaultRootObject.",
    source="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html",
)
def default_root_object(distributions: Population) -> Truth:
    return distributions.root_object.present()


@requirement(
    "cloudfront.distributions.sni",
    says="Every distribution with a certificate of its own serves it by server name (SNI) alone.",
    why="Addresses of its own are only for clients that name no server: those are too old to be trusted with the protocols of today.",
    logic="SSLSupportMethod is sni-only; left out, it is unknown. Not applicable with CloudFront's own certificate "
    "(CloudFrontDefaultCertificate), where the field decides nothing.",
    covers=(),
    applies=(
        ENABLED,
        Applies(lambda distributions: ~distributions.default_certificate.is_true(), "It has CloudFront's own certificate."),
    ),
    shows=("domain",),
    fix="CloudFront console, distribution, General, Settings, Edit: turn off Legacy clients support; or aws cloudfront "
    "update-distribution with SSLSupportMethod sni-only.",
    source="https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ViewerCertificate.html",
)
def sni(distributions: Population) -> Truth:
    return distributions.ssl_support == "sni-only"


REQUIREMENTS = (web_acl, origin_access_control, default_root_object, sni)
