"""The models of AWS's services as botocore ships them, in moto's classes, which its serializers expect.

Source: botocore's `data/<service>/<version>/service-2.json` and `paginators-1.json`.
"""

from functools import cache
from typing import Any

import botocore.session
from botocore.exceptions import UnknownServiceError
from moto.core.model import OperationModel, ServiceModel

from evidence.services import asks

# Adding a name is all it takes. Where two sign under one name, the more specific comes first: any path is an S3 bucket.
SERVICES = (
    "sts", "ec2", "s3control", "s3", "iam", "rds", "kms", "cloudtrail", "logs", "elasticbeanstalk", "cloudformation",
    "elbv2", "elb", "autoscaling", "securityhub", "organizations", "acm", "cloudwatch", "config", "guardduty",
    "inspector2", "sns", "sqs", "secretsmanager", "ssm", "backup", "accessanalyzer", "account", "artifact",
    "cloudfront", "route53", "wafv2", "eks", "ecs", "ecr", "lambda", "efs", "resource-explorer-2",
    "resourcegroupstaggingapi", "macie2", "events", "auditmanager", "service-quotas", "sso-admin",
    "apigatewayv2", "apigateway", "network-firewall",
    "dynamodb", "application-autoscaling", "elasticache", "opensearch", "redshift", "kinesis", "firehose", "dms", "athena", "glue",
    "sagemaker", "bedrock-agent", "bedrock", "codebuild", "stepfunctions", "transfer", "workspaces", "ce",
)  # fmt: skip

# Where it is not the service's own. Known here, since reading it takes the models of all services at the first request.
_SIGNING_NAMES = {
    "s3control": "s3", "elb": "elasticloadbalancing", "elbv2": "elasticloadbalancing", "cloudwatch": "monitoring",
    "accessanalyzer": "access-analyzer", "efs": "elasticfilesystem", "resourcegroupstaggingapi": "tagging",
    "service-quotas": "servicequotas", "sso-admin": "sso", "apigatewayv2": "apigateway", "opensearch": "es",
    "bedrock-agent": "bedrock", "stepfunctions": "states",
}  # fmt: skip

_PARTLY = frozenset({"apigateway", "apigatewayv2"})
"""Of these only what is asked is spoken: they sign under one name, and moto's serializers cannot write all that they answer."""

_SESSION = botocore.session.Session()


def spoken(service: str) -> list[str]:
    """The operations that the bench recognises and answers."""
    names = list(service_model(service).operation_names)
    asked = {ask.operation for ask in asks() if ask.service == service}
    return [name for name in names if name in asked] if service in _PARTLY else names


@cache
def service_model(service: str) -> ServiceModel:
    """The service's model. Not by moto's own loader, which adds to some models what AWS's do not have."""
    return ServiceModel(_SESSION.get_component("data_loader").load_service_model(service, "service-2"), service)


@cache
def services_signing_as(name: str) -> tuple[str, ...]:
    """The services whose requests are signed under this name (`elasticloadbalancing` is both elb and elbv2)."""
    return tuple(service for service in SERVICES if _SIGNING_NAMES.get(service, service) == name)


def protocol(service: str) -> str:
    """The protocol that botocore speaks with this service where it offers several."""
    return str(service_model(service).resolved_protocol)


def operation_model(service: str, operation: str) -> OperationModel:
    """The operation's model; KeyError where the service has none of that name."""
    if operation not in service_model(service).operation_names:
        raise KeyError(f"{service} has no operation {operation}")
    model: OperationModel = service_model(service).operation_model(operation)
    return model


@cache
def paginator(service: str, operation: str) -> dict[str, Any] | None:
    """botocore's paginator for the operation, None where it ships none."""
    try:
        shipped: dict[str, Any] = _SESSION.get_paginator_model(service).get_paginator(operation)
    except (ValueError, UnknownServiceError):
        return None
    return shipped
