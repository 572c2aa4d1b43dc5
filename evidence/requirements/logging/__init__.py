"""Logging and monitoring: trails, log groups, health."""

from evidence.requirements.logging import (
    account,
    cloudfront,
    cloudtrail,
    cloudwatch,
    elasticbeanstalk,
    elb,
    elbv2,
    events,
    guardduty,
    logs,
    metric_filters,
    rds,
    route53,
    s3,
    ssm,
    wafv2,
)

REQUIREMENTS = (
    *account.REQUIREMENTS,
    *cloudfront.REQUIREMENTS,
    *cloudtrail.REQUIREMENTS,
    *cloudwatch.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elb.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *guardduty.REQUIREMENTS,
    *events.REQUIREMENTS,
    *logs.REQUIREMENTS,
    *metric_filters.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *route53.REQUIREMENTS,
    *s3.REQUIREMENTS,
    *ssm.REQUIREMENTS,
    *wafv2.REQUIREMENTS,
)
