"""Certificates in ACM."""

from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from evidence.run.answer import Answer
from tests.judging import Judged, answered, ended, judge_answers
from tests.requirements.certificate_answers import N2, ORDINARY, arn, certificate, described, in_days, listed, refused

ISSUED = "acm.certificates.issued"
EXPIRING = "acm.certificates.not-expiring"
KEYS = "acm.certificates.key-strength"
RENEWAL = "acm.certificates.renewal"
ALL = (ISSUED, EXPIRING, KEYS, RENEWAL)


def judged(requirement: str, *answers: Answer, **more: Any) -> str:
    parameters = {"days": more.pop("days")} if "days" in more else {}
    return judge_answers(requirement, *listed(certificate(**more)), *answers, **parameters)[arn("a")]


@pytest.mark.parametrize(
    ("status", "judgement"),
    [("ISSUED", "meets"), ("EXPIRED", "exception"), ("REVOKED", "exception"), (None, "gap"), (["ISSUED"], "gap")],
)
def test_a_certificate_in_use_is_issued(status: Any, judgement: str) -> None:
    assert judged(ISSUED, Status=status) == judgement


@pytest.mark.parametrize(
    ("not_after", "days", "judgement"),
    [
        (in_days(31), 30, "meets"),
        (in_days(29), 30, "exception"),
        (in_days(29), 14, "meets"),
        (in_days(-1), 30, "exception"),
        (in_days(-1), 0, "exception"),
        (None, 30, "gap"),
        ("soon", 30, "gap"),
    ],
)
def test_a_certificate_in_use_is_valid_for_some_days_more(not_after: Any, days: int, judgement: str) -> None:
    assert judged(EXPIRING, NotAfter=not_after, days=days) == judgement


@pytest.mark.parametrize(
    ("algorithm", "judgement"),
    [
        ("RSA_2048", "meets"),
        # The same key, as AWS writes it in other answers.
        ("RSA-2048", "meets"),
        ("RSA_4096", "meets"),
        ("EC_prime256v1", "meets"),
        ("EC-secp384r1", "meets"),
        ("RSA_1024", "exception"),
        ("RSA-1024", "exception"),
        ("ML_DSA_65", "gap"),
        ("RSA_short", "gap"),
        (None, "gap"),
        (2048, "gap"),
    ],
)
def test_a_certificate_in_use_has_a_strong_key(algorithm: Any, judgement: str) -> None:
    assert judged(KEYS, KeyAlgorithm=algorithm) == judgement


def test_a_weak_key_is_named() -> None:
    found = judge_answers(KEYS, *listed(certificate(KeyAlgorithm="RSA_1024")))
    assert "RSA_1024: less than 2048 bits" in found.reason(arn("a"))


@pytest.mark.parametrize(
    ("more", "judgement"),
    [
        ({"InUse": False}, "not_applicable"),
        # A certificate that was handed out is used where AWS cannot see it.
        ({"InUse": False, "Exported": True}, "exception"),
        ({"InUse": None, "Exported": True}, "exception"),
        ({"InUse": None}, "gap"),
        ({"InUse": "perhaps"}, "gap"),
        # Where AWS does not say whether it was exported, only what cannot be exported is known not to have been.
        ({"InUse": False, "Exported": None}, "gap"),
        ({"InUse": False, "Exported": None, "ExportOption": "ENABLED"}, "gap"),
        ({"InUse": False, "Exported": None, "ExportOption": "DISABLED"}, "not_applicable"),
        ({"InUse": False, "Exported": None, "Type": "IMPORTED"}, "not_applicable"),
    ],
)
def test_only_certificates_that_somebody_may_rely_on_are_judged(more: dict[str, Any], judgement: str) -> None:
    assert judged(EXPIRING, NotAfter=in_days(1), **more) == judgement


def test_a_certificate_that_was_never_issued_and_is_not_used_is_not_judged() -> None:
    for requirement in (ISSUED, EXPIRING):
        assert judged(requirement, Status="PENDING_VALIDATION", NotAfter=None, InUse=False) == "not_applicable"


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (described(RenewalSummary={"RenewalStatus": "SUCCESS"}), "meets"),
        (described(RenewalSummary={"RenewalStatus": "PENDING_AUTO_RENEWAL"}), "meets"),
        (described(RenewalSummary={"RenewalStatus": "PENDING_VALIDATION"}), "exception"),
        (described(RenewalSummary={"RenewalStatus": "FAILED", "RenewalStatusReason": "CAA_ERROR"}), "exception"),
        (described(), "not_applicable"),
        (described(RenewalSummary="fine"), "gap"),
        (ended("acm", "DescribeCertificate", "denied", CertificateArn=arn("a")), "gap"),
    ],
)
def test_a_renewal_needs_nobodys_help(answer: Answer, judgement: str) -> None:
    assert judged(RENEWAL, answer) == judgement


