"""EC2 instances, and the launch template versions that Auto Scaling groups launch from."""

from typing import Any

from evidence.services.declare import Ask, Item, Only, PopulationSpec, Redact, items, number, text, time
from evidence.services.ssm import DESCRIBE_PATCH_STATES, patch_state

ARN = "arn:{partition}:ec2:{region}:{account}:"


DESCRIBE_INSTANCES = Ask("ec2", "DescribeInstances", ("ec2:DescribeInstances",), result="Reservations")
# Asked for each version that an Auto Scaling group launches from; AWS resolves $Latest and $Default to a number.
DESCRIBE_TEMPLATE_VERSIONS = Ask(
    "ec2",
    "DescribeLaunchTemplateVersions",
    ("ec2:DescribeLaunchTemplateVersions",),
    each="autoscaling.launches",
    given={"LaunchTemplateId": "LaunchTemplateId", "Versions": ("Version",)},
    gone=frozenset({"InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateId.VersionNotFound"}),
    result="LaunchTemplateVersions",
    redact=(Redact("LaunchTemplateVersions[].LaunchTemplateData", "user data", key="UserData"),),
)


def _metadata_tokens(item: Item, _: Any) -> Any:
    """HttpTokens as it is in force: while a change is pending, nobody can say."""
    options = item.get("MetadataOptions")
    if options is None:
        return None
    if options.get("State") == "pending":
        raise ValueError("a change of the metadata options is pending")
    return options.get("HttpTokens")


def _addresses(item: Item, _: Any) -> list[str]:
    """Addresses by which the instance is reached from outside its network: public IPv4, and every IPv6 address."""
    found = [item.get("PublicIpAddress"), item.get("Ipv6Address")]
    for interface in item.get("NetworkInterfaces") or ():
        found.append((interface.get("Association") or {}).get("PublicIp"))
        for private in interface.get("PrivateIpAddresses") or ():
            found.append((private.get("Association") or {}).get("PublicIp"))
        found += [address["Ipv6Address"] for address in interface.get("Ipv6Addresses") or ()]
    return list(dict.fromkeys(address for address in found if address is not None))


def _root_volume(item: Item, _: Any) -> Any:
    """The EBS volume the instance starts from; None where it starts from a disk of its host."""
    disks = [disk for disk in item["BlockDeviceMappings"] if disk["DeviceName"] == item["RootDeviceName"]]
    return disks[0]["Ebs"]["VolumeId"] if disks else None


def _versions(answer: Item) -> list[Item]:
    """One entry for each version; one without its template or number has no identity: the reader reports it, and goes on."""
    found: list[Item] = []
    for version in answer["LaunchTemplateVersions"]:
        template, number_ = version.get("LaunchTemplateId"), version.get("VersionNumber")
        found.append({**version, "Id": None if None in (template, number_) else f"{template}:{number_}"})
    return found


INSTANCES = PopulationSpec(
    name="ec2.instances",
    noun="EC2 instance",
    type="AWS::EC2::Instance",
    listed_by=DESCRIBE_INSTANCES,
    items="Reservations[].Instances[]",
    identity="InstanceId",
    arn=ARN + "instance/{InstanceId}",
    # Terminated instances stay in the list for about an hour; they are no members.
    only=Only("State.Name", frozenset({"shutting-down", "terminated"}), negate=True),
    columns={
        "state": text("State.Name"),
        "profile": text("IamInstanceProfile.Arn", label="instance profile"),
        "imds_tokens": text(read=_metadata_tokens, label="HttpTokens"),
        "imds_endpoint": text("MetadataOptions.HttpEndpoint", label="HttpEndpoint"),
        "imds_hop_limit": number("MetadataOptions.HttpPutResponseHopLimit", label="hop limit"),
        "addresses": items(read=_addresses, label="addresses"),
        "image": text("ImageId"),
        "kind": text("InstanceType", label="instance type"),
        "zone": text("Placement.AvailabilityZone", label="Availability Zone"),
        "vpc": text("VpcId", label="VPC"),
        "subnet": text("SubnetId"),
        "groups": items("SecurityGroups[].GroupId", label="security groups"),
        "launched": time("LaunchTime"),
        "root_volume": text(read=_root_volume),
        "volumes": items("BlockDeviceMappings[].Ebs.VolumeId"),
        "patch_scan": time(of=DESCRIBE_PATCH_STATES, read=patch_state("OperationEndTime"), label="last patch scan"),
        "patches_missing": number(of=DESCRIBE_PATCH_STATES, read=patch_state("MissingCount"), label="missing"),
        "patches_failed": number(of=DESCRIBE_PATCH_STATES, read=patch_state("FailedCount"), label="failed"),
        "patches_critical": number(
            of=DESCRIBE_PATCH_STATES, read=patch_state("CriticalNonCompliantCount"), label="critical, not compliant"
        ),
        "patches_security": number(
            of=DESCRIBE_PATCH_STATES, read=patch_state("SecurityNonCompliantCount"), label="security, not compliant"
        ),
        "tags": items("Tags"),
    },
)
LAUNCH_TEMPLATES = PopulationSpec(
    name="ec2.launch-templates",
    noun="launch template version in use",
    type="AWS::EC2::LaunchTemplate",
    listed_by=DESCRIBE_TEMPLATE_VERSIONS,
    rows=_versions,
    identity="Id",
    arn=ARN + "launch-template/{LaunchTemplateId}",
    columns={
        "template_name": text("LaunchTemplateName", label="name"),
        "imds_tokens": text("LaunchTemplateData.MetadataOptions.HttpTokens", label="HttpTokens"),
        "imds_endpoint": text("LaunchTemplateData.MetadataOptions.HttpEndpoint", label="HttpEndpoint"),
        "imds_hop_limit": number("LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit", label="hop limit"),
        "block_devices": items("LaunchTemplateData.BlockDeviceMappings", label="block devices"),
        "image": text("LaunchTemplateData.ImageId"),
    },
)

ASKS = (
    DESCRIBE_INSTANCES,
    DESCRIBE_TEMPLATE_VERSIONS,
)
POPULATIONS = (
    INSTANCES,
    LAUNCH_TEMPLATES,
)
