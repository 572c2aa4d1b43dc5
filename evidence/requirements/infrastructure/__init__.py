"""Infrastructure security: networks, ports, exposure."""

from evidence.requirements.infrastructure import (
    backup,
    ec2,
    elasticbeanstalk,
    elbv2,
    rds,
    secretsmanager,
    ssm,
)

REQUIREMENTS = (
    *backup.REQUIREMENTS,
    *ec2.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *secretsmanager.REQUIREMENTS,
    *ssm.REQUIREMENTS,
)
