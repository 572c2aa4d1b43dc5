"""Build projects: secrets, sources, output, logs, privileges."""

from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.services.codebuild import GET_PROJECT
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers

NAME = "shop"
LISTED = answered("codebuild", "ListProjects", {"projects": [NAME]})
PLAIN, LOGIN, OUTPUT, PRIVILEGED, PUBLIC, LOGS = ALL = tuple(
    f"codebuild.projects.{name}"
    for name in ("no-plain-secrets", "source-without-login", "output-encrypted", "not-privileged", "not-public", "logs")
)


def project(requirement: str, *, redacted: bool = True, **given: Any) -> Judged:
    """As it is kept: what may be secret is redacted first."""
    page = {"projects": [{"name": NAME, "environment": {"type": "LINUX_CONTAINER"}, **given}], "projectsNotFound": []}
    if redacted:
        Redactor(b"k" * 32).apply(page, GET_PROJECT.redact)
    return judge_answers(requirement, LISTED, answered("codebuild", "BatchGetProjects", page, names=[NAME]))


def variables(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"environment": {"environmentVariables": list(entries)}}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"name": "DB_PASSWORD", "value": "hunter2hunter2", "type": "PLAINTEXT"}, "exception"),
        ({"name": "DB_PASSWORD", "value": "hunter2hunter2"}, "exception"),
        ({"name": "X", "value": "AKIA" + "ABCDEFGHIJKLMNOP"}, "exception"),
        ({"name": "DB_PASSWORD", "value": "/shop/db", "type": "PARAMETER_STORE"}, "meets"),
        ({"name": "DB_PASSWORD", "value": "shop-db", "type": "SECRETS_MANAGER"}, "meets"),
        ({"name": "MODE", "value": "fast"}, "meets"),
        ({"name": "DB_PASSWORD", "value": ""}, "meets"),
        ({"name": "DB_PASSWORD"}, "gap"),
    ],
)
def test_no_variable_is_a_secret(entry: dict[str, Any], expected: str) -> None:
    judged = project(PLAIN, **variables({"name": "A", "value": "1"}, entry))
    assert judged[NAME] == expected
    assert judged.members[0].arn == f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/{NAME}"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("https://github.com/shop/web.git", "meets"),
        ("https://clerk:NotARealToken@github.com/shop/web.git", "exception"),
        ("https://NotARealToken@github.com/shop/web.git", "exception"),
        ("https://clerk@bitbucket.org/shop/web.git", "meets"),
        ("https://clerk:NotARealToken@bitbucket.org/shop/web.git", "exception"),
        ("shop-sources/web@2.zip", "meets"),
        (None, "gap"),
    ],
)
def test_no_login_stands_in_the_address_of_a_source(location: Any, expected: str) -> None:
    source = {"type": "GITHUB"} | ({} if location is None else {"location": location})
    assert project(LOGIN, source=source)[NAME] == expected
    assert project(LOGIN, source={"type": "NO_SOURCE"}, secondarySources=[source])[NAME] == expected


def test_a_source_that_has_no_address_or_is_not_told() -> None:
    assert project(LOGIN, source={"type": "CODEPIPELINE"})[NAME] == "meets"
    assert project(LOGIN, source={"type": "NO_SOURCE"})[NAME] == "meets"
    assert project(LOGIN)[NAME] == project(LOGIN, source=None)[NAME] == "gap"


def test_what_was_kept_in_clear_is_a_gap() -> None:
    assert project(PLAIN, redacted=False, **variables({"name": "MODE", "value": "fast"}))[NAME] == "gap"
    clear = {"type": "GITHUB", "location": "https://a:b@github.com/shop/web.git"}
    assert project(LOGIN, redacted=False, source=clear)[NAME] == "gap"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"artifacts": {"type": "S3"}}, "meets"),
        ({"artifacts": {"type": "S3", "encryptionDisabled": True}}, "exception"),
        ({"artifacts": {"type": "NO_ARTIFACTS"}}, "not_applicable"),
        ({"artifacts": {"type": "S3"}, "secondaryArtifacts": [{"type": "S3", "encryptionDisabled": True}]}, "exception"),
        ({"logsConfig": {"s3Logs": {"status": "ENABLED", "encryptionDisabled": True}}}, "exception"),
        ({"logsConfig": {"s3Logs": {"status": "ENABLED", "encryptionDisabled": False}}}, "meets"),
        ({"logsConfig": {"s3Logs": {"status": "DISABLED", "encryptionDisabled": True}}}, "not_applicable"),
        ({"artifacts": {"type": "S3", "encryptionDisabled": "no"}}, "exception"),
        ({"artifacts": ["S3"]}, "gap"),
    ],
)
def test_output_is_encrypted(given: dict[str, Any], expected: str) -> None:
    assert project(OUTPUT, **given)[NAME] == expected


