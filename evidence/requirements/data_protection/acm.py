"""Certificates in AWS Certificate Manager."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.certificates import DAYS_LEFT, weak
from evidence.requirements.declare import Applies, requirement

IN_USE = Applies(
    lambda certificates: certificates.in_use.is_true() | certificates.exported.is_true(),
    "No AWS resource uses it, and ACM never handed it out.",
)


@requirement(
    "acm.certificates.issued",
    says="Every certificate of ACM that is in use is issued.",
    why="Callers refuse a certificate that has expired or was revoked.",
    logic="Status is ISSUED. In use is a certificate that InUse says is, or that was exported.",
    covers=("DP-06",),
    applies=(IN_USE,),
    shows=("domain", "used_by"),
    fix="Request or import a valid certificate, and put it in the place of this one on what uses it.",
    source="https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateSummary.html",
)
def issued(certificates: Population) -> Truth:
    return certificates.status == "ISSUED"


@requirement(
    "acm.certificates.not-expiring",
    says="Every certificate of ACM that is in use is valid for some time yet.",
    why="Users see a warning, or nothing, from the day a certificate ends.",
    logic="NotAfter lies more than the days allowed after the run's end. In use is a certificate that InUse says is, or that was "
    "exported.",
    covers=("DP-06",),
    parameters={"days": DAYS_LEFT},
    applies=(IN_USE,),
    shows=("domain", "source", "used_by"),
    fix="An imported certificate: import its successor under the same ARN. One issued by Amazon: see why ACM does not renew it, most "
    "often a DNS record for validation that is gone.",
    source="https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateSummary.html",
)
def not_expiring(certificates: Population, *, days: int) -> Truth:
    return certificates.not_after.beyond(days=days)


@requirement(
    "acm.certificates.key-strength",
    says="Every certificate of ACM that is in use has a key of at least 2,048 bits, or one on an elliptic curve.",
    why="Shorter RSA keys can be broken, and browsers refuse them.",
    logic="KeyAlgorithm is RSA of 2,048 bits or more, or EC, written with - or _; another kind of key is unknown. In use is a "
    "certificate that InUse says is, or that was exported.",
    covers=("DP-06",),
    applies=(IN_USE,),
    shows=("domain", "key_algorithm", "used_by"),
    fix="Request or import a certificate with a stronger key, and put it in the place of this one on what uses it.",
    source="https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html",
)
def key_strength(certificates: Population) -> Truth:
    return certificates.key_algorithm.free_of(weak)


@requirement(
    "acm.certificates.renewal",
    says="Every renewal that ACM has begun goes on without anybody's help.",
    why="A renewal that waits for validation ends, unnoticed, in an expired certificate.",
    logic="RenewalStatus is SUCCESS or PENDING_AUTO_RENEWAL. It does not apply where ACM tells of no renewal, nor to a certificate that "
    "is neither in use nor was exported.",
    covers=("DP-06",),
    applies=(
        Applies(
            lambda certificates: ~(certificates.source == "IMPORTED"),
            "An imported certificate: ACM does not renew it. See acm.certificates.not-expiring.",
        ),
        IN_USE,
        Applies(lambda certificates: certificates.renewal.present(), "ACM tells of no renewal: none has begun."),
    ),
    shows=("domain", "not_after", "renewal_reason"),
    fix="PENDING_VALIDATION: put back the DNS record (or answer the e-mail) that validates each domain. FAILED: see the reason, and "
    "request a new certificate where it cannot be mended.",
    source="https://docs.aws.amazon.com/acm/latest/userguide/check-certificate-renewal-status.html",
)
def renewal(certificates: Population) -> Truth:
    return certificates.renewal.is_in({"SUCCESS", "PENDING_AUTO_RENEWAL"})


REQUIREMENTS = (issued, not_expiring, key_strength, renewal)
