"""Logging and monitoring: trails, log groups, health."""

from evidence.requirements.logging import (
    account,
    cloudtrail,
    cloudwatch,
    elasticbeanstalk,
    elb,
    elbv2,
    events,
    guardduty,
    logs,
    metric_filters,
    opensearch,
    rds,
    redshift,
    s3,
    ssm,
)

REQUIREMENTS = (
    *account.REQUIREMENTS,
    *cloudtrail.REQUIREMENTS,
    *cloudwatch.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elb.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *guardduty.REQUIREMENTS,
    *events.REQUIREMENTS,
    *logs.REQUIREMENTS,
    *metric_filters.REQUIREMENTS,
    *opensearch.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *redshift.REQUIREMENTS,
    *s3.REQUIREMENTS,
    *ssm.REQUIREMENTS,
)
