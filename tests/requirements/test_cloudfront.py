"""Distributions: encrypted on both sides, behind a web ACL, in front of closed buckets, and logged either way."""

from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services.cloudfront import GET_CONFIG, LIST_DISTRIBUTIONS
from tests.judging import ACCOUNT, Judged, answered, ended, judge_answers

ID = "E1LARKFIELD"
ARN = f"arn:aws:cloudfront::{ACCOUNT}:distribution/{ID}"
HTTPS, TLS = "cloudfront.distributions.https", "cloudfront.distributions.tls-policy"
ORIGINS, CONTROL = "cloudfront.distributions.origins-encrypted", "cloudfront.distributions.origin-access-control"
LOGS, ACL = "cloudfront.distributions.access-logs", "cloudfront.distributions.web-acl"
ROOT, SNI = "cloudfront.distributions.default-root-object", "cloudfront.distributions.sni"
FAILOVER = "cloudfront.distributions.origin-failover"


def viewer(policy: str, **more: str) -> dict[str, Any]:
    return {"TargetOriginId": "shop", "ViewerProtocolPolicy": policy, **more}


def server(policy: str, *protocols: str) -> dict[str, Any]:
    ssl = {"Quantity": len(protocols), "Items": list(protocols)}
    return {
        "Id": "shop",
        "DomainName": "shop.example",
        "CustomOriginConfig": {"OriginProtocolPolicy": policy, "OriginSslProtocols": ssl},
    }


