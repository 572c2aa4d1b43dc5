"""People: how they sign in, who still has a password in IAM, and whether those who only read can change nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.policy import covers, grants, on_everything, statements
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement
from evidence.services.iam.asks import CHANGES

_BEST = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"


@requirement(
    "iam.account.people-federated",
    says="People sign in to every account through IAM Identity Center or another identity provider.",
    why="Who leaves the company then loses access in one place, and no long-lived password or key stays behind.",
    logic="The account has a role that IAM Identity Center made (path /aws-reserved/sso.amazonaws.com/), or a SAML provider whose ValidUntil lies "
    "after the run's end, or one of the OpenID Connect providers given, or its organisation has an ACTIVE instance of IAM Identity Center. Other "
    "OpenID Connect providers do not count: pipelines and clusters sign in through most of them. Who still signs in otherwise is judged by "
    "iam.users.console-approved.",
    covers=("IA-19",),
    uses=("iam.saml-providers", "iam.oidc-providers", "iam.roles", "sso-admin.instances"),
    parameters={"people": Parameter([], "ARNs of the OpenID Connect providers through which people sign in")},
    fix="Switch on IAM Identity Center in the management account and assign people to permission sets; or aws iam create-saml-provider.",
    source=_BEST,
)
def people_federated(
    accounts: Population, saml: Population, oidc: Population, roles: Population, instances: Population, *, people: list[str]
) -> Truth:
    active = (instances.status == "ACTIVE") & instances.of_organisation.present() & instances.of_organisation.is_true()
    reserved = roles.path.matches(r"^/aws-reserved/sso\.amazonaws\.com/")
    return (
        accounts.some_in(roles, where=reserved, within="account", label="roles of IAM Identity Center")
        | accounts.some_in(saml, where=saml.valid_until.beyond(days=0), within="account", label="SAML providers in force")
        | accounts.some_in(oidc, where=oidc.arn.is_in(people), within="account", label="OpenID Connect providers of people")
        | accounts.some_in(instances, where=active, within="account", label="the organisation's IAM Identity Center")
    )


@requirement(
    "iam.users.console-approved",
    says="Every IAM user with a console password is approved for emergencies.",
    why="People sign in by federation; a user who is left is known, watched and used only when that fails.",
    logic="In the credential report password_enabled is false (then it does not apply), or the user's ARN is in the list given. An empty list "
    "means that nobody was named: then every user with a password is an exception.",
    covers=("IA-19",),
    parameters={"approved": Parameter([], "ARNs of IAM users that a named person approved for emergencies")},
    applies=(
        Applies(lambda users: users.password_enabled.is_true(), "The user has no console password (password_enabled is false)."),
    ),
    shows=("password_last_used", "report_time"),
    fix="Let the person sign in through the identity provider and run aws iam delete-login-profile, or have the user approved.",
    source=_BEST,
)
def console_approved(users: Population, *, approved: list[str]) -> Truth:
    return users.arn.is_in(approved)


@requirement(
    "iam.people.readers-change-nothing",
    says="Whoever was named as a reader can neither change nor end an environment.",
    why="A role for looking is given to more people, with fewer questions, than one for changing.",
    logic=f"IAM's policy simulation denies {', '.join(CHANGES)} on everything (*), and none of the inline and customer-managed policies of the user or "
    "role allows one of them on particular resources of Elastic Beanstalk: that is a gap, for on them the simulation was not asked. What hangs on a "
    "condition key that the simulation was not told is a gap too. Only principals in the list given are judged; a name in it that is no user or "
    "role that people may take on is not noticed. Resource control policies and the rights on EC2 and S3 below an environment are not looked at.",
    covers=("IA-20",),
    parameters={"readers": Parameter([], "ARNs of the IAM users and roles that are meant to read only")},
    applies=(
        Applies(
            lambda people, readers: people.arn.is_in(readers),
            "It was not named as a reader (parameter readers).",
            given=("readers",),
        ),
    ),
    fix="Take the actions out of the reader's policies; AWSElasticBeanstalkReadOnly is AWS's own policy for readers.",
    source="https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html",
)
def readers_change_nothing(people: Population, *, readers: list[str]) -> Truth:
    simulated = people.allowed.free_of(lambda actions: [f"{action} is allowed" for action in actions])
    return simulated & people.documents.free_of(_on_some)


def _on_some(policies: Sequence[Mapping[str, Any]]) -> list[str]:
    """Raises ValueError where an Allow may reach particular environments, of which the simulation says nothing."""
    for policy in policies:
        for s in statements(policy["document"]):
            reached = not on_everything(s) and any(_of_beanstalk(resource) for resource in s.resources)
            if reached and any(grants(s, action) for action in CHANGES):
                raise ValueError(
                    f"{policy['name']} allows changes of particular resources in statement {s.number}: simulate on those"
                )
    return []


def _of_beanstalk(resource: str) -> bool:
    parts = resource.split(":")
    return len(parts) < 3 or covers(parts[2], "elasticbeanstalk")


REQUIREMENTS = (people_federated, console_approved, readers_change_nothing)
