"""Users, groups, roles and their policies: all of them read from one call."""

from collections.abc import Iterable, Mapping
from typing import Any

from evidence.services.config_items import capitalised
from evidence.services.declare import Corroboration, History, Item, PopulationSpec, document, items, number, text, time
from evidence.services.iam.asks import GET_ACCOUNT_AUTHORIZATION_DETAILS, GET_CREDENTIAL_REPORT
from evidence.services.iam.credential_report import flag_cell, of_user, report_time, time_cell, users, whole_cell

_KINDS = (("user", "User"), ("group", "Group"), ("role", "Role"))

USERS = PopulationSpec(
    name="iam.users",
    noun="IAM user",
    type="AWS::IAM::User",
    listed_by=GET_ACCOUNT_AUTHORIZATION_DETAILS,
    items="UserDetailList[]",
    identity="UserName",
    arn="{Arn}",
    corroborated_by=Corroboration(
        "iam.report-users", "user", r"^(.+)$", made="report_time", limits="The credential report may be four hours old."
    ),
    columns={
        "name": text("UserName"),
        "created": time("CreateDate"),
        "groups": items("GroupList"),
        "attached": items(read=lambda item, answer: _attached(item), label="attached policies"),
        "inline": items(read=lambda item, answer: _inline(item, "UserPolicyList"), label="inline policies"),
        "report_time": report_time,
        "password_enabled": flag_cell(of_user, "password_enabled", "console password"),
        "password_last_used": time_cell(of_user, "password_last_used", "password last used"),
        "password_last_changed": time_cell(of_user, "password_last_changed", "password last changed"),
        "mfa_active": flag_cell(of_user, "mfa_active", "MFA"),
        "key_1_active": flag_cell(of_user, "access_key_1_active", "key 1 active"),
        "key_1_rotated": time_cell(of_user, "access_key_1_last_rotated", "key 1 made"),
        "key_1_last_used": time_cell(of_user, "access_key_1_last_used_date", "key 1 last used"),
        "key_2_active": flag_cell(of_user, "access_key_2_active", "key 2 active"),
        "key_2_rotated": time_cell(of_user, "access_key_2_last_rotated", "key 2 made"),
        "key_2_last_used": time_cell(of_user, "access_key_2_last_used_date", "key 2 last used"),
        "report_whole": whole_cell,
    },
    history=History(
        "AWS::IAM::User",
        frozenset({"name", "created", "groups", "attached", "inline"}),
        lambda item: capitalised(item["configuration"]),
    ),
)

REPORT_USERS = PopulationSpec(
    name="iam.report-users",
    noun="user in the credential report",
    type="AWS::IAM::User",
    listed_by=GET_CREDENTIAL_REPORT,
    rows=users,
    identity="user",
    arn="{arn}",
    columns={"user": text("user"), "report_time": report_time},
)

ROLES = PopulationSpec(
    name="iam.roles",
    noun="IAM role",
    type="AWS::IAM::Role",
    listed_by=GET_ACCOUNT_AUTHORIZATION_DETAILS,
    items="RoleDetailList[]",
    identity="RoleName",
    arn="{Arn}",
    columns={
        "name": text("RoleName"),
        "path": text("Path"),
        "created": time("CreateDate"),
        "trust": document("AssumeRolePolicyDocument", label="trust policy"),
        "attached": items(read=lambda item, answer: _attached(item), label="attached policies"),
        "inline": items(read=lambda item, answer: _inline(item, "RolePolicyList"), label="inline policies"),
        "permissions_boundary": text("PermissionsBoundary.PermissionsBoundaryArn"),
        "instance_profiles": items("InstanceProfileList[].InstanceProfileName"),
        "last_used": time("RoleLastUsed.LastUsedDate"),
    },
)


def _entries(answer: Item) -> Iterable[tuple[str, str, Item]]:
    """(kind, prefix of its fields, entry) of every user, group and role."""
    for kind, prefix in _KINDS:
        for entry in answer.get(f"{prefix}DetailList") or ():
            yield kind, prefix, entry


