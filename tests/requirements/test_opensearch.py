"""OpenSearch domains: encryption, who reaches them, logs, nodes, software."""

import json
from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services.opensearch import DESCRIBE_DOMAIN
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers

ARN = f"arn:aws:es:{REGION}:{ACCOUNT}:domain/books"
ALL = (
    "encrypted", "node-to-node", "https-only", "in-vpc", "not-public", "fine-grained-access", "audit-logs", "error-logs", "multi-az",
    "dedicated-masters", "software-current",
)  # fmt: skip


def listed(*names: Any) -> Answer:
    return answered("opensearch", "ListDomainNames", {"DomainNames": [{"DomainName": name} for name in names]})


def domain(**fields: Any) -> Answer:
    status = {"DomainName": "books", "ARN": ARN, "DomainId": f"{ACCOUNT}/books", "ClusterConfig": {}} | fields
    return answered("opensearch", "DescribeDomain", {"DomainStatus": status}, DomainName="books")


def judged(requirement: str, *answers: Answer, **parameters: Any) -> Judged:
    return judge_answers(f"opensearch.domains.{requirement}", *answers, **parameters)


@pytest.mark.parametrize("requirement", ALL)
def test_lists(requirement: str) -> None:
    assert judged(requirement, ended("opensearch", "ListDomainNames", "denied")).result.judgement == "gap"
    assert judged(requirement, listed()).result.judgement == "not_applicable"
    denied, gone = (ended("opensearch", "DescribeDomain", ending, DomainName="books") for ending in ("denied", "gone"))
    assert judged(requirement, listed("books"), denied).result.judgement == "gap"
    assert judged(requirement, listed("books"), gone).result.judgement == "not_applicable"
    assert judged(requirement, listed("books"), domain(DomainProcessingStatus="Deleting")).result.judgement == "not_applicable"
    strange = answered("opensearch", "DescribeDomain", {"DomainStatus": ["books"]}, DomainName="books")
    assert judged(requirement, listed("books"), strange).result.judgement == "gap"


def endpoint(https: Any, policy: Any) -> dict[str, Any]:
    return {"DomainEndpointOptions": {"EnforceHTTPS": https, "TLSSecurityPolicy": policy}}


def nodes(**fields: Any) -> dict[str, Any]:
    return {"ClusterConfig": fields}


@pytest.mark.parametrize(
    ("requirement", "fields", "expected"),
    [
        ("encrypted", {"EncryptionAtRestOptions": {"Enabled": True}}, "meets"),
        ("encrypted", {"EncryptionAtRestOptions": {"Enabled": False}}, "exception"),
        ("encrypted", {}, "gap"),
        ("encrypted", {"EncryptionAtRestOptions": True}, "gap"),
        ("node-to-node", {"NodeToNodeEncryptionOptions": {"Enabled": True}}, "meets"),
        ("node-to-node", {"NodeToNodeEncryptionOptions": {"Enabled": False}}, "exception"),
        ("node-to-node", {"NodeToNodeEncryptionOptions": {}}, "gap"),
        ("https-only", endpoint(True, "Policy-Min-TLS-1-2-2019-07"), "meets"),
        ("https-only", endpoint(True, "Policy-Min-TLS-1-2-PFS-2023-10"), "meets"),
        ("https-only", endpoint(True, "Policy-Min-TLS-1-0-2019-07"), "exception"),
        ("https-only", endpoint(False, "Policy-Min-TLS-1-2-2019-07"), "exception"),
        ("https-only", endpoint(True, None), "gap"),
        ("https-only", endpoint(None, "Policy-Min-TLS-1-2-2019-07"), "gap"),
        ("in-vpc", {"VPCOptions": {"VPCId": "vpc-1"}}, "meets"),
        ("in-vpc", {"VPCOptions": {"VPCId": ""}}, "exception"),
        ("in-vpc", {}, "exception"),
        ("in-vpc", {"VPCOptions": "vpc-1"}, "gap"),
        ("fine-grained-access", {"AdvancedSecurityOptions": {"Enabled": True, "AnonymousAuthEnabled": False}}, "meets"),
        ("fine-grained-access", {"AdvancedSecurityOptions": {"Enabled": True, "AnonymousAuthEnabled": True}}, "exception"),
        ("fine-grained-access", {"AdvancedSecurityOptions": {"Enabled": False}}, "exception"),
        ("fine-grained-access", {"AdvancedSecurityOptions": {"Enabled": True}}, "gap"),
        ("fine-grained-access", {}, "gap"),
        ("multi-az", nodes(InstanceCount=3, ZoneAwarenessEnabled=True), "meets"),
        ("multi-az", nodes(InstanceCount=2, ZoneAwarenessEnabled=True), "exception"),
        ("multi-az", nodes(InstanceCount=6, ZoneAwarenessEnabled=False), "exception"),
        ("multi-az", nodes(ZoneAwarenessEnabled=True), "gap"),
        ("dedicated-masters", nodes(DedicatedMasterEnabled=True, DedicatedMasterCount=3), "meets"),
        ("dedicated-masters", nodes(DedicatedMasterEnabled=True, DedicatedMasterCount=2), "exception"),
        ("dedicated-masters", nodes(DedicatedMasterEnabled=False), "exception"),
        ("dedicated-masters", nodes(DedicatedMasterEnabled=True), "gap"),
        ("software-current", {"ServiceSoftwareOptions": {"UpdateAvailable": False}}, "meets"),
        ("software-current", {"ServiceSoftwareOptions": {"UpdateAvailable": True}}, "exception"),
        ("software-current", {}, "gap"),
    ],
)
def test_a_setting(requirement: str, fields: dict[str, Any], expected: str) -> None:
    found = judged(requirement, listed("books"), domain(**fields))
    assert found["books"] == expected
    assert found.members[0].arn == ARN


