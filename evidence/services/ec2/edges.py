"""Ways in and out of networks: endpoints, internet gateways, Elastic IP addresses, VPNs and transit gateways."""

from typing import Any

from evidence.services.declare import Ask, Item, Only, PopulationSpec, Redact, document, flag, items, text

ARN = "arn:{partition}:ec2:{region}:{account}:"


DESCRIBE_ENDPOINTS = Ask("ec2", "DescribeVpcEndpoints", ("ec2:DescribeVpcEndpoints",), result="VpcEndpoints")
# Whether the service takes an endpoint policy at all: an endpoint shows the default one either way.
DESCRIBE_ENDPOINT_SERVICE = Ask(
    "ec2",
    "DescribeVpcEndpointServices",
    ("ec2:DescribeVpcEndpointServices",),
    each="ec2.vpc-endpoints",
    given={"ServiceNames": ("ServiceName",)},
    only=Only("VpcEndpointType", frozenset({"Interface", "Gateway"})),
    result="ServiceDetails",
)
DESCRIBE_GATEWAYS = Ask("ec2", "DescribeInternetGateways", ("ec2:DescribeInternetGateways",), result="InternetGateways")
DESCRIBE_ADDRESSES = Ask("ec2", "DescribeAddresses", ("ec2:DescribeAddresses",), result="Addresses")
# The configuration for the other end, and each tunnel's options, hold the keys that both ends share.
DESCRIBE_VPNS = Ask(
    "ec2",
    "DescribeVpnConnections",
    ("ec2:DescribeVpnConnections",),
    result="VpnConnections",
    redact=(
        Redact("VpnConnections[]", "VPN configuration", key="CustomerGatewayConfiguration"),
        Redact("VpnConnections[].Options.TunnelOptions[]", "pre-shared key", key="PreSharedKey"),
    ),
)
DESCRIBE_CLIENT_VPNS = Ask("ec2", "DescribeClientVpnEndpoints", ("ec2:DescribeClientVpnEndpoints",), result="ClientVpnEndpoints")
DESCRIBE_TRANSIT_GATEWAYS = Ask("ec2", "DescribeTransitGateways", ("ec2:DescribeTransitGateways",), result="TransitGateways")


def _lower(name: str) -> Any:
    """AWS spells states with a capital in some answers and without in others."""
    return lambda item, _: item[name].lower()


def _vpcs(gateway: Item, _: Any) -> list[str]:
    """The VPCs it is attached to; an attachment that names none raises."""
    found = [attachment["VpcId"] for attachment in gateway["Attachments"]]
    if None in found:
        raise ValueError("an attachment names no VPC")
    return found


def _takes_policy(endpoint: Item, answer: Any) -> Any:
    """Of the one service that was asked about; a service of which nothing is shown leaves it open."""
    found = [one for one in answer["ServiceDetails"] if one["ServiceName"] == endpoint["ServiceName"]]
    return found[0]["VpcEndpointPolicySupported"]


def _logged(connection: Item, _: Any) -> bool:
    """Whether every tunnel's log goes to CloudWatch Logs."""
    tunnels = connection["Options"]["TunnelOptions"]
    if not tunnels:
        raise ValueError("the connection was described without tunnels")
    logs = [((one.get("LogOptions") or {}).get("CloudWatchLogOptions") or {}).get("LogEnabled", False) for one in tunnels]
    return all(logs)


