"""HTTPS at all, the certificates bound to listeners, and target groups."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from evidence.services import asks
from evidence.services.calls import needed
from tests.judging import answered, ended, judge_answers
from tests.requirements.certificate_answers import arn, certificate, in_days, in_iam, kept_in_iam, listed, refused
from tests.requirements.test_elbv2 import LB, attributes, balancers, listeners

HTTPS = "elbv2.load-balancers.https"
CERTIFICATES = "elbv2.listener-certificates.valid"
ENCRYPTED = "elbv2.target-groups.encrypted"
CROSS_ZONE = "elbv2.target-groups.cross-zone"
HEALTHY = "elbv2.target-groups.healthy"


@pytest.mark.parametrize(
    ("kind", "answer", "judgement"),
    [
        ("application", listeners({"Protocol": "HTTP"}, {"Protocol": "HTTPS"}), "meets"),
        # Only a redirect, to a port that nobody answers.
        ("application", listeners({"Protocol": "HTTP"}), "exception"),
        ("application", listeners(), "not_applicable"),
        ("network", listeners({"Protocol": "TLS"}), "not_applicable"),
        ("application", listeners({}), "gap"),
        ("application", ended("elbv2", "DescribeListeners", "denied", LoadBalancerArn=LB), "gap"),
        (None, listeners({"Protocol": "HTTPS"}), "gap"),
    ],
)
def test_an_application_load_balancer_has_an_https_listener(kind: Any, answer: Answer, judgement: str) -> None:
    assert judge_answers(HTTPS, balancers(kind), answer)[LB] == judgement


# -- certificates -------------------------------------------------------------------------------------------------------


def bound(*arns: str, listener: str = "l0") -> Answer:
    """The first is the default one, which AWS lists a second time where it was also added to the others."""
    found = [{"CertificateArn": a, "IsDefault": n == 0} for n, a in enumerate(arns)]
    return answered("elbv2", "DescribeListenerCertificates", {"Certificates": found}, ListenerArn=listener)


ONE = (balancers(), listeners({"Protocol": "HTTPS"}))


@pytest.mark.parametrize(
    ("id", "answers", "judgement"),
    [
        (arn("a"), (*listed(certificate()), kept_in_iam()), "meets"),
        (arn("a"), (*listed(hidden=(certificate(KeyAlgorithm="EC_prime256v1"),)), kept_in_iam()), "meets"),
        (arn("a"), (*listed(certificate(NotAfter=in_days(29))), kept_in_iam()), "exception"),
        (arn("a"), (*listed(certificate(Status="EXPIRED")), kept_in_iam()), "exception"),
        (arn("a"), (*listed(certificate(KeyAlgorithm="RSA_1024")), kept_in_iam()), "exception"),
        (arn("a"), (*listed(certificate(NotAfter=None)), kept_in_iam()), "gap"),
        (arn("a"), (*listed(), kept_in_iam()), "gap"),
        (arn("a"), (*refused(), kept_in_iam()), "gap"),
        (in_iam("w"), (*refused(), kept_in_iam(w=31)), "meets"),
        (in_iam("w"), (*listed(), kept_in_iam(w=29)), "exception"),
        (in_iam("w"), (*listed(), kept_in_iam()), "gap"),
        ("arn:aws:other:::certificate/a", (*listed(certificate()), kept_in_iam(w=31)), "gap"),
    ],
)
def test_a_bound_certificate_is_valid(id: str, answers: tuple[Answer, ...], judgement: str) -> None:
    assert judge_answers(CERTIFICATES, *ONE, bound(id), *answers)[id] == judgement


def test_the_certificates_beside_the_default_one_count_too_and_each_once() -> None:
    answers = (*listed(certificate("a"), certificate("b", NotAfter=in_days(1))), kept_in_iam())
    found = judge_answers(CERTIFICATES, *ONE, bound(arn("a"), arn("a"), arn("b")), *answers)
    assert [(m.id, m.judgement) for m in found.members] == [(arn("a"), "meets"), (arn("b"), "exception")]


def test_certificates_are_asked_for_listeners_that_end_tls_only_and_unread_ones_are_a_gap() -> None:
    ask = next(ask for ask in asks() if ask.name == "elbv2:DescribeListenerCertificates")
    assert ask.only is not None
    assert [needed(ask.only, {"Protocol": p}) for p in ("HTTPS", "TLS", "HTTP", "TCP")] == [True, True, False, False]
    denied = ended("elbv2", "DescribeListenerCertificates", "denied", ListenerArn="l0")
    for answers in ((*ONE, denied), ONE, (ended("elbv2", "DescribeLoadBalancers", "denied"),)):
        assert judge_answers(CERTIFICATES, *answers, *listed(), kept_in_iam()).result.judgement == "gap"
    plain = (balancers(), listeners({"Protocol": "TCP"}))
    assert judge_answers(CERTIFICATES, *plain, *listed(), kept_in_iam()).result.judgement == "not_applicable"


# -- target groups ------------------------------------------------------------------------------------------------------


def group(protocol: Any = "HTTPS", kind: str = "instance", used_by: Any = (LB,), id: str = "tg") -> Answer:
    found = {"TargetGroupArn": id, "TargetGroupName": id, "TargetType": kind, "Protocol": protocol, "LoadBalancerArns": used_by}
    kept = {k: list(v) if isinstance(v, tuple) else v for k, v in found.items() if v is not None}
    return answered("elbv2", "DescribeTargetGroups", {"TargetGroups": [kept]})


def forwards(protocol: str, **action: Any) -> dict[str, Any]:
    return {"Protocol": protocol, "DefaultActions": [{"Type": "forward", **action}]}


WEIGHTED = {"ForwardConfig": {"TargetGroups": [{"TargetGroupArn": "other"}, {"TargetGroupArn": "tg", "Weight": 1}]}}


@pytest.mark.parametrize(
    ("answer", "listener", "judgement"),
    [
        (group("HTTPS"), forwards("HTTPS", TargetGroupArn="tg"), "meets"),
        (group("TLS"), forwards("TLS", TargetGroupArn="tg"), "meets"),
        (group("HTTP"), forwards("HTTPS", TargetGroupArn="tg"), "exception"),
        (group("TCP"), forwards("TCP", TargetGroupArn="tg"), "not_applicable"),
        # TLS ends at the load balancer and goes on in plain TCP.
        (group("TCP"), forwards("TLS", TargetGroupArn="tg"), "exception"),
        (group("TCP"), forwards("TLS", **WEIGHTED), "exception"),
        (group("TCP"), forwards("TLS", TargetGroupArn="other"), "not_applicable"),
        (group("TCP"), {"Protocol": "TLS"}, "gap"),
        (group("UDP"), forwards("UDP", TargetGroupArn="tg"), "not_applicable"),
        (group("GENEVE"), forwards("GENEVE", TargetGroupArn="tg"), "not_applicable"),
        (group(None, "lambda"), forwards("HTTPS", TargetGroupArn="tg"), "not_applicable"),
        (group("HTTP", used_by=()), forwards("HTTPS"), "not_applicable"),
        (group("HTTP", used_by=None), forwards("HTTPS", TargetGroupArn="tg"), "gap"),
        (group(None), forwards("HTTPS", TargetGroupArn="tg"), "gap"),
    ],
)
def test_a_target_group_passes_on_encrypted(answer: Answer, listener: dict[str, Any], judgement: str) -> None:
    assert judge_answers(ENCRYPTED, balancers("network"), listeners(listener), answer)["tg"] == judgement


def test_a_group_behind_a_tls_listener_says_why_tcp_is_not_enough() -> None:
    found = judge_answers(ENCRYPTED, balancers("network"), listeners(forwards("TLS", TargetGroupArn="tg")), group("TCP"))
    assert "TLS listeners that pass on to it = 1 of 1" in found.reason("tg")


def test_without_the_listeners_only_a_passed_through_group_is_unknown() -> None:
    denied = ended("elbv2", "DescribeListeners", "denied", LoadBalancerArn=LB)
    judged = [judge_answers(ENCRYPTED, balancers(), denied, group(p))["tg"] for p in ("TCP", "HTTP", "HTTPS")]
    assert judged == ["gap", "exception", "meets"]


def of_group(value: Any) -> Answer:
    found = [{"Key": "load_balancing.cross_zone.enabled", "Value": value}] if value else []
    return answered("elbv2", "DescribeTargetGroupAttributes", {"Attributes": found}, TargetGroupArn="tg")


ON, OFF = attributes(load_balancing__cross_zone__enabled="true"), attributes(load_balancing__cross_zone__enabled="false")
INHERITS = "use_load_balancer_configuration"


@pytest.mark.parametrize(
    ("own", "balancers_own", "judgement"),
    [
        (INHERITS, ON, "meets"),
        (INHERITS, OFF, "exception"),
        ("true", OFF, "meets"),
        ("false", ON, "exception"),
        ("true", None, "meets"),
        (INHERITS, None, "gap"),
        (INHERITS, attributes(), "gap"),
        ("", ON, "gap"),
    ],
)
def test_a_target_group_gets_requests_from_all_zones(own: str, balancers_own: Answer | None, judgement: str) -> None:
    answers = [answer for answer in (balancers("network"), balancers_own, group("TCP"), of_group(own)) if answer is not None]
    assert judge_answers(CROSS_ZONE, *answers)["tg"] == judgement


def test_target_groups_that_nobody_uses_or_without_the_setting_are_not_judged() -> None:
    for one in (group("TCP", used_by=()), group(None, "lambda"), group("GENEVE")):
        assert judge_answers(CROSS_ZONE, balancers(), ON, one, of_group("false"))["tg"] == "not_applicable"
    denied = ended("elbv2", "DescribeTargetGroupAttributes", "denied", TargetGroupArn="tg")
    assert judge_answers(CROSS_ZONE, balancers(), ON, group("TCP"), denied)["tg"] == "gap"


def targets(*states: Any) -> Answer:
    found = [{"Target": {"Id": f"i-{n}"}, "TargetHealth": {"State": s, "Reason": "Target.Timeout"}} for n, s in enumerate(states)]
    return answered("elbv2", "DescribeTargetHealth", {"TargetHealthDescriptions": found}, TargetGroupArn="tg")


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (targets("healthy", "healthy"), "meets"),
        (targets("healthy", "draining"), "meets"),
        (targets("healthy", "unhealthy"), "exception"),
        (targets("healthy", "unhealthy.draining"), "exception"),
        (targets("healthy", "unused"), "exception"),
        (targets("draining"), "exception"),
        (targets("healthy", "initial"), "gap"),
        (targets("unavailable"), "gap"),
        # What is known to be bad is not hidden by what is not known yet.
        (targets("initial", "unhealthy"), "exception"),
        (targets(), "not_applicable"),
        (answered("elbv2", "DescribeTargetHealth", {"TargetHealthDescriptions": ["healthy"]}, TargetGroupArn="tg"), "gap"),
        (ended("elbv2", "DescribeTargetHealth", "denied", TargetGroupArn="tg"), "gap"),
    ],
)
def test_targets_are_healthy(answer: Answer, judgement: str) -> None:
    assert judge_answers(HEALTHY, group(), answer)["tg"] == judgement


def test_an_unhealthy_target_is_named_with_its_reason() -> None:
    found = judge_answers(HEALTHY, group(), targets("healthy", "unhealthy"))
    assert "i-1 is unhealthy (Target.Timeout)" in found.reason("tg")
    assert judge_answers(HEALTHY, group(used_by=()), targets("unused"))["tg"] == "not_applicable"
    assert judge_answers(HEALTHY, group(kind="lambda"), targets("unavailable"))["tg"] == "not_applicable"


@pytest.mark.parametrize("requirement", [ENCRYPTED, CROSS_ZONE, HEALTHY])
def test_a_denied_list_of_target_groups_is_a_gap(requirement: str) -> None:
    denied = ended("elbv2", "DescribeTargetGroups", "denied")
    assert judge_answers(requirement, denied, balancers(), listeners()).result.judgement == "gap"
