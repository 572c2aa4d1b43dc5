"""Elastic Beanstalk environments: the roles that the service and the instances act under."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.pairs import all_hold
from evidence.populations.policy import statements
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

_SERVICE_LINKED = "AWSServiceRoleForElasticBeanstalk"
_ROLES = "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-servicerole.html"
_BEANSTALK = ("Service:elasticbeanstalk.amazonaws.com", "Service:elasticbeanstalk.amazonaws.com.cn")
_EC2 = ("Service:ec2.amazonaws.com", "Service:ec2.amazonaws.com.cn")
_ROLE_DETAIL = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleDetail.html"


@requirement(
    "elasticbeanstalk.environments.instance-profile",
    says="Every environment gives its instances an instance profile.",
    why="Without one, applications are tempted to carry access keys, which neither expire nor stay put.",
    logic="The deployed option IamInstanceProfile has a value. Whether running instances carry a profile is judged by "
    "ec2.instances.instance-profile.",
    covers=("IA-14",),
    shows=("instance_profile",),
    fix="Configuration → Service access → EC2 instance profile.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/concepts-roles-instance.html",
)
def instance_profile(environments: Population) -> Truth:
    return environments.instance_profile.present()


def _others(trust: Mapping[str, Any], services: Sequence[str]) -> Iterator[str]:
    """Who but these services may take the role on."""
    allowing = [s for s in statements(trust) if s.allows]
    if not allowing:
        yield "the trust policy lets nobody take the role on"
    for s in allowing:
        for principal in s.principals or ("nobody named",):
            if principal not in services:
                yield f"the trust policy lets {principal} take the role on"


def strangers_to_beanstalk(trust: Mapping[str, Any]) -> Iterator[str]:
    """Who but Elastic Beanstalk may take the role on."""
    return _others(trust, _BEANSTALK)


def _strangers(trust: Mapping[str, Any]) -> Iterator[str]:
    """Who but Elastic Beanstalk, under its external id, may take the role on."""
    yield from strangers_to_beanstalk(trust)
    for s in statements(trust):
        # StringEquals alone: StringNotEquals keeps out the right one, and ...IfExists lets in whoever brings no id.
        if s.allows and ("stringequals", "sts:externalid", ("elasticbeanstalk",)) not in s.conditions:
            yield f"statement {s.number} of the trust policy does not ask for the external id elasticbeanstalk"


@requirement(
    "elasticbeanstalk.environments.service-role",
    says="Every environment's service role exists and trusts Elastic Beanstalk alone.",
    why="Whoever else may take the role on can change the environment.",
    logic="The role that the deployed option ServiceRole names is in the account, and its trust policy allows "
    "elasticbeanstalk.amazonaws.com alone, under the external id elasticbeanstalk (StringEquals). An option that is not listed "
    "leaves a gap: it can mean the service-linked role, or none.",
    covers=("IA-12", "IA-13"),
    shows=("service_role",),
    uses=("iam.roles",),
    applies=(
        Applies(
            lambda environments, roles: environments.service_role != _SERVICE_LINKED,
            "It uses the service-linked role, whose trust AWS decides.",
        ),
    ),
    fix="Configuration → Service access → Service role, and the trust policy of that role in IAM.",
    source=_ROLES,
)
def service_role(environments: Population, roles: Population) -> Truth:
    trust = environments.lookup(roles, ("service_role", "name"), "trust", within="account")
    return trust.present() & trust.free_of(_strangers)


def _role_exists(environments: Population, roles: Population) -> Truth:
    return environments.some_in(roles, ("service_role", "name"), within="account")


@requirement(
    "elasticbeanstalk.environments.service-role-policies",
    says="Every environment's service role holds only the policies that were approved for it.",
    why="Elastic Beanstalk acts with this role on all that the environment stands on; what is not needed there is needed nowhere.",
    logic="Every managed policy attached to the role that the deployed option ServiceRole names is one of the list given (policies of AWS's by name, "
    "others by ARN), and the role has no inline policy (RolePolicyList absent: none). Without managed updates "
    "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy is more than is needed, which is not judged. Who else holds it is judged by "
    "iam.principals.managed-updates-for-service-roles, whom the role trusts by elasticbeanstalk.environments.service-role.",
    covers=("IA-13",),
    shows=("service_role",),
    uses=("iam.roles",),
    parameters={
        "approved": Parameter(
            ["AWSElasticBeanstalkEnhancedHealth", "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy"],
            "managed policies that a service role may hold: names of AWS's, ARNs of others",
            _ROLES,
        )
    },
    applies=(
        Applies(
            lambda environments, roles: environments.service_role != _SERVICE_LINKED,
            "It uses the service-linked role, whose policies AWS decides.",
        ),
        Applies(_role_exists, "The role is not in the account, which elasticbeanstalk.environments.service-role judges."),
    ),
    fix="IAM console, role, Permissions: detach what is not approved; inline policies become managed ones that are approved by ARN.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/concepts-roles-service.html",
)
def service_role_policies(environments: Population, roles: Population, *, approved: list[str]) -> Truth:
    def more(arns: Sequence[str]) -> list[str]:
        return [f"{arn} is attached" for arn in arns if arn not in approved and _aws_name(arn) not in approved]

    on = ("service_role", "name")
    attached = environments.lookup(roles, on, "attached", within="account")
    inline = environments.lookup(roles, on, "inline", within="account").absent_means([], source=_ROLE_DETAIL)
    return attached.free_of(more) & inline.free_of(lambda names: [f"policy {name} is inline" for name in names])


def _aws_name(arn: str) -> str | None:
    """The name of a policy of AWS's; None for any other."""
    found = re.fullmatch(r"arn:[^:]+:iam::aws:policy/(?:.*/)?([^/]+)", arn)
    return found[1] if found else None


