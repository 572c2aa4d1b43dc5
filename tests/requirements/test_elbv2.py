"""Load balancers and their listeners."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from evidence.services import asks
from evidence.services.calls import needed
from tests.judging import Judged, answered, ended, judge_answers

LB = "arn:aws:elasticloadbalancing:eu-west-1:012345678901:loadbalancer/app/web/1"


def balancers(kind: str = "application", **more: Any) -> Answer:
    zones = [{"ZoneName": "a", "SubnetId": "s-1"}, {"ZoneName": "b", "SubnetId": "s-2"}]
    found = {"LoadBalancerArn": LB, "LoadBalancerName": "web", "Type": kind, "AvailabilityZones": zones, **more}
    kept = {k: v for k, v in found.items() if v is not None}
    return answered("elbv2", "DescribeLoadBalancers", {"LoadBalancers": [kept]})


def attributes(**values: str) -> Answer:
    found = [{"Key": key.replace("__", "."), "Value": value} for key, value in values.items()]
    return answered("elbv2", "DescribeLoadBalancerAttributes", {"Attributes": found}, LoadBalancerArn=LB)


def tags(**values: str) -> Answer:
    found = [{"Key": key.replace("__", ":").replace("_", "-"), "Value": value} for key, value in values.items()]
    page = {"TagDescriptions": [{"ResourceArn": LB, "Tags": found}]}
    return answered("elbv2", "DescribeTags", page, ResourceArns=[LB])


LOGS = "elbv2.load-balancers.access-logs"
PROTECTED = "elbv2.load-balancers.deletion-protection"
HEADERS = "elbv2.load-balancers.drop-invalid-headers"
MULTI_AZ = "elbv2.load-balancers.multi-az"


@pytest.mark.parametrize(
    ("kind", "values", "judgement"),
    [
        ("application", {"access_logs__s3__enabled": "true", "access_logs__s3__bucket": "logs"}, "meets"),
        ("application", {"access_logs__s3__enabled": "true", "access_logs__s3__bucket": ""}, "exception"),
        ("application", {"access_logs__s3__enabled": "false", "access_logs__s3__bucket": ""}, "exception"),
        ("network", {"access_logs__s3__enabled": "true", "access_logs__s3__bucket": "logs"}, "meets"),
        ("application", {}, "gap"),
        ("application", {"access_logs__s3__enabled": "perhaps", "access_logs__s3__bucket": "logs"}, "gap"),
        ("gateway", {}, "not_applicable"),
    ],
)
def test_load_balancers_keep_access_logs(kind: str, values: dict[str, str], judgement: str) -> None:
    assert judge_answers(LOGS, balancers(kind), attributes(**values))[LB] == judgement


def test_a_network_load_balancer_may_log_where_nobody_looked() -> None:
    for bucket in ("logs", ""):
        off = attributes(access_logs__s3__enabled="false", access_logs__s3__bucket=bucket)
        judged = judge_answers(LOGS, balancers("network"), off)
        assert judged[LB] == "gap" and "CloudWatch Logs" in judged.reason(LB)


@pytest.mark.parametrize(
    ("answers", "judgement"),
    [
        ((attributes(deletion_protection__enabled="true"), tags()), "meets"),
        ((attributes(deletion_protection__enabled="false"), tags(owner="shop")), "exception"),
        ((attributes(), tags()), "gap"),
        ((attributes(deletion_protection__enabled="false"), tags(elasticbeanstalk__environment_id="e-1")), "not_applicable"),
        ((attributes(deletion_protection__enabled="true"),), "gap"),
        ((ended("elbv2", "DescribeLoadBalancerAttributes", "denied", LoadBalancerArn=LB), tags()), "gap"),
    ],
)
def test_load_balancers_that_no_environment_made_are_protected(answers: tuple[Answer, ...], judgement: str) -> None:
    assert judge_answers(PROTECTED, balancers(), *answers)[LB] == judgement


@pytest.mark.parametrize(
    ("kind", "drop", "mode", "judgement"),
    [
        ("application", "true", "defensive", "meets"),
        ("application", "true", "strictest", "meets"),
        ("application", "true", "monitor", "exception"),
        ("application", "false", "defensive", "exception"),
        ("network", "false", "monitor", "not_applicable"),
        (None, "true", "defensive", "gap"),
    ],
)
def test_application_load_balancers_drop_invalid_headers(kind: Any, drop: str, mode: str, judgement: str) -> None:
    keys = ("routing.http.drop_invalid_header_fields.enabled", "routing.http.desync_mitigation_mode")
    found = [{"Key": key, "Value": value} for key, value in zip(keys, (drop, mode), strict=True)]
    answer = answered("elbv2", "DescribeLoadBalancerAttributes", {"Attributes": found}, LoadBalancerArn=LB)
    assert judge_answers(HEADERS, balancers(kind), answer)[LB] == judgement


def test_attributes_of_a_strange_shape_are_a_gap_and_a_balancer_that_went_away_is_no_member() -> None:
    strange = answered("elbv2", "DescribeLoadBalancerAttributes", {"Attributes": ["true"]}, LoadBalancerArn=LB)
    assert judge_answers(HEADERS, balancers(), strange)[LB] == "gap"
    gone = ended("elbv2", "DescribeLoadBalancerAttributes", "gone", LoadBalancerArn=LB)
    judged = judge_answers(HEADERS, balancers(), gone)
    assert not judged.members and judged.result.population.gone == (LB,)


@pytest.mark.parametrize(
    ("zones", "judgement"),
    [
        ([{"ZoneName": "a"}, {"ZoneName": "b"}], "meets"),
        ([{"ZoneName": "a"}], "exception"),
        ([{"ZoneName": "a"}, {"ZoneName": "a"}], "exception"),
        (None, "gap"),
        ("a, b", "gap"),
    ],
)
def test_load_balancers_stand_in_two_zones(zones: Any, judgement: str) -> None:
    assert judge_answers(MULTI_AZ, balancers(AvailabilityZones=zones))[LB] == judgement


@pytest.mark.parametrize("requirement", [LOGS, PROTECTED, HEADERS, MULTI_AZ, "elbv2.listeners.encrypted"])
def test_a_denied_list_of_load_balancers_is_a_gap(requirement: str) -> None:
    assert judge_answers(requirement, ended("elbv2", "DescribeLoadBalancers", "denied")).result.judgement == "gap"


# -- listeners ----------------------------------------------------------------------------------------------------------

HTTPS = {"Protocol": "HTTPS", "SslPolicy": "new"}
REDIRECT = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "StatusCode": "HTTP_301"}}
FORWARD = {"Type": "forward", "TargetGroupArn": "arn:tg"}


def listeners(*found: dict[str, Any]) -> Answer:
    named = [{"ListenerArn": f"l{n}", "LoadBalancerArn": LB, "Port": 80 + n, **one} for n, one in enumerate(found)]
    return answered("elbv2", "DescribeListeners", {"Listeners": named}, LoadBalancerArn=LB)


def rules(*actions: Any, listener: str = "l0") -> Answer:
    found = [{"Priority": str(n), "IsDefault": False, "Actions": [a]} for n, a in enumerate(actions[1:], 1)]
    found.append({"Priority": "default", "IsDefault": True, "Actions": [actions[0]]})
    return answered("elbv2", "DescribeRules", {"Rules": found}, ListenerArn=listener)


def encrypted(*answers: Answer) -> Judged:
    return judge_answers("elbv2.listeners.encrypted", balancers(), *answers)


def test_a_listener_is_encrypted_or_passes_the_protocol_by() -> None:
    judged = encrypted(listeners(HTTPS, {"Protocol": "TLS"}, {"Protocol": "TCP"}, {"Protocol": "GENEVE"}))
    found = [judged[f"l{n}"] for n in range(4)]
    assert found == ["meets", "meets", "not_applicable", "not_applicable"]
    assert "TCP passthrough" in judged.reason("l2") and "gateway" in judged.reason("l3")


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (rules(REDIRECT), "meets"),
        (rules(REDIRECT, REDIRECT), "meets"),
        (rules(FORWARD), "exception"),
        # A rule before the default one still serves over HTTP.
        (rules(REDIRECT, FORWARD), "exception"),
        (rules({"Type": "fixed-response"}), "exception"),
        (rules({"Type": "redirect", "RedirectConfig": {"Protocol": "#{protocol}"}}), "exception"),
        (rules({"Type": "redirect", "RedirectConfig": {"Protocol": "HTTP"}}), "exception"),
        (rules({"Type": "redirect", "RedirectConfig": {}}), "exception"),
        (ended("elbv2", "DescribeRules", "denied", ListenerArn="l0"), "gap"),
        (answered("elbv2", "DescribeRules", {"Rules": []}, ListenerArn="l0"), "gap"),
        (rules("redirect"), "gap"),
        (answered("elbv2", "DescribeRules", {}, ListenerArn="l0"), "gap"),
    ],
)
def test_a_plain_listener_only_sends_callers_on(answer: Answer, judgement: str) -> None:
    assert encrypted(listeners({"Protocol": "HTTP"}), answer)["l0"] == judgement


def test_a_plain_listener_names_the_rule_that_serves_over_http() -> None:
    judged = encrypted(listeners({"Protocol": "HTTP"}), rules(REDIRECT, FORWARD))
    assert "rule 1 answers over HTTP (forward)" in judged.reason("l0")


def test_rules_are_asked_for_plain_listeners_only() -> None:
    rules_ask = next(ask for ask in asks() if ask.name == "elbv2:DescribeRules")
    assert rules_ask.only is not None
    assert [needed(rules_ask.only, {"Protocol": p}) for p in ("HTTP", "HTTPS", "TCP")] == [True, False, False]


def test_listeners_that_could_not_be_listed_or_told_are_a_gap() -> None:
    assert encrypted(ended("elbv2", "DescribeListeners", "denied", LoadBalancerArn=LB)).result.judgement == "gap"
    assert encrypted().result.judgement == "gap"
    assert encrypted(listeners({})).result.judgement == "gap"
    assert encrypted(listeners()).result.judgement == "not_applicable"


POLICIES = answered(
    "elbv2",
    "DescribeSSLPolicies",
    {
        "SslPolicies": [
            {
                "Name": "new",
                "SslProtocols": ["TLSv1.2", "TLSv1.3"],
                "Ciphers": [{"Name": "ECDHE-RSA-AES128"}, {"Name": "TLS_AES_128"}],
            },
            {"Name": "plain", "SslProtocols": ["TLSv1.2"], "Ciphers": [{"Name": "ECDHE-RSA-AES128"}, {"Name": "AES256-SHA"}]},
            {"Name": "old", "SslProtocols": ["TLSv1", "TLSv1.1", "TLSv1.2"], "Ciphers": [{"Name": "ECDHE-RSA-AES128"}]},
            {"Name": "empty", "SslProtocols": []},
        ]
    },
)


@pytest.mark.parametrize(
    ("listener", "forward_secrecy", "judgement"),
    [
        (HTTPS, False, "meets"),
        (HTTPS, True, "meets"),
        ({"Protocol": "TLS", "SslPolicy": "plain"}, False, "meets"),
        ({"Protocol": "TLS", "SslPolicy": "plain"}, True, "exception"),
        ({"Protocol": "HTTPS", "SslPolicy": "old"}, False, "exception"),
        ({"Protocol": "HTTPS", "SslPolicy": "empty"}, False, "gap"),
        ({"Protocol": "HTTPS", "SslPolicy": "unknown"}, False, "gap"),
        ({"Protocol": "HTTPS"}, False, "gap"),
        ({"Protocol": "HTTP"}, False, "not_applicable"),
        ({"Protocol": "TCP"}, False, "not_applicable"),
    ],
)
def test_tls_listeners_allow_only_modern_protocols(listener: dict[str, Any], forward_secrecy: bool, judgement: str) -> None:
    answers = (balancers(), listeners(listener), POLICIES)
    judged = judge_answers("elbv2.listeners.tls-policy", *answers, forward_secrecy=forward_secrecy)
    assert judged["l0"] == judgement


def test_without_the_list_of_policies_a_tls_listener_is_a_gap() -> None:
    denied = ended("elbv2", "DescribeSSLPolicies", "denied")
    assert judge_answers("elbv2.listeners.tls-policy", balancers(), listeners(HTTPS), denied)["l0"] == "gap"
