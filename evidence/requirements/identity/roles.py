"""Roles: who may take them on, what those of instances and of Elastic Beanstalk may do, and whether they do it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.pairs import paired
from evidence.populations.policy import accounts_named, covers_all, full_admin, on_everything, open_to_everyone, statements
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

_ADMIN = re.compile(r"arn:[^:]+:iam::aws:policy/(AdministratorAccess|AdministratorAccess-[\w-]+|PowerUserAccess|IAMFullAccess)")
_LAST_ACCESSED = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html"
_CROSS_ACCOUNT = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"

SERVICE_LINKED = Applies(
    lambda roles: ~roles.path.matches(r"^/aws-service-role/"),
    "It is a service-linked role, whose trust AWS decides.",
)


@requirement(
    "iam.machine-roles.no-administrator",
    says="No role of instances or of Elastic Beanstalk has administrator rights.",
    why="Whoever breaks into the application has the rights of its instances' role.",
    logic="The role holds none of AdministratorAccess, AdministratorAccess-…, PowerUserAccess and IAMFullAccess, and none of its inline "
    "and customer-managed policies (default version) allows every action, or all of IAM's, on everything (by NotAction and NotResource "
    "too); a Deny, a condition or a permissions boundary does not change that. Judged are roles that an instance profile holds or that "
    "elasticbeanstalk.amazonaws.com may take on.",
    covers=("IA-13", "IA-15"),
    shows=("instance_profiles",),
    fix="Name in the role's policies what the application needs; aws iam detach-role-policy, delete-role-policy.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-instanceprofile.html",
)
def no_administrator(roles: Population) -> Truth:
    return roles.attached.free_of(_admin_held) & roles.documents.free_of(_admin_written)


def _admin_held(arns: Sequence[str]) -> list[str]:
    return [f"{found[1]} is held" for arn in arns if (found := _ADMIN.fullmatch(arn))]


def _admin_written(policies: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for policy in policies:
        for sentence in full_admin(policy["document"]):
            yield f"{policy['name']}: {sentence}"
        for s in statements(policy["document"]):
            if s.allows and on_everything(s) and any(covers_all(a, "iam:") and not covers_all(a, "") for a in s.actions):
                yield f"{policy['name']}: Allow all of IAM on everything in statement {s.number}"


@requirement(
    "iam.last-accessed.granted-services-used",
    says="Every role of instances or of Elastic Beanstalk uses the services that it may use.",
    why="A right that nobody uses helps only whoever steals the role.",
    logic="In IAM's report each service that the role's policies allow was last used (LastAuthenticated; attempts that were denied count) "
    "at most the days given before the report, or it is in the list of services that may go unused; a role younger than that has not "
    "had its time. LastAuthenticated is left out where there was no use in the time that IAM looks back, about 400 days.",
    covers=("IA-16",),
    parameters={
        "days": Parameter(90, "days in which each service must have been used"),
        "unused": Parameter([], "namespaces of services that may go unused, such as xray, by a recorded exception"),
    },
    shows=("reported",),
    fix="IAM console, role, Last Accessed; take out of its policies what it does not use, or record why it keeps it.",
    source=_LAST_ACCESSED,
)
def granted_services_used(reports: Population, *, days: int, unused: list[str]) -> Truth:
    def idle(services: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        for one in services:
            if one["days"] is None and one["service"] not in unused:
                yield f"{one['service']} was not used in all the time that IAM looks back"
            elif one["service"] not in unused and one["days"] > days:
                yield f"{one['service']} was last used {one['days']} days before the report"

    return reports.created.within(days=days) | reports.services.free_of(idle)


@requirement(
    "iam.roles.trust-not-public",
    says="No role lets everyone take it on.",
    why="Any AWS account in the world could then act with the role's rights.",
    logic="No Allow of the role's trust policy names everyone (Principal * or NotPrincipal) unless a condition pins the caller: a fixed "
    "account, principal, organisation, source, VPC or address range, by an operator that fails where the key is missing.",
    covers=(),
    applies=(SERVICE_LINKED,),
    shows=("last_used",),
    fix="IAM console, role, Trust relationships: name the principals; or aws iam update-assume-role-policy.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
)
def trust_not_public(roles: Population) -> Truth:
    return roles.trust.free_of(open_to_everyone)


@requirement(
    "iam.roles.trusted-accounts-known",
    says="Every account outside that may take on a role is known, or must bring the role's external id.",
    why="A third party can otherwise be talked into using its access for somebody else.",
    logic="Each Allow of the trust policy that names a principal of another account (an account, root, user, role or session) names an "
    "account of the list given, or demands sts:ExternalId by StringEquals with a value, or pins the caller to an organisation "
    "(aws:PrincipalOrgID or aws:PrincipalOrgPaths). Roles that everyone may take on are judged by iam.roles.trust-not-public.",
    covers=(),
    parameters={
        "known": Parameter([], "numbers of accounts that may take on roles without an external id: your own, for example")
    },
    applies=(SERVICE_LINKED,),
    shows=("last_used",),
    fix="Add the condition StringEquals sts:ExternalId to the trust policy, or give the account's number as known.",
    source=_CROSS_ACCOUNT,
)
def trusted_accounts_known(roles: Population, *, known: list[str]) -> Truth:
    strangers = paired(roles.arn, roles.trust, _outsiders(frozenset(known)), label="accounts outside that may take it on")
    return strangers.free_of(lambda found: found)


def _outsiders(known: frozenset[str]) -> Callable[[str, Mapping[str, Any]], list[str]]:
    def find(arn: str, trust: Mapping[str, Any]) -> list[str]:
        own = arn.split(":")[4]
        return [
            f"statement {s.number} lets account {account} in without an external id"
            for s in statements(trust)
            if s.allows and not _vouched(s.conditions)
            for account in sorted(accounts_named(s.principals or ()) - known - {own})
        ]

    return find


def _vouched(conditions: Sequence[tuple[str, str, tuple[str, ...]]]) -> bool:
    for operator, key, values in conditions:
        if key == "sts:externalid" and operator == "stringequals" and values and all(values):
            return True
        plain = operator.removeprefix("foranyvalue:") in ("stringequals", "stringlike")
        if (
            key in ("aws:principalorgid", "aws:principalorgpaths")
            and plain
            and not any(v.startswith(("*", "o-*")) for v in values)
        ):
            return True
    return False


REQUIREMENTS = (no_administrator, granted_services_used, trust_not_public, trusted_accounts_known)
