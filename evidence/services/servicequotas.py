"""Service Quotas: how much of what environments are made of the account may have in each Region, beside how much there is."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from evidence.services.autoscaling import DESCRIBE_GROUPS
from evidence.services.cloudformation import LIST_STACKS
from evidence.services.declare import REGIONS, Ask, Column, PopulationSpec, Service, number
from evidence.services.ec2.networks import DESCRIBE_GROUPS as DESCRIBE_SECURITY_GROUPS
from evidence.services.elbv2 import DESCRIBE_LOAD_BALANCERS
from evidence.services.rds import DESCRIBE_INSTANCES

ENVIRONMENT_STACK = re.compile(r"awseb-e-[a-z0-9]+-stack")


@dataclass(frozen=True)
class Quota:
    """A quota of one Region. `used` counts what there is in the answer to `of`, a list that AWS does not shorten."""

    says: str
    service: str
    code: str
    of: Ask
    used: Callable[[Any], int]

    @property
    def ask(self) -> Ask:
        return Ask(
            "service-quotas",
            "GetServiceQuota",
            ("servicequotas:GetServiceQuota",),
            parameters={"ServiceCode": self.service, "QuotaCode": self.code},
            result="Quota",
        )


def _environments(answer: Any) -> int:
    """Counted by their stacks: Elastic Beanstalk's own list leaves out what the caller may not see."""
    return sum(ENVIRONMENT_STACK.fullmatch(stack["StackName"]) is not None for stack in answer["StackSummaries"])


QUOTAS: Mapping[str, Quota] = {
    "environments": Quota("Elastic Beanstalk environments", "elasticbeanstalk", "L-8EFC1C51", LIST_STACKS, _environments),
    "stacks": Quota(
        "CloudFormation stacks", "cloudformation", "L-0485CB21", LIST_STACKS, lambda answer: len(answer["StackSummaries"])
    ),
    "groups": Quota(
        "Auto Scaling groups", "autoscaling", "L-CDE20ADC", DESCRIBE_GROUPS, lambda answer: len(answer["AutoScalingGroups"])
    ),
    "balancers": Quota(
        "Application Load Balancers",
        "elasticloadbalancing",
        "L-53DA6B97",
        DESCRIBE_LOAD_BALANCERS,
        lambda answer: sum(one["Type"] == "application" for one in answer["LoadBalancers"]),
    ),
    "security_groups": Quota(
        "VPC security groups", "vpc", "L-E79EC296", DESCRIBE_SECURITY_GROUPS, lambda answer: len(answer["SecurityGroups"])
    ),
    "databases": Quota("RDS instances", "rds", "L-7B6409FD", DESCRIBE_INSTANCES, lambda answer: len(answer["DBInstances"])),
}
"""By the name of the columns: `<name>_quota` and `<name>_used`."""


def _used(quota: Quota) -> Column:
    return number(of=quota.of, read=lambda item, answer: quota.used(answer), label=f"{quota.says} in use")


REGION = PopulationSpec(
    name="servicequotas.regions",
    noun="Region",
    type="AWS::ServiceQuotas::Region",
    listed_by=REGIONS,
    columns={
        **{
            f"{name}_quota": number("Quota.Value", of=quota.ask, label=f"quota of {quota.says}") for name, quota in QUOTAS.items()
        },
        **{f"{name}_used": _used(quota) for name, quota in QUOTAS.items()},
    },
)

SERVICE = Service("servicequotas", "Service Quotas", asks=tuple(quota.ask for quota in QUOTAS.values()), populations=(REGION,))
