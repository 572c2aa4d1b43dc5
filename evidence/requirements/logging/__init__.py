"""Logging and monitoring: trails, log groups, health."""

from evidence.requirements.logging import (
    account,
    cloudtrail,
    elasticbeanstalk,
    elb,
    elbv2,
    guardduty,
    logs,
    rds,
    s3,
    ssm,
)

REQUIREMENTS = (
    *account.REQUIREMENTS,
    *cloudtrail.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elb.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *guardduty.REQUIREMENTS,
    *logs.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *s3.REQUIREMENTS,
    *ssm.REQUIREMENTS,
)
