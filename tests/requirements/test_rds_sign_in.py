"""Databases: who signs in and under what name, and tags that go with their copies."""

from typing import Any

import pytest

from tests.judging import Judged, answered, ended, judge_answers

CALLS = {"instances": ("DescribeDBInstances", "DBInstances"), "clusters": ("DescribeDBClusters", "DBClusters")}
BOTH = ["instances", "clusters"]


def judged(kind: str, requirement: str, *, parameters: dict[str, Any] | None = None, **more: Any) -> Judged:
    one = {"instances": "DBInstance", "clusters": "DBCluster"}[kind]
    found = {f"{one}Identifier": "db", f"{one}Arn": "arn:db", "Engine": "postgres", "EngineVersion": "16.4", **more}
    operation, result = CALLS[kind]
    return judge_answers(f"rds.{kind}.{requirement}", answered("rds", operation, {result: [found]}), **(parameters or {}))


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize(
    ("requirement", "fields", "expected"),
    [
        ("iam-authentication", {"IAMDatabaseAuthenticationEnabled": True}, "meets"),
        ("iam-authentication", {"IAMDatabaseAuthenticationEnabled": False}, "exception"),
        ("iam-authentication", {}, "gap"),
        ("iam-authentication", {"IAMDatabaseAuthenticationEnabled": "yes"}, "gap"),
        ("tags-copied", {"CopyTagsToSnapshot": True}, "meets"),
        ("tags-copied", {"CopyTagsToSnapshot": False}, "exception"),
        ("tags-copied", {}, "gap"),
        ("tags-copied", {"CopyTagsToSnapshot": 1}, "gap"),
        ("admin-name", {"MasterUsername": "larkfield"}, "meets"),
        ("admin-name", {"MasterUsername": "administrator"}, "meets"),
        ("admin-name", {"MasterUsername": "admin"}, "exception"),
        ("admin-name", {"MasterUsername": "Postgres"}, "exception"),
        ("admin-name", {}, "gap"),
        ("admin-name", {"MasterUsername": ["admin"]}, "gap"),
    ],
)
def test_a_database_s_own_setting(kind: str, requirement: str, fields: dict[str, Any], expected: str) -> None:
    assert judged(kind, requirement, **fields)["db"] == expected


@pytest.mark.parametrize("kind", BOTH)
def test_the_names_can_be_chosen(kind: str) -> None:
    assert judged(kind, "admin-name", MasterUsername="SA", parameters={"names": ["Sa", "root"]})["db"] == "exception"
    assert judged(kind, "admin-name", MasterUsername="admin", parameters={"names": ["sa"]})["db"] == "meets"


@pytest.mark.parametrize("requirement", ["iam-authentication", "tags-copied", "admin-name"])
def test_members_of_a_cluster_are_judged_with_it(requirement: str) -> None:
    found = judged("instances", requirement, DBClusterIdentifier="cl", Engine="aurora-mysql", MasterUsername="admin")
    assert found["db"] == "not_applicable" and f"rds.clusters.{requirement}" in found.reason("db")


@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        ("mysql", "exception"),
        ("mariadb", "exception"),
        ("oracle-ee", "not_applicable"),
        ("sqlserver-se", "not_applicable"),
        ("custom-sqlserver-ee", "not_applicable"),
    ],
)
def test_only_three_engines_take_tokens_of_iam(engine: str, expected: str) -> None:
    assert judged("instances", "iam-authentication", Engine=engine, IAMDatabaseAuthenticationEnabled=False)["db"] == expected


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("requirement", ["iam-authentication", "tags-copied", "admin-name"])
def test_a_denied_list_is_a_gap_and_other_services_databases_are_left_out(kind: str, requirement: str) -> None:
    denied = judge_answers(f"rds.{kind}.{requirement}", ended("rds", CALLS[kind][0], "denied"))
    assert denied.result.judgement == "gap"
    assert judged(kind, requirement, Engine="docdb").result.judgement == "not_applicable"
