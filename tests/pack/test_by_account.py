"""A pack of each account and one of the organisation: complete, footing, verified together, gone on with after a kill."""

import hashlib
import json
import pickle
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from click.testing import Result
from distributed import Client, LocalCluster
from playwright.sync_api import sync_playwright
from typer.testing import CliRunner

from evidence.cli import by_account
from evidence.cli.app import app
from evidence.cli.configuration import Configuration
from evidence.cli.judged import judged, opened
from evidence.errors import EvidenceError
from evidence.pack import build
from evidence.pack.formats import FORMATS
from evidence.pack.organisation import limits, page, view
from evidence.run.ends import Segments
from evidence.run.part import parts_of, shared_in
from evidence.run.run import Run
from evidence.seal.manifest import SUMS, evidence_root, manifest
from tests.assessment.account_by_account import SAMPLE
from tests.cli.commands import ROOT, evidence
from tests.house.house_rules import PROGRAM
from tests.larkfield.organisation import BOOKSHOP
from tests.pack.test_page import FLAGS
from tests.printed import pages_of

pytestmark = pytest.mark.xdist_group("by account")
IDS = ["012345678901", "210987654321", "300040005000", "555566667777"]


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [*map(str, words)])


@contextmanager
def plain() -> Iterator[None]:
    """Packs of results alone, without pages: those are tested elsewhere, and by one test below."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "formats", lambda: FORMATS[:1])
        patch.setattr(view, "print_pdf", lambda printable: printable.out.write_bytes(b"%PDF-"))
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, rules: str) -> Path:
    """The packs of the sample organisation. Whoever changes them works on a copy."""
    out = tmp_path_factory.mktemp("made") / "packs"
    with plain():
        done = call("pack", SAMPLE, "--out", out, "--program", rules, "--by", "account")
    assert done.exit_code == 3, (done.output, done.exception)
    assert f"4 packs of accounts in {out / 'accounts'}" in done.output
    assert not out.with_name("packs.working").exists()
    return out


def of(out: Path, account: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "accounts" / account / "report/results.json").read_bytes())
    return found


def organisation(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "organisation/report/organisation.json").read_bytes())
    return found


def test_the_organisation_is_the_sum_of_its_accounts(made: Path) -> None:
    whole, accounts = organisation(made), [of(made, id) for id in IDS]
    jsonschema.validate(whole, json.loads((made / "organisation/method/organisation.schema.json").read_bytes()))
    assert [a["id"] for a in whole["accounts"]] == IDS == sorted(p.name for p in (made / "accounts").iterdir())
    assert len(whole["requirements"]) == 4
    for n, summed in enumerate(whole["requirements"]):
        each = [a["requirements"][n] for a in accounts]
        assert summed["counts"] == {word: sum(r["counts"][word] for r in each) for word in summed["counts"]}
        assert summed["population"]["listed"] == sum(r["population"]["listed"] for r in each)
        assert [a["exceptions"][n] for a in whole["accounts"]] == [r["counts"]["exception"] for r in each]
    for n, control in enumerate(whole["controls"]):
        words = [a["conclusions"][n]["conclusion"] for a in accounts]
        assert control["accounts"] == {word: words.count(word) for word in words}
    assert sum(a["failed_calls"] for a in whole["accounts"]) == sum(len(a["failed_calls"]) for a in accounts) > 3
    assert sum(c["asked"] for c in whole["coverage"]) == sum(c["asked"] for a in accounts for c in a["coverage"])
    assert whole["run"]["calls"] == {word: sum(a["calls"][word] for a in accounts) for word in whole["run"]["calls"]}


def test_the_workbook_has_the_same_numbers_and_every_account(made: Path) -> None:
    whole = organisation(made)
    report = made / "organisation/report"
    book = openpyxl.load_workbook(report / "workbook.xlsx")
    rows = list(book["Accounts"].iter_rows(min_row=5, values_only=True))
    head = [c.value for c in book["Accounts"][4]]
    assert [r[0] for r in rows] == [a["id"] for a in whole["run"]["accounts"]]
    exceptions = {r[0]: r[head.index("Exception")] for r in rows}
    assert {a["id"]: a["counts"]["exception"] for a in whole["accounts"]}.items() <= exceptions.items()
    paths = {a["id"]: a["path"] for a in whole["run"]["accounts"]}
    assert {r[0]: r[head.index("Where AWS Organizations has it")] for r in rows} == paths and all(paths.values())
    link = book["Accounts"].cell(5, head.index("Its workbook") + 1).hyperlink.target
    assert link == "../../accounts/012345678901/report/workbook.xlsx" and (report / link).resolve().is_relative_to(made)
    packs = list(book["Packs"].iter_rows(min_row=5, values_only=True))
    sums = (report / "accounts.sha256").read_text().splitlines()
    assert [f"{r[4]}  ../accounts/{r[0]}/SHA256SUMS" for r in packs] == sums and len(sums) == 4
    missing = book["NotCollected"].iter_rows(min_row=5, values_only=True)
    assert sum(r[6] for r in missing) == sum(a["failed_calls"] for a in whole["accounts"])
    own = openpyxl.load_workbook(report / "programs/across.xlsx")
    assert [r[1] for r in own["Controls"].iter_rows(min_row=5, values_only=True)] == ["A-1", "A-2", "A-3"]


def test_an_account_s_pack_is_of_it_alone_and_says_of_which_run_it_is_a_part(made: Path) -> None:
    kept, redacted = Run.open(SAMPLE), Counter[str]()
    for id in IDS:
        run = Run.open(made / "accounts" / id / "evidence")
        redacted.update(run.facts.redactions)
        assert [a.id for a in run.facts.scope.accounts] == [id]
        assert {n.split("/")[1] for n in run.store.names("answers")} == {id}
        assert run.facts.part and run.facts.part.accounts == 4
        expected = parts_of(kept.facts, run.facts.part.shared, (SAMPLE / "run.json").read_bytes())[id]
        assert replace(run.facts, calls={}, redactions={}) == expected
        assert sum(run.facts.calls.values()) == sum(of(made, id)["calls"].values())
        assert shared_in(run) == (made / "organisation/evidence/shared.json").read_bytes()
        assert "one account of the 4 accounts in scope" in (made / "accounts" / id / "README.txt").read_text()
        schema = json.loads((made / "accounts" / id / "method/results.schema.json").read_bytes())
        jsonschema.validate(of(made, id), schema)
    assert redacted == kept.facts.redactions
    assert "part" not in json.loads((SAMPLE / "run.json").read_bytes()) and b'"part"' not in kept.facts.to_json()


def verified(out: Path, *words: str | Path) -> dict[int, dict[str, Any]]:
    done = call("verify", out, "--json", *words)
    return {step["number"]: step for step in json.loads(done.stdout)["steps"]}


def test_all_packs_are_verified_together_and_each_by_itself(made: Path) -> None:
    steps = verified(made)
    assert [steps[n]["outcome"] for n in (1, 2, 5, 10, 11)] == ["done"] * 5
    assert "give report/organisation.json byte for byte" in steps[10]["says"][0] and "All 4 packs" in steps[11]["says"][0]
    assert verified(made / "accounts" / IDS[0])[10]["outcome"] == "done"
    assert verified(made / "organisation")[10]["outcome"] == "not done"


def resealed(pack: Path) -> None:
    (pack / SUMS).write_bytes(manifest(pack))


def _removed(out: Path) -> None:
    shutil.rmtree(out / "accounts" / IDS[2])


def _added(out: Path) -> None:
    shutil.copytree(out / "accounts" / IDS[2], out / "accounts/999999999999")


def _exchanged(out: Path) -> None:
    shutil.rmtree(out / "accounts" / IDS[2])
    shutil.copytree(out / "accounts" / IDS[3], out / "accounts" / IDS[2])


def _answered_otherwise(out: Path) -> None:
    """An account's pack changed, with digests that fit again."""
    pack = out / "accounts" / IDS[0]
    path = pack / "report/results.json"
    path.write_bytes(path.read_bytes().replace(b'"exception"', b'"meets"', 1))
    resealed(pack)


