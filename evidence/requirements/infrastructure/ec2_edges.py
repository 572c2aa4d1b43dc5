"""Ways in and out of networks: endpoints, gateways, addresses and VPNs."""

import re
from functools import reduce
from operator import and_

from evidence.populations.cells import Truth
from evidence.populations.policy import Document, Statement, allows_everyone, on_everything, statements
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement
from evidence.requirements.eligibility import OWN_RESOURCE

CONTROLS = "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html"
_CHECKED = frozenset({"interface", "efa", "branch", "lambda", "quicksight", "aws_codestar_connections_managed"})
"""The types of network interface for which AWS's own control asks for the check."""


@requirement(
    "ec2.regions.vpc-public-access-blocked",
    says="Every Region blocks traffic between VPCs and the internet as the policy says.",
    why="One switch then holds whatever a route table, a gateway or a security group says.",
    logic="InternetGatewayBlockMode is one of the modes given, and no change of it is under way. VPCs and subnets that are excluded from the "
    "block are shown, not judged. AWS's default is off; block-bidirectional also stops load balancers that face the internet.",
    covers=("IS-18",),
    parameters={
        "modes": Parameter(
            ["block-ingress", "block-bidirectional"],
            "modes that the policy accepts",
            CONTROLS,
            choices=("off", "block-ingress", "block-bidirectional"),
        )
    },
    shows=("vpc_block_managed_by", "vpc_block_excluded"),
    fix="aws ec2 modify-vpc-block-public-access-options --internet-gateway-block-mode, after excluding what must be reached.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcBlockPublicAccessOptions.html",
)
def vpc_public_access_blocked(regions: Population, *, modes: list[str]) -> Truth:
    return regions.vpc_block.is_in(modes)


def _every_action(statement: Statement) -> bool:
    """Every action, or every one of a service: through an endpoint there is but one service."""
    return any(re.fullmatch(r"\*|[a-z0-9-]+:\*", action, re.IGNORECASE) for action in statement.actions)


def _no_limit(document: Document) -> list[str]:
    """A sentence for each statement that allows everyone everything on everything, where nothing is said against it."""
    every = statements(document)
    if any(not one.allows for one in every):
        return []
    free = [one for one in every if allows_everyone(one) and _every_action(one) and on_everything(one) and not one.conditions]
    return [f"statement {one.number} of {len(every)} allows everyone everything on everything" for one in free]


@requirement(
    "ec2.vpc-endpoints.policy-limited",
    says="Every VPC endpoint that takes a policy has one that limits what can be done through it.",
    why="Through an endpoint with AWS's default policy, data can be carried off to any account, with anybody's credentials.",
    logic="The endpoint policy has no statement that allows everyone every action on every resource without a condition, or it also denies "
    "something. Whether the limits are tight enough is not judged. Not applicable to services of which AWS says that they take no policy.",
    covers=("IS-12",),
    applies=(
        OWN_RESOURCE,
        Applies(
            lambda endpoints: endpoints.kind.is_in(("Interface", "Gateway")),
            "Only interface and gateway endpoints take a policy.",
        ),
        Applies(lambda endpoints: endpoints.policy_supported.is_true(), "Its service takes no endpoint policy."),
    ),
    shows=("service", "vpc"),
    fix="aws ec2 modify-vpc-endpoint --policy-document with the principals, actions and resources that are needed.",
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
)
def policy_limited(endpoints: Population) -> Truth:
    return endpoints.policy.free_of(_no_limit)


@requirement(
    "ec2.vpcs.ec2-endpoint",
    says="Every VPC with instances has an interface endpoint for EC2.",
    why="Calls to EC2 from within the VPC then stay off the internet.",
    logic="The VPC has an interface endpoint whose service name ends in .ec2 and whose state is available. Not applicable to VPCs in which no "
    "instance stands.",
    covers=(),
    uses=("ec2.vpc-endpoints", "ec2.instances"),
    applies=(
        OWN_RESOURCE,
        Applies(
            lambda vpcs, _, instances: vpcs.some_in(instances, on=("id", "vpc"), label="instances"), "No instance stands in it."
        ),
    ),
    fix="aws ec2 create-vpc-endpoint --vpc-endpoint-type Interface with the service com.amazonaws.REGION.ec2.",
    source=CONTROLS,
)
def ec2_endpoint(vpcs: Population, endpoints: Population, _: Population) -> Truth:
    works = (endpoints.kind == "Interface") & (endpoints.state == "available") & endpoints.service.matches(r"\.ec2$")
    return vpcs.some_in(endpoints, on=("id", "vpc"), where=works, label="working endpoints for EC2")


