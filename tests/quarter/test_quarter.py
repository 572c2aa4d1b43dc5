"""`evidence quarter` over a quarter of kept runs and a made-up clock: what it does, what it leaves, what it says."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from filelock import FileLock
from typer.testing import CliRunner

from evidence.aws import unit
from evidence.cli import quarterly
from evidence.cli.app import app
from evidence.cli.collecting import Workers, replay_run
from evidence.errors import EvidenceError
from evidence.pack import build, printing
from evidence.pack.formats import FORMATS
from evidence.programs.load import given
from evidence.run.answer import READ
from evidence.run.run import Run
from tests.cli.commands import ROOT
from tests.house.house_rules import PROGRAM

SAMPLE = ROOT / "evidence/sample"
pytestmark = pytest.mark.xdist_group("quarter")
ACCEPTANCES = """
acceptances:
  - id: ACC-1
    requirement: kms.keys.rotation
    accounts: ["012345678901"]
    reason: It goes in November.
    owner: A. Reader
    approver: M. Okoye
    opened: 2026-06-01
    expires: 2026-10-20
"""
RESPONSES = """
responses:
  - requirement: logs.groups.retention
    accounts: ["012345678901"]
    owner: A. Reader
    response: We set it.
    due: 2026-09-01
"""
WANTED = """
documents: []
wanted:
  - {control: "house-rules:HR-4", what: The list of leavers, owner: HR, due: 2026-09-15}
"""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What answers instead of AWS, by its day: the sample organisation's two quarters, and its third quarter as if every week of it
    had been like its end."""
    made = tmp_path_factory.mktemp("recorded")
    id = given(PROGRAM).id
    for name in ("2026-Q2", "2026-Q3"):
        replay_run(SAMPLE / name, made / name, [id])
    out = {"2026-06-30": made / "2026-Q2"}
    days = [f"2026-07-{d:02}" for d in (1, 8, 15, 22, 29)] + [f"2026-08-{d:02}" for d in (5, 12, 19, 26)]
    for day in [*days, *(f"2026-09-{d:02}" for d in (2, 9, 16, 23, 30)), "2026-10-07"]:
        out[day] = dated(made / "2026-Q3", made / day, day)
    return out


