"""Infrastructure security: networks, ports, exposure."""

from evidence.requirements.infrastructure import (
    apigateway,
    apigatewayv2,
    backup,
    cloudfront,
    ec2,
    elasticbeanstalk,
    elb,
    elbv2,
    lambda_,
    rds,
    route53,
    secretsmanager,
    sns,
    sqs,
    ssm,
    wafv2,
)

REQUIREMENTS = (
    *apigateway.REQUIREMENTS,
    *apigatewayv2.REQUIREMENTS,
    *backup.REQUIREMENTS,
    *cloudfront.REQUIREMENTS,
    *ec2.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elb.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *lambda_.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *route53.REQUIREMENTS,
    *secretsmanager.REQUIREMENTS,
    *ssm.REQUIREMENTS,
    *wafv2.REQUIREMENTS,
    *sns.REQUIREMENTS,
    *sqs.REQUIREMENTS,
)
