"""Infrastructure security: networks, ports, exposure."""

from evidence.requirements.declare import Requirement
from evidence.requirements.infrastructure import ec2, elasticbeanstalk, elbv2, rds

REQUIREMENTS: tuple[Requirement, ...] = (
    *elasticbeanstalk.REQUIREMENTS,
    *ec2.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *rds.REQUIREMENTS,
)
