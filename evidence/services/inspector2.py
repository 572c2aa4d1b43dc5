"""Amazon Inspector: what it scans in each Region, which instances it covers, and its open critical and high findings.

Not read: findings of medium severity and below or without one, closed ones (Inspector deletes them after 30 days, those of
terminated resources after three), coverage of anything but EC2 instances, and what an administrator sees of other accounts.
"""

from collections.abc import Callable
from typing import Any

from evidence.services.declare import REGIONS, Ask, Item, PopulationSpec, Service, items, text, time


def _equals(*values: str) -> list[dict[str, str]]:
    return [{"comparison": "EQUALS", "value": value} for value in values]


BATCH_GET_ACCOUNT_STATUS = Ask(
    "inspector2",
    "BatchGetAccountStatus",
    ("inspector2:BatchGetAccountStatus",),
    parameters={"accountIds": ["{account}"]},
    result="accounts",
)
# Packages only: an instance has one entry for each kind of scan.
LIST_COVERAGE = Ask(
    "inspector2",
    "ListCoverage",
    ("inspector2:ListCoverage",),
    parameters={
        "filterCriteria": {
            "accountId": _equals("{account}"),
            "resourceType": _equals("AWS_EC2_INSTANCE"),
            "scanType": _equals("PACKAGE"),
        },
        "maxResults": 200,
    },
    result="coveredResources",
)
LIST_FINDINGS = Ask(
    "inspector2",
    "ListFindings",
    ("inspector2:ListFindings",),
    parameters={
        "filterCriteria": {
            "awsAccountId": _equals("{account}"),
            "severity": _equals("CRITICAL", "HIGH"),
            "findingStatus": _equals("ACTIVE", "SUPPRESSED"),
        },
        "maxResults": 100,
    },
    result="findings",
)


def _account(item: Item, answer: Any) -> Item:
    """What the answer says of this account. HTTP 200 can hide that nothing could be said: that raises ValueError, a gap."""
    for failed in answer.get("failedAccounts") or ():
        if failed["accountId"] == item["account"]:
            raise ValueError(f"Inspector could not say: {failed['errorCode']}")
    for account in answer["accounts"]:
        if account["accountId"] == item["account"]:
            return dict(account)
    raise KeyError("the answer has no entry for this account")


def _scans(kind: str) -> Callable[[Item, Any], Any]:
    """Reads whether one kind of resource is scanned; absent where the answer does not name it."""

    def read(item: Item, answer: Any) -> Any:
        state = _account(item, answer)["resourceState"].get(kind)
        return None if state is None else state["status"]

    return read


def _covered(answer: Any) -> list[Item]:
    """One entry for each instance and way of scanning it."""
    return [{**entry, "Id": f"{entry['resourceId']} {entry.get('scanMode', '')}".strip()} for entry in answer["coveredResources"]]


def _scan(name: str) -> Callable[[Item, Any], Any]:
    """Reads the state of the scan. An entry without one raises KeyError: a gap, not an instance without coverage."""
    return lambda item, _: item["scanStatus"][name]


REGION = PopulationSpec(
    name="inspector2.regions",
    noun="Region",
    type="AWS::InspectorV2::Account",
    listed_by=REGIONS,
    columns={
        "state": text(
            of=BATCH_GET_ACCOUNT_STATUS, read=lambda item, answer: _account(item, answer)["state"]["status"], label="Inspector"
        ),
        "ec2": text(of=BATCH_GET_ACCOUNT_STATUS, read=_scans("ec2"), label="scanning of EC2"),
        "ecr": text(of=BATCH_GET_ACCOUNT_STATUS, read=_scans("ecr"), label="scanning of ECR"),
        "functions": text(of=BATCH_GET_ACCOUNT_STATUS, read=_scans("lambda"), label="scanning of Lambda"),
        "code": text(of=BATCH_GET_ACCOUNT_STATUS, read=_scans("lambdaCode"), label="scanning of Lambda code"),
    },
)
COVERAGE = PopulationSpec(
    name="inspector2.coverage",
    noun="Inspector coverage",
    type="AWS::EC2::Instance",
    listed_by=LIST_COVERAGE,
    rows=_covered,
    identity="Id",
    columns={
        "resource": text("resourceId"),
        "status": text(read=_scan("statusCode")),
        "reason": text(read=_scan("reason")),
    },
)
FINDINGS = PopulationSpec(
    name="inspector2.findings",
    noun="Inspector finding of critical or high severity",
    type="AWS::InspectorV2::Finding",
    listed_by=LIST_FINDINGS,
    items="findings[]",
    identity="findingArn",
    arn="{findingArn}",
    columns={
        "severity": text("severity"),
        "status": text("status"),
        "title": text("title"),
        "resources": items("resources[].id"),
        "first_observed": time("firstObservedAt", label="first observed"),
        "fix_available": text("fixAvailable", label="fix available"),
        "exploit_available": text("exploitAvailable", label="exploit available"),
    },
)

SERVICE = Service(
    "inspector2",
    "Amazon Inspector",
    asks=(BATCH_GET_ACCOUNT_STATUS, LIST_COVERAGE, LIST_FINDINGS),
    populations=(REGION, COVERAGE, FINDINGS),
)
