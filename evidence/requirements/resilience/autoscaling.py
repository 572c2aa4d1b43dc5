"""Auto Scaling groups: surviving the loss of an Availability Zone, and of an instance."""

from collections.abc import Mapping, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement

NEEDED = frozenset({"Launch", "Terminate", "HealthCheck", "ReplaceUnhealthy", "AddToLoadBalancer"})
"""The processes without which an unhealthy instance is not replaced, or its replacement gets no traffic."""


@requirement(
    "autoscaling.groups.multi-az",
    says="Every Auto Scaling group spans at least two Availability Zones.",
    why="The loss of one zone then leaves instances that serve.",
    logic="The group names at least two zones, its maximum size is at least two, and where two or more instances are in service they "
    "stand in at least two zones.",
    covers=("RS-01",),
    shows=("min_size", "capacity"),
    fix="Give the group subnets in two zones and a minimum of two; in Elastic Beanstalk an environment of type LoadBalanced with "
    "MinSize 2.",
    source="https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html",
)
def multi_az(groups: Population) -> Truth:
    return (groups.zones.count() >= 2) & (groups.max_size >= 2) & groups.instances.free_of(_in_one_zone)


def _in_one_zone(instances: Sequence[Mapping[str, Any]]) -> list[str]:
    zones = [i["AvailabilityZone"] for i in instances if i["LifecycleState"] == "InService"]
    return [f"all {len(zones)} instances in service are in {zones[0]}"] if len(zones) > 1 and len(set(zones)) == 1 else []


@requirement(
    "autoscaling.groups.elb-health-check",
    says="Every Auto Scaling group behind a load balancer replaces instances that the load balancer finds unhealthy.",
    why="An instance whose application hangs still passes EC2's own check.",
    logic="HealthCheckType names ELB, and none of the processes Launch, Terminate, HealthCheck, ReplaceUnhealthy and AddToLoadBalancer "
    "is suspended.",
    covers=("RS-03",),
    applies=(Applies(lambda groups: groups.balancers.some(lambda _: True), "Nothing balances load over the group."),),
    fix="aws autoscaling update-auto-scaling-group --health-check-type ELB; in Elastic Beanstalk through Resources in .ebextensions.",
    source="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html",
)
def elb_health_check(groups: Population) -> Truth:
    return groups.health_check.matches(r"(^|,)\s*ELB\s*(,|$)") & groups.suspended.free_of(_suspended)


def _suspended(processes: Sequence[str]) -> list[str]:
    return [f"the process {name} is suspended" for name in processes if name in NEEDED]


REQUIREMENTS = (multi_az, elb_health_check)
