"""A world is data: what goes in comes out, and what AWS could not say is found."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.aws_simulator import World, client, serve, typed
from tests.aws_simulator.wire import Call

ACCOUNT, REGION = "012345678901", "eu-west-1"
TIME = dt.datetime(2026, 6, 22, 1, 11, 5, 123000, tzinfo=dt.UTC)
DATA: dict[str, Any] = {
    "accounts": {
        ACCOUNT: {
            "name": "shop",
            "access_keys": ["AKIAX"],
            "principal": f"arn:aws:sts::{ACCOUNT}:assumed-role/Auditor/alice",
            "regions": {
                "global": {"iam": {"GetCredentialReport": {"Content": {"$bytes": "dXNlcg=="}}}},
                REGION: {
                    "ec2": {"DescribeVolumes": {"Volumes": [{"CreateTime": {"$time": "2026-06-22T01:11:05Z"}}]}},
                    "s3": {
                        "GetBucketPolicy": [
                            {"when": {"Bucket": "a"}, "answer": {"Policy": "{}"}},
                            {"error": {"code": "NoSuchBucketPolicy", "message": "none", "status": 404}},
                        ]
                    },
                },
            },
        }
    },
    "clock": "2026-09-30T23:00:00Z",
    "page_size": 100,
    "unlisted": "empty",
}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.datetimes(timezones=st.just(dt.UTC)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(typed.TAGS), inner),
    max_leaves=12,
)


def call(service: str, operation: str, **parameters: Any) -> Call:
    return Call(service, operation, parameters, typed.canonical(parameters))


def test_a_world_is_read_and_written_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    path.write_text(json.dumps(DATA), encoding="utf-8")
    world = World.load(path)
    assert world.to_dict() == DATA
    assert World.from_dict(world.to_dict()) == world
    assert world.clock == dt.datetime(2026, 9, 30, 23, tzinfo=dt.UTC)
    assert world.invalid() == []


@given(value=VALUES)
def test_values_keep_their_types(value: Any) -> None:
    assert typed.decode(json.loads(json.dumps(typed.encode(value)))) == value


def test_an_unknown_word_in_a_world_is_refused() -> None:
    with pytest.raises(ValueError, match="page_sise"):
        World.from_dict({**DATA, "page_sise": 7})


def test_put_and_fail_take_the_place_of_the_same_when() -> None:
    world = World()
    world.put(ACCOUNT, REGION, "s3", "GetBucketPolicy", {"Policy": "any"})
    world.put(ACCOUNT, REGION, "s3", "GetBucketPolicy", {"Policy": "a"}, when={"Bucket": "a"})
    world.fail(ACCOUNT, REGION, "s3", "GetBucketPolicy", "AccessDenied", 403, when={"Bucket": "b"})
    world.put(ACCOUNT, REGION, "s3", "GetBucketPolicy", {"Policy": "a2"}, when={"Bucket": "a"})

    def found(bucket: str) -> Any:
        case = world.find(ACCOUNT, REGION, call("s3", "GetBucketPolicy", Bucket=bucket))
        return case and (case.error.code if case.error else case.answer)

    assert [found(bucket) for bucket in "abc"] == [{"Policy": "a2"}, "AccessDenied", {"Policy": "any"}]
    assert World.from_dict(world.to_dict()) == world
    world.fail(ACCOUNT, REGION, "s3", "GetBucketPolicy", "NoSuchBucketPolicy", 404)
    assert found("c") == "NoSuchBucketPolicy"


def test_the_first_of_a_files_cases_that_fits_counts() -> None:
    cases = [
        {"when": {"A": 1, "B": 2}, "answer": {"first": 1}},
        {"when": {"A": 1}, "answer": {"second": 1}},
        {"answer": {"any": 1}},
        {"when": {"B": 2}, "answer": {"never": 1}},
    ]
    regions = {REGION: {"ec2": {"X": cases}}}
    world = World.from_dict({"accounts": {ACCOUNT: {"regions": regions}}})
    for parameters, wanted in (({"A": 1, "B": 2}, "first"), ({"A": 1}, "second"), ({"B": 2}, "any"), ({}, "any")):
        case = world.find(ACCOUNT, REGION, call("ec2", "X", **parameters))
        assert case is not None
        assert case.answer == {wanted: 1}
    assert world.to_dict()["accounts"][ACCOUNT]["regions"] == regions


def test_an_answer_is_kept_as_it_was_put() -> None:
    world, answer = World(), {"Volumes": [{"CreateTime": TIME.astimezone(dt.timezone(dt.timedelta(hours=2)))}]}
    world.put(ACCOUNT, REGION, "ec2", "DescribeVolumes", answer)
    answer["Volumes"].clear()
    case = world.find(ACCOUNT, REGION, call("ec2", "DescribeVolumes"))
    assert case is not None
    assert case.answer == {"Volumes": [{"CreateTime": TIME}]}


INVALID: list[tuple[str, str, str, dict[str, Any], str]] = [
    (
        REGION,
        "ec2",
        "DescribeVolumes",
        {"Volumes": [{"VolumeID": "v"}]},
        "Volumes[0] has a 'VolumeID', which Volume does not",
    ),
    (REGION, "ec2", "DescribeVolumes", {"Volumes": {"VolumeId": "v"}}, "not a list"),
    (REGION, "ec2", "DescribeVolumes", {"Volumes": [{"Size": "8"}]}, "Volumes[0].Size is '8', not a integer"),
    (REGION, "ec2", "DescribeVolumes", {"Volumes": [{"Size": True}]}, "not a integer"),
    (REGION, "ec2", "DescribeVolumes", {"Volumes": [{"CreateTime": "2026-01-01"}]}, "not a timestamp"),
    (REGION, "ec2", "DescribeVolumes", {"Volumes": [{"Encrypted": None}]}, "not a boolean"),
    (REGION, "ec2", "DescribeVolume", {}, "ec2 has no such operation"),
    (REGION, "ec3", "DescribeVolumes", {}, "no service 'ec3'"),
    ("global", "ec2", "DescribeVolumes", {}, "never under 'global'"),
    ("global", "iam", "GetCredentialReport", {"Content": "text"}, "not a blob"),
    ("global", "iam", "ListRoles", {"Roles": [{"RoleName": "r"}]}, "Roles[0] has no Path"),
    ("global", "iam", "GetAccountSummary", {"SummaryMap": {"Users": "1"}}, "SummaryMap['Users'] is '1'"),
    (REGION, "s3", "PutBucketPolicy", {"Policy": "{}"}, "nothing at all"),
]


@pytest.mark.parametrize(("region", "service", "operation", "answer", "sentence"), INVALID)
def test_what_aws_could_not_say_is_found(
    region: str, service: str, operation: str, answer: dict[str, Any], sentence: str
) -> None:
    world = World()
    world.put(ACCOUNT, region, service, operation, answer)
    assert any(sentence in found and f"{ACCOUNT} {region} {service}.{operation}" in found for found in world.invalid())


def test_parameters_and_statuses_are_checked_and_enumerations_doubted() -> None:
    world = World()
    world.put(ACCOUNT, REGION, "s3", "GetBucketPolicy", {"Policy": "{}"}, when={"bucket": "a"})
    world.put(ACCOUNT, REGION, "ec2", "DescribeVolumes", {}, when={"MaxResults": "7"})
    world.fail(ACCOUNT, REGION, "kms", "ListKeys", "Odd", 200)
    world.put(ACCOUNT, REGION, "kms", "DescribeKey", {"KeyMetadata": {"KeyId": "k", "KeyState": "Sleeping"}})
    assert any("has no parameter 'bucket'" in sentence for sentence in world.invalid())
    assert any("not a integer" in sentence for sentence in world.invalid())
    assert any("200 is not the status of an error" in sentence for sentence in world.invalid())
    assert ["Sleeping" in sentence for sentence in world.doubtful()] == [True]


def test_an_account_that_is_like_another_gives_its_answers_under_its_own_keys() -> None:
    world = World(page_size=1)
    world.put(ACCOUNT, REGION, "ec2", "DescribeVolumes", {"Volumes": [{"VolumeId": "vol-1"}, {"VolumeId": "vol-2"}]})
    world.account("210987654321").like = ACCOUNT
    world = World.from_dict(json.loads(json.dumps(world.to_dict())))
    with serve(world) as bench:
        ec2 = client(bench, "ec2", REGION, access_key="AKIA210987654321")
        pages = list(ec2.get_paginator("describe_volumes").paginate())
    assert [volume["VolumeId"] for page in pages for volume in page["Volumes"]] == ["vol-1", "vol-2"]
    assert {request.account for request in bench.log} == {"210987654321"}
