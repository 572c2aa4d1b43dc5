"""Classic load balancers: surviving the loss of an Availability Zone."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "elb.load-balancers.multi-az",
    says="Every classic load balancer stands in at least two Availability Zones.",
    why="The loss of one zone then leaves a way in.",
    logic="The load balancer lists at least two different zones.",
    covers=("RS-02",),
    shows=("zones",),
    fix="aws elb attach-load-balancer-to-subnets with a subnet in a second zone; in Elastic Beanstalk the option ELBSubnets of aws:ec2:vpc.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_LoadBalancerDescription.html",
)
def multi_az(balancers: Population) -> Truth:
    return balancers.zones.count() >= 2


@requirement(
    "elb.load-balancers.cross-zone",
    says="Every classic load balancer balances over the instances of all its zones.",
    why="Otherwise a zone with few healthy instances gets as much as one with many.",
    logic="CrossZoneLoadBalancing.Enabled is true.",
    covers=("RS-02",),
    fix="aws elb modify-load-balancer-attributes with CrossZoneLoadBalancing Enabled; in Elastic Beanstalk the option CrossZone of "
    "aws:elb:loadbalancer.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/enable-disable-crosszone-lb.html",
)
def cross_zone(balancers: Population) -> Truth:
    return balancers.cross_zone.is_true()


@requirement(
    "elb.load-balancers.connection-draining",
    says="Every classic load balancer lets open requests end before an instance leaves.",
    why="Each deployment, and each instance that is replaced, otherwise cuts off whoever is being served.",
    logic="ConnectionDraining.Enabled is true; left out, it is unknown. For how long requests are waited for is not judged.",
    covers=("RS-04",),
    fix="aws elb modify-load-balancer-attributes with ConnectionDraining Enabled and a Timeout; in Elastic Beanstalk the option "
    "ConnectionDrainingEnabled of aws:elb:policies.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/config-conn-drain.html",
)
def connection_draining(balancers: Population) -> Truth:
    return balancers.draining.is_true()


REQUIREMENTS = (multi_az, cross_zone, connection_draining)
