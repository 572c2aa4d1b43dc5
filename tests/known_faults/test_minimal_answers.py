"""Fault of testing with answers that hold more than AWS sends: every requirement, judged over an entry with nothing but its name."""

import re
from typing import Any

import pytest

from evidence.assessment.judge import judge
from evidence.populations.answers import Answers
from evidence.populations.read import read_populations
from evidence.requirements import requirements
from evidence.requirements.needs import needs
from evidence.run.answer import GLOBAL, Answer
from evidence.run.scope import Account, Scope
from evidence.services import populations
from evidence.services.calls import call_of
from evidence.services.declare import Ask, PopulationSpec
from tests.judging import AS_OF, REGION, answered, judge_answers

ACCOUNT = Account("111122223333", regions={REGION: "asked"})
DOCUMENTED = {
    "logs.groups.retention": "meets",  # kept for ever
    "elasticbeanstalk.applications.versions-kept": "meets",  # no life cycle deletes a version
    "autoscaling.groups.elb-health-check": "not_applicable",  # nothing balances load over it
    "securityhub.findings.resolved-in-time": "not_applicable",  # findings of controls alone name a control
    "lambda.functions.customer-key": "not_applicable",  # Lambda leaves Environment out of a function without variables
    "lambda.functions.multi-az": "not_applicable",  # without VpcConfig it is connected to no VPC
    "ec2.instances.no-key-pair": "meets",  # KeyName: if the instance was launched with a key pair
    "ec2.instances.approved-image": "not_applicable",  # without tags it belongs to no environment
    "events.buses.policy-not-public": "meets",  # without a policy only its own account uses a bus
    "elasticache.serverless-caches.not-public": "meets",  # ConnectionType: vpc unless said
    "ssm.parameters.secure-strings": "not_applicable",  # its name, which is read, does not say that it is a secret
}
"""What need not be read from an answer for an entry to pass, or to be passed over: only where AWS documents what absence means."""


def plainly_listed(spec: PopulationSpec) -> bool:
    return isinstance(spec.listed_by, Ask) and spec.listed_by.each is None and bool(spec.items)


BARE = [r for r in requirements().values() if plainly_listed(populations()[r.over])]


def put(entry: dict[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for step in above:
        entry = entry.setdefault(step, {})
    entry[last] = value


def bare_page(spec: PopulationSpec) -> dict[str, Any]:
    """A page with one entry, which has what tells it from others and no more."""
    entry: dict[str, Any] = {}
    for path in {spec.identity, *re.findall(r"{([\w.]+)}", spec.arn)} - {"partition", "account", "region"}:
        put(entry, path, f"arn:aws:x:{REGION}:{ACCOUNT.id}:thing/one")
    if spec.region:
        put(entry, spec.region, REGION)
    if spec.only is not None and not spec.only.negate:
        put(entry, spec.only.path, min(spec.only.values))
    value: Any = entry
    for step in reversed(spec.items.split(".")):
        value = {step.removesuffix("[]"): [value] if step.endswith("[]") else value}
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize("requirement", BARE, ids=lambda r: r.id)
def test_an_entry_with_nothing_but_its_name_neither_breaks_nor_passes(requirement: Any) -> None:
    """B62: a mock gave what AWS leaves out, and in production the key was missing. An entry may lack every member that is not
    required: nothing breaks, and nothing is met that AWS does not document (see `DOCUMENTED` before adding to it)."""
    spec = populations()[requirement.over]
    assert isinstance(spec.listed_by, Ask)
    listing = Answer(
        call_of(spec.listed_by, ACCOUNT, GLOBAL if spec.listed_by.whole_account else REGION), "answered", (bare_page(spec),)
    )
    wanted = needs([requirement], populations())
    read = read_populations(Answers(Scope((ACCOUNT,)), [listing]), wanted, populations(), AS_OF)
    result, members = judge(requirement, read)
    if (
        spec.only is not None and spec.only.told and spec.only.negate
    ):  # what does not say whose it is may be another's: the list is not whole
        assert not members and result.judgement == "gap"
        return
    assert len(members) == 1
    assert members[0].judgement in {"gap", "exception", DOCUMENTED.get(requirement.id, "gap")}, members[0].reason


@pytest.mark.parametrize("requirement", ["ec2.instances.imdsv2", "ec2.instances.no-public-address"])
def test_an_instance_as_aws_sends_it_at_the_least(requirement: str) -> None:
    """B62: the input of the log, an instance of two members. Without Tags nobody fails; without metadata options it is a gap."""
    page = {"Reservations": [{"Instances": [{"InstanceId": "i-0a", "State": {"Name": "running"}}]}]}
    judged = judge_answers(requirement, answered("ec2", "DescribeInstances", page))
    assert judged["i-0a"] == ("gap" if requirement.endswith("imdsv2") else "meets")


def test_a_reservation_without_instances_and_a_list_without_its_key_are_told_apart() -> None:
    """B62, not in the log: an empty structure inside the list is nobody; a whole list that is not there leaves nothing read over the
    wire (its `result` key), and no member here."""
    empty = judge_answers("ec2.instances.imdsv2", answered("ec2", "DescribeInstances", {"Reservations": [{}]}))
    assert empty.members == () and empty.result.judgement == "not_applicable"
    odd = judge_answers("ec2.instances.imdsv2", answered("ec2", "DescribeInstances", {"Reservations": "none"}))
    assert odd.members == () and odd.result.judgement == "gap"
