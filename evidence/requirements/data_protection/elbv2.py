"""Load balancers, listeners and target groups: data on its way from the client, and on to the target."""

from collections.abc import Mapping, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.certificates import DAYS_LEFT, sound
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


@requirement(
    "elbv2.load-balancers.https",
    says="Every application load balancer that takes connections has an HTTPS listener.",
    why="A redirect to HTTPS leads nowhere where nothing answers it, and without one everything is readable on the way.",
    logic="At least one of the load balancer's listeners has the protocol HTTPS.",
    covers=("DP-01",),
    uses=("elbv2.listeners",),
    applies=(
        Applies(
            lambda balancers, _: balancers.kind == "application",
            "Only application load balancers speak HTTPS; see elbv2.listeners.encrypted.",
        ),
        Applies(
            lambda balancers, listeners: balancers.some_in(listeners, on=("id", "load_balancer"), label="listeners"),
            "It has no listener, so it takes no connections.",
        ),
    ),
    shows=("balancer_name",),
    fix="aws elbv2 create-listener --protocol HTTPS with a certificate; in Elastic Beanstalk the options Protocol and SSLCertificateArns of "
    "aws:elbv2:listener:443.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html",
)
def https(balancers: Population, listeners: Population) -> Truth:
    takes_https = listeners.protocol == "HTTPS"
    return balancers.some_in(listeners, on=("id", "load_balancer"), where=takes_https, label="HTTPS listeners")


@requirement(
    "elbv2.listener-certificates.valid",
    says="Every certificate bound to a listener, default or not, is issued, strong enough and valid for some time yet.",
    why="Users see a warning, or nothing, from the day a certificate ends, whichever of a listener's names they asked for.",
    logic="A certificate of ACM has the status ISSUED, an EC key or an RSA key of 2,048 bits or more, and a NotAfter more than the days "
    "allowed after the run's end; one kept in IAM has such an Expiration. A certificate that neither lists is unknown.",
    covers=("DP-06",),
    uses=("acm.certificates", "iam.server-certificates"),
    parameters={"days": DAYS_LEFT},
    fix="aws elbv2 modify-listener (the default certificate) or add-listener-certificates and remove-listener-certificates (the others) "
    "with one that ACM issues and renews.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListenerCertificates.html",
)
def certificates_valid(bound: Population, acm: Population, iam: Population, *, days: int) -> Truth:
    return sound(bound, "id", acm, iam, days)


def _tls_ends_before(groups: Population, listeners: Population) -> Truth:
    """Whether a TLS listener passes on to the group: its connections are decrypted before they get there."""
    ends = listeners.protocol == "TLS"
    return groups.some_in(listeners, on=("id", "target_groups"), where=ends, label="TLS listeners that pass on to it")


@requirement(
    "elbv2.target-groups.encrypted",
    says="Every target group in use passes requests on encrypted.",
    why="Where the policy asks for encryption from end to end, the way inside the VPC counts too. The load balancer does not check the "
    "targets' certificates.",
    logic="The protocol is HTTPS or TLS. TCP is an exception where a TLS listener passes on to it; otherwise the client decides.",
    covers=("DP-07",),
    uses=("elbv2.listeners",),
    applies=(
        Applies(lambda groups, _: groups.load_balancer.present(), "No load balancer uses it."),
        Applies(lambda groups, _: ~(groups.kind == "lambda"), "Lambda functions are called through AWS's own encrypted API."),
        Applies(
            lambda groups, _: ~(groups.protocol == "GENEVE"), "A gateway load balancer hands packets to appliances as they are."
        ),
        Applies(
            lambda groups, listeners: ~groups.protocol.is_in(PASSED_THROUGH) | _tls_ends_before(groups, listeners),
            "Passed through as the client sent it: encryption ends on the target, which no AWS API shows; a person must add it.",
        ),
    ),
    shows=("group_name", "port"),
    fix="Make a target group with the protocol HTTPS or TLS and a certificate on the targets, and have the listener forward to it; in "
    "Elastic Beanstalk the option Protocol of aws:elasticbeanstalk:environment:process:<name>.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html",
)
def targets_encrypted(groups: Population, listeners: Population) -> Truth:
    passed_through = groups.protocol.is_in(PASSED_THROUGH) & ~_tls_ends_before(groups, listeners)
    return groups.protocol.is_in(TLS) | passed_through


REQUIREMENTS = (encrypted, tls_policy, https, certificates_valid, targets_encrypted)
