"""Packs made anew of the sample's run: the same wherever they are made, and judged with what management stated."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.commands import HOUSE, NOWHERE, evidence
from tests.larkfield.base import ACCOUNT
from tests.larkfield.build import KEPT

SECRET = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:shop/payment-1"
STATED = f'[parameters."logs.groups.retention"]\ndays = 3\n[stands_on]\n"e-m4xq9k2ptz" = ["{SECRET}"]\n'
AROUND = (
    ("here", {"TZ": "UTC", "PYTHONHASHSEED": "1", "LC_ALL": "C"}),
    ("elsewhere/deeper", {"TZ": "Asia/Kolkata", "PYTHONHASHSEED": "77", "LC_ALL": "C.UTF-8"}),
)
"""Where the pack is made, and what is different there."""


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """The same pack, with management's parameters, made in each of these places. Its exit code says that there are exceptions: where
    that was asked for, they win over gaps."""
    folder = tmp_path_factory.mktemp("same")
    config = folder / "evidence.toml"
    config.write_text(STATED)
    words = ("--program", "house-rules", "--config", config, "--fail-on", "exceptions", "--zip")
    for place, around in AROUND:
        done = evidence("pack", KEPT, "--out", folder / place / "pack", *words, **NOWHERE, **around, **HOUSE)
        assert done.returncode == 1, done.stderr
    return tuple(folder / place / "pack" for place, _ in AROUND)


def test_3_the_same_pack_in_another_process_time_zone_locale_hash_seed_and_folder(packs: tuple[Path, ...]) -> None:
    """The third of the ten criteria (test_criteria.py). That the sample's own reports are made again byte for byte: test_sample.py."""
    made = []
    for out in packs:
        made.append({p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()})
        made[-1]["the zip"] = out.with_name("pack.zip").read_bytes()
    assert [name for name in made[0] if made[0][name] != made[1].get(name)] == []
    assert made[0].keys() == made[1].keys()


def test_managements_parameters_are_judged_with_shown_and_verified(packs: tuple[Path, ...], tmp_path: Path) -> None:
    out = tmp_path / "pack"
    shutil.copytree(packs[0], out)
    results = json.loads((out / "report/results.json").read_bytes())
    assert results["management"]["parameters"] == {"logs.groups.retention": {"days": 3}}
    (shop,) = [e for e in results["environments"] if e["id"] == "e-m4xq9k2ptz"]
    assert [s["found"] for s in shop["stands_on"] if s["id"] == SECRET] == ["named by management"]
    (found,) = [r for r in results["requirements"] if r["id"] == "logs.groups.retention"]
    assert found["parameters"] == {"days": 3} and found["counts"]["exception"] == 0
    report = out / "report/house-rules.pdf"
    text = subprocess.run(["pdftotext", "-layout", report, "-"], capture_output=True, check=True, text=True).stdout
    assert "logs.groups.retention days = 3 management" in " ".join(text.split())
    verified = evidence("verify", out, "--json", **NOWHERE)
    assert verified.returncode == 3, verified.stderr
    last = json.loads(verified.stdout)["steps"][-1]
    assert last["outcome"] == "done", last
    assert "As in the pack, not as in this tool, are the mappings of house-rules: read them." in last["says"]
    (out / "method/programs/house-rules.yaml").unlink()
    last = json.loads(evidence("verify", out, "--json", **NOWHERE).stdout)["steps"][-1]
    assert last["outcome"] != "done"
