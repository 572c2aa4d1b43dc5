"""Elastic Beanstalk environments: the network they stand in."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement
from evidence.requirements.eligibility import own

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


@requirement(
    "elasticbeanstalk.environments.no-key-pair",
    says="Every environment gives its instances no key pair, or an approved one.",
    why="Whoever holds the private key can sign in to every instance, past IAM and unseen by CloudTrail; Session Manager needs none.",
    logic="The deployed option EC2KeyName is not set, or names a key pair in the list given. Instances already there are judged by "
    "ec2.instances.no-key-pair.",
    covers=("IS-08",),
    parameters={"approved": Parameter([], "names of key pairs that are approved")},
    fix="Configuration → Service access: choose no key pair (instances are replaced); sign in with aws ssm start-session.",
    source=OPTIONS,
)
def no_key_pair(environments: Population, *, approved: list[str]) -> Truth:
    return ~environments.key_pair.present() | environments.key_pair.is_in(approved)


def _in_own_vpc(environments: Population, _: Population, vpcs: Population) -> Truth:
    return environments.some_in(vpcs, on=("vpc", "id"), where=own(vpcs), label="VPC of the account")


@requirement(
    "elasticbeanstalk.environments.vpc-endpoints",
    says="Every environment without public addresses reaches Elastic Beanstalk through endpoints in its VPC.",
    why="Instances then report and take orders without a way to the internet, which they would otherwise need.",
    logic="The VPC that the deployed option VPCId names has an interface endpoint for elasticbeanstalk and one for elasticbeanstalk-health, "
    "each available and with private DNS. Endpoints of another VPC, reached by peering or a transit gateway, are not looked for.",
    covers=("IS-12",),
    uses=("ec2.vpc-endpoints", "ec2.vpcs"),
    applies=(
        Applies(
            lambda environments, *_: environments.vpc.present(),
            "It names no VPC: it is in the default one, whose instances have public addresses.",
        ),
        Applies(lambda environments, *_: ~environments.public_addresses.is_true(), "It gives its instances public addresses."),
        Applies(_in_own_vpc, "Its VPC belongs to another account, which shares it: that account answers for the endpoints."),
    ),
    shows=("vpc",),
    fix="aws ec2 create-vpc-endpoint --vpc-endpoint-type Interface --private-dns-enabled with each of the two service names.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/vpc-vpce.html",
)
def vpc_endpoints(environments: Population, endpoints: Population, _: Population) -> Truth:
    works = (endpoints.kind == "Interface") & (endpoints.state == "available") & endpoints.private_dns.is_true()
    service, health = (endpoints.service.matches(rf"\.{name}$") for name in ("elasticbeanstalk", "elasticbeanstalk-health"))
    has_service = environments.some_in(
        endpoints, on=("vpc", "vpc"), where=works & service, label="working endpoints for elasticbeanstalk"
    )
    has_health = environments.some_in(
        endpoints, on=("vpc", "vpc"), where=works & health, label="working endpoints for elasticbeanstalk-health"
    )
    return has_service & has_health


REQUIREMENTS = (own_vpc, no_public_instances, no_key_pair, vpc_endpoints)
