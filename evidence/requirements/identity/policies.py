"""What the account's own policies allow: customer-managed ones and those inline in users, groups and roles."""

import re
from collections.abc import Mapping
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.policy import Statement, full_admin, grants, on_everything, statements
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement

_EVERY_ROLE = re.compile(r"arn:[^:]+:iam:[^:]*:[^:]*:(role/?)?\*+")
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
        if grants(s, "iam:PassRole") and _on_every_role(s) and not _to_named_services(s)
    ]


def _on_every_role(statement: Statement) -> bool:
    return on_everything(statement) or any(_EVERY_ROLE.fullmatch(resource) for resource in statement.resources)


def _to_named_services(statement: Statement) -> bool:
    return any(
        key == "iam:passedtoservice"
        and _NAMES_SERVICE.fullmatch(operator)
        and values
        and not any(set(v) <= {"*"} for v in values)
        for operator, key, values in statement.conditions
    )


REQUIREMENTS = (no_full_admin, no_pass_role_on_everything)
