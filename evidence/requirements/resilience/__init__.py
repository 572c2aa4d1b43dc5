"""Resilience: zones, backups, deletion protection."""

from evidence.requirements.resilience import (
    autoscaling,
    elasticbeanstalk,
    elb,
    elbv2,
    rds,
    s3,
)

REQUIREMENTS = (
    *autoscaling.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elb.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *s3.REQUIREMENTS,
)
