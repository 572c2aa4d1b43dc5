"""Distributions: data on its way from the viewer, and on to the origin."""

from collections.abc import Mapping, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement

ENABLED = Applies(lambda distributions, *_: distributions.enabled.is_true(), "It is disabled: it answers nobody.")
_ENCRYPTED = frozenset({"https-only", "redirect-to-https"})


def _plain(behaviours: Sequence[Mapping[str, str]]) -> list[str]:
    return [f"{one['path']} is {one['policy']}" for one in behaviours if one["policy"] not in _ENCRYPTED]


@requirement(
    "cloudfront.distributions.https",
    says="Every distribution takes HTTPS only, or sends viewers on to it.",
    why="Passwords and personal data are otherwise readable on the way.",
    logic="ViewerProtocolPolicy is https-only or redirect-to-https in the default cache behaviour and in every other.",
    covers=(),
    applies=(ENABLED,),
    shows=("domain",),
    fix="CloudFront console, distribution, Behaviors, Edit, Viewer protocol policy; or aws cloudfront update-distribution.",
    source="https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehavior.html",
)
def https(distributions: Population) -> Truth:
    return distributions.behaviours.free_of(_plain)


@requirement(
    "cloudfront.distributions.tls-policy",
    says="Every distribution asks viewers for TLS 1.2 or later.",
    why="Older versions have known weaknesses.",
    logic="The distribution has a certificate of its own, and MinimumProtocolVersion begins with TLSv1.2 or TLSv1.3. With CloudFront's own "
    "certificate (CloudFrontDefaultCertificate) viewers may use TLS 1.0, whatever the field says.",
    covers=(),
    applies=(ENABLED,),
    shows=("domain",),
    fix="CloudFront console, distribution, Settings: an alternate domain name with a certificate of ACM, and a security policy of TLSv1.2 "
    "or later.",
    source="https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ViewerCertificate.html",
)
def tls_policy(distributions: Population) -> Truth:
    return ~distributions.default_certificate.is_true() & distributions.minimum_tls.matches(r"^TLSv1\.[23]")


_MODERN = frozenset({"TLSv1.2", "TLSv1.3"})


def _readable(origins: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a server behind the distribution may be sent in clear, or in a version of TLS that is too old."""
    found = []
    for origin in origins:
        if origin.get("VpcOriginConfig"):
            raise ValueError(f"{origin['Id']} is a VPC origin, whose settings are not read")
        server = origin.get("CustomOriginConfig")
        if not server:
            continue
        if server["OriginProtocolPolicy"] == "http-only":
            found.append(f"{origin['Id']} is asked over HTTP")
            continue
        old = [one for one in server["OriginSslProtocols"]["Items"] if one not in _MODERN]
        found += [f"{origin['Id']} is asked over {', '.join(old)} where it knows no better"] if old else []
    return found


def _follows_viewer(origins: Sequence[Mapping[str, Any]]) -> bool:
    """Whether an origin is asked as the viewer asks: a bucket always is."""
    return any((origin.get("CustomOriginConfig") or {}).get("OriginProtocolPolicy") != "https-only" for origin in origins)


@requirement(
    "cloudfront.distributions.origins-encrypted",
    says="Every distribution asks its origins over TLS 1.2 or later.",
    why="What was encrypted as far as CloudFront otherwise crosses the internet in clear.",
    logic="Every custom origin has the OriginProtocolPolicy https-only, or match-viewer, and OriginSslProtocols are TLSv1.2 (or TLSv1.3) "
    "alone. Where an origin is asked as the viewer asks (match-viewer, and every bucket), every cache behaviour must be https-only or "
    "redirect-to-https. A distribution with a VPC origin is unknown: what is set for that is not read.",
    covers=(),
    applies=(ENABLED,),
    shows=("domain",),
    fix="CloudFront console, distribution, Origins, Edit: HTTPS only, minimum origin SSL protocol TLSv1.2.",
    source="https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomOriginConfig.html",
)
def origins_encrypted(distributions: Population) -> Truth:
    follows = distributions.origins.compute(_follows_viewer, label="an origin is asked as the viewer asks")
    as_viewer = ~follows.is_true() | distributions.behaviours.free_of(_plain)
    return distributions.origins.free_of(_readable) & as_viewer


REQUIREMENTS = (https, tls_policy, origins_encrypted)
