"""OCSF: valid by OCSF's own schema, one event for each result, and what was not read never looks like a pass."""

import dataclasses
import datetime as dt
import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from evidence.pack import described, ocsf
from evidence.pack.facts import exception_numbers
from evidence.pack.material import Material
from evidence.populations.population import EVERY_REGION, Unread
from tests.pack.example import ACCEPTED, SHOP, example
from tests.pack.machine import digests, hostile, material, sound, written_again

VERSIONS = ("1.5.0", "1.6.0", "1.7.0", "1.8.0")


def events(made: Material) -> list[dict[str, Any]]:
    with gzip.open(made.report / f"ocsf/{ocsf.NAME}", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Material:
    found = material(tmp_path_factory.mktemp("ocsf"))
    ocsf.write_ocsf(found)
    return found


@pytest.fixture(scope="module")
def written(made: Material) -> list[dict[str, Any]]:
    return events(made)


def official(version: str) -> jsonschema.Draft202012Validator:
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version)).get_class_schema("compliance_finding", ["cloud"])
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_event_is_valid_by_ocsfs_own_schema(written: list[dict[str, Any]], version: str) -> None:
    validator = official(version)
    assert [error.message for event in written for error in validator.iter_errors(event)] == []
    assert list(validator.iter_errors({**written[0], "unheard-of": 1})), "the schema takes anything"


def test_every_event_is_as_described_and_every_attribute_occurs(written: list[dict[str, Any]]) -> None:
    validator = jsonschema.Draft202012Validator(described.event_schema())
    assert [error.message for event in written for error in validator.iter_errors(event)] == []
    assert {a.path for a in ocsf.ATTRIBUTES} == {path for event in written for path in paths(event)}


def paths(value: Any, at: str = "") -> set[str]:
    if isinstance(value, dict):
        return {path for key, inner in value.items() for path in paths(inner, f"{at}.{key}" if at else key)}
    if isinstance(value, list):
        return {path for inner in value for path in paths(inner, f"{at}[]")}
    return {at}


def test_the_counts_are_the_assessments(made: Material, written: list[dict[str, Any]]) -> None:
    a = made.assessment
    counted = Counter((e["finding_info"]["types"][0], e["compliance"]["status"]) for e in written)
    judged = Counter(m.judgement for m in a.members)
    assert counted == {
        (ocsf.MEMBER, "Pass"): judged["meets"], (ocsf.MEMBER, "Fail"): judged["exception"], (ocsf.MEMBER, "Unknown"): judged["gap"],
        (ocsf.MEMBER, "Not applicable"): judged["not_applicable"], (ocsf.LIST, "Unknown"): sum(len(r.population.unread) for r in a.requirements),
    }  # fmt: skip
    assert all(counted.values()) and len(counted) == 5
    assert {e["unmapped"]["exception"] for e in written} - {""} == set(exception_numbers(a).values())


def test_only_what_was_read_and_meets_is_a_pass(made: Material, written: list[dict[str, Any]]) -> None:
    meets = {(m.requirement, m.account, m.arn or m.id) for m in made.assessment.members if m.judgement == "meets"}
    passes = [e for e in written if 1 in (e["compliance"]["status_id"], e["compliance"]["checks"][0]["status_id"])]
    assert len(passes) == sum(m.judgement == "meets" for m in made.assessment.members)
    assert {(e["compliance"]["control"], e["cloud"]["account"]["uid"], e["resources"][0]["uid"]) for e in passes} == meets
    gap = next(e for e in written if e["unmapped"]["judgement"] == "gap" and e["resources"][0]["type"] == "AWS::S3::Bucket")
    assert gap["compliance"]["status_id"] == 0 and "AccessDenied" in gap["status_detail"] and "remediation" not in gap


def test_an_accepted_exception_stays_fail_and_says_by_whom_and_until_when(made: Material, written: list[dict[str, Any]]) -> None:
    accepted = [e for e in written if e.get("status") == "Suppressed"]
    numbers = {e.number for e in made.assessment.exceptions if e.status == "accepted"}
    assert numbers and {e["unmapped"]["exception"] for e in accepted} == numbers
    for e in accepted:
        assert (e["status_id"], e["compliance"]["status"], e["compliance"]["checks"][0]["status_id"]) == (3, "Fail", 3)
        assert e["status_detail"] == "Accepted (A-01) by M. Okoye until 2026-12-31" and e["comment"] == ACCEPTED.reason
        assert e["unmapped"]["register"]["owner"] == ACCEPTED.owner and e["unmapped"]["register"]["expires"] == "2026-12-31"
        assert e["compliance"]["status_details"] == ["access logging = not set"]


