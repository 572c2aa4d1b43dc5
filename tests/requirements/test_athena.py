"""Athena workgroups: what queries find is encrypted, and clients cannot say otherwise."""

from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services.athena import GET_WORKGROUP
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers


def listed(**fields: Any) -> Answer:
    return answered("athena", "ListWorkGroups", {"WorkGroups": [{"Name": "primary", "State": "ENABLED", **fields}]})


def group(**configuration: Any) -> Answer:
    value = {"Name": "primary", "Configuration": configuration}
    return answered("athena", "GetWorkGroup", {"WorkGroup": value}, WorkGroup="primary")


def judged(*answers: Answer, requirement: str = "encrypted") -> Judged:
    return judge_answers(f"athena.workgroups.{requirement}", *answers)


KEPT = {"ResultConfiguration": {"EncryptionConfiguration": {"EncryptionOption": "SSE_KMS"}}}


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (KEPT | {"EnforceWorkGroupConfiguration": True}, "meets"),
        (KEPT | {"EnforceWorkGroupConfiguration": False}, "exception"),
        (KEPT, "gap"),
        ({"EnforceWorkGroupConfiguration": True}, "exception"),
        ({"ResultConfiguration": {"OutputLocation": "s3://x"}, "EnforceWorkGroupConfiguration": True}, "exception"),
        ({"ManagedQueryResultsConfiguration": {"Enabled": True}}, "meets"),
        ({"ManagedQueryResultsConfiguration": {"Enabled": False}}, "exception"),
        ({"ManagedQueryResultsConfiguration": {"Enabled": "yes"}}, "gap"),
        ({"ResultConfiguration": "encrypted", "EnforceWorkGroupConfiguration": True}, "gap"),
    ],
)
def test_results_are_encrypted(configuration: dict[str, Any], expected: str) -> None:
    found = judged(listed(), group(**configuration))
    assert found["primary"] == expected
    assert found.members[0].arn == f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/primary"


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ({"PublishCloudWatchMetricsEnabled": True}, "meets"),
        ({"PublishCloudWatchMetricsEnabled": False}, "exception"),
        ({"PublishCloudWatchMetricsEnabled": "yes"}, "gap"),
        ({}, "gap"),
    ],
)
def test_metrics_of_queries_are_published(configuration: dict[str, Any], expected: str) -> None:
    assert judged(listed(), group(**configuration), requirement="metrics")["primary"] == expected
    assert judged(listed(State="DISABLED"), group(**configuration), requirement="metrics")["primary"] == "not_applicable"


def test_metrics_of_workgroups_that_could_not_be_read() -> None:
    denied = ended("athena", "GetWorkGroup", "denied", WorkGroup="primary")
    assert judged(listed(), denied, requirement="metrics")["primary"] == "gap"
    assert judged(ended("athena", "ListWorkGroups", "denied"), requirement="metrics").result.judgement == "gap"


def test_workgroups_that_could_not_be_read() -> None:
    assert judged(ended("athena", "ListWorkGroups", "denied")).result.judgement == "gap"
    assert judged(answered("athena", "ListWorkGroups", {"WorkGroups": []})).result.judgement == "not_applicable"
    assert judged(listed(), ended("athena", "GetWorkGroup", "denied", WorkGroup="primary"))["primary"] == "gap"
    assert judged(listed(State="DISABLED"), group())["primary"] == "not_applicable"
    assert judged(listed(State=None), group(**KEPT, EnforceWorkGroupConfiguration=True))["primary"] == "gap"


def test_what_a_spark_session_starts_with_is_not_kept() -> None:
    secret = "NotARealPassword"
    engine = {"AdditionalConfigs": {"a": secret}, "SparkProperties": {"b": secret}, "MaxConcurrentDpus": 20}
    engine["Classifications"] = [{"Name": "spark", "Properties": {"c": secret}}]
    page: dict[str, Any] = {"WorkGroup": {"Configuration": {"AdditionalConfiguration": secret, "EngineConfiguration": engine}}}
    Redactor().apply(page, GET_WORKGROUP.redact)
    assert secret not in repr(page)
    assert page["WorkGroup"]["Configuration"]["EngineConfiguration"]["MaxConcurrentDpus"] == 20
