"""What the command line says of a store on S3, and that the commands that read a run read it there as in a folder."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from evidence.aws.doctor import Finding, exit_code
from evidence.aws.policy import store_policy
from evidence.aws.store_doctor import store_findings
from evidence.cli.app import app
from evidence.cli.collecting import check_unheard, replay_run
from evidence.cli.common import named
from evidence.cli.compare import comparison
from evidence.cli.configuration import Configuration
from evidence.cli.pack import make_pack
from evidence.errors import EvidenceError
from evidence.pack import build, printing
from evidence.pack.formats import FORMATS
from evidence.programs.load import given
from evidence.run.run import Run, now, stamp
from evidence.run.s3 import Bucket
from evidence.run.s3_client import STORE, Place
from evidence.run.status import AccountStatus, keep_status
from tests.cli.commands import ROOT, evidence, refused
from tests.run.s3_server import s3_server

pytestmark = pytest.mark.xdist_group("moto")
PLAIN, LOCKED = "larkfield-plain", "larkfield-locked"
KEY = "arn:aws:kms:eu-west-1:012345678901:key/1234abcd-12ab-34cd-56ef-1234567890ab"
RULES = ROOT / "tests/house/house_rules/house-rules.yaml"
KEPT = Path(__file__).parents[2] / "evidence/sample/2026-Q3"


@pytest.fixture(scope="module")
def s3() -> Iterator[tuple[Any, dict[str, str]]]:
    with s3_server(PLAIN, LOCKED) as found:
        yield found


def said(findings: list[Finding], words: str) -> Finding:
    (found,) = [f for f in findings if words in f.says]
    return found


def blocked(client: Any, bucket: str) -> None:
    four = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    client.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=four)


# -- doctor --store ----------------------------------------------------------------------------------------------------------


def test_a_bucket_under_object_lock_is_good_and_says_for_how_long(s3: tuple[Any, dict[str, str]]) -> None:
    client, _ = s3
    kms = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}}
    client.put_bucket_encryption(Bucket=LOCKED, ServerSideEncryptionConfiguration={"Rules": [kms]})
    blocked(client, LOCKED)
    for mode, period, words in (
        ("COMPLIANCE", {"Years": 7}, "for 7 years in the mode COMPLIANCE: nobody"),
        ("GOVERNANCE", {"Days": 400}, "for 400 days in the mode GOVERNANCE: whoever has s3:BypassGovernanceRetention"),
    ):
        rule = {"DefaultRetention": {"Mode": mode, **period}}
        client.put_object_lock_configuration(
            Bucket=LOCKED, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
        )
        findings = list(store_findings(f"s3://{LOCKED}/runs/1"))
        assert said(findings, words).outcome == said(findings, "Versioning is on").outcome == "good"
    assert f"with the key {KEY}" in said(findings, "aws:kms").says and KEY in said(findings, "aws:kms").todo
    assert said(findings, "all four ways").outcome == "good"
    assert said(findings, "was not tried").outcome == "not checked"
    assert exit_code(findings) == 0


def test_a_plain_bucket_says_what_it_does_not_do(s3: tuple[Any, dict[str, str]]) -> None:
    client, _ = s3
    open_ = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{PLAIN}/*"}
    findings = list(store_findings(f"s3://{PLAIN}"))
    for words in ("Versioning is off", "Object Lock is off", "does not block public access in every way"):
        assert said(findings, words).outcome == "gap"
    assert said(findings, "SSE-S3").outcome in ("good", "not checked")
    client.put_bucket_policy(Bucket=PLAIN, Policy=json.dumps({"Version": "2012-10-17", "Statement": [open_]}))
    client.put_bucket_versioning(Bucket=PLAIN, VersioningConfiguration={"Status": "Suspended"})
    findings = list(store_findings(f"s3://{PLAIN}"))
    assert said(findings, "is suspended").outcome == said(findings, "makes it public").outcome == "gap"
    assert exit_code(findings) == 3
    client.delete_bucket_policy(Bucket=PLAIN)


def test_object_lock_without_a_default_locks_nothing(s3: tuple[Any, dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    from evidence.aws import store_doctor

    class Unruled:
        def get_object_lock_configuration(self, Bucket: str) -> dict[str, Any]:
            return {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}

    found = store_doctor._lock(Unruled(), LOCKED)
    assert found.outcome == "gap" and "without a default retention" in found.says


def test_what_cannot_be_read_is_not_checked_and_never_good(
    s3: tuple[Any, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from evidence.aws import store_doctor

    made = store_doctor.client_for

    def denied(place: Place, operations: Any) -> Any:
        client = made(place, operations)
        client.meta.events.register("before-send.s3", _refuse)
        return client

    monkeypatch.setattr(store_doctor, "client_for", denied)
    findings = list(store_findings(f"s3://{LOCKED}/runs/1"))
    assert [f.outcome for f in findings] == ["good", *["not checked"] * 6]
    for words, action in (
        ("Object Lock", "s3:GetBucketObjectLockConfiguration"),
        ("encryption", "s3:GetEncryptionConfiguration"),
    ):
        assert "AccessDenied" in said(findings, words).says and action in said(findings, words).todo


def _refuse(request: Any, **_: Any) -> Any:
    from botocore.awsrequest import AWSResponse

    if "list-type" in request.url:
        return None
    return AWSResponse(request.url, 403, {}, _Raw())


class _Raw:
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"


def test_a_probe_is_put_once_and_shows_that_conditions_hold(
    s3: tuple[Any, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    where = f"s3://{PLAIN}/probed"
    for _ in range(2):
        assert said(list(store_findings(where, write_probe=True)), "and not a second time").outcome == "good"
    assert not list(Bucket.open(where).names()), "the probe is no part of a run"

    from evidence.aws import store_doctor

    made = store_doctor.client_for

    def careless(place: Place, operations: Any) -> Any:
        """A store that does not know conditional writes."""
        client = made(place, operations)

        def forget(params: dict[str, Any], **_: Any) -> None:
            params["headers"].pop("If-None-Match", None)

        client.meta.events.register("before-call.s3.PutObject", forget)
        return client

    monkeypatch.setattr(store_doctor, "client_for", careless)
    found = said(list(store_findings(where, write_probe=True)), "although the request forbids it")
    assert found.outcome == "stop"


def test_no_bucket_stops_it(s3: tuple[Any, dict[str, str]]) -> None:
    (found,) = store_findings("s3://larkfield-none/runs")
    assert (found.outcome, found.says) == ("stop", "There is no bucket larkfield-none.")
    (found,) = store_findings("larkfield/runs")
    assert found.outcome == "stop" and "no place on S3" in found.says


# -- policy --store ----------------------------------------------------------------------------------------------------------


def test_the_stores_policy_is_what_its_client_can_call(s3: tuple[Any, dict[str, str]]) -> None:
    actions = {"ListObjectsV2": "s3:ListBucket", "GetObject": "s3:GetObject", "PutObject": "s3:PutObject"}
    found = store_policy("s3://larkfield/runs/2026-Q3/", KEY)["Statement"]
    assert {a for s in found for a in s["Action"] if a.startswith("s3:")} == {actions[name] for name in STORE}
    listed, objects, key = found
    assert listed["Condition"] == {"StringLike": {"s3:prefix": "runs/2026-Q3/*"}} and listed["Resource"].endswith(
        ":s3:::larkfield"
    )
    assert objects["Resource"].endswith(":s3:::larkfield/runs/2026-Q3/*")
    assert key["Resource"] == KEY and key["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert key["Condition"] == {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
    (listed, objects) = store_policy("s3://larkfield")["Statement"]
    assert "Condition" not in listed and objects["Resource"].endswith(":s3:::larkfield/*")
    with pytest.raises(EvidenceError, match="no ARN of a key"):
        store_policy("s3://larkfield", "alias/evidence")


def test_the_options_say_what_they_belong_to() -> None:
    shown = json.loads(evidence("policy", "--store", "s3://larkfield/runs").stdout)
    assert shown == store_policy("s3://larkfield/runs")
    assert "--store s3://bucket/prefix" in refused("policy", "--store-kms-key", KEY)
    assert "--store s3://bucket/prefix" in refused("doctor", "--out", "s3://larkfield/runs")
    assert "--store s3://bucket/prefix" in refused("doctor", "--write-probe")
    assert "makes its packs in a folder" in refused("quarter", "--packs", "s3://larkfield/packs", "--dry-run")


# -- commands ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def runs(s3: tuple[Any, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A small part of the sample's run, on S3 and in a folder."""
    was, folder = Run.open(KEPT), tmp_path_factory.mktemp("run")
    where = f"s3://{PLAIN}/runs/2026-Q3"
    for place in (where, folder):
        facts = was.facts
        run = Run.create(place, facts.scope, versions=dict(facts.versions), id=facts.id, started=facts.started_at)
        with run.store.hold("answers"):
            for answer in was.answers({"sts", "iam"}):
                run.keep(answer)
            run.finish(ended=facts.as_of, redaction_key=facts.redaction_key)
    return where, folder


