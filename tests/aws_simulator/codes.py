"""The error codes that services really use, by family of protocol and, where one differs, by service.

Sources: "Common errors" in each service's API reference, e.g.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html,
https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html,
https://docs.aws.amazon.com/elasticbeanstalk/latest/api/CommonErrors.html.
"""

import re
from typing import Any, NamedTuple

from tests.aws_simulator import models


class Error(NamedTuple):
    """An error as it stands in an answer."""

    code: str
    status: int
    message: str


_MESSAGES = {
    "denied": "User is not authorized to perform this operation",
    "throttled": "Rate exceeded",
    "expired": "The security token included in the request is expired",
    "unknown_key": "The security token included in the request is invalid.",
    "not_opted_in": "The Region is not enabled for this account",
    "unsupported": "The operation is not supported in this Region",
    "http_500": "An internal error occurred. Retry your request.",
    "invalid_token": "The page token is not valid",
    "not_in_world": "The world has no answer for this call",
}

_CODES: dict[str, dict[str, tuple[str, int]]] = {
    "denied": {
        "ec2": ("UnauthorizedOperation", 403), "s3": ("AccessDenied", 403), "query": ("AccessDenied", 403),
        "json": ("AccessDeniedException", 400), "rest-json": ("AccessDeniedException", 403),
        "elasticbeanstalk": ("InsufficientPrivilegesException", 403), "sns": ("AuthorizationError", 403),
    },
    "throttled": {
        "ec2": ("RequestLimitExceeded", 503), "s3": ("SlowDown", 503), "query": ("Throttling", 400),
        "json": ("ThrottlingException", 400), "rest-json": ("ThrottlingException", 429),
        "organizations": ("TooManyRequestsException", 400), "securityhub": ("TooManyRequestsException", 429),
    },
    "expired": {
        "ec2": ("RequestExpired", 400), "s3": ("ExpiredToken", 400), "query": ("ExpiredToken", 403),
        "json": ("ExpiredTokenException", 400), "rest-json": ("ExpiredTokenException", 403),
    },
    "unknown_key": {
        "ec2": ("AuthFailure", 401), "s3": ("InvalidAccessKeyId", 403), "query": ("InvalidClientTokenId", 403),
        "json": ("UnrecognizedClientException", 400), "rest-json": ("UnrecognizedClientException", 403),
    },
    "not_opted_in": {
        "ec2": ("AuthFailure", 401), "s3": ("OptInRequired", 403), "query": ("InvalidClientTokenId", 403),
        "json": ("UnrecognizedClientException", 400), "rest-json": ("UnrecognizedClientException", 403),
        "cloudformation": ("OptInRequired", 403),
    },
    "unsupported": {
        "ec2": ("InvalidAction", 400), "s3": ("MethodNotAllowed", 405), "query": ("InvalidAction", 400),
        "json": ("UnknownOperationException", 400), "rest-json": ("UnknownOperationException", 404),
    },
    "http_500": {
        "ec2": ("InternalError", 500), "s3": ("InternalError", 500), "query": ("InternalFailure", 500),
        "json": ("InternalFailure", 500), "rest-json": ("InternalServerException", 500),
    },
    "invalid_token": {
        "ec2": ("InvalidNextToken", 400), "s3": ("InvalidArgument", 400), "query": ("ValidationError", 400),
        "json": ("ValidationException", 400), "rest-json": ("ValidationException", 400),
        "rds": ("InvalidParameterValue", 400), "elasticbeanstalk": ("InvalidParameterValue", 400),
    },
    "not_in_world": {"": ("NotInWorld", 501)},
}  # fmt: skip

_FAMILIES = {"s3": "s3", "s3control": "s3"}


def error(kind: str, service: str) -> Error:
    """The error by which this service says `kind`."""
    by_family = _CODES[kind]
    protocol = models.protocol(service)
    family = _FAMILIES.get(service, "query" if protocol == "rest-xml" else protocol)
    return Error(*(by_family.get(service) or by_family.get(family) or by_family[""]), _MESSAGES[kind])


def is_error(kind: str) -> bool:
    """Whether a service says this by an error."""
    return kind in _CODES


def invalid_token(service: str, operation: str) -> Error:
    """The operation's own error for a page token it never issued, else what its service says of any wrong value."""
    shapes: list[Any] = models.operation_model(service, operation).error_shapes
    modelled = [shape.error_code for shape in shapes]
    for wanted in (r"Invalid.*(Token|Marker).*", r"Validation(Exception|Error)", r"Invalid(Parameter|Input|Args).*"):
        if code := next((code for code in modelled if re.fullmatch(wanted, code)), None):
            return Error(code, 400, _MESSAGES["invalid_token"])
    return error("invalid_token", service)
