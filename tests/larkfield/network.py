"""Networks, machines and disks of one Region: private and closed in the good one, open in the neglected one."""

from dataclasses import dataclass
from typing import Any

from tests.larkfield.account import KEY
from tests.larkfield.base import ACCOUNT, TAGS, Place, ago, arn, ident

WORLD4, WORLD6 = [{"CidrIp": "0.0.0.0/0"}], [{"CidrIpv6": "::/0"}]


@dataclass(frozen=True)
class Names:
    """Identifiers of one environment's resources."""

    good: bool
    environment: str
    id: str
    application: str
    vpc: str
    zones: tuple[str, ...]

    @property
    def stack(self) -> str:
        return f"awseb-{self.id}-stack"

    @property
    def group(self) -> str:
        return f"{self.stack}-AWSEBAutoScalingGroup-{self.id[-4:].upper()}"

    @property
    def template(self) -> str:
        return ident("lt", self.id)

    @property
    def tags(self) -> list[dict[str, str]]:
        return [
            {"Key": "elasticbeanstalk:environment-name", "Value": self.environment},
            {"Key": "elasticbeanstalk:environment-id", "Value": self.id},
        ]

    def instance(self, number: int) -> str:
        return ident("i", f"{self.id} {number}")

    def sg(self, role: str) -> str:
        return ident("sg", f"{self.id} {role}")


def add_network(place: Place, n: Names) -> None:
    default = ident("vpc", f"default {n.zones[0]}")
    vpcs = (
        [{"VpcId": n.vpc, "IsDefault": False, "CidrBlock": "10.0.0.0/16", "State": "available", "OwnerId": ACCOUNT}]
        if n.good
        else []
    )
    vpcs += [{"VpcId": default, "IsDefault": True, "CidrBlock": "172.31.0.0/16", "State": "available", "OwnerId": ACCOUNT}]
    place.put("ec2", "DescribeVpcs", {"Vpcs": vpcs})
    place.put("ec2", "DescribeRouteTables", {"RouteTables": [_routes(n, vpc["VpcId"]) for vpc in vpcs]})
    subnets = [
        {
            "SubnetId": ident("subnet", z), "VpcId": n.vpc, "AvailabilityZone": z, "MapPublicIpOnLaunch": not n.good, "State": "available",
            "CidrBlock": f"10.0.{i}.0/24", "OwnerId": ACCOUNT,
        }
        for i, z in enumerate(n.zones)
    ]  # fmt: skip
    place.put("ec2", "DescribeSubnets", {"Subnets": subnets})
    log = {
        "FlowLogId": "fl-0a1b2c3d4e5f60718", "ResourceId": n.vpc, "TrafficType": "ALL", "FlowLogStatus": "ACTIVE", "DeliverLogsStatus": "SUCCESS",
        "LogDestinationType": "cloud-watch-logs", "LogGroupName": "larkfield-flow", "CreationTime": ago(300),
    }  # fmt: skip
    place.put("ec2", "DescribeFlowLogs", {"FlowLogs": [log] if n.good else []})
    place.put("ec2", "DescribeSecurityGroups", {"SecurityGroups": _groups(n, default)})
    entries = [
        {"RuleNumber": number, "Protocol": "-1", "RuleAction": action, "Egress": egress, "CidrBlock": "0.0.0.0/0"}
        for egress in (False, True)
        for number, action in ((100, "allow"), (32767, "deny"))
    ]
    acls = [
        {
            "NetworkAclId": ident("acl", v["VpcId"]),
            "VpcId": v["VpcId"],
            "IsDefault": True,
            "Entries": entries,
            "OwnerId": ACCOUNT,
            "Associations": [],
        }
        for v in vpcs
    ]
    place.put("ec2", "DescribeNetworkAcls", {"NetworkAcls": acls})
    place.put("ec2", "DescribeNetworkInterfaces", {"NetworkInterfaces": []})
    place.put("ec2", "DescribeManagedPrefixLists", {"PrefixLists": []})


def _permission(port: int, *, world: bool = False, world6: bool = False, group: str = "") -> dict[str, Any]:
    return {
        "IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": WORLD4 if world else [], "Ipv6Ranges": WORLD6 if world6 else [],
        "PrefixListIds": [], "UserIdGroupPairs": [{"GroupId": group, "UserId": ACCOUNT}] if group else [],
    }  # fmt: skip


