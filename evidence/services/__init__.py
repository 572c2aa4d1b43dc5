"""What to ask AWS: one file per service, data only. `SERVICES` is the list; entry points add a user's own."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points

from evidence.services import (
    accessanalyzer,
    account,
    acm,
    apigateway,
    apigatewayv2,
    artifact,
    athena,
    auditmanager,
    autoscaling,
    backup,
    bedrock,
    ce,
    cloudformation,
    cloudfront,
    cloudtrail,
    cloudwatch,
    codebuild,
    config,
    dms,
    docdb,
    dynamodb,
    ec2,
    ecr,
    ecs,
    efs,
    eks,
    elasticache,
    elasticbeanstalk,
    elb,
    elbv2,
    events,
    firehose,
    glue,
    guardduty,
    iam,
    inspector2,
    kinesis,
    kms,
    lambda_,
    logs,
    macie2,
    neptune,
    networkfirewall,
    opensearch,
    organizations,
    rds,
    redshift,
    resourceexplorer,
    route53,
    s3,
    s3control,
    sagemaker,
    secretsmanager,
    securityhub,
    servicequotas,
    sns,
    sqs,
    ssm,
    ssoadmin,
    stepfunctions,
    sts,
    tagging,
    transfer,
    wafv2,
    workspaces,
)
from evidence.services.declare import Ask, PopulationSpec, Service

SERVICES: tuple[Service, ...] = (
    acm.SERVICE,
    accessanalyzer.SERVICE,
    account.SERVICE,
    apigateway.SERVICE,
    apigatewayv2.SERVICE,
    artifact.SERVICE,
    auditmanager.SERVICE,
    athena.SERVICE,
    autoscaling.SERVICE,
    backup.SERVICE,
    bedrock.SERVICE,
    ce.SERVICE,
    cloudformation.SERVICE,
    cloudfront.SERVICE,
    cloudtrail.SERVICE,
    codebuild.SERVICE,
    config.SERVICE,
    cloudwatch.SERVICE,
    dms.SERVICE,
    docdb.SERVICE,
    dynamodb.SERVICE,
    ec2.SERVICE,
    ecr.SERVICE,
    ecs.SERVICE,
    efs.SERVICE,
    elasticache.SERVICE,
    eks.SERVICE,
    elasticbeanstalk.SERVICE,
    elb.SERVICE,
    elbv2.SERVICE,
    firehose.SERVICE,
    glue.SERVICE,
    guardduty.SERVICE,
    events.SERVICE,
    iam.SERVICE,
    inspector2.SERVICE,
    kinesis.SERVICE,
    kms.SERVICE,
    lambda_.SERVICE,
    logs.SERVICE,
    macie2.SERVICE,
    networkfirewall.SERVICE,
    organizations.SERVICE,
    rds.SERVICE,
    route53.SERVICE,
    neptune.SERVICE,
    opensearch.SERVICE,
    redshift.SERVICE,
    resourceexplorer.SERVICE,
    s3.SERVICE,
    s3control.SERVICE,
    sagemaker.SERVICE,
    secretsmanager.SERVICE,
    securityhub.SERVICE,
    servicequotas.SERVICE,
    ssm.SERVICE,
    sns.SERVICE,
    sqs.SERVICE,
    ssoadmin.SERVICE,
    sts.SERVICE,
    wafv2.SERVICE,
    stepfunctions.SERVICE,
    tagging.SERVICE,
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
