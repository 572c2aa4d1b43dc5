"""The role's templates: what they let in, what they let read, and whether CloudFormation and Terraform would take them."""

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from policy_sentry.querying.actions import get_actions_for_service

from evidence.aws.policy import AWS_LIMIT, policy, size, with_members
from evidence.aws.role_template import MOST, cloudformation, terraform
from evidence.errors import EvidenceError
from evidence.services import asks
from evidence.services.declare import Ask
from tests.cli.commands import evidence, refused

MANY = tuple(Ask("s3", f"Get{n}", (f"s3:Get{'X' * 30}{n}",), plain=n % 7 > 0, note="n") for n in range(500))
SETS = {"every ask": asks(), "more than one policy holds": MANY, "one": asks()[:1]}
PROGRAMS = ("soc2-2017", "cis-aws-foundations-7.0")
LINT = "from cfnlint.runner import main; main()"
REGIONS = ("us-east-1", "us-gov-west-1", "cn-north-1")


def actions_of(documents: list[dict[str, Any]]) -> list[str]:
    return sorted(action for d in documents for s in d["Statement"] for action in s["Action"])


def wanted(chosen: tuple[Ask, ...]) -> list[str]:
    return sorted({"ec2:DescribeRegions", "sts:GetCallerIdentity"} | {action for ask in chosen for action in ask.actions})


def lint(template: dict[str, Any], folder: Path) -> str:
    path = folder / "template.json"
    path.write_text(json.dumps(template))
    command = [sys.executable, "-c", LINT, "--include-checks", "I", "-r", *REGIONS, "-t", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


# -- CloudFormation --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", SETS.values(), ids=SETS.keys())
def test_cloudformation_reads_those_actions_and_no_others_in_policies_that_are_not_too_long(chosen: tuple[Ask, ...]) -> None:
    resources = cloudformation(chosen, PROGRAMS)["Resources"]
    made = {n: r["Properties"]["PolicyDocument"] for n, r in resources.items() if r["Type"] == "AWS::IAM::ManagedPolicy"}
    assert actions_of(list(made.values())) == wanted(chosen)
    assert all(size(document) <= AWS_LIMIT for document in made.values())
    assert all({s["Effect"] for s in document["Statement"]} == {"Allow"} for document in made.values())
    assert resources["Role"]["Properties"]["ManagedPolicyArns"] == [{"Ref": name} for name in made]
    assert set(resources) == {*made, "Role"}
    assert len(made) > 1 or chosen is not MANY


def test_cloudformation_lets_in_whoever_was_named_with_the_external_id_and_nobody_else() -> None:
    template = cloudformation(asks(), PROGRAMS)
    (statement,) = template["Resources"]["Role"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement == {
        "Effect": "Allow", "Principal": {"AWS": {"Ref": "TrustedPrincipal"}}, "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}},
    }  # fmt: skip
    parameters = template["Parameters"]
    assert parameters["ExternalId"]["NoEcho"] is True
    assert not {"Default"} & ({*parameters["ExternalId"]} | {*parameters["TrustedPrincipal"]}), "both must be given"
    assert set(parameters) == {"TrustedPrincipal", "ExternalId", "RoleName", "Path", "MaxSessionDuration"}
    assert template["Metadata"]["Programs"] == list(PROGRAMS)


@pytest.mark.parametrize(("value", "taken"), [
    ("111122223333", True), ("arn:aws:iam::111122223333:root", True), ("arn:aws-cn:iam::111122223333:role/audit/x", True),
    ("arn:aws-us-gov:iam::111122223333:user/x", True), ("*", False), ("arn:aws:iam::*:root", False), ("11112222333", False),
    ("arn:aws:iam::111122223333:role/", False), ("", False),
])  # fmt: skip
def test_a_principal_that_would_let_in_more_is_refused(value: str, taken: bool) -> None:
    pattern = cloudformation(asks(), ())["Parameters"]["TrustedPrincipal"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, value)) is taken


def test_cfn_lint_finds_nothing_in_any_partition(tmp_path: Path) -> None:
    """It knows the actions' names too. The second template has more than one policy of them."""
    reads = [a for a in get_actions_for_service("ec2") if a.startswith(("ec2:Describe", "ec2:Get"))]
    for chosen in (asks(), (*asks(), Ask("ec2", "DescribeVolumes", tuple(reads)))):
        template = cloudformation(chosen, PROGRAMS)
        assert lint(template, tmp_path) == ""
    assert {"Read1", "Read2"} <= set(template["Resources"])


def test_cfn_lint_would_find_what_is_wrong(tmp_path: Path) -> None:
    template = copy.deepcopy(cloudformation(asks()[:1], PROGRAMS))
    template["Resources"]["Role"]["Properties"]["ManagedPolicyArn"] = []
    template["Resources"]["Role"]["Properties"]["Path"] = {"Ref": "Pfad"}
    found = lint(template, tmp_path)
    assert "ManagedPolicyArn" in found and "Pfad" in found


def test_more_policies_than_a_role_may_have_is_a_sentence() -> None:
    many = tuple(Ask("s3", f"Get{n}", (f"s3:Get{'X' * 60}{n}",)) for n in range(100 * MOST))
    for form in (cloudformation, terraform):
        with pytest.raises(EvidenceError, match=r"a role may have 10.*fewer programs"):
            form(many, PROGRAMS)


# -- Terraform -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", SETS.values(), ids=SETS.keys())
def test_terraform_makes_the_same_role(chosen: tuple[Ask, ...]) -> None:
    module, template = terraform(chosen, PROGRAMS), cloudformation(chosen, PROGRAMS)["Resources"]
    made = module["resource"]["aws_iam_policy"]
    documents = [json.loads(p["policy"]) for p in made.values()]
    assert documents == [r["Properties"]["PolicyDocument"] for n, r in template.items() if n != "Role"]
    attached = module["resource"]["aws_iam_role_policy_attachment"]
    assert [a["policy_arn"] for a in attached.values()] == [f"${{aws_iam_policy.{name}.arn}}" for name in made]
    (statement,) = module["data"]["aws_iam_policy_document"]["trust"]["statement"]
    assert statement["condition"] == [{"test": "StringEquals", "variable": "sts:ExternalId", "values": ["${var.external_id}"]}]
    assert statement["principals"] == [{"type": "AWS", "identifiers": ["${var.trusted_principal}"]}]
    assert module["variable"]["external_id"]["sensitive"] is True
    assert not {"default"} & ({*module["variable"]["external_id"]} | {*module["variable"]["trusted_principal"]})


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in texts(inner)]
    return [value] if isinstance(value, str) else []


