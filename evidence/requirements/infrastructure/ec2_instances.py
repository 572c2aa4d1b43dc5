"""Instances: who can reach what they serve, and who can sign in to them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from evidence.populations.cells import Column, Truth
from evidence.populations.gather import gather
from evidence.populations.network import named_sources, permits
from evidence.populations.pairs import paired
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

Front = tuple[int, Sequence[str]]
"""A port at which a load balancer reaches the instance, and the load balancer's security groups."""


def _fronts(instances: Population, targets: Population, balancers: Population) -> Column:
    """The load balancers with security groups that pass requests on to the instance, and at which port."""

    def registered(found: Iterable[Any], _: str) -> list[str]:
        return [target["Target"]["Id"] for target in found]

    def reached(found: Iterable[Any], groups: Sequence[str]) -> list[tuple[str, int, Sequence[str]]]:
        return [(target["Target"]["Id"], target["Target"]["Port"], groups) for target in found] if groups else []

    used = paired(targets.targets, targets.load_balancer, registered, label="targets")
    theirs = targets.lookup(balancers, on=("load_balancer", "id"), column="groups")
    reaching = paired(targets.targets, theirs, reached, label="targets of load balancers with security groups")

    def mine(own: str, found: Iterable[Iterable[Any]]) -> list[Front]:
        return [(port, groups) for entries in found for id, port, groups in entries if id == own]

    return paired(instances.id, gather(instances, targets, ("id", used), reaching), mine, label="load balancers in front")


def _others(fronts: Sequence[Front], rules: Sequence[Sequence[Any]], approved: Sequence[str]) -> Iterator[str]:
    """A sentence for each source beside the load balancer that a rule lets in to a port it serves."""
    for port in sorted({port for port, _ in fronts}):
        expected = {group for at, groups in fronts if at == port for group in groups} | set(approved)
        for permission in (permission for group in rules for permission in group if permits(permission, port)):
            for source in _sources(permission):
                if source not in expected:
                    yield f"port {port} is also open to {source}"


def _sources(permission: Mapping[str, Any]) -> Iterator[str]:
    named_sources(permission)  # one that names none raises
    for key, member in (
        ("IpRanges", "CidrIp"),
        ("Ipv6Ranges", "CidrIpv6"),
        ("PrefixListIds", "PrefixListId"),
        ("UserIdGroupPairs", "GroupId"),
    ):
        yield from (entry[member] for entry in permission.get(key) or ())


def _behind(instances: Population, targets: Population, balancers: Population, _: Population) -> Truth:
    return _fronts(instances, targets, balancers).some(lambda _: True)


@requirement(
    "ec2.instances.traffic-from-load-balancer",
    says="Every instance behind a load balancer takes requests from that load balancer only.",
    why="Who can reach the instance around its load balancer passes by its TLS, its web ACL and its logs.",
    logic="At each port at which an application or network load balancer with security groups has the instance as a target, the rules of the "
    "instance's security groups let in nothing but the load balancer's groups, and what is in the list given. Rules for every protocol "
    "count for every port. Classic load balancers, and network load balancers without groups, are not looked at.",
    covers=("IS-06",),
    uses=("elbv2.target-groups", "elbv2.load-balancers", "ec2.security-groups"),
    parameters={"approved": Parameter([], "security groups, prefix lists and ranges that may reach such ports besides")},
    applies=(Applies(_behind, "No application or network load balancer with security groups passes requests on to it."),),
    shows=("groups", "environment"),
    fix="aws ec2 revoke-security-group-ingress for the other sources; in Elastic Beanstalk set DisableDefaultEC2SecurityGroup with groups of your "
    "own.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html",
)
def traffic_from_load_balancer(
    instances: Population, targets: Population, balancers: Population, groups: Population, *, approved: list[str]
) -> Truth:
    rules = gather(instances, groups, ("groups", "id"), "ingress", every=True)
    fronts = _fronts(instances, targets, balancers)
    others = paired(fronts, rules, lambda front, found: list(_others(front, found, approved)), label="other sources")
    return others.free_of(lambda found: found)


