"""Management's own parameters: they hold where a program demands nothing, and never where it does."""

import dataclasses
from typing import Any

import pytest

from evidence.assessment.wanted import judged_by
from evidence.errors import EvidenceError
from evidence.programs.load import program
from evidence.programs.parameters import Overruled, check_parameters, overruled, with_parameters
from evidence.requirements import requirements

CIS, SOC = program("cis-aws-foundations-7.0"), program("soc2-2017")
KEY_AGE = "iam.users.key-age"


def values(given: dict[str, dict[str, Any]]) -> dict[str, list[Any]]:
    """Program → the days that its controls are judged with for the age of keys."""
    programs = with_parameters((SOC, CIS), given)
    return {p.id: [m.parameters.get("days") for c in p.controls for m in c.requirements if m.id == KEY_AGE] for p in programs}


def test_a_programs_demand_outranks_management() -> None:
    found = values({KEY_AGE: {"days": 400}})
    assert set(found[SOC.id]) == {400} and set(found[CIS.id]) == {90}
    assert list(overruled((SOC, CIS), {KEY_AGE: {"days": 400}})) == [Overruled(CIS.id, "2.12", KEY_AGE, "days", 400, 90)]


def test_the_same_value_as_demanded_is_not_overruled() -> None:
    assert list(overruled((SOC, CIS), {KEY_AGE: {"days": 90}})) == []


def test_without_any_the_programs_are_as_their_files_say() -> None:
    assert with_parameters((SOC, CIS), {}) == (SOC, CIS)


def test_one_requirement_under_two_values_is_judged_twice() -> None:
    programs = with_parameters((SOC, CIS), {KEY_AGE: {"days": 30}})
    variants = [variant for id, variant in judged_by(programs, requirements()) if id == KEY_AGE]
    assert variants == ["", "days=30"]
    assert dataclasses.replace(programs[0], controls=SOC.controls) == SOC


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"iam.users.key-ages": {"days": 30}}, "Did you mean iam.users.key-age?"),
        ({KEY_AGE: {"day": 30}}, "Did you mean days?"),
        ({KEY_AGE: {"days": "30"}}, "not a whole number"),
        ({KEY_AGE: {"days": True}}, "not a whole number"),
        ({"iam.principals.administrators-known": {"approved": "arn:aws:iam::1:user/a"}}, "not a list"),
        ({"ec2.security-groups.no-open-admin-ports": {"ports": ["22"]}}, "not a list"),
        ({"s3.buckets.encrypted": {"days": 1}}, "no parameters at all"),
        ({"ec2.security-groups.no-open-admin-ports": {"ports": []}}, "always hold"),
        ({"ec2.security-groups.no-open-admin-ports": {"families": ["ipv4"]}}, "Choose from IPv4, IPv6"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, dict[str, Any]], words: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        check_parameters(given, requirements(), "evidence.toml")
    assert "evidence.toml" in caught.value.what and words in str(caught.value)


def test_what_is_of_the_right_kind_is_taken() -> None:
    check_parameters({KEY_AGE: {"days": 30}, "iam.principals.administrators-known": {"approved": []}}, requirements(), "x")
