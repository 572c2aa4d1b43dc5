"""Logging and monitoring: trails, log groups, health."""

from evidence.requirements.logging import (
    account,
    bedrock,
    cloudtrail,
    cloudwatch,
    ecs,
    eks,
    elasticbeanstalk,
    elb,
    elbv2,
    events,
    guardduty,
    logs,
    metric_filters,
    rds,
    s3,
    ssm,
)

REQUIREMENTS = (
    *account.REQUIREMENTS,
    *bedrock.REQUIREMENTS,
    *cloudtrail.REQUIREMENTS,
    *cloudwatch.REQUIREMENTS,
    *ecs.REQUIREMENTS,
    *eks.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elb.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *guardduty.REQUIREMENTS,
    *events.REQUIREMENTS,
    *logs.REQUIREMENTS,
    *metric_filters.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *s3.REQUIREMENTS,
    *ssm.REQUIREMENTS,
)
