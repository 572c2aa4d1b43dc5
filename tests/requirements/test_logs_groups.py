"""Log groups: retention and keys."""

from typing import Any

from tests.judging import Judged, answered, ended, judge_answers


def judged(requirement: str, *groups: dict[str, Any], **parameters: Any) -> Judged:
    return judge_answers(
        f"logs.groups.{requirement}", answered("logs", "DescribeLogGroups", {"logGroups": list(groups)}), **parameters
    )


def group(name: str, **more: Any) -> dict[str, Any]:
    return {"logGroupName": name, "logGroupClass": "STANDARD", "creationTime": 1790000000000} | more


def test_retention_and_groups_that_never_expire() -> None:
    result = judged(
        "retention",
        group("ever"),
        group("year", retentionInDays=365),
        group("short", retentionInDays=90),
        group("strange", retentionInDays="long"),
        {"logGroupName": "plain", "retentionInDays": 7},
    )
    assert {m.id: m.judgement for m in result.members} == {
        "ever": "meets", "year": "meets", "short": "exception", "strange": "gap", "plain": "exception",
    }  # fmt: skip
    assert "never expires" in result.reason("ever") and "90 days" in result.reason("short")
    assert result.members[0].arn == "arn:aws:logs:eu-west-1:012345678901:log-group:ever"


def test_retention_counts_the_days_given() -> None:
    assert judged("retention", group("short", retentionInDays=90), days=90)["short"] == "meets"


def test_a_delivery_group_keeps_nothing_by_design() -> None:
    result = judged("retention", group("lambda", logGroupClass="DELIVERY", retentionInDays=1), group("odd", logGroupClass=4))
    assert (result["lambda"], result["odd"]) == ("not_applicable", "gap")


def test_customer_key() -> None:
    result = judged(
        "customer-key", group("good", kmsKeyId="arn:aws:kms:eu-west-1:1:key/k"), group("aws"), group("odd", kmsKeyId=1)
    )
    assert [(m.id, m.judgement) for m in result.members] == [("aws", "exception"), ("good", "meets"), ("odd", "gap")]


def test_denied_and_cut_lists_are_gaps() -> None:
    for name in ("retention", "customer-key"):
        denied = judge_answers(f"logs.groups.{name}", ended("logs", "DescribeLogGroups", "denied"))
        assert denied.result.judgement == "gap" and denied.members == ()
        page = {"logGroups": [group("good", kmsKeyId="k")], "nextToken": "more"}
        cut = judge_answers(f"logs.groups.{name}", ended("logs", "DescribeLogGroups", "throttled", page))
        assert cut["good"] == "meets" and cut.result.judgement == "gap"
        assert judged(name).result.judgement == "not_applicable"
