"""Network firewalls: there when a zone fails, or somebody slips."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_SOURCE = "https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_Firewall.html"


@requirement(
    "network-firewall.firewalls.multi-az",
    says="Every network firewall stands in several Availability Zones.",
    why="With its only zone goes everything that is routed through it.",
    logic="SubnetMappings, of which AWS takes one in each Availability Zone, are two or more; of a firewall at a transit gateway, its "
    "AvailabilityZoneMappings.",
    covers=(),
    shows=("firewall_name",),
    fix="aws network-firewall associate-subnets with a subnet of another zone, and routes of that zone to the new endpoint.",
    source=_SOURCE,
)
def multi_az(firewalls: Population) -> Truth:
    return firewalls.places.count() >= 2


@requirement(
    "network-firewall.firewalls.deletion-protection",
    says="Every network firewall is protected against deletion.",
    why="One mistaken call otherwise takes the firewall away.",
    logic="DeleteProtection is true.",
    covers=(),
    shows=("firewall_name",),
    fix="VPC console, Firewalls, firewall, Change protections; or aws network-firewall update-firewall-delete-protection.",
    source=_SOURCE,
)
def deletion_protection(firewalls: Population) -> Truth:
    return firewalls.deletion_protection.is_true()


@requirement(
    "network-firewall.firewalls.subnet-protection",
    says="Every network firewall is protected against changes of its subnets.",
    why="One mistaken call otherwise leaves a zone without its firewall.",
    logic="SubnetChangeProtection is true.",
    covers=(),
    shows=("firewall_name",),
    fix="VPC console, Firewalls, firewall, Change protections; or aws network-firewall update-subnet-change-protection.",
    source=_SOURCE,
)
def subnet_protection(firewalls: Population) -> Truth:
    return firewalls.subnet_protection.is_true()


REQUIREMENTS = (multi_az, deletion_protection, subnet_protection)