@requirement(
    "ec2.instances.no-key-pair",
    says="Every EC2 instance was launched without a key pair, or with an approved one.",
    why="Whoever holds the private key can sign in past IAM and unseen by CloudTrail; Session Manager needs none.",
    logic="KeyName is not there, or in the list given. A key pair that was deleted from EC2 since is still on the instance; keys that were put "
    "there by hand cannot be seen.",
    covers=("IS-08",),
    parameters={"approved": Parameter([], "names of key pairs that are approved")},
    shows=("state", "environment"),
    fix="Launch the instance anew without a key pair (in Elastic Beanstalk clear EC2KeyName); sign in with aws ssm start-session.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html",
)
def no_key_pair(instances: Population, *, approved: list[str]) -> Truth:
    return ~instances.key_pair.present() | instances.key_pair.is_in(approved)


@requirement(
    "ec2.instances.one-network-interface",
    says="Every EC2 instance has one network interface, or further ones that are approved.",
    why="An instance with a foot in two networks joins them, whatever routes and security groups keep apart.",
    logic="Of the instance's network interfaces at most one is not in the list given, running or stopped; described without any, it "
    "is unknown. Several in the same subnet count too; nodes of Amazon EKS have several by their making.",
    covers=(),
    parameters={
        "approved": Parameter(
            [],
            "ids of network interfaces that may stand beside another",
            "https://docs.aws.amazon.com/config/latest/developerguide/ec2-instance-multiple-eni-check.html",
        )
    },
    shows=("vpc", "environment"),
    fix="aws ec2 detach-network-interface where it is not needed; or have it approved and name it in the parameter.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html",
)
def one_network_interface(instances: Population, *, approved: list[str]) -> Truth:
    def more(interfaces: Sequence[str]) -> list[str]:
        found = [id for id in interfaces if id not in approved]
        return [f"has the network interfaces {', '.join(found)}"] if len(found) > 1 else []

    return instances.interfaces.free_of(more)


@requirement(
    "ec2.launch-templates.no-public-address",
    says="No launch template version that an Auto Scaling group uses asks for public addresses.",
    why="Every instance that the group launches could be reached from the internet around its load balancer.",
    logic="No network interface of the template has AssociatePublicIpAddress true. Where the template does not say, the subnet decides, and is "
    "judged by ec2.subnets.no-public-address-on-launch.",
    covers=(),
    shows=("template_name",),
    fix="Make a version with AssociatePublicIpAddress false and let the group use it; in Elastic Beanstalk set the option of that name.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplateInstanceNetworkInterfaceSpecification.html",
)
def template_no_public_address(templates: Population) -> Truth:
    return ~templates.public_addresses.present() | ~templates.public_addresses.is_true()


@requirement(
    "autoscaling.launch-configurations.no-public-address",
    says="No launch configuration that an Auto Scaling group uses asks for public addresses.",
    why="Every instance that the group launches could be reached from the internet around its load balancer.",
    logic="AssociatePublicIpAddress is not true. Where the launch configuration does not say, the subnet decides, and is judged by "
    "ec2.subnets.no-public-address-on-launch.",
    covers=(),
    uses=("autoscaling.groups",),
    applies=(
        Applies(
            lambda configurations, groups: configurations.some_in(groups, on=("id", "launch_configuration")),
            "No Auto Scaling group uses it.",
        ),
    ),
    fix="Move the group to a launch template without public addresses; in Elastic Beanstalk set AssociatePublicIpAddress to false.",
    source="https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchConfiguration.html",
)
def configuration_no_public_address(configurations: Population, _: Population) -> Truth:
    return ~configurations.public_addresses.present() | ~configurations.public_addresses.is_true()


REQUIREMENTS = (
    traffic_from_load_balancer,
    no_key_pair,
    one_network_interface,
    template_no_public_address,
    configuration_no_public_address,
)
