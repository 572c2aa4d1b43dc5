"""Load balancers and target groups: surviving the loss of an Availability Zone or a target, and a slip of the hand."""

from collections.abc import Mapping, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement


@requirement(
    "elbv2.load-balancers.multi-az",
    says="Every load balancer stands in at least two Availability Zones.",
    why="The loss of one zone then leaves a way in.",
    logic="The load balancer lists at least two different zones.",
    covers=("RS-02",),
    shows=("balancer_name", "zones"),
    fix="aws elbv2 set-subnets with subnets in two zones; in Elastic Beanstalk the option ELBSubnets of aws:ec2:vpc.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancer.html",
)
def multi_az(balancers: Population) -> Truth:
    return balancers.zones.count() >= 2


@requirement(
    "elbv2.load-balancers.deletion-protection",
    says="Every load balancer that no Elastic Beanstalk environment made is protected against deletion.",
    why="A load balancer that several applications share is otherwise gone with one call.",
    logic="The attribute deletion_protection.enabled is true.",
    covers=("RS-14",),
    applies=(
        Applies(
            lambda balancers: ~balancers.environment.present(),
            "Its Elastic Beanstalk environment made it and must be able to delete it.",
        ),
    ),
    shows=("balancer_name",),
    fix="aws elbv2 modify-load-balancer-attributes with deletion_protection.enabled = true.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html",
)
def deletion_protection(balancers: Population) -> Truth:
    return balancers.deletion_protection.is_true()


IN_USE = Applies(lambda groups, *_: groups.load_balancer.present(), "No load balancer uses it.")
NO_LAMBDA = Applies(lambda groups, *_: ~(groups.kind == "lambda"), "Lambda functions run in several zones by themselves.")


@requirement(
    "elbv2.target-groups.cross-zone",
    says="Every target group in use gets requests from all zones of its load balancer.",
    why="Otherwise a zone with few healthy targets gets as much as one with many, and a zone without any gets requests it cannot serve.",
    logic="load_balancing.cross_zone.enabled of the target group is true, or is use_load_balancer_configuration and the load balancer's "
    "own is true.",
    covers=("RS-02",),
    uses=("elbv2.load-balancers",),
    applies=(
        IN_USE,
        NO_LAMBDA,
        Applies(
            lambda groups, _: ~(groups.protocol == "GENEVE"), "A gateway load balancer's target groups do not have this setting."
        ),
    ),
    shows=("group_name",),
    fix="aws elbv2 modify-load-balancer-attributes (a network load balancer) or modify-target-group-attributes with "
    "load_balancing.cross_zone.enabled = true.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html",
)
def cross_zone(groups: Population, balancers: Population) -> Truth:
    balancers_own = groups.lookup(balancers, on=("load_balancer", "id"), column="cross_zone", label="its load balancer's setting")
    inherits = groups.cross_zone == "use_load_balancer_configuration"
    return (groups.cross_zone == "true") | (inherits & balancers_own.is_true())


@requirement(
    "elbv2.target-groups.healthy",
    says="Every target in a target group in use is healthy.",
    why="The others then have no strength left for the loss of one more.",
    logic="At the time of asking at least one target is healthy and none is unhealthy or unused; those being deregistered do not count. "
    "Where targets are still being checked, or not checked at all, it is unknown.",
    covers=("RS-05",),
    applies=(
        IN_USE,
        NO_LAMBDA,
        Applies(lambda groups: groups.targets.some(lambda _: True), "Nothing is registered with it."),
    ),
    shows=("group_name",),
    fix="See the reason that aws elbv2 describe-target-health gives, and mend or deregister the target.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html",
)
def healthy(groups: Population) -> Truth:
    return groups.targets.free_of(_unhealthy)


def _unhealthy(targets: Sequence[Mapping[str, Any]]) -> list[str]:
    states = [
        (t["Target"]["Id"], t["TargetHealth"]["State"], t["TargetHealth"].get("Reason", "no reason given")) for t in targets
    ]
    found = [f"{id} is {state} ({why})" for id, state, why in states if state in ("unhealthy", "unhealthy.draining", "unused")]
    for id, state, why in states:
        if not found and state not in ("healthy", "draining"):
            raise ValueError(f"{id} is {state} ({why})")
    return found or ([] if any(state == "healthy" for _, state, _ in states) else ["every target is being deregistered"])


REQUIREMENTS = (multi_az, deletion_protection, cross_zone, healthy)