def _a_file_of_an_account(out: Path) -> None:
    (out / "accounts" / IDS[1] / "evidence/run.json").write_bytes(b"{}")


def _sums_that_do_not_foot(out: Path) -> None:
    pack = out / "organisation"
    whole = organisation(out)
    whole["accounts"][0]["counts"]["exception"] -= 1
    (pack / "report/organisation.json").write_text(json.dumps(whole))
    resealed(pack)


def _beside(out: Path) -> None:
    (out / "note.txt").write_text("read me")


def _of_another_run(out: Path) -> None:
    """An account cut out of another run, with all digests made anew, the organisation's too."""
    pack, whole = out / "accounts" / IDS[3], out / "organisation"
    for name in ("evidence/run.json", "report/results.json"):
        said = json.loads((pack / name).read_bytes())
        of_run = (said["part"] if "part" in said else said["run"]["part"])["of"]
        (pack / name).write_bytes((pack / name).read_bytes().replace(of_run.encode(), b"0" * 64))
    rooted(pack)
    named = json.loads((whole / "pack.json").read_bytes())["accounts"][3]["sha256sums"]
    for name in ("pack.json", "report/accounts.sha256"):
        text = (whole / name).read_text()
        (whole / name).write_text(text.replace(named, hashlib.sha256((pack / SUMS).read_bytes()).hexdigest()))
    resealed(whole)


