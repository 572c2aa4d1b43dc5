"""Load balancers: surviving the loss of an Availability Zone, and a slip of the hand."""

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


REQUIREMENTS = (multi_az, deletion_protection)
