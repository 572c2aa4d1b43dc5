"""Bedrock: the record of invocations, and agents."""

from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.services.bedrock import GET_AGENT, LIST_AGENTS
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers

LOGS, GUARD, OWN = "bedrock.regions.invocation-logs", "bedrock.agents.guardrail", "bedrock.agents.customer-key"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1111"
ID = "AGENT12345"
GROUP = {"cloudWatchConfig": {"logGroupName": "models", "roleArn": f"arn:aws:iam::{ACCOUNT}:role/models"}}
BUCKET = {"s3Config": {"bucketName": "models"}}


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({**GROUP, "textDataDeliveryEnabled": True}, "meets"),
        ({**BUCKET, "textDataDeliveryEnabled": True}, "meets"),
        ({**GROUP, "textDataDeliveryEnabled": False, "imageDataDeliveryEnabled": True}, "exception"),
        ({"textDataDeliveryEnabled": True}, "exception"),
        (None, "exception"),
        (GROUP, "gap"),
        ("all", "gap"),
    ],
)
def test_invocations_are_recorded(setting: Any, expected: str) -> None:
    page = {} if setting is None else {"loggingConfig": setting}
    judged = judge_answers(LOGS, answered("bedrock", "GetModelInvocationLoggingConfiguration", page))
    assert judged.result.judgement == expected


def test_a_region_that_could_not_be_asked_is_a_gap() -> None:
    assert judge_answers(LOGS, ended("bedrock", "GetModelInvocationLoggingConfiguration", "denied")).result.judgement == "gap"
    assert judge_answers(LOGS).result.judgement == "gap"


LISTED = {"agentId": ID, "agentName": "clerk", "agentStatus": "PREPARED"}


def agent(requirement: str, **given: Any) -> Judged:
    return judge_answers(
        requirement,
        answered("bedrock-agent", "ListAgents", {"agentSummaries": [LISTED]}),
        answered("bedrock-agent", "GetAgent", {"agent": {"agentId": ID, **given}}, agentId=ID),
        answered("kms", "ListKeys", {"Keys": []}),
    )


@pytest.mark.parametrize(
    ("requirement", "given", "expected"),
    [
        (GUARD, {"guardrailConfiguration": {"guardrailIdentifier": "g1", "guardrailVersion": "1"}}, "meets"),
        (GUARD, {"guardrailConfiguration": {}}, "exception"),
        (GUARD, {}, "exception"),
        (GUARD, {"guardrailConfiguration": "g1"}, "gap"),
        (OWN, {"customerEncryptionKeyArn": KEY}, "meets"),
        (OWN, {}, "exception"),
        (OWN, {"customerEncryptionKeyArn": 1}, "gap"),
    ],
)
def test_an_agent_is_guarded_and_encrypted(requirement: str, given: dict[str, Any], expected: str) -> None:
    judged = agent(requirement, **given)
    assert judged[ID] == expected
    assert judged.members[0].arn == f"arn:aws:bedrock:{REGION}:{ACCOUNT}:agent/{ID}"


@pytest.mark.parametrize("requirement", [GUARD, OWN])
def test_agents_that_could_not_be_read(requirement: str) -> None:
    listed = answered("bedrock-agent", "ListAgents", {"agentSummaries": [LISTED]})
    assert judge_answers(requirement, listed, ended("bedrock-agent", "GetAgent", "denied", agentId=ID))[ID] == "gap"
    assert not judge_answers(requirement, listed, ended("bedrock-agent", "GetAgent", "gone", agentId=ID)).members
    assert judge_answers(requirement, ended("bedrock-agent", "ListAgents", "denied")).result.judgement == "gap"
    assert (
        judge_answers(requirement, answered("bedrock-agent", "ListAgents", {"agentSummaries": []})).result.judgement
        == "not_applicable"
    )


def test_what_an_agent_is_told_is_not_kept() -> None:
    word = "NotARealSecret"
    prompts = {"promptConfigurations": [{"basePromptTemplate": word, "additionalModelRequestFields": {"a": word}}]}
    for ask, page in (
        (LIST_AGENTS, {"agentSummaries": [{"description": word}]}),
        (GET_AGENT, {"agent": {"instruction": word, "description": word, "promptOverrideConfiguration": prompts}}),
    ):
        Redactor(b"k" * 32).apply(page, ask.redact)
        assert word not in str(page)
        assert "[redacted " in str(page)
