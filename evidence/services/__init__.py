"""What to ask AWS: one file per service, data only. `SERVICES` is the list; entry points add a user's own."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points

from evidence.services import (
    accessanalyzer,
    account,
    acm,
    artifact,
    autoscaling,
    backup,
    bedrock,
    cloudformation,
    cloudtrail,
    cloudwatch,
    codebuild,
    config,
    ec2,
    ecr,
    ecs,
    efs,
    eks,
    elasticbeanstalk,
    elb,
    elbv2,
    events,
    guardduty,
    iam,
    inspector2,
    kms,
    logs,
    macie2,
    organizations,
    rds,
    s3,
    s3control,
    sagemaker,
    secretsmanager,
    securityhub,
    sns,
    sqs,
    ssm,
    stepfunctions,
    sts,
    transfer,
    workspaces,
)
from evidence.services.declare import Ask, PopulationSpec, Service

SERVICES: tuple[Service, ...] = (
    acm.SERVICE,
    accessanalyzer.SERVICE,
    account.SERVICE,
    artifact.SERVICE,
    autoscaling.SERVICE,
    backup.SERVICE,
    bedrock.SERVICE,
    cloudformation.SERVICE,
    cloudtrail.SERVICE,
    codebuild.SERVICE,
    config.SERVICE,
    cloudwatch.SERVICE,
    ec2.SERVICE,
    ecr.SERVICE,
    ecs.SERVICE,
    efs.SERVICE,
    eks.SERVICE,
    elasticbeanstalk.SERVICE,
    elb.SERVICE,
    elbv2.SERVICE,
    guardduty.SERVICE,
    events.SERVICE,
    iam.SERVICE,
    inspector2.SERVICE,
    kms.SERVICE,
    logs.SERVICE,
    macie2.SERVICE,
    organizations.SERVICE,
    rds.SERVICE,
    s3.SERVICE,
    s3control.SERVICE,
    sagemaker.SERVICE,
    secretsmanager.SERVICE,
    securityhub.SERVICE,
    ssm.SERVICE,
    sns.SERVICE,
    sqs.SERVICE,
    stepfunctions.SERVICE,
    sts.SERVICE,
    transfer.SERVICE,
    workspaces.SERVICE,
)


@cache
def services() -> tuple[Service, ...]:
    """The built-in services, then those that installed packages add under `evidence.services` (built-ins win)."""
    own = {service.name for service in SERVICES}
    added = (point.load() for point in entry_points(group="evidence.services"))
    return SERVICES + tuple(service for service in added if service.name not in own)


@cache
def populations() -> Mapping[str, PopulationSpec]:
    """Every declared population, by name."""
    return {spec.name: spec for service in services() for spec in service.populations}


@cache
def asks() -> tuple[Ask, ...]:
    """Every declared ask: all that the read-only wall lets through."""
    return tuple(ask for service in services() for ask in service.asks)
