"""What AWS says of certificates, in ACM and in IAM."""

import datetime as dt
from typing import Any

from evidence.run.answer import Answer, Ending
from evidence.run.scope import Account
from evidence.services.acm import LIST_CERTIFICATES, LIST_N2_CERTIFICATES
from evidence.services.calls import filled
from tests.judging import ACCOUNT, AS_OF, REGION, answered, ended

ORDINARY, N2 = (
    {name: filled(value, Account(ACCOUNT), REGION) for name, value in ask.parameters.items()}
    for ask in (LIST_CERTIFICATES, LIST_N2_CERTIFICATES)
)
"""The parameters of the two lists of certificates, as they are sent."""


def arn(name: str) -> str:
    return f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/{name}"


def in_days(days: float) -> dt.datetime:
    return AS_OF + dt.timedelta(days=days)


def certificate(name: str = "a", **more: Any) -> dict[str, Any]:
    """One entry of the list: a good certificate, with what is named here changed, or left out where it is None."""
    found = {
        "CertificateArn": arn(name), "DomainName": f"{name}.example.com", "Status": "ISSUED", "Type": "AMAZON_ISSUED",
        "KeyAlgorithm": "RSA_2048", "InUse": True, "Exported": False, "NotAfter": in_days(200), **more,
    }  # fmt: skip
    return {k: v for k, v in found.items() if v is not None}


def listed(*found: Any, hidden: tuple[Any, ...] = ()) -> tuple[Answer, ...]:
    """Both lists, and the search that confirms them."""
    arns = [{"CertificateArn": c["CertificateArn"]} for c in (*found, *hidden) if "CertificateArn" in c]
    return (
        answered("acm", "ListCertificates", {"CertificateSummaryList": list(found)}, **ORDINARY),
        answered("acm", "ListCertificates", {"CertificateSummaryList": list(hidden)}, **N2),
        answered("acm", "SearchCertificates", {"Results": arns}),
    )


def refused(ending: Ending = "denied") -> tuple[Answer, ...]:
    lists = [ended("acm", "ListCertificates", ending, **parameters) for parameters in (ORDINARY, N2)]
    return (*lists, ended("acm", "SearchCertificates", ending))


def described(name: str = "a", **more: Any) -> Answer:
    return answered("acm", "DescribeCertificate", {"Certificate": more}, CertificateArn=arn(name))


def in_iam(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:server-certificate/web/{name}"


def kept_in_iam(**days: float) -> Answer:
    """Server certificates of IAM, by name, and how many days each is still valid."""
    found = [{"ServerCertificateName": n, "Arn": in_iam(n), "Expiration": in_days(d)} for n, d in days.items()]
    return answered("iam", "ListServerCertificates", {"ServerCertificateMetadataList": found}, region="global")
