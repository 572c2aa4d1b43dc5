"""Which call is this request? The operation and its parameters, from what came over the wire.

Source: the Smithy specifications of AWS's protocols (https://smithy.io/2.0/aws/protocols/) and botocore's models.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from botocore.utils import parse_timestamp
from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from werkzeug.datastructures import Headers, MultiDict

from tests.aws_simulator import models, typed

_SCOPE = re.compile(r"Credential=([^/\s]+)/\d{8}/([^/]*)/([^/]+)/aws4_request")
_HOST_LABEL = re.compile(r"(.+)\.(?:localhost|127\.0\.0\.1)(?::\d+)?")
# What differs between two requests for the same thing, and names no parameter of any operation.
_VOLATILE = frozenset({
    "accept", "accept-encoding", "amz-sdk-invocation-id", "amz-sdk-request", "authorization", "connection",
    "content-length", "expect", "host", "proxy-connection", "user-agent", "x-amz-content-sha256", "x-amz-date",
    "x-amz-security-token", "x-amz-user-agent", "x-amzn-trace-id",
})  # fmt: skip


class NotUnderstood(LookupError):
    """No modelled operation answers to this request."""


@dataclass(frozen=True)
class HttpRequest:
    """One HTTP request. Header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Signature:
    """Who signed the request, and for where."""

    access_key: str
    session_token: str | None
    region: str
    signing_name: str


@dataclass(frozen=True)
class Call:
    """One call of one operation. Equal by `identity`, the canonical text of its parameters."""

    service: str
    operation: str
    parameters: dict[str, Any] = field(compare=False)
    identity: str


def signature(request: HttpRequest) -> Signature:
    """The credential scope, from the header or a presigned URL. What is not signed can only be meant for STS."""
    scope = _SCOPE.search(request.headers.get("authorization") or unquote(request.target))
    key, region, name = scope.groups() if scope else ("anonymous", "us-east-1", "sts")
    return Signature(key, request.headers.get("x-amz-security-token"), region, name)


def call_of(request: HttpRequest, signing_name: str) -> Call:
    """The call this request makes; NotUnderstood where no service of the bench has it."""
    kept = frozenset(item for item in request.headers.items() if item[0] not in _VOLATILE)
    return _call(request.method, request.target, request.headers.get("host", ""), kept, request.body, signing_name)


@lru_cache(maxsize=8192)
def _call(
    method: str, target: str, host: str, headers: frozenset[tuple[str, str]], body: bytes, signing_name: str
) -> Call:  # fmt: skip
    url = urlsplit(target)
    label = _HOST_LABEL.fullmatch(url.netloc or host)
    query = parse_qsl(url.query, keep_blank_values=True)
    request = _Parts(method, url.path or "/", query, Headers(list(headers)), body, label[1] if label else "")
    for service in models.services_signing_as(signing_name):
        if found := request.find(service):
            operation, in_path = found
            parameters = request.parse(models.operation_model(service, operation), models.protocol(service), in_path)
            return Call(service, operation, parameters, typed.canonical(parameters))
    raise NotUnderstood(f"{method} {target} signed for {signing_name} is no operation of the bench's services")


@dataclass(frozen=True)
class _Parts:
    """A request taken apart; `label` is what stands before the bench's own name in the host."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Headers
    body: bytes
    label: str

    def find(self, service: str) -> tuple[str, dict[str, str]] | None:
        """The operation of the service that this is, and the parameters that stand in its path."""
        operation: str | None = None
        model = models.service_model(service)
        match models.protocol(service):
            case "json":
                prefix, _, name = self.headers.get("X-Amz-Target", "").rpartition(".")
                operation = name if prefix == model.metadata["targetPrefix"] else None
            case "query" | "ec2":
                form = dict(self.form())
                operation = form.get("Action") if form.get("Version") == model.api_version else None
            case _:
                path = f"/{self.label}{self.path}" if service == "s3" and self.label else self.path
                asked = (self.method, path, dict(self.query), self.headers)
                matches = ((route.operation, route.match(*asked)) for route in routes(service))
                return next(((name, in_path) for name, in_path in matches if in_path is not None), None)
        return (operation, {}) if operation in model.operation_names else None

    def form(self) -> list[tuple[str, str]]:
        """The fields of a form, or of the query string where there is no body."""
        return parse_qsl(self.body.decode(), keep_blank_values=True) if self.body else self.query

    def parse(self, operation: OperationModel, protocol: str, in_path: dict[str, str]) -> dict[str, Any]:
        """The parameters as botocore's caller gave them."""
        values = MultiDict(self.form() if protocol in ("query", "ec2") else self.query)
        in_host = {"AccountId": self.label} if self.label.isdigit() else {}
        parser = PROTOCOL_PARSERS[protocol](operation, timestamp_parser=_aware)
        parsed = parser.parse({
            "body": self.body, "headers": self.headers, "method": self.method, "url_params": in_path | in_host,
            "url_path": self.path, "values": values,
        })  # fmt: skip
        # moto reads what is not in the query string or the headers as an empty list or map, not in the path as None.
        members = operation.input_shape.members if operation.input_shape else {}
        located = {name: shape.serialization.get("location") for name, shape in members.items()}
        apart = [name for name, location in located.items() if location in ("querystring", "headers")]
        absent = [name for name, value in parsed.items() if value is None or (name in apart and value in ([], {}))]
        return {name: value for name, value in parsed.items() if name not in absent}


def _aware(value: Any) -> dt.datetime:
    """moto's own parser gives times without an offset."""
    return typed.utc(parse_timestamp(value))


@dataclass(frozen=True)
class Route:
    """How a REST operation is told from its neighbours: method, path, the query and headers it cannot be without."""

    operation: str
    method: str
    path: re.Pattern[str]
    literals: tuple[tuple[str, str], ...]
    needed_query: tuple[str, ...]
    needed_headers: tuple[str, ...]
    deprecated: bool

    def match(self, method: str, path: str, query: dict[str, str], headers: Headers) -> dict[str, str] | None:
        """The parameters in the path where the request is this operation's, else None."""
        if method != self.method or not (found := self.path.fullmatch(path)):
            return None
        if any(name not in query or (value and query[name] != value) for name, value in self.literals):
            return None
        if any(name not in query for name in self.needed_query):
            return None
        if any(name not in headers for name in self.needed_headers):
            return None
        return {name: unquote(value) for name, value in found.groupdict().items()}


@cache
def routes(service: str) -> tuple[Route, ...]:
    """The service's REST operations, the most demanding first."""
    found = (_route(models.operation_model(service, name)) for name in models.service_model(service).operation_names)

    def looseness(route: Route) -> tuple[int, int, int, bool]:
        demands = len(route.literals) + len(route.needed_query) + len(route.needed_headers)
        return -demands, route.path.groups, -len(route.path.pattern), route.deprecated

    return tuple(sorted(found, key=looseness))


def _route(operation: OperationModel) -> Route:
    trait = operation.http_trait
    needs: Any = operation.input_shape  # moto's shape, which knows more than botocore's
    path = re.sub(r"\\\{(\w+)(\\\+)?\\\}", lambda m: f"(?P<{m[1]}>{'.+' if m[2] else '[^/]+'})", re.escape(trait.path))
    return Route(
        operation.name, trait.method, re.compile(path.rstrip("/") + "/?"), tuple(trait.query_args.items()),
        tuple(needs.required_query_args if needs else ()), tuple(needs.required_headers if needs else ()),
        operation.deprecated,
    )  # fmt: skip