@requirement(
    "ec2.vpcs.service-endpoints",
    says="Every VPC in use has an interface endpoint for each of the services named.",
    why="Calls to these services from within the VPC then stay off the internet, and the VPC needs no way out for them.",
    logic="For each name given the VPC has an interface endpoint whose service name ends in it and whose state is available. Not applicable "
    "to VPCs in which no network interface stands. Endpoints of another VPC that serve this one by DNS are not seen.",
    covers=("IS-12",),
    uses=("ec2.vpc-endpoints", "ec2.network-interfaces"),
    parameters={"services": Parameter(["ssm"], "last parts of the service names, such as ssm or ecr.api", CONTROLS)},
    applies=(
        OWN_RESOURCE,
        Applies(
            lambda vpcs, _, interfaces: vpcs.some_in(interfaces, on=("id", "vpc"), label="network interfaces"),
            "No network interface stands in it.",
        ),
    ),
    fix="aws ec2 create-vpc-endpoint --vpc-endpoint-type Interface with the service com.amazonaws.REGION.NAME.",
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html",
)
def service_endpoints(vpcs: Population, endpoints: Population, _: Population, *, services: list[str]) -> Truth:
    works = (endpoints.kind == "Interface") & (endpoints.state == "available")
    found = [
        vpcs.some_in(
            endpoints,
            on=("id", "vpc"),
            where=works & endpoints.service.matches(rf"\.{re.escape(name)}$"),
            label=f"working endpoints for {name}",
        )
        for name in services
    ]
    return reduce(and_, found)


@requirement(
    "ec2.network-interfaces.source-dest-check",
    says="Every network interface checks that traffic is from it or for it.",
    why="With the check off, an instance sends under others' addresses and passes on what is not its own, around routes and firewalls.",
    logic="SourceDestCheck is true (left out, it is unknown), or the network interface is in the list given. Not applicable to "
    "interfaces that AWS manages (RequesterManaged) and to types that exist to pass traffic on, such as NAT gateways and load balancers.",
    covers=(),
    parameters={"approved": Parameter([], "ids of network interfaces of firewalls, NAT instances and the like")},
    applies=(
        OWN_RESOURCE,
        Applies(lambda interfaces: ~interfaces.managed.is_true(), "AWS manages it."),
        Applies(lambda interfaces: interfaces.kind.is_in(_CHECKED), "An interface of this type is there to pass traffic on."),
    ),
    shows=("vpc", "description"),
    fix="aws ec2 modify-network-interface-attribute --source-dest-check; or have the appliance approved and name it in the parameter.",
    source=CONTROLS,
)
def source_dest_check(interfaces: Population, *, approved: list[str]) -> Truth:
    return interfaces.checked.is_true() | interfaces.id.is_in(approved)


@requirement(
    "ec2.internet-gateways.approved-vpc",
    says="Every internet gateway is attached to approved VPCs only.",
    why="A gateway is what makes a network reachable: somebody should have wanted it.",
    logic="Every VPC that the gateway is attached to is in the list given; a gateway attached to none meets it. An empty list means that nothing "
    "was approved: then every gateway that is attached is an exception.",
    covers=(),
    parameters={"approved": Parameter([], "ids of VPCs approved to have an internet gateway")},
    applies=(OWN_RESOURCE,),
    fix="Have the VPC approved and name it in the parameter, or aws ec2 detach-internet-gateway.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InternetGateway.html",
)
def approved_vpc(gateways: Population, *, approved: list[str]) -> Truth:
    return gateways.vpcs.free_of(lambda vpcs: [f"attached to {vpc}" for vpc in vpcs if vpc not in approved])


@requirement(
    "ec2.addresses.associated",
    says="Every Elastic IP address is in use.",
    why="An address that is kept for nothing is on lists of partners and in DNS records long after what it stood for.",
    logic="The address has an AssociationId. Addresses that an AWS service manages are that service's to give back.",
    covers=(),
    applies=(Applies(lambda addresses: ~addresses.managed_by.present(), "An AWS service manages it."),),
    shows=("address",),
    fix="aws ec2 release-address, after taking it off allow lists and DNS records.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Address.html",
)
def associated(addresses: Population) -> Truth:
    return addresses.association.present()


@requirement(
    "ec2.network-acls.in-use",
    says="Every network ACL that was made is in force for a subnet.",
    why="Rules that are in force nowhere are read in reviews as if they were.",
    logic="The network ACL is associated with at least one subnet. A VPC's default one cannot be deleted and is not judged.",
    covers=(),
    applies=(OWN_RESOURCE, Applies(lambda acls: ~acls.default.is_true(), "A VPC's default network ACL cannot be deleted.")),
    shows=("vpc",),
    fix="Associate it with the subnet that it was made for, or aws ec2 delete-network-acl.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAcl.html",
)
def acl_in_use(acls: Population) -> Truth:
    return acls.subnets.some(lambda _: True)


@requirement(
    "ec2.transit-gateways.no-auto-accept",
    says="No transit gateway accepts attachments from other accounts unasked.",
    why="A network that is joined to the others should be one that somebody looked at.",
    logic="AutoAcceptSharedAttachments is disable.",
    covers=(),
    applies=(
        OWN_RESOURCE,
        Applies(lambda gateways: gateways.state.is_in(("available", "pending", "modifying")), "The transit gateway is deleted."),
    ),
    fix="aws ec2 modify-transit-gateway --options AutoAcceptSharedAttachments=disable.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayOptions.html",
)
def no_auto_accept(gateways: Population) -> Truth:
    return gateways.auto_accept == "disable"


REQUIREMENTS = (
    vpc_public_access_blocked,
    policy_limited,
    ec2_endpoint,
    service_endpoints,
    source_dest_check,
    approved_vpc,
    associated,
    acl_in_use,
    no_auto_accept,
)
