"""Resilience: zones, backups, deletion protection."""

from evidence.requirements.resilience import (
    autoscaling,
    backup,
    backup_vaults,
    docdb,
    dynamodb,
    efs,
    elasticache,
    elasticbeanstalk,
    elb,
    elbv2,
    kinesis,
    neptune,
    opensearch,
    rds,
    redshift,
    s3,
)

REQUIREMENTS = (
    *autoscaling.REQUIREMENTS,
    *backup.REQUIREMENTS,
    *backup_vaults.REQUIREMENTS,
    *docdb.REQUIREMENTS,
    *dynamodb.REQUIREMENTS,
    *efs.REQUIREMENTS,
    *elasticache.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elb.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *kinesis.REQUIREMENTS,
    *neptune.REQUIREMENTS,
    *opensearch.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *redshift.REQUIREMENTS,
    *s3.REQUIREMENTS,
)
