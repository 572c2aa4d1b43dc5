"""Packs made anew of the sample's run: the same wherever they are made, and judged with what management stated."""

import json
import subprocess
from pathlib import Path

from tests.cli.commands import HOUSE, NOWHERE, evidence
from tests.larkfield.base import ACCOUNT
from tests.larkfield.build import KEPT


def test_3_the_same_pack_in_another_process_time_zone_locale_hash_seed_and_folder(tmp_path: Path) -> None:
    """The third of the ten criteria (test_criteria.py). That the sample's own reports are made again byte for byte: test_sample.py."""
    made = []
    for n, around in enumerate(
        ({"TZ": "UTC", "PYTHONHASHSEED": "1", "LC_ALL": "C"}, {"TZ": "Asia/Kolkata", "PYTHONHASHSEED": "77", "LC_ALL": "C.UTF-8"})
    ):
        out = tmp_path / ("here" if n == 0 else "elsewhere/deeper") / "pack"
        done = evidence("pack", KEPT, "--out", out, "--program", "house-rules", "--zip", **NOWHERE, **around, **HOUSE)
        assert done.returncode == 3, done.stderr
        made.append({p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()})
        made[-1]["the zip"] = out.with_name("pack.zip").read_bytes()
    assert [name for name in made[0] if made[0][name] != made[1].get(name)] == []
    assert made[0].keys() == made[1].keys()


def test_managements_parameters_are_judged_with_shown_and_verified(tmp_path: Path) -> None:
    """And exceptions, where that was asked for, win over gaps in the exit code."""
    config = tmp_path / "evidence.toml"
    secret = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:shop/payment-1"
    config.write_text(f'[parameters."logs.groups.retention"]\ndays = 3\n[stands_on]\n"e-m4xq9k2ptz" = ["{secret}"]\n')
    out = evidence(
        "pack",
        KEPT,
        "--out",
        tmp_path / "pack",
        "--program",
        "house-rules",
        "--config",
        config,
        "--fail-on",
        "exceptions",
        **HOUSE,
    )
    assert out.returncode == 1, out.stderr
    results = json.loads((tmp_path / "pack/report/results.json").read_bytes())
    assert results["management"]["parameters"] == {"logs.groups.retention": {"days": 3}}
    (shop,) = [e for e in results["environments"] if e["id"] == "e-m4xq9k2ptz"]
    assert [s["found"] for s in shop["stands_on"] if s["id"] == secret] == ["named by management"]
    (found,) = [r for r in results["requirements"] if r["id"] == "logs.groups.retention"]
    assert found["parameters"] == {"days": 3} and found["counts"]["exception"] == 0
    report = tmp_path / "pack/report/house-rules.pdf"
    text = subprocess.run(["pdftotext", "-layout", report, "-"], capture_output=True, check=True, text=True).stdout
    assert "logs.groups.retention days = 3 management" in " ".join(text.split())
    verified = evidence("verify", tmp_path / "pack", "--json", **NOWHERE)
    assert verified.returncode == 3, verified.stderr
    last = json.loads(verified.stdout)["steps"][-1]
    assert last["outcome"] == "done", last
    assert "As in the pack, not as in this tool, are the mappings of house-rules: read them." in last["says"]
    (tmp_path / "pack/method/programs/house-rules.yaml").unlink()
    last = json.loads(evidence("verify", tmp_path / "pack", "--json", **NOWHERE).stdout)["steps"][-1]
    assert last["outcome"] != "done"
