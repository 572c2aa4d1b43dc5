"""Logging and monitoring: trails, log groups, health."""

from evidence.requirements.declare import Requirement
from evidence.requirements.logging import cloudtrail, elasticbeanstalk, elbv2, logs, rds

REQUIREMENTS: tuple[Requirement, ...] = (
    *cloudtrail.REQUIREMENTS,
    *logs.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *rds.REQUIREMENTS,
)
