"""Networks: what the world can reach, and what is written down of the traffic."""

import ipaddress
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.network import (
    EVERY_PROTOCOL,
    FAMILIES,
    describe,
    is_world,
    named_sources,
    networks,
    open_acl_ports,
    open_ports,
    permits,
    world,
)
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement
from evidence.requirements.eligibility import OWN_RESOURCE

ADMIN_PORTS = {"ports": Parameter([22, 3389], "ports by which machines are administered")}
ADDRESSES = {"families": Parameter(list(FAMILIES), "families of addresses whose world is looked for", choices=FAMILIES)}
DATABASE_PORTS = {
    "ports": Parameter(
        [1433, 1521, 3306, 5432, 5439, 6379, 9200, 11211, 27017, 50000],
        "ports of databases and caches: SQL Server, Oracle, MySQL and MariaDB, PostgreSQL, Redshift, Redis, OpenSearch, Memcached, "
        "MongoDB, Db2",
    )
}
OPEN_LOGIC = (
    "No ingress rule for TCP, UDP or every protocol that covers one of the ports lets in the world: 0.0.0.0/0, ::/0, ranges that "
    "together hold every public address, or a prefix list with such ranges. AWS's own prefix lists and references to groups are not "
    "the world; a prefix list that could not be read is unknown."
)
PREFIX_LISTS = ("ec2.prefix-list-rules", "ec2.prefix-lists")


def _by_list(
    groups: Population,
    rules: Population,
    lists: Population,
    covers: Callable[[Any], bool],
    families: Collection[str] = FAMILIES,
) -> Truth:
    """Whether a rule that counts names a prefix list, not of AWS's own, that holds the world."""
    theirs = ~(rules.lookup(lists, on=("prefix_list", "id"), column="owner") == "AWS")
    wide = (
        rules.lookup(lists, on=("prefix_list", "id"), column="entries").compute(lambda cidrs: is_world(cidrs, families)).is_true()
    )
    counts = rules.permission.some(covers) & theirs & wide
    return groups.some_in(rules, on=("id", "group"), where=counts, label="rules with a prefix list of the world")


def _closed(
    groups: Population, rules: Population, lists: Population, ports: Collection[int], families: Collection[str] = FAMILIES
) -> Truth:
    by_list = _by_list(groups, rules, lists, lambda rule: any(permits(rule, port) for port in ports), families)
    return groups.ingress.free_of(lambda permissions: open_ports(permissions, ports, families)) & ~by_list


@requirement(
    "ec2.security-groups.no-open-admin-ports",
    says="Every security group keeps the world away from administration ports.",
    why="Whatever listens there is tried within minutes by everyone.",
    logic=OPEN_LOGIC,
    covers=("IS-05",),
    uses=PREFIX_LISTS,
    parameters={**ADMIN_PORTS, **ADDRESSES},
    applies=(OWN_RESOURCE,),
    shows=("group_name",),
    fix="Remove the rule (aws ec2 revoke-security-group-ingress) and use Session Manager; in Elastic Beanstalk set SSHSourceRestriction.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html",
)
def no_open_admin_ports(
    groups: Population, rules: Population, lists: Population, *, ports: Collection[int], families: Collection[str]
) -> Truth:
    return _closed(groups, rules, lists, ports, families)


@requirement(
    "ec2.security-groups.no-open-database-ports",
    says="Every security group keeps the world away from database ports.",
    why="A database is for its applications, never for the internet.",
    logic=OPEN_LOGIC,
    covers=("IS-05",),
    uses=PREFIX_LISTS,
    parameters=DATABASE_PORTS,
    applies=(OWN_RESOURCE,),
    shows=("group_name",),
    fix="Remove the rule (aws ec2 revoke-security-group-ingress) and name the application's security group as the source.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html",
)
def no_open_database_ports(groups: Population, rules: Population, lists: Population, *, ports: Collection[int]) -> Truth:
    return _closed(groups, rules, lists, ports)


def _starts(permissions: Iterable[Any], approved: Collection[int]) -> list[int]:
    """Ports that tell whether any port but those approved is open: where a rule begins, and what follows an approved port. What is
    open beside them begins at one of these."""
    begins = {permission["FromPort"] for permission in permissions if permission.get("FromPort") is not None}
    return sorted(port for port in {0, *begins, *(port + 1 for port in approved)} - set(approved) if 0 <= port <= 65535)


def _opened(permissions: Sequence[Any], approved: Collection[int]) -> list[str]:
    """A sentence for each rule that is part of what the world can reach beside the approved ports."""
    ports = _starts(permissions, approved)
    wide = [port for port in ports if open_ports(permissions, [port])]
    return [describe(one) for one in permissions if any(permits(one, port) for port in wide) and _has_ranges(one)]


def _has_ranges(permission: Any) -> bool:
    """Whether the rule lets in any range of addresses at all: references to groups alone are never the world."""
    return bool(permission.get("IpRanges") or permission.get("Ipv6Ranges"))


