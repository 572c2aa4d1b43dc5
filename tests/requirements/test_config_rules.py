"""AWS Config's rules, the three on Elastic Beanstalk, and conformance packs."""

from typing import Any

import pytest

from evidence.requirements.compliance_validation.config import BEANSTALK
from evidence.run.answer import Answer
from tests.judging import ACCOUNT, AS_OF, Judged, answered, ended, judge_answers
from tests.requirements.elasticbeanstalk_answers import environments

EARLY, LATE = AS_OF.replace(hour=1), AS_OF.replace(hour=2)


def rule(name: str = "r", **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:config:eu-west-1:012345678901:config-rule/{name}"
    source = {"Owner": "AWS", "SourceIdentifier": "ENCRYPTED_VOLUMES"}
    made = {"ConfigRuleName": name, "ConfigRuleArn": arn, "ConfigRuleState": "ACTIVE", "Source": source}
    return {k: v for k, v in (made | {"EvaluationModes": [{"Mode": "DETECTIVE"}]} | more).items() if v is not None}


def rules(*entries: dict[str, Any], region: str = "eu-west-1") -> Answer:
    return answered("config", "DescribeConfigRules", {"ConfigRules": list(entries)}, region=region)


def verdict(kind: Any, name: str = "r", **count: Any) -> Answer:
    compliance = {"ComplianceType": kind} | ({"ComplianceContributorCount": count} if count else {})
    page = {"ComplianceByConfigRules": [{"ConfigRuleName": name, "Compliance": compliance}]}
    return answered("config", "DescribeComplianceByConfigRule", page)


def evaluations(name: str = "r", **times: Any) -> Answer:
    page = {"ConfigRulesEvaluationStatus": [{"ConfigRuleName": name} | times]}
    return answered("config", "DescribeConfigRuleEvaluationStatus", page)


EVALUATED = evaluations(LastSuccessfulEvaluationTime=LATE, LastFailedEvaluationTime=EARLY)


def compliant(*answers: Answer) -> Judged:
    return judge_answers("config.rules.compliant", *answers)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("COMPLIANT", "meets"), ("NON_COMPLIANT", "exception"), ("NOT_APPLICABLE", "gap"), ("SOMETHING_NEW", "gap"), (1, "gap")],
)
def test_compliant(kind: Any, expected: str) -> None:
    assert compliant(rules(rule()), verdict(kind), EVALUATED)["r"] == expected


def test_a_count_that_stopped_is_the_least_there_are() -> None:
    def reason(**count: Any) -> str:
        return compliant(rules(rule()), verdict("NON_COMPLIANT", **count), EVALUATED).reason("r")

    assert "resources that do not comply = at least 25" in reason(CappedCount=25, CapExceeded=True)
    assert "resources that do not comply = 3" in reason(CappedCount=3, CapExceeded=False)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({"LastSuccessfulEvaluationTime": LATE}, "not_applicable"),
        ({"LastSuccessfulEvaluationTime": LATE, "LastFailedEvaluationTime": EARLY}, "not_applicable"),
        ({"LastSuccessfulEvaluationTime": EARLY, "LastFailedEvaluationTime": LATE}, "gap"),
        ({"LastFailedEvaluationTime": LATE}, "gap"),
        ({"LastSuccessfulInvocationTime": LATE}, "gap"),
        ({"LastSuccessfulEvaluationTime": LATE, "LastFailedEvaluationTime": "yesterday"}, "gap"),
        ({}, "gap"),
    ],
)
def test_no_result_is_no_pass(times: dict[str, Any], expected: str) -> None:
    assert compliant(rules(rule()), verdict("INSUFFICIENT_DATA"), evaluations(**times))["r"] == expected


def test_what_nobody_says_of_a_rule_is_a_gap() -> None:
    assert compliant(rules(rule()), verdict("COMPLIANT", name="other"), EVALUATED)["r"] == "gap"
    assert compliant(rules(rule()), ended("config", "DescribeComplianceByConfigRule", "denied"), EVALUATED)["r"] == "gap"
    refused = ended("config", "DescribeConfigRuleEvaluationStatus", "denied")
    assert compliant(rules(rule()), verdict("INSUFFICIENT_DATA"), refused)["r"] == "gap"
    assert compliant(rules(rule()), verdict("INSUFFICIENT_DATA"), evaluations("other"))["r"] == "gap"
    # What the rule found does not hang on whether its evaluations could be read.
    assert compliant(rules(rule()), verdict("COMPLIANT"), refused)["r"] == "meets"


def test_rules_that_look_at_no_resource_or_hide_what_they_found() -> None:
    proactive = rule(EvaluationModes=[{"Mode": "PROACTIVE"}])
    both = rule(EvaluationModes=[{"Mode": "PROACTIVE"}, {"Mode": "DETECTIVE"}])
    for entry, expected in (
        (proactive, "not_applicable"), (both, "exception"), (rule(EvaluationModes=None), "exception"),
        (rule(EvaluationModes=[]), "exception"), (rule(EvaluationModes="DETECTIVE"), "gap"),
        (rule(RuleEvaluationVisibility="INTERNAL"), "not_applicable"), (rule(RuleEvaluationVisibility="EXTERNAL"), "exception"),
    ):  # fmt: skip
        assert compliant(rules(entry), verdict("NON_COMPLIANT"), EVALUATED)["r"] == expected, entry


