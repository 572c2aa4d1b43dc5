"""Data protection: at rest, in transit, and who can read it."""

from evidence.requirements.data_protection import (
    ec2,
    elasticbeanstalk,
    elbv2,
    kms,
    logs,
    rds,
    s3,
    sns,
    sqs,
)

REQUIREMENTS = (
    *ec2.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *kms.REQUIREMENTS,
    *logs.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *s3.REQUIREMENTS,
    *sns.REQUIREMENTS,
    *sqs.REQUIREMENTS,
)