def dated(source: Path, out: Path, day: str) -> Path:
    """The run with the times of another day. The answers are the same."""
    facts = replace(Run.open(source).facts, id=f"run-{day}", started=f"{day}T06:00:00Z", ended=f"{day}T06:10:00Z")
    out.mkdir()
    (out / "run.json").write_bytes(facts.to_json())
    (out / "answers").symlink_to(source / "answers")
    return out


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Packs of results alone, comparisons without pages, a replay that copies what it would come to: those are tested elsewhere."""
    monkeypatch.setattr(quarterly, "replay_run", copied)
    monkeypatch.setattr(build, "formats", lambda: FORMATS[:1])
    monkeypatch.setattr(printing, "print_pdf", lambda printable: printable.out.write_bytes(b"%PDF-"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evidence.toml").write_text(f'entity = "Larkfield"\nprograms = ["{PROGRAM}"]\n')
    yield


def copied(source: Path, out: str, only: Any, resume: bool, workers: Workers) -> Run:
    shutil.copytree(source, out)
    return Run.open(out)


def call(recorded: dict[str, Path], on: str, *words: str) -> Result:
    replay = [w for path in recorded.values() for w in ("--replay", str(path))]
    return CliRunner().invoke(app, ["quarter", "--config", "evidence.toml", "--on", on, *replay, *words])


def said(recorded: dict[str, Path], on: str, *words: str) -> dict[str, Any]:
    done = call(recorded, on, "--json", *words)
    assert not isinstance(done.exception, EvidenceError), done.exception
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["exit"] == done.exit_code
    return found


def folders(where: str) -> list[str]:
    return sorted(p.name for p in Path(where).glob("*") if p.is_dir())


def test_a_quarter_of_weekly_calls_gives_the_runs_that_are_due_and_one_pack(recorded: dict[str, Path]) -> None:
    """A run every 28 days though the call is made every seven; after the quarter's end its pack, and the next one's first run."""
    assert CliRunner().invoke(app, ["keygen", "--out", "key"]).exit_code == 0
    with Path("evidence.toml").open("a") as file:
        file.write('[quarter]\nevery_days = 28\nkey = "key"\n')
    begun: list[str] = []
    for day in recorded:
        found = said(recorded, day)
        begun += [Path(run["run"]).name for run in found["collected"]]
        if day == "2026-07-01":  # the first call after the second quarter
            first = found["packs"]
            assert [p["id"][:10] for p in first] == ["EVP-2026Q2"] and first[0]["changes"] == ""
        elif day < "2026-10":
            assert found["packs"] == []
            assert found["next_run"] > day
    weeks = ["2026-07-01", "2026-07-29", "2026-08-26", "2026-09-23"]
    assert begun == ["2026-06-30", *weeks, "2026-10-07"]
    assert folders("runs/2026-Q3") == weeks and folders("runs/2026-Q4") == ["2026-10-07"]
    (pack,) = found["packs"]
    assert folders("packs") == [first[0]["id"], pack["id"], pack["id"] + ".changes"]
    facts = json.loads(Path(pack["pack"], "pack.json").read_bytes())
    assert facts["run"] == "run-2026-09-23" and facts["signed"]["type"] == "ecdsa" and facts["previous"]["id"] == first[0]["id"]
    outcome = {step["title"]: step["outcome"] for step in pack["steps"]}
    assert outcome["Who signed it"] == outcome["The pack before this one"] == outcome["Judge the answers again"] == "done"
    seen = json.loads(Path(pack["pack"], "method/management.json").read_bytes())["earlier"]
    assert {s["run"] for s in seen} == {"run-larkfield-2026-Q2"}, "the last run of the quarter before is among the earlier ones"
    assert {p.name for p in Path(pack["changes"]).iterdir()} >= {"changes.json", "changes.pdf"}
    assert json.loads(Path(pack["changes"], "changes.json").read_bytes())["new"]["pack"] == pack["id"]


def test_a_second_call_does_nothing_and_says_so(recorded: dict[str, Path]) -> None:
    assert call(recorded, "2026-07-01").exit_code == 3
    before = {p: p.stat().st_mtime_ns for p in Path("runs").rglob("*") if p.is_file()}
    again = call(recorded, "2026-07-01")
    assert again.exit_code == 0 and again.stdout.splitlines() == [
        "Nothing is due on 2026-07-01, and nothing was done. Next: a run on 2026-07-08, the pack of 2026-Q3 after 2026-09-30."
    ]
    assert {p: p.stat().st_mtime_ns for p in Path("runs").rglob("*") if p.is_file() and p.name != quarterly.LOCK} == {
        p: t for p, t in before.items() if p.name != quarterly.LOCK
    }


def test_what_is_due_is_said_without_asking_or_writing(recorded: dict[str, Path]) -> None:
    assert call(recorded, "2026-06-30").exit_code == 3
    done = call(recorded, "2026-07-01", "--dry-run", "--pack")
    assert done.exit_code == 0 and done.stdout.splitlines() == [
        "2026-07-01: would begin runs/2026-Q3/2026-07-01",
        "2026-07-01: would pack 2026-Q2 of runs/2026-Q2/2026-06-30, 0 earlier runs beside it",
        "2026-07-01: would pack 2026-Q3 of runs/2026-Q3/2026-07-01, 1 earlier run beside it",
        "Next: a run on 2026-07-08, the pack of 2026-Q3 after 2026-09-30.",
    ]
    assert folders("runs") == ["2026-Q2"] and not Path("packs").exists()


@pytest.fixture
def cut(recorded: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A run that is killed while its second account is asked; how many lines it had kept. Here the replay is the real one."""
    monkeypatch.setattr(quarterly, "replay_run", replay_run)
    with monkeypatch.context() as patch:
        real, asked = unit.collect_account, list[str]()

        def killed(account: Any, *args: Any, **options: Any) -> Any:
            asked.append(account.id)
            if len(asked) > 1:
                raise EvidenceError("No room is left.", "Free some.")
            return real(account, *args, **options)

        patch.setattr(unit, "collect_account", killed)
        done = call(recorded, "2026-07-01T06:00", "--pack")
    assert isinstance(done.exception, EvidenceError) and "No room" in str(done.exception)
    assert not Path("packs").exists(), "a collection that fails leaves no pack"
    run = Run.open(Path("runs/2026-Q3/2026-07-01"))
    assert not run.facts.ended
    yield sum(1 for _ in run.lines())


