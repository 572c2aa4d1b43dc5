"""Buckets: access logs, versions, MFA delete."""

from typing import Any

import pytest

from tests.judging import judge_answers
from tests.requirements.s3_answers import bucket, buckets, no_buckets, not_read

LOGGING, VERSIONING = "GetBucketLogging", "GetBucketVersioning"


@pytest.mark.parametrize(
    ("requirement", "operation", "value", "expected"),
    [
        ("access-logging", LOGGING, {"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": ""}}, "meets"),
        ("access-logging", LOGGING, {}, "exception"),  # off: the key is left out, and there is no error code
        ("access-logging", LOGGING, {"LoggingEnabled": {}}, "gap"),
        ("access-logging", LOGGING, {"LoggingEnabled": "on"}, "gap"),
        ("access-logging", LOGGING, {"LoggingEnabled": {"TargetBucket": 7}}, "gap"),
        ("versioning", VERSIONING, {"Status": "Enabled"}, "meets"),
        ("versioning", VERSIONING, {"Status": "Suspended", "MFADelete": "Enabled"}, "exception"),
        ("versioning", VERSIONING, {}, "exception"),  # never enabled
        ("versioning", VERSIONING, {"Status": True}, "gap"),
        ("mfa-delete", VERSIONING, {"Status": "Enabled", "MFADelete": "Enabled"}, "meets"),
        ("mfa-delete", VERSIONING, {"Status": "Enabled", "MFADelete": "Disabled"}, "exception"),
        ("mfa-delete", VERSIONING, {"Status": "Enabled"}, "exception"),  # never configured
        ("mfa-delete", VERSIONING, {}, "exception"),
        ("mfa-delete", VERSIONING, {"MFADelete": ["Enabled"]}, "gap"),
    ],
)
def test_settings(requirement: str, operation: str, value: dict[str, Any], expected: str) -> None:
    assert judge_answers(f"s3.buckets.{requirement}", buckets("a"), bucket("a", operation, value))["a"] == expected


@pytest.mark.parametrize(
    ("requirement", "operation"), [("access-logging", LOGGING), ("versioning", VERSIONING), ("mfa-delete", VERSIONING)]
)
def test_not_read_gone_and_empty(requirement: str, operation: str) -> None:
    name = f"s3.buckets.{requirement}"
    result = judge_answers(
        name,
        buckets("denied", "gone", "unasked"),
        not_read("denied", operation),
        not_read("gone", operation, "gone", "NoSuchBucket"),
    )
    assert {m.id: m.judgement for m in result.members} == {"denied": "gap", "unasked": "gap"}
    assert result.result.population.gone == ("arn:aws:s3:::gone",)
    assert judge_answers(name, buckets()).result.judgement == "not_applicable"
    assert judge_answers(name, no_buckets()).result.judgement == "gap"


def test_a_list_cut_between_pages_keeps_what_was_read_and_says_so() -> None:
    page = {"Buckets": [{"Name": "a", "BucketRegion": "eu-west-1"}]}
    result = judge_answers("s3.buckets.versioning", no_buckets(page), bucket("a", VERSIONING, {"Status": "Enabled"}))
    assert result["a"] == "meets" and result.result.judgement == "gap"
