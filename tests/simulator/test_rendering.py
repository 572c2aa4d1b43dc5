"""Every modelled answer, written by the bench, is read by botocore as what it was."""

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import botocore.session
import pytest
from botocore.parsers import ResponseParserFactory
from urllib3 import HTTPHeaderDict

from tests.aws_simulator import models, rendering, typed, wire

TIME = dt.datetime(2026, 6, 22, 1, 11, 5, tzinfo=dt.UTC)
# Their bodies or status are not what their models say: botocore itself has a word of its own for each, or none.
APART = {
    "GetBucketLocation",
    "GetBucketNotification",
    "GetObject",
    "HeadObject",
    "Invoke",
    "InvokeAsync",
    "DeleteFunction",
}


def sample(shape: Any, items: int, seen: tuple[str, ...] = ()) -> Any:
    """A value of the shape with every member, and so many items in every list."""
    match shape.type_name:
        case "structure":
            if getattr(shape, "is_document_type", False):
                return {"x": 1}
            members = {} if shape.name in seen else dict(shape.members)
            if getattr(shape, "is_tagged_union", False):
                members = dict(list(members.items())[:1])
            return {name: sample(member, items, (*seen, shape.name)) for name, member in members.items()}
        case "list":
            return [sample(shape.member, items, seen)] * items
        case "map":
            return {"key": sample(shape.value, items, seen)}
        case "timestamp":
            return TIME
        case "blob":
            return b"\x00\xff"
        case "boolean":
            return False
        case "integer" | "long" | "short":
            return 7
        case "float" | "double":
            return 1.5
    return "text" if "location" in shape.serialization else "a <b>&\"' é"


def differences(written: Any, read: Any, path: str = "") -> Iterator[str]:
    if isinstance(written, dict) and isinstance(read, dict):
        for name in written.keys() | read.keys() - {"ResponseMetadata"}:
            if name not in read or name not in written:
                yield f"{path}.{name}"
            else:
                yield from differences(written[name], read[name], f"{path}.{name}")
    elif isinstance(written, list) and isinstance(read, list) and len(written) == len(read):
        for one, other in zip(written, read, strict=True):
            yield from differences(one, other, f"{path}[]")
    elif written != (read.read() if hasattr(read, "read") else read):
        yield f"{path}: {written!r} became {read!r}"


@lru_cache
def botocore_model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def parsed(service: str, operation: str, rendered: rendering.Rendered) -> Any:
    model = botocore_model(service).operation_model(operation)
    response = {
        "body": rendered.body,
        "headers": HTTPHeaderDict(dict(rendered.headers)),
        "status_code": rendered.status,
    }
    return ResponseParserFactory().create_parser(models.protocol(service)).parse(response, model.output_shape)


@pytest.mark.parametrize("service", models.SERVICES)
def test_answers_are_read_as_they_were_written(service: str) -> None:
    for name in models.spoken(service):
        model: Any = models.operation_model(service, name)
        asks = name.startswith(("Get", "List", "Describe", "Head"))
        if model.output_shape is None or model.has_event_stream_output or name in APART or not asks:
            continue
        answer = sample(model.output_shape, items=1)
        call = wire.Call(service, name, {}, "")
        if not model.has_streaming_output:
            assert list(differences(answer, parsed(service, name, rendering.answer(call, answer)))) == [], name


def test_an_empty_structure_is_still_an_item() -> None:
    answer = {"Volumes": [{}, {"VolumeId": "vol-1"}]}
    rendered = rendering.answer(wire.Call("ec2", "DescribeVolumes", {}, ""), answer)
    assert parsed("ec2", "DescribeVolumes", rendered)["Volumes"] == answer["Volumes"]


def test_an_empty_list_is_not_left_out() -> None:
    lists = ("ec2", "DescribeVolumes", "Volumes"), ("kms", "ListKeys", "Keys"), ("s3", "ListBuckets", "Buckets")
    for service, operation, name in lists:
        rendered = rendering.answer(wire.Call(service, operation, {}, ""), {name: []})
        assert parsed(service, operation, rendered)[name] == []


def test_times_of_other_zones_are_the_same_instants() -> None:
    value = typed.decode({"$time": "2026-06-22T03:11:05.123000+02:00"})
    for service, operation, items, name in (
        ("ec2", "DescribeVolumes", "Volumes", "CreateTime"),
        ("rds", "DescribeDBInstances", "DBInstances", "InstanceCreateTime"),
        ("s3", "ListBuckets", "Buckets", "CreationDate"),
        ("acm", "ListCertificates", "CertificateSummaryList", "CreatedAt"),
        ("guardduty", "ListMalwareScans", "Scans", "ScanStartedAt"),
    ):
        rendered = rendering.answer(wire.Call(service, operation, {}, ""), {items: [{name: value}]})
        read = parsed(service, operation, rendered)[items][0][name]
        assert abs(read - TIME) < dt.timedelta(seconds=1), service