def test_a_run_that_was_cut_short_is_gone_on_with(recorded: dict[str, Path], cut: int) -> None:
    found = said(recorded, "2026-07-01T17:00", "--pack")
    assert found["resumed"] == ["runs/2026-Q3/2026-07-01"] and folders("runs/2026-Q3") == ["2026-07-01"]
    run = Run.open(Path("runs/2026-Q3/2026-07-01"))
    assert run.finished().calls == Run.open(recorded["2026-07-01"]).facts.calls and sum(1 for _ in run.lines()) > cut > 0
    seen = {id for account in run.facts.scope.accounts for id in account.seen} | set(run.facts.scope.seen)
    answered = Counter(a.call.key for a in run.answers() if a.ending in READ and a.id not in seen)
    twice = [key for key, n in answered.items() if n > 1]
    assert not twice, "what was answered is not asked again, but who we are and where"
    assert [p["id"][:10] for p in found["packs"]] == ["EVP-2026Q3"]
    assert found["packs"][0]["steps"][-1]["outcome"] == "done", "what was kept in two goes is judged alike again"
    assert found["attention"]["since"] == "" and found["packs"][0]["signed"] is None


def test_one_cut_short_too_long_ago_is_left_and_named(recorded: dict[str, Path], cut: int) -> None:
    done = call(recorded, "2026-07-01T20:00")
    assert done.stdout.splitlines()[-1].endswith(
        "Cut short too long ago to be gone on with, and left as it is: runs/2026-Q3/2026-07-01."
    )
    assert folders("runs/2026-Q3") == ["2026-07-01", "2026-07-01-2"]
    assert sum(1 for _ in Run.open(Path("runs/2026-Q3/2026-07-01")).lines()) == cut


def test_two_at_once_are_refused(recorded: dict[str, Path]) -> None:
    Path("runs").mkdir()
    with FileLock(Path("runs") / quarterly.LOCK):
        done = call(recorded, "2026-07-01")
    assert isinstance(done.exception, EvidenceError) and "at work in runs" in str(done.exception)
    assert folders("runs") == []
    assert call(recorded, "2026-07-01").exit_code == 3, "whoever held it is gone, and so is the lock"


def test_what_a_copy_that_was_cut_short_left_is_in_nobodys_way(recorded: dict[str, Path]) -> None:
    """Without its run.json a folder is no run, without its pack.json no pack."""
    Path("runs/2026-Q3/2026-07-01/answers").mkdir(parents=True)
    first = said(recorded, "2026-07-01", "--pack")
    assert folders("runs/2026-Q3") == ["2026-07-01", "2026-07-01-2"]
    pack = Path(first["packs"][0]["pack"])
    (pack / "pack.json").unlink()
    again = said(recorded, "2026-07-01", "--pack")
    assert [p["pack"] for p in again["packs"]] == [str(pack)] and (pack / "pack.json").is_file()