def test_terraform_knows_whatever_an_expression_names() -> None:
    """By the documented JSON syntax: top-level properties are block types, their labels nested objects, texts templates."""
    module = terraform(MANY, PROGRAMS)
    assert set(module) == {"//", "terraform", "variable", "data", "resource", "output"}
    known = {f"var.{name}" for name in module["variable"]}
    known |= {f"data.{kind}.{name}" for kind, blocks in module["data"].items() for name in blocks}
    known |= {f"{kind}.{name}" for kind, blocks in module["resource"].items() for name in blocks}
    named = set()
    for text in texts({k: v for k, v in module.items() if k != "//"}):
        for expression in re.findall(r"(?<!\$)\$\{(.*?)\}(?!,)", text):
            named |= {m.rstrip(".") for m in re.findall(r"\b(?:var\.\w+|data\.\w+\.\w+|aws_\w+\.\w+)", expression)}
    assert named <= known
    assert {f"var.{name}" for name in module["variable"]} <= named, "every variable is used"


def stood_in(module: dict[str, Any]) -> dict[str, Any]:
    """The module with Terraform's own kind of resource in the place of AWS's, whose provider is a download."""
    kinds = {kind: blocks for part in ("resource", "data") for kind, blocks in module[part].items()}
    own = {f"{kind}_{name}": {"input": body} for kind, blocks in kinds.items() for name, body in blocks.items()}
    text = json.dumps({"variable": module["variable"], "resource": {"terraform_data": own}, "output": module["output"]})
    text = re.sub(r"(?:data\.)?(aws_\w+)\.(\w+)\.(?:arn|json|name)\b", r"terraform_data.\1_\2.id", text)
    return {**json.loads(text), "terraform": {"required_version": module["terraform"]["required_version"]}}


