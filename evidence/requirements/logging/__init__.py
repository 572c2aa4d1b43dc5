"""Logging and monitoring: trails, log groups, health."""

from evidence.requirements.logging import (
    cloudtrail,
    cloudwatch,
    elasticbeanstalk,
    elbv2,
    events,
    logs,
    metric_filters,
    rds,
    s3,
)

REQUIREMENTS = (
    *cloudtrail.REQUIREMENTS,
    *cloudwatch.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *events.REQUIREMENTS,
    *logs.REQUIREMENTS,
    *metric_filters.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *s3.REQUIREMENTS,
)
