"""Whole answers only. botocore turns a body that was cut in transit into an empty answer; here it becomes an error."""

import gzip
import json
import zlib
from collections.abc import Mapping
from typing import Any, NoReturn

import orjson
from botocore.exceptions import BotoCoreError

_GZIP = frozenset({"gzip", "x-gzip"})


class CutShort(BotoCoreError):
    fmt = "The answer to {service}:{operation} did not arrive whole: {problem}."


def whole(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    """Raises CutShort for a body that is shorter than announced, or that is not what the protocol promises.

    A botocore `before-parse` handler. A gzipped body is unpacked here, since botocore would not."""
    body, headers = response_dict["body"], response_dict["headers"]
    method = operation_model.http.get("method")
    if not isinstance(body, bytes) or method == "HEAD" or response_dict["status_code"] in (204, 304):
        return
    _check_length(operation_model, body, headers)
    if str(headers.get("content-encoding", "")).lower() in _GZIP:
        try:
            body = response_dict["body"] = gzip.decompress(body)
        except (EOFError, OSError, zlib.error) as error:
            _cut(operation_model, f"its gzip stream is broken ({error})")
    if response_dict["status_code"] < 300:
        _check_body(operation_model, body, headers)
    elif body.strip() and _is_json(operation_model) and "json" in str(headers.get("content-type", "")):
        _check_json(operation_model, body)


def _check_length(model: Any, body: bytes, headers: Mapping[str, str]) -> None:
    announced = headers.get("content-length")
    if announced is None:
        return
    if not str(announced).isdigit():
        _cut(model, f"its length is given as {announced!r}")
    if int(announced) != len(body):
        _cut(model, f"{len(body)} of {announced} bytes")


def _check_body(model: Any, body: bytes, headers: Mapping[str, str]) -> None:
    if not _has_structure(model):
        return
    if not body.strip():
        _cut(model, "its body is empty")
    if _is_page(body, str(headers.get("content-type", ""))):
        _cut(model, "an HTML page came instead")
    if _is_json(model):
        _check_json(model, body)


def _is_page(body: bytes, content_type: str) -> bool:
    """A page of a proxy or a sign-in, told by what it is: some servers call everything text/html."""
    start = body.lstrip()[:15].lower()
    return start.startswith((b"<!doctype html", b"<html")) or ("html" in content_type and start.startswith(b"<"))


def _check_json(model: Any, body: bytes) -> None:
    """orjson is strict where AWS is not always (lone surrogates, NaN), so what it refuses is tried once more."""
    try:
        value = orjson.loads(body)
    except ValueError:
        try:
            value = json.loads(body)
        except ValueError as error:
            _cut(model, f"its body is no JSON ({error})")
    if not isinstance(value, dict):
        _cut(model, f"its body is a JSON {type(value).__name__}, not an object")


def _is_json(model: Any) -> bool:
    return model.service_model.resolved_protocol in ("json", "rest-json")


def _has_structure(model: Any) -> bool:
    """Whether the operation's output has members that stand in the body as JSON, XML or CBOR."""
    shape = model.output_shape
    if shape is None:
        return False
    payload = shape.serialization.get("payload")
    if payload is not None:
        return bool(shape.members[payload].type_name == "structure")
    return any("location" not in member.serialization for member in shape.members.values())


def _cut(model: Any, problem: str) -> NoReturn:
    raise CutShort(service=model.service_model.service_name, operation=model.name, problem=problem)