ENDPOINTS = PopulationSpec(
    name="ec2.vpc-endpoints",
    noun="VPC endpoint",
    type="AWS::EC2::VPCEndpoint",
    listed_by=DESCRIBE_ENDPOINTS,
    items="VpcEndpoints[]",
    identity="VpcEndpointId",
    arn=ARN + "vpc-endpoint/{VpcEndpointId}",
    columns={
        "owner": text("OwnerId"),
        "kind": text("VpcEndpointType", label="type"),
        "vpc": text("VpcId", label="VPC"),
        "service": text("ServiceName"),
        "state": text(read=_lower("State"), label="state"),
        "private_dns": flag("PrivateDnsEnabled", label="private DNS"),
        "policy": document("PolicyDocument", label="endpoint policy"),
        "policy_supported": flag(of=DESCRIBE_ENDPOINT_SERVICE, read=_takes_policy, label="service takes a policy"),
        "groups": items("Groups[].GroupId", label="security groups"),
    },
)
INTERNET_GATEWAYS = PopulationSpec(
    name="ec2.internet-gateways",
    noun="internet gateway",
    type="AWS::EC2::InternetGateway",
    listed_by=DESCRIBE_GATEWAYS,
    items="InternetGateways[]",
    identity="InternetGatewayId",
    arn=ARN + "internet-gateway/{InternetGatewayId}",
    columns={"owner": text("OwnerId"), "vpcs": items(read=_vpcs, label="attached to")},
)
ADDRESSES = PopulationSpec(
    name="ec2.addresses",
    noun="Elastic IP address",
    type="AWS::EC2::EIP",
    listed_by=DESCRIBE_ADDRESSES,
    items="Addresses[]",
    identity="AllocationId",
    arn=ARN + "elastic-ip/{AllocationId}",
    columns={
        "address": text("PublicIp"),
        "association": text("AssociationId"),
        "interface": text("NetworkInterfaceId", label="network interface"),
        "managed_by": text("ServiceManaged", label="managed by"),
    },
)
VPN_CONNECTIONS = PopulationSpec(
    name="ec2.vpn-connections",
    noun="site-to-site VPN connection",
    type="AWS::EC2::VPNConnection",
    listed_by=DESCRIBE_VPNS,
    items="VpnConnections[]",
    identity="VpnConnectionId",
    arn=ARN + "vpn-connection/{VpnConnectionId}",
    columns={
        "state": text("State"),
        "tunnels": items("VgwTelemetry[].Status", label="tunnels"),
        "logged": flag(read=_logged, label="tunnel logs"),
    },
)
CLIENT_VPNS = PopulationSpec(
    name="ec2.client-vpn-endpoints",
    noun="Client VPN endpoint",
    type="AWS::EC2::ClientVpnEndpoint",
    listed_by=DESCRIBE_CLIENT_VPNS,
    items="ClientVpnEndpoints[]",
    identity="ClientVpnEndpointId",
    arn=ARN + "client-vpn-endpoint/{ClientVpnEndpointId}",
    columns={
        "status": text("Status.Code"),
        "logged": flag("ConnectionLogOptions.Enabled", label="connection logs"),
        "log_group": text("ConnectionLogOptions.CloudwatchLogGroup"),
    },
)
TRANSIT_GATEWAYS = PopulationSpec(
    name="ec2.transit-gateways",
    noun="transit gateway",
    type="AWS::EC2::TransitGateway",
    listed_by=DESCRIBE_TRANSIT_GATEWAYS,
    items="TransitGateways[]",
    identity="TransitGatewayId",
    arn="{TransitGatewayArn}",
    columns={
        "owner": text("OwnerId"),
        "state": text("State"),
        "auto_accept": text("Options.AutoAcceptSharedAttachments", label="AutoAcceptSharedAttachments"),
    },
)

ASKS = (
    DESCRIBE_ENDPOINTS,
    DESCRIBE_ENDPOINT_SERVICE,
    DESCRIBE_GATEWAYS,
    DESCRIBE_ADDRESSES,
    DESCRIBE_VPNS,
    DESCRIBE_CLIENT_VPNS,
    DESCRIBE_TRANSIT_GATEWAYS,
)
POPULATIONS = (
    ENDPOINTS,
    INTERNET_GATEWAYS,
    ADDRESSES,
    VPN_CONNECTIONS,
    CLIENT_VPNS,
    TRANSIT_GATEWAYS,
)
