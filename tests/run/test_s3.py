"""A run on S3 beside one in a folder, against moto's server: the same bytes, and no two writers in one segment."""

import base64
import gzip
import hashlib
import os
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import EvidenceError
from evidence.run import segment
from evidence.run.answer import Answer, Call
from evidence.run.run import BATCH, Run
from evidence.run.s3 import Bucket
from evidence.run.s3_client import STORE, Place, Refused, client_for
from evidence.run.scope import Account, Scope
from evidence.run.store import Folder, as_folder, store_at
from tests.run.s3_server import s3_server

pytestmark = pytest.mark.xdist_group("moto")
BUCKET, ACCOUNT = "larkfield-evidence", "012345678901"
SCOPE = Scope((Account(ACCOUNT, regions={"eu-west-1": "asked"}),), ("soc2-2017",), "2026-Q3", "Larkfield Books Ltd")
EC2 = f"answers/{ACCOUNT}/eu-west-1/ec2.jsonl.gz"
_number = count()


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    with s3_server(BUCKET) as (client, _):
        yield client


@pytest.fixture
def where(s3: Any) -> str:
    return f"s3://{BUCKET}/runs/{next(_number)}"


def keys(s3: Any, where: str) -> list[str]:
    prefix = where.removeprefix(f"s3://{BUCKET}/")
    return [o["Key"].removeprefix(f"{prefix}/") for o in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", ())]


def answer(number: int, service: str = "ec2", region: str = "eu-west-1") -> Answer:
    return Answer(Call(ACCOUNT, region, service, "Describe", {"Number": number}), "answered", ({"Things": [number]},))


def begun(where: str | Path) -> Run:
    return Run.create(where, SCOPE, versions={"tool": "0.1.0"}, id="run-1")


# -- the same as a folder ----------------------------------------------------------------------------------------------------


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["ec2", "ec2-messages", "iam"]), st.integers(0, 5), st.booleans()), max_size=5))
def test_what_is_kept_on_s3_is_what_a_folder_keeps(
    s3: Any, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, bool]]
) -> None:
    folder, bucket = tmp_path_factory.mktemp("run"), f"s3://{BUCKET}/alike/{next(_number)}"
    runs = [begun(folder), begun(bucket)]
    for run in runs:
        for service, many, again in steps:
            for number in range(many):
                run.keep(answer(number, service))
            run.flush()
            if again:  # as after a kill: whoever goes on knows nothing but what is kept
                run = Run.open(run.where)
        run.finish()
    kept = [Run.open(place) for place in (folder, bucket)]
    names = [list(run.store.names()) for run in kept]
    assert names[0] == names[1] and list(kept[1].store.names("answers")) == [n for n in names[1] if n != "run.json"]
    for name in names[0][:-1]:
        assert kept[0].store.read(name) == kept[1].store.read(name)
        assert kept[0].store.exists(name) and kept[1].store.exists(name)
    assert kept[0].facts.segments == kept[1].facts.segments and kept[0].facts.calls == kept[1].facts.calls
    assert list(kept[0].answers()) == list(kept[1].answers())
    assert list(kept[0].answers({"iam"}, ACCOUNT)) == list(kept[1].answers({"iam"}, ACCOUNT))
    assert not kept[1].store.exists(f"{EC2}-none") and not kept[1].store.exists("run.jso")


def test_parts_are_whole_gzip_files_that_zcat_reads_one_after_the_other(s3: Any, where: str, tmp_path: Path) -> None:
    run = begun(where)
    for number in range(2 * BATCH + 1):
        run.keep(answer(number))
    run.finish()
    assert keys(s3, where) == [*(f"{EC2}/{n:06d}.gz" for n in (1, 2, 3)), "run.json"]
    prefix = where.removeprefix(f"s3://{BUCKET}/")
    for n in (1, 2, 3):
        body = s3.get_object(Bucket=BUCKET, Key=f"{prefix}/{EC2}/{n:06d}.gz")["Body"].read()
        (tmp_path / f"{n:06d}.gz").write_bytes(body)
    shown = subprocess.run("zcat *.gz", shell=True, capture_output=True, cwd=tmp_path, check=True).stdout
    assert shown == gzip.decompress(store_at(where).read(EC2)) and shown.count(b"\n") == 2 * BATCH + 1


