"""What roles and people may do: the roles of machines and of Elastic Beanstalk, when they used what they may use, and what IAM says
that people may change."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from evidence.services.declare import Item, PopulationSpec, document, items, time
from evidence.services.iam.asks import (
    CHANGES,
    GENERATE_LAST_ACCESSED,
    GET_ACCOUNT_AUTHORIZATION_DETAILS,
    GET_LAST_ACCESSED,
    SIMULATE_CHANGES,
)

_BEANSTALK = ("elasticbeanstalk.amazonaws.com", "elasticbeanstalk.amazonaws.com.cn")
_PEOPLE = frozenset({"AWS", "Federated", "*"})


# -- who may act under a role ------------------------------------------------------------------------------------------


def _parsed(policy: Any) -> Any:
    return json.loads(policy) if isinstance(policy, str) else policy


def trusted(role: Item) -> frozenset[str]:
    """Kinds and names of the principals that the trust policy of a role names: {"Service", "ec2.amazonaws.com"}. What does not
    follow the grammar of policies raises."""
    named = _parsed(role["AssumeRolePolicyDocument"])["Statement"]
    return frozenset(word for statement in _listed(named) for word in _words(statement.get("Principal", {})))


def _words(principal: Any) -> Iterator[str]:
    if isinstance(principal, str):
        yield principal
        return
    for kind, names in principal.items():
        yield kind
        yield from _listed(names)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _names(role: Item, some: frozenset[str]) -> bool:
    """Whether the trust policy names one of these; one that cannot be read may."""
    try:
        return bool(trusted(role) & some)
    except (KeyError, TypeError, ValueError, AttributeError):
        return True


# -- what it may do ----------------------------------------------------------------------------------------------------


def _by(name: str, entries: Any) -> dict[Any, Item]:
    return {entry.get(name): entry for entry in entries or ()}


def _with_policies(answer: Item, entries: Iterable[tuple[str, Item]]) -> list[Item]:
    """Each entry, a (prefix of its fields, entry), with what it takes to find its policies: its groups (None for one that was not
    listed), and the account's own policies."""
    groups, managed = _by("GroupName", answer.get("GroupDetailList")), _by("Arn", answer.get("Policies"))
    return [
        {**entry, "Prefix": prefix, "Groups": [groups.get(name) for name in entry.get("GroupList") or ()], "Managed": managed}
        for prefix, entry in entries
    ]


def _documents(item: Item, answer: Any) -> list[dict[str, Any]]:
    """{name, document} of every policy of the account's own that gives the principal rights, through groups too: inline and
    customer-managed. A group or policy that was not listed raises: a gap."""
    if None in item["Groups"]:
        raise KeyError("a group of this user was not listed")
    out = list(_own(item["Prefix"], item, item["Managed"]))
    for group in item["Groups"]:
        out.extend(_own("Group", group, item["Managed"]))
    return out


def _own(prefix: str, entry: Item, managed: Mapping[str, Item]) -> Iterator[dict[str, Any]]:
    for policy in entry.get(f"{prefix}PolicyList") or ():
        yield {"name": policy["PolicyName"], "document": _parsed(policy["PolicyDocument"])}
    attached = [p["PolicyArn"] for p in entry["AttachedManagedPolicies"] if ":iam::aws:" not in p["PolicyArn"]]
    for arn in attached:
        policy = managed[arn]
        (document,) = (v["Document"] for v in policy["PolicyVersionList"] if v["IsDefaultVersion"] is True)
        yield {"name": policy["PolicyName"], "document": _parsed(document)}


def _attached(item: Item, answer: Any) -> list[str]:
    """Managed policies attached to the principal itself or to a group it is in."""
    if None in item["Groups"]:
        raise KeyError("a group of this user was not listed")
    return [policy["PolicyArn"] for entry in (item, *item["Groups"]) for policy in entry["AttachedManagedPolicies"]]


def machine_roles(answer: Item) -> list[Item]:
    """The roles that an instance profile holds, and those that Elastic Beanstalk may take on."""
    wanted = [
        role
        for role in answer.get("RoleDetailList") or ()
        if role.get("InstanceProfileList") or _names(role, frozenset(_BEANSTALK))
    ]
    return _with_policies(answer, [("Role", role) for role in wanted])


def _of_a_machine(read: Callable[[Item, Any], list[Any]]) -> Callable[[Item, Any], list[Any]]:
    """What is read of a role that is surely one of these; where only a trust policy that cannot be read may make it one, it raises:
    a gap."""

    def certain(role: Item, answer: Any) -> list[Any]:
        if not role.get("InstanceProfileList"):
            trusted(role)
        return read(role, answer)

    return certain


