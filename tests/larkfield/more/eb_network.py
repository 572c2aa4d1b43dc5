"""Ways in and out of an environment's network, and what its instances start from: kept closed in one Region, left open in the other."""

import json

from tests.larkfield.base import ACCOUNT, TAGS, ago, ident
from tests.larkfield.more.place import Answer, More, tags
from tests.larkfield.more.secrets import VPN_KEY
from tests.larkfield.network import WORLD4, Names

_SERVICES = ("elasticbeanstalk", "elasticbeanstalk-health", "ec2", "ssm")
_CONFIGURATION = f"<vpn_connection><pre_shared_key>{VPN_KEY}</pre_shared_key></vpn_connection>"


def add_eb_network(place: More, n: Names) -> None:
    add_platform_images(place, n)
    add_block(place, good=n.good)
    _endpoints(place, n)
    _groups(place, n)
    _edges(place, n)
    _vpns(place, n)
    if not n.good:
        _neglect(place, n)


def add_block(place: More, *, good: bool) -> None:
    """VPC block public access: inward in the good Region, but for what must be reached."""
    options = {
        "AwsAccountId": ACCOUNT, "AwsRegion": place.region, "State": "update-complete" if good else "default-state",
        "InternetGatewayBlockMode": "block-ingress" if good else "off", "ManagedBy": "account", "ExclusionsAllowed": "allowed",
    }  # fmt: skip
    place.put("ec2", "DescribeVpcBlockPublicAccessOptions", {"VpcBlockPublicAccessOptions": options})


def add_platform_images(place: More, n: Names) -> None:
    """The platform's own image: AWS's, a few weeks old. Instances of the good environment start from it."""
    image = ident("ami", f"platform {n.id}")
    described = place.said("elasticbeanstalk", "DescribePlatformVersion")["PlatformDescription"]
    listed = {"DefaultAmiList": [{"Architecture": "x86_64", "ImageId": image}]}
    place.put("elasticbeanstalk", "DescribePlatformVersion", {"PlatformDescription": {**described, **listed}})
    shown = {
        "ImageId": image, "OwnerId": "102837901569", "ImageOwnerAlias": "amazon", "Public": True, "Name": f"aws-elasticbeanstalk-{n.id[2:]}",
        "State": "available", "CreationDate": _iso(40), "DeprecationTime": _iso(-690),
    }  # fmt: skip
    place.put("ec2", "DescribeImages", {"Images": [shown]}, ImageIds=[image])
    if n.good:
        own = ident("ami", n.id)

        def started(reservation: Answer) -> Answer:
            made = [{**i, "ImageId": image} if _of(i, n) and i["ImageId"] == own else i for i in reservation["Instances"]]
            return {"Instances": made}

        place.amend("ec2", "DescribeInstances", "Reservations", started)


def _of(instance: Answer, n: Names) -> bool:
    return {"Key": "elasticbeanstalk:environment-id", "Value": n.id} in instance["Tags"]


def _iso(days: float) -> str:
    return f"{ago(days):%Y-%m-%dT%H:%M:%S.000Z}"


def _endpoints(place: More, n: Names) -> None:
    names = [f"com.amazonaws.{place.region}.{name}" for name in (_SERVICES if n.good else ("s3",))]
    whole = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    own = {**whole, "Condition": {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}}
    policy = json.dumps({"Version": "2008-10-17", "Statement": [own if n.good else whole]})
    made = [
        {
            "VpcEndpointId": ident("vpce", name), "VpcEndpointType": "Interface" if n.good else "Gateway", "VpcId": n.vpc, "ServiceName": name,
            "State": "available", "PolicyDocument": policy, "PrivateDnsEnabled": n.good, "OwnerId": ACCOUNT, "CreationTimestamp": ago(300),
            "Groups": [{"GroupId": n.sg("a"), "GroupName": "endpoints"}] if n.good else [], "RequesterManaged": False, "Tags": TAGS[:2],
        }
        for name in names
    ]  # fmt: skip
    place.put("ec2", "DescribeVpcEndpoints", {"VpcEndpoints": made})
    for name in names:
        detail = {"ServiceName": name, "Owner": "amazon", "VpcEndpointPolicySupported": not name.endswith("-health")}
        place.put("ec2", "DescribeVpcEndpointServices", {"ServiceNames": [name], "ServiceDetails": [detail]}, ServiceNames=[name])


def _groups(place: More, n: Names) -> None:
    """In one Region the database sends nothing out; in the other the instances take requests from everybody."""

    def closed(group: Answer) -> Answer:
        return {"IpPermissionsEgress": []} if group["GroupId"] == n.sg("d") else {}

    def around(group: Answer) -> Answer:
        if group["GroupId"] != n.sg("a"):
            return {}
        return {"IpPermissions": [{**rule, "IpRanges": WORLD4} for rule in group["IpPermissions"]]}

    place.amend("ec2", "DescribeSecurityGroups", "SecurityGroups", closed if n.good else around)


