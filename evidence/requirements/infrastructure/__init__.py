"""Infrastructure security: networks, ports, exposure."""

from evidence.requirements.infrastructure import (
    ec2,
    elasticbeanstalk,
    elbv2,
    rds,
    sns,
    sqs,
)

REQUIREMENTS = (
    *ec2.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *sns.REQUIREMENTS,
    *sqs.REQUIREMENTS,
)