@pytest.mark.skipif(shutil.which("terraform") is None, reason="Terraform is not installed here")
def test_terraform_itself_reads_the_module_and_refuses_wrong_values(tmp_path: Path) -> None:
    """Everything but the AWS provider's own schema: it is not asked for, since that is a download."""

    def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
        return subprocess.run(
            ["terraform", *words, "-no-color"], cwd=folder, env=env, capture_output=True, text=True, check=False
        )

    real, stand_in = tmp_path / "real", tmp_path / "stand-in"
    for folder, module in ((real, terraform(asks(), PROGRAMS)), (stand_in, stood_in(terraform(asks(), PROGRAMS)))):
        folder.mkdir()
        (folder / "evidence.tf.json").write_text(json.dumps(module))
    read = run(real, "providers")
    assert read.returncode == 0 and "hashicorp/aws" in read.stdout, read.stderr
    made = run(stand_in, "init")
    assert made.returncode == 0, made.stderr
    assert run(stand_in, "validate").returncode == 0
    good = {"trusted_principal": "arn:aws:iam::111122223333:root", "external_id": "q3-shared"}

    def planned(**values: str) -> subprocess.CompletedProcess[str]:
        return run(stand_in, "plan", "-input=false", *(f"-var={k}={v}" for k, v in {**good, **values}.items()))

    assert planned().returncode == 0
    assert planned(external_id="x" * 1224).returncode == 0
    for wrong in ({"trusted_principal": "*"}, {"external_id": "a b"}, {"external_id": "a"}, {"max_session_duration": "60"}):
        assert planned(**wrong).returncode == 1, wrong
        assert "Invalid value for variable" in planned(**wrong).stderr


# -- the command line --------------------------------------------------------------------------------------------------------


def test_the_command_prints_each_format() -> None:
    template = json.loads(evidence("policy", "--format", "cloudformation", "--program", "soc2-2017").stdout)
    module = json.loads(evidence("policy", "--format", "terraform", "--program", "soc2-2017").stdout)
    plain = json.loads(evidence("policy", "--program", "soc2-2017").stdout)
    one = [r["Properties"]["PolicyDocument"] for n, r in template["Resources"].items() if n != "Role"]
    assert (
        actions_of(one)
        == actions_of([plain])
        == actions_of([json.loads(p["policy"]) for p in module["resource"]["aws_iam_policy"].values()])
    )
    assert {"sts:GetCallerIdentity", "ec2:DescribeRegions"} <= set(actions_of([plain]))
    assert not [a for a in actions_of([plain]) if a.startswith(("organizations:List", "sts:Assume"))]


def test_whoever_enters_an_organisation_may_list_it_and_assume_that_one_role() -> None:
    words = ("policy", "--program", "soc2-2017")
    found = json.loads(evidence(*words, "--organization", "--role", "audit/reader").stdout)
    enter = next(s for s in found["Statement"] if s["Sid"] == "EvidenceEnter")
    assert enter == {
        "Sid": "EvidenceEnter", "Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": "arn:*:iam::*:role/audit/reader"}  # fmt: skip
    added = {*actions_of([found])} - {*actions_of([json.loads(evidence(*words).stdout)])}
    assert added == {"sts:AssumeRole", "organizations:ListAccounts"}, "the organisation itself is read by a requirement as well"


def test_what_cannot_be_meant_is_refused() -> None:
    assert "account that enters them" in refused("policy", "--format", "terraform", "--organization")
    assert "not its ARN" in refused("policy", "--organization", "--role", "arn:aws:iam::111122223333:role/x")
    assert evidence("policy", "--format", "yaml").returncode == 2


def test_the_size_is_counted_as_aws_counts_it() -> None:
    document = with_members(policy(asks()[:1]), "r")
    assert size(document) == len(json.dumps(document).replace(" ", ""))
