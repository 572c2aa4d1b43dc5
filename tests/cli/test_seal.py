"""`keygen`, `pack --key --zip --previous` and `verify`, as a user has them: exit codes and what they say."""

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import ROOT, evidence, refused
from tests.run.test_run import answer, new

PROGRAM = "cis-aws-foundations-7.0"
WITHOUT_REPORTS = """
from evidence.pack import build, formats
build.formats = lambda: formats.FORMATS[:1]
from evidence.cli.app import main
main()
"""


def pack(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`evidence pack` with results.json alone for a report: PDF and workbook take a minute, and the seal is the same."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-c", WITHOUT_REPORTS, "pack", *map(str, words), "--program", PROGRAM]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """K, K.pub, two runs; `before`, a pack of the older, and `pack`, signed, with its zip and its receipt."""
    folder = tmp_path_factory.mktemp("sealed")
    for name, month in (("older", 6), ("newer", 9)):
        run = new(folder / name)
        run.keep(answer(month))
        run.finish(ended=dt.datetime(2026, month, 30, 22, 0, tzinfo=dt.UTC))
    assert evidence("keygen", "--out", folder / "K", "--type", "ed25519").returncode == 0
    assert pack(folder / "older", "--out", folder / "before").returncode == 3
    words = ("--key", folder / "K", "--previous", folder / "before", "--zip")
    packed = pack(folder / "newer", "--out", folder / "pack", *words)
    assert packed.returncode == 3, packed.stderr
    (folder / "said").write_text(packed.stdout)
    return folder


def steps(*words: str | Path, code: int) -> dict[int, str]:
    out = evidence("verify", *words, "--json")
    assert out.returncode == code, out.stdout + out.stderr
    said = json.loads(out.stdout)
    assert said["verified"] is (code == 0) and said["unbroken"] is (code != 2)
    return {step["number"]: step["outcome"] for step in said["steps"]}


def test_with_key_receipt_and_the_pack_before_everything_is_done(made: Path) -> None:
    anchors = ("--key", made / "K.pub", "--receipt", made / "pack.receipt.txt", "--previous", made / "before")
    for handed in (made / "pack", made / "pack.zip"):
        found = steps(handed, *anchors, code=0)
        assert {n for n, outcome in found.items() if outcome != "done"} == {4, 8, 9}, "no timestamp, no signed copy, no sign-off"


def test_a_signed_pack_without_a_key_is_no_success(made: Path) -> None:
    out = evidence("verify", made / "pack")
    assert out.returncode == 3 and "3. Who signed it: NOT DONE" in out.stdout
    last = out.stdout.splitlines()[-2:]
    assert "NOBODY HAS CHECKED IT" in last[0] and "NOTHING TIES THIS PACK TO ITS MAKER" in last[1]
    assert steps(made / "pack", code=3)[10] == "done"


def test_an_unsigned_pack_is_loud_with_and_without_a_receipt(made: Path) -> None:
    digest = (evidence("verify", made / "before").stdout.split("SHA256SUMS has the SHA-256 ")[1])[:64]
    assert "UNSIGNED" in evidence("verify", made / "before", "--receipt", digest).stdout.splitlines()[-1]
    assert steps(made / "before", "--receipt", digest, code=3)[0] == "done"


def test_what_does_not_fit_is_a_failure(made: Path, tmp_path: Path) -> None:
    assert evidence("keygen", "--out", tmp_path / "other").returncode == 0
    assert steps(made / "pack", "--key", tmp_path / "other.pub", code=2)[3] == "failed"
    assert steps(made / "pack", "--receipt", "0" * 64, code=2)[0] == "failed"
    assert steps(made / "before", "--key", made / "K.pub", code=2)[3] == "failed", "a key is given and there is no signature"
    assert steps(made / "pack", "--previous", made / "pack.zip", code=2)[7] == "failed"


def test_anchors_that_lie_in_the_pack_are_refused(made: Path) -> None:
    assert "proves nothing" in refused("verify", made / "pack", "--key", made / "pack/seal/signer.pub.pem")
    assert "proves nothing" in refused("verify", made / "pack", "--receipt", made / "pack/README.txt")
    assert "proves nothing" in refused("verify", made / "pack", "--tsa-ca", made / "pack/README.txt")
    assert "is a private key" in refused("verify", made / "pack", "--key", made / "K")


def test_the_same_run_and_key_give_the_same_zip(made: Path, tmp_path: Path) -> None:
    words = ("--key", made / "K", "--previous", made / "before", "--zip")
    assert pack(made / "newer", "--out", tmp_path / "p", *words, TZ="Asia/Kathmandu", PYTHONHASHSEED="5").returncode == 3
    for name in (".zip", ".receipt.txt"):
        assert (tmp_path / f"p{name}").read_bytes() == (made / f"pack{name}").read_bytes()


def test_the_receipt_is_said_and_is_the_one_in_the_file(made: Path) -> None:
    digest = (made / "said").read_text().split("SHA-256 of SHA256SUMS ")[1][:64]
    assert digest in (made / "pack.receipt.txt").read_text()
    assert not (made / "before.zip").exists()