def bucket(**more: Any) -> dict[str, Any]:
    return {"Id": "images", "DomainName": "images.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}} | more


def distribution(*origins: dict[str, Any], others: tuple[dict[str, Any], ...] = (), **more: Any) -> Answer:
    one = {
        "Id": ID, "ARN": ARN, "DomainName": "d1.cloudfront.net", "Enabled": True, "WebACLId": "", "DefaultCacheBehavior": viewer("https-only"),
        "CacheBehaviors": {"Quantity": len(others), "Items": list(others)} if others else {"Quantity": 0},
        "Origins": {"Quantity": len(origins), "Items": list(origins)}, "ViewerCertificate": {"CloudFrontDefaultCertificate": False}, **more,
    }  # fmt: skip
    return answered("cloudfront", "ListDistributions", {"DistributionList": {"Items": [one]}}, region="global")


@pytest.mark.parametrize(
    ("default", "others", "expected"),
    [
        ("https-only", (), "meets"),
        ("redirect-to-https", (viewer("https-only", PathPattern="/a/*"),), "meets"),
        ("allow-all", (), "exception"),
        ("https-only", (viewer("allow-all", PathPattern="/a/*"),), "exception"),
        ("https-only", (viewer("https-only"),), "gap"),
        ("https-only", ({"PathPattern": "/a/*"},), "gap"),
        ("as-you-like", (), "exception"),
    ],
)
def test_viewers_come_over_https(default: str, others: tuple[dict[str, Any], ...], expected: str) -> None:
    listed = distribution(others=others, DefaultCacheBehavior=viewer(default))
    assert judge_answers(HTTPS, listed)[ID] == expected


@pytest.mark.parametrize(
    ("certificate", "expected"),
    [
        ({"CloudFrontDefaultCertificate": False, "MinimumProtocolVersion": "TLSv1.2_2021"}, "meets"),
        ({"CloudFrontDefaultCertificate": False, "MinimumProtocolVersion": "TLSv1.3_2025"}, "meets"),
        ({"CloudFrontDefaultCertificate": False, "MinimumProtocolVersion": "TLSv1.1_2016"}, "exception"),
        ({"CloudFrontDefaultCertificate": False, "MinimumProtocolVersion": "TLSv1"}, "exception"),
        ({"CloudFrontDefaultCertificate": False, "MinimumProtocolVersion": "SSLv3"}, "exception"),
        ({"CloudFrontDefaultCertificate": True, "MinimumProtocolVersion": "TLSv1.2_2021"}, "exception"),
        ({"CloudFrontDefaultCertificate": True}, "exception"),
        ({"ACMCertificateArn": "arn:aws:acm:x", "MinimumProtocolVersion": "TLSv1.2_2021"}, "meets"),
        ({"CloudFrontDefaultCertificate": False}, "gap"),
        ({"MinimumProtocolVersion": "TLSv1.2_2021"}, "gap"),
        ({}, "gap"),
    ],
)
def test_viewers_come_over_tls_1_2(certificate: dict[str, Any], expected: str) -> None:
    assert judge_answers(TLS, distribution(ViewerCertificate=certificate))[ID] == expected


@pytest.mark.parametrize(
    ("origins", "default", "expected"),
    [
        ([server("https-only", "TLSv1.2")], "allow-all", "meets"),
        ([server("match-viewer", "TLSv1.2")], "redirect-to-https", "meets"),
        ([bucket()], "https-only", "meets"),
        ([server("match-viewer", "TLSv1.2")], "allow-all", "exception"),
        ([bucket()], "allow-all", "exception"),
        ([bucket(), server("http-only", "TLSv1.2")], "https-only", "exception"),
        ([server("https-only", "TLSv1", "TLSv1.2")], "https-only", "exception"),
        ([{"Id": "inside", "VpcOriginConfig": {"VpcOriginId": "vo_1"}}], "https-only", "gap"),
        ([{"Id": "shop", "CustomOriginConfig": {"HTTPPort": 80}}], "https-only", "gap"),
        (["shop"], "https-only", "gap"),
        ([], "https-only", "gap"),
    ],
)
def test_origins_are_asked_over_tls_1_2(origins: list[Any], default: str, expected: str) -> None:
    listed = distribution(*origins, DefaultCacheBehavior=viewer(default))
    assert judge_answers(ORIGINS, listed)[ID] == expected


@pytest.mark.parametrize(
    ("origins", "expected"),
    [
        ([bucket(OriginAccessControlId="EOAC")], "meets"),
        ([bucket(S3OriginConfig={"OriginAccessIdentity": "origin-access-identity/cloudfront/E2"})], "meets"),
        ([bucket(OriginAccessControlId="EOAC"), bucket(OriginAccessControlId="")], "exception"),
        ([bucket()], "exception"),
        ([server("https-only", "TLSv1.2")], "not_applicable"),
        ([bucket(S3OriginConfig="yes")], "gap"),
        (["images"], "gap"),
        ([], "gap"),
    ],
)
def test_buckets_are_asked_by_name(origins: list[Any], expected: str) -> None:
    assert judge_answers(CONTROL, distribution(*origins))[ID] == expected


def test_a_distribution_stands_behind_a_web_acl() -> None:
    assert judge_answers(ACL, distribution(WebACLId="arn:aws:wafv2:us-east-1:1:global/webacl/a/1"))[ID] == "meets"
    assert judge_answers(ACL, distribution())[ID] == "exception"
    assert judge_answers(ACL, distribution(WebACLId=3))[ID] == "gap"


CONFIG = {"region": "global", "Id": ID}


def config(**found: Any) -> Answer:
    return answered("cloudfront", "GetDistributionConfig", {"DistributionConfig": found}, **CONFIG)


@pytest.mark.parametrize(
    ("origins", "answer", "expected"),
    [
        ([bucket()], config(DefaultRootObject="index.html"), "meets"),
        ([server("https-only", "TLSv1.2"), bucket()], config(DefaultRootObject=""), "exception"),
        ([bucket()], config(), "gap"),
        ([bucket()], config(DefaultRootObject=7), "gap"),
        ([bucket()], ended("cloudfront", "GetDistributionConfig", "denied", **CONFIG), "gap"),
        ([server("https-only", "TLSv1.2")], config(DefaultRootObject=""), "not_applicable"),
        ([], config(DefaultRootObject="index.html"), "gap"),
    ],
)
def test_a_request_for_the_root_is_answered_with_a_page(origins: list[Any], answer: Answer, expected: str) -> None:
    assert judge_answers(ROOT, distribution(*origins), answer)[ID] == expected


@pytest.mark.parametrize(
    ("certificate", "expected"),
    [
        ({"CloudFrontDefaultCertificate": False, "SSLSupportMethod": "sni-only"}, "meets"),
        ({"CloudFrontDefaultCertificate": False, "SSLSupportMethod": "vip"}, "exception"),
        ({"ACMCertificateArn": "arn:aws:acm:x", "SSLSupportMethod": "static-ip"}, "exception"),
        # AWS shows vip here too, whatever it means.
        ({"CloudFrontDefaultCertificate": True, "SSLSupportMethod": "vip"}, "not_applicable"),
        ({"CloudFrontDefaultCertificate": False}, "gap"),
        ({"CloudFrontDefaultCertificate": False, "SSLSupportMethod": True}, "gap"),
        ({"SSLSupportMethod": "sni-only"}, "gap"),
    ],
)
def test_a_certificate_is_served_by_name(certificate: dict[str, Any], expected: str) -> None:
    assert judge_answers(SNI, distribution(ViewerCertificate=certificate))[ID] == expected


def origin_groups(*found: Any, quantity: int | None = None) -> dict[str, Any]:
    return {"OriginGroups": {"Quantity": len(found) if quantity is None else quantity, "Items": list(found)}}


def origin_group(*origins: str, id: str = "shop") -> dict[str, Any]:
    return {"Id": id, "Members": {"Quantity": len(origins), "Items": [{"OriginId": one} for one in origins]}}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (origin_groups(origin_group("a", "b")), "meets"),
        (origin_groups(origin_group("a", "b", id="other"), origin_group("c", "d")), "meets"),
        ({"OriginGroups": {"Quantity": 0}}, "exception"),
        (origin_groups(origin_group("a")), "exception"),
        (origin_groups(origin_group("a", "a")), "exception"),
        # A group that no cache behaviour asks goes over to nobody.
        (origin_groups(origin_group("a", "b", id="other")), "exception"),
        (origin_groups(origin_group("a", "b"), quantity=2), "gap"),
        (origin_groups({"Id": "shop"}), "gap"),
        ({"OriginGroups": "two"}, "gap"),
        ({}, "gap"),
    ],
)
def test_a_distribution_has_an_origin_to_go_over_to(more: dict[str, Any], expected: str) -> None:
    assert judge_answers(FAILOVER, distribution(**more))[ID] == expected


