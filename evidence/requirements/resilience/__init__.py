"""Resilience: zones, backups, deletion protection."""

from evidence.requirements.resilience import (
    autoscaling,
    backup,
    backup_vaults,
    ec2,
    efs,
    elasticbeanstalk,
    elb,
    elbv2,
    networkfirewall,
    rds,
    s3,
    servicequotas,
)

REQUIREMENTS = (
    *autoscaling.REQUIREMENTS,
    *backup.REQUIREMENTS,
    *backup_vaults.REQUIREMENTS,
    *ec2.REQUIREMENTS,
    *efs.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elb.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *networkfirewall.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *s3.REQUIREMENTS,
    *servicequotas.REQUIREMENTS,
)
