"""Data protection: at rest, in transit, and who can read it."""

from evidence.requirements.data_protection import (
    acm,
    dynamodb,
    ec2,
    efs,
    elasticbeanstalk,
    elb,
    elbv2,
    kms,
    logs,
    macie2,
    rds,
    s3,
    secretsmanager,
    sns,
    sqs,
    ssm,
)

REQUIREMENTS = (
    *acm.REQUIREMENTS,
    *dynamodb.REQUIREMENTS,
    *ec2.REQUIREMENTS,
    *efs.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elb.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *kms.REQUIREMENTS,
    *logs.REQUIREMENTS,
    *macie2.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *s3.REQUIREMENTS,
    *secretsmanager.REQUIREMENTS,
    *ssm.REQUIREMENTS,
    *sns.REQUIREMENTS,
    *sqs.REQUIREMENTS,
)
