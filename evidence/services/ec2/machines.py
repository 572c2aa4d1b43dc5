"""EC2 instances, and the launch template versions that Auto Scaling groups launch from."""

import datetime as dt
import re
from typing import Any

from evidence.services.config_items import capitalised
from evidence.services.declare import Ask, History, Item, Only, PopulationSpec, Redact, flag, items, number, text, time
from evidence.services.ssm import DESCRIBE_PATCH_STATES, patch_state

ARN = "arn:{partition}:ec2:{region}:{account}:"


DESCRIBE_INSTANCES = Ask("ec2", "DescribeInstances", ("ec2:DescribeInstances",), result="Reservations")
# Also those of others, and those no longer offered; an image that is gone is AWS's "not found".
DESCRIBE_IMAGE = Ask(
    "ec2",
    "DescribeImages",
    ("ec2:DescribeImages",),
    parameters={"IncludeDeprecated": True, "IncludeDisabled": True},
    each="ec2.instances",
    given={"ImageIds": ("ImageId",)},
    absent=frozenset({"InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"}),
    result="Images",
)
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


def _image(item: Item, answer: Any) -> Any:
    """The instance's image; None where AWS shows it no longer."""
    return next((image for image in answer["Images"] if image["ImageId"] == item["ImageId"]), None)


def _image_created(item: Item, answer: Any) -> Any:
    image = _image(item, answer)
    return None if image is None else image["CreationDate"]


def _image_deprecated(item: Item, answer: Any) -> Any:
    return (_image(item, answer) or {}).get("DeprecationTime")


def _environment(item: Item, _: Any) -> Any:
    """Only Elastic Beanstalk can make tags of this name."""
    return next((tag["Value"] for tag in item.get("Tags") or () if tag["Key"] == "elasticbeanstalk:environment-id"), None)


def _stopped(item: Item, _: Any) -> Any:
    """When the instance was stopped, which AWS says in words alone: "User initiated (2026-01-31 08:15:00 GMT)"."""
    if item["State"]["Name"] != "stopped":
        return None
    found = re.search(r"\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:GMT|UTC)\)", item["StateTransitionReason"])
    if found is None:
        raise ValueError("the reason of the last change of state names no time")
    return dt.datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=dt.UTC)


def _public_on_launch(item: Item, _: Any) -> Any:
    """Whether a network interface of the template asks for a public address; None where none says anything of it."""
    said = [one.get("AssociatePublicIpAddress") for one in item["LaunchTemplateData"].get("NetworkInterfaces") or ()]
    return True if True in said else False if said and None not in said else None


def _addresses(item: Item, _: Any) -> list[str]:
    """Addresses by which the instance is reached from outside its network: public IPv4, and every IPv6 address."""
    found = [item.get("PublicIpAddress"), item.get("Ipv6Address")]
    for interface in item.get("NetworkInterfaces") or ():
        found.append((interface.get("Association") or {}).get("PublicIp"))
        for private in interface.get("PrivateIpAddresses") or ():
            found.append((private.get("Association") or {}).get("PublicIp"))
        found += [address["Ipv6Address"] for address in interface.get("Ipv6Addresses") or ()]
    return list(dict.fromkeys(address for address in found if address is not None))


def _groups(item: Item, _: Any) -> list[str]:
    """Every instance is in some group: one in none that can be read raises."""
    found = [group["GroupId"] for group in item["SecurityGroups"]]
    if not found or None in found:
        raise ValueError("the instance was described without security groups, or with one that has no id")
    return found


def _interfaces(item: Item, _: Any) -> list[str]:
    """Every instance has a network interface: one without any raises."""
    found = [one["NetworkInterfaceId"] for one in item["NetworkInterfaces"]]
    if not found or None in found:
        raise ValueError("the instance was described without network interfaces, or with one that has no id")
    return found


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
        "groups": items(read=_groups, label="security groups"),
        "interfaces": items(read=_interfaces, label="network interfaces"),
        "virtualization": text("VirtualizationType", label="VirtualizationType"),
        "launched": time("LaunchTime"),
        "stopped": time(read=_stopped, label="stopped on"),
        "key_pair": text("KeyName", label="key pair"),
        "environment": text(read=_environment, label="Elastic Beanstalk environment"),
        "image_created": time(of=DESCRIBE_IMAGE, read=_image_created, label="image made on"),
        "image_deprecated": time(of=DESCRIBE_IMAGE, read=_image_deprecated, label="image deprecated from"),
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
    history=History(
        "AWS::EC2::Instance",
        frozenset(
            {
                "state",
                "profile",
                "imds_tokens",
                "imds_endpoint",
                "imds_hop_limit",
                "image",
                "kind",
                "vpc",
                "subnet",
                "addresses",
                "interfaces",
                "virtualization",
                "launched",
                "key_pair",
            }
        ),
        lambda item: capitalised(item["configuration"]),
    ),  # fmt: skip
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
        "public_addresses": flag(read=_public_on_launch, label="public addresses"),
    },
)

ASKS = (
    DESCRIBE_INSTANCES,
    DESCRIBE_IMAGE,
    DESCRIBE_TEMPLATE_VERSIONS,
)
POPULATIONS = (
    INSTANCES,
    LAUNCH_TEMPLATES,
)
