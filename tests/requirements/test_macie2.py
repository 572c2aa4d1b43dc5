"""Macie: on where buckets are, and looking into them."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, REGION, answered, ended, judge_answers

ENABLED, DISCOVERY = "macie2.regions.enabled", "macie2.regions.discovery"


def buckets(*names: str, region: str = REGION) -> Answer:
    found = [{"Name": name, "BucketRegion": region} for name in names]
    return answered("s3", "ListBuckets", {"Buckets": found}, region="global", MaxBuckets=1000)


def session(status: Any = "ENABLED") -> Answer:
    return answered("macie2", "GetMacieSession", {"status": status})


def automated(status: Any = "ENABLED") -> Answer:
    return answered("macie2", "GetAutomatedDiscoveryConfiguration", {"status": status})


def jobs(*found: Any) -> Answer:
    return answered("macie2", "ListClassificationJobs", {"items": list(found)})


def job(*names: str, id: str = "j1", kind: Any = "SCHEDULED", status: Any = "IDLE", created: Any = "2026-09-01T00:00:00Z") -> Any:
    named = [{"accountId": ACCOUNT, "buckets": list(names)}]
    return {"jobId": id, "jobType": kind, "jobStatus": status, "createdAt": created, "bucketDefinitions": named}


def by_criteria(status: str = "IDLE") -> Any:
    return {"jobId": "j2", "jobType": "SCHEDULED", "jobStatus": status, "bucketCriteria": {"includes": {}}}


def off(operation: str) -> Answer:
    """What the run keeps of AccessDeniedException with the words "Macie is not enabled"."""
    return ended("macie2", operation, "absent", code="AccessDeniedException")


def denied(operation: str) -> Answer:
    return ended("macie2", operation, "denied", code="AccessDeniedException")


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (session(), "meets"),
        (session("PAUSED"), "exception"),
        (off("GetMacieSession"), "exception"),
        (denied("GetMacieSession"), "gap"),
        (session(True), "gap"),
        (answered("macie2", "GetMacieSession", {}), "gap"),
    ],
)
def test_macie_is_enabled_where_there_are_buckets(answer: Answer, judgement: str) -> None:
    assert judge_answers(ENABLED, buckets("b"), answer)[ACCOUNT] == judgement


@pytest.mark.parametrize("requirement", [ENABLED, DISCOVERY])
def test_where_there_is_no_bucket_macie_has_nothing_to_do(requirement: str) -> None:
    answers = (off("GetMacieSession"), off("GetAutomatedDiscoveryConfiguration"), off("ListClassificationJobs"))
    for found in (buckets(), buckets("b", region="eu-west-2")):
        judged = judge_answers(requirement, found, *answers)
        assert judged[ACCOUNT] == "not_applicable" and "no bucket in this Region" in judged.reason(ACCOUNT)
    unread = ended("s3", "ListBuckets", "denied", region="global", MaxBuckets=1000)
    assert judge_answers(requirement, unread, *answers)[ACCOUNT] == "gap"


def discovery(*answers: Answer, found: Answer | None = None, **parameters: Any) -> str:
    return judge_answers(DISCOVERY, found or buckets("b", "c"), *answers, **parameters)[ACCOUNT]


def test_automated_discovery_looks_into_the_buckets() -> None:
    assert discovery(automated(), jobs()) == "meets"
    assert discovery(automated(), denied("ListClassificationJobs")) == "meets"
    assert discovery(automated("DISABLED"), jobs()) == "exception"
    assert discovery(off("GetAutomatedDiscoveryConfiguration"), off("ListClassificationJobs")) == "exception"


def test_a_refusal_says_nothing_of_discovery() -> None:
    """A member account may not ask for the settings of automated discovery: its administrator holds them."""
    assert discovery(denied("GetAutomatedDiscoveryConfiguration"), jobs()) == "gap"
    assert discovery(denied("GetAutomatedDiscoveryConfiguration"), jobs(job("b", "c"))) == "meets"
    assert discovery(automated("DISABLED"), denied("ListClassificationJobs")) == "gap"
    assert discovery(automated(1), jobs()) == "gap"
    assert discovery(answered("macie2", "GetAutomatedDiscoveryConfiguration", {}), jobs()) == "gap"


@pytest.mark.parametrize(
    ("found", "judgement"),
    [
        ((job("b", "c"),), "meets"),
        ((job("b"), job("c", id="j2")), "meets"),
        ((job("b"),), "exception"),
        ((job("b", "c", status="USER_PAUSED"),), "exception"),
        ((job("b", "c", status="CANCELLED"),), "exception"),
        ((job("b", "c", kind="ONE_TIME", status="COMPLETE"),), "meets"),
        ((job("b", "c", kind="ONE_TIME", status="COMPLETE", created="2026-01-01T00:00:00Z"),), "exception"),
        ((job("b", "c", kind="ONE_TIME", status="CANCELLED"),), "exception"),
        # A job that finds its buckets by criteria may cover them; one that is cancelled does not.
        ((by_criteria(),), "gap"),
        ((by_criteria("CANCELLED"),), "exception"),
        ((by_criteria(), job("b", "c")), "meets"),
        ((job("b", "c", kind=None),), "gap"),
        ((job("b", "c", created=None, kind="ONE_TIME", status="COMPLETE"),), "gap"),
        (({"jobId": "j", "jobType": "SCHEDULED", "jobStatus": "IDLE", "bucketDefinitions": "all"},), "gap"),
        (("job",), "gap"),
    ],
)
def test_a_job_that_names_every_bucket_counts_as_well(found: tuple[Any, ...], judgement: str) -> None:
    assert discovery(automated("DISABLED"), jobs(*found)) == judgement


def test_how_long_a_one_time_job_counts_is_a_parameter() -> None:
    once = jobs(job("b", "c", kind="ONE_TIME", status="COMPLETE"))
    assert discovery(automated("DISABLED"), once, days=10) == "exception"


def test_a_bucket_of_another_region_is_not_missed_here() -> None:
    found = [{"Name": "b", "BucketRegion": REGION}, {"Name": "c", "BucketRegion": "eu-west-2"}]
    both = answered("s3", "ListBuckets", {"Buckets": found}, region="global", MaxBuckets=1000)
    assert discovery(automated("DISABLED"), jobs(job("b")), found=both) == "meets"


def test_the_buckets_left_out_are_named() -> None:
    judged = judge_answers(DISCOVERY, buckets("b", "c"), automated("DISABLED"), jobs(job("b")))
    assert "buckets that no job covers = 1 of 2: c" in judged.reason(ACCOUNT)
