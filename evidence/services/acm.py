"""AWS Certificate Manager.

ListCertificates says nothing of most certificates unless asked: left alone it leaves out every key that is not RSA of 2,048
bits or less, certificates without a domain, those that came through ACME, and those under Amazon's N2 roots. Every key type
and origin is named here, and the N2 roots, which are listed only by themselves, have a list of their own.
SearchCertificates is the second source.
"""

from typing import Any

from evidence.services.declare import Ask, Corroboration, Item, PopulationSpec, Service, flag, items, text, time

_ALL = {
    "Includes": {
        "keyTypes": ("RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"),
    },
    "CertificateKeyPairOrigins": ("AWS_MANAGED", "ACME", "CUSTOMER_PROVIDED"),
}
LIST_CERTIFICATES = Ask("acm", "ListCertificates", ("acm:ListCertificates",), parameters=_ALL, result="CertificateSummaryList")
LIST_N2_CERTIFICATES = Ask(
    "acm",
    "ListCertificates",
    ("acm:ListCertificates",),
    parameters={**_ALL, "RootHierarchyTypes": ("N2_AMAZON_MANAGED", "N2_SFG2_AMAZON_MANAGED")},
    result="CertificateSummaryList",
)
SEARCH_CERTIFICATES = Ask("acm", "SearchCertificates", ("acm:SearchCertificates",), result="Results")
DESCRIBE_CERTIFICATE = Ask(
    "acm",
    "DescribeCertificate",
    ("acm:DescribeCertificate",),
    each="acm.certificates",
    given={"CertificateArn": "CertificateArn"},
    gone=frozenset({"ResourceNotFoundException"}),
    result="Certificate",
)


def _exported(certificate: Item, _: Any) -> Any:
    """Whether the certificate and its key were ever handed out. ACM does so for private ones and for public ones that allow it."""
    said = certificate.get("Exported")
    cannot = certificate.get("Type") == "IMPORTED" or certificate.get("ExportOption") == "DISABLED"
    return False if said is None and cannot else said


CERTIFICATES = PopulationSpec(
    name="acm.certificates",
    noun="certificate in ACM",
    type="AWS::CertificateManager::Certificate",
    listed_by=LIST_CERTIFICATES,
    also=(LIST_N2_CERTIFICATES,),
    items="CertificateSummaryList[]",
    identity="CertificateArn",
    arn="{CertificateArn}",
    corroborated_by=Corroboration(
        "acm.found-certificates",
        "certificate",
        r"^(.+)$",
        limits="It names only certificates that a resource uses or that can be searched.",
    ),
    columns={
        "domain": text("DomainName"),
        "status": text("Status", label="certificate status"),
        "source": text("Type", label="source"),
        "key_algorithm": text("KeyAlgorithm", label="key"),
        "not_after": time("NotAfter", label="valid until"),
        "in_use": flag("InUse", label="in use"),
        "exported": flag(read=_exported),
        "used_by": items("Certificate.InUseBy", of=DESCRIBE_CERTIFICATE, label="used by"),
        "renewal": text("Certificate.RenewalSummary.RenewalStatus", of=DESCRIBE_CERTIFICATE, label="renewal"),
        "renewal_reason": text(
            "Certificate.RenewalSummary.RenewalStatusReason", of=DESCRIBE_CERTIFICATE, label="reason given for the renewal"
        ),
    },
)
FOUND_CERTIFICATES = PopulationSpec(
    name="acm.found-certificates",
    noun="certificate that a search in ACM finds",
    type="AWS::CertificateManager::Certificate",
    listed_by=SEARCH_CERTIFICATES,
    items="Results[]",
    identity="CertificateArn",
    arn="{CertificateArn}",
    columns={"certificate": text("CertificateArn")},
)

SERVICE = Service(
    "acm",
    "AWS Certificate Manager",
    asks=(LIST_CERTIFICATES, LIST_N2_CERTIFICATES, SEARCH_CERTIFICATES, DESCRIBE_CERTIFICATE),
    populations=(CERTIFICATES, FOUND_CERTIFICATES),
)
