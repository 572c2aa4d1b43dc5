"""Data protection: at rest, in transit, and who can read it."""

from evidence.requirements.data_protection import (
    ec2,
    efs,
    elasticbeanstalk,
    elbv2,
    kms,
    logs,
    rds,
    s3,
    secretsmanager,
    ssm,
)

REQUIREMENTS = (
    *ec2.REQUIREMENTS,
    *efs.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *kms.REQUIREMENTS,
    *logs.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *s3.REQUIREMENTS,
    *secretsmanager.REQUIREMENTS,
    *ssm.REQUIREMENTS,
)
