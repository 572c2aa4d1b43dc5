"""The role by which an account is read, for whoever sets it up: a CloudFormation template, or Terraform in its JSON syntax.

Both make the same: managed policies with the least-privilege actions, each within AWS's size, and a role that one named
principal may assume with the external id.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from evidence.aws.policy import policies
from evidence.errors import EvidenceError
from evidence.services.declare import Ask

ROLE_NAME = "evidence-reader"
MOST = 10
"""Managed policies that AWS lets a role have unless a higher quota was asked for."""
_PRINCIPAL = r"^(\d{12}|arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)/.+))$"
_EXTERNAL_ID = r"^[\w+=,.@:/-]+$"
_SHORTEST, _LONGEST = 2, 1224
"""Characters of an external id. Terraform's patterns cannot count beyond 1,000."""
_NAME = r"^[\w+=,.@-]{1,64}$"
_PATH = r"^/([!-~]+/)?$"

_SAYS = {
    "trusted principal": "Who may assume the role: a principal's ARN, or an account's id for all that this account lets.",
    "external id": "The external id that must come with it, the same in every account. Nobody else should know it.",
    "role name": "The role's name, the same in every account: evidence collect --role.",
    "path": "The path of the role and its policies. With another than / name the role with it: --role audit/evidence-reader.",
    "duration": "Seconds for which a session may be asked for. The collection asks for an hour and renews it.",
}


def cloudformation(asks: Iterable[Ask], programs: Iterable[str]) -> dict[str, Any]:
    """A template for a stack or a stack set: the same in every partition, to be deployed once an account, in one Region."""
    documents = _documents(asks)
    policies_of = {
        f"Read{n}": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"Description": _about(n), "Path": {"Ref": "Path"}, "PolicyDocument": document},
        }
        for n, document in enumerate(documents, 1)
    }
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": {"Ref": "RoleName"},
            "Path": {"Ref": "Path"},
            "Description": "Read by evidence, for audit. It can change nothing.",
            "MaxSessionDuration": {"Ref": "MaxSessionDuration"},
            "ManagedPolicyArns": [{"Ref": name} for name in policies_of],
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": {"Ref": "TrustedPrincipal"}},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}},
                    }
                ],
            },
        },
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": (
            "Read-only role by which evidence collects for audit. Deploy it once an account, in one Region (IAM has none), with "
            "CAPABILITY_NAMED_IAM. A stack set with service-managed permissions leaves the management account out."
        ),
        "Metadata": {"Programs": list(programs)},
        "Parameters": _parameters(),
        "Resources": {**policies_of, "Role": role},
        "Outputs": {"RoleArn": {"Description": "The role that was made.", "Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    }


def _parameters() -> dict[str, Any]:
    return {
        "TrustedPrincipal": {"Type": "String", "Description": _SAYS["trusted principal"], "AllowedPattern": _PRINCIPAL},
        "ExternalId": {
            "Type": "String", "NoEcho": True, "Description": _SAYS["external id"], "MinLength": _SHORTEST, "MaxLength": _LONGEST, "AllowedPattern": _EXTERNAL_ID,
            "ConstraintDescription": "It has 2 to 1224 letters, digits and _+=,.@:/- and no space.",
        },
        "RoleName": {"Type": "String", "Default": ROLE_NAME, "Description": _SAYS["role name"], "AllowedPattern": _NAME},
        "Path": {"Type": "String", "Default": "/", "Description": _SAYS["path"], "AllowedPattern": _PATH},
        "MaxSessionDuration": {
            "Type": "Number", "Default": 3600, "MinValue": 3600, "MaxValue": 43200, "Description": _SAYS["duration"],
        },
    }  # fmt: skip


def terraform(asks: Iterable[Ask], programs: Iterable[str]) -> dict[str, Any]:
    """A module in Terraform's JSON syntax, to be kept as a file that ends with .tf.json."""
    documents = _documents(asks)
    names = [f"read_{n}" for n in range(1, len(documents) + 1)]
    made = {
        name: {
            "name": f"${{var.role_name}}-{n}", "path": "${var.path}", "description": _about(n),
            "policy": _literal(json.dumps(document, separators=(",", ":"))),
        }
        for n, (name, document) in enumerate(zip(names, documents, strict=True), 1)
    }  # fmt: skip
    statement = {
        "effect": "Allow",
        "actions": ["sts:AssumeRole"],
        "principals": [{"type": "AWS", "identifiers": ["${var.trusted_principal}"]}],
        "condition": [{"test": "StringEquals", "variable": "sts:ExternalId", "values": ["${var.external_id}"]}],
    }
    role = {
        "name": "${var.role_name}",
        "path": "${var.path}",
        "description": "Read by evidence, for audit. It can change nothing.",
        "max_session_duration": "${var.max_session_duration}",
        "assume_role_policy": "${data.aws_iam_policy_document.trust.json}",
    }
    attached = {name: {"role": "${aws_iam_role.reader.name}", "policy_arn": f"${{aws_iam_policy.{name}.arn}}"} for name in names}
    return {
        "//": f"Read-only role by which evidence collects for {', '.join(programs)}.",
        "terraform": {"required_version": ">= 1.0", "required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 4.0"}}},
        "variable": _variables(),
        "data": {"aws_iam_policy_document": {"trust": {"statement": [statement]}}},
        "resource": {"aws_iam_policy": made, "aws_iam_role": {"reader": role}, "aws_iam_role_policy_attachment": attached},
        "output": {"role_arn": {"description": "The role that was made.", "value": "${aws_iam_role.reader.arn}"}},
    }  # fmt: skip


def _variables() -> dict[str, Any]:
    kept = " Terraform's state holds it in clear."
    return {
        "trusted_principal": {
            "type": "string", "description": _SAYS["trusted principal"],
            "validation": _validation("trusted_principal", _PRINCIPAL, "It is an ARN of IAM, or an account id of twelve digits."),
        },
        "external_id": {
            "type": "string", "sensitive": True, "description": _SAYS["external id"] + kept,
            "validation": _validation(
                "external_id", _EXTERNAL_ID, "It has 2 to 1224 letters, digits and _+=,.@:/- and no space.",
                f" && length(var.external_id) >= {_SHORTEST} && length(var.external_id) <= {_LONGEST}",
            ),
        },
        "role_name": {"type": "string", "default": ROLE_NAME, "description": _SAYS["role name"]},
        "path": {"type": "string", "default": "/", "description": _SAYS["path"]},
        "max_session_duration": {
            "type": "number", "default": 3600, "description": _SAYS["duration"],
            "validation": {
                "condition": "${var.max_session_duration >= 3600 && var.max_session_duration <= 43200}",
                "error_message": "It is between 3600 and 43200.",
            },
        },
    }  # fmt: skip


def _validation(variable: str, pattern: str, message: str, more: str = "") -> dict[str, str]:
    return {"condition": f"${{can(regex({json.dumps(pattern)}, var.{variable})){more}}}", "error_message": message}


def _literal(text: str) -> str:
    """A text that Terraform is to take as it is, whatever looks like an expression in it."""
    return text.replace("${", "$${").replace("%{", "%%{")


def _documents(asks: Iterable[Ask]) -> list[Mapping[str, Any]]:
    documents = policies(asks)
    if len(documents) > MOST:
        raise EvidenceError(
            f"The actions fill {len(documents)} managed policies, and a role may have {MOST} unless AWS raised that quota.",
            "Name fewer programs with --program, and make a role for each choice of them.",
        )
    return list(documents)


def _about(number: int) -> str:
    return f"What evidence reads, part {number}."
