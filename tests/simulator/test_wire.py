"""Every modelled operation's request, as botocore writes it, is read back as that operation with those parameters."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import botocore.session
import pytest
from botocore.serialize import create_serializer

from tests.aws_simulator import models, wire

ACCOUNT = "012345678901"
# These write the same request as a newer twin, which is taken to be the one that is meant.
TWINS = {
    "GetBucketLifecycle": "GetBucketLifecycleConfiguration",
    "GetBucketNotification": "GetBucketNotificationConfiguration",
    "PutBucketLifecycle": "PutBucketLifecycleConfiguration",
    "PutBucketNotification": "PutBucketNotificationConfiguration",
    "ListDirectoryBuckets": "ListBuckets",
}
AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=AKIAX/20260930/eu-west-1/{}/aws4_request, SignedHeaders=host, Signature=0"
NOT_SENT = object()


def least(shape: Any) -> Any:
    """The smallest value of the shape that botocore lets pass."""
    length = shape.metadata.get("min", 0)
    match shape.type_name:
        case "structure":
            names = list(shape.members)[:1] if getattr(shape, "is_tagged_union", False) else shape.required_members
            return {name: least(shape.members[name]) for name in names}
        case "list":
            return [least(shape.member)] * max(1, length)
        case "map":
            return {"key": least(shape.value)}
        case "timestamp":
            return "2026-01-01T00:00:00Z"
        case "blob":
            return b"x"
        case "boolean":
            return True
        case "integer" | "long" | "short" | "float" | "double":
            return max(7, length)
    if shape.serialization.get("hostLabel"):
        return ACCOUNT
    return shape.enum[0] if shape.enum else "arn:aws:a:b/c é".ljust(length, "x")


@lru_cache
def botocore_model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def request(service: str, operation: str, parameters: dict[str, Any]) -> wire.HttpRequest:
    """The request as botocore's serializer has it, before endpoint rules and signing."""
    model = botocore_model(service)
    serializer = create_serializer(models.protocol(service))
    written = serializer.serialize_to_request(parameters, model.operation_model(operation))
    body = written["body"]
    if isinstance(body, dict):
        body = urlencode(body, doseq=True)
    url, query = written["url_path"], written["query_string"]
    if query:
        url += ("&" if "?" in url else "?") + (query if isinstance(query, str) else urlencode(query, doseq=True))
    headers = {name.lower(): value for name, value in written["headers"].items()}
    return wire.HttpRequest(written["method"], url, headers, body.encode() if isinstance(body, str) else body)


def sent(value: Any, protocol: str) -> Any:
    """What of a parameter can be seen on the wire: forms have no empty structures, and times are times."""
    if isinstance(value, dict) and protocol in ("query", "ec2"):
        kept = {name: sent(item, protocol) for name, item in value.items()}
        return {name: item for name, item in kept.items() if item is not NOT_SENT} or NOT_SENT
    if isinstance(value, list):
        items = [sent(item, protocol) for item in value]
        return NOT_SENT if NOT_SENT in items else items
    return value


@pytest.mark.parametrize("service", models.SERVICES)
def test_every_operation_is_recognised_with_its_parameters(service: str) -> None:
    model = models.service_model(service)
    for name in models.spoken(service):
        shape = models.operation_model(service, name).input_shape
        parameters = least(shape) if shape else {}
        call = wire.call_of(request(service, name, parameters), model.signing_name)
        assert (call.service, call.operation) == (service, TWINS.get(name, name))
        assert call.parameters.keys() <= parameters.keys()
        for parameter, value in parameters.items():
            empty_body = value == {} and parameter == shape.serialization.get("payload")  # which looks like none at all
            wanted = NOT_SENT if empty_body else sent(value, models.protocol(service))
            if wanted is not NOT_SENT and "2026-01-01" not in str(value):
                assert call.parameters[parameter] == wanted, f"{name}, {parameter}"


@pytest.mark.parametrize("service", models.SERVICES)
def test_signing_names_are_those_of_the_models(service: str) -> None:
    assert service in models.services_signing_as(models.service_model(service).signing_name)


def test_switched_off_parameters_are_parameters() -> None:
    for service, operation, parameters in (
        ("iam", "ListPolicies", {"OnlyAttached": False}),
        ("backup", "ListBackupPlans", {"IncludeDeleted": False}),
        ("ec2", "DescribeInstances", {"DryRun": False}),
        ("eks", "ListClusters", {"include": ["all"], "maxResults": 1}),
    ):
        assert wire.call_of(request(service, operation, parameters), service).parameters == parameters


def test_times_have_an_offset() -> None:
    asked = request("cloudtrail", "LookupEvents", {"StartTime": "2026-09-30T23:00:00+02:00"})
    assert wire.call_of(asked, "cloudtrail").parameters["StartTime"].isoformat() == "2026-09-30T21:00:00+00:00"


@pytest.mark.parametrize("host", ["012345678901.127.0.0.1:4566", "012345678901.localhost:4566"])
def test_the_account_in_a_host_is_a_parameter(host: str) -> None:
    asked = wire.HttpRequest("GET", f"http://{host}/v20180820/configuration/publicAccessBlock", {"host": host}, b"")
    with pytest.raises(wire.NotUnderstood):  # it is required in a header too, which botocore sends
        wire.call_of(wire.HttpRequest("GET", "/v20180820/configuration", {}, b""), "kms")
    asked = wire.HttpRequest(asked.method, asked.target, {**asked.headers, "x-amz-account-id": ACCOUNT}, b"")
    call = wire.call_of(asked, "s3")
    assert (call.service, call.operation, call.parameters) == (
        "s3control",
        "GetPublicAccessBlock",
        {"AccountId": ACCOUNT},
    )


def test_a_bucket_may_stand_in_the_host() -> None:
    call = wire.call_of(wire.HttpRequest("GET", "/?policy", {"host": "shop.logs.localhost:4566"}, b""), "s3")
    assert (call.operation, call.parameters) == ("GetBucketPolicy", {"Bucket": "shop.logs"})


def test_a_signature_is_read_from_the_header_or_a_presigned_url() -> None:
    header = {"authorization": AUTHORIZATION.format("ec2"), "x-amz-security-token": "token"}
    signed = wire.signature(wire.HttpRequest("POST", "/", header, b""))
    assert (signed.access_key, signed.session_token, signed.region, signed.signing_name) == (
        "AKIAX", "token", "eu-west-1", "ec2",
    )  # fmt: skip
    presigned = wire.HttpRequest("GET", "/?X-Amz-Credential=AKIAX%2F20260930%2Feu-west-1%2Fs3%2Faws4_request", {}, b"")
    assert wire.signature(presigned).signing_name == "s3"
    assert wire.signature(wire.HttpRequest("POST", "/", {}, b"")).signing_name == "sts"


def test_what_no_service_has_is_not_understood() -> None:
    for body in (b"Action=Nonsense&Version=2016-11-15", b"Action=DescribeVolumes&Version=1999-01-01"):
        with pytest.raises(wire.NotUnderstood):
            wire.call_of(wire.HttpRequest("POST", "/", {}, body), "ec2")
    with pytest.raises(wire.NotUnderstood):
        wire.call_of(wire.HttpRequest("POST", "/", {"x-amz-target": "TrentService.Nonsense"}, b"{}"), "kms")
    with pytest.raises(wire.NotUnderstood):
        wire.call_of(wire.HttpRequest("GET", "/", {}, b""), "a-service-of-tomorrow")
