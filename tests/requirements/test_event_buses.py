"""Event buses: used by their owner, or by whom the policy names."""

import json
from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services.events import LIST_BUSES
from tests.judging import ACCOUNT, REGION, answered, ended, judge_answers

NOT_PUBLIC = "events.buses.policy-not-public"
ARN = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/orders"


def buses(**more: Any) -> Answer:
    return answered("events", "ListEventBuses", {"EventBuses": [{"Name": "orders", "Arn": ARN, **more}]})


def policy(principal: Any, **more: Any) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "events:PutEvents", "Resource": ARN, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (buses(), "meets"),
        (buses(Policy=""), "meets"),
        (buses(Policy=policy({"AWS": "arn:aws:iam::111122223333:root"})), "meets"),
        (buses(Policy=policy("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-lark1field"}})), "meets"),
        (buses(Policy=policy("*")), "exception"),
        (buses(Policy=policy({"AWS": "*"})), "exception"),
        (buses(Policy=policy("*", Condition={"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-lark1field"}})), "exception"),
        (buses(Policy="{"), "gap"),
        (buses(Policy=7), "gap"),
    ],
)
def test_a_bus_is_not_open_to_everyone(answer: Answer, expected: str) -> None:
    assert judge_answers(NOT_PUBLIC, answer)["orders"] == expected


def test_buses_that_were_not_listed_are_a_gap() -> None:
    judged = judge_answers(NOT_PUBLIC, ended("events", "ListEventBuses", "denied"))
    assert not judged.members and judged.result.judgement == "gap"


def test_descriptions_are_not_kept() -> None:
    page = {"EventBuses": [{"Description": "ask jo, it is hunter2"}]}
    Redactor(b"k" * 32).apply(page, LIST_BUSES.redact)
    assert "hunter2" not in str(page)
