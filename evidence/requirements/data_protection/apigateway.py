"""APIs: data on its way, and what is kept of answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement

_POLICIES = "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html"
_MODERN = r"^(TLS_1_2|SecurityPolicy_TLS13_1_[23]_\w+|SecurityPolicy_TLS1[23]_\w*EDGE)$"


@requirement(
    "apigateway.domain-names.tls-policy",
    says="Every domain name of APIs asks callers for TLS 1.2 or later.",
    why="Older versions have known weaknesses.",
    logic="The securityPolicy is TLS_1_2, or one whose name says that TLS 1.2 or TLS 1.3 is the lowest version. Names of HTTP and WebSocket "
    "APIs are listed too. The name that AWS gives each API is not judged here.",
    covers=(),
    fix="API Gateway console, Custom domain names, Edit, Security policy; or aws apigateway update-domain-name.",
    source=_POLICIES,
)
def tls_policy(names: Population) -> Truth:
    return names.security_policy.matches(_MODERN)


def _cached_in_clear(stages: Sequence[Mapping[str, Any]]) -> list[str]:
    """Method settings of a stage with a cache that keep answers in it unencrypted."""
    found = []
    for stage in stages:
        if not stage.get("cacheClusterEnabled"):
            continue
        settings = stage["methodSettings"]
        if not settings:
            raise ValueError(f"{stage['stageName']} has a cache and no settings that say how it is used")
        plain = [m for m, one in settings.items() if _said(one, "cachingEnabled") and not _said(one, "cacheDataEncrypted")]
        found += [f"{stage['stageName']}: {method} is cached unencrypted" for method in plain]
    return found


def _said(setting: Mapping[str, Any], name: str) -> bool:
    """Left out, or no yes or no, raises: a gap."""
    if not isinstance(setting[name], bool):
        raise ValueError(f"{name} is {setting[name]!r}")
    return bool(setting[name])


def _cached(stages: Sequence[Mapping[str, Any]]) -> bool:
    return any([stage.get("cacheClusterEnabled") is True for stage in stages])


@requirement(
    "apigateway.rest-apis.cache-encrypted",
    says="Every REST API whose stages keep answers in a cache encrypts them there.",
    why="A cache holds what callers were told, and AWS does not encrypt it unless asked to.",
    logic="In every stage with cacheClusterEnabled, each of the methodSettings with cachingEnabled has cacheDataEncrypted.",
    covers=(),
    applies=(
        Applies(
            lambda apis: apis.stages.compute(_cached, label="a stage has a cache").is_true(),
            "None of its stages has a cache.",
        ),
    ),
    shows=("api_name",),
    fix="API Gateway console, API, Stages, stage, Edit: Encrypt cache data; or aws apigateway update-stage with "
    "/*/*/caching/dataEncrypted.",
    source="https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html",
)
def cache_encrypted(apis: Population) -> Truth:
    return apis.stages.free_of(_cached_in_clear)


def _over_internet(methods: Sequence[Mapping[str, str]]) -> bool:
    return any([one["backend"] == "HTTP" for one in methods])


def _nameless(stages: Sequence[Mapping[str, Any]]) -> list[str]:
    return [f"{stage['stageName']} has no client certificate" for stage in stages if not stage.get("clientCertificateId")]


@requirement(
    "apigateway.rest-apis.client-certificate",
    says="Every REST API that asks servers over the internet shows them a certificate of its own.",
    why="A server can then turn away everyone who did not come through the API.",
    logic="Every stage has a clientCertificateId. Whether the server asks for it is not read.",
    covers=(),
    applies=(
        Applies(
            lambda apis: apis.methods.compute(_over_internet, label="a method asks a server over the internet").is_true(),
            "No method asks a server over the internet: its backends are AWS's own, or stand behind a VPC link.",
        ),
    ),
    shows=("api_name",),
    fix="API Gateway console, API, Client certificates, Generate; then Stages, stage, Edit, Client certificate.",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/getting-started-client-side-ssl-authentication.html",
)
def client_certificate(apis: Population) -> Truth:
    return apis.stages.free_of(_nameless)


REQUIREMENTS = (tls_policy, cache_encrypted, client_certificate)
