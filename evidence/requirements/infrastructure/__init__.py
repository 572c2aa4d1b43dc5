"""Infrastructure security: networks, ports, exposure."""

from evidence.requirements.infrastructure import (
    backup,
    cloudtrail,
    ec2,
    ec2_edges,
    ec2_instances,
    elasticbeanstalk,
    elb,
    elbv2,
    events,
    rds,
    secretsmanager,
    sns,
    sqs,
    ssm,
)

REQUIREMENTS = (
    *backup.REQUIREMENTS,
    *cloudtrail.REQUIREMENTS,
    *ec2.REQUIREMENTS,
    *ec2_edges.REQUIREMENTS,
    *ec2_instances.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elb.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *events.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *secretsmanager.REQUIREMENTS,
    *ssm.REQUIREMENTS,
    *sns.REQUIREMENTS,
    *sqs.REQUIREMENTS,
)
