"""Room to grow: what environments are made of, counted against the account's quotas."""

from evidence.populations.cells import Truth
from evidence.populations.pairs import all_hold, paired
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement
from evidence.services.servicequotas import QUOTAS

VALUE = "https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html"
TRUSTED = "https://docs.aws.amazon.com/awssupport/latest/user/service-limits.html"


@requirement(
    "servicequotas.regions.headroom",
    says="In every Region with environments the quotas leave room for more.",
    why="An environment that cannot be made anew, or scale, because a quota is used up is an outage that no redundancy cures.",
    logic="For each of these, what the Region holds is at most the share allowed of the quota's value as GetServiceQuota gives it: "
    f"{', '.join(quota.says for quota in QUOTAS.values())}. Environments are counted by their CloudFormation stacks; what other "
    "accounts share with this one may be among the security groups. Quotas of vCPUs, addresses and volumes are not looked at.",
    covers=("RS-15",),
    parameters={"percent": Parameter(80, "share of a quota, in percent, that may be in use", TRUSTED)},
    applies=(Applies(lambda regions: regions.environments_used > 0, "There is no environment in this Region."),),
    shows=("environments_used", "environments_quota"),
    fix="Service Quotas console → the service → the quota → Request increase; or remove what nobody needs.",
    source=VALUE,
)
def headroom(regions: Population, *, percent: float) -> Truth:
    def has_room(used: float, quota: float) -> bool:
        return used * 100 <= quota * percent

    parts = {}
    for name, quota in QUOTAS.items():
        shares = paired(regions[f"{name}_used"], regions[f"{name}_quota"], has_room, label=f"{quota.says} leave room")
        parts[quota.says] = shares.is_true()
    return all_hold(parts, yes="room for", no="little room for")


REQUIREMENTS = (headroom,)