def _named(*parts: str | None) -> str | None:
    """An identity such as "role/web"; None, so that the entry is reported as unreadable, where a part is missing."""
    return None if None in parts else "/".join(part for part in parts if part)


def principals(answer: Item) -> list[Item]:
    groups = {entry.get("GroupName"): entry for entry in answer.get("GroupDetailList") or ()}
    return [
        {
            "Id": _named(kind, entry.get(f"{prefix}Name")),
            "Arn": entry.get("Arn"),
            "Kind": kind,
            "Entry": entry,
            "Groups": [groups.get(name) for name in entry.get("GroupList") or ()],
            "Grouped": kind != "user" or entry.get("GroupList") is not None,
        }
        for kind, prefix, entry in _entries(answer)
    ]


def _attached(entry: Mapping[str, Any]) -> list[str]:
    return [policy["PolicyArn"] for policy in entry["AttachedManagedPolicies"]]


def _inline(entry: Mapping[str, Any], key: str) -> list[str] | None:
    """The names of inline policies; AWS leaves the list out where there is none."""
    return None if entry.get(key) is None else [policy["PolicyName"] for policy in entry[key]]


def _held(item: Item, answer: Any) -> list[str]:
    """A principal's own managed policies and those of its groups; a group that was not listed raises: a gap."""
    if None in item["Groups"] or not item["Grouped"]:
        raise KeyError("a group of this user was not listed")
    return list(dict.fromkeys(arn for entry in (item["Entry"], *item["Groups"]) for arn in _attached(entry)))


PRINCIPALS = PopulationSpec(
    name="iam.principals",
    noun="IAM user, group or role",
    type="AWS::IAM::Principal",
    listed_by=GET_ACCOUNT_AUTHORIZATION_DETAILS,
    rows=principals,
    identity="Id",
    arn="{Arn}",
    columns={
        "kind": text("Kind"),
        "attached": items(read=lambda item, answer: _attached(item["Entry"]), label="attached policies"),
        "trust": document("Entry.AssumeRolePolicyDocument", label="trust policy", doc="Of a role; users and groups have none."),
        "held": items(read=_held, label="policies held", doc="Managed policies attached to it or to a group it is in."),
    },
)


def policies(answer: Item) -> list[Item]:
    """Customer-managed policies, then the inline policies of users, groups and roles."""
    managed: list[Item] = [
        {
            "Id": _named("policy", (policy.get("Arn") or "").rpartition("/")[2] or None),
            "Arn": policy.get("Arn"),
            "Kind": "customer-managed",
            "Attachments": policy.get("AttachmentCount"),
            "Versions": policy.get("PolicyVersionList"),
        }
        for policy in answer.get("Policies") or ()
    ]
    inline: list[Item] = [
        {
            "Id": _named(kind, entry.get(f"{prefix}Name"), "inline", policy.get("PolicyName")),
            "Arn": entry.get("Arn"),
            "Kind": "inline",
            "Attachments": 1,
            "Document": policy.get("PolicyDocument"),
        }
        for kind, prefix, entry in _entries(answer)
        for policy in entry.get(f"{prefix}PolicyList") or ()
    ]
    return managed + inline


def _in_force(item: Item, answer: Any) -> Any:
    """The policy's document: of a customer-managed policy its default version's."""
    if item["Kind"] == "inline":
        return item["Document"]
    for version in item["Versions"]:
        if version["IsDefaultVersion"] is True:
            return version["Document"]
    raise KeyError("no version of the policy is its default")


POLICIES = PopulationSpec(
    name="iam.policies",
    noun="IAM policy",
    type="AWS::IAM::Policy",
    listed_by=GET_ACCOUNT_AUTHORIZATION_DETAILS,
    rows=policies,
    identity="Id",
    arn="{Arn}",
    columns={
        "kind": text("Kind"),
        "document": document(read=_in_force, label="policy document"),
        "attachments": number("Attachments", label="attached to", doc="How many users, groups and roles it gives rights to."),
    },
)