def test_a_pack_that_does_not_verify_is_not_left(recorded: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    real = quarterly.make_pack

    def spoilt(run: Path, out: Path, *args: Any) -> Any:
        made = real(run, out, *args)
        (out / "README.txt").write_text("changed")
        return made

    monkeypatch.setattr(quarterly, "make_pack", spoilt)
    done = call(recorded, "2026-07-01", "--pack")
    assert isinstance(done.exception, EvidenceError) and "does not verify" in str(done.exception)
    assert list(Path("packs").iterdir()) == []
    assert Run.open(Path("runs/2026-Q3/2026-07-01")).finished(), "the run stands"


def test_ten_lines_say_what_needs_a_person(recorded: dict[str, Path]) -> None:
    Path("manual").mkdir()
    for name, text in (("acceptances.yaml", ACCEPTANCES), ("responses.yaml", RESPONSES), ("manual/manual.yaml", WANTED)):
        Path(name).write_text(text)
    given_files = ("--acceptances", "acceptances.yaml", "--manual", "manual", "--responses", "responses.yaml")
    assert call(recorded, "2026-06-30", *given_files).exit_code == 3
    done = call(recorded, "2026-09-30", "--pack", "--zip", *given_files)
    assert done.exit_code == 3, done.exception
    lines = done.stdout.splitlines()
    assert len(lines) == 10
    assert lines[0].startswith("Collected: runs/2026-Q3/2026-09-30 begun and finished (")
    assert lines[1].startswith("Gaps: ") and lines[1].endswith("could not be entered: account 300040005000.")
    exceptions = json.loads(next(Path("packs").glob("EVP-2026Q3-*/report/results.json")).read_bytes())["exceptions"]
    accepted = sum(e["status"] == "accepted" for e in exceptions)
    overdue = sum(e["overdue"] for e in exceptions)
    assert accepted and overdue, "the made-up statements cover something"
    assert lines[2].startswith(
        f"Exceptions: {len(exceptions)}, of which {accepted} accepted. Since 2026-06-30: 0 new, 0 regressed, "
    )
    assert lines[3] == f"Overdue by management's own day: {overdue} ({overdue} logs.groups.retention)."
    assert lines[4] == "Acceptances that end within 30 days: ACC-1 on 2026-10-20 (A. Reader); ended: none."
    assert lines[5] == "Documents still wanted: 1, 1 of them late (house-rules:HR-4 The list of leavers by 2026-09-15)."
    assert lines[6] == "Not seen any more since 2026-06-30: 5 results; nothing is known of them, so none counts as better."
    assert lines[7].count("UNSIGNED") == 2 and lines[7].count("receipt (SHA-256 of SHA256SUMS)") == 2
    assert "EVP-2026Q3-" in lines[8] and ".changes" in lines[8]
    assert lines[9] == "Next: a run on 2026-10-01, the pack of 2026-Q3 after 2026-09-30."
    assert len(list(Path("packs").glob("*.zip"))) == len(list(Path("packs").glob("*.receipt.txt"))) == 2


def test_what_management_states_is_read_before_anything_is_collected(recorded: dict[str, Path]) -> None:
    Path("responses.yaml").write_text("responses: [{}]")
    done = call(recorded, "2026-07-01", "--responses", "responses.yaml")
    assert isinstance(done.exception, EvidenceError) and "responses.yaml" in str(done.exception)
    assert folders("runs") == []


def test_the_exit_code_is_1_only_where_it_was_asked_for(recorded: dict[str, Path]) -> None:
    assert call(recorded, "2026-07-01", "--fail-on", "exceptions").exit_code == 1


def test_aws_is_asked_as_the_file_says_unless_a_flag_does(recorded: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def stand_in(out: str, entering: Any, **options: Any) -> Run:
        asked.update(options, out=out, entering=entering)
        return replay_run(recorded["2026-07-01"], out, options["programs"])

    monkeypatch.setattr(quarterly, "collect_run", stand_in)
    monkeypatch.setenv("EVIDENCE_EXTERNAL_ID", "kept-nowhere")
    with Path("evidence.toml").open("a") as file:
        file.write(
            '[people]\npreparer = {name = "A. Reader"}\n[scope]\nregions = ["eu-west-1"]\nrole = "reader"\norganization = true\n'
        )
        file.write("[quarter]\nhistory = true\nevents = true\n")
    words = ["quarter", "--config", "evidence.toml", "--no-events", "--region", "eu-central-1", "--no-organization"]
    assert CliRunner().invoke(app, words).exit_code == 3
    assert asked["over_time"] == ("history",) and asked["programs"] == ("house-rules",) and asked["external_id"] == "kept-nowhere"
    assert (asked["entity"], asked["prepared_by"]) == ("Larkfield", "A. Reader")
    assert list(asked["entering"].regions) == ["eu-central-1"] and asked["entering"].role == "reader"
    assert asked["entering"].organization is False and asked["period"] == Path(asked["out"]).parent.name
    other = CliRunner().invoke(app, [*words, "--on", "2030-01-01"])
    assert isinstance(other.exception, EvidenceError) and "for today alone" in str(other.exception)


@pytest.mark.parametrize(("text", "says"), [
    ('[scope]\nexternal_id = "x"\n', "EVIDENCE_EXTERNAL_ID"),
    ("[quarter]\nevery_days = 0\n", "quarter.every_days"),
    ('[quarter]\nbucket = "x"\n', "quarter.bucket"),
])  # fmt: skip
def test_a_key_that_is_none_is_refused(recorded: dict[str, Path], text: str, says: str) -> None:
    Path("evidence.toml").write_text(text)
    done = call(recorded, "2026-07-01")
    assert isinstance(done.exception, EvidenceError) and says in str(done.exception)


def test_a_run_in_the_place_of_a_quarter_is_not_written_into(recorded: dict[str, Path]) -> None:
    replay_run(recorded["2026-07-01"], Path("runs/2026-Q3"))
    done = call(recorded, "2026-07-01")
    assert isinstance(done.exception, EvidenceError) and "Move it to runs/2026-Q3/2026-07-01" in str(done.exception)
