"""Amazon Macie: whether it is on in each Region, and by what it looks for sensitive data.

Not read: which buckets the account's classification scope leaves out of automated discovery, and jobs that an administrator
runs in its own account over the buckets of this one.
"""

from typing import Any

from evidence.services.declare import REGIONS, Ask, Item, PopulationSpec, Said, Service, items, text, time

# Macie answers an account where it is off with the code of a refusal; the words are those of Macie, not of IAM.
NOT_ENABLED = frozenset({Said("AccessDeniedException", "Macie is not enabled")})

GET_MACIE_SESSION = Ask("macie2", "GetMacieSession", ("macie2:GetMacieSession",), absent=NOT_ENABLED, result="status")
GET_AUTOMATED_DISCOVERY = Ask(
    "macie2",
    "GetAutomatedDiscoveryConfiguration",
    ("macie2:GetAutomatedDiscoveryConfiguration",),
    absent=NOT_ENABLED,
    result="status",
)
LIST_JOBS = Ask(
    "macie2",
    "ListClassificationJobs",
    ("macie2:ListClassificationJobs",),
    absent=NOT_ENABLED,
    result="items",
)


def _buckets(item: Item, _: Any) -> list[str] | None:
    """The buckets that the job names. One that finds its buckets by their properties or tags raises ValueError: a gap."""
    if item.get("bucketCriteria") is not None:
        raise ValueError("the job chooses its buckets by criteria, which are not evaluated here")
    if item.get("bucketDefinitions") is None:
        return None
    return [bucket for entry in item["bucketDefinitions"] for bucket in entry["buckets"]]


def _status(item: Item, answer: Any) -> Any:
    """The status in an answer. One without it raises KeyError: a gap, since only "not enabled" is absent here."""
    return answer["status"]


REGION = PopulationSpec(
    name="macie2.regions",
    noun="Region",
    type="AWS::Macie::Session",
    listed_by=REGIONS,
    columns={
        "session": text(of=GET_MACIE_SESSION, read=_status, label="Macie"),
        "since": time("createdAt", of=GET_MACIE_SESSION, label="enabled on"),
        "discovery": text(of=GET_AUTOMATED_DISCOVERY, read=_status, label="automated discovery"),
    },
)
JOBS = PopulationSpec(
    name="macie2.jobs",
    noun="Macie job",
    type="AWS::Macie::ClassificationJob",
    listed_by=LIST_JOBS,
    items="items[]",
    identity="jobId",
    arn="arn:{partition}:macie2:{region}:{account}:classification-job/{jobId}",
    columns={
        "kind": text("jobType", label="type"),
        "status": text("jobStatus"),
        "created": time("createdAt"),
        "buckets": items(read=_buckets),
    },
)

SERVICE = Service(
    "macie2", "Amazon Macie", asks=(GET_MACIE_SESSION, GET_AUTOMATED_DISCOVERY, LIST_JOBS), populations=(REGION, JOBS)
)  # fmt: skip