def test_a_run_that_was_cut_short_goes_on(s3: Any, where: str) -> None:
    run = begun(where)
    run.keep(answer(1))
    run.flush()
    run.keep(answer(2))  # never written: the process is gone
    with pytest.raises(EvidenceError, match=r"cut short.*--resume --out s3://"):
        Run.open(where).finished()
    again = Run.open(where)
    with again.store.hold(f"answers/{ACCOUNT}"):
        assert [a.call.parameters["Number"] for a in again.answers()] == [1]
        again.keep(answer(3))
        again.flush()
    again.finish()
    done = Run.open(where)
    assert [a.call.parameters["Number"] for a in done.answers()] == [1, 3]
    assert segment.broken_link(done.store.read(EC2)) is None
    assert done.finished().segments[EC2]["lines"] == 2


def test_a_run_copied_from_a_folder_is_read_and_gone_on_with(s3: Any, where: str, tmp_path: Path) -> None:
    run = begun(tmp_path / "run")
    run.keep(answer(1))
    run.flush()
    for file in (f for f in (tmp_path / "run").rglob("*") if f.is_file()):
        key = f"{where.removeprefix(f's3://{BUCKET}/')}/{file.relative_to(tmp_path / 'run').as_posix()}"
        s3.put_object(Bucket=BUCKET, Key=key, Body=file.read_bytes())
    for place in (tmp_path / "run", where):
        again = Run.open(place)
        again.keep(answer(2))
        again.finish()
    assert store_at(where).read(EC2) == store_at(tmp_path / "run").read(EC2)
    assert keys(s3, where) == [EC2, f"{EC2}/000001.gz", "run.json"]


def test_a_copy_in_a_folder_is_the_run(s3: Any, where: str) -> None:
    run = begun(where)
    run.keep(answer(1))
    run.finish()
    with as_folder(where) as folder:
        assert list(Run.open(folder).answers()) == list(Run.open(where).answers())
        assert sorted(p.name for p in folder.rglob("*") if p.is_file()) == ["ec2.jsonl.gz", "run.json"]
    assert not folder.exists()


