"""More machines: groups behind load balancers, launch configurations of old, an instance that belongs to nobody."""

from tests.larkfield.base import ACCOUNT, TAGS, ago, ident
from tests.larkfield.more.network import ADDRESS
from tests.larkfield.more.place import ARABIC, BREAKS, FORMULA, SCRIPT, Answer, More, tags
from tests.larkfield.more.secrets import USER_DATA
from tests.larkfield.network import Names


def add_machines(place: More, n: Names) -> None:
    place.amend(
        "autoscaling", "DescribeAutoScalingGroups", "AutoScalingGroups", lambda group: {"TargetGroupARNs": [target(place, n)]}
    )
    if not n.good:
        place.amend(
            "ec2", "DescribeInstances", "Reservations", lambda found: {"Instances": [_exposed(i) for i in found["Instances"]]}
        )
    launched = _launch_configurations(place, n)
    place.put("autoscaling", "DescribeLaunchConfigurations", {"LaunchConfigurations": launched})
    used = [configuration["LaunchConfigurationName"] for configuration in (launched[:1] if n.good else launched[:-1])]
    groups = [_group(place, n, number, name) for number, name in enumerate(used, start=1)]
    place.add("autoscaling", "DescribeAutoScalingGroups", "AutoScalingGroups", *groups)
    place.add(
        "ec2",
        "DescribeInstances",
        "Reservations",
        {"ReservationId": ident("r", n.id), "OwnerId": ACCOUNT, "Instances": [_stray(n)]},
    )
    place.amend(
        "ec2", "DescribeVolumes", "Volumes", lambda volume: {"Tags": [*volume.get("Tags", []), *tags(owner=FORMULA, note=SCRIPT)]}
    )


def target(place: More, n: Names) -> str:
    return place.arn("elasticloadbalancing", f"targetgroup/awseb-AWSEB-{n.id[2:]}/6d0ecf831eec9f09")


def _exposed(instance: Answer) -> Answer:
    association = {"Association": {"PublicIp": ADDRESS, "IpOwnerId": "amazon", "PublicDnsName": ""}}
    interface = {
        "NetworkInterfaceId": ident("eni", instance["InstanceId"]),
        "PrivateIpAddresses": [{"Primary": True, "PrivateIpAddress": "172.31.4.9", **association}],
    }
    return {**instance, "PublicIpAddress": ADDRESS, "NetworkInterfaces": [{**interface, **association}]}


def _launch_configurations(place: More, n: Names) -> list[Answer]:
    """In one Region the first is in use, in the other all but the last. Names are whatever somebody once typed."""

    def configuration(name: str, tokens: str, encrypted: bool) -> Answer:
        return {
            "LaunchConfigurationName": name, "ImageId": ident("ami", n.id), "KeyName": "", "SecurityGroups": [n.sg("a")], "InstanceType": "t3.micro",
            "LaunchConfigurationARN": place.arn("autoscaling", f"launchConfiguration:{n.id}:launchConfigurationName/{name}"),
            "UserData": USER_DATA, "CreatedTime": ago(1100), "InstanceMonitoring": {"Enabled": False}, "EbsOptimized": False,
            "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "Encrypted": encrypted}}],
            "MetadataOptions": {"HttpTokens": tokens, "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 1},
        }  # fmt: skip

    if n.good:
        return [configuration("search-2023-03", "required", True), configuration(ARABIC, "optional", True)]
    return [configuration(name, "optional", False) for name in (SCRIPT, FORMULA, BREAKS, "import-2021-11")]


def _group(place: More, n: Names, number: int, configuration: str) -> Answer:
    """A group that launches from a launch configuration, without a load balancer."""
    name = "search" if n.good else f"nightly-import-{number}"
    return {
        "AutoScalingGroupName": name, "AutoScalingGroupARN": place.arn("autoscaling", f"autoScalingGroup:{n.id}:autoScalingGroupName/{name}"),
        "LaunchConfigurationName": configuration, "MinSize": 0, "MaxSize": 2, "DesiredCapacity": 0, "DefaultCooldown": 300, "CreatedTime": ago(1100),
        "AvailabilityZones": [f"{place.region}a", f"{place.region}b"], "HealthCheckType": "EC2", "HealthCheckGracePeriod": 0, "Instances": [],
        "SuspendedProcesses": [], "TargetGroupARNs": [], "LoadBalancerNames": [], "Tags": [],
    }  # fmt: skip


def _stray(n: Names) -> Answer:
    """A machine of its own: kept well in one Region, stopped and forgotten in the other."""
    options = {
        "State": "applied",
        "HttpTokens": "required" if n.good else "optional",
        "HttpEndpoint": "enabled",
        "HttpPutResponseHopLimit": 1,
    }
    interfaces = [{"NetworkInterfaceId": ident("eni", f"stray {n.id} {number}")} for number in (1, 2)]
    stray: Answer = {
        "InstanceId": ident("i", f"stray {n.id}"), "InstanceType": "t3.small" if n.good else "m1.small", "ImageId": ident("ami", n.id), "LaunchTime": ago(800),
        "VirtualizationType": "hvm" if n.good else "paravirtual", "NetworkInterfaces": interfaces[:1] if n.good else interfaces,
        "State": {"Code": 16, "Name": "running"} if n.good else {"Code": 80, "Name": "stopped"}, "Placement": {"AvailabilityZone": n.zones[0]},
        "SubnetId": ident("subnet", n.zones[0]), "VpcId": n.vpc, "BlockDeviceMappings": [], "MetadataOptions": options, "Tags": TAGS,
        "SecurityGroups": [{"GroupId": ident("sg", f"default {n.id}"), "GroupName": "default"}],
    }  # fmt: skip
    profile = {"Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/shop-web-ec2", "Id": "AIPAX"}
    return {**stray, "IamInstanceProfile": profile} if n.good else stray
