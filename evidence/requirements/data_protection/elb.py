"""Classic load balancers: data on its way from the client, and on to the instance."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.certificates import DAYS_LEFT, sound
from evidence.requirements.declare import Applies, requirement

TLS = frozenset({"HTTPS", "SSL"})

ENDS_TLS = Applies(lambda listeners, *_: listeners.protocol.is_in(TLS), "The listener ends no TLS connection.")
NO_PASSTHROUGH = Applies(
    lambda listeners: ~(listeners.protocol == "TCP"),
    "TCP passthrough: encryption ends on the instance, which no AWS API shows; a person must add it.",
)


@requirement(
    "elb.listeners.encrypted",
    says="Every listener of a classic load balancer takes encrypted connections only.",
    why="Passwords and personal data are otherwise readable on the way; a classic load balancer cannot redirect to HTTPS itself.",
    logic="The protocol is HTTPS or SSL.",
    covers=("DP-02",),
    applies=(NO_PASSTHROUGH,),
    shows=("port",),
    fix="Replace the load balancer with an application load balancer whose HTTP listener redirects to HTTPS; or aws elb "
    "create-load-balancer-listeners for HTTPS and delete-load-balancer-listeners for HTTP.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_Listener.html",
)
def encrypted(listeners: Population) -> Truth:
    return listeners.protocol.is_in(TLS)


@requirement(
    "elb.listeners.tls-policy",
    says="Every TLS listener of a classic load balancer refuses SSL 3, TLS 1.0 and TLS 1.1.",
    why="These versions have known weaknesses, and a listener made without a policy of its own gets one that allows TLS 1.0.",
    logic="Of the Protocol- attributes of the negotiation policies bound to the listener, only TLSv1.2 or TLSv1.3 are true; each policy "
    "must say of SSLv3, TLSv1 and TLSv1.1 whether it is on. Policies made but not bound do not count.",
    covers=("DP-05",),
    applies=(ENDS_TLS,),
    shows=("policies", "port"),
    fix="aws elb create-load-balancer-policy with Reference-Security-Policy ELBSecurityPolicy-TLS-1-2-2017-01, then "
    "set-load-balancer-policies-of-listener; in Elastic Beanstalk the option SSLReferencePolicy of aws:elb:policies:<name>.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-ssl-security-policy.html",
)
def tls_policy(listeners: Population) -> Truth:
    return listeners.protocols.each(lambda name: name in ("TLSv1.2", "TLSv1.3"))


@requirement(
    "elb.listeners.certificate-valid",
    says="The certificate of every TLS listener of a classic load balancer is issued, strong enough and valid for some time yet.",
    why="Users see a warning, or nothing, from the day a certificate ends.",
    logic="A certificate of ACM has the status ISSUED, an EC key or an RSA key of 2,048 bits or more, and a NotAfter more than the days "
    "allowed after the run's end; one kept in IAM has such an Expiration. A certificate that neither lists is unknown.",
    covers=("DP-06",),
    uses=("acm.certificates", "iam.server-certificates"),
    parameters={"days": DAYS_LEFT},
    applies=(ENDS_TLS,),
    shows=("certificate", "port"),
    fix="aws elb set-load-balancer-listener-ssl-certificate with a certificate that ACM issues and renews.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/ssl-server-cert.html",
)
def certificate_valid(listeners: Population, acm: Population, iam: Population, *, days: int) -> Truth:
    return sound(listeners, "certificate", acm, iam, days)


@requirement(
    "elb.listeners.acm-certificate",
    says="Every TLS listener of a classic load balancer has a certificate of ACM.",
    why="ACM renews what it issued by itself; a certificate kept in IAM is renewed by hand, by somebody who holds its key.",
    logic="SSLCertificateId is the ARN of a certificate of ACM, issued there or imported; left out, it is unknown. Whether "
    "it is valid is judged by elb.listeners.certificate-valid.",
    covers=("DP-06",),
    applies=(ENDS_TLS,),
    shows=("port",),
    fix="Request a certificate in ACM, then aws elb set-load-balancer-listener-ssl-certificate with its ARN.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/ssl-server-cert.html",
)
def acm_certificate(listeners: Population) -> Truth:
    return listeners.certificate.matches(r"^arn:aws[a-z-]*:acm:")


@requirement(
    "elb.listeners.instance-encrypted",
    says="Every listener of a classic load balancer passes requests on to the instances encrypted.",
    why="Where the policy asks for encryption from end to end, the way inside the VPC counts too.",
    logic="The protocol to the instances is HTTPS or SSL. For a TCP listener the client decides; where the listener ends TLS and passes "
    "on over HTTP or TCP, that is an exception.",
    covers=("DP-07",),
    applies=(NO_PASSTHROUGH,),
    shows=("protocol", "port"),
    fix="Make the listener anew with InstanceProtocol HTTPS or SSL, and a certificate on the instances; in Elastic Beanstalk the option "
    "InstanceProtocol of aws:elb:listener:<port>.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_Listener.html",
)
def instance_encrypted(listeners: Population) -> Truth:
    return listeners.instance_protocol.is_in(TLS)


REQUIREMENTS = (encrypted, tls_policy, certificate_valid, acm_certificate, instance_encrypted)
