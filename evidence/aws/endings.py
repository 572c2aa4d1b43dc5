"""From an error to one of the eight endings of a call. What is not known is `failed`: never absent, never a verdict."""

import socket
from dataclasses import dataclass

from botocore import exceptions as aws
from botocore.parsers import ResponseParserError
from urllib3.exceptions import NameResolutionError

from evidence.run.answer import Attempt, Ending
from evidence.services.declare import Ask, Said

DENIED = frozenset({
    "AccessDenied", "AccessDeniedException", "AccessDeniedFault", "UnauthorizedOperation", "Client.UnauthorizedOperation",
    "UnauthorizedException", "Unauthorized", "UnauthorizedAccess", "UnauthorizedAccessException", "AuthorizationError",
    "AuthorizationErrorException", "AuthorizationFailure", "InsufficientPrivilegesException", "InsufficientPrivileges",
    "NotAuthorized", "NotAuthorizedException", "Forbidden", "ForbiddenException", "AllAccessDisabled", "403",
})  # fmt: skip

THROTTLED = frozenset({
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "TooManyRequestsException",
    "ProvisionedThroughputExceededException", "TransactionInProgressException", "RequestLimitExceeded",
    "BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete",
    "EC2ThrottledException",
    "TooManyRequests", "TooManyRequestsFault", "ThrottledFault", "Throttled", "RequestThrottledFault", "RateExceeded",
    "RateLimitExceeded", "RequestRateExceeded", "Client.RequestLimitExceeded", "429",
})  # fmt: skip
"""The codes that botocore itself slows down for, and names that some services use besides."""

TOO_MANY_REQUESTS = 429
"""The HTTP status by which throttling shows whatever the service calls it (RFC 6585)."""


def is_throttled(attempt: Attempt) -> bool:
    """Whether AWS refused this one HTTP request for the number of requests."""
    return attempt.code in THROTTLED or attempt.status == TOO_MANY_REQUESTS


EXPIRED = frozenset({
    "ExpiredToken", "ExpiredTokenException", "RequestExpired", "Client.RequestExpired", "ExpiredTokenError",
    "TokenRefreshRequired", "CredentialsExpired", "ExpiredCredentials",
})  # fmt: skip

UNSUPPORTED = frozenset({
    "UnknownOperationException", "UnknownOperation", "InvalidAction", "UnsupportedOperation", "UnsupportedOperationException",
    "OperationNotSupportedException", "NotImplemented", "MethodNotAllowed", "OptInRequired", "SubscriptionRequiredException", "NotSignedUp",
    "RegionDisabledException",
})  # fmt: skip

NOT_ACCEPTED = frozenset({
    "AuthFailure", "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "InvalidToken",
})  # fmt: skip
"""The Region did not accept the credentials. They mean one thing where the Region is switched off, another elsewhere."""

_CREDENTIALS_LOST = (
    aws.NoCredentialsError, aws.CredentialRetrievalError, aws.SSOError, aws.TokenRetrievalError, aws.LoginError,
    aws.RefreshWithMFAUnsupportedError,
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """What is known of the place that was asked.

    reachable   the same credentials were accepted elsewhere in this run (the caller's identity is known)
    enabled     the account has the Region switched on: True, False, None where DescribeRegions did not say
    offered     botocore's data lists the service in the Region
    """

    reachable: bool = False
    enabled: bool | None = None
    offered: bool = True


NOWHERE = Place()
LONGEST = 2_000
"""Characters of a message that are kept: a proxy's page is no message."""


def code_of(error: BaseException) -> str:
    """AWS's error code, or the name of what went wrong on our side of the wire."""
    if isinstance(error, aws.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "")
        return str(error.response.get("Error", {}).get("Code") or f"HTTP {status}")
    return type(error).__name__


def message_of(error: BaseException) -> str:
    """What AWS said, or what went wrong. botocore's parser puts the whole body into its message: that may hold secrets that
    nobody has redacted, so it is left out."""
    if isinstance(error, ResponseParserError):
        return "the body is not what the protocol promises, and could not be parsed"
    text = str(error.response.get("Error", {}).get("Message", "")) if isinstance(error, aws.ClientError) else str(error)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"


def ending_of(error: BaseException, ask: Ask, place: Place = NOWHERE) -> Ending:
    """How the call ended. What the service file declares comes first, and only for an error of this very operation: an
    error met while fetching credentials says nothing about the resource."""
    if isinstance(error, aws.ClientError):
        code = code_of(error)
        if error.operation_name == ask.operation:
            if code in ask.absent or _said(error, ask):
                return "absent"
            if code in ask.gone:
                return "gone"
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == TOO_MANY_REQUESTS and code not in DENIED:
            return "throttled"
        return _by_code(code, place)
    if isinstance(error, _CREDENTIALS_LOST):
        return "expired"
    if isinstance(error, aws.EndpointConnectionError) and _no_such_host(error):
        # The name of a service in a Region that lacks it does not resolve. Neither does any name when the network is
        # down: hence only where the credentials have worked, and botocore does not list the service there.
        return "unsupported" if place.reachable and not place.offered else "failed"
    return "failed"


def _said(error: aws.ClientError, ask: Ask) -> bool:
    """Whether a code that means "not configured" in certain words only came in those words."""
    message = str(error.response.get("Error", {}).get("Message", ""))
    declared = (entry for entry in ask.absent if isinstance(entry, Said))
    return any(code_of(error) == entry.code and message.startswith(entry.words) for entry in declared)


def _by_code(code: str, place: Place) -> Ending:
    if code in DENIED:
        return "denied"
    if code in THROTTLED:
        return "throttled"
    if code in EXPIRED:
        return "expired"
    if code in UNSUPPORTED:
        return "unsupported"
    if code in NOT_ACCEPTED:
        # In a Region known to be switched on, or with credentials that never worked, it is a refusal. Where nobody could
        # say whether the Region is on and the credentials work elsewhere, it is a Region that is switched off.
        return "unsupported" if place.reachable and not place.enabled else "denied"
    return "failed"


def _no_such_host(error: aws.EndpointConnectionError) -> bool:
    return isinstance(error.kwargs.get("error"), (NameResolutionError, socket.gaierror))