def rooted(pack: Path) -> None:
    """Its digests made anew, and the evidence root that pack.json names."""
    resealed(pack)
    said = json.loads((pack / "pack.json").read_bytes())
    said["evidence_root"] = evidence_root((pack / SUMS).read_bytes())
    (pack / "pack.json").write_text(json.dumps(said))
    resealed(pack)


def _what_is_known_of_others(out: Path) -> None:
    """Answers behind the shared table taken away, with digests that fit again: the table no longer follows from them."""
    pack = out / "organisation"
    for path in (pack / "evidence/answers").rglob("iam*"):
        path.unlink()
    rooted(pack)


@pytest.mark.parametrize(
    ("spoil", "number", "words"),
    [
        (_removed, 11, "accounts/300040005000 is missing"),
        (_added, 11, "accounts/999999999999 was added"),
        (_exchanged, 11, "accounts/300040005000: its SHA256SUMS is not the one"),
        (_answered_otherwise, 11, "accounts/012345678901: its SHA256SUMS is not the one"),
        (_a_file_of_an_account, 11, "accounts/210987654321, step 1: evidence/run.json was changed"),
        (_beside, 11, "note.txt was added"),
        (_sums_that_do_not_foot, 10, "do not give report/organisation.json"),
        (_of_another_run, 10, "accounts/555566667777 is not this account as the organisation's run kept it"),
        (_what_is_known_of_others, 10, "shared.json does not follow from the answers"),
    ],
)
def test_what_was_changed_is_seen(made: Path, tmp_path: Path, spoil: Callable[[Path], None], number: int, words: str) -> None:
    out = tmp_path / "packs"
    shutil.copytree(made, out)
    spoil(out)
    step = verified(out)[number]
    assert step["outcome"] == "failed" and any(words in says for says in step["says"]), step


