"""Amazon EC2 Auto Scaling."""

from collections.abc import Iterator
from typing import Any

from evidence.services.declare import Ask, Item, PopulationSpec, Redact, Service, flag, items, number, text, time

DESCRIBE_GROUPS = Ask(
    "autoscaling", "DescribeAutoScalingGroups", ("autoscaling:DescribeAutoScalingGroups",), result="AutoScalingGroups"
)
DESCRIBE_LAUNCH_CONFIGURATIONS = Ask(
    "autoscaling",
    "DescribeLaunchConfigurations",
    ("autoscaling:DescribeLaunchConfigurations",),
    result="LaunchConfigurations",
    redact=(Redact("LaunchConfigurations[]", "user data", key="UserData"),),
)


def _specifications(group: Item) -> Iterator[Item]:
    """The launch templates a group launches from: its own, or those of its mixed instances policy."""
    if group.get("LaunchTemplate"):
        yield group["LaunchTemplate"]
    mixed = (group.get("MixedInstancesPolicy") or {}).get("LaunchTemplate") or {}
    if mixed.get("LaunchTemplateSpecification"):
        yield mixed["LaunchTemplateSpecification"]
    for override in mixed.get("Overrides") or ():
        if override.get("LaunchTemplateSpecification"):
            yield override["LaunchTemplateSpecification"]


def _launches(answer: Item) -> list[Item]:
    """One entry for each launch template version that a group launches from. A version left out means $Default. A template
    without its id has no identity either: the reader reports it, and goes on."""
    found: list[Item] = []
    for group in answer["AutoScalingGroups"]:
        for named in _specifications(group):
            template, version = named.get("LaunchTemplateId"), named.get("Version") or "$Default"
            found.append({"Id": template and f"{template}:{version}", "LaunchTemplateId": template, "Version": version})
    return found


def _templates(group: Item, _: Any) -> list[str]:
    return list(dict.fromkeys(f"{s['LaunchTemplateId']}:{s.get('Version') or '$Default'}" for s in _specifications(group)))


def _balancers(group: Item, _: Any) -> list[str]:
    """Whatever sends traffic to the group: target groups, classic load balancers, other traffic sources."""
    sources = [source["Identifier"] for source in group.get("TrafficSources") or ()]
    return list(dict.fromkeys([*(group.get("TargetGroupARNs") or ()), *(group.get("LoadBalancerNames") or ()), *sources]))


GROUPS = PopulationSpec(
    name="autoscaling.groups",
    noun="Auto Scaling group",
    type="AWS::AutoScaling::AutoScalingGroup",
    listed_by=DESCRIBE_GROUPS,
    items="AutoScalingGroups[]",
    identity="AutoScalingGroupName",
    arn="{AutoScalingGroupARN}",
    columns={
        "zones": items("AvailabilityZones", label="Availability Zones"),
        "instances": items("Instances"),
        "instance_ids": items("Instances[].InstanceId", label="instances"),
        "min_size": number("MinSize", label="min size"),
        "max_size": number("MaxSize", label="max size"),
        "capacity": number("DesiredCapacity", label="desired capacity"),
        "health_check": text("HealthCheckType", label="health check type"),
        "suspended": items("SuspendedProcesses[].ProcessName", label="suspended processes"),
        "balancers": items(read=_balancers, label="load balancing"),
        "target_groups": items("TargetGroupARNs"),
        "launch_templates": items(read=_templates),
        "launch_configuration": text("LaunchConfigurationName"),
        "tags": items("Tags"),
    },
)
LAUNCHES = PopulationSpec(
    name="autoscaling.launches",
    noun="launch template version named by an Auto Scaling group",
    type="AWS::EC2::LaunchTemplate",
    listed_by=DESCRIBE_GROUPS,
    rows=_launches,
    identity="Id",
    columns={},
)
LAUNCH_CONFIGURATIONS = PopulationSpec(
    name="autoscaling.launch-configurations",
    noun="launch configuration",
    type="AWS::AutoScaling::LaunchConfiguration",
    listed_by=DESCRIBE_LAUNCH_CONFIGURATIONS,
    items="LaunchConfigurations[]",
    identity="LaunchConfigurationName",
    arn="{LaunchConfigurationARN}",
    columns={
        "imds_tokens": text("MetadataOptions.HttpTokens", label="HttpTokens"),
        "imds_endpoint": text("MetadataOptions.HttpEndpoint", label="HttpEndpoint"),
        "imds_hop_limit": number("MetadataOptions.HttpPutResponseHopLimit", label="hop limit"),
        "block_devices": items("BlockDeviceMappings", label="block devices"),
        "public_addresses": flag("AssociatePublicIpAddress", label="public addresses"),
        "image": text("ImageId"),
        "created": time("CreatedTime"),
    },
)

SERVICE = Service(
    "autoscaling",
    "Amazon EC2 Auto Scaling",
    asks=(DESCRIBE_GROUPS, DESCRIBE_LAUNCH_CONFIGURATIONS),
    populations=(GROUPS, LAUNCHES, LAUNCH_CONFIGURATIONS),
)
