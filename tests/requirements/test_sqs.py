"""Queues: encrypted, closed to strangers, and an environment's own where it has some."""

import json
from typing import Any

import pytest

from evidence.assessment.lens import LENS_NEEDS, environments, standing_of
from evidence.populations.answers import Answers
from evidence.populations.read import read_populations
from evidence.run.answer import Answer
from evidence.run.scope import Account, Scope
from evidence.services import populations
from tests.judging import ACCOUNT, AS_OF, REGION, Judged, answered, ended, judge_answers
from tests.requirements import elasticbeanstalk_answers as beanstalk

URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/work"
ENCRYPTED, CLOSED = "sqs.queues.encrypted", "sqs.queues.policy-not-public"


def queues(*urls: str) -> Answer:
    """AWS leaves the list out where there is none."""
    return answered("sqs", "ListQueues", {"QueueUrls": list(urls)} if urls else {}, MaxResults=1000)


def attributes(**more: Any) -> Answer:
    value = {"QueueArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:work"} | more
    return answered("sqs", "GetQueueAttributes", {"Attributes": value}, AttributeNames=["All"], QueueUrl=URL)


def ended_attributes(ending: Any) -> Answer:
    return ended("sqs", "GetQueueAttributes", ending, AttributeNames=["All"], QueueUrl=URL)


def of_queue(requirement: str, **more: Any) -> Judged:
    return judge_answers(requirement, queues(URL), attributes(**more))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"SqsManagedSseEnabled": "true"}, "meets"),
        ({"SqsManagedSseEnabled": "false"}, "exception"),
        ({"SqsManagedSseEnabled": "false", "KmsMasterKeyId": "alias/aws/sqs"}, "meets"),
        ({"SqsManagedSseEnabled": "false", "KmsMasterKeyId": ""}, "exception"),
        ({"KmsMasterKeyId": "alias/own"}, "meets"),
        ({}, "gap"),
        ({"SqsManagedSseEnabled": "perhaps"}, "gap"),
    ],
)
def test_a_queue_is_encrypted(given: dict[str, Any], expected: str) -> None:
    judged = of_queue(ENCRYPTED, **given)
    assert judged[URL] == expected
    assert judged.members[0].arn == f"arn:aws:sqs:{REGION}:{ACCOUNT}:work"


def policy(**more: Any) -> str:
    return json.dumps({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"} | more})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "meets"),
        ({"Policy": ""}, "meets"),
        ({"Policy": policy()}, "exception"),
        ({"Policy": policy(Condition={"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:ops"}})}, "meets"),
        ({"Policy": policy(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})}, "meets"),
        ({"Policy": "everyone"}, "gap"),
        ({"Policy": json.dumps(["x"])}, "gap"),
    ],
)
def test_a_queue_is_closed_to_strangers(given: dict[str, Any], expected: str) -> None:
    assert of_queue(CLOSED, **given)[URL] == expected


@pytest.mark.parametrize("requirement", [ENCRYPTED, CLOSED])
def test_queues_that_could_not_be_read(requirement: str) -> None:
    assert judge_answers(requirement, queues(URL), ended_attributes("denied"))[URL] == "gap"
    assert judge_answers(requirement, queues()).result.judgement == "not_applicable"
    assert judge_answers(requirement, ended("sqs", "ListQueues", "denied", MaxResults=1000)).result.judgement == "gap"
    assert not judge_answers(requirement, queues(URL), ended_attributes("gone")).members
    strange = answered("sqs", "ListQueues", {"QueueUrls": [{"url": URL}]}, MaxResults=1000)
    assert judge_answers(requirement, strange).result.judgement == "gap"


def test_a_worker_s_queues_are_shown_with_their_environment() -> None:
    """EnvironmentResources.Queues.Name is the queue's role, its URL the queue."""
    resources = {"Queues": [{"Name": "WorkerQueue", "URL": URL}]}
    page = {"EnvironmentResources": {"EnvironmentName": beanstalk.NAME, **resources}}
    listed = answered("elasticbeanstalk", "DescribeEnvironmentResources", page, EnvironmentId=beanstalk.ID)
    wanted = {"elasticbeanstalk.environments": LENS_NEEDS["elasticbeanstalk.environments"], "cloudformation.stacks": ("name",)}
    scope = Scope((Account(ACCOUNT, regions={REGION: "asked"}),))
    read = read_populations(Answers(scope, (*beanstalk.environments(), listed)), wanted, populations(), AS_OF)
    member = of_queue(ENCRYPTED, SqsManagedSseEnabled="true").members[0]
    standing = standing_of(environments(read))
    assert standing[member.account, member.region, member.type, member.id] == (beanstalk.ID,)
