"""A period as it is handed over: by itself, and in a pack that keeps the runs it is said by."""

import datetime as dt
import json
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import orjson
import pytest
from jsonschema import Draft202012Validator

from evidence.cli.again import judged_again
from evidence.pack.period.schema import described, schema_json
from evidence.seal.verify import verify
from tests.cli.commands import evidence
from tests.period.past import OFF, ON, UNTIL, Bucket, Past, at

AFTER = UNTIL + dt.timedelta(days=2)
OURS = """id: ours
name: Ours
edition: "1"
body: us
text: ours
groups: {A: Storage}
aws: {attested: false}
controls:
  - id: "1"
    group: A
    title: Versions are kept
    responsibility: customer
    requirements:
      - {id: s3.buckets.versioning, reach: full, why: kept}
    adds: A policy.
"""
PAST = Past(
    [
        Bucket("larkfield-logs", {at(-100): ON, at(20): OFF, at(27): ON}),
        Bucket("larkfield-exports", {at(10): OFF, at(40): ON, at(70): None}),
        Bucket("=cmd|' /C calc'!A0", {at(-5): ON}),
    ],
    [(at(-300), at(45)), (at(52), None)],
)

pytestmark = pytest.mark.xdist_group("period")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("runs")
    (folder / "ours.yaml").write_text(OURS)
    return [
        PAST.kept(folder, "run-1", at(15), events=True),
        PAST.kept(folder, "run-2", at(50), events=True),
        PAST.kept(folder, "run-3", AFTER, events=True),
    ]


@pytest.fixture(scope="module")
def pack(runs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("packed") / "pack"
    earlier = [word for run in runs[:-1] for word in ("--earlier", run)]
    done = evidence("pack", runs[-1], *earlier, "--program", runs[0].parent / "ours.yaml", "--out", out)
    assert done.returncode in (0, 3), done.stderr
    return out


def test_the_command_says_it_in_lines_and_writes_four_files(runs: list[Path], tmp_path: Path) -> None:
    done = evidence("period", runs[2], runs[0], runs[1], "--program", runs[0].parent / "ours.yaml", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "3 runs looked, 42.0 days without one at most (from 2026-08-19 to 2026-10-01)" in done.stdout
    found = json.loads((tmp_path / "out/period.json").read_bytes())
    Draft202012Validator(json.loads((tmp_path / "out/period.schema.json").read_bytes())).validate(found)
    (requirement,) = found["requirements"]
    assert requirement["members"] * 92 == pytest.approx(sum(requirement["days"].values()))
    text = subprocess.run(["pdftotext", "-layout", tmp_path / "out/period.pdf", "-"], capture_output=True, text=True, check=True)
    assert "2026-07-11: versioning = Suspended" in text.stdout
    again = evidence("period", *runs, "--from", "2026-09-30", "--to", "2026-07-01")
    assert again.returncode == 2
    assert "before it begins" in again.stderr


def test_every_stretch_stands_in_the_workbook_as_text(pack: Path) -> None:
    book = openpyxl.load_workbook(pack / "report/workbook.xlsx", read_only=True)
    found = json.loads((pack / "report/period.json").read_bytes())
    rows = [row for row in book["Timelines"].iter_rows(min_row=5, values_only=True) if row[0]]
    assert len(rows) == sum(len(t["spans"]) for t in found["timelines"])
    assert {row[3] for row in rows} == {t["arn"] or t["id"] for t in found["timelines"]}
    formulas = [c for row in book["Timelines"].iter_rows(min_row=5) for c in row if getattr(c, "data_type", "") == "f"]
    assert formulas == []


def test_the_pack_keeps_the_runs_and_judges_them_again(pack: Path) -> None:
    kept = {p.parent.name for p in pack.glob("evidence/observations/*/run.json")}
    assert kept == {"run-1", "run-2"}
    done = judged_again(pack)
    assert (done.outcome, "report/period.json" in done.says[0]) == ("done", True)
    assert all(step.outcome != "failed" for step in verify(pack))


def test_a_stretch_that_was_changed_is_found(pack: Path) -> None:
    path = pack / "report/period.json"
    told: dict[str, Any] = orjson.loads(path.read_bytes())
    whole = path.read_bytes()
    told["timelines"][0]["spans"][0]["state"] = "meets"
    path.write_bytes(orjson.dumps(told))
    try:
        assert judged_again(pack).outcome == "failed"
    finally:
        path.write_bytes(whole)


def test_an_answer_of_an_earlier_run_that_was_changed_is_found(pack: Path) -> None:
    segment = next((pack / "evidence/observations/run-1").rglob("config.jsonl.gz"))
    whole = segment.read_bytes()
    other = next((pack / "evidence/observations/run-2").rglob("config.jsonl.gz"))
    segment.write_bytes(other.read_bytes())
    try:
        failed = [s for step in verify(pack) if step.outcome == "failed" for s in step.says]
        assert any("observations/run-1" in s and "does not end where" in s for s in failed)
    finally:
        segment.write_bytes(whole)


def test_an_id_of_an_earlier_run_leads_to_its_answer(pack: Path) -> None:
    told = json.loads((pack / "report/period.json").read_bytes())
    ids = {id for t in told["timelines"] for s in t["spans"] for id in s["evidence"]}
    kept = subprocess.run(
        ["sh", "-c", "zcat evidence/answers/*/*/* evidence/observations/*/answers/*/*/*"],
        cwd=pack,
        capture_output=True,
        text=True,
    ).stdout
    assert ids
    assert all(f'"id":"{id}' in kept for id in ids)


def test_the_schema_that_is_published_is_that_of_the_values() -> None:
    assert schema_json() == described()


def test_the_policy_names_what_history_and_events_ask_and_no_more() -> None:
    asked = {"config:BatchGetResourceConfig", "config:GetResourceConfigHistory"}
    plain, more = (
        {
            a
            for s in json.loads(evidence("policy", "--program", "hipaa-security-rule", *words).stdout)["Statement"]
            for a in s["Action"]
        }
        for words in ((), ("--history", "--events"))
    )
    assert asked | {"cloudtrail:LookupEvents"} <= more
    assert not asked & plain
