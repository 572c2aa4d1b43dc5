"""What the account's own policies allow: customer-managed ones and those inline in users, groups and roles."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.policy import Statement, full_admin, grants, on_everything, statements
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

_EVERY_ROLE = re.compile(r"arn:[^:]+:iam:[^:]*:[^:]*:(role/?)?\*+")
_EVERY_KEY = re.compile(r"arn:[^:]+:kms:[^:]*:[^:]*:(key/?)?\*+")
_EVERY_IDENTITY = re.compile(r"arn:[^:]+:iam:[^:]*:[^:]*:((user|group|role|policy)/?)?\*+")
_STARS = re.compile(r"[*?]*\*[*?]*")
GRANTING = (
    "iam:AddUserToGroup", "iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:CreateAccessKey", "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion", "iam:PutGroupPolicy", "iam:PutRolePolicy", "iam:PutUserPolicy", "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy", "iam:UpdateLoginProfile",
)  # fmt: skip
"""Each of these alone leads to any other right, where it is allowed on everybody."""
# `IfExists` is as good here: a request to pass a role always says to whom.
_NAMES_SERVICE = re.compile(r"(foranyvalue:)?(stringequals|stringequalsignorecase|stringlike)(ifexists)?")

ATTACHED = Applies(
    lambda policies: policies.attachments >= 1,
    "The policy is attached to no user, group or role (one that only bounds permissions is not): it grants nothing.",
)


@requirement(
    "iam.policies.no-full-admin",
    says="No policy of the account's own allows everything on everything.",
    why="All rights are for the few who hold AdministratorAccess, where they are seen and counted.",
    logic=(
        "In the default version of every customer-managed policy that is attached to a user, group or role, and in every inline "
        "policy, no Allow has Action * (or *:*, or any NotAction) on Resource * (or any NotResource); a Deny or a condition "
        "does not change that. AWS managed policies are judged by iam.principals.administrators-known."
    ),
    covers=("IA-09",),
    applies=(ATTACHED,),
    shows=("kind",),
    fix="Name the actions and resources that are needed; IAM Access Analyzer can generate a policy from what was used.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",
)
def no_full_admin(policies: Population) -> Truth:
    return policies.document.free_of(full_admin)


@requirement(
    "iam.policies.no-pass-role-on-everything",
    says="No policy of the account's own allows any role to be passed to any service.",
    why="Who may hand any role to a service has the rights of every role in the account.",
    logic=(
        "In the default version of every attached customer-managed policy, and in every inline policy, no Allow covers iam:PassRole "
        "(by wildcard or NotAction too) on every resource or every role without a condition that names iam:PassedToService by "
        "StringEquals or StringLike (also …IgnoreCase and …IfExists) other than *."
    ),
    covers=("IA-17",),
    applies=(ATTACHED,),
    shows=("kind",),
    fix="Name the roles in Resource, or add the condition StringEquals iam:PassedToService with the service that needs them.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
)
def no_pass_role_on_everything(policies: Population) -> Truth:
    return policies.document.free_of(_pass_role)


def _pass_role(document: Mapping[str, Any]) -> list[str]:
    every = statements(document)
    return [
        f"iam:PassRole on every role in statement {s.number} of {len(every)}"
        for s in every
        if grants(s, "iam:PassRole") and _on_every(s, _EVERY_ROLE) and not _named_by(s, "iam:passedtoservice")
    ]


def _on_every(statement: Statement, one: re.Pattern[str]) -> bool:
    return on_everything(statement) or any(one.fullmatch(resource) for resource in statement.resources)


def _named_by(statement: Statement, wanted: str) -> bool:
    """Whether a condition on this key names something other than everything."""
    return any(
        key == wanted and _NAMES_SERVICE.fullmatch(operator) and values and not any(set(v) <= {"*"} for v in values)
        for operator, key, values in statement.conditions
    )


@requirement(
    "iam.policies.no-decrypt-on-every-key",
    says="No policy of the account's own allows decryption with every key.",
    why="Whoever may decrypt with every key reads all that is encrypted, whatever else keeps it from others.",
    logic=(
        "In the default version of every attached customer-managed policy, and in every inline policy, no Allow covers kms:Decrypt or "
        "kms:ReEncryptFrom (by wildcard or NotAction too) on every resource or every key (arn:…:key/*); a condition does not change that, "
        "but for one that names kms:ViaService by StringEquals or StringLike other than *."
    ),
    covers=(),
    applies=(ATTACHED,),
    shows=("kind",),
    fix="Name in Resource the ARNs of the keys that are needed.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html",
)
def no_decrypt_on_every_key(policies: Population) -> Truth:
    return policies.document.free_of(_decrypts)


def _decrypts(document: Mapping[str, Any]) -> list[str]:
    every = statements(document)
    return [
        f"{action} with every key in statement {s.number} of {len(every)}"
        for s in every
        for action in ("kms:Decrypt", "kms:ReEncryptFrom")
        if grants(s, action) and _on_every(s, _EVERY_KEY) and not _named_by(s, "kms:viaservice")
    ]


@requirement(
    "iam.policies.no-self-granting",
    says="No policy of the account's own lets its holder give itself further rights.",
    why="Whoever may change any policy or any user's credentials has every right in the account, whatever the policy's name says.",
    logic=(
        f"In the default version of every attached customer-managed policy, and in every inline policy, no Allow covers one of {', '.join(GRANTING)} (by "
        "wildcard or NotAction too) on every resource, or every user, group, role or policy, without any condition."
    ),
    covers=(),
    applies=(ATTACHED,),
    shows=("kind",),
    fix="Name in Resource whose rights may be changed, or demand a permissions boundary by the condition iam:PermissionsBoundary.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
)
def no_self_granting(policies: Population) -> Truth:
    return policies.document.free_of(_self_granting)


def _self_granting(document: Mapping[str, Any]) -> list[str]:
    every = statements(document)
    return [
        f"{', '.join(found)} on everything in statement {s.number} of {len(every)}"
        for s in every
        if not s.conditions and _on_every(s, _EVERY_IDENTITY) and (found := [a for a in GRANTING if grants(s, a)])
    ]


@requirement(
    "iam.policies.no-whole-services",
    says="No policy of the account's own allows everything that a service can do, on everything.",
    why="With a whole service come its deletions, its permissions and whatever AWS adds to it later.",
    logic=(
        "In the default version of every attached customer-managed policy, and in every inline policy, no Allow has an Action that takes in all of a "
        "service (service:*, or *) on Resource * (or any NotResource), nor a NotAction on it, a condition or not; services in the list "
        "given are left out."
    ),
    covers=(),
    parameters={"services": Parameter([], "prefixes of services, such as xray, of which everything may be allowed")},
    applies=(ATTACHED,),
    shows=("kind",),
    fix="Name the actions that are needed; IAM Access Analyzer can generate a policy from what was used.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
)
def no_whole_services(policies: Population, *, services: list[str]) -> Truth:
    left_out = {service.lower() for service in services}

    def whole(document: Mapping[str, Any]) -> list[str]:
        every = statements(document)
        return [
            f"Allow {what} on everything in statement {s.number} of {len(every)}"
            for s in every
            if s.allows and on_everything(s)
            for what in (*_whole(s, left_out), *(("all but " + ", ".join(s.not_actions),) if s.not_actions else ()))
        ]

    return policies.document.free_of(whole)


def _whole(statement: Statement, left_out: Collection[str]) -> Iterator[str]:
    for action in statement.actions:
        service, colon, name = action.partition(":")
        if (not colon and _STARS.fullmatch(service)) or (colon and _STARS.fullmatch(name) and service.lower() not in left_out):
            yield action


REQUIREMENTS = (no_full_admin, no_pass_role_on_everything, no_decrypt_on_every_key, no_self_granting, no_whole_services)
