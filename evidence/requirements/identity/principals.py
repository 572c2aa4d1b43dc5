"""Who holds far-reaching or withdrawn AWS managed policies: users, groups and roles."""

import re
from collections.abc import Sequence

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement
from evidence.requirements.identity.elasticbeanstalk import strangers_to_beanstalk

_ADMIN = re.compile(r"arn:[^:]+:iam::aws:policy/(AdministratorAccess|AdministratorAccess-AWSElasticBeanstalk)")
_RETIRED = re.compile(
    r"arn:[^:]+:iam::aws:policy/"
    r"(AWSElasticBeanstalkFullAccess|AWSElasticBeanstalkReadOnlyAccess|service-role/AWSElasticBeanstalkService)"
)
_CLOUDSHELL = re.compile(r"arn:[^:]+:iam::aws:policy/(AWSCloudShellFullAccess)")
_UPDATES = re.compile(r"arn:[^:]+:iam::aws:policy/(AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy)")
DETAILS = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html"


def _named(policies: re.Pattern[str], arns: Sequence[str]) -> list[str]:
    return [f"{found[1]} is held" for arn in arns if (found := policies.fullmatch(arn))]


@requirement(
    "iam.principals.administrators-known",
    says="Every user, group and role that holds administrator rights is on the list of approved administrators.",
    why="Only a person can say who should hold all rights; the list is what that person signed.",
    logic=(
        "AdministratorAccess or AdministratorAccess-AWSElasticBeanstalk is held neither directly nor through a group, or the "
        "holder's ARN is in the list given. An empty list means that nobody was named: then every holder is an exception. "
        "Policies of the customer's own with all rights are judged by iam.policies.no-full-admin."
    ),
    covers=("IA-10",),
    parameters={"approved": Parameter([], "ARNs of users, groups and roles that a named person approved as administrators")},
    shows=("held",),
    fix="Have the list of administrators approved and give it as the parameter, or detach the policy.",
    source=DETAILS,
)
def administrators_known(principals: Population, *, approved: list[str]) -> Truth:
    return principals.held.free_of(lambda arns: _named(_ADMIN, arns)) | principals.arn.is_in(approved)


@requirement(
    "iam.principals.no-retired-beanstalk-policies",
    says="No user, group or role holds a policy that AWS Elastic Beanstalk has retired.",
    why="A retired policy is no longer kept up to date, and stays attached where it was.",
    logic=(
        "None of AWSElasticBeanstalkFullAccess, AWSElasticBeanstalkReadOnlyAccess and AWSElasticBeanstalkService is attached "
        "directly; groups are members of their own."
    ),
    covers=("IA-11",),
    shows=("attached",),
    fix="Attach the successor (AdministratorAccess-AWSElasticBeanstalk, AWSElasticBeanstalkReadOnly, …) and detach the old one.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/security-iam-awsmanpol.html",
)
def no_retired_beanstalk_policies(principals: Population) -> Truth:
    return principals.attached.free_of(lambda arns: _named(_RETIRED, arns))


@requirement(
    "iam.principals.no-cloudshell-full-access",
    says="No user, group or role holds AWSCloudShellFullAccess.",
    why="It allows files to be moved out of the account through CloudShell.",
    logic="AWSCloudShellFullAccess is not attached directly; groups are members of their own.",
    covers=(),
    shows=("attached",),
    fix="aws iam detach-role-policy (detach-user-policy, detach-group-policy); allow single CloudShell actions instead.",
    source=DETAILS,
)
def no_cloudshell_full_access(principals: Population) -> Truth:
    return principals.attached.free_of(lambda arns: _named(_CLOUDSHELL, arns))


@requirement(
    "iam.principals.managed-updates-for-service-roles",
    says="AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy is held by Elastic Beanstalk's own service roles alone.",
    why="It lets its holder change whatever environments stand on, which is more than any person or instance needs.",
    logic=(
        "The policy is not attached directly (groups are members of their own), or it is attached to a role whose trust policy lets "
        "nobody take it on but elasticbeanstalk.amazonaws.com."
    ),
    covers=("IA-13",),
    shows=("attached",),
    fix="Detach the policy; people get AdministratorAccess-AWSElasticBeanstalk, which is counted.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-servicerole.html",
)
def managed_updates_for_service_roles(principals: Population) -> Truth:
    own = principals.trust.present() & principals.trust.free_of(strangers_to_beanstalk)
    return principals.attached.free_of(lambda arns: _named(_UPDATES, arns)) | own


REQUIREMENTS = (
    administrators_known,
    no_retired_beanstalk_policies,
    no_cloudshell_full_access,
    managed_updates_for_service_roles,
)
