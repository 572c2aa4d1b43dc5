"""Logging and monitoring: trails, log groups, health."""

from evidence.requirements.logging import (
    account,
    beanstalk_changes,
    cloudtrail,
    cloudwatch,
    ec2,
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
    *beanstalk_changes.REQUIREMENTS,
    *cloudtrail.REQUIREMENTS,
    *cloudwatch.REQUIREMENTS,
    *ec2.REQUIREMENTS,
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
