"""Samples as an auditor gets them: from a run and from a pack, redone with bash, sha256sum and sort as README.txt says."""

import dataclasses
import json
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
from openpyxl import load_workbook

from evidence.assessment.draw import draw as drawn
from evidence.cli.assessing import assessment_of
from evidence.cli.draw import By, _variant, draw
from evidence.errors import EvidenceError
from evidence.pack import build
from evidence.pack.results import results_json
from evidence.pack.samples.model import Samples, samples_of, schema_json
from evidence.pack.samples.write import write_samples
from evidence.pack.ticket.model import Origin
from evidence.pack.ticket.schema import described
from evidence.pack.workbook.page import HEAD
from evidence.programs import load
from evidence.programs.load import from_file
from evidence.run.answer import Answer
from evidence.run.run import Run
from tests.cli.commands import HOUSE, ROOT, evidence
from tests.pack.example import clean

RUN = ROOT / "evidence/sample/2026-Q3"
RULES = ROOT / "tests/house/house_rules/house-rules.yaml"
SEED, GIVER = "Kessler & Partner: 2026-10-14 'lot 7' $HOME", "M. Kessler, O'Neill & Partner"


@dataclass(frozen=True)
class Made:
    source: Path
    folder: Path
    code: int

    @property
    def json(self) -> dict[str, Any]:
        return json.loads((self.folder / "samples.json").read_bytes())  # type: ignore[no-any-return]

    def rows(self, name: str) -> list[dict[str, Any]]:
        lines = load_workbook(self.folder / "samples.xlsx")[name].iter_rows(min_row=HEAD, values_only=True)
        heads = next(lines)
        return [dict(zip(heads, line, strict=True)) for line in lines]


def made_of(source: Path, requirement: str, out: Path, **given: Any) -> Made:
    settings = {
        "count": 3, "seed": None, "seed_by": "", "by": None, "applicable_only": False, "variant": None, "config": None, "json": False,
        "program": [],
    }  # fmt: skip
    with pytest.raises(typer.Exit) as ended:
        draw(source, requirement, out=out, **{**settings, **given})
    return Made(source, out, ended.value.exit_code)


