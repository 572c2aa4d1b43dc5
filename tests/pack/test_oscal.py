"""OSCAL: loads back through trestle's models, counts what the Assessment counts, and finds nothing that was not asked for."""

import dataclasses
import inspect
import json
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from trestle.core.base_model import OscalBaseModel
from trestle.oscal import OSCAL_VERSION
from trestle.oscal.assessment_plan import AssessmentPlan
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.poam import PlanOfActionAndMilestones
from typer.testing import CliRunner

from evidence.assessment.model import Assessment, Conclusion
from evidence.cli import pack as command
from evidence.cli.app import app
from evidence.errors import EvidenceError
from evidence.pack import oscal, oscal_documents
from evidence.pack.facts import exception_numbers
from evidence.pack.material import Material
from evidence.pack.oscal_parts import line, markup, tokens
from tests.pack.example import clean, example, registered
from tests.pack.machine import digests, hostile, material, written_again

MODELS: dict[str, type[OscalBaseModel]] = {
    oscal.PLAN: AssessmentPlan, oscal.RESULTS: AssessmentResults, oscal.POAM: PlanOfActionAndMilestones,
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Material:
    found = material(tmp_path_factory.mktemp("oscal"))
    oscal.write_oscal(found)
    return found


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Material:
    found = material(tmp_path_factory.mktemp("findings"), findings=True)
    oscal.write_oscal(found)
    return found


def read(made: Material, name: str) -> Any:
    (document,) = json.loads((made.report / "oscal" / name).read_bytes()).values()
    return document


def result(made: Material) -> Any:
    (only,) = read(made, oscal.RESULTS)["results"]
    return only


def props(thing: Any) -> dict[str, str]:
    return {p["name"]: p["value"] for p in thing["props"] if p["name"] != "parameter"}


def inside(value: Any) -> Iterator[dict[str, Any]]:
    """Every object, however deep."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from inside(inner)


@pytest.mark.parametrize("name", MODELS)
def test_trestle_loads_it_back_and_no_uuid_is_there_twice(made: Material, asked: Material, name: str) -> None:
    for pack in (made, asked):
        path = pack.report / "oscal" / name
        loaded = MODELS[name].oscal_read(path)
        assert loaded is not None and loaded.oscal_serialize_json_bytes(pretty=True) + b"\n" == path.read_bytes()
        uuids = [thing["uuid"] for thing in inside(read(pack, name)) if "uuid" in thing]
        assert len(uuids) == len(set(uuids)) and {uuid.UUID(u).version for u in uuids} == {5}
        named = [v for thing in inside(read(pack, name)) for k, v in thing.items() if k.endswith("-uuid")]
        named += [
            v for thing in inside(read(pack, name)) for k in ("party-uuids", "member-of-organizations") for v in thing.get(k, [])
        ]
        assert named and set(named) <= set(uuids), "a reference leads nowhere"


def test_the_plan_that_is_imported_is_there_and_its_own_references_resolve(made: Material) -> None:
    href = read(made, oscal.RESULTS)["import-ap"]["href"]
    assert (made.report / "oscal" / href).is_file()
    plan = read(made, oscal.PLAN)
    assert plan["import-ssp"]["href"] == "#" + plan["back-matter"]["resources"][0]["uuid"]
    assert plan["reviewed-controls"] == result(made)["reviewed-controls"]


def test_an_observation_for_each_requirement_with_its_counts(made: Material) -> None:
    a = made.assessment
    names = ("requirement", "judgement", "listed", "meets", "exceptions", "gaps", "not-applicable", "lists-unread")
    assert [tuple(props(o)[name] for name in names) for o in result(made)["observations"]] == [
        (r.id, r.judgement, *map(str, (r.population.listed, *(r.counts[w] for w in ("meets", "exception", "gap", "not_applicable")),
                                       len(r.population.unread))))
        for r in a.requirements
    ]  # fmt: skip
    judged = Counter(m.judgement for m in a.members)
    for name, word in (("meets", "meets"), ("exceptions", "exception"), ("gaps", "gap"), ("not-applicable", "not_applicable")):
        assert sum(int(props(o)[name]) for o in result(made)["observations"]) == judged[word]  # type: ignore[index]


def test_exceptions_and_gaps_are_subjects_and_nothing_else_is(made: Material) -> None:
    subjects = [s for o in result(made)["observations"] for s in o.get("subjects", [])]
    judged = Counter(m.judgement for m in made.assessment.members)
    assert Counter(props(s)["judgement"] for s in subjects) == {"exception": judged["exception"], "gap": judged["gap"]}
    assert {props(s).get("exception") for s in subjects} - {None} == set(exception_numbers(made.assessment).values())
    items = {i["uuid"]: i for i in result(made)["local-definitions"]["inventory-items"]}
    assert {s["subject-uuid"] for s in subjects} == set(items)


def test_evidence_leads_to_its_file_and_answer(made: Material) -> None:
    answer = next(made.answers())
    links = {e.get("href") for o in result(made)["observations"] for e in o.get("relevant-evidence", [])}
    (href,) = (link for link in links if link and answer.id in link)
    file, _, fragment = href.partition("#")
    assert (made.report / "oscal" / file).resolve().is_file() and fragment == answer.id


def test_what_was_not_read_is_said(made: Material) -> None:
    observation = next(o for o in result(made)["observations"] if props(o)["requirement"] == "elbv2.listeners.tls-only")
    assert props(observation)["judgement"] == "gap" and "DescribeLoadBalancers denied AccessDenied" in observation["remarks"]


def test_there_are_no_findings_unless_asked_for(made: Material) -> None:
    assert "findings" not in result(made) and "local-definitions" not in read(made, oscal.RESULTS)
    assert "They are the assessor's".lower() in result(made)["remarks"].lower() and "attestations" not in result(made)


def test_a_finding_says_what_the_conclusion_does_and_no_more(asked: Material) -> None:
    said = {(props(f)["program"], props(f)["control"]): f for f in result(asked)["findings"]}
    expected = {
        "exceptions": ("not-satisfied", "fail"), "incomplete": ("not-satisfied", "other"), "accepted": ("not-satisfied", "other"),
        "supported": ("satisfied", "pass"),
    }  # fmt: skip
    conclusions = asked.assessment.conclusions
    assert {c.conclusion for c in conclusions} > set(expected)
    assert set(said) == {(c.program, c.control) for c in conclusions if c.conclusion in expected}
    for c in conclusions:
        if c.conclusion in expected:
            status = said[c.program, c.control]["target"]["status"]
            assert (status["state"], status["reason"]) == expected[c.conclusion]
    left = len(conclusions) - len(said)
    assert f"{left} of {len(conclusions)} controls have none" in result(asked)["remarks"]


def test_a_findings_target_is_what_was_judged_not_the_control(asked: Material) -> None:
    objectives = {
        part["id"]: part["prose"]
        for o in read(asked, oscal.RESULTS)["local-definitions"]["objectives-and-methods"]
        for part in o["parts"]
    }
    observations = {o["uuid"]: props(o)["requirement"] for o in result(asked)["observations"]}
    for finding in result(asked)["findings"]:
        prose = objectives[finding["target"]["target-id"]]
        assert finding["target"]["type"] == "objective-id" and f"Reach: {props(finding)['reach']}" in prose
        c = next(
            c
            for c in asked.assessment.conclusions
            if (c.program, c.control) == (props(finding)["program"], props(finding)["control"])
        )
        assert [observations[o["observation-uuid"]] for o in finding["related-observations"]] == [m.id for m in c.requirements]


def test_the_plan_of_action_has_an_item_for_each_requirement_with_exceptions(made: Material) -> None:
    document = read(made, oscal.POAM)
    exceptions = {r.id: r.counts["exception"] for r in made.assessment.requirements if r.counts["exception"]}
    assert {props(i)["requirement"]: int(props(i)["exceptions"]) for i in document["poam-items"]} == exceptions
    assert all("related-observations" in item for item in document["poam-items"])


def test_what_management_states_is_a_risk_and_what_it_does_not_is_counted(made: Material) -> None:
    document, exceptions = read(made, oscal.POAM), made.assessment.exceptions
    risks = {risk["uuid"]: risk for risk in document["risks"]}
    assert [r["risk-uuid"] for item in document["poam-items"] for r in item.get("related-risks", [])] == list(risks)
    named = [p["value"] for risk in risks.values() for p in risk["props"] if p["name"] == "exception"]
    assert sorted(named) == [e.number for e in exceptions if e.acceptance or e.response]
    for item in document["poam-items"]:
        mine = [e for e in exceptions if e.requirement == props(item)["requirement"]]
        counted = (sum(e.status == "open" for e in mine), sum(e.status == "accepted" for e in mine))
        assert (int(props(item)["open"]), int(props(item)["accepted"])) == counted
        assert int(props(item)["unanswered"]) == sum(not e.acceptance and not e.response for e in mine)
        assert ("related-risks" in item) == any(e.acceptance or e.response for e in mine)
    assert any("related-risks" not in item for item in document["poam-items"])


def test_a_response_has_its_owner_deadline_and_milestone(made: Material) -> None:
    risk = next(r for r in read(made, oscal.POAM)["risks"] if props(r).get("ticket") == "WEB-981")
    assert (risk["status"], risk["deadline"], risk["statement"]) == ("open", "2026-09-15T23:59:59+00:00", "Anyone could read it.")
    assert (props(risk)["owner"], props(risk)["due"], props(risk)["overdue"]) == ("R. Lindqvist, web", "2026-09-15", "1")
    (plan,) = risk["remediations"]
    assert (plan["lifecycle"], plan["description"]) == ("planned", "The policy is taken out.")
    assert plan["tasks"][0]["type"] == "milestone" and plan["tasks"][0]["timing"]["on-date"]["date"] == risk["deadline"]
    assert "Left open when the shop moved." in risk["description"] and "The day is past for 1 exception." in risk["description"]


def test_an_accepted_exception_is_an_approved_deviation_with_approver_and_expiry(made: Material) -> None:
    accepted = [r for r in read(made, oscal.POAM)["risks"] if r["status"] == "deviation-approved"]
    assert [props(r)["acceptance"] for r in accepted] == ["A-01"], "an expired acceptance counts"
    (risk,) = accepted
    assert (props(risk)["approver"], props(risk)["expires"], props(risk)["owner"]) == ("M. Okoye", "2026-12-31", "R. Lindqvist")
    assert risk["mitigating-factors"][0]["description"] == "CloudTrail records who reads them." and "remediations" not in risk
    observations = {o["uuid"]: o for o in read(made, oscal.POAM)["observations"]}
    about = observations[risk["related-observations"][0]["observation-uuid"]]
    assert (props(about)["exceptions"], props(about)["accepted"], props(about)["open"]) == ("2", "2", "0")
    assert {props(s)["status"] for s in about["subjects"]} == {"accepted"}


def test_the_people_who_answer_for_it_are_named_with_their_roles(made: Material) -> None:
    metadata = read(made, oscal.POAM)["metadata"]
    parties = {p["uuid"]: p["name"] for p in metadata["parties"]}
    assert {r["role-id"]: parties[r["party-uuids"][0]] for r in metadata["responsible-parties"]} == {
        "prepared-by": "A. Reader, Platform engineering", "reviewed-by": "J. Moreau, Head of security",
    }  # fmt: skip


def test_no_exception_no_plan_of_action_and_it_is_said(tmp_path: Path) -> None:
    found = material(tmp_path, clean())
    oscal.write_oscal(found)
    assert not (found.report / "oscal" / oscal.POAM).exists() and "no poam.json" in result(found)["remarks"]


def test_beyond_the_limit_the_others_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evidence.pack.oscal_parts.SUBJECTS", 3)
    found = material(tmp_path)
    oscal.write_oscal(found)
    by_id = {props(o)["requirement"]: o for o in result(found)["observations"]}
    o = by_id["kms.keys.rotation"]
    assert len(o["subjects"]) == 3 and props(o)["subjects-embedded"] == "3" and props(o)["subjects-left-out"] == "4"
    assert "4 more exceptions and gaps in ../data/members.csv" in o["description"] and props(o)["gaps"] == "7"
    whole = [o for o in by_id.values() if props(o)["subjects-left-out"] == "0"]
    assert whole and not any("members.csv" in o["description"] for o in whole)


def test_exceptions_are_embedded_before_gaps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evidence.pack.oscal_parts.SUBJECTS", 1)
    a = example()
    mixed = [m for m in a.members if m.requirement == "kms.keys.rotation"]
    last = max(mixed, key=lambda m: m.id)
    members = tuple(dataclasses.replace(m, judgement="exception") if m is last else m for m in a.members)
    found = material(tmp_path, registered(dataclasses.replace(a, members=members)))
    oscal.write_oscal(found)
    (subject,) = next(o for o in result(found)["observations"] if props(o)["requirement"] == "kms.keys.rotation")["subjects"]
    assert props(subject)["judgement"] == "exception"


def test_hostile_text_is_one_visible_line_without_markup(tmp_path: Path) -> None:
    found = material(tmp_path, hostile(example()), findings=True)
    oscal.write_oscal(found)
    for name, model in MODELS.items():
        assert model.oscal_read(found.report / "oscal" / name) is not None
    titles = [s["title"] for o in result(found)["observations"] for s in o.get("subjects", [])]
    shown = [m.arn or m.id for m in found.assessment.members if m.judgement in ("exception", "gap")]
    assert Counter(titles) == Counter(map(markup, shown)) and any("javascript" in title for title in titles)
    assert all(title.isprintable() for title in titles)
    assert markup("<b>[x](y) *z* {{ a }}") == r"\<b\>\[x\](y) \*z\* \{\{ a \}\}"
    assert [line(text) for text in ("a\0b", "\u202ex", "one\nline", "\ud800", " ", " a ")] == [
        "aU+0000b",
        "U+202Ex",
        "oneU+000Aline",
        "U+D800",
        "(empty)",
        "a",
    ]


def _controls(*ids: tuple[str, str]) -> Assessment:
    made = [
        Conclusion(program, control, "", "", "customer", "needs a person", None, "", (), "as its documents say")
        for program, control in ids
    ]
    return dataclasses.replace(example(), conclusions=tuple(made))


def test_control_ids_are_nists_own_or_tokens_that_keep_apart() -> None:
    found = tokens(_controls(
        ("nist-800-53-r5-moderate", "AC-2(3)"), ("nist-800-53-r5", "AC-2"), ("hipaa-security-rule", "164.308(a)(1)(ii)(A)"), ("cis", "1.2"),
        ("x", "9.9(1)"), ("x", "9.9_1"), ("27001", "A 5"),
    ))  # fmt: skip
    first, second = found["x", "9.9(1)"], found["x", "9.9_1"]
    assert list(found.values())[:4] == ["ac-2.3", "ac-2", "hipaa-security-rule_164.308_a_1_ii_A", "cis_1.2"]
    assert first == "x_9.9_1" and second.startswith("x_9.9_1_") and found["27001", "A 5"] == "_27001_A_5"


def test_reviewed_controls_are_every_control_with_its_number(made: Material) -> None:
    selections = result(made)["reviewed-controls"]["control-selections"]
    said = {(props(s)["program"], p["value"], p["class"]) for s in selections for p in s["props"] if p["name"] == "control"}
    known = tokens(made.assessment)
    assert said == {(c.program, c.control, known[c.program, c.control]) for c in made.assessment.conclusions}
    assert {c["control-id"] for s in selections for c in s["include-controls"]} == set(known.values())


def test_only_described_properties_are_written_and_times_are_the_runs(made: Material, asked: Material) -> None:
    ours = {p["name"] for pack in (made, asked) for name in MODELS for p in inside(read(pack, name)) if p.get("ns") == oscal.NS}
    assert ours == set(oscal.PROPERTIES)
    times = {
        v
        for name in MODELS
        for thing in inside(read(made, name))
        for k, v in thing.items()
        if k in ("last-modified", "collected", "end")
    }
    assert times == {"2026-09-30T23:04:51+00:00"} and OSCAL_VERSION in " ".join(oscal.SAYS)


def test_what_is_not_valid_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oscal_documents, "PLAN", None)
    with pytest.raises(EvidenceError, match="cannot be written as valid OSCAL: href"):
        oscal.write_oscal(material(tmp_path))


def test_the_same_again_elsewhere(made: Material, tmp_path: Path) -> None:
    assert written_again("oscal", tmp_path) == digests(made.folder)


@pytest.mark.parametrize("flags", [[], ["--oscal-findings"]])
def test_the_command_asks_for_findings(flags: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    given, real = dict[str, Any](), command.write_pack

    def write_pack(*args: Any, **options: Any) -> int:
        given.update(inspect.signature(real).bind(*args, **options).arguments)
        return 0

    monkeypatch.setattr(command, "write_pack", write_pack)
    assert CliRunner().invoke(app, ["pack", "run", "--out", "pack", *flags]).exit_code == 0
    assert given["oscal_findings"] is bool(flags)