MACHINE_ROLES = PopulationSpec(
    name="iam.machine-roles",
    noun="role of instances or of Elastic Beanstalk",
    type="AWS::IAM::Role",
    listed_by=GET_ACCOUNT_AUTHORIZATION_DETAILS,
    rows=machine_roles,
    identity="RoleName",
    arn="{Arn}",
    columns={
        "trust": document("AssumeRolePolicyDocument", label="trust policy"),
        "attached": items(read=_of_a_machine(_attached), label="attached policies"),
        "documents": items(read=_of_a_machine(_documents), label="policies of the account's own"),
        "instance_profiles": items("InstanceProfileList[].InstanceProfileName", label="instance profiles"),
        "last_used": time("RoleLastUsed.LastUsedDate", label="last used"),
    },
)


# -- what it used ------------------------------------------------------------------------------------------------------


def _services(item: Item, answer: Any) -> list[dict[str, Any]]:
    """{service, days} of every service that the role may use: days between the report and its last use, None where there was no
    use in the time that IAM looks back. A report that failed or was cut off, or lists nothing of a role with policies, raises: a
    gap."""
    if answer["JobStatus"] != "COMPLETED" or answer.get("IsTruncated"):
        raise ValueError(f"the report is not whole: {answer.get('Error', {}).get('Code') or answer['JobStatus']}")
    if not answer["ServicesLastAccessed"] and (item["AttachedManagedPolicies"] or item.get("RolePolicyList")):
        raise ValueError("the report lists no service, and the role has policies")
    made = answer["JobCompletionDate"]
    return [{"service": one["ServiceNamespace"], "days": _days(made, one)} for one in answer["ServicesLastAccessed"]]


def _days(made: Any, service: Mapping[str, Any]) -> int | None:
    used = service.get("LastAuthenticated")
    return None if used is None else int((made - used).days)


LAST_ACCESSED = PopulationSpec(
    name="iam.last-accessed",
    noun="report on what a role of instances or of Elastic Beanstalk used",
    type="AWS::IAM::Role",
    listed_by=GENERATE_LAST_ACCESSED,
    rows=lambda answer: [{"JobId": answer["JobId"]}],
    carries=("Arn", "RoleName", "CreateDate", "AttachedManagedPolicies", "RolePolicyList"),
    identity="RoleName",
    arn="{Arn}",
    columns={
        "created": time("CreateDate", label="role made"),
        "reported": time("JobCompletionDate", of=GET_LAST_ACCESSED, label="report made"),
        "services": items(of=GET_LAST_ACCESSED, read=_services, label="services that it may use"),
    },
)


# -- people ------------------------------------------------------------------------------------------------------------


def people(answer: Item) -> list[Item]:
    """IAM users, and the roles that a user, an account or an identity provider may take on."""
    users = [("User", user) for user in answer.get("UserDetailList") or ()]
    roles = [("Role", role) for role in answer.get("RoleDetailList") or () if _names(role, _PEOPLE)]
    return [{**entry, "Id": _id(entry)} for entry in _with_policies(answer, users + roles)]


def _id(entry: Item) -> str | None:
    """ "role/web"; None, so that the entry is reported as unreadable, where it has no name."""
    name = entry.get(f"{entry['Prefix']}Name")
    return name and f"{entry['Prefix'].lower()}/{name}"


def _simulated(item: Item, answer: Any) -> list[str]:
    """The changes of environments that IAM says are allowed. Raises where an answer is missing or hangs on what IAM was not told."""
    results = {result["EvalActionName"].lower(): result for result in answer["EvaluationResults"]}
    decided = {action: results[action.lower()] for action in CHANGES}
    allowed = [action for action, result in decided.items() if result["EvalDecision"] == "allowed"]
    if not allowed:
        _all_denied(decided)
    return allowed


def _all_denied(decided: Mapping[str, Item]) -> None:
    for action, result in decided.items():
        if result["EvalDecision"] not in ("explicitDeny", "implicitDeny"):
            raise ValueError(f"IAM decided {result['EvalDecision']} for {action}")
        if result.get("MissingContextValues"):
            raise ValueError(f"{action} hangs on {', '.join(result['MissingContextValues'])}")


PEOPLE = PopulationSpec(
    name="iam.people",
    noun="IAM user, or role that people may take on",
    type="AWS::IAM::Principal",
    listed_by=GET_ACCOUNT_AUTHORIZATION_DETAILS,
    rows=people,
    identity="Id",
    arn="{Arn}",
    columns={
        "documents": items(read=_documents, label="policies of the account's own"),
        "allowed": items(of=SIMULATE_CHANGES, read=_simulated, label="changes that IAM says are allowed"),
    },
)