@requirement(
    "ec2.security-groups.only-approved-ports-open",
    says="Every security group lets the world in to approved ports only.",
    why="What listens at any other port was not meant for everyone, or nobody said so.",
    logic="No ingress rule for TCP, UDP or every protocol lets in the world (0.0.0.0/0, ::/0, ranges that together hold every public address, or a "
    "prefix list with such ranges) to a port that is not in the list given. Other protocols have no ports and are not judged.",
    covers=(),
    uses=PREFIX_LISTS,
    parameters={
        "ports": Parameter(
            [80, 443],
            "ports that the world may reach",
            "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html",
        )
    },
    applies=(OWN_RESOURCE,),
    shows=("group_name",),
    fix="Remove the rule (aws ec2 revoke-security-group-ingress), name those who need the port as its source, or have the port approved.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html",
)
def only_approved_ports_open(groups: Population, rules: Population, lists: Population, *, ports: Collection[int]) -> Truth:
    def beside(rule: Any) -> bool:
        return any(permits(rule, port) for port in _starts([rule], ports))

    return groups.ingress.free_of(lambda rules: _opened(rules, ports)) & ~_by_list(groups, rules, lists, beside)


def _in_use(groups: Population, _: Population, __: Population, instances: Population, databases: Population) -> Truth:
    on_instances = groups.some_in(instances, on=("id", "groups"), label="instances in it")
    return on_instances | groups.some_in(databases, on=("id", "groups"), label="databases in it")


def _everything(permission: Any) -> bool:
    if not isinstance(permission["IpProtocol"], str):
        raise ValueError("a rule names no protocol")
    return permission["IpProtocol"] == EVERY_PROTOCOL


def _everywhere(permissions: Iterable[Any]) -> list[str]:
    """A sentence for the rules that let every protocol out to the world."""
    rules = [permission for permission in permissions if _everything(permission)]
    found = world(networks(cidr for rule in rules for cidr in named_sources(rule)))
    return [f"every protocol may go out to the world ({found})"] if found else []


@requirement(
    "ec2.security-groups.no-open-egress",
    says="No security group of an instance or a database lets everything out to everywhere, unless that was approved.",
    why="Whoever takes over a machine sends out what it holds, and fetches tools, by whatever way is open.",
    logic="No egress rule for every protocol goes to the world (0.0.0.0/0, ::/0, ranges that together hold every public address, or a prefix list "
    "with such ranges); or the group's name or id is in the list given. AWS gives new groups such a rule. A firewall or proxy on the way is "
    "not seen. Not applicable to groups in which no instance and no RDS instance is.",
    covers=("IS-19",),
    uses=("ec2.prefix-list-egress", "ec2.prefix-lists", "ec2.instances", "rds.instances"),
    parameters={"approved": Parameter([], "names and ids of security groups that may let everything out")},
    applies=(OWN_RESOURCE, Applies(_in_use, "No instance and no RDS instance is in it.")),
    shows=("group_name",),
    fix="aws ec2 revoke-security-group-egress, after rules to what is needed: VPC endpoints for Elastic Beanstalk, S3, SQS, CloudFormation and "
    "Systems Manager.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
)
def no_open_egress(
    groups: Population, rules: Population, lists: Population, _: Population, __: Population, *, approved: Collection[str]
) -> Truth:
    closed = groups.egress.free_of(_everywhere) & ~_by_list(groups, rules, lists, _everything)
    return closed | groups.id.is_in(approved) | groups.group_name.is_in(approved)


@requirement(
    "ec2.security-groups.default-closed",
    says="Every VPC's default security group has no rules and nothing in it.",
    why="Whatever is started without a group lands in the default one.",
    logic="The group has no ingress rule, no egress rule, and no network interface is in it.",
    covers=("IS-07",),
    uses=("ec2.network-interfaces",),
    applies=(Applies(lambda groups, *_: groups.group_name == "default", "Not a default security group."), OWN_RESOURCE),
    shows=("vpc",),
    fix="Move what is in the group to groups of its own, then remove every ingress and egress rule.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
)
def default_closed(groups: Population, interfaces: Population) -> Truth:
    ingress = groups.ingress.free_of(lambda rules: [f"ingress rule: {describe(rule)}" for rule in rules])
    egress = groups.egress.free_of(lambda rules: [f"egress rule: {describe(rule)}" for rule in rules])
    return ingress & egress & ~groups.some_in(interfaces, on=("id", "groups"), label="network interfaces in it")


@requirement(
    "ec2.network-acls.no-open-admin-ports",
    says="Every network ACL keeps the world away from administration ports.",
    why="It still holds when a security group is opened by mistake.",
    logic="Read in the order of their numbers, the ingress entries for TCP, UDP or every protocol that cover one of the ports do not "
    "let in the world. An allow counts unless earlier denies cover its whole range.",
    covers=("IS-11",),
    parameters=ADMIN_PORTS,
    applies=(OWN_RESOURCE,),
    shows=("default", "vpc"),
    fix="Put a deny for the port before the allow, or allow only the ranges that need it.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html",
)
def acl_no_open_admin_ports(acls: Population, *, ports: Collection[int]) -> Truth:
    return acls.entries.free_of(lambda entries: open_acl_ports(entries, ports))


