"""More of the networks: a VPC nobody watches, prefix lists, a network ACL that was thought about, network interfaces."""

from tests.larkfield.base import ACCOUNT, TAGS, ident
from tests.larkfield.more.place import FORMULA, Answer, More, tags
from tests.larkfield.network import Names

OFFICES, ANYWHERE = ident("pl", "offices"), ident("pl", "anywhere")
ADDRESS = "18.196.44.17"
"""A public address in Frankfurt: those set aside for documentation are not on the internet, and would be none."""


def add_networks(place: More, n: Names) -> None:
    add_prefix_lists(place, n)
    if n.good:
        add_reporting_network(place)
    interfaces = [
        {
            "NetworkInterfaceId": ident("eni", n.instance(number)), "VpcId": n.vpc, "SubnetId": ident("subnet", zone), "OwnerId": ACCOUNT,
            "Description": "", "Status": "in-use", "InterfaceType": "interface", "AvailabilityZone": zone, "TagSet": [], "RequesterManaged": False,
            "SourceDestCheck": True, "Groups": [{"GroupId": n.sg("a"), "GroupName": f"awseb-{n.id}-web"}],
        }
        for number, zone in enumerate(n.zones)
    ]  # fmt: skip
    forgotten = {
        **interfaces[0],
        "NetworkInterfaceId": ident("eni", n.id),
        "Description": "left behind",
        "Status": "available",
        "SourceDestCheck": False,
    }
    default = {"Groups": [{"GroupId": ident("sg", f"default {n.id}"), "GroupName": "default"}]}
    place.put(
        "ec2",
        "DescribeNetworkInterfaces",
        {"NetworkInterfaces": interfaces if n.good else [*interfaces, {**forgotten, **default}]},
    )


def add_prefix_lists(place: More, n: Names) -> None:
    """The list that AWS keeps for S3, and one of ours: the offices in one Region, the whole world in the other."""
    ours, ranges = (OFFICES, ["203.0.113.0/28", "198.51.100.64/27"]) if n.good else (ANYWHERE, ["0.0.0.0/1", "128.0.0.0/1"])
    common = {"AddressFamily": "IPv4", "State": "create-complete", "Tags": [], "Version": 1, "MaxEntries": 10}
    listed = [
        {
            **common,
            "PrefixListId": id,
            "PrefixListName": name,
            "OwnerId": owner,
            "PrefixListArn": place.arn("ec2", f"prefix-list/{id}"),
        }
        for id, name, owner in (
            (ident("pl", f"s3 {place.region}"), f"com.amazonaws.{place.region}.s3", "AWS"),
            (ours, "offices" if n.good else "everybody, for the move", ACCOUNT),
        )
    ]
    place.put("ec2", "DescribeManagedPrefixLists", {"PrefixLists": listed})
    place.put("ec2", "GetManagedPrefixListEntries", {"Entries": [{"Cidr": cidr} for cidr in ranges]}, PrefixListId=ours)
    ssh = {**_tcp(22), "PrefixListIds": [{"PrefixListId": ours, "Description": "administrators"}]}
    storage = {**_tcp(443), "PrefixListIds": [{"PrefixListId": listed[0]["PrefixListId"]}]}
    group = {
        "GroupId": ident("sg", f"bastion {n.id}"), "GroupName": "bastion" if n.good else "=SUM(1+1)*bastion", "OwnerId": ACCOUNT, "VpcId": n.vpc,
        "Description": "administration", "IpPermissions": [ssh, storage], "IpPermissionsEgress": [_tcp(443)], "Tags": tags(owner=FORMULA),
    }  # fmt: skip
    place.add("ec2", "DescribeSecurityGroups", "SecurityGroups", group)


def add_reporting_network(place: More) -> None:
    """A second VPC: its subnets are logged one by one. Its network ACL lets nobody administer from the internet."""
    vpc, zones = ident("vpc", "reporting"), (f"{place.region}a", f"{place.region}b")
    subnets = [ident("subnet", f"reporting {zone}") for zone in zones]
    own = {"VpcId": vpc, "OwnerId": ACCOUNT}
    place.add(
        "ec2", "DescribeVpcs", "Vpcs", {**own, "IsDefault": False, "CidrBlock": "10.8.0.0/20", "State": "available", "Tags": TAGS}
    )
    place.add(
        "ec2", "DescribeSubnets", "Subnets",
        *({**own, "SubnetId": id, "AvailabilityZone": zone, "MapPublicIpOnLaunch": False, "State": "available", "CidrBlock": f"10.8.{number}.0/24"}
          for number, (id, zone) in enumerate(zip(subnets, zones, strict=True))),
    )  # fmt: skip
    log = place.said("ec2", "DescribeFlowLogs")["FlowLogs"][0]
    place.add(
        "ec2",
        "DescribeFlowLogs",
        "FlowLogs",
        *({**log, "FlowLogId": ident("fl", id), "ResourceId": id, "TrafficType": "REJECT"} for id in subnets),
    )
    default = {
        "GroupName": "default",
        "Description": "default VPC security group",
        "IpPermissions": [],
        "IpPermissionsEgress": [],
        "Tags": [],
    }
    place.add("ec2", "DescribeSecurityGroups", "SecurityGroups", {**own, **default, "GroupId": ident("sg", "default reporting")})
    office, world, barred = "203.0.113.0/28", "0.0.0.0/0", [(port, protocol) for port in (22, 3389) for protocol in ("6", "17")]
    entries = [
        _entry(90, "allow", office, 22), *(_entry(number, "deny", world, *what) for number, what in enumerate(barred, start=100)),
        _entry(200, "allow", world), _entry(32767, "deny", world), _entry(100, "allow", world, egress=True), _entry(32767, "deny", world, egress=True),
    ]  # fmt: skip
    acl = ident("acl", "reporting")
    joined = [{"NetworkAclAssociationId": ident("aclassoc", id), "NetworkAclId": acl, "SubnetId": id} for id in subnets]
    place.add(
        "ec2",
        "DescribeNetworkAcls",
        "NetworkAcls",
        {**own, "NetworkAclId": acl, "IsDefault": False, "Entries": entries, "Associations": joined, "Tags": []},
    )


def _tcp(port: int) -> Answer:
    return {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [],
        "Ipv6Ranges": [],
        "PrefixListIds": [],
        "UserIdGroupPairs": [],
    }


def _entry(number: int, action: str, cidr: str, port: int | None = None, protocol: str = "6", *, egress: bool = False) -> Answer:
    entry = {
        "RuleNumber": number,
        "RuleAction": action,
        "CidrBlock": cidr,
        "Egress": egress,
        "Protocol": "-1" if port is None else protocol,
    }
    return entry if port is None else {**entry, "PortRange": {"From": port, "To": port}}
