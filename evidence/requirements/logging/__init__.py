"""Logging and monitoring: trails, log groups, health."""

from evidence.requirements.logging import (
    cloudtrail,
    elasticbeanstalk,
    elbv2,
    logs,
    rds,
    s3,
    ssm,
)

REQUIREMENTS = (
    *cloudtrail.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *logs.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *s3.REQUIREMENTS,
    *ssm.REQUIREMENTS,
)
