"""Infrastructure security: networks, ports, exposure."""

from evidence.requirements.infrastructure import (
    backup,
    bedrock,
    codebuild,
    ec2,
    ecr,
    ecs,
    eks,
    elasticbeanstalk,
    elb,
    elbv2,
    rds,
    sagemaker,
    secretsmanager,
    sns,
    sqs,
    ssm,
)

REQUIREMENTS = (
    *backup.REQUIREMENTS,
    *bedrock.REQUIREMENTS,
    *codebuild.REQUIREMENTS,
    *ec2.REQUIREMENTS,
    *ecr.REQUIREMENTS,
    *ecs.REQUIREMENTS,
    *eks.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elb.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *sagemaker.REQUIREMENTS,
    *secretsmanager.REQUIREMENTS,
    *ssm.REQUIREMENTS,
    *sns.REQUIREMENTS,
    *sqs.REQUIREMENTS,
)