def test_the_same_bytes_whoever_works_and_a_worker_needs_nothing_but_the_unit(
    made: Path, tmp_path: Path, rules: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def several(*_: Any) -> Iterator[ThreadPoolExecutor]:
        with ThreadPoolExecutor(3) as pool:
            yield pool

    real = by_account.pack_account
    monkeypatch.setattr(by_account, "pack_account", lambda unit: real(pickle.loads(pickle.dumps(unit))))
    monkeypatch.setattr(by_account, "executor", several)
    with plain():
        assert call("pack", SAMPLE, "--out", tmp_path / "again", "--program", rules, "--by", "account").exit_code == 3
    assert manifest(tmp_path / "again") == manifest(made)


def results_alone() -> None:
    """Has a worker make packs as `plain` does."""
    vars(build)["formats"] = lambda: FORMATS[:1]


def test_the_workers_of_a_cluster_give_the_same_bytes(
    made: Path, tmp_path: Path, rules: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # workers have a folder of their own: paths come whole
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as local,
        Client(local, set_as_default=False) as client,
        plain(),
    ):
        client.run(results_alone)
        words = ("--program", rules, "--by", "account", "--scheduler", local.scheduler_address)
        done = call("pack", SAMPLE, "--out", "packs", *words)
        assert done.exit_code == 3, done.exception
        monkeypatch.setattr(build, "made_with", lambda: {"evidence": "0.0", "python": "3"})
        other = call("pack", SAMPLE, "--out", "other", *words)
    assert manifest(tmp_path / "packs") == manifest(made)
    assert "A worker has evidence" in str(other.exception) and "and not 0.0" in str(other.exception)


def test_a_packing_that_was_killed_goes_on_and_takes_what_is_whole(
    made: Path, tmp_path: Path, rules: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, packed, again = tmp_path / "packs", list[str](), list[str]()
    real = by_account.pack_of

    def killed(run: Run, *more: Any) -> Any:
        packed.append(run.facts.scope.accounts[0].id)
        if len(packed) > 2:
            raise KeyboardInterrupt
        return real(run, *more)

    def counted(run: Run, *more: Any) -> Any:
        again.append(run.facts.scope.accounts[0].id)
        return real(run, *more)

    monkeypatch.setattr(by_account, "pack_of", killed)
    words = ("pack", SAMPLE, "--out", out, "--program", rules, "--by", "account")
    with plain():
        stopped = call(*words)
        assert isinstance(stopped.exception, EvidenceError) and "the packs that are done in" in str(stopped.exception)
        working = out.with_name("packs.working")
        assert not out.exists() and sorted(p.name for p in (working / "accounts").iterdir()) == IDS[:2]
        (working / "accounts/.300040005000-half").mkdir()
        (working / "accounts" / IDS[1] / "report/results.json").write_bytes(b"{}")
        refused = call(*words, "--oscal-findings")
        assert "begun with something else" in str(refused.exception)
        monkeypatch.setattr(by_account, "pack_of", counted)
        assert call(*words).exit_code == 3
    assert again == IDS[1:]
    assert manifest(out) == manifest(made)


def test_a_pack_of_an_account_works_as_any_and_the_organisation_s_says_where_to_look(made: Path, tmp_path: Path) -> None:
    account = made / "accounts" / IDS[0]
    found = judged(opened(account, []), Configuration(), [])
    assert len(found.assessment.exceptions) == len(of(made, IDS[0])["exceptions"]) > 3
    id = next(m["evidence"][0] for m in of(made, IDS[0])["members"] if m["requirement"].startswith("ec2"))
    assert call("explain", id, "--in", account).exit_code == 0
    drawn = call("draw", account, "ec2.volumes.encrypted", "--count", "1", "--out", tmp_path / "drawn")
    assert drawn.exit_code in (0, 3), drawn.exception
    other = call("explain", "0123456789abcdef", "--in", account)
    assert "organisation's pack" in str(other.exception)
    for where in (made, made / "organisation"):
        for words in (
            ("draw", where, "ec2.volumes.encrypted", "--count", "1", "--out", tmp_path / "no"),
            ("compare", where, account),
        ):
            refused = call(*words)
            assert isinstance(refused.exception, EvidenceError) and "Name one of these" in str(refused.exception), words


def test_signed_packs_are_tied_to_their_maker_and_to_the_packs_before(made: Path, tmp_path: Path, rules: str) -> None:
    """Each account's pack names the one of the same account before it, and has a signature of its own."""
    assert call("keygen", "--out", tmp_path / "key").exit_code == 0
    kept = Run.open(SAMPLE)
    later = tmp_path / "later"
    later.mkdir()
    facts = replace(kept.facts, id="run-later", started="2026-10-30T22:00:00Z", ended="2026-10-30T23:00:00Z")
    (later / "run.json").write_bytes(facts.to_json())
    (later / "answers").symlink_to(SAMPLE / "answers")
    words = ("--program", rules, "--by", "account", "--key", tmp_path / "key", "--previous", made, "--earlier", SAMPLE)
    out = tmp_path / "packs"
    with plain():
        done = call("pack", later, "--out", out, *words)
    assert done.exit_code == 3, done.exception
    seen = {e["first_seen"] for e in of(out, IDS[0])["exceptions"]}
    assert seen == {kept.facts.ended}
    steps = verified(out, "--key", tmp_path / "key.pub", "--previous", made)
    assert [steps[n]["outcome"] for n in (3, 6, 7, 10, 11)] == ["done"] * 5
    assert call("verify", out, "--key", tmp_path / "key.pub").exit_code == 0
    alone = verified(out / "accounts" / IDS[1], "--key", tmp_path / "key.pub", "--previous", made / "accounts" / IDS[1])
    assert alone[7]["outcome"] == alone[10]["outcome"] == "done"
    _unsigned = out / "accounts" / IDS[1] / "seal/SHA256SUMS.sig"
    _unsigned.unlink()
    assert "step 2: seal/SHA256SUMS.sig was removed" in str(verified(out, "--key", tmp_path / "key.pub")[11]["says"])


def test_options_that_are_of_one_pack_are_refused(tmp_path: Path) -> None:
    refusals = (
        (("--zip", "--by", "account"), "--zip is of one pack"),
        (("--workers", "2"), "--by account"),
        (("--scheduler", "tcp://10.0.0.5:8786"), "--by account"),
        (("--scheduler", "tcp://10.0.0.5:8786", "--workers", "2", "--by", "account"), "not by both"),
        (("--scheduler", "tcp://10.0.0.5:8786", "--key", "key", "--by", "account"), "is not sent to a cluster"),
    )
    for words, says in refusals:
        refused = call("pack", SAMPLE, "--out", tmp_path / "no", *words)
        assert isinstance(refused.exception, EvidenceError) and says in str(refused.exception)
    assert not list(tmp_path.iterdir())


def test_what_is_left_off_is_counted(made: Path, tmp_path: Path, rules: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With limits of one row, the printed pages and the page's parts say how many more there are."""
    printed = list[str]()
    for name in ("ACCOUNTS_PRINTED", "CONTROLS_PRINTED", "REQUIREMENTS_PRINTED", "UNREAD_PRINTED", "PACKS_PRINTED"):
        monkeypatch.setattr(limits, name, 1)
    monkeypatch.setattr(page, "ROWS_OF_PART", 1)
    parts = dict[str, Any]()
    real = page._part
    monkeypatch.setattr(page, "_part", lambda m, id: parts.setdefault(id, real(m, id)))
    with plain():
        monkeypatch.setattr(view, "print_pdf", lambda p: (printed.append(p.html), p.out.write_bytes(b"%PDF-")))
        assert call("pack", SAMPLE, "--out", tmp_path / "packs", "--program", rules, "--by", "account").exit_code == 3
    for words in (
        "3 more accounts",
        "2 more controls of 3",
        "3 more requirements",
        "more rows in sheet NotCollected",
        "3 more packs",
    ):
        assert words in " ".join(printed[0].split()), words
    assert parts[IDS[0]]["all_exceptions"] == len(of(made, IDS[0])["exceptions"]) > len(parts[IDS[0]]["exceptions"]) == 1
    assert "All 4 accounts" in printed[0]


def test_the_page_loads_an_account_when_it_is_opened(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "packs"
    shutil.copytree(made / "organisation", out / "organisation")
    report, errors = out / "organisation/report", list[str]()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        tab = browser.new_page()
        asked = list[str]()
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
        tab.goto(f"{(report / 'index.html').as_uri()}#accounts")
        tab.get_by_text("larkfield-shop").wait_for()
        tab.get_by_label("Account, name or organisational unit").first.fill(BOOKSHOP)
        tab.get_by_text("2 rows of 4.").wait_for()
        assert not [name for name in asked if name.endswith(".js")]
        tab.get_by_role("link", name=IDS[0]).click()
        count = len(of(made, IDS[0])["exceptions"])
        tab.get_by_text(f"Exceptions ({count}), by their numbers").wait_for()
        assert [name for name in asked if name.endswith(".js")] == [f"{IDS[0]}.js"]
        assert tab.get_by_role("link", name="its page").get_attribute("href") == f"../../accounts/{IDS[0]}/report/index.html"
        (report / f"parts/{IDS[1]}.js").unlink()
        tab.goto(f"{(report / 'index.html').as_uri()}#account/{IDS[1]}")
        tab.get_by_text("it was taken away").wait_for()
        browser.close()
    assert not errors


def test_the_limits_are_stated_where_people_read_them(made: Path) -> None:
    stated = (ROOT / "docs/at-scale.md").read_text(encoding="utf-8")
    book = openpyxl.load_workbook(made / "organisation/report/workbook.xlsx")
    readme = [row[1] for row in book["README"].iter_rows(values_only=True)]
    for of_what, much, where in limits.LIMITS:
        assert f"| {of_what} | {much} | {where} |" in stated
        assert f"  {of_what}: {much} ({where})" in (made / "organisation/README.txt").read_text()
        assert f"{much}. The rest: {where}" in readme


def test_two_accounts_in_all_formats_by_two_processes(tmp_path: Path) -> None:
    """As a user has it: every format of every pack, and in each its words on being one account of two."""
    kept, run = Run.open(SAMPLE).facts, tmp_path / "run"
    two = tuple(a for a in kept.scope.accounts if a.id in IDS[2:])
    for a in two:
        shutil.copytree(SAMPLE / "answers" / a.id, run / "answers" / a.id)
    segments = {name: end for name, end in kept.segments.items() if name.split("/")[1] in IDS[2:]}
    (run / "run.json").write_bytes(
        replace(kept, scope=replace(kept.scope, accounts=two), segments=Segments.of(segments)).to_json()
    )
    out = tmp_path / "packs"
    done = evidence("pack", run, "--out", out, "--program", PROGRAM, "--by", "account", "--workers", "2")
    assert done.returncode == 3, done.stderr
    for id in IDS[2:]:
        report = out / "accounts" / id / "report"
        assert {f.name for f in report.iterdir()} >= {
            "summary.pdf",
            "house-rules.pdf",
            "workbook.xlsx",
            "index.html",
            "oscal",
            "ocsf",
            "data",
        }
        for name in ("summary.pdf", "house-rules.pdf"):
            text = " ".join(" ".join(pages_of(report / name)).split())
            assert "One account, alone" in text and "one account of the 2 accounts in scope" in text
        readme = openpyxl.load_workbook(report / "workbook.xlsx")["README"]
        assert "One account, alone" in [row[0] for row in readme.iter_rows(values_only=True)]
    text = " ".join(pages_of(out / "organisation/report/organisation.pdf"))
    assert all(
        p["sha256sums"][:20] in text.replace("\n", "")
        for p in json.loads((out / "organisation/pack.json").read_bytes())["accounts"]
    )
    checked = evidence("verify", out, "--json")
    steps = {s["number"]: s["outcome"] for s in json.loads(checked.stdout)["steps"]}
    assert checked.returncode == 3 and steps[10] == steps[11] == "done"
