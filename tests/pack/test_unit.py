"""A pack of one organisational unit: its accounts and no others, judged as in the whole run, and judged again from the pack alone."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evidence.run.run import Run, RunFacts
from evidence.run.scope import Account
from tests.assessment.account_by_account import SAMPLE
from tests.larkfield.base import ACCOUNT
from tests.larkfield.more.watching import MANAGEMENT
from tests.larkfield.organisation import ANALYSIS, BOOKSHOP, CLOSED, LIVE, REFUSING, ROOT, STAGING
from tests.pack.test_by_account import call, plain
from tests.printed import pages_of

pytestmark = pytest.mark.xdist_group("by account")


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory, rules: str) -> Callable[[str], Path]:
    """The pack of a unit of the sample, made once."""
    made = tmp_path_factory.mktemp("units")

    def of(unit: str) -> Path:
        out = made / (unit or "whole")
        if not out.exists():
            with plain():
                done = call("pack", SAMPLE, "--out", out, "--program", rules, *(("--ou", unit) if unit else ()))
            assert done.exit_code == 3, (done.output, done.exception)
        return out

    return of


def results(pack: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((pack / "report/results.json").read_bytes())
    return found


@pytest.mark.parametrize(
    "unit, accounts",
    [(BOOKSHOP, {ACCOUNT, STAGING, CLOSED}), (LIVE, {ACCOUNT}), (ROOT, {ACCOUNT, STAGING, CLOSED, REFUSING, MANAGEMENT})],
)
def test_a_unit_has_the_accounts_in_it_and_below_it(packed: Callable[[str], Path], unit: str, accounts: set[str]) -> None:
    found, kept = results(packed(unit)), {path.name for path in (packed(unit) / "evidence/answers").iterdir()}
    assert {account["id"] for account in found["run"]["accounts"]} == accounts and kept == accounts - {CLOSED}
    assert found["run"]["part"]["unit"] == unit and found["run"]["part"]["accounts"] == 4
    whole = [member for member in results(packed(""))["members"] if member["account"] in accounts]
    said = [
        {name: member[name] for name in ("requirement", "account", "region", "id", "judgement", "reason")} for member in whole
    ]
    assert said and said == [{name: member[name] for name in said[0]} for member in found["members"]]


def test_what_is_looked_up_in_accounts_outside_is_known(packed: Callable[[str], Path]) -> None:
    """Root credentials are managed in the management account, which is in no unit: a part that could not look there would say so."""
    found = next(r for r in results(packed(LIVE))["requirements"] if r["id"] == "iam.account.root-managed-centrally")
    assert found["judgement"] == next(
        m["judgement"] for m in results(packed(""))["members"] if (m["requirement"], m["account"]) == (found["id"], ACCOUNT)
    )


def test_it_is_verified_and_judged_again_alone(packed: Callable[[str], Path], tmp_path: Path) -> None:
    alone = tmp_path / "pack"
    shutil.copytree(packed(BOOKSHOP), alone)
    done = call("verify", alone)
    assert done.exit_code == 3 and "gives report/results.json byte for byte" in done.output, done.output
    text = (alone / "README.txt").read_text()
    assert (
        f"It is of 2 of the 4 accounts in scope of {Run.open(SAMPLE).facts.id}: those that AWS Organizations has under {BOOKSHOP}."
        in text
    )
    shared = alone / "evidence/shared.json"
    shared.write_bytes(shared.read_bytes().replace(b'"eu-west-1"', b'"eu-west-9"'))
    assert call("verify", alone).exit_code == 1


def test_the_workbook_and_the_pdf_say_of_what_it_is(tmp_path: Path, rules: str) -> None:
    assert call("pack", SAMPLE, "--out", tmp_path / "pack", "--program", rules, "--ou", LIVE).exit_code == 3
    book = openpyxl.load_workbook(tmp_path / "pack/report/workbook.xlsx", read_only=True)
    said = {row[0]: row[1] for row in book.worksheets[0].iter_rows(values_only=True) if len(row) > 1}
    assert f"1 of the 4 accounts in scope of {Run.open(SAMPLE).facts.id}" in str(said["One organisational unit, alone"])
    text = " ".join(" ".join(pages_of(tmp_path / "pack/report/summary.pdf")).split())
    assert "One organisational unit, alone" in text and f"under {LIVE}" in text and "of the whole run; each" not in text


def test_a_unit_that_no_account_in_scope_is_in_is_refused(rules: str, tmp_path: Path) -> None:
    done = call("pack", SAMPLE, "--out", tmp_path / "pack", "--program", rules, "--ou", "ou-lark-n0where0")
    assert str(done.exception) == (
        f"No account in scope of {Run.open(SAMPLE).facts.id} is in ou-lark-n0where0. "
        f"Its accounts are in {LIVE}, {ANALYSIS}, {BOOKSHOP}, {ROOT}."
    )
    assert not (tmp_path / "pack").exists()


def test_a_run_that_knows_of_no_units_says_how_to_learn_of_them(rules: str, tmp_path: Path) -> None:
    older = copied(tmp_path / "older", lambda account: replace(account, path=""))
    done = call("pack", older, "--out", tmp_path / "pack", "--program", rules, "--ou", BOOKSHOP)
    assert "does not know in which units accounts are: collect with --organization" in str(done.exception)


def test_an_earlier_run_is_compared_by_the_same_accounts(rules: str, tmp_path: Path) -> None:
    """Of a run earlier in the quarter which knew no units; one that had none of the accounts in scope is left aside."""
    older = copied(tmp_path / "older", lambda account: replace(account, path=""), id="run-older", ended="2026-08-31T22:00:00Z")
    other = copied(
        tmp_path / "other", lambda account: replace(account, status="out of scope"), id="run-other", ended="2026-07-31T22:00:00Z"
    )
    with plain():
        done = call(
            "pack", SAMPLE, "--out", tmp_path / "pack", "--program", rules, "--ou", LIVE, "--earlier", older, "--earlier", other
        )
    assert done.exit_code == 3, (done.output, done.exception)
    runs = [RunFacts.from_json(path.read_bytes(), path.name) for path in (tmp_path / "pack").rglob("run.json")]
    assert {run.id: [account.id for account in run.scope.accounts] for run in runs} == {
        "run-older": [ACCOUNT],
        Run.open(SAMPLE).facts.id: [ACCOUNT],
    }


def test_a_part_is_not_cut_up_again(packed: Callable[[str], Path], rules: str, tmp_path: Path) -> None:
    """It has not what its accounts may know of the others but as a table: a part of it would be judged without."""
    for words in (("--ou", LIVE), ("--by", "account")):
        done = call("pack", packed(BOOKSHOP) / "evidence", "--out", tmp_path / "pack", "--program", rules, *words)
        assert "is a part of a run already. Name the whole run." in str(done.exception)


def copied(path: Path, changed: Callable[[Account], Account], **facts: Any) -> Path:
    """The sample's run with other words about its accounts."""
    shutil.copytree(SAMPLE, path)
    kept = RunFacts.from_json((path / "run.json").read_bytes(), "run.json")
    scope = replace(kept.scope, accounts=tuple(map(changed, kept.scope.accounts)))
    (path / "run.json").write_bytes(replace(kept, scope=scope, **facts).to_json())
    return path


def test_packs_of_accounts_and_of_a_unit_are_not_made_at_once(rules: str, tmp_path: Path) -> None:
    done = call("pack", SAMPLE, "--out", tmp_path / "packs", "--program", rules, "--by", "account", "--ou", LIVE)
    assert str(done.exception) == "--ou is of one pack, and --by account makes many. Leave out --ou."