def _groups(n: Names, default: str) -> list[dict[str, Any]]:
    everything = {"IpProtocol": "-1", "IpRanges": WORLD4, "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}

    def group(id: str, name: str, ingress: list[dict[str, Any]], vpc: str, egress: bool = True) -> dict[str, Any]:
        return {
            "GroupId": id, "GroupName": name, "Description": name, "OwnerId": ACCOUNT, "VpcId": vpc, "IpPermissions": ingress,
            "IpPermissionsEgress": [everything] if egress else [], "Tags": n.tags if name.startswith("awseb") else TAGS,
        }  # fmt: skip

    ssh = [] if n.good else [_permission(22, world=True, world6=True)]
    out = [
        group(n.sg("b"), f"awseb-{n.id}-lb", [_permission(443, world=True), _permission(80, world=True)], n.vpc),
        group(n.sg("a"), f"awseb-{n.id}-web", [_permission(80, group=n.sg("b")), *ssh], n.vpc),
        group(
            n.sg("d"),
            "書店データベース" if n.good else "orders <script>",
            [_permission(5432, group=n.sg("a"), world=not n.good)],
            n.vpc,
        ),
        group(ident("sg", f"default {n.id}"), "default", [] if n.good else [everything], n.vpc, egress=not n.good),
    ]
    return out if not n.good else [*out, group(ident("sg", "default"), "default", [], default, egress=False)]


def _routes(n: Names, vpc: str) -> dict[str, Any]:
    """The main table: out through NAT in the good VPC, straight to the internet in any default one."""
    local = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active", "Origin": "CreateRouteTable"}
    out = {"NatGatewayId": ident("nat", vpc)} if n.good and vpc == n.vpc else {"GatewayId": ident("igw", vpc)}
    everywhere = {"DestinationCidrBlock": "0.0.0.0/0", "State": "active", "Origin": "CreateRoute", **out}
    main = {
        "RouteTableAssociationId": ident("rtbassoc", vpc),
        "RouteTableId": ident("rtb", vpc),
        "Main": True,
        "AssociationState": {"State": "associated"},
    }
    return {
        "RouteTableId": ident("rtb", vpc),
        "VpcId": vpc,
        "OwnerId": ACCOUNT,
        "Routes": [local, everywhere],
        "Associations": [main],
        "Tags": [],
    }


def add_machines(place: Place, n: Names) -> None:
    instances = [_instance(n, number, zone) for number, zone in enumerate(n.zones)]
    place.put(
        "ec2",
        "DescribeInstances",
        {"Reservations": [{"ReservationId": ident("r", n.stack), "OwnerId": ACCOUNT, "Instances": instances}]},
    )
    volumes = [_volume(n, number, zone) for number, zone in enumerate(n.zones)]
    detached = {
        **_volume(n, 99, n.zones[0]),
        "VolumeId": ident("vol", f"{n.id} detached"),
        "Attachments": [],
        "State": "available",
        "Encrypted": False,
        "Tags": TAGS,
    }
    detached.pop("KmsKeyId", None)
    place.put("ec2", "DescribeVolumes", {"Volumes": [*volumes, detached]})
    snapshots = [
        {"SnapshotId": ident("snap", f"{n.id} {i}"), "VolumeId": volumes[0]["VolumeId"], "Encrypted": n.good or i == 0, "OwnerId": ACCOUNT, "State": "completed",
         "StartTime": ago(20), "VolumeSize": 20}
        for i in range(2)
    ]  # fmt: skip
    place.put(
        "ec2", "DescribeSnapshots", {"Snapshots": [] if n.good else snapshots[1:]}, OwnerIds=["self"], RestorableByUserIds=["all"]
    )
    place.put("ec2", "DescribeSnapshots", {"Snapshots": snapshots}, OwnerIds=["self"])
    image = {
        "ImageId": ident("ami", n.id),
        "OwnerId": ACCOUNT,
        "Public": not n.good,
        "Name": "shop-base",
        "State": "available",
        "CreationDate": "2026-05-01T08:00:00.000Z",
    }
    place.put("ec2", "DescribeImages", {"Images": [image]})
    place.put("ec2", "GetEbsEncryptionByDefault", {"EbsEncryptionByDefault": n.good})
    place.put(
        "ec2",
        "GetSnapshotBlockPublicAccessState",
        {"State": "block-all-sharing" if n.good else "unblocked", "ManagedBy": "account"},
    )
    place.put(
        "ec2",
        "GetImageBlockPublicAccessState",
        {"ImageBlockPublicAccessState": "block-new-sharing" if n.good else "unblocked", "ManagedBy": "account"},
    )
    level = {"HttpTokens": "required", "ManagedBy": "account"} if n.good else {"ManagedBy": "account"}
    place.put("ec2", "GetInstanceMetadataDefaults", {"AccountLevel": level})
    place.put("ec2", "GetAllowedImagesSettings", {"State": "enabled" if n.good else "disabled", "ManagedBy": "account"})
    mapping = {"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": n.good, "VolumeSize": 20}}
    data = {
        "InstanceType": "t3.large", "ImageId": ident("ami", n.id), "BlockDeviceMappings": [mapping], "UserData": "ZXhwb3J0IERCX1BBU1NXT1JEPWh1bnRlcjItbG9uZw==",
        "MetadataOptions": {"HttpTokens": "required" if n.good else "optional", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 2},
    }  # fmt: skip
    version = {
        "LaunchTemplateId": n.template,
        "LaunchTemplateName": n.stack,
        "VersionNumber": 3,
        "DefaultVersion": True,
        "CreateTime": ago(90),
        "LaunchTemplateData": data,
    }
    place.put("ec2", "DescribeLaunchTemplateVersions", {"LaunchTemplateVersions": [version]})
    place.put("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroups": [_group(n)]})