@pytest.fixture(scope="module")
def of_run(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """By the command line, in another process, zone and hash seed than what it is compared with."""
    out = tmp_path_factory.mktemp("run") / "k"
    around = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    said = evidence("draw", RUN, "kms.keys.rotation", "--count", "3", "--program", "house-rules", "--out", out, **HOUSE, **around)
    assert "NOT COMPLETE" in said.stdout, said.stderr
    return Made(RUN, out, said.returncode)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack of the sample run whose one report is results.json."""
    run, program = Run.open(RUN), from_file(RULES, "house-rules")
    out = tmp_path_factory.mktemp("pack") / "pack"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "formats", lambda: [f for f in _formats() if f.name == "results"])
        build.build_pack(
            run, assessment_of(run, [program]), out, requirements=[], program_sources={"house-rules": RULES.read_bytes()}, policy={},
            versions={},
        )  # fmt: skip
    return out


_formats = build.formats


@pytest.fixture(scope="module")
def of_pack(pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Two of each account's log groups, by a seed that a shell would take apart."""
    out = tmp_path_factory.mktemp("of") / "l"
    return made_of(pack, "logs.groups.retention", out, count=2, by=By.account, seed=SEED, seed_by=GIVER, applicable_only=True)


def steps(folder: Path) -> list[tuple[str, str, str]]:
    """(title, command, what is expected) of README.txt, as they stand there."""
    lines = (folder / "README.txt").read_text().splitlines()
    found, title, command = [], "", list[str]()
    for line in lines[next(n for n, at in enumerate(lines) if at.startswith("How to redo it")) + 1 :]:
        if line.startswith("   Expected: "):
            found.append((title, "\n".join(command[1:]).strip(), line.removeprefix("   Expected: ")))
            command = []
        elif line or command:
            command.append(line)
            title = command[0]
    return found


def shell(command: str, folder: Path) -> str:
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def follow(made: Made) -> list[tuple[str, str]]:
    """Follows README.txt, the last step apart, with PACK and RUN set to the folder drawn from; returns what the draw printed."""
    printed = []
    for _, command, expected in steps(made.folder)[:-1]:
        said = shell(command.replace("PACK", str(made.source)).replace("RUN", str(made.source)), made.folder)
        if expected == "the rank hash and line of each sample":
            printed = [(line[:64], line[65:]) for line in said.splitlines()]
        else:
            assert " ".join(said.split()) == ("" if expected == "no output" else expected), command
    return printed


@pytest.mark.parametrize("which", ["of_run", "of_pack"])
def test_the_readme_followed_literally_gives_the_samples(which: str, request: pytest.FixtureRequest) -> None:
    made: Made = request.getfixturevalue(which)
    assert len(steps(made.folder)) == (8 if which == "of_run" else 10)
    items = [i for i in made.json["items"] if i["use"] == "sample"]
    assert follow(made) == [(i["hash"], i["line"]) for i in items] and items
    sheet = made.rows("Samples")
    assert [(r["Rank hash"], r["Line"]) for r in sheet][: len(items)] == [(i["hash"], i["line"]) for i in items]


@pytest.mark.parametrize("change", ["population.txt", "samples.json", "seed"])
def test_another_population_item_or_seed_does_not_pass_the_readme(of_pack: Made, tmp_path: Path, change: str) -> None:
    copy = Made(of_pack.source, tmp_path / "c", 0)
    shutil.copytree(of_pack.folder, copy.folder)
    if change == "population.txt":
        lines = (copy.folder / change).read_text().splitlines(keepends=True)
        (copy.folder / change).write_text("".join(lines[1:]))
    elif change == "samples.json":
        document = copy.json
        document["items"][0]["hash"] = document["items"][-1]["hash"]
        (copy.folder / change).write_text(json.dumps(document, indent=2))
    else:
        text = (copy.folder / "README.txt").read_text()
        (copy.folder / "README.txt").write_text(text.replace("lot 7", "lot 8"))
    for _, command, expected in steps(copy.folder)[2:-1]:
        said = " ".join(shell(command.replace("PACK", str(copy.source)), copy.folder).split())
        if expected.startswith("the ") or said == ("" if expected == "no output" else expected):
            continue
        return
    pytest.fail(f"nothing in README.txt notices another {change}")


def test_the_same_draw_gives_the_same_bytes_as_the_readme_s_last_step_says(
    of_run: Made, of_pack: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "_GIVEN", {})
    load.given(RULES)
    again = made_of(RUN, "kms.keys.rotation", tmp_path / "again", program=["house-rules"])
    assert shell(f"diff -r {again.folder} {of_run.folder}", tmp_path) == "" and again.code == of_run.code == 3
    words = shlex.split(steps(of_pack.folder)[-1][1].partition(";")[0])
    assert words[:4] == ["evidence", "draw", "PACK", "logs.groups.retention"]
    given = dict(zip(words[4::2], words[5::2], strict=False))
    assert given["--seed"] == SEED and given["--seed-by"] == GIVER and given["--by"] == "account" and "--applicable-only" in words
    assert shlex.split(steps(of_run.folder)[-1][1])[4:8] == ["--count", "3", "--program", "house-rules"]


@pytest.mark.parametrize("which", ["of_run", "of_pack"])
def test_json_follows_its_schema_and_every_item_has_its_raw_answers(which: str, request: pytest.FixtureRequest) -> None:
    made: Made = request.getfixturevalue(which)
    samples, schema = made.json, json.loads((made.folder / "samples.schema.json").read_bytes())
    jsonschema.validate(samples, schema)
    there = {p.stem: Answer.from_line(p.read_bytes()) for p in (made.folder / "evidence").iterdir()}
    assert set(there) == {id for item in samples["items"] for id in item["evidence"]} and all(
        i["evidence"] for i in samples["items"]
    )
    assert all(answer.id == name for name, answer in there.items())
    for item in samples["items"]:
        assert item["account"] in {there[id].call.account for id in item["evidence"]}
    lines = (made.folder / "population.txt").read_text().splitlines()
    assert len(lines) == samples["population"]["size"] and {i["line"] for i in samples["items"]} <= set(lines)


def test_the_published_schema_is_what_follows_from_the_values() -> None:
    assert schema_json() == described(Samples)


def test_a_population_that_is_not_complete_is_said_so_wherever_it_is_read(of_run: Made) -> None:
    assert of_run.code == 3
    samples = of_run.json
    assert samples["population"]["complete"] is False and samples["population"]["unread"]
    assert "THIS POPULATION IS NOT COMPLETE" in samples["says"][0]
    assert "THIS POPULATION IS NOT COMPLETE" in (of_run.folder / "README.txt").read_text()
    book = load_workbook(of_run.folder / "samples.xlsx")
    assert book.sheetnames == ["Samples", "Population", "Method", "Evaluation"]
    for sheet in book:
        assert "NOT COMPLETE" in sheet.oddFooter.center.text
        assert any("NOT COMPLETE" in str(cell.value) for row in sheet.iter_rows() for cell in row)
    unread = samples["population"]["unread"][0]
    assert any(unread["account"] in r["Meaning"] for r in of_run.rows("Method") if r["What"] == "List not read")


def test_the_auditor_s_columns_are_blank_tinted_and_offer_words(of_pack: Made) -> None:
    sheet = load_workbook(of_pack.folder / "samples.xlsx")["Samples"]
    heads = {cell.value: cell for cell in sheet[HEAD]}
    own = [h for h in heads if str(h).startswith("Auditor: ")]
    assert [h for h in own if "attribute" in h] == [f"Auditor: attribute {n}" for n in range(1, 5)]
    assert {"Auditor: deviation", "Auditor: tester", "Auditor: date"} <= set(own)
    for h in own:
        cell = sheet.cell(HEAD + 1, heads[h].column)
        assert cell.value is None and cell.fill.fgColor.rgb.endswith("FFF8DC") and heads[h].fill.fgColor.rgb.endswith("EAD9A0")
    offered = " ".join(str(v.sqref) for v in sheet.data_validations.dataValidation)
    for n in range(1, 5):
        assert f"{heads[f'Auditor: attribute {n}'].column_letter}{HEAD + 1}:" in offered
    assert f"{heads['Auditor: deviation'].column_letter}{HEAD + 1}:" in offered
    assert all(r["Auditor: entry"] is None for r in of_pack.rows("Evaluation"))


def test_each_row_says_population_method_seed_and_giver_and_leads_to_its_answer(of_pack: Made) -> None:
    samples, sheet = of_pack.json, load_workbook(of_pack.folder / "samples.xlsx")["Samples"]
    for row, item in zip(of_pack.rows("Samples"), samples["items"], strict=True):
        assert (row["Sample"], row["Population"], row["Seed"], row["Seed given by"]) == (
            item["sample"],
            "logs.groups",
            SEED,
            GIVER,
        )
        assert row["Population, SHA-256"] == samples["population"]["digest"] and row["Judgement"] == item["judgement"]
        assert row["Rank in account"] == item["place"] and row["Evidence"] == item["evidence"][0]
    column = next(cell.column for cell in sheet[HEAD] if cell.value == "Evidence")
    for n, item in enumerate(samples["items"], start=HEAD + 1):
        target = sheet.cell(n, column).hyperlink.target
        assert target == f"evidence/{item['evidence'][0]}.json" and (of_pack.folder / target).is_file()
    whole = of_pack.rows("Population")
    assert "".join(f"{r['Line']}\n" for r in whole) == (of_pack.folder / "population.txt").read_text()
    assert {r["Sample"] for r in whole if r["Drawn as"]} == {i["sample"] for i in samples["items"]}


def test_two_of_each_account_and_replacements_of_the_same(of_pack: Made) -> None:
    samples = of_pack.json
    assert samples["by_account"] and len(samples["strata"]) > 1
    for s in samples["strata"]:
        mine = [i for i in samples["items"] if i["account"] == s["account"]]
        assert [i["use"] for i in mine] == ["sample"] * s["sample"] + ["replacement"] * s["replacements"]
        assert [i["place"] for i in mine] == list(range(1, len(mine) + 1)) and s["sample"] == min(2, s["size"])


def test_the_population_of_a_pack_is_what_its_results_list(of_pack: Made) -> None:
    results = json.loads((of_pack.source / "report/results.json").read_bytes())
    members = [m for m in results["members"] if m["requirement"] == "logs.groups.retention"]
    p = of_pack.json["population"]
    assert p["listed"] == len(members) and p["applicable_only"]
    assert p["size"] == len(members) - p["not_applicable"] == sum(m["judgement"] != "not_applicable" for m in members)
    numbers = {
        (e["account"], e["region"], e["id"]): e["number"]
        for e in results["exceptions"]
        if e["requirement"] == "logs.groups.retention"
    }
    for item in of_pack.json["items"]:
        assert item["exception"] == numbers.get((item["account"], item["region"], item["id"]), "")


def test_hostile_names_and_seeds_are_redone_in_bash_and_stay_text(tmp_path: Path) -> None:
    names = [
        "=1+1",
        "a b",
        "%20",
        "x\ny",
        "turned \u202egnp",
        "\t",
        "$(touch hit)",
        "`touch hit`",
        "'",
        '"hash": "00"',
        "\\n",
        "é",
        "-n",
        "*",
    ]
    base, full = clean().members[0], clean()
    members = tuple(
        dataclasses.replace(base, id=name, arn="", reason=f'"hash": "{n:064}" {name}') for n, name in enumerate(names)
    )
    assessment = dataclasses.replace(full, members=members)
    made = drawn(full.requirements[0], members, 4, seed="$(touch hit)'`\"|%s\\", seed_by="=A & 'B'")
    lines = {id: json.dumps({"id": id}).encode() for id in base.evidence}
    samples = samples_of(assessment, made, Origin())
    write_samples(samples, made, lines, tmp_path / "h")
    commands = steps(tmp_path / "h")
    for at in (0, 1, 4):
        assert shell(commands[at][1], tmp_path / "h") == "", commands[at][1]
    assert shell(commands[3][1], tmp_path / "h").splitlines() == [f"{i.hash} {i.line}" for i in samples.drawn("sample")]
    assert not (tmp_path / "h/hit").exists()
    for sheet in load_workbook(tmp_path / "h/samples.xlsx"):
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_what_cannot_be_done_is_said(pack: Path, of_pack: Made, tmp_path: Path) -> None:
    def refused(match: str, requirement: str = "kms.keys.rotation", source: Path = pack, **given: Any) -> None:
        settings = {"count": 1, "out": tmp_path / "x", "seed": None, "seed_by": "", "by": None, "applicable_only": False}
        settings |= {"variant": None, "program": [], "config": None, "json": False}
        with pytest.raises(EvidenceError, match=match):
            draw(source, requirement, **{**settings, **given})
        assert not (tmp_path / "x").exists()

    refused("Did you mean kms.keys.rotation", "kms.keys.rotatoin")
    refused("not empty.*auditor entered", out=of_pack.folder)
    refused("keeps what it was judged with.*--config", config=tmp_path / "evidence.toml")
    refused("cannot be used", seed="two\nlines")
    refused("none was given", seed_by="M. Kessler")
    refused("There is no", source=tmp_path / "nowhere")
    refused("not judged with 'days=3'.*defaults", variant="days=3")


def test_a_requirement_judged_twice_is_drawn_for_one_of_them() -> None:
    full = clean()
    both = dataclasses.replace(
        full, requirements=(full.requirements[0], dataclasses.replace(full.requirements[0], variant="days=45"))
    )
    id = full.requirements[0].id
    assert _variant(both, id, "days=45").variant == "days=45" and _variant(both, id, "defaults").variant == ""
    with pytest.raises(EvidenceError, match=r"several parameters.*'defaults' or 'days=45'"):
        _variant(both, id, None)


def test_results_are_what_the_mini_pack_says(pack: Path) -> None:
    """The pack of these tests is one as the tool makes them."""
    run = Run.open(pack / "evidence")
    assert results_json(assessment_of(run, [from_file(RULES, "house-rules")])) == (pack / "report/results.json").read_bytes()
