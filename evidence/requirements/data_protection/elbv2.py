"""Load balancer listeners: data on its way from the client."""

from collections.abc import Mapping, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

Rule = Mapping[str, Any]

PASSED_THROUGH = frozenset({"TCP", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"})
TLS = frozenset({"HTTPS", "TLS"})


@requirement(
    "elbv2.listeners.encrypted",
    says="Every listener takes encrypted connections, or only sends callers on to HTTPS.",
    why="Passwords and personal data are otherwise readable on the way.",
    logic="The protocol is HTTPS or TLS; or it is HTTP, and the last action of every rule, the default rule included, is a redirect "
    "whose Protocol is HTTPS.",
    covers=("DP-01", "DP-03"),
    applies=(
        Applies(
            lambda listeners: ~(listeners.protocol == "GENEVE"),
            "A gateway load balancer hands packets to appliances; it ends no client's connection.",
        ),
        Applies(
            lambda listeners: ~listeners.protocol.is_in(PASSED_THROUGH),
            "TCP passthrough: encryption ends on the instance, which no AWS API shows; a person must add it.",
        ),
    ),
    shows=("port",),
    fix="Add an HTTPS listener with a certificate, and make the HTTP listener's default action a redirect to HTTPS.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html",
)
def encrypted(listeners: Population) -> Truth:
    plain = listeners.protocol == "HTTP"
    return listeners.protocol.is_in(TLS) | (plain & listeners.rules.free_of(_not_redirected))


def _not_redirected(rules: Sequence[Rule]) -> list[str]:
    """Rules that do something else than redirect to HTTPS. "#{protocol}" keeps HTTP."""
    if not any(rule.get("IsDefault") is True for rule in rules):
        raise ValueError("the default rule is not in the answer")
    found = []
    for rule in rules:
        last = max(rule["Actions"], key=lambda action: action.get("Order", 0))
        redirect = last.get("RedirectConfig") or {}
        if last["Type"] != "redirect":
            found.append(f"rule {_name(rule)} answers over HTTP ({last['Type']})")
        elif redirect.get("Protocol") != "HTTPS":
            found.append(f"rule {_name(rule)} redirects to {redirect.get('Protocol', 'the same protocol')}, not to HTTPS")
    return found


def _name(rule: Rule) -> str:
    return "default" if rule.get("IsDefault") else str(rule.get("Priority", "?"))


@requirement(
    "elbv2.listeners.tls-policy",
    says="Every TLS listener allows only TLS 1.2 and TLS 1.3.",
    why="Older versions have known weaknesses, and a listener made through the API allows them unless told otherwise.",
    logic="Every protocol that AWS lists for the listener's security policy is TLSv1.2 or TLSv1.3; where forward secrecy is asked for, "
    "the name of every cipher begins with ECDHE or TLS_.",
    covers=("DP-04",),
    uses=("elbv2.ssl-policies",),
    parameters={
        "forward_secrecy": Parameter(
            False,
            "whether every cipher must give forward secrecy",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
        )
    },
    applies=(Applies(lambda listeners, _: listeners.protocol.is_in(TLS), "The listener ends no TLS connection."),),
    shows=("ssl_policy", "port"),
    fix="aws elbv2 modify-listener --ssl-policy with a policy of the TLS13-1-2 family; in Elastic Beanstalk the option SSLPolicy of "
    "aws:elbv2:listener:<port>.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeSSLPolicies.html",
)
def tls_policy(listeners: Population, policies: Population, *, forward_secrecy: bool) -> Truth:
    protocols = listeners.lookup(policies, on=("ssl_policy", "id"), column="protocols", label="protocols")
    ciphers = listeners.lookup(policies, on=("ssl_policy", "id"), column="ciphers", label="ciphers")
    modern = protocols.each(lambda name: name in ("TLSv1.2", "TLSv1.3"))
    secret = ciphers.each(lambda name: name.startswith(("ECDHE", "TLS_")))
    return modern & secret if forward_secrecy else modern


REQUIREMENTS = (encrypted, tls_policy)
