"""Resilience: zones, backups, deletion protection."""

from evidence.requirements.resilience import (
    autoscaling,
    backup,
    backup_vaults,
    efs,
    eks,
    elasticbeanstalk,
    elb,
    elbv2,
    rds,
    s3,
    sagemaker,
)

REQUIREMENTS = (
    *autoscaling.REQUIREMENTS,
    *backup.REQUIREMENTS,
    *backup_vaults.REQUIREMENTS,
    *efs.REQUIREMENTS,
    *eks.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elb.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *s3.REQUIREMENTS,
    *sagemaker.REQUIREMENTS,
)
