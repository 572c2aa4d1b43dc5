"""The sample organisation: a valid world, a kept run that rebuilds byte for byte, a pack without a secret in it."""

import gzip
import hashlib
import json
import subprocess
import zipfile
from pathlib import Path

import jsonschema
import pytest

from evidence.assessment.wanted import wanted
from evidence.cli.assessing import assessment_of
from evidence.cli.collecting import versions
from evidence.cli.common import chosen
from evidence.cli.sample import PACKED
from evidence.pack.build import made_with
from evidence.programs.load import program, programs
from evidence.requirements import requirements
from evidence.run.run import Run
from evidence.seal.manifest import SUMS
from evidence.services import populations
from evidence.services.plan import asks_for
from tests.cli.commands import NOWHERE, ROOT, evidence, refused
from tests.larkfield import beanstalk
from tests.larkfield.base import ACCOUNT, HOME, REGIONS
from tests.larkfield.build import KEPT, PROGRAMS, build
from tests.larkfield.earlier import NEW
from tests.larkfield.more import account, databases, identity, secrets
from tests.larkfield.more.beanstalk import APPLICATIONS
from tests.larkfield.more.place import FORMULA, SCRIPT
from tests.larkfield.organisation import CLOSED, REFUSING, STAGING, WORKER
from tests.larkfield.world import larkfield

SECRETS = {**beanstalk.SECRETS, **secrets.SECRETS}
COMMITTED = ROOT / "sample_output"
pytestmark = pytest.mark.xdist_group("sample")


def test_every_answer_of_the_world_fits_botocores_output_shapes() -> None:
    assert larkfield().invalid() == []


def test_the_kept_run_is_what_the_product_collects_from_the_world(tmp_path: Path) -> None:
    made = build(tmp_path / "run")
    kept = Run.open(KEPT)
    assert [a.digest for a in made.answers()] == [a.digest for a in kept.answers()]
    if kept.facts.versions == versions():
        ours, theirs = ({n: r.store.read(n) for n in r.store.names()} for r in (made, kept))
        assert ours == theirs


def test_the_runs_hold_what_every_program_needs() -> None:
    every, named = (
        {ask.name for ask in asks_for(wanted(some, requirements(), populations()), populations())}
        for some in (programs(), [program(id) for id in PROGRAMS])
    )
    assert every == named


def test_replaying_keeps_every_answer_with_its_times_and_principal(sample: Path) -> None:
    assert list(Run.open(sample / "runs/2026-Q3").answers()) == list(Run.open(KEPT).answers())


def test_the_data_of_the_committed_sample_are_rebuilt_byte_for_byte(sample: Path) -> None:
    assert (sample / "pack/report/results.json").read_bytes() == (COMMITTED / "results.json").read_bytes()


@pytest.mark.parametrize("name", ["summary.pdf", "soc2-2017.pdf"])
def test_the_committed_reports_are_rebuilt(sample: Path, name: str) -> None:
    """Byte for byte where the same Pango, fonts and zlib set them, else page by page in their words."""
    made, committed = sample / "pack/report" / name, COMMITTED / name
    if made_with() == json.loads((COMMITTED / "versions.json").read_text()):
        assert made.read_bytes() == committed.read_bytes()
        return
    texts = [subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout for path in (made, committed)]
    pages = [[" ".join(page.split()) for page in text.decode().split("\f")] for text in texts]
    assert len(pages[0]) > 20 and pages[0] == pages[1]


def test_the_committed_page_is_rebuilt(sample: Path) -> None:
    """Byte for byte where the same fonts and compression made it."""
    made, committed = sample / "pack/report/index.html", COMMITTED / "index.html"
    if made_with() == json.loads((COMMITTED / "versions.json").read_text()):
        assert made.read_bytes() == committed.read_bytes()
    assert abs(made.stat().st_size - committed.stat().st_size) < committed.stat().st_size / 10


def test_the_committed_workbook_is_rebuilt(sample: Path) -> None:
    made, committed = (zipfile.ZipFile(p / "workbook.xlsx") for p in (sample / "pack/report", COMMITTED))
    assert made.namelist() == committed.namelist()
    sheets = [n for n in made.namelist() if n.startswith("xl/worksheets/sheet") and n not in _manifest_sheet(made)]
    assert all(made.read(n) == committed.read(n) for n in sheets)


def _manifest_sheet(book: zipfile.ZipFile) -> list[str]:
    """The last sheet names the digests of the reports, which depend on fonts."""
    return sorted(
        (n for n in book.namelist() if n.startswith("xl/worksheets/sheet")), key=lambda n: int("".join(filter(str.isdigit, n)))
    )[-1:]