@requirement(
    "ec2.vpcs.flow-logs",
    says="Every VPC keeps flow logs.",
    why="Without them nobody can say afterwards which addresses talked to which.",
    logic="The VPC, or every subnet of it, has a flow log of one of the traffic types that is ACTIVE and whose last delivery was a "
    "SUCCESS. Flow logs of single network interfaces do not count.",
    covers=("IS-10",),
    uses=("ec2.flow-logs", "ec2.subnets"),
    parameters={"traffic": Parameter(["ALL", "REJECT"], "traffic types of which one must be logged")},
    applies=(OWN_RESOURCE,),
    fix="aws ec2 create-flow-logs --resource-type VPC --traffic-type ALL.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FlowLog.html",
)
def flow_logs(vpcs: Population, logs: Population, subnets: Population, *, traffic: Sequence[str]) -> Truth:
    works = (logs.status == "ACTIVE") & logs.traffic.is_in(traffic) & (logs.delivery == "SUCCESS")
    bare = ~subnets.some_in(logs, on=("id", "resource"), where=works)
    has_subnets = vpcs.some_in(subnets, on=("id", "vpc"), label="subnets")
    all_logged = has_subnets & ~vpcs.some_in(subnets, on=("id", "vpc"), where=bare, label="subnets without a working flow log")
    return vpcs.some_in(logs, on=("id", "resource"), where=works, label="working flow logs of the VPC") | all_logged


@requirement(
    "ec2.instances.no-public-address",
    says="Every running EC2 instance is without a public address.",
    why="Traffic then comes only through the load balancer, where it is encrypted, filtered and logged.",
    logic="The instance and its network interfaces have no public IPv4 address and no IPv6 address that is routed on the internet. An "
    "Elastic Beanstalk environment of type SingleInstance always has one.",
    covers=("IS-02",),
    applies=(Applies(lambda instances: instances.state == "running", "The instance does not run."),),
    shows=("subnet",),
    fix="Run instances in private subnets behind a load balancer; in Elastic Beanstalk set AssociatePublicIpAddress to false.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html",
)
def no_public_address(instances: Population) -> Truth:
    return instances.addresses.free_of(
        lambda found: [f"public address {address}" for address in found if ipaddress.ip_address(address).is_global]
    )


def _reaches_internet(subnets: Population, tables: Population) -> Truth:
    """Whether the route table in force for the subnet, its own or else its VPC's main one, leads to an internet gateway."""
    leads = tables.gateways.some(lambda _: True)
    own = subnets.some_in(tables, on=("id", "subnets"), label="route tables of its own")
    by_own = subnets.some_in(tables, on=("id", "subnets"), where=leads, label="of these, leading to an internet gateway")
    by_main = subnets.lookup(tables, on=("vpc", "main_of"), column="gateways", label="internet gateways of the main route table")
    return by_own | (~own & by_main.some(lambda _: True))  # every VPC has a main table: without one nobody knows


@requirement(
    "ec2.subnets.databases-private",
    says="Every subnet that a database can stand in has no way to the internet.",
    why="A database in a private subnet stays closed even where its security group is opened by mistake.",
    logic="The subnet's route table (the one associated with it, else its VPC's main one) has no active route to an internet gateway, of "
    "any destination. Not applicable to subnets in no RDS instance's subnet group.",
    covers=("IS-03",),
    uses=("ec2.route-tables", "rds.instances"),
    applies=(
        OWN_RESOURCE,
        Applies(
            lambda subnets, _, instances: subnets.some_in(instances, on=("id", "subnets"), label="RDS instances"),
            "No RDS instance can stand in it.",
        ),
    ),
    shows=("vpc", "zone"),
    fix="Give the database a subnet group of private subnets (aws rds modify-db-instance --db-subnet-group-name), or the subnet a route table "
    "without an internet gateway.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html",
)
def databases_private(subnets: Population, tables: Population, instances: Population) -> Truth:
    return ~_reaches_internet(subnets, tables)


@requirement(
    "ec2.subnets.no-public-address-on-launch",
    says="No subnet gives what is started in it a public address unasked.",
    why="An instance is then reachable from the internet only where somebody meant it.",
    logic="MapPublicIpOnLaunch is false.",
    covers=("IS-03",),
    applies=(OWN_RESOURCE,),
    shows=("vpc", "zone"),
    fix="aws ec2 modify-subnet-attribute --no-map-public-ip-on-launch; in Elastic Beanstalk AssociatePublicIpAddress asks where it is needed.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Subnet.html",
)
def no_public_address_on_launch(subnets: Population) -> Truth:
    return ~subnets.public_addresses.is_true()


REQUIREMENTS = (
    no_open_admin_ports,
    no_open_database_ports,
    only_approved_ports_open,
    no_open_egress,
    default_closed,
    acl_no_open_admin_ports,
    flow_logs,
    no_public_address,
    databases_private,
    no_public_address_on_launch,
)
