"""Resilience: zones, backups, deletion protection."""

from evidence.requirements.declare import Requirement
from evidence.requirements.resilience import autoscaling, elasticbeanstalk, elbv2, rds

REQUIREMENTS: tuple[Requirement, ...] = (
    *elasticbeanstalk.REQUIREMENTS,
    *autoscaling.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *rds.REQUIREMENTS,
)
