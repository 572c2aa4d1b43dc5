"""Faults of fields: what is read by a function is held against AWS's model as what is read by a path is, and as it comes by wire."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest

from evidence.populations.answers import Answers
from evidence.populations.read import read_populations
from evidence.requirements import requirements
from evidence.requirements.needs import needs
from evidence.run.answer import Answer
from evidence.services import populations
from tests.aws_simulator import models
from tests.known_faults.over_the_wire import ACCOUNT, Aws
from tests.strangers.bench import kept
from tests.strangers.shapes import output_shape

FULL = "iam.policies.no-full-admin"


@cache
def members(service: str) -> frozenset[str]:
    """The members of every structure that the service has: one function may read several kinds of entry."""
    model: Any = models.service_model(service)
    shapes = (model.shape_for(name) for name in model.shape_names)
    return frozenset(name for shape in shapes if shape.type_name == "structure" for name in shape.members)


class Told(dict[str, Any]):
    """A structure of an answer that notes each name by which it is asked and that no structure of the service has."""

    def __init__(self, value: dict[str, Any], shape: Any, service: str, unknown: set[str]) -> None:
        super().__init__({n: told(v, shape.members[n], service, unknown) for n, v in value.items() if n in shape.members})
        self.shape, self.service, self.unknown = shape, service, unknown

    def _ask(self, name: str) -> None:
        if name not in members(self.service):
            self.unknown.add(f"{self.service} has no {name} (asked of {self.shape.name})")

    def __getitem__(self, name: str) -> Any:
        self._ask(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._ask(name)
        return super().get(name, default)


def told(value: Any, shape: Any, service: str, unknown: set[str]) -> Any:
    match shape.type_name:
        case "structure" if isinstance(value, dict):
            return Told(value, shape, service, unknown)
        case "list" if isinstance(value, list):
            return [told(entry, shape.member, service, unknown) for entry in value]
        case "map" if isinstance(value, dict):
            return {name: told(entry, shape.value, service, unknown) for name, entry in value.items()}
    return value


def asked_of(answers: Iterable[Answer], *, known_as: str = "") -> set[str]:
    """What is asked of these answers by names that the service does not have, or that this other service does not."""
    unknown: set[str] = set()
    shaped = []
    for a in answers:
        pages = (told(p, output_shape(a.call.name), known_as or a.call.service, unknown) for p in a.pages)
        shaped.append(replace(a, pages=tuple(pages)))
    run, _ = kept()
    wanted = needs(requirements().values(), populations())
    read_populations(Answers(run.finished().scope, shaped), wanted, populations(), run.finished().as_of)
    return unknown


def test_what_a_function_reads_is_a_member_of_the_model() -> None:
    """B52, not in the log: the log's test looks at paths; a function that reads an entry may misspell a member as well, and would
    take it for absent for ever."""
    assert asked_of(kept()[1]) == set()
    volumes = [a for a in kept()[1] if a.call.name == "ec2:DescribeVolumes"]
    assert "sqs has no Encrypted (asked of Volume)" in asked_of(volumes, known_as="sqs"), "it sees what is asked"


@pytest.mark.parametrize(
    "more", [{}, {"MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled", "State": "applied"}}]
)
def test_the_least_that_aws_sends_comes_as_little_over_the_wire(aws: Aws, more: dict[str, Any]) -> None:
    """B62, over the wire: a list that is not sent is none when it is parsed, and no member appears that AWS left out."""
    instance = {"InstanceId": "i-0a", "State": {"Name": "running"}, **more}
    aws.put("ec2", "DescribeInstances", {"Reservations": [{"Instances": [instance]}]})
    seen = aws.judged("ec2.instances.imdsv2", "ec2.instances.no-public-address")
    (page,) = seen.of("DescribeInstances")[0].pages
    assert page["Reservations"][0]["Instances"] == [instance]
    assert seen.members("ec2.instances.no-public-address") == {"i-0a": "meets"}
    assert seen.members("ec2.instances.imdsv2") == {"i-0a": "meets" if more else "gap"}


def test_a_policy_that_came_encoded_is_the_policy(aws: Aws) -> None:
    """B16, over the wire: IAM sends its documents percent-encoded. Read as they come they are no JSON, and a lone statement in one
    is still a statement."""
    document = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
    role = {
        "RoleName": "r",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/r",
        "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": quote(document)}],
    }
    aws.put("iam", "GetAccountAuthorizationDetails", {"RoleDetailList": [role], "IsTruncated": False}, region="global")
    assert aws.judged(FULL).members(FULL) == {"role/r/inline/p": "exception"}