def test_a_failed_renewal_tells_its_reason_and_an_imported_certificate_has_none() -> None:
    failed = described(RenewalSummary={"RenewalStatus": "FAILED", "RenewalStatusReason": "CAA_ERROR"})
    assert "CAA_ERROR" in judge_answers(RENEWAL, *listed(certificate()), failed).reason(arn("a"))
    imported = judge_answers(RENEWAL, *listed(certificate(Type="IMPORTED")), failed)
    assert imported[arn("a")] == "not_applicable" and "does not renew" in imported.reason(arn("a"))


def test_what_uses_an_expiring_certificate_is_shown_and_not_needed() -> None:
    balancer = "arn:aws:elasticloadbalancing:eu-west-1:012345678901:loadbalancer/app/web/1"
    certificates = listed(certificate(NotAfter=in_days(1)))
    shown = judge_answers(EXPIRING, *certificates, described(InUseBy=[balancer]))
    assert shown[arn("a")] == "exception" and balancer in shown.reason(arn("a"))
    denied = judge_answers(EXPIRING, *certificates, ended("acm", "DescribeCertificate", "denied", CertificateArn=arn("a")))
    assert denied[arn("a")] == "exception"


# -- the list ----------------------------------------------------------------------------------------------------------


def test_the_list_is_asked_for_every_kind_of_key_and_origin_and_the_n2_roots_apart() -> None:
    """Left alone, ACM leaves them out without a word."""
    assert {"EC_prime256v1", "RSA_1024", "RSA_4096"} <= set(ORDINARY["Includes"]["keyTypes"])
    assert set(ORDINARY["CertificateKeyPairOrigins"]) == {"AWS_MANAGED", "ACME", "CUSTOMER_PROVIDED"}
    assert N2["RootHierarchyTypes"] and "RootHierarchyTypes" not in ORDINARY


def test_what_is_asked_for_is_all_that_aws_knows_in_the_shape_it_wants() -> None:
    model = botocore.session.get_session().get_service_model("acm")
    kinds = model.shape_for("Filters").members["keyTypes"].member.enum
    assert set(ORDINARY["Includes"]["keyTypes"]) == set(kinds)
    assert set(N2["RootHierarchyTypes"]) == set(model.shape_for("RootHierarchyType").enum)
    shape = model.operation_model("ListCertificates").input_shape
    assert not [ParamValidator().validate(sent, shape).has_errors() for sent in (ORDINARY, N2)].count(True)


def test_certificates_under_the_n2_roots_are_judged_with_the_others() -> None:
    found = judge_answers(EXPIRING, *listed(certificate("a"), hidden=(certificate("n", NotAfter=in_days(2)),)))
    assert [found[arn("a")], found[arn("n")]] == ["meets", "exception"]


def whole(found: Judged) -> tuple[str, bool | None]:
    return found.result.judgement, found.result.population.corroborated


def test_a_certificate_that_only_the_search_finds_is_a_gap() -> None:
    ordinary, n2, _ = listed(certificate("a"))
    assert whole(judge_answers(EXPIRING, ordinary, n2, listed(certificate("a"))[2])) == ("meets", True)
    more = answered("acm", "SearchCertificates", {"Results": [{"CertificateArn": arn("a")}, {"CertificateArn": arn("b")}]})
    assert whole(judge_answers(EXPIRING, ordinary, n2, more)) == ("gap", False)


def test_without_the_search_the_list_counts_but_nothing_confirms_it() -> None:
    ordinary, n2, _ = listed(certificate("a"))
    assert whole(judge_answers(EXPIRING, ordinary, n2, ended("acm", "SearchCertificates", "denied"))) == ("meets", None)


@pytest.mark.parametrize("requirement", ALL)
def test_one_list_of_the_two_denied_is_a_gap(requirement: str) -> None:
    ordinary, n2, found = listed()
    assert judge_answers(requirement, ordinary, n2, found).result.judgement == "not_applicable"
    denied = ended("acm", "ListCertificates", "denied", **ORDINARY), ended("acm", "ListCertificates", "denied", **N2)
    for answers in ((denied[0], n2, found), (ordinary, denied[1], found), refused(), refused("throttled")):
        assert judge_answers(requirement, *answers).result.judgement == "gap"


def test_a_certificate_deleted_meanwhile_is_no_member_and_one_without_an_arn_is_a_gap() -> None:
    gone = ended("acm", "DescribeCertificate", "gone", CertificateArn=arn("a"))
    found = judge_answers(RENEWAL, *listed(certificate("a")), gone)
    assert found.result.population.gone == (arn("a"),) and found.result.population.complete
    assert judge_answers(ISSUED, *listed(certificate("a"), {"Status": "ISSUED"})).result.judgement == "gap"
