"""Accounts that were not entered, or did not say which Regions they have: nothing is known of what is in them, and that is said."""

import pytest

from evidence.assessment.assess import assess
from evidence.assessment.model import Assessment
from evidence.programs.load import program
from evidence.requirements import requirements
from evidence.run.answer import Answer
from evidence.run.run import RunFacts
from evidence.run.scope import Account, Scope
from evidence.services import populations
from evidence.services.declare import ACCOUNTS
from tests.judging import ACCOUNT, AS_OF, REGION, answered, ended

OTHER = "300040005000"
WHO = answered("sts", "GetCallerIdentity", {"Account": ACCOUNT, "Arn": "arn:aws:iam::1:user/a", "UserId": "a"}, region="global")


def assessed(other: Account, *answers: Answer) -> Assessment:
    """SOC 2 over an account that was read and another of which nothing is known. Nothing else was asked of either."""
    scope = Scope((Account(ACCOUNT, regions={REGION: "asked"}), other), ("soc2-2017",))
    kept = RunFacts("run", scope, AS_OF.isoformat(), AS_OF.isoformat(), {}, {}, {}, "", {})
    volumes = answered("ec2", "DescribeVolumes", {"Volumes": [{"VolumeId": "vol-1", "Encrypted": True}]})
    return assess(kept, [WHO, volumes, *answers], (program("soc2-2017"),), requirements(), populations())


REFUSED = ended("sts", "GetCallerIdentity", "denied", account=OTHER, region="global", code="AccessDenied")
NO_REGIONS = ended("ec2", "DescribeRegions", "throttled", account=OTHER, region="global", code="Throttling", AllRegions=True)


@pytest.mark.parametrize(
    ("account", "answer", "call", "ending"),
    [
        (Account(OTHER, ending="denied"), REFUSED, "sts:GetCallerIdentity", "denied"),
        (Account(OTHER), NO_REGIONS, "ec2:DescribeRegions", "throttled"),
    ],
)
def test_what_is_in_it_is_unread_in_every_population_of_regions(account: Account, answer: Answer, call: str, ending: str) -> None:
    found = assessed(account, answer)
    (encrypted,) = [r for r in found.requirements if r.id == "ec2.volumes.encrypted"]
    assert [(u.account, u.region, u.call, u.ending) for u in encrypted.population.unread] == [
        (OTHER, "every Region", call, ending)
    ]
    assert encrypted.counts["meets"] == 1 and encrypted.judgement == "gap" and not encrypted.population.complete
    regional = [r for r in found.requirements if populations()[r.population.name].listed_by != ACCOUNTS]
    missing = [r.id for r in regional if not any(u.account == OTHER for u in r.population.unread)]
    assert not missing


def test_it_is_one_line_of_what_was_not_read_with_every_population_that_lacks_it() -> None:
    found = assessed(Account(OTHER, ending="denied"), REFUSED)
    (line,) = [f for f in found.failed_calls if f.account == OTHER]
    assert (line.call, line.ending, line.evidence) == ("sts:GetCallerIdentity", "denied", REFUSED.id)
    assert {"ec2.volumes", "s3.buckets", "rds.instances"} <= set(line.populations)


def test_a_list_that_failed_in_two_accounts_is_named_for_both() -> None:
    other = Account(OTHER, regions={REGION: "asked"})
    lists = [ended("rds", "DescribeDBInstances", "denied", account=a) for a in (ACCOUNT, OTHER)]
    found = assessed(other, *lists)
    assert {f.account for f in found.failed_calls if f.call == "rds:DescribeDBInstances"} == {ACCOUNT, OTHER}
