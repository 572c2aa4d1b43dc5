"""Adding to a world that is there already: more members of a list, other values in an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.aws_simulator import World
from tests.larkfield.base import ACCOUNT, arn

Answer = dict[str, Any]

# AWS allows each of these where the sample uses it, and no report may choke on one.
FORMULA = '=HYPERLINK("http://x","y")'
SCRIPT = "<script>alert(1)</script>"
ARABIC = "متجر الكتب"
JAPANESE = "注文管理"
OVERRIDE = "invoices \u202egpj.exe"  # what follows the mark is written from right to left
BREAKS = "nightly\treports\nretired"  # the control characters that XML lets through
CONTROLS = "signs \x07exports\x1b[31m of the old shop"  # only JSON lets these through
UNBROKEN = "x" * 300


@dataclass(frozen=True)
class More:
    """One Region of the sample's account (or `global`)."""

    world: World
    region: str

    def put(self, service: str, operation: str, answer: Answer, **when: Any) -> None:
        """Let the call with these parameters be answered so."""
        self.world.put(ACCOUNT, self.region, service, operation, answer, when)

    def fail(self, service: str, operation: str, code: str, status: int, message: str, **when: Any) -> None:
        """Let the call with these parameters end in this error."""
        self.world.fail(ACCOUNT, self.region, service, operation, code, status, message, when)

    def said(self, service: str, operation: str, **when: Any) -> Answer:
        """What the call with exactly these parameters is answered so far; nothing where the world does not say."""
        cases = self.world.account(ACCOUNT).regions.get(self.region, {}).get(service, {}).get(operation, ())
        return next((dict(case.answer) for case in cases if case.when == when and case.answer is not None), {})

    def add(self, service: str, operation: str, name: str, *members: Answer, **when: Any) -> None:
        """Let the list `name` of the answer have these members too."""
        answer = self.said(service, operation, **when)
        self.put(service, operation, {**answer, name: [*answer.get(name, ()), *members]}, **when)

    def amend(self, service: str, operation: str, name: str, change: Callable[[Answer], Answer], **when: Any) -> None:
        """Let every member of the list `name` have what `change` says of it besides."""
        answer = self.said(service, operation, **when)
        self.put(service, operation, {**answer, name: [{**member, **change(member)} for member in answer[name]]}, **when)

    def amend_attributes(self, balancer: str, values: dict[str, str]) -> None:
        """Let the load balancer have these attributes too."""
        more = [{"Key": key, "Value": value} for key, value in values.items()]
        answer = self.said("elbv2", "DescribeLoadBalancerAttributes", LoadBalancerArn=balancer)
        attributes = {"Attributes": [*answer["Attributes"], *more]}
        self.put("elbv2", "DescribeLoadBalancerAttributes", attributes, LoadBalancerArn=balancer)

    def arn(self, service: str, what: str) -> str:
        return arn(service, self.region, what)


def tags(**pairs: str) -> list[Answer]:
    return [{"Key": key, "Value": value} for key, value in pairs.items()]