def test_an_open_exception_has_what_management_states_and_since_when(made: Material, written: list[dict[str, Any]]) -> None:
    by_number = {e["unmapped"]["exception"]: e for e in written if e["unmapped"]["exception"]}
    for x in made.assessment.exceptions:
        event, register = by_number[x.number], by_number[x.number]["unmapped"]["register"]
        assert (register["status"], register["days"], register["overdue"], register["first_seen"]) == (
            x.status,
            x.days,
            x.overdue,
            x.first_seen,
        )
        seen = dt.datetime.fromtimestamp(event["finding_info"]["first_seen_time"] / 1000, dt.UTC)
        assert seen == dt.datetime.fromisoformat(x.first_seen)
        if x.status == "open":
            assert event["status"] == ("In Progress" if x.response else "New") and event["compliance"]["status"] == "Fail"
            assert register.get("due") == (x.response.due.isoformat() if x.response and x.response.due else None)
            assert register.get("ticket", "") == (x.response.ticket if x.response else "")
    assert {e["status"] for e in by_number.values()} == {"Suppressed", "In Progress", "New"}
    assert not [e for e in written if "status_id" in e and not e["unmapped"]["exception"]]


def test_a_list_of_every_region_names_no_region(tmp_path: Path) -> None:
    a = example()
    unread = Unread(SHOP, EVERY_REGION, "sts:AssumeRole", "denied", "AccessDenied")
    facts = dataclasses.replace(a.requirements[0].population, unread=(unread,))
    found = material(
        tmp_path,
        dataclasses.replace(a, requirements=(dataclasses.replace(a.requirements[0], population=facts), *a.requirements[1:])),
    )
    ocsf.write_ocsf(found)
    (event,) = (e for e in events(found) if "sts:AssumeRole" in e["status_detail"])
    assert "region" not in event["cloud"] and event["cloud"]["account"]["name"] == "shop-production"
    assert not list(official("1.8.0").iter_errors(event))


def test_evidence_leads_to_its_file(made: Material, written: list[dict[str, Any]]) -> None:
    answer = next(made.answers())
    cited = [e for event in written for e in event.get("evidences", []) if e["uid"] == answer.id]
    assert cited and {e["data"]["file"] for e in cited} == {"evidence/answers/012345678901/eu-west-1/s3.jsonl.gz"}
    assert (made.folder / cited[0]["data"]["file"]).is_file()


def test_a_finding_keeps_its_uid_from_pack_to_pack_and_an_event_does_not(
    made: Material, written: list[dict[str, Any]], tmp_path: Path
) -> None:
    assert len({e["finding_info"]["uid"] for e in written}) == len({e["metadata"]["uid"] for e in written}) == len(written)
    again = material(tmp_path)
    later = dataclasses.replace(again, facts=dataclasses.replace(again.facts, id="EVP-2026Q4-00000000"))
    ocsf.write_ocsf(later)
    assert [e["finding_info"]["uid"] for e in events(later)] == [e["finding_info"]["uid"] for e in written]
    assert not {e["metadata"]["uid"] for e in events(later)} & {e["metadata"]["uid"] for e in written}


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    found = material(tmp_path, hostile(example()))
    ocsf.write_ocsf(found)
    written = events(found)
    members = found.assessment.members
    assert [e["resources"][0]["name"] for e in written[: len(members)]] == [sound(m.id) for m in members]
    assert [e["compliance"]["status_details"] for e in written[: len(members)]] == [[sound(m.reason)] for m in members]
    validator = official("1.5.0")
    assert [error.message for e in written for error in validator.iter_errors(e)] == []


def test_the_same_again_elsewhere(made: Material, tmp_path: Path) -> None:
    assert written_again("ocsf", tmp_path) == digests(made.folder)
