"""Elastic Beanstalk environments: the roles that the service and the instances act under."""

from collections.abc import Iterator, Mapping
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.policy import statements
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement

_SERVICE_LINKED = "AWSServiceRoleForElasticBeanstalk"
_ROLES = "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-servicerole.html"


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


def _strangers(trust: Mapping[str, Any]) -> Iterator[str]:
    """Who but Elastic Beanstalk, under its external id, may take the role on."""
    allowing = [s for s in statements(trust) if s.allows]
    if not allowing:
        yield "the trust policy lets nobody take the role on"
    for s in allowing:
        for principal in s.principals or ("nobody named",):
            if principal not in ("Service:elasticbeanstalk.amazonaws.com", "Service:elasticbeanstalk.amazonaws.com.cn"):
                yield f"the trust policy lets {principal} take the role on"
        # StringEquals alone: StringNotEquals keeps out the right one, and ...IfExists lets in whoever brings no id.
        if ("stringequals", "sts:externalid", ("elasticbeanstalk",)) not in s.conditions:
            yield f"statement {s.number} of the trust policy does not ask for the external id elasticbeanstalk"


@requirement(
    "elasticbeanstalk.environments.service-role",
    says="Every environment's service role exists and trusts Elastic Beanstalk alone.",
    why="Whoever else may take the role on can change the environment.",
    logic="The role that the deployed option ServiceRole names is in the account, and its trust policy allows "
    "elasticbeanstalk.amazonaws.com alone, under the external id elasticbeanstalk (StringEquals). An option that is not listed "
    "leaves a gap: it can mean the service-linked role, or none.",
    covers=("IA-12",),
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


REQUIREMENTS = (instance_profile, service_role)
