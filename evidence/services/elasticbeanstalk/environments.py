"""Elastic Beanstalk environments: what is listed of them, their deployed options, and the calls made for each."""

import re
from typing import Any

from evidence.services.cloudformation import LIST_ENVIRONMENT_STACK
from evidence.services.declare import Corroboration, Item, PopulationSpec, document, flag, items, number, text, time
from evidence.services.elasticbeanstalk.asks import (
    DESCRIBE_ENVIRONMENTS,
    DESCRIBE_ERRORS,
    DESCRIBE_HEALTH,
    DESCRIBE_LOG_GROUPS,
    DESCRIBE_MANAGED_ACTIONS,
    DESCRIBE_PLATFORM,
    DESCRIBE_RESOURCES,
    DESCRIBE_SETTINGS,
    LIST_TAGS,
)
from evidence.services.elasticbeanstalk.options import deployed, drafts, hidden, option, settings
from evidence.services.path import walk

_ASG, _LAUNCH, _VPC = "aws:autoscaling:asg", "aws:autoscaling:launchconfiguration", "aws:ec2:vpc"
_ROLLING = "aws:autoscaling:updatepolicy:rollingupdate"
_COMMAND, _ENVIRONMENT = "aws:elasticbeanstalk:command", "aws:elasticbeanstalk:environment"
_LOGS, _HEALTH_LOGS = "aws:elasticbeanstalk:cloudwatch:logs", "aws:elasticbeanstalk:cloudwatch:logs:health"
_HEALTH, _ACTIONS = "aws:elasticbeanstalk:healthreporting:system", "aws:elasticbeanstalk:managedactions"
_TOPICS, _DATABASE = "aws:elasticbeanstalk:sns:topics", "aws:rds:dbinstance"


def last_segment(value: str) -> str:
    """A role or instance profile may be given by name, by path and name, or by ARN."""
    return value.rpartition("/")[2]


def _lower(path: str) -> Any:
    """AWS spells life-cycle states with a capital in some answers and without in others."""
    return lambda item, answer: str(walk(path, answer)).lower()


def _dns_names(item: Item, answer: Any) -> list[str]:
    """The names that DNS records may point to, as they are compared: small letters, no dot at the end."""
    return [name.lower().removesuffix(".") for name in (item.get("CNAME"), item.get("EndpointURL")) if name]


def _is_custom(item: Item, answer: Any) -> bool | None:
    """AWS's own platforms have no account in their ARN; a custom one has its owner's."""
    arn = item.get("PlatformArn")
    return None if arn is None else re.search(r":\d{12}:platform/", arn) is not None


def _images(item: Item, answer: Any) -> list[str]:
    """The images that instances of the platform start from: one for each processor architecture, or a custom platform's own.
    Raises ValueError where there is none: every platform has some."""
    described = answer["PlatformDescription"]
    found = [one["ImageId"] for name in ("DefaultAmiList", "CustomAmiList") for one in described.get(name) or ()]
    if not found:
        raise ValueError("the platform was described without images")
    return list(dict.fromkeys(found))


def _live_health(item: Item, answer: Any) -> str:
    """Raises where the answer is empty: AWS sends nothing about environments the caller may not see."""
    if not answer.get("EnvironmentName"):
        raise ValueError("the answer names no environment")
    return str(answer.get("HealthStatus") or answer.get("Status") or "reported")


def _stack_types(item: Item, answer: Any) -> list[str]:
    summaries = walk("StackResourceSummaries[]", answer)
    return sorted({s["ResourceType"] for s in summaries if s["ResourceStatus"] != "DELETE_COMPLETE"})


_SEVERITIES = frozenset({"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"})


def _errors(answer: Any) -> list[Item]:
    """The events of severity ERROR or FATAL; one without a time, or of a severity that we do not know, raises."""
    for event in answer["Events"]:
        if event["Severity"] not in _SEVERITIES or event["EventDate"] is None:
            raise ValueError("an event has no time, or a severity that is not known")
    return [event for event in answer["Events"] if event["Severity"] in ("ERROR", "FATAL")]


def _last_error(item: Item, answer: Any) -> Any:
    """When the newest of them was; None where there is none."""
    return max((event["EventDate"] for event in _errors(answer)), default=None)


