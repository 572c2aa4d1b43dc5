"""VPCs, subnets, route tables, flow logs, security groups, prefix lists, network ACLs and network interfaces."""

from collections.abc import Iterator
from typing import Any

from evidence.services.declare import Ask, Item, Only, PopulationSpec, flag, items, text

ARN = "arn:{partition}:ec2:{region}:{account}:"


DESCRIBE_VPCS = Ask("ec2", "DescribeVpcs", ("ec2:DescribeVpcs",), result="Vpcs")
DESCRIBE_SUBNETS = Ask("ec2", "DescribeSubnets", ("ec2:DescribeSubnets",), result="Subnets")
DESCRIBE_ROUTE_TABLES = Ask("ec2", "DescribeRouteTables", ("ec2:DescribeRouteTables",), result="RouteTables")
DESCRIBE_FLOW_LOGS = Ask("ec2", "DescribeFlowLogs", ("ec2:DescribeFlowLogs",), result="FlowLogs")
DESCRIBE_GROUPS = Ask("ec2", "DescribeSecurityGroups", ("ec2:DescribeSecurityGroups",), result="SecurityGroups")
DESCRIBE_ACLS = Ask("ec2", "DescribeNetworkAcls", ("ec2:DescribeNetworkAcls",), result="NetworkAcls")
DESCRIBE_INTERFACES = Ask("ec2", "DescribeNetworkInterfaces", ("ec2:DescribeNetworkInterfaces",), result="NetworkInterfaces")
DESCRIBE_PREFIX_LISTS = Ask("ec2", "DescribeManagedPrefixLists", ("ec2:DescribeManagedPrefixLists",), result="PrefixLists")
GET_PREFIX_LIST_ENTRIES = Ask(
    "ec2",
    "GetManagedPrefixListEntries",
    ("ec2:GetManagedPrefixListEntries",),
    each="ec2.prefix-lists",
    given={"PrefixListId": "PrefixListId"},
    only=Only("OwnerId", frozenset({"AWS"}), negate=True),
    gone=frozenset({"InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound"}),
    result="Entries",
)


def _prefix_list_rules(answer: Item, rules: str) -> Iterator[Item]:
    """One entry for each permission (of `rules`, inward or outward) of a security group and each prefix list that it names. Where one of the two has
    no id the entry has none: the reader reports it, and goes on."""
    for group in answer["SecurityGroups"]:
        for number_, permission in enumerate(group.get(rules) or ()):
            for named in permission.get("PrefixListIds") or ():
                owner, prefix_list = group.get("GroupId"), named.get("PrefixListId")
                name = None if None in (owner, prefix_list) else f"{owner}/{number_}/{prefix_list}"
                yield {"Id": name, "Group": owner, "List": prefix_list, "Permission": permission}


VPCS = PopulationSpec(
    name="ec2.vpcs",
    noun="VPC",
    type="AWS::EC2::VPC",
    listed_by=DESCRIBE_VPCS,
    items="Vpcs[]",
    identity="VpcId",
    arn=ARN + "vpc/{VpcId}",
    columns={"owner": text("OwnerId"), "default": flag("IsDefault"), "tags": items("Tags")},
)
SUBNETS = PopulationSpec(
    name="ec2.subnets",
    noun="subnet",
    type="AWS::EC2::Subnet",
    listed_by=DESCRIBE_SUBNETS,
    items="Subnets[]",
    identity="SubnetId",
    arn=ARN + "subnet/{SubnetId}",
    columns={
        "vpc": text("VpcId", label="VPC"),
        "owner": text("OwnerId"),
        "zone": text("AvailabilityZone", label="Availability Zone"),
        "public_addresses": flag("MapPublicIpOnLaunch", label="public addresses on launch"),
    },
)


def _associated(table: Item, _: Any) -> list[str]:
    """The subnets that name this table; one whose association is being taken away is still under it."""
    return [one["SubnetId"] for one in table["Associations"] if one.get("SubnetId")]


def _main_of(table: Item, _: Any) -> Any:
    """The VPC whose main table this is: it holds for every subnet that names none."""
    return table["VpcId"] if any(one["Main"] for one in table["Associations"]) else None


_TARGETS = (
    "GatewayId", "EgressOnlyInternetGatewayId", "NatGatewayId", "InstanceId", "NetworkInterfaceId", "TransitGatewayId",
    "LocalGatewayId", "CarrierGatewayId", "VpcPeeringConnectionId", "CoreNetworkArn", "OdbNetworkArn", "IpAddress",
)  # fmt: skip
"""Where a route may lead; an internet gateway always stands in the first."""


def _gateways(table: Item, _: Any) -> list[str]:
    """The internet gateways that a route leads to. A route whose target is gone is a black hole and leads nowhere; a state or
    a target that we do not know raises."""
    live = [route for route in table["Routes"] if route["State"] not in ("blackhole", "filtered")]
    if unknown := [route for route in live if route["State"] != "active" or not any(map(route.get, _TARGETS))]:
        raise ValueError(f"{len(unknown)} routes have a state or a target that is not known")
    return sorted({route["GatewayId"] for route in live if str(route.get("GatewayId", "")).startswith("igw-")})


