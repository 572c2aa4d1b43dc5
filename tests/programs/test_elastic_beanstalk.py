"""The program of the Elastic Beanstalk security chapter: every row, every requirement that covers one, and no reach too far.

That its rows are there, in order, and no others is tested with all programs (test_built_in.py) against data/<id>.csv. The column
`not_read` of that file names what a row asks for and no requirement of the row reads."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from evidence.programs.load import program
from evidence.programs.model import Control, Mapped
from evidence.requirements import requirements

BEANSTALK = "aws-elastic-beanstalk"
ROWS = Path(__file__).parent / "data" / f"{BEANSTALK}.csv"
TOPICS = {"DP": 32, "IA": 21, "LM": 22, "CV": 13, "RS": 16, "IS": 19, "VA": 15, "BP": 9}


def rows() -> dict[str, str]:
    """What is not read of each row; empty where nothing is known to be left out."""
    with ROWS.open(encoding="utf-8", newline="") as file:
        return {row["control_id"]: row["not_read"] for row in csv.DictReader(file)}


def controls() -> tuple[Control, ...]:
    return program(BEANSTALK).controls


def reaches(control: Control) -> set[str]:
    return {m.reach for m in control.requirements}


def mapping(row: str, requirement: str) -> Mapped:
    return next(m for c in controls() if c.id == row for m in c.requirements if m.id == requirement)


def test_all_rows_of_the_eight_topics_are_there() -> None:
    assert [c.id for c in controls()] == list(rows())
    assert [c.id for c in controls()] == [f"{topic}-{n:02}" for topic, count in TOPICS.items() for n in range(1, count + 1)]
    assert Counter(c.group for c in controls()) == TOPICS
    assert all(c.id.startswith(f"{c.group}-") for c in controls())


def test_every_requirement_stands_under_the_rows_it_covers_and_no_other() -> None:
    covering = {row: {r.id for r in requirements().values() if row in r.covers} for row in rows()}
    assert {c.id: {m.id for m in c.requirements} for c in controls()} == covering


def test_no_requirement_covers_a_row_that_is_not_there() -> None:
    assert {row for r in requirements().values() for row in r.covers} <= rows().keys()


def test_nothing_is_claimed_in_full_where_part_of_the_row_is_not_read() -> None:
    left_out = {row for row, what in rows().items() if what}
    assert len(left_out) > 20
    assert not [c.id for c in controls() if c.id in left_out and "full" in reaches(c)]


def test_full_stands_alone() -> None:
    """Where two requirements share a row, neither judges all of it; only context may stand beside full."""
    for control in controls():
        deciding = [m.reach for m in control.requirements if m.reach != "context"]
        assert "full" not in deciding or deciding == ["full"], control.id


def test_part_says_which_part() -> None:
    assert not [(c.id, m.id) for c in controls() for m in c.requirements if m.reach == "part" and not m.why]


def test_part_is_said_only_where_something_else_is_left() -> None:
    """A single requirement that judges part of a row leaves something out: the row says what."""
    single = [c.id for c in controls() if [m.reach for m in c.requirements if m.reach != "context"] == ["part"]]
    assert not [row for row in single if not rows()[row]]


def test_what_policy_may_or_may_not_demand_decides_nothing() -> None:
    """Failing what is asked only where a policy demands it is no exception to the row."""
    for row, requirement in (
        ("DP-07", "elbv2.target-groups.encrypted"),
        ("DP-08", "s3.buckets.customer-key"),
        ("DP-10", "s3control.account.public-access-blocked"),
        ("DP-27", "logs.groups.customer-key"),
        ("IA-01", "iam.account.root-hardware-mfa"),
        ("IA-05", "iam.users.single-active-key"),
        ("LM-03", "logs.groups.retention"),
        ("LM-12", "s3.buckets.mfa-delete"),
        ("IS-18", "ec2.regions.vpc-public-access-blocked"),
        ("IS-19", "ec2.security-groups.no-open-egress"),
        ("LM-21", "cloudtrail.account.insights"),
    ):
        assert mapping(row, requirement).reach == "context", row


@pytest.mark.parametrize(
    ("row", "requirement", "parameters"),
    [
        ("DP-04", "elbv2.listeners.tls-policy", {"forward_secrecy": True}),
        ("DP-31", "rds.instances.certificate-valid", {"days": 90}),
        ("IA-05", "iam.users.key-age", {"days": 90}),
        ("IA-06", "iam.users.unused-credentials", {"days": 45}),
        ("IA-07", "iam.account.password-length", {"length": 14}),
        ("IA-07", "iam.account.password-reuse", {"count": 24}),
        ("RS-07", "rds.instances.backups", {"days": 7}),
        ("RS-16", "rds.clusters.backups", {"days": 7}),
        ("IS-11", "ec2.network-acls.no-open-admin-ports", {"ports": [22, 3389]}),
        ("BP-02", "ec2.launch-templates.imdsv2", {"hops": 2}),
    ],
)
def test_the_numbers_that_a_row_names_are_set(row: str, requirement: str, parameters: dict[str, object]) -> None:
    assert mapping(row, requirement).parameters == parameters


def test_reports_of_awss_are_the_customers_to_obtain() -> None:
    assert {c.id: c.responsibility for c in controls() if c.id in ("CV-01", "CV-02")} == {
        "CV-01": "customer",
        "CV-02": "customer",
    }
    assert not [c.id for c in controls() if c.responsibility == "aws"]
    assert program(BEANSTALK).aws.attested
    assert program(BEANSTALK).aws.artifact == "SOC 2 report"
