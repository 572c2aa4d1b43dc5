"""End to end against moto's own server: what was made is judged as it is, and what moto does not know is `failed`.

moto answers operations that it does not implement as HTML with 404, or with 500: never an AWS error code. Where it is not like
AWS, the test says so.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from evidence.run.answer import READ
from evidence.run.run import Run
from tests.cli.commands import evidence
from tests.moto.shop import ACCOUNT, KEYS, MANY, REGION, Shop

pytestmark = pytest.mark.xdist_group("moto")
PROGRAMS = ("soc2-2017", "cis-aws-foundations-7.0", "aws-elastic-beanstalk")
UNKNOWN_TO_MOTO = {
    "ec2:GetSnapshotBlockPublicAccessState",
    "ec2:GetImageBlockPublicAccessState",
    "ec2:GetInstanceMetadataDefaults",
    "ec2:GetAllowedImagesSettings",
    "rds:DescribeCertificates",
    "securityhub:GetEnabledStandards",
}
"""Operations that moto 5.2 does not implement, and that are asked in any account, whatever is in it."""


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    before = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("AWS_")}
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    made = Shop(f"http://{host}:{port}")
    try:
        made.open()
        yield made
    finally:
        server.stop()
        os.environ.update(before)


@pytest.fixture(scope="module")
def pack(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of a run collected from moto. Its folder is beside the run's."""
    out = tmp_path_factory.mktemp("moto")
    words = ["collect", "--out", out / "run", *(w for p in PROGRAMS for w in ("--program", p)), "--region", REGION]
    # s3control's host begins with the account's id: such a name does not resolve, so the call goes through a proxy.
    done = evidence(*words, **KEYS, AWS_ENDPOINT_URL=shop.url, AWS_MAX_ATTEMPTS="1", HTTP_PROXY=shop.url)
    assert done.returncode == 3 and "Traceback" not in done.stderr, done.stderr
    # The summary says no control in full, so the smallest of the programs is enough.
    done = evidence("pack", out / "run", "--out", out / "pack", "--program", "soc2-2017", "--program", PROGRAMS[1])
    assert done.returncode == 3 and "Traceback" not in done.stderr, done.stderr
    return out / "pack"


@pytest.fixture(scope="module")
def results(pack: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((pack / "report/results.json").read_bytes())
    return found


def judged(results: dict[str, Any], requirement: str) -> dict[str, str]:
    """Of the requirement with its default parameters."""
    return {m["id"]: m["judgement"] for m in results["members"] if (m["requirement"], m["variant"]) == (requirement, "")}


@pytest.mark.parametrize(
    ("requirement", "good", "bad"),
    [
        ("ec2.volumes.encrypted", "good volume", "bad volume"),
        ("ec2.security-groups.no-open-admin-ports", "good group", "bad group"),
        ("kms.keys.rotation", "good key", "bad key"),
        ("rds.instances.multi-az", "orders-good", "orders-bad"),
        ("rds.instances.deletion-protection", "orders-good", "orders-bad"),
        ("logs.groups.retention", "good", "bad"),
        ("iam.policies.no-full-admin", "policy/little", "policy/all-but"),
    ],
)
def test_what_was_made_is_judged_as_it_is(shop: Shop, results: dict[str, Any], requirement: str, good: str, bad: str) -> None:
    found = judged(results, requirement)
    assert [found[shop.ids.get(id, id)] for id in (good, bad)] == ["meets", "exception"]


def test_what_aws_always_says_and_moto_does_not_is_a_gap(results: dict[str, Any]) -> None:
    """moto knows no StorageEncryptionType, without which "not encrypted" may be an AWS owned key; and lists buckets without their
    Region, so that nobody knows whom to ask about them."""
    assert judged(results, "rds.instances.encrypted") == {"orders-good": "meets", "orders-bad": "gap"}
    for r in (r for r in results["requirements"] if r["population"]["name"] == "s3.buckets"):
        assert r["judgement"] == "gap" and len(r["population"]["unread"]) == 2 and not r["population"]["complete"]


def test_an_inline_policy_with_all_rights_is_found(results: dict[str, Any]) -> None:
    found = judged(results, "iam.policies.no-full-admin")
    assert [judgement for id, judgement in found.items() if "user/owner" in id] == ["exception"]


def test_a_list_of_several_pages_is_whole(pack: Path, results: dict[str, Any]) -> None:
    assert len(judged(results, "logs.groups.retention")) == MANY
    (groups,) = [a for a in Run.open(pack / "evidence").answers() if a.call.name == "logs:DescribeLogGroups"]
    assert len(groups.pages) == len({a.request_id for a in groups.attempts}) == 2


def test_what_moto_does_not_know_has_failed_and_is_never_taken_for_an_answer(pack: Path, results: dict[str, Any]) -> None:
    ended = {a.call.name: a.ending for a in Run.open(pack / "evidence").answers() if a.call.name in UNKNOWN_TO_MOTO}
    assert ended and set(ended.values()) == {"failed"} and ended.keys() == UNKNOWN_TO_MOTO
    shown = {f["call"] for f in results["failed_calls"]}
    assert {a.call.name for a in Run.open(pack / "evidence").answers() if a.ending not in READ} <= shown
    assert {"securityhub:GetEnabledStandards"} <= shown
    assert set(judged(results, "securityhub.regions.standards").values()) == {"gap"}


def test_counts_foot_and_the_pack_verifies(pack: Path, results: dict[str, Any]) -> None:
    for r in results["requirements"]:
        p = r["population"]
        assert p["listed"] == p["judged"] + p["not_applicable"] + p["gaps"] == sum(r["counts"].values())
    verified = evidence("verify", pack, "--json")
    assert verified.returncode == 0, verified.stdout
    assert json.loads(verified.stdout)["steps"][-1]["outcome"] == "done"


def test_the_databases_password_is_nowhere(pack: Path) -> None:
    raw = b"".join(p.read_bytes() for p in pack.rglob("*.json"))
    lines = b"".join(json.dumps(a.pages, default=str).encode() for a in Run.open(pack / "evidence").answers())
    assert b"NotARealPassword" not in raw + lines and ACCOUNT.encode() in raw