@pytest.mark.parametrize(
    ("requirement", "given", "expected"),
    [
        (PRIVILEGED, {"environment": {"privilegedMode": True}}, "exception"),
        (PRIVILEGED, {"environment": {"privilegedMode": False}}, "meets"),
        (PRIVILEGED, {"environment": {}}, "meets"),
        (PRIVILEGED, {"environment": {"privilegedMode": "maybe"}}, "gap"),
        (PRIVILEGED, {"environment": None}, "gap"),
        (PUBLIC, {"projectVisibility": "PRIVATE"}, "meets"),
        (PUBLIC, {"projectVisibility": "PUBLIC_READ"}, "exception"),
        (PUBLIC, {}, "gap"),
        (LOGS, {}, "meets"),
        (LOGS, {"logsConfig": {"cloudWatchLogs": {"status": "DISABLED"}}}, "exception"),
        (LOGS, {"logsConfig": {"cloudWatchLogs": {"status": "DISABLED"}, "s3Logs": {"status": "ENABLED"}}}, "meets"),
        (LOGS, {"logsConfig": {"s3Logs": {"status": "DISABLED"}}}, "meets"),
        (LOGS, {"logsConfig": {"cloudWatchLogs": {"status": "PERHAPS"}}}, "gap"),
        (LOGS, {"logsConfig": {"cloudWatchLogs": {"groupName": "x"}}}, "gap"),
    ],
)
def test_builds_are_private_unprivileged_and_logged(requirement: str, given: dict[str, Any], expected: str) -> None:
    assert project(requirement, **given)[NAME] == expected


@pytest.mark.parametrize("requirement", ALL)
def test_projects_that_could_not_be_read(requirement: str) -> None:
    def answer(**page: Any) -> str:
        return judge_answers(requirement, LISTED, answered("codebuild", "BatchGetProjects", page, names=[NAME]))[NAME]

    assert answer(projects=[], projectsNotFound=[NAME]) == "not_applicable"
    assert answer(projects=[]) == "gap"
    assert answer(projects=[7]) == "gap"
    assert judge_answers(requirement, LISTED, ended("codebuild", "BatchGetProjects", "denied", names=[NAME]))[NAME] == "gap"
    assert judge_answers(requirement, ended("codebuild", "ListProjects", "denied")).result.judgement == "gap"
    assert (
        judge_answers(requirement, answered("codebuild", "ListProjects", {"projects": []})).result.judgement == "not_applicable"
    )


def test_nothing_that_may_be_secret_is_kept() -> None:
    word = "NotARealSecret"
    source = {
        "type": "GITHUB", "location": f"https://{word}@github.com/a", "buildspec": f"version: 0.2\nenv: {word}\n",
        "buildStatusConfig": {"targetUrl": word},
    }  # fmt: skip
    found = {
        "environment": {"environmentVariables": [{"name": "A", "value": word}]}, "source": source, "secondarySources": [source],
        "webhook": {"secret": word, "url": word, "payloadUrl": word}, "badge": {"badgeRequestUrl": word},
    }  # fmt: skip
    page = {"projects": [found]}
    Redactor(b"k" * 32).apply(page, GET_PROJECT.redact)
    assert word not in str(page)
    assert str(page).count("[redacted ") == 11
    kept = {"projects": [{"source": {"type": "S3", "location": "bucket/web.zip", "buildspec": "buildspec.yml"}}]}
    Redactor(b"k" * 32).apply(kept, GET_PROJECT.redact)
    assert kept["projects"][0]["source"]["buildspec"] == "buildspec.yml"
