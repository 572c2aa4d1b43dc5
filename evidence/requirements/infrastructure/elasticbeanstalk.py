"""Elastic Beanstalk environments: the network they stand in."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement

OPTIONS = "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html"


@requirement(
    "elasticbeanstalk.environments.own-vpc",
    says="Every environment runs in a VPC made for it, not in the Region's default VPC.",
    why="The default VPC's subnets are all public, and everything without a place of its own ends up in it.",
    logic="The deployed option VPCId is set, and DescribeVpcs lists that VPC with IsDefault false; without VPCId an environment is "
    "in the default VPC. The instances' own VpcId is shown on the environment's page.",
    covers=("IS-01",),
    uses=("ec2.vpcs",),
    fix="An environment cannot be moved: make a new one in your VPC (Configuration → Networking) and swap the URLs.",
    source=OPTIONS,
)
def own_vpc(environments: Population, vpcs: Population) -> Truth:
    own = environments.some_in(vpcs, on=("vpc", "id"), where=~vpcs.default.is_true(), label="VPC that is not the default")
    return environments.vpc.present() & own


@requirement(
    "elasticbeanstalk.environments.no-public-instances",
    says="No load-balanced environment gives its instances public addresses.",
    why="Instances behind a load balancer need none; with one they can be reached around it.",
    logic="The deployed option AssociatePublicIpAddress is false. Not set, the subnet decides, and the requirement leaves a gap; the "
    "live instances are judged by ec2.instances.no-public-address.",
    covers=("IS-02",),
    applies=(
        Applies(
            lambda environments: environments.environment_type.absent_means("LoadBalanced", source=OPTIONS) == "LoadBalanced",
            "It is a single-instance environment, which always has an Elastic IP address.",
        ),
    ),
    fix="Configuration → Networking: clear Public IP address; instances then reach the internet through a NAT gateway.",
    source=OPTIONS,
)
def no_public_instances(environments: Population) -> Truth:
    return ~environments.public_addresses.is_true()


REQUIREMENTS = (own_vpc, no_public_instances)
