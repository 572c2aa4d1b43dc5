"""State machines write a log."""

from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.services.stepfunctions import DESCRIBE_MACHINE
from tests.judging import ACCOUNT, REGION, answered, ended, judge_answers

ARN = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:orders"
LOGS = "stepfunctions.state-machines.logs"
LISTED = answered(
    "stepfunctions", "ListStateMachines", {"stateMachines": [{"stateMachineArn": ARN, "name": "orders", "type": "EXPRESS"}]}
)
GROUP = [{"cloudWatchLogsLogGroup": {"logGroupArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:orders:*"}}]


@pytest.mark.parametrize(
    ("logging", "expected"),
    [
        ({"level": "ALL", "destinations": GROUP}, "meets"),
        ({"level": "FATAL", "destinations": GROUP}, "meets"),
        ({"level": "OFF", "destinations": GROUP}, "exception"),
        ({"level": "ERROR", "destinations": []}, "exception"),
        ({"destinations": GROUP}, "exception"),
        (None, "exception"),
        ({"level": 1, "destinations": GROUP}, "gap"),
        ({"level": "ALL", "destinations": [{}]}, "gap"),
        ("ALL", "gap"),
    ],
)
def test_a_state_machine_writes_a_log(logging: Any, expected: str) -> None:
    page = {"stateMachineArn": ARN} | ({} if logging is None else {"loggingConfiguration": logging})
    asked: dict[str, Any] = {"includedData": "METADATA_ONLY", "stateMachineArn": ARN}
    judged = judge_answers(LOGS, LISTED, answered("stepfunctions", "DescribeStateMachine", page, **asked))
    assert judged[ARN] == expected


def test_state_machines_that_could_not_be_read() -> None:
    denied = ended("stepfunctions", "DescribeStateMachine", "denied", includedData="METADATA_ONLY", stateMachineArn=ARN)
    assert judge_answers(LOGS, LISTED, denied)[ARN] == "gap"
    gone = ended("stepfunctions", "DescribeStateMachine", "gone", includedData="METADATA_ONLY", stateMachineArn=ARN)
    assert not judge_answers(LOGS, LISTED, gone).members
    assert judge_answers(LOGS, ended("stepfunctions", "ListStateMachines", "denied")).result.judgement == "gap"
    assert (
        judge_answers(LOGS, answered("stepfunctions", "ListStateMachines", {"stateMachines": []})).result.judgement
        == "not_applicable"
    )


def test_a_definition_is_not_kept() -> None:
    page = {"stateMachineArn": ARN, "definition": '{"Parameters": {"token": "NotARealToken"}}'}
    Redactor(b"k" * 32).apply(page, DESCRIBE_MACHINE.redact)
    assert "NotARealToken" not in str(page)