def test_results_follow_the_published_schema_and_foot(sample: Path) -> None:
    results = json.loads((sample / "pack/report/results.json").read_bytes())
    jsonschema.validate(results, json.loads((sample / "pack/method/results.schema.json").read_bytes()))
    for r in results["requirements"]:
        p, counts = r["population"], r["counts"]
        assert p["listed"] == p["judged"] + p["not_applicable"] + p["gaps"] == sum(counts.values())
        members = [m for m in results["members"] if (m["requirement"], m["variant"]) == (r["id"], r["variant"])]
        assert {w: sum(m["judgement"] == w for m in members) for w in counts} == counts


def test_no_secret_of_the_world_is_kept_or_packed(sample: Path) -> None:
    """Looked for in every file, unpacked: answers, results, workbook, the text of every PDF page."""
    found = []
    for path in (p for p in sample.rglob("*") if p.is_file()):
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                data = b"".join(book.read(n) for n in book.namelist())
        if path.suffix == ".pdf":
            data = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout
        found += [(path.name, name) for name, value in SECRETS.items() if value.encode() in data]
    assert not found
    assert sum(Run.open(KEPT).facts.redactions.values()) >= len(SECRETS)


def test_hostile_text_is_text(sample: Path) -> None:
    with zipfile.ZipFile(sample / "pack/report/workbook.xlsx") as book:
        sheets = b"".join(book.read(n) for n in book.namelist() if n.startswith("xl/worksheets/"))
    assert b"<f>" not in sheets, "a formula in the workbook"


def test_names_that_no_report_may_choke_on_are_those_of_members(sample: Path) -> None:
    results = json.loads((sample / "pack/report/results.json").read_bytes())
    chapter = assessment_of(Run.open(sample / "runs/2026-Q3"), [program("aws-elastic-beanstalk")])
    ids = {m["id"] for m in results["members"]} | {m.id for m in chapter.members}
    assert {*APPLICATIONS, FORMULA, SCRIPT, identity.COMPUTED, account.LONG} <= ids and len(account.LONG) == 300
    assert any(id.startswith("nightly\treports\nretired") for id in ids)


def test_a_snapshot_that_went_away_meanwhile_is_no_member(sample: Path) -> None:
    results = json.loads((sample / "pack/report/results.json").read_bytes())
    assert databases.GONE not in {m["id"] for m in results["members"] if m["requirement"] == "rds.snapshots.not-public"}
    (kept,) = [a for a in Run.open(KEPT).answers() if a.ending == "gone"]
    assert kept.call.parameters == {"DBSnapshotIdentifier": databases.GONE}


def test_the_sample_shows_both_sides_of_most_requirements(sample: Path) -> None:
    results = json.loads((sample / "pack/report/results.json").read_bytes())
    seen: dict[str, set[str]] = {}
    for member in results["members"]:
        seen.setdefault(member["requirement"], set()).add(member["judgement"])
    both = [id for id, words in seen.items() if {"meets", "exception"} <= words]
    assert len(both) >= 0.75 * len(seen), sorted(set(seen) - set(both))


def test_every_environment_stands_on_its_resources(sample: Path) -> None:
    results = json.loads((sample / "pack/report/results.json").read_bytes())
    found = {e["name"]: ({s["role"] for s in e["stands_on"]}, e["tier"]) for e in results["environments"]}
    always = {"Auto Scaling group", "instance", "volume", "security group", "role", "bucket"}
    assert all(always <= roles for roles, _ in found.values())
    for name in ("shop-legacy", "shop-web-prod"):
        assert {"load balancer", "listener", "database"} <= found[name][0]
    assert "queue" in found["orders-worker"][0] and found["orders-worker"][1] == "Worker"
    queues = [m for m in results["members"] if m["requirement"] == "sqs.queues.encrypted"]
    assert [(m["judgement"], m["environments"]) for m in queues] == [
        ("meets", [WORKER.id]),
        ("exception", [WORKER.id]),
    ], "the worker's two queues, seen through it"
    assert not {"load balancer", "database", "queue"} & found["shop-staging"][0]


def test_planned_faults_are_gaps_and_nothing_else_is_missing(sample: Path) -> None:
    results = json.loads((sample / "pack/report/results.json").read_bytes())
    failed = sorted((f["account"], f["call"], f["ending"]) for f in results["failed_calls"])
    assert failed == [
        (ACCOUNT, "kms:GetKeyPolicy", "denied"),
        (ACCOUNT, "kms:GetKeyRotationStatus", "denied"),
        (ACCOUNT, "logs:DescribeLogGroups", "throttled"),
        (ACCOUNT, "logs:DescribeLogGroups", "throttled"),
        (ACCOUNT, "s3:GetBucketPolicy", "denied"),
        (STAGING, "ec2:DescribeSnapshots", "failed"),
        (REFUSING, "sts:AssumeRole", "denied"),
    ]
    shown = {(c["account"], c["region"]): c["status"] for c in results["coverage"]}
    assert shown[ACCOUNT, "me-central-1"] == "not enabled" and shown[CLOSED, "global"] == "not active"
    assert {shown[REFUSING, region] for region in ("global", *REGIONS)} == {"denied"}


