"""AWS IAM Identity Center: the instances that the account owns or that its organisation shares with it.

Permission sets are not read: only the organisation's management account and a delegated administrator may list them, and every
other account, which sees the instance too, would be refused.
"""

from typing import Any

from evidence.services.declare import Ask, Item, PopulationSpec, Service, flag, text
from evidence.services.organizations import DESCRIBE_ORGANIZATION

# Without RegionScope only the instances of the Region that is asked are listed.
LIST_INSTANCES = Ask(
    "sso-admin",
    "ListInstances",
    ("sso:ListInstances",),
    parameters={"RegionScope": "ALL_REGIONS"},
    whole_account=True,
    result="Instances",
)


def _of_organisation(item: Item, answer: Any) -> bool:
    """Whether the organisation's management account owns it: an account's own instance lets nobody into accounts."""
    return bool(item["OwnerAccountId"] == answer["Organization"]["MasterAccountId"])


INSTANCES = PopulationSpec(
    name="sso-admin.instances",
    noun="instance of IAM Identity Center",
    type="AWS::SSO::Instance",
    listed_by=LIST_INSTANCES,
    items="Instances[]",
    identity="InstanceArn",
    arn="{InstanceArn}",
    columns={
        "status": text("Status"),
        "owner": text("OwnerAccountId", label="owner's account"),
        "of_organisation": flag(of=DESCRIBE_ORGANIZATION, read=_of_organisation, label="the organisation's"),
    },
)

SERVICE = Service("sso-admin", "AWS IAM Identity Center", asks=(LIST_INSTANCES,), populations=(INSTANCES,))