def test_another_cache_behaviour_may_ask_the_origin_group() -> None:
    others = (viewer("https-only", PathPattern="/a/*", TargetOriginId="both"),)
    assert judge_answers(FAILOVER, distribution(others=others, **origin_groups(origin_group("a", "b", id="both"))))[ID] == "meets"


def logs(enabled: Any, sources: Any = (), deliveries: Any = ()) -> Judged:
    logging = {"Logging": {"Enabled": enabled}} if enabled is not None else {}
    given = [distribution(), answered("cloudfront", "GetDistributionConfig", {"DistributionConfig": logging}, **CONFIG)]
    for operation, key, found in (
        ("DescribeDeliverySources", "deliverySources", sources),
        ("DescribeDeliveries", "deliveries", deliveries),
    ):
        ok = not isinstance(found, str)
        given.append(
            answered("logs", operation, {key: list(found)}, region="global")
            if ok
            else ended("logs", operation, found, region="global")
        )
    return judge_answers(LOGS, *given)


SOURCE = {"name": "shop", "arn": "arn:x", "resourceArns": [ARN], "logType": "ACCESS_LOGS"}
DELIVERY = {"id": "d1", "arn": "arn:y", "deliverySourceName": "shop"}


@pytest.mark.parametrize(
    ("enabled", "sources", "deliveries", "expected"),
    [
        (True, (), (), "meets"),
        (True, "denied", "denied", "meets"),
        (False, [SOURCE], [DELIVERY], "meets"),
        (None, [SOURCE], [DELIVERY], "meets"),
        (False, (), (), "exception"),
        (False, [SOURCE], (), "exception"),
        (False, [SOURCE | {"logType": "CONNECTION_LOGS"}], [DELIVERY], "exception"),
        (False, [SOURCE | {"resourceArns": ["arn:other"]}], [DELIVERY], "exception"),
        (None, (), (), "gap"),
        (False, "denied", [DELIVERY], "gap"),
        (False, [SOURCE], "denied", "gap"),
    ],
)
def test_a_distribution_keeps_access_logs(enabled: Any, sources: Any, deliveries: Any, expected: str) -> None:
    assert logs(enabled, sources, deliveries)[ID] == expected


@pytest.mark.parametrize("requirement", [HTTPS, TLS, ORIGINS, ACL, CONTROL, ROOT, SNI, FAILOVER])
def test_distributions_that_could_not_be_listed_or_answer_nobody(requirement: str) -> None:
    assert judge_answers(requirement, distribution(bucket(), Enabled=False))[ID] == "not_applicable"
    assert (
        judge_answers(requirement, ended("cloudfront", "ListDistributions", "denied", region="global")).result.judgement == "gap"
    )
    none = answered("cloudfront", "ListDistributions", {"DistributionList": {"Quantity": 0}}, region="global")
    assert judge_answers(requirement, none).result.judgement == "not_applicable"


def test_no_header_for_an_origin_is_kept() -> None:
    headers = {"Quantity": 1, "Items": [{"HeaderName": "x-front-door", "HeaderValue": "hunter-2-long"}]}
    origins = {"Items": [{"Id": "shop", "CustomHeaders": headers}, {"Id": "bare"}]}
    listed, config = {"DistributionList": {"Items": [{"Origins": origins}]}}, {"DistributionConfig": {"Origins": origins}}
    for page, ask in ((listed, LIST_DISTRIBUTIONS), (config, GET_CONFIG)):
        headers["Items"] = [{"HeaderName": "x-front-door", "HeaderValue": "hunter-2-long"}]
        Redactor(b"k" * 32).apply(page, ask.redact)
        assert "hunter" not in str(page) and "x-front-door" in str(page)