def test_a_list_that_was_cut_off_keeps_what_it_had_and_says_so(sample: Path) -> None:
    results = json.loads((sample / "pack/report/results.json").read_bytes())
    (found,) = [r for r in results["requirements"] if r["id"] == "ec2.snapshots.encrypted"]
    lost = [u for u in found["population"]["unread"] if u["account"] == STAGING]
    assert [(u["call"], u["region"]) for u in lost] == [("ec2:DescribeSnapshots", HOME)] and not found["population"]["complete"]
    members = [
        m for m in results["members"] if m["requirement"] == found["id"] and (m["account"], m["region"]) == (STAGING, HOME)
    ]
    assert len(members) == 50, "the page that came"


def test_nothing_of_the_account_that_refused_is_taken_for_nothing_there(sample: Path) -> None:
    results = json.loads((sample / "pack/report/results.json").read_bytes())
    said = {m["requirement"] for m in results["members"] if m["account"] == REFUSING and m["judgement"] == "gap"}
    silent = [
        r["id"] for r in results["requirements"]
        if r["id"] not in said and not any(u["account"] == REFUSING for u in r["population"]["unread"])
    ]  # fmt: skip
    assert not silent
    assert not [m for m in results["members"] if m["account"] == REFUSING and m["judgement"] in ("meets", "exception")]


def test_the_older_quarter_is_kept_beside_the_packed_one(sample: Path) -> None:
    """And what changed between them is what was meant to: a standby, a door, a bucket, root's second factor."""
    older = Run.open(sample / "runs/2026-Q2")
    assert older.facts.scope.period == "2026-Q2"
    assert evidence("verify", sample / "runs/2026-Q2", **NOWHERE).returncode == 0
    programs = chosen(PACKED)
    then, now = (assessment_of(run, programs) for run in (older, Run.open(sample / "runs/2026-Q3")))
    before, after = ({(m.requirement, m.variant, m.account, m.id): m.judgement for m in a.members} for a in (then, now))

    def changed(requirement: str, account: str, id: str) -> tuple[str | None, str | None]:
        return before.get((requirement, "", account, id)), after.get((requirement, "", account, id))

    assert changed("rds.instances.multi-az", ACCOUNT, "shop-orders") == ("exception", "meets")
    assert changed("s3.buckets.versioning", ACCOUNT, NEW) == (None, "meets")
    assert changed("iam.account.root-mfa", STAGING, STAGING) == ("meets", "exception")


def test_a_verified_pack_says_so_and_a_spoilt_one_is_refused(sample: Path) -> None:
    out = evidence("verify", sample / "pack", "--json", **NOWHERE)
    assert out.returncode == 3 and json.loads(out.stdout)["steps"][-1]["outcome"] == "done", "UNSIGNED, and no receipt given"
    digest = hashlib.sha256((sample / "pack" / SUMS).read_bytes()).hexdigest()
    assert "UNSIGNED" in evidence("verify", sample / "pack", "--receipt", digest, **NOWHERE).stdout
    results = sample / "pack/report/results.json"
    whole = results.read_bytes()
    try:
        results.write_bytes(whole.replace(b'"gap"', b'"GAP"', 1))
        assert "not the pack that was made" in refused("verify", sample / "pack")
    finally:
        results.write_bytes(whole)


def test_judging_again_finds_a_changed_judgement_with_matching_hashes(sample: Path) -> None:
    """Somebody who changes results.json and writes SHA256SUMS anew is found by the last step."""
    from evidence.seal.manifest import manifest

    results, sums = sample / "pack/report/results.json", sample / "pack" / SUMS
    whole, kept = results.read_bytes(), sums.read_bytes()
    try:
        results.write_bytes(whole.replace(b'"judgement": "exception"', b'"judgement": "meets"', 1))
        sums.write_bytes(manifest(sample / "pack"))
        assert "step" in refused("verify", sample / "pack")
    finally:
        results.write_bytes(whole)
        sums.write_bytes(kept)


def test_every_evidence_id_in_the_results_is_a_kept_answer(sample: Path) -> None:
    results = json.loads((sample / "pack/report/results.json").read_bytes())
    kept = {a.id for a in Run.open(sample / "pack/evidence").answers()}
    cited = {id for m in results["members"] for id in m["evidence"]}
    assert cited and cited <= kept
    id = sorted(cited)[0]
    assert id in evidence("explain", id, "--in", sample / "pack").stdout