def test_no_rules_and_no_right_to_list_them() -> None:
    assert compliant(rules()).result.judgement == "not_applicable"
    assert compliant(ended("config", "DescribeConfigRules", "denied")).result.judgement == "gap"


# The three rules on Elastic Beanstalk


def three(**more: Any) -> list[dict[str, Any]]:
    """Under names of their own: only the source identifier tells what a rule is."""
    return [rule(f"my-{n}", Source={"Owner": "AWS", "SourceIdentifier": kind}, **more) for n, kind in enumerate(BEANSTALK)]


def beanstalk(answer: Answer, *, region: str = "eu-west-1") -> Judged:
    moved = [Answer(a.call.__class__(ACCOUNT, region, a.call.service, a.call.operation, a.call.parameters), a.ending, a.pages)
             for a in environments()]  # fmt: skip
    return judge_answers("config.regions.beanstalk-rules", answer, *moved, regions=(region,))


def test_all_three_are_there_under_any_name() -> None:
    assert beanstalk(rules(*three()))[ACCOUNT] == "meets"
    assert beanstalk(rules(*three(ConfigRuleState="EVALUATING")))[ACCOUNT] == "meets"
    assert beanstalk(rules(*three(EvaluationModes=None)))[ACCOUNT] == "meets"


@pytest.mark.parametrize("missing", range(3))
def test_each_of_the_three_is_needed(missing: int) -> None:
    some = three()
    del some[missing]
    judged = beanstalk(rules(*some))
    assert judged[ACCOUNT] == "exception" and f"rules of kind {BEANSTALK[missing]} = none" in judged.reason(ACCOUNT)


def test_a_rule_of_that_name_alone_is_not_the_rule() -> None:
    named = [rule(kind.lower().replace("_", "-")) for kind in BEANSTALK]
    assert beanstalk(rules(*named))[ACCOUNT] == "exception"
    own = three()
    own[0] = rule("mine", Source={"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": BEANSTALK[0]})
    assert beanstalk(rules(*own))[ACCOUNT] == "exception"
    assert beanstalk(rules(*three(ConfigRuleState="DELETING")))[ACCOUNT] == "exception"
    assert beanstalk(rules(*three(EvaluationModes=[{"Mode": "PROACTIVE"}])))[ACCOUNT] == "exception"
    assert beanstalk(rules(*three(ConfigRuleState=None)))[ACCOUNT] == "gap"


def test_where_aws_does_not_offer_the_rules_none_is_missed() -> None:
    assert beanstalk(rules(region="il-central-1"), region="il-central-1")[ACCOUNT] == "not_applicable"
    assert beanstalk(rules(region="us-gov-west-1"), region="us-gov-west-1")[ACCOUNT] == "gap"
    assert beanstalk(rules(*three(), region="us-gov-west-1"), region="us-gov-west-1")[ACCOUNT] == "meets"


def test_a_region_without_environments_needs_no_such_rule() -> None:
    _, stacks = environments()
    empty = answered("elasticbeanstalk", "DescribeEnvironments", {"Environments": []}, IncludeDeleted=False)
    none = answered("cloudformation", "ListStacks", {"StackSummaries": []}, **stacks.call.parameters)
    judged = judge_answers("config.regions.beanstalk-rules", rules(), empty, none)
    assert judged[ACCOUNT] == "not_applicable"
    assert beanstalk(ended("config", "DescribeConfigRules", "denied"))[ACCOUNT] == "gap"


# Conformance packs


def packs(**states: Any) -> Judged:
    entries = [
        {
            "ConformancePackName": name,
            "ConformancePackId": name,
            "ConformancePackArn": f"arn:{name}",
            "ConformancePackState": state,
        }
        for name, state in states.items()
    ]
    listed = answered("config", "DescribeConformancePackStatus", {"ConformancePackStatusDetails": entries})
    return judge_answers("config.conformance-packs.deployed", listed)


def test_packs() -> None:
    judged = packs(
        a="CREATE_COMPLETE", b="UPDATE_COMPLETE", c="CREATE_FAILED", d="UPDATE_FAILED", e="DELETE_FAILED",
        f="UPDATE_IN_PROGRESS", g=None, h=1,
    )  # fmt: skip
    assert [judged[name] for name in "abcdefgh"] == ["meets"] * 2 + ["exception"] * 3 + ["gap"] * 3
    assert packs().result.judgement == "not_applicable"
    denied = judge_answers("config.conformance-packs.deployed", ended("config", "DescribeConformancePackStatus", "denied"))
    assert denied.result.judgement == "gap"