def test_no_key_leads_out_of_a_copys_folder(s3: Any, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = ["../../escaped", "/escaped", "answers//escaped", "answers/../../../escaped", "answers/", ".write-probe", "run.json"]
    bucket = Bucket.open(where)
    monkeypatch.setattr(bucket, "_keys", lambda start, most=0: iter(keys))
    assert list(bucket.names()) == ["run.json"]


# -- one writer at a time ----------------------------------------------------------------------------------------------------


def test_two_writers_of_one_segment_cannot_interleave(s3: Any, where: str) -> None:
    begun(where)
    one, other = Run.open(where), Run.open(where)
    for run in (one, other):
        run.keep(answer(1))
        run.flush() if run is one else None
    other.store.exists(EC2)
    one.keep(answer(2))
    one.flush()
    other.keep(answer(9))
    with pytest.raises(EvidenceError, match=r"Another collection writes into s3://.*ec2.jsonl.gz/000002.gz"):
        other._heads[EC2] = segment.FIRST  # as if it had looked before the first wrote
        other.store._parts[EC2] = {1}  # type: ignore[attr-defined]
        other.flush()
    one.finish()
    assert [a.call.parameters["Number"] for a in Run.open(where).answers()] == [1, 2]
    assert segment.broken_link(store_at(where).read(EC2)) is None


def test_two_heads_cannot_write_over_each_others_run(s3: Any, where: str) -> None:
    begun(where)
    one, other = Run.open(where), Run.open(where)
    one.finish(redaction_key="kept by the entity")
    with pytest.raises(EvidenceError, match=r"Another collection writes into .*run\.json"):
        other.finish()
    assert Run.open(where).facts.redaction_key == "kept by the entity"
    first, second = Bucket.open(f"{where}/new"), Bucket.open(f"{where}/new")
    first.replace("run.json", b"1")
    with pytest.raises(EvidenceError, match="Another collection"):
        second.replace("run.json", b"2")


def test_a_try_of_our_own_that_had_arrived_is_no_other_writer(s3: Any, where: str) -> None:
    bucket, sent = Bucket.open(where), []

    def lost(request: Any, **_: Any) -> None:
        sent.append(request)
        if len(sent) == 1:
            bucket.client._endpoint.http_session.send(request)
            raise ConnectionClosedError(endpoint_url=request.url)

    bucket.client.meta.events.register("before-send.s3.PutObject", lost)
    bucket.append(EC2, segment.pack([b"one"]))
    assert len(sent) == 2
    bucket.append(EC2, segment.pack([b"two"]))
    assert list(segment.lines(Bucket.open(where).read(EC2))) == [b"one", b"two"]


def test_a_write_that_met_another_is_tried_again(s3: Any, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html: on a 409 the upload is to be retried."""
    monkeypatch.setattr("evidence.run.s3.time.sleep", lambda seconds: None)
    bucket, conflicts = Bucket.open(where), [1, 1]
    body = b"<Error><Code>ConditionalRequestConflict</Code><Message>at once</Message></Error>"

    def conflict(request: Any, **_: Any) -> AWSResponse | None:
        if not conflicts:
            return None
        conflicts.pop()
        return AWSResponse(request.url, 409, {}, _Raw(body))

    bucket.client.meta.events.register("before-send.s3.PutObject", conflict)
    bucket.append(EC2, segment.pack([b"one"]))
    conflicts += [1] * 10
    with pytest.raises(EvidenceError, match="ConditionalRequestConflict"):
        bucket.append(EC2, segment.pack([b"two"]))
    assert list(segment.lines(Bucket.open(where).read(EC2))) == [b"one"]


class _Raw:
    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.body


def test_a_folder_has_one_writer_until_its_process_is_gone(tmp_path: Path) -> None:
    code = (
        "import sys, time; from evidence.run.store import Folder; from pathlib import Path\n"
        "with Folder(Path(sys.argv[1])).hold('answers/012345678901'):\n    print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        store = Folder(tmp_path)
        with (
            pytest.raises(EvidenceError, match=rf"process {process.pid} on .*is writing into.*Wait"),
            store.hold("answers/012345678901", 0),
        ):
            pass
        with store.hold("answers/123456789012", wait=0):
            assert not list(store.names()) and not list(store.names("answers"))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with store.hold("answers/012345678901", wait=5):
            pass


def test_what_a_kill_left_half_written_is_no_name(tmp_path: Path) -> None:
    begun(tmp_path / "run")
    (tmp_path / "run/answers").mkdir()
    (tmp_path / "run/answers/.partial-x").write_bytes(b"")
    (tmp_path / "run/.partial-y").write_bytes(b"")
    assert list(Folder(tmp_path / "run").names()) == ["run.json"] and not list(Folder(tmp_path / "run").names("answers"))


# -- where a run may begin ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("far", [False, True])
def test_a_run_begins_where_nothing_was_kept_and_nowhere_else(where: str, tmp_path: Path, far: bool) -> None:
    place: str | Path = where if far else tmp_path / "run"
    begun(place).finish()
    again = begun(place)  # nobody could be entered the first time
    again.keep(answer(1))
    again.finish()
    with pytest.raises(EvidenceError, match=r"not empty.*Choose a new folder"):
        begun(place)
    assert Run.open(place).finished().calls["answered"] == 1
    other: str | Path = f"{where}-other" if far else tmp_path / "other"
    store_at(other).replace("run.json", b'{"mine": 1}')
    with pytest.raises(EvidenceError, match=r"no run\.json that can be read"):
        begun(other)
    with pytest.raises(EvidenceError, match="is not a run"):
        Run.open(f"{where}-nothing" if far else tmp_path / "nothing")


# -- the wall, and what stops it ---------------------------------------------------------------------------------------------


def test_the_stores_client_can_do_nothing_else(s3: Any) -> None:
    client = client_for(Place.of(f"s3://{BUCKET}/runs/mine"))
    there = {"Bucket": BUCKET, "Key": "runs/mine/run.json"}
    client.put_object(**there, Body=b"")
    for call in (
        lambda: client.delete_object(**there),
        lambda: client.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": there["Key"]}]}),
        lambda: client.copy_object(**there, CopySource=f"{BUCKET}/x"),
        lambda: client.create_multipart_upload(**there),
        lambda: client.put_bucket_policy(Bucket=BUCKET, Policy="{}"),
        lambda: client.list_buckets(),
        lambda: client.get_bucket_versioning(Bucket=BUCKET),
        lambda: client.generate_presigned_url("delete_object", Params=there),
        lambda: client.put_object(Bucket="another", Key=there["Key"], Body=b""),
        lambda: client.put_object(Bucket=BUCKET, Key="runs/mine-not/run.json", Body=b""),
        lambda: client.get_object(Bucket=BUCKET, Key="runs/theirs/run.json"),
        lambda: client.list_objects_v2(Bucket=BUCKET),
        lambda: client.list_objects_v2(Bucket=BUCKET, Prefix="runs/m"),
    ):
        with pytest.raises(Refused):
            call()
    assert keys(s3, f"s3://{BUCKET}/runs/mine") == ["run.json"]
    assert not {name for name in STORE if name.startswith(("Delete", "Copy", "Create"))}


def test_what_is_sent_carries_its_sha_256(s3: Any, where: str) -> None:
    bucket, sent = Bucket.open(where), []
    bucket.client.meta.events.register("before-send.s3.PutObject", lambda request, **_: sent.append(request.headers))
    bucket.append(EC2, b"x")
    bucket.replace("run.json", b"x")
    texts = [{k.lower(): v.decode() if isinstance(v, bytes) else v for k, v in headers.items()} for headers in sent]
    digest = base64.b64encode(hashlib.sha256(b"x").digest()).decode()
    assert [h["x-amz-checksum-sha256"] for h in texts] == [digest, digest]
    assert all(h["if-none-match"] == "*" and "x-amz-server-side-encryption" not in h for h in texts)


def test_a_missing_part_is_said_and_not_read_over(s3: Any, where: str) -> None:
    bucket, prefix = Bucket.open(where), where.removeprefix(f"s3://{BUCKET}/")
    for line in (b"one", b"two", b"three"):
        bucket.append(EC2, segment.pack([line]))
    s3.delete_object(Bucket=BUCKET, Key=f"{prefix}/{EC2}/000002.gz")
    with pytest.raises(EvidenceError, match=r"000002\.gz is missing"):
        Bucket.open(where).read(EC2)
    with pytest.raises(EvidenceError, match=r"000001\.gz is missing"):
        Bucket.open(where).read(EC2.replace("ec2", "none"))


def test_a_part_that_somebody_changed_is_not_cut(s3: Any, where: str) -> None:
    run = begun(where)
    run.keep(answer(1))
    run.flush()
    key = f"{where.removeprefix(f's3://{BUCKET}/')}/{EC2}/000001.gz"
    s3.put_object(Bucket=BUCKET, Key=key, Body=segment.pack([b"{}"])[:-3])
    again = Run.open(where)
    again.keep(answer(2))
    with pytest.raises(EvidenceError, match=r"breaks off after 0 bytes.*restore the version"):
        again.flush()
    with pytest.raises(zlib.error):
        zlib.decompress(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())


def test_what_stops_it_is_said_in_sentences(s3: Any, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="There is no bucket larkfield-none"):
        Run.open("s3://larkfield-none/run")
    with pytest.raises(EvidenceError, match="There is no bucket larkfield-none"):
        begun("s3://larkfield-none/run")
    for wrong in ("s3:/bucket/run", "s3://", "s3://B/run", "s3://bucket/a//b", "s3://bucket/../x"):
        with pytest.raises(EvidenceError, match=r"no place .*s3://bucket/prefix"):
            Run.open(wrong)
    for address in ("gs://bucket/run", "https://bucket/run"):
        with pytest.raises(EvidenceError, match=r"no place for a run.*s3://"):
            Run.open(address)
    with pytest.raises(EvidenceError, match="directory bucket"):
        Run.open("s3://bucket--use1-az4--x-s3/run")
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
        patch.setenv("AWS_MAX_ATTEMPTS", "1")
        with pytest.raises(EvidenceError, match="could not be reached"):
            Run.open(where)
    for refusal, said in (
        ("AccessDenied", r"ListObjectsV2 of .*\(AccessDenied: no\).*evidence policy --store"),
        ("ExpiredToken", "credentials .* have expired"),
        ("PermanentRedirect", "another Region: set AWS_REGION"),
    ):
        bucket = Bucket.open(where)
        body = f"<Error><Code>{refusal}</Code><Message>no</Message></Error>".encode()
        bucket.client.meta.events.register(
            "before-send.s3.ListObjectsV2", lambda request, b=body, **_: AWSResponse(request.url, 403, {}, _Raw(b))
        )
        with pytest.raises(EvidenceError, match=said):
            bucket.exists("run.json")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(EvidenceError, match=r"no credentials for s3://.*EVIDENCE_STORE_PROFILE"):
        Run.open(where)
    monkeypatch.setenv("EVIDENCE_STORE_PROFILE", "store")
    with pytest.raises(EvidenceError, match=r"profile .store.* could not be found"):
        Run.open(where)
    (tmp_path / "credentials").write_text("[store]\naws_access_key_id = AKIASTORE\naws_secret_access_key = x\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    assert begun(where).facts.id == "run-1"