def _profile_exists(environments: Population, roles: Population) -> Truth:
    return environments.some_in(roles, ("instance_profile", "instance_profiles"), within="account")


@requirement(
    "elasticbeanstalk.environments.instance-role-trust",
    says="Every environment's instance profile has a role, and EC2 alone may take it on.",
    why="Whoever else may take the role on reads and writes what the application does.",
    logic="A role in the account is in an instance profile of the name that the deployed option IamInstanceProfile has (a profile holds one role at "
    "most; one without a role is not told from one that is not there), and its trust policy allows ec2.amazonaws.com alone.",
    covers=("IA-14",),
    shows=("instance_profile",),
    uses=("iam.roles",),
    fix="IAM console, role, Trust relationships; aws iam add-role-to-instance-profile where the profile is empty.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html",
)
def instance_role_trust(environments: Population, roles: Population) -> Truth:
    trust = environments.lookup(roles, ("instance_profile", "instance_profiles"), "trust", within="account")
    return trust.present() & trust.free_of(lambda document: _others(document, _EC2))


@requirement(
    "elasticbeanstalk.environments.instance-role-fits-tier",
    says="Every environment's instances hold only Elastic Beanstalk's policies for their own tier.",
    why="Each of these policies reaches queues, tables, buckets or clusters that another tier's instances have no business with.",
    logic="The role in the instance profile that the deployed option IamInstanceProfile names holds AWSElasticBeanstalkWebTier only where the tier "
    "is WebServer, AWSElasticBeanstalkWorkerTier only where it is Worker, and AWSElasticBeanstalkMulticontainerDocker only on an ECS platform "
    "(SolutionStackName has ECS or Multi-container Docker). A profile shared by both tiers is an exception in each. What else the role may "
    "do is judged by iam.machine-roles.no-administrator.",
    covers=("IA-15",),
    shows=("instance_profile",),
    uses=("iam.roles",),
    applies=(Applies(_profile_exists, "No role in the account is in an instance profile of this name."),),
    fix="Give each tier an instance profile of its own; aws iam detach-role-policy for the policies of the other.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-instanceprofile.html",
)
def instance_role_fits_tier(environments: Population, roles: Population) -> Truth:
    on = ("instance_profile", "instance_profiles")
    attached = environments.lookup(roles, on, "attached", within="account", label="policies of the instances' role")

    def without(policy: str) -> Truth:
        return attached.free_of(lambda arns: [f"{policy} is held" for arn in arns if _aws_name(arn) == policy])

    parts = {
        "AWSElasticBeanstalkWebTier": without("AWSElasticBeanstalkWebTier") | (environments.tier == "WebServer"),
        "AWSElasticBeanstalkWorkerTier": without("AWSElasticBeanstalkWorkerTier") | (environments.tier == "Worker"),
        "AWSElasticBeanstalkMulticontainerDocker": without("AWSElasticBeanstalkMulticontainerDocker")
        | environments.solution_stack.matches(r"\bECS\b|[Mm]ulti-?container"),
    }
    return all_hold(parts, yes="held only where they fit", no="held, and of another tier or platform")


REQUIREMENTS = (instance_profile, service_role, service_role_policies, instance_role_trust, instance_role_fits_tier)
