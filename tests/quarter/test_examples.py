"""The examples are what they say: the configuration is read by the tool itself, templates, workflow and scripts by their own checkers."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from cfnlint import decode
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner

from evidence.cli.common import chosen
from evidence.cli.configuration import Configuration, Quarter, read_configuration
from evidence.run.run import Run
from evidence.run.scope import Scope
from tests.aws.test_role_template import LINT, REGIONS
from tests.cli.commands import ROOT

EXAMPLES = ROOT / "examples"
TEMPLATES = sorted(p.relative_to(EXAMPLES).as_posix() for p in EXAMPLES.glob("*/*.yaml"))
WORKFLOW = EXAMPLES / "github-actions/evidence.yml"
SHELLCHECK = Path(sys.executable).with_name("shellcheck")


def template(name: str) -> dict[str, Any]:
    found, wrong = decode.decode(str(EXAMPLES / name))
    assert not wrong
    return dict(found)


def of_type(name: str, kind: str) -> list[dict[str, Any]]:
    return [r["Properties"] for r in template(name)["Resources"].values() if r["Type"] == kind]


def statements(name: str) -> list[dict[str, Any]]:
    """Of every policy in a template that allows its principal something."""
    documents = [p["PolicyDocument"] for kind in ("ManagedPolicy", "RolePolicy") for p in of_type(name, f"AWS::IAM::{kind}")]
    documents += [p["PolicyDocument"] for role in of_type(name, "AWS::IAM::Role") for p in role.get("Policies", [])]
    return [s for document in documents for s in document["Statement"]]


def test_the_configuration_is_read_and_shows_every_key_of_the_quarter() -> None:
    found = read_configuration(EXAMPLES / "evidence.toml")
    assert chosen(found.programs) and found.scope.role == "evidence-reader" and found.quarter.over_time == ("history", "events")
    assert found.quarter.runs == str(EXAMPLES / "runs"), "from the file's folder on"
    text = (EXAMPLES / "evidence.toml").read_text()
    told = set(re.findall(r"^(?:# )?(\w+) = ", text.partition("[quarter]")[2], re.M))
    assert {*Quarter.model_fields} - told == {"key", "pades", "redaction_key"}
    whole = Configuration.model_validate(tomllib.loads(re.sub(r"^# (?=\w+ = )", "", text, flags=re.M)))
    assert whole.quarter.kms_key and whole.quarter.tsa_ca and whole.manual, "what is commented out is read as well"


def test_cfn_lint_finds_nothing_in_the_templates() -> None:
    assert TEMPLATES == ["bucket/template.yaml", "codebuild/template.yaml", "fargate/template.yaml", "github-actions/role.yaml"]
    words = ["--include-checks", "I", "-r", *REGIONS, "-t", *(str(EXAMPLES / name) for name in TEMPLATES)]
    done = subprocess.run([sys.executable, "-c", LINT, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_bucket_is_locked_versioned_encrypted_and_closed() -> None:
    (bucket,) = of_type("bucket/template.yaml", "AWS::S3::Bucket")
    assert bucket["ObjectLockEnabled"] is True and bucket["VersioningConfiguration"]["Status"] == "Enabled"
    assert bucket["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]["Mode"] == {"Ref": "Mode"}
    assert template("bucket/template.yaml")["Parameters"]["Mode"]["AllowedValues"] == ["GOVERNANCE", "COMPLIANCE"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    (policy,) = of_type("bucket/template.yaml", "AWS::S3::BucketPolicy")
    assert {(s["Sid"], s["Effect"]) for s in policy["PolicyDocument"]["Statement"]} == {
        ("TlsOnly", "Deny"),
        ("Tls12OrLater", "Deny"),
    }


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_caller_may_delete_lift_the_lock_or_read_more_than_the_policies_that_are_named(name: str) -> None:
    """What is read of the accounts stands in the policies that `evidence policy` makes: no template repeats any of it."""
    actions = {a for s in statements(name) for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])}
    assert actions <= {
        "s3:ListBucket", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "kms:Decrypt", "kms:GenerateDataKey", "kms:GetPublicKey",
        "kms:Sign", "sts:AssumeRole", "organizations:DescribeOrganization", "organizations:ListAccounts", "logs:CreateLogStream",
        "logs:PutLogEvents", "codebuild:StartBuild", "ecs:RunTask", "iam:PassRole", "secretsmanager:GetSecretValue",
    }  # fmt: skip
    assert all(
        s["Resource"] != "*"
        for s in statements(name)
        if s["Action"] != ["organizations:DescribeOrganization", "organizations:ListAccounts"]
    )
    if name != "bucket/template.yaml":
        assert "ReadPolicyArns" in template(name)["Parameters"]


def test_the_workflow_is_as_githubs_schema_says_and_asks_for_least() -> None:
    done = CliRunner().invoke(check_jsonschema, ["--builtin-schema", "vendor.github-workflows", str(WORKFLOW)])
    assert done.exit_code == 0, done.output
    workflow = yaml.safe_load(WORKFLOW.read_text())
    assert workflow["permissions"] == {} and workflow["concurrency"]["cancel-in-progress"] is False
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"id-token": "write", "contents": "read"}
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"]) for step in job["steps"] if "uses" in step)
    assert not [step["run"] for step in job["steps"] if "${{" in step.get("run", "")], "what others chose comes in as a variable"


@pytest.mark.skipif(shutil.which("actionlint") is None, reason="actionlint is not installed here")
def test_actionlint_finds_nothing_in_the_workflow() -> None:
    done = subprocess.run(["actionlint", str(WORKFLOW)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_shellcheck_finds_nothing_in_the_scripts(tmp_path: Path) -> None:
    """Those of the workflow and of the image among them."""
    scripts = [*EXAMPLES.glob("*.sh"), *EXAMPLES.glob("*/*.sh")]
    (job,) = yaml.safe_load(WORKFLOW.read_text())["jobs"].values()
    for n, step in enumerate(s for s in job["steps"] if "run" in s):
        (tmp_path / f"step{n}.sh").write_text("#!/bin/bash -e\n" + step["run"])
    scripts += tmp_path.glob("*.sh")
    assert len(scripts) == 4
    done = subprocess.run([SHELLCHECK, *scripts], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_buildspec_has_the_phases_that_codebuild_knows() -> None:
    spec = yaml.safe_load((EXAMPLES / "codebuild/buildspec.yml").read_text())
    assert (
        spec["version"] == 0.2
        and {*spec} == {"version", "phases"}
        and {*spec["phases"]} <= {"install", "pre_build", "build", "post_build"}
    )
    assert all(isinstance(c, str) for phase in spec["phases"].values() for c in phase["commands"])
    (project,) = of_type("codebuild/template.yaml", "AWS::CodeBuild::Project")
    assert project["ConcurrentBuildLimit"] == 1 and project["Source"]["BuildSpec"] == "buildspec.yml"


AWS = """#!/bin/sh
# It sends nothing, and notes what it was asked.
echo "$*" >> "$LOG"
"""
EVIDENCE = """#!/bin/sh
mkdir -p runs/2026-Q3/2026-07-01 runs/2026-Q3/2026-07-08 packs/EVP-1 packs/EVP-1.changes
printf '{\\n  "ended": "2026-07-01T06:10:00Z"\\n}\\n' > runs/2026-Q3/2026-07-01/run.json
printf '{\\n  "ended": "",\\n}\\n' > runs/2026-Q3/2026-07-08/run.json
: > packs/EVP-1/pack.json
echo "said: $*"
exit 3
"""


def test_the_script_sends_what_is_finished_with_its_mark_last_and_ends_as_the_command_does(tmp_path: Path) -> None:
    for name, text in (("aws", AWS), ("evidence", EVIDENCE)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()
    env = {
        **os.environ,
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "LOG": str(tmp_path / "log"),
        "BUCKET": "b",
        "CONFIG": str(work / "evidence.toml"),
    }
    done = subprocess.run(["sh", EXAMPLES / "quarter.sh", "--pack"], capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 3 and done.stdout == "said: quarter --config evidence.toml --pack\n", done.stderr
    calls = (tmp_path / "log").read_text().splitlines()
    sent = [c.split()[-2:][0] + ("" if "--include" in c else " but its mark") for c in calls if c.split()[-1].startswith("s3://")]
    assert sent == [
        "runs/2026-Q3/2026-07-01 but its mark", "runs/2026-Q3/2026-07-01", "packs", "packs/EVP-1 but its mark", "packs/EVP-1",
    ]  # fmt: skip
    assert "2026-07-08" not in "".join(calls)


def test_an_empty_end_is_how_a_run_says_that_it_was_cut_short(tmp_path: Path) -> None:
    """What quarter.sh looks for."""
    Run.create(tmp_path / "run", Scope(()), versions={})
    assert '"ended": ""' in (tmp_path / "run/run.json").read_text()
