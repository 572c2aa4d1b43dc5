"""Infrastructure security: networks, ports, exposure."""

from evidence.requirements.infrastructure import (
    backup,
    dms,
    dynamodb,
    ec2,
    elasticache,
    elasticbeanstalk,
    elb,
    elbv2,
    neptune,
    opensearch,
    rds,
    redshift,
    secretsmanager,
    sns,
    sqs,
    ssm,
)

REQUIREMENTS = (
    *backup.REQUIREMENTS,
    *dms.REQUIREMENTS,
    *dynamodb.REQUIREMENTS,
    *ec2.REQUIREMENTS,
    *elasticache.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elb.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *neptune.REQUIREMENTS,
    *opensearch.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *redshift.REQUIREMENTS,
    *secretsmanager.REQUIREMENTS,
    *ssm.REQUIREMENTS,
    *sns.REQUIREMENTS,
    *sqs.REQUIREMENTS,
)
