"""Infrastructure security: networks, ports, exposure."""

from evidence.requirements.infrastructure import (
    ec2,
    elasticbeanstalk,
    elb,
    elbv2,
    rds,
)

REQUIREMENTS = (
    *ec2.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elb.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *rds.REQUIREMENTS,
)