def _instance(n: Names, number: int, zone: str) -> dict[str, Any]:
    attached = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": ident("vol", f"{n.id} {number}"), "Status": "attached"}}
    out = {
        "InstanceId": n.instance(number), "InstanceType": "t3.large", "ImageId": ident("ami", n.id), "State": {"Code": 16, "Name": "running"}, "LaunchTime": ago(12),
        "Placement": {"AvailabilityZone": zone}, "SubnetId": ident("subnet", zone), "VpcId": n.vpc, "BlockDeviceMappings": [attached], "RootDeviceName": "/dev/xvda",
        "SecurityGroups": [{"GroupId": n.sg("a"), "GroupName": f"awseb-{n.id}-web"}], "Tags": [*n.tags, *TAGS[:2]],
        "NetworkInterfaces": [{"NetworkInterfaceId": ident("eni", n.instance(number))}], "VirtualizationType": "hvm",
        "MetadataOptions": {"State": "applied", "HttpTokens": "required" if n.good else "optional", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 2},
        "IamInstanceProfile": {"Arn": arn("iam", "", f"instance-profile/{profile(n)}"), "Id": "AIPAX"},
    }  # fmt: skip
    return out if n.good else {**out, "PublicIpAddress": f"198.51.100.{number + 10}", "KeyName": "old-laptop"}


def profile(n: Names) -> str:
    return "shop-web-ec2" if n.good else "aws-elasticbeanstalk-ec2-role"


def _volume(n: Names, number: int, zone: str) -> dict[str, Any]:
    attachment = {
        "InstanceId": n.instance(number),
        "State": "attached",
        "Device": "/dev/xvda",
        "AttachTime": ago(12),
        "DeleteOnTermination": True,
    }
    out = {
        "VolumeId": ident("vol", f"{n.id} {number}"), "Encrypted": n.good, "Size": 20, "State": "in-use", "AvailabilityZone": zone, "CreateTime": ago(12),
        "Attachments": [attachment], "Tags": n.tags,
    }  # fmt: skip
    return {**out, "KmsKeyId": arn("kms", "eu-west-1", f"key/{KEY}")} if n.good else out


def _group(n: Names) -> dict[str, Any]:
    template = {"LaunchTemplateId": n.template, "LaunchTemplateName": n.stack, "Version": "3"}
    members = [
        {"InstanceId": n.instance(i), "AvailabilityZone": z, "LifecycleState": "InService", "HealthStatus": "Healthy", "ProtectedFromScaleIn": False,
         "LaunchTemplate": template}
        for i, z in enumerate(n.zones)
    ]  # fmt: skip
    tags = [{**t, "ResourceId": n.group, "ResourceType": "auto-scaling-group", "PropagateAtLaunch": True} for t in n.tags]
    return {
        "AutoScalingGroupName": n.group, "AutoScalingGroupARN": arn("autoscaling", n.zones[0][:-1], f"autoScalingGroup:{n.id}:autoScalingGroupName/{n.group}"),
        "MinSize": 3 if n.good else 1, "MaxSize": 6 if n.good else 1, "DesiredCapacity": len(n.zones), "DefaultCooldown": 300, "AvailabilityZones": list(n.zones),
        "HealthCheckType": "ELB" if n.good else "EC2", "HealthCheckGracePeriod": 60, "CreatedTime": ago(300), "Instances": members, "SuspendedProcesses": [],
        "LaunchTemplate": template, "Tags": tags, "TargetGroupARNs": [], "LoadBalancerNames": [],
        "VPCZoneIdentifier": ",".join(ident("subnet", z) for z in n.zones),
    }  # fmt: skip