def test_a_run_on_s3_is_read_as_one_in_a_folder(
    s3: tuple[Any, dict[str, str]], runs: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered = s3[1]
    where, folder = runs
    assert "chained line to line" in evidence("verify", where, **entered).stdout
    id = next(iter(Run.open(folder).answers())).id
    shown = [evidence("explain", id, "--in", place, "--json", **entered).stdout for place in runs]
    assert shown[0] == shown[1] and json.loads(shown[0])["evidence id"] == id
    monkeypatch.setattr("evidence.pack.build.formats", lambda: ())  # printing takes longer than all else
    make_pack(where, tmp_path / "pack", named([str(RULES)]), Configuration())
    for name in ["run.json", *Run.open(folder).store.names("answers")]:
        assert (tmp_path / "pack/evidence" / name).read_bytes() == (folder / name).read_bytes()
    with pytest.raises(EvidenceError, match=f"{where} is as of"):  # the same moment: it has read both
        comparison(where, str(folder))


def test_a_quarter_keeps_its_runs_on_s3(s3: tuple[Any, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two weeks of kept runs that answer instead of AWS: begun there, found there, packed from there; and in a folder the same."""
    id = given(RULES).id
    was = replay_run(KEPT, tmp_path / "was", [id])
    replay = []
    for day in ("2026-09-23", "2026-09-30"):
        week = tmp_path / day
        week.mkdir()
        facts = replace(was.facts, id=f"run-{day}", started=f"{day}T06:00:00Z", ended=f"{day}T06:10:00Z")
        (week / "run.json").write_bytes(facts.to_json())
        (week / "answers").symlink_to(tmp_path / "was/answers")
        replay += ["--replay", str(week)]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(build, "formats", lambda: FORMATS[:1])
    monkeypatch.setattr(printing, "print_pdf", lambda printable: printable.out.write_bytes(b"%PDF-"))
    where = {"s3": f"s3://{PLAIN}/quarters", "folder": str(tmp_path / "runs")}
    said: dict[str, list[Any]] = {name: [] for name in where}
    for name, runs in where.items():
        (tmp_path / f"{name}.toml").write_text(f'entity = "Larkfield"\nprograms = ["{RULES}"]\n[quarter]\nruns = "{runs}"\n')
        for on in ("2026-09-23", "2026-09-24", "2026-09-30"):
            words = ["--config", f"{name}.toml", "--packs", f"packs-{name}", "--on", on, *replay, "--pack", "--json"]
            done = CliRunner().invoke(app, ["quarter", *words])
            assert not isinstance(done.exception, EvidenceError), done.exception
            said[name].append(json.loads(done.stdout))
    first, quiet, last = said["s3"]
    assert first["collected"][0]["run"] == f"{where['s3']}/2026-Q3/2026-09-23" and not quiet["collected"]
    assert [Path(p["pack"]).name for p in last["packs"]] == [Path(p["pack"]).name for p in said["folder"][2]["packs"]]
    pack = Path(last["packs"][0]["pack"])
    other = tmp_path / "packs-folder" / pack.name
    assert (pack / "SHA256SUMS").read_bytes() == (other / "SHA256SUMS").read_bytes()
    assert [len(x["collected"]) for x in said["folder"]] == [1, 0, 1]


def test_a_run_on_s3_that_is_being_collected_is_not_gone_on_with(s3: tuple[Any, dict[str, str]]) -> None:
    facts = Run.open(KEPT).facts
    run = Run.create(f"s3://{PLAIN}/under-way", facts.scope, versions={})
    check_unheard(run)
    account = next(a.id for a in facts.scope.accounts if a.status == "in scope")
    moment = stamp(now())
    keep_status(run.store, AccountStatus(account, state="asking", started=moment, updated=moment, every=15))
    with pytest.raises(EvidenceError, match=f"under-way is being collected: an account was heard of at {moment}"):
        check_unheard(run)
    keep_status(
        run.store, AccountStatus(account, state="asking", started=moment, updated=stamp(now() - timedelta(minutes=2)), every=15)
    )
    check_unheard(run)


def test_nothing_is_written_to_s3_but_runs(s3: tuple[Any, dict[str, str]], runs: tuple[str, Path]) -> None:
    said = refused("anonymise", runs[1], "--out", f"s3://{PLAIN}/anonymised", **s3[1])
    assert "is no folder" in said
