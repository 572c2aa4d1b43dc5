"""An answer or an error as the bytes of an HTTP response, by moto's serializers and botocore's models.

The request's id stands in for itself as `REQUEST_ID`, so that the bytes can be kept and sent again.
"""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from http import HTTPStatus
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from moto.core.model import Shape
from moto.core.serialize import ResponseSerializer, SerializationContext, get_serializer_class

from tests.aws_simulator import models
from tests.aws_simulator.codes import Error
from tests.aws_simulator.wire import Call

REQUEST_ID = "7e57be4c-0000-4000-8000-7e57be4c7e57"


class Rendered(NamedTuple):
    """A response without its Content-Length, date and, in place of `REQUEST_ID`, its request's id."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class _KeepsEmptyItems(ResponseSerializer):
    def _default_serialize(self, serialized: Any, value: Any, shape: Shape, key: str) -> None:
        # moto leaves an empty structure out of a list in XML, which makes the list shorter; AWS writes an empty tag.
        empty = value == {} and shape.type_name == "structure" and "xmlNamespace" not in shape.serialization
        super()._default_serialize(serialized, "" if empty else value, shape, key)


@cache
def _serializer(service: str) -> type[ResponseSerializer]:
    moto_serializer = get_serializer_class(service, models.protocol(service))
    if "json" in models.protocol(service):
        return moto_serializer
    return type(moto_serializer.__name__, (_KeepsEmptyItems, moto_serializer), {})


def answer(call: Call, value: Mapping[str, Any]) -> Rendered:
    """The response that says this."""
    model = models.operation_model(call.service, call.operation)
    response = _serializer(call.service)(model, context=SerializationContext(REQUEST_ID)).serialize(value)
    body = response["body"] or b""
    headers = {name.title(): str(text) for name, text in response["headers"].items()}
    if model.http_trait.method != "HEAD":
        headers.pop("Content-Length", None)  # S3 GetObject's answer has one, which need not be that of its body
    # moto says application/xml of every body: what a streamed one really is stands in the answer (S3 GetObject).
    for name, shape in model.output_shape.members.items() if model.output_shape else ():
        if shape.serialization.get("name") == "Content-Type" and value.get(name):
            headers["Content-Type"] = value[name]
    body = body.encode() if isinstance(body, str) else body
    return Rendered(response["status_code"], (*headers.items(), *_ids(call.service)), body)


@lru_cache(maxsize=1024)
def failure(service: str, error: Error) -> Rendered:
    """The response that says this error, as the service's protocol writes errors."""
    match models.protocol(service):
        case "json" | "rest-json":
            return _json_failure(service, error)
        case "ec2":
            form = "<Response><Errors><Error>{}</Error></Errors><RequestID>{}</RequestID></Response>"
        case _ if service == "s3":
            form = "<Error>{}<RequestId>{}</RequestId></Error>"
        case _:
            form = "<ErrorResponse><Error><Type>Sender</Type>{}</Error><RequestId>{}</RequestId></ErrorResponse>"
    said = f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    document = f'<?xml version="1.0" encoding="UTF-8"?>\n{form.format(said, REQUEST_ID)}'
    return Rendered(error.status, (("Content-Type", "text/xml"), *_ids(service)), document.encode())


def _json_failure(service: str, error: Error) -> Rendered:
    metadata = models.service_model(service).metadata
    rest = models.protocol(service) == "rest-json"
    content_type = "application/json" if rest else f"application/x-amz-json-{metadata.get('jsonVersion', '1.0')}"
    headers = [("Content-Type", content_type), ("x-amzn-ErrorType", error.code)]
    if "awsQueryCompatible" in metadata:
        headers.append(("x-amzn-query-error", f"{error.code};{'Sender' if error.status < 500 else 'Receiver'}"))
    body = json.dumps({"__type": error.code, "message": error.message})
    return Rendered(error.status, (*headers, *_ids(service)), body.encode())


def plain(status: HTTPStatus, text: str) -> Rendered:
    """A response that is no AWS service's: what the bench itself has to say."""
    return Rendered(status, (("Content-Type", "text/plain; charset=utf-8"),), f"{text}\n".encode())


def _ids(service: str) -> tuple[tuple[str, str], ...]:
    if service in ("s3", "s3control"):
        return ("x-amz-request-id", REQUEST_ID), ("x-amz-id-2", f"{REQUEST_ID}/simulator=")
    return (("x-amzn-RequestId", REQUEST_ID),)