def test_many_sentences_are_counted_on_screen_and_whole_for_machines(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "before", tmp_path / "pack")
    for number in range(50):
        (tmp_path / f"pack/extra-{number:02}").write_text("x")
    out = evidence("verify", tmp_path / "pack")
    assert "and 30 more, which --json lists" in out.stdout and "extra-49" not in out.stdout
    assert "extra-49" in evidence("verify", tmp_path / "pack", "--json").stdout


def test_answers_that_cannot_be_judged_are_a_failed_step_not_a_fault(made: Path, tmp_path: Path) -> None:
    from evidence.seal.manifest import SUMS, manifest

    shutil.copytree(made / "before", tmp_path / "pack")
    (tmp_path / "pack/method/management.json").write_text('["nothing"]')
    (tmp_path / "pack" / SUMS).write_bytes(manifest(tmp_path / "pack"))
    out = evidence("verify", tmp_path / "pack")
    assert (
        out.returncode == 2 and "10. Judge the answers again: FAILED" in out.stdout and "fault of the program" not in out.stderr
    )


# -- what is refused before anything is made -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--key", "{K}", "--kms-key", "arn:aws:kms:eu-west-1:012345678901:key/1"), "two signers"),
        (("--tsa", "http://tsa.example/"), "would be unsigned"),
        (("--key", "{K}", "--tsa", "ftp://tsa.example/"), "no address of a timestamp authority"),
        (("--key", "{K}.pub"), "no private key"),
        (("--key", "{K}.none"), "Cannot read the key"),
        (("--kms-key", "alias/packs"), "no ARN of a key"),
        (("--previous", "{pack}"), "not before this run's end"),
        (("--previous", "{newer}"), "is not a pack"),
    ],
)
def test_seals_that_cannot_be_meant(made: Path, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    filled = [w.format(K=made / "K", pack=made / "pack", newer=made / "newer") for w in words]
    assert said in refused("pack", made / "newer", "--out", tmp_path / "pack", "--program", PROGRAM, *filled)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("there", ["pack.zip", "pack.receipt.txt"])
def test_a_zip_or_receipt_is_not_written_over(made: Path, tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine")
    assert "is there already" in refused("pack", made / "newer", "--out", tmp_path / "pack", "--program", PROGRAM, "--zip")
    assert (tmp_path / there).read_text() == "mine" and not (tmp_path / "pack").exists()


def test_a_key_with_a_passphrase_is_opened_from_the_environment(made: Path, tmp_path: Path) -> None:
    word = {"EVIDENCE_KEY_PASSPHRASE": "between us"}
    assert evidence("keygen", "--out", tmp_path / "K", "--passphrase", **word).returncode == 0
    words = (
        "pack",
        made / "newer",
        "--out",
        tmp_path / "pack",
        "--program",
        PROGRAM,
        "--key",
        tmp_path / "K",
        "--tsa",
        "ftp://x",
    )
    assert "EVIDENCE_KEY_PASSPHRASE" in refused(*words)
    assert "does not open" in refused(*words, EVIDENCE_KEY_PASSPHRASE="another")
    assert "no address" in refused(*words, **word), "the key was opened, and the next thing is wrong"


def test_keygen_says_what_to_do_with_each_and_never_writes_over(tmp_path: Path) -> None:
    out = evidence("keygen", "--out", tmp_path / "K")
    assert "another way than the pack" in out.stdout and "ECDSA P-256 key's SHA-256: " in out.stdout
    assert "is there already" in refused("keygen", "--out", tmp_path / "K")
    assert refused("keygen", "--out", tmp_path / "no/K")


# -- sign-off --------------------------------------------------------------------------------------------------------------


def test_a_zip_is_signed_off_checked_and_refused_to_whoever_prepared_it(made: Path, tmp_path: Path) -> None:
    shutil.copy(made / "pack.zip", tmp_path / "p.zip")
    given = ("sign-off", tmp_path / "p.zip", "--at", "2026-10-02T11:00:00+02:00")
    assert evidence(*given, "--role", "preparer", "--name", "A. Reader").returncode == 0
    assert "a. reader is preparer and reviewer" in refused(*given, "--role", "reviewer", "--name", "a. reader")
    said = evidence(*given, "--role", "reviewer", "--name", "J. Moreau", "--key", made / "K")
    assert said.returncode == 0 and "Reviewer J. Moreau signed off EVP-" in said.stdout, said.stderr
    digest = said.stdout.split("kept apart from the pack: ")[1][:64]
    anchors = ("--key", made / "K.pub", "--receipt", made / "pack.receipt.txt", "--sign-off-key", made / "K.pub")
    out = evidence("verify", tmp_path / "p.zip", *anchors)
    assert out.returncode == 0, out.stdout
    step = out.stdout.split("9. Who signed it off: done")[1].split("10. ")[0]
    assert "2. Reviewer J. Moreau, 2026-10-02T09:00:00Z: signed off this SHA256SUMS. Signed by the Ed25519 key" in step
    assert digest in step


def test_a_sign_off_of_what_is_no_more_the_pack_or_of_tomorrow_is_refused(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "before", tmp_path / "pack")
    given = ("sign-off", tmp_path / "pack", "--role", "approver", "--name", "M. Okoye")
    assert "has not come yet" in refused(*given, "--at", "2999-01-01T00:00:00Z")
    (tmp_path / "pack/report/results.json").write_text("{}\n")
    assert "cannot be signed off. report/results.json was changed" in refused(*given)
    assert not (tmp_path / "pack/custody").exists()
