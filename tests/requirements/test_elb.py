"""Classic load balancers and their listeners."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from evidence.run.scope import Account
from evidence.services import asks
from evidence.services.calls import call_of
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers
from tests.requirements.certificate_answers import arn, certificate, in_days, in_iam, kept_in_iam, listed, refused

MULTI_AZ = "elb.load-balancers.multi-az"
CROSS_ZONE = "elb.load-balancers.cross-zone"
DRAINING = "elb.load-balancers.connection-draining"
LOGS = "elb.load-balancers.access-logs"
DESYNC = "elb.load-balancers.desync-mode"
ENCRYPTED = "elb.listeners.encrypted"
POLICY = "elb.listeners.tls-policy"
CERTIFICATE = "elb.listeners.certificate-valid"
OF_ACM = "elb.listeners.acm-certificate"
INSTANCE = "elb.listeners.instance-encrypted"
NAMES = ("ELBSecurityPolicy-TLS-1-2-2017-01",)


def listener(protocol: Any = "HTTPS", port: Any = 443, policies: Any = NAMES, **more: Any) -> dict[str, Any]:
    found = {"Protocol": protocol, "LoadBalancerPort": port, "InstanceProtocol": "HTTP", "InstancePort": 80, **more}
    return {"Listener": {k: v for k, v in found.items() if v is not None}, "PolicyNames": list(policies)}


def balancers(*listeners: Any, name: str = "old", **more: Any) -> Answer:
    found = {
        "LoadBalancerName": name, "AvailabilityZones": ["a", "b"], "ListenerDescriptions": list(listeners or (listener(),)), **more,
    }  # fmt: skip
    kept = {k: v for k, v in found.items() if v is not None}
    return answered("elb", "DescribeLoadBalancers", {"LoadBalancerDescriptions": [kept]})


def attributes(**found: Any) -> Answer:
    return answered("elb", "DescribeLoadBalancerAttributes", {"LoadBalancerAttributes": found}, LoadBalancerName="old")


DENIED = ended("elb", "DescribeLoadBalancerAttributes", "denied", LoadBalancerName="old")


@pytest.mark.parametrize(
    ("zones", "judgement"),
    [(["a", "b"], "meets"), (["a"], "exception"), (["a", "a"], "exception"), (None, "gap"), ("a, b", "gap")],
)
def test_classic_load_balancers_stand_in_two_zones(zones: Any, judgement: str) -> None:
    assert judge_answers(MULTI_AZ, balancers(AvailabilityZones=zones))["old"] == judgement


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (attributes(CrossZoneLoadBalancing={"Enabled": True}), "meets"),
        (attributes(CrossZoneLoadBalancing={"Enabled": False}), "exception"),
        (attributes(), "gap"),
        (attributes(CrossZoneLoadBalancing="on"), "gap"),
        (DENIED, "gap"),
    ],
)
def test_classic_load_balancers_balance_across_zones(answer: Answer, judgement: str) -> None:
    assert judge_answers(CROSS_ZONE, balancers(), answer)["old"] == judgement


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (attributes(ConnectionDraining={"Enabled": True, "Timeout": 20}), "meets"),
        (attributes(ConnectionDraining={"Enabled": False}), "exception"),
        (attributes(ConnectionDraining={"Timeout": 300}), "gap"),
        (attributes(), "gap"),
        (attributes(ConnectionDraining="on"), "gap"),
        (DENIED, "gap"),
    ],
)
def test_classic_load_balancers_let_open_requests_end(answer: Answer, judgement: str) -> None:
    assert judge_answers(DRAINING, balancers(), answer)["old"] == judgement


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (attributes(AccessLog={"Enabled": True, "S3BucketName": "logs"}), "meets"),
        (attributes(AccessLog={"Enabled": False}), "exception"),
        (attributes(AccessLog={"Enabled": True, "S3BucketName": ""}), "exception"),
        (attributes(AccessLog={"Enabled": True}), "gap"),
        (attributes(), "gap"),
        (attributes(AccessLog=[True]), "gap"),
        (DENIED, "gap"),
    ],
)
def test_classic_load_balancers_keep_access_logs(answer: Answer, judgement: str) -> None:
    assert judge_answers(LOGS, balancers(), answer)["old"] == judgement


def mode(value: Any) -> Answer:
    return attributes(
        AdditionalAttributes=[{"Key": "other", "Value": "x"}, {"Key": "elb.http.desyncmitigationmode", "Value": value}]
    )


@pytest.mark.parametrize(
    ("protocol", "answer", "judgement"),
    [
        ("HTTP", mode("defensive"), "meets"),
        ("HTTPS", mode("strictest"), "meets"),
        ("HTTPS", mode("monitor"), "exception"),
        ("TCP", mode("monitor"), "not_applicable"),
        ("SSL", mode("monitor"), "not_applicable"),
        ("HTTPS", attributes(), "gap"),
        ("HTTPS", attributes(AdditionalAttributes="monitor"), "gap"),
        ("HTTPS", DENIED, "gap"),
    ],
)
def test_classic_load_balancers_that_read_http_defend_against_smuggling(protocol: str, answer: Answer, judgement: str) -> None:
    assert judge_answers(DESYNC, balancers(listener(protocol)), answer)["old"] == judgement


def test_a_classic_load_balancer_that_went_away_is_no_member() -> None:
    gone = ended("elb", "DescribeLoadBalancerAttributes", "gone", LoadBalancerName="old")
    found = judge_answers(CROSS_ZONE, balancers(), gone)
    assert not found.members and found.result.population.complete


# -- listeners ----------------------------------------------------------------------------------------------------------


def test_classic_listeners_take_encrypted_connections() -> None:
    answer = balancers(
        listener("HTTPS", 443), listener("SSL", 444), listener("HTTP", 80), listener("TCP", 25), listener(None, 26)
    )
    found = judge_answers(ENCRYPTED, answer)
    judgements = [found[f"old:{port}"] for port in (443, 444, 80, 25, 26)]
    assert judgements == ["meets", "meets", "exception", "not_applicable", "gap"]
    assert "TCP passthrough" in found.reason("old:25")


@pytest.mark.parametrize(
    ("protocol", "to_instance", "judgement"),
    [
        ("HTTPS", "HTTPS", "meets"),
        ("SSL", "SSL", "meets"),
        ("HTTPS", "HTTP", "exception"),
        ("SSL", "TCP", "exception"),
        ("HTTP", "HTTP", "exception"),
        ("TCP", "TCP", "not_applicable"),
        ("HTTPS", None, "gap"),
    ],
)
def test_classic_listeners_pass_on_encrypted(protocol: str, to_instance: Any, judgement: str) -> None:
    assert judge_answers(INSTANCE, balancers(listener(protocol, InstanceProtocol=to_instance)))["old:443"] == judgement


@pytest.mark.parametrize(
    "strange", ["HTTPS", {"PolicyNames": []}, {"Listener": {"Protocol": "HTTPS"}}, {"Listener": "HTTPS:443"}]
)
def test_a_listener_that_cannot_be_read_is_a_gap_and_costs_only_itself(strange: Any) -> None:
    found = judge_answers(ENCRYPTED, balancers(listener("HTTP", 80), strange))
    assert found["old:80"] == "exception" and not found.result.population.complete
    alone = judge_answers(ENCRYPTED, balancers(strange))
    assert alone.result.judgement == "gap"


def test_a_balancer_without_listeners_has_none_and_one_that_names_none_may_have_some() -> None:
    none = answered(
        "elb", "DescribeLoadBalancers", {"LoadBalancerDescriptions": [{"LoadBalancerName": "a", "ListenerDescriptions": []}]}
    )
    assert judge_answers(ENCRYPTED, none).result.judgement == "not_applicable"
    for strange in ({"LoadBalancerName": "a"}, {"ListenerDescriptions": [listener()]}, "a"):
        answer = answered("elb", "DescribeLoadBalancers", {"LoadBalancerDescriptions": [strange]})
        assert judge_answers(ENCRYPTED, answer).result.judgement == "gap"


@pytest.mark.parametrize("requirement", [MULTI_AZ, CROSS_ZONE, DRAINING, LOGS, DESYNC, ENCRYPTED, POLICY, OF_ACM, INSTANCE])
def test_a_denied_list_of_classic_load_balancers_is_a_gap_and_an_empty_one_is_not(requirement: str) -> None:
    assert judge_answers(requirement, ended("elb", "DescribeLoadBalancers", "denied")).result.judgement == "gap"
    empty = answered("elb", "DescribeLoadBalancers", {"LoadBalancerDescriptions": []})
    assert judge_answers(requirement, empty).result.judgement == "not_applicable"


# -- negotiation policies -----------------------------------------------------------------------------------------------


def policy(name: str = NAMES[0], kind: str = "SSLNegotiationPolicyType", **said: Any) -> dict[str, Any]:
    """What AWS tells of a policy. A predefined one, or one made after it, lists its protocols and ciphers just like any other."""
    found = {"SSLv3": "false", "TLSv1": "false", "TLSv1_1": "false", "TLSv1_2": "true", **said}
    attributes = {f"Protocol-{k.replace('_', '.')}": v for k, v in found.items() if v is not None}
    attributes |= {
        "Reference-Security-Policy": name,
        "Server-Defined-Cipher-Order": "true",
        "AES128-SHA": "true",
        "RC4-SHA": "false",
    }
    listed = [{"AttributeName": k, "AttributeValue": v} for k, v in attributes.items()]
    return {"PolicyName": name, "PolicyTypeName": kind, "PolicyAttributeDescriptions": listed}


def policies(*found: Any, names: tuple[str, ...] = NAMES) -> Answer:
    page = {"PolicyDescriptions": list(found)}
    return answered("elb", "DescribeLoadBalancerPolicies", page, LoadBalancerName="old", PolicyNames=list(names))


COOKIES = policy("cookies", "LBCookieStickinessPolicyType")


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (policies(policy()), "meets"),
        (policies(policy(TLSv1_3="true")), "meets"),
        (policies(policy(SSLv2="false")), "meets"),
        (policies(COOKIES, policy()), "meets"),
        (policies(policy(TLSv1="true")), "exception"),
        (policies(policy(TLSv1_1="true")), "exception"),
        (policies(policy(SSLv3="true")), "exception"),
        (policies(policy(SSLv2="true")), "exception"),
        # Two policies bound: what either allows is allowed.
        (policies(policy(TLSv1="true"), policy("other")), "exception"),
        (policies(policy(), policy("other", TLSv1="true")), "exception"),
        (policies(policy(TLSv1=None)), "gap"),
        (policies(policy(TLSv1="perhaps")), "gap"),
        (policies(policy(TLSv1_2="false")), "gap"),
        (policies(COOKIES), "gap"),
        (policies(), "gap"),
        (policies("old"), "gap"),
        (ended("elb", "DescribeLoadBalancerPolicies", "denied", LoadBalancerName="old", PolicyNames=list(NAMES)), "gap"),
        (ended("elb", "DescribeLoadBalancerPolicies", "failed", LoadBalancerName="old", PolicyNames=list(NAMES)), "gap"),
    ],
)
def test_classic_listeners_refuse_old_protocols(answer: Answer, judgement: str) -> None:
    assert judge_answers(POLICY, balancers(), answer)["old:443"] == judgement


@pytest.mark.parametrize(("protocol", "judgement"), [("SSL", "meets"), ("HTTP", "not_applicable"), ("TCP", "not_applicable")])
def test_only_listeners_that_end_tls_have_a_negotiation_policy(protocol: str, judgement: str) -> None:
    assert judge_answers(POLICY, balancers(listener(protocol)), policies(policy()))["old:443"] == judgement


def test_a_policy_that_is_not_bound_does_not_count_and_none_bound_is_a_gap() -> None:
    """Without names, AWS would describe every policy of the load balancer: the call must not be made."""
    every = answered("elb", "DescribeLoadBalancerPolicies", {"PolicyDescriptions": [policy()]}, LoadBalancerName="old")
    for answer in (every, policies(policy(), names=())):
        assert judge_answers(POLICY, balancers(listener(policies=())), answer)["old:443"] == "gap"
    ask = next(ask for ask in asks() if ask.name == "elb:DescribeLoadBalancerPolicies")
    bound = {"LoadBalancerName": "old", "Listener": {"Protocol": "SSL"}, "PolicyNames": ["a", "b"]}
    assert call_of(ask, Account(ACCOUNT), REGION, bound).parameters == {"LoadBalancerName": "old", "PolicyNames": ["a", "b"]}


# -- certificates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("protocol", "id", "judgement"),
    [
        ("HTTPS", arn("a"), "meets"),
        ("SSL", "arn:aws-us-gov:acm:us-gov-west-1:012345678901:certificate/a", "meets"),
        ("HTTPS", "arn:aws:iam::012345678901:server-certificate/a", "exception"),
        # What AWS shows for a certificate that is gone.
        ("HTTPS", "Invalid-Certificate", "exception"),
        ("HTTPS", None, "gap"),
        ("HTTPS", 7, "gap"),
        ("HTTP", None, "not_applicable"),
        (None, arn("a"), "gap"),
    ],
)
def test_classic_listeners_have_a_certificate_of_acm(protocol: Any, id: Any, judgement: str) -> None:
    assert judge_answers(OF_ACM, balancers(listener(protocol, SSLCertificateId=id)))["old:443"] == judgement


def with_certificate(id: Any, *answers: Answer, protocol: str = "HTTPS", **parameters: int) -> Judged:
    return judge_answers(CERTIFICATE, balancers(listener(protocol, SSLCertificateId=id)), *answers, **parameters)


@pytest.mark.parametrize(
    ("id", "answers", "judgement"),
    [
        (arn("a"), (*listed(certificate()), kept_in_iam()), "meets"),
        (arn("a"), (*listed(certificate(NotAfter=in_days(2))), kept_in_iam()), "exception"),
        (arn("a"), (*listed(certificate(Status="REVOKED")), kept_in_iam()), "exception"),
        (arn("a"), (*listed(certificate(KeyAlgorithm="RSA-1024")), kept_in_iam()), "exception"),
        (arn("a"), (*listed(certificate("b")), kept_in_iam()), "gap"),
        (arn("a"), (*refused(), kept_in_iam()), "gap"),
        (in_iam("w"), (*listed(), kept_in_iam(w=90)), "meets"),
        (in_iam("w"), (*listed(), kept_in_iam(w=9)), "exception"),
        (in_iam("w"), (*listed(), kept_in_iam(v=90)), "gap"),
        (in_iam("w"), (*listed(), ended("iam", "ListServerCertificates", "denied", region="global")), "gap"),
        # Neither list matters for a certificate of the other kind.
        (arn("a"), (*listed(certificate()), ended("iam", "ListServerCertificates", "denied", region="global")), "meets"),
        (in_iam("w"), (*refused(), kept_in_iam(w=90)), "meets"),
        (None, (*listed(certificate()), kept_in_iam()), "gap"),
        ("Invalid-Certificate", (*listed(certificate()), kept_in_iam(w=90)), "gap"),
    ],
)
def test_classic_listeners_show_a_valid_certificate(id: Any, answers: tuple[Answer, ...], judgement: str) -> None:
    assert with_certificate(id, *answers)["old:443"] == judgement


def test_a_listener_that_ends_no_tls_needs_no_certificate_and_days_are_a_choice() -> None:
    soon = (*listed(certificate(NotAfter=in_days(20))), kept_in_iam())
    assert with_certificate(None, *soon, protocol="TCP")["old:443"] == "not_applicable"
    assert [with_certificate(arn("a"), *soon, days=days)["old:443"] for days in (30, 14)] == ["exception", "meets"]