def _edges(place: More, n: Names) -> None:
    """An internet gateway (every subnet that leads to one needs it), an address that nobody uses, a transit gateway."""
    vpcs = place.said("ec2", "DescribeVpcs")["Vpcs"]
    gateways = [
        {
            "InternetGatewayId": ident("igw", v["VpcId"]),
            "OwnerId": ACCOUNT,
            "Attachments": [{"State": "available", "VpcId": v["VpcId"]}],
        }
        for v in vpcs
        if v["IsDefault"]
    ]
    detached = {"InternetGatewayId": ident("igw", f"spare {n.id}"), "OwnerId": ACCOUNT, "Attachments": []}
    place.put("ec2", "DescribeInternetGateways", {"InternetGateways": [*gateways, *([detached] if n.good else [])]})
    used = {"AssociationId": ident("eipassoc", n.id), "NetworkInterfaceId": ident("eni", f"nat {n.id}")} if n.good else {}
    address = {"AllocationId": ident("eipalloc", n.id), "PublicIp": "18.196.90.4", "Domain": "vpc", "Tags": TAGS, **used}
    place.put("ec2", "DescribeAddresses", {"Addresses": [address]})
    gateway = ident("tgw", n.id)
    options = {"AutoAcceptSharedAttachments": "disable" if n.good else "enable", "AmazonSideAsn": 64512}
    transit = {
        "TransitGatewayId": gateway, "TransitGatewayArn": place.arn("ec2", f"transit-gateway/{gateway}"), "State": "available", "OwnerId": ACCOUNT,
        "CreationTime": ago(400), "Options": options, "Tags": tags(owner="network"),
    }  # fmt: skip
    place.put("ec2", "DescribeTransitGateways", {"TransitGateways": [transit]})


def _vpns(place: More, n: Names) -> None:
    """To the warehouse: both tunnels up and logged, or one of them down for a year."""
    logs = {"LogOptions": {"CloudWatchLogOptions": {"LogEnabled": n.good}}}
    tunnels = [{"OutsideIpAddress": ip, "PreSharedKey": VPN_KEY, **logs} for ip in ("52.57.1.9", "52.57.2.9")]
    states = [
        {"OutsideIpAddress": tunnel["OutsideIpAddress"], "Status": status, "StatusMessage": "", "AcceptedRouteCount": 1, "LastStatusChange": ago(365)}
        for tunnel, status in zip(tunnels, ("UP", "UP" if n.good else "DOWN"), strict=True)
    ]  # fmt: skip
    connection = {
        "VpnConnectionId": ident("vpn", n.id), "State": "available", "Type": "ipsec.1", "Category": "VPN", "CustomerGatewayId": ident("cgw", n.id),
        "CustomerGatewayConfiguration": _CONFIGURATION, "Options": {"TunnelOptions": tunnels}, "VgwTelemetry": states, "Tags": TAGS[:1],
    }  # fmt: skip
    place.put("ec2", "DescribeVpnConnections", {"VpnConnections": [connection]})
    endpoint = {
        "ClientVpnEndpointId": ident("cvpn-endpoint", n.id), "Status": {"Code": "available"}, "ConnectionLogOptions": {"Enabled": n.good},
        "Description": "people at home", "CreationTime": "2025-02-11T09:12:44", "Tags": [],
    }  # fmt: skip
    place.put("ec2", "DescribeClientVpnEndpoints", {"ClientVpnEndpoints": [endpoint]})


def _neglect(place: More, n: Names) -> None:
    """An image of 2023 that AWS no longer shows, templates that give out public addresses, a machine stopped for two years."""
    image = {"ImageId": ident("ami", n.id), "OwnerId": ACCOUNT, "Public": True, "Name": "shop-base", "State": "available"}
    old = {**image, "CreationDate": "2023-01-17T08:00:00.000Z", "DeprecationTime": "2025-01-17T08:00:00.000Z"}
    place.put("ec2", "DescribeImages", {"Images": [old]}, ImageIds=[image["ImageId"]])

    def public(version: Answer) -> Answer:
        asks = [{"DeviceIndex": 0, "AssociatePublicIpAddress": True, "Groups": [n.sg("a")]}]
        return {"LaunchTemplateData": {**version["LaunchTemplateData"], "NetworkInterfaces": asks}}

    place.amend("ec2", "DescribeLaunchTemplateVersions", "LaunchTemplateVersions", public)
    place.amend(
        "autoscaling", "DescribeLaunchConfigurations", "LaunchConfigurations", lambda _: {"AssociatePublicIpAddress": True}
    )
    reason = {"StateTransitionReason": f"User initiated ({ago(700):%Y-%m-%d %H:%M:%S} GMT)"}

    def stopped(reservation: Answer) -> Answer:
        return {"Instances": [{**i, **reason} if i["State"]["Name"] == "stopped" else i for i in reservation["Instances"]]}

    place.amend("ec2", "DescribeInstances", "Reservations", stopped)