ENVIRONMENTS = PopulationSpec(
    name="elasticbeanstalk.environments",
    noun="Elastic Beanstalk environment",
    type="AWS::ElasticBeanstalk::Environment",
    listed_by=DESCRIBE_ENVIRONMENTS,
    items="Environments[]",
    identity="EnvironmentId",
    arn="arn:{partition}:elasticbeanstalk:{region}:{account}:environment/{ApplicationName}/{EnvironmentName}",
    filtered=True,
    corroborated_by=Corroboration(
        "cloudformation.stacks",
        "name",
        r"^awseb-(e-[a-z0-9]+)-stack$",
        limits="It names environments whose stack exists; one being made or ended may have none.",
    ),
    columns={
        "name": text("EnvironmentName"),
        "description": text("Description"),
        "application": text("ApplicationName"),
        "status": text("Status"),
        "health": text("Health"),
        "health_status": text("HealthStatus", label="enhanced health"),
        "tier": text("Tier.Name"),
        "version_label": text("VersionLabel", label="application version"),
        "solution_stack": text("SolutionStackName"),
        "created": time("DateCreated"),
        "updated": time("DateUpdated"),
        "dns_names": items(read=_dns_names, label="DNS names"),
        # the platform
        "platform_arn": text("PlatformArn", label="platform"),
        "custom_platform": flag(read=_is_custom),
        "platform_branch": text("PlatformDescription.PlatformBranchName", DESCRIBE_PLATFORM),
        "platform_branch_state": text(of=DESCRIBE_PLATFORM, read=_lower("PlatformDescription.PlatformBranchLifecycleState")),
        "platform_images": items(of=DESCRIBE_PLATFORM, read=_images, label="images of the platform"),
        "platform_version": text("PlatformDescription.PlatformVersion", DESCRIBE_PLATFORM),
        # deployed options
        "settings": document(of=DESCRIBE_SETTINGS, read=settings, label="deployed settings"),
        "drafts": items(of=DESCRIBE_SETTINGS, read=drafts, label="configurations that are not deployed"),
        "hidden": items(
            of=DESCRIBE_SETTINGS, read=lambda item, answer: list(hidden(deployed(answer))), label="environment properties"
        ),
        "environment_type": option("text", _ENVIRONMENT, "EnvironmentType"),
        "service_role": option("text", _ENVIRONMENT, "ServiceRole", take=last_segment),
        "min_size": option("number", _ASG, "MinSize"),
        "instance_profile": option("text", _LAUNCH, "IamInstanceProfile", take=last_segment),
        "key_pair": option("text", _LAUNCH, "EC2KeyName", label="key pair"),
        "imdsv1_disabled": option("flag", _LAUNCH, "DisableIMDSv1"),
        "vpc": option("text", _VPC, "VPCId"),
        "public_addresses": option("flag", _VPC, "AssociatePublicIpAddress"),
        "deployment_policy": option("text", _COMMAND, "DeploymentPolicy"),
        "ignore_health_check": option("flag", _COMMAND, "IgnoreHealthCheck"),
        "rolling_updates": option("flag", _ROLLING, "RollingUpdateEnabled"),
        "rolling_update_type": option("text", _ROLLING, "RollingUpdateType"),
        "health_system": option("text", _HEALTH, "SystemType"),
        "health_authorised": option("flag", _HEALTH, "EnhancedHealthAuthEnabled"),
        "stream_logs": option("flag", _LOGS, "StreamLogs"),
        "logs_deleted": option("flag", _LOGS, "DeleteOnTerminate", label="logs DeleteOnTerminate"),
        "logs_days": option("number", _LOGS, "RetentionInDays", label="logs RetentionInDays"),
        "stream_health": option("flag", _HEALTH_LOGS, "HealthStreamingEnabled"),
        "health_logs_deleted": option("flag", _HEALTH_LOGS, "DeleteOnTerminate", label="health log DeleteOnTerminate"),
        "health_logs_days": option("number", _HEALTH_LOGS, "RetentionInDays", label="health log RetentionInDays"),
        "publish_logs": option("flag", "aws:elasticbeanstalk:hostmanager", "LogPublicationControl"),
        "notification_endpoint": option("text", _TOPICS, "Notification Endpoint"),
        "notification_topic": option("text", _TOPICS, "Notification Topic ARN"),
        "managed_actions": option("flag", _ACTIONS, "ManagedActionsEnabled"),
        "update_window": option("text", _ACTIONS, "PreferredStartTime"),
        "update_role": option("text", _ACTIONS, "ServiceRoleForManagedUpdates", take=last_segment),
        "update_level": option("text", f"{_ACTIONS}:platformupdate", "UpdateLevel"),
        "instance_refresh": option("flag", f"{_ACTIONS}:platformupdate", "InstanceRefreshEnabled"),
        "coupled_database": option("flag", _DATABASE, "HasCoupledDatabase"),
        "database_deletion": option("text", _DATABASE, "DBDeletionPolicy"),
        # one more call each
        "resources": document("EnvironmentResources", DESCRIBE_RESOURCES),
        "stack": items("StackResourceSummaries[]", LIST_ENVIRONMENT_STACK, label="stack resources"),
        "stack_types": items(of=LIST_ENVIRONMENT_STACK, read=_stack_types, label="resource types in the stack"),
        "live_health": text(of=DESCRIBE_HEALTH, read=_live_health, label="enhanced health answers"),
        "managed_history": items("ManagedActionHistoryItems[]", DESCRIBE_MANAGED_ACTIONS, label="managed actions"),
        "tags": items("ResourceTags[].Key", LIST_TAGS),
        "tag_values": items("ResourceTags[]", LIST_TAGS, label="tags"),
        "last_error": time(of=DESCRIBE_ERRORS, read=_last_error, label="last event of severity ERROR or FATAL"),
        "errors": number(
            of=DESCRIBE_ERRORS, read=lambda item, answer: len(_errors(answer)), label="events of severity ERROR or FATAL"
        ),
        "log_groups": items("logGroups[]", DESCRIBE_LOG_GROUPS),
    },
)