def test_how_many_nodes_is_a_parameter() -> None:
    two = domain(**nodes(InstanceCount=2, ZoneAwarenessEnabled=True, DedicatedMasterEnabled=True, DedicatedMasterCount=3))
    assert judged("multi-az", listed("books"), two, nodes=2)["books"] == "meets"
    assert judged("dedicated-masters", listed("books"), two, nodes=5)["books"] == "exception"


def policy(**more: Any) -> str:
    return json.dumps(
        {"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "es:*", "Resource": f"{ARN}/*"} | more}
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "gap"),
        ({"AccessPolicies": None}, "gap"),
        ({"AccessPolicies": ""}, "meets"),
        ({"AccessPolicies": policy()}, "exception"),
        ({"AccessPolicies": policy(Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})}, "meets"),
        ({"AccessPolicies": policy(Condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}})}, "exception"),
        ({"AccessPolicies": policy(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"})}, "meets"),
        ({"AccessPolicies": policy(), "VPCOptions": {"VPCId": "vpc-1"}}, "meets"),
        ({"AccessPolicies": "everyone"}, "gap"),
    ],
)
def test_strangers_are_kept_out(fields: dict[str, Any], expected: str) -> None:
    assert judged("not-public", listed("books"), domain(**fields))["books"] == expected


GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:books"
LOGS = {"audit-logs": "AUDIT_LOGS", "error-logs": "ES_APPLICATION_LOGS"}


@pytest.mark.parametrize("requirement", LOGS)
@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ({"Enabled": True, "CloudWatchLogsLogGroupArn": GROUP}, "meets"),
        ({"Enabled": False, "CloudWatchLogsLogGroupArn": GROUP}, "exception"),
        ({"Enabled": True}, "gap"),
        ("on", "gap"),
    ],
)
def test_logs_are_published(requirement: str, option: Any, expected: str) -> None:
    published = domain(LogPublishingOptions={LOGS[requirement]: option})
    assert judged(requirement, listed("books"), published)["books"] == expected
    other = domain(LogPublishingOptions={"INDEX_SLOW_LOGS": {"Enabled": True, "CloudWatchLogsLogGroupArn": GROUP}})
    assert judged(requirement, listed("books"), other)["books"] == "exception"
    assert judged(requirement, listed("books"), domain())["books"] == "exception"


def test_what_is_being_changed_is_not_kept() -> None:
    change = {
        "Name": "AdvancedSecurityOptions",
        "ActiveValue": "as it was",
        "PendingValue": "as it will be",
        "ValueType": "STRINGIFIED_JSON",
    }
    page: dict[str, Any] = {"DomainStatus": {"DomainName": "books", "ModifyingProperties": [change]}}
    Redactor().apply(page, DESCRIBE_DOMAIN.redact)
    assert "as it" not in repr(page)
    assert page["DomainStatus"]["ModifyingProperties"][0]["Name"] == "AdvancedSecurityOptions"