ROUTE_TABLES = PopulationSpec(
    name="ec2.route-tables",
    noun="route table",
    type="AWS::EC2::RouteTable",
    listed_by=DESCRIBE_ROUTE_TABLES,
    items="RouteTables[]",
    identity="RouteTableId",
    arn=ARN + "route-table/{RouteTableId}",
    columns={
        "subnets": items(read=_associated),
        "main_of": text(read=_main_of, label="main table of"),
        "gateways": items(read=_gateways, label="internet gateways that routes lead to"),
    },
)
FLOW_LOGS = PopulationSpec(
    name="ec2.flow-logs",
    noun="flow log",
    type="AWS::EC2::FlowLog",
    listed_by=DESCRIBE_FLOW_LOGS,
    items="FlowLogs[]",
    identity="FlowLogId",
    arn=ARN + "vpc-flow-log/{FlowLogId}",
    columns={
        "resource": text("ResourceId"),
        "traffic": text("TrafficType"),
        "status": text("FlowLogStatus"),
        "delivery": text("DeliverLogsStatus", label="DeliverLogsStatus"),
        "destination": text("LogDestination"),
    },
)
SECURITY_GROUPS = PopulationSpec(
    name="ec2.security-groups",
    noun="security group",
    type="AWS::EC2::SecurityGroup",
    listed_by=DESCRIBE_GROUPS,
    items="SecurityGroups[]",
    identity="GroupId",
    arn=ARN + "security-group/{GroupId}",
    columns={
        "group_name": text("GroupName", label="name"),
        "owner": text("OwnerId"),
        "vpc": text("VpcId", label="VPC"),
        "ingress": items("IpPermissions", label="ingress rules"),
        "egress": items("IpPermissionsEgress", label="egress rules"),
        "tags": items("Tags"),
    },
)
PREFIX_LIST_RULES = PopulationSpec(
    name="ec2.prefix-list-rules",
    noun="security group rule with a prefix list",
    type="AWS::EC2::SecurityGroupIngress",
    listed_by=DESCRIBE_GROUPS,
    rows=lambda answer: list(_prefix_list_rules(answer, "IpPermissions")),
    identity="Id",
    columns={
        "group": text("Group"),
        "prefix_list": text("List", label="prefix list"),
        "permission": items(read=lambda item, _: [item["Permission"]]),
    },
)
PREFIX_LIST_EGRESS = PopulationSpec(
    name="ec2.prefix-list-egress",
    noun="security group egress rule with a prefix list",
    type="AWS::EC2::SecurityGroupEgress",
    listed_by=DESCRIBE_GROUPS,
    rows=lambda answer: list(_prefix_list_rules(answer, "IpPermissionsEgress")),
    identity="Id",
    columns={
        "group": text("Group"),
        "prefix_list": text("List", label="prefix list"),
        "permission": items(read=lambda item, _: [item["Permission"]]),
    },
)
PREFIX_LISTS = PopulationSpec(
    name="ec2.prefix-lists",
    offered=True,
    noun="prefix list",
    type="AWS::EC2::PrefixList",
    listed_by=DESCRIBE_PREFIX_LISTS,
    items="PrefixLists[]",
    identity="PrefixListId",
    arn="{PrefixListArn}",
    columns={
        "list_name": text("PrefixListName", label="name"),
        "owner": text("OwnerId"),
        # AWS's own lists hold the addresses of its services, so their entries are not asked for.
        "entries": items(of=GET_PREFIX_LIST_ENTRIES, read=lambda item, answer: [e["Cidr"] for e in answer["Entries"]]),
    },
)
NETWORK_ACLS = PopulationSpec(
    name="ec2.network-acls",
    noun="network ACL",
    type="AWS::EC2::NetworkAcl",
    listed_by=DESCRIBE_ACLS,
    items="NetworkAcls[]",
    identity="NetworkAclId",
    arn=ARN + "network-acl/{NetworkAclId}",
    columns={
        "owner": text("OwnerId"),
        "vpc": text("VpcId", label="VPC"),
        "default": flag("IsDefault"),
        "entries": items("Entries"),
        "subnets": items("Associations[].SubnetId"),
    },
)
INTERFACES = PopulationSpec(
    name="ec2.network-interfaces",
    noun="network interface",
    type="AWS::EC2::NetworkInterface",
    listed_by=DESCRIBE_INTERFACES,
    items="NetworkInterfaces[]",
    identity="NetworkInterfaceId",
    arn=ARN + "network-interface/{NetworkInterfaceId}",
    columns={
        "groups": items("Groups[].GroupId", label="security groups"),
        "subnet": text("SubnetId"),
        "vpc": text(read=lambda item, _: item["VpcId"], label="VPC"),  # each stands in one
        "owner": text("OwnerId"),
        "kind": text("InterfaceType", label="type"),
        "managed": flag("RequesterManaged", label="managed by AWS"),
        "checked": flag("SourceDestCheck", label="SourceDestCheck"),
        "description": text("Description"),
    },
)

ASKS = (
    DESCRIBE_VPCS,
    DESCRIBE_SUBNETS,
    DESCRIBE_ROUTE_TABLES,
    DESCRIBE_FLOW_LOGS,
    DESCRIBE_GROUPS,
    DESCRIBE_ACLS,
    DESCRIBE_INTERFACES,
    DESCRIBE_PREFIX_LISTS,
    GET_PREFIX_LIST_ENTRIES,
)
POPULATIONS = (
    VPCS,
    SUBNETS,
    ROUTE_TABLES,
    FLOW_LOGS,
    SECURITY_GROUPS,
    PREFIX_LIST_RULES,
    PREFIX_LIST_EGRESS,
    PREFIX_LISTS,
    NETWORK_ACLS,
    INTERFACES,
)
