"""Signed copies of the PDFs: the report first, then a signature by the key from outside, then nothing."""

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from evidence.errors import EvidenceError
from evidence.pack.material import Material
from evidence.pack.printing import Printable, print_pdf
from evidence.seal import steps
from evidence.seal.copies import Copies, read_certificates
from evidence.seal.keys import FileKey, KeyType, read_public
from evidence.seal.sealing import Sealing
from evidence.seal.timestamp import read_roots
from evidence.seal.verify import Anchors, untied, verify
from tests.cli.commands import ROOT, evidence, refused
from tests.run.test_run import answer, new
from tests.seal import packs
from tests.seal.authority import Authority, serving
from tests.seal.packs import ENDED, key, made
from tests.seal.test_readme import follow, wrong

REPORTS = ("report/soc2-2017.pdf", "report/summary.pdf")
COPY, OTHER = "seal/pades/summary.signed.pdf", "seal/pades/soc2-2017.signed.pdf"


def _pdfs(material: Material) -> None:
    for report in REPORTS:
        page = f"<html lang='en'><head><title>{report}</title></head><body><h1>{report}</h1></body></html>"
        print_pdf(Printable(page, material.folder / report, material.assessment.run.as_of, report))


def certified(mine: FileKey, out: Path) -> Path:
    """A certificate of the key by itself, as `openssl req -x509` makes it."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "J. Moreau")])
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(mine.private.public_key()).serial_number(7)
        .not_valid_before(ENDED - dt.timedelta(days=30)).not_valid_after(ENDED + dt.timedelta(days=800))
    )  # fmt: skip
    hash = hashes.SHA256() if mine.public.type == "ecdsa" else None
    out.write_bytes(builder.sign(mine.private, hash).public_bytes(serialization.Encoding.PEM))
    return out


def packed(folder: Path, mine: FileKey, tsa: str = "") -> None:
    certificate = folder.with_name(f"{mine.public.fingerprint}.pem")
    if not certificate.exists():
        certified(mine, certificate)
    copies = Copies(read_certificates(certificate, mine.public), REPORTS, ENDED)
    with mock.patch.object(packs, "_results", _pdfs):
        made(folder, Sealing(mine, tsa, copies=copies))


@pytest.fixture(scope="session")
def copied_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    outside = tmp_path_factory.mktemp("pades")
    packed(outside / "pack", key(outside / "K"))
    return outside


@pytest.fixture
def pack(copied_once: Path, tmp_path: Path) -> Path:
    shutil.copytree(copied_once / "pack", tmp_path / "pack")
    shutil.copy(copied_once / "K.pub", tmp_path / "signer.pub.pem")
    return tmp_path / "pack"


def given(pack: Path, root: Path | None = None) -> Anchors:
    return Anchors(key=read_public(pack.parent / "signer.pub.pem"), roots=tuple(read_roots(root)) if root else ())


def failed(pack: Path, anchors: Anchors) -> dict[int, str]:
    return {step.number: " ".join(step.says) for step in verify(pack, anchors) if step.outcome == "failed"}


def test_each_copy_is_its_report_and_a_signature_by_the_key(pack: Path) -> None:
    checked = list(verify(pack, given(pack)))
    assert {s.number for s in checked if s.outcome == "done"} == {1, 2, 3, 5, 6, steps.COPIED} and untied(checked) == ()
    assert {COPY, OTHER} < set(json.loads((pack / "pack.json").read_bytes())["seal"])


@pytest.mark.parametrize("system", ["Linux", "macOS"])
def test_the_commands_of_the_readme_see_it_without_our_tool(pack: Path, system: str) -> None:
    assert set(follow(pack, system)) == {0, 1, 2, 3, 5, 6, 8, 9} and wrong(pack, system) == set()
    size = (pack / "report/summary.pdf").stat().st_size
    out = subprocess.run(f"head -c {size} {COPY} | sha256sum", shell=True, cwd=pack, capture_output=True, text=True, check=True)
    assert f"{out.stdout[:64]}  report/summary.pdf\n" in (pack / "SHA256SUMS").read_text()
    shutil.copy(pack / OTHER, pack / COPY)
    assert wrong(pack, system) == {8}


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler is not here")
def test_a_reader_that_is_not_pyhanko_sees_a_whole_and_valid_signature(pack: Path) -> None:
    said = subprocess.run(["pdfsig", pack / COPY], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said and "Total document signed" in said and "ETSI.CAdES.detached" in said
    assert "CN=J. Moreau" in said


@pytest.mark.parametrize("type", ["ecdsa", "ed25519"])
def test_the_same_run_key_and_certificate_give_the_same_copies(type: KeyType, tmp_path: Path) -> None:
    mine = key(tmp_path / "K", type)
    packed(tmp_path / "a", mine)
    with mock.patch.dict(os.environ, {"TZ": "Asia/Kathmandu"}):
        time.tzset()
        packed(tmp_path / "b", mine)
    time.tzset()
    for name in (COPY, OTHER):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert failed(tmp_path / "a", Anchors(key=mine.public)) == {}


def test_the_marks_of_pdf_a_stay_and_the_field_is_as_pdf_a_wants_it(pack: Path) -> None:
    with pikepdf.open(pack / "report/summary.pdf") as report, pikepdf.open(pack / COPY) as copy:
        assert copy.Root.Metadata.read_bytes() == report.Root.Metadata.read_bytes()
        xmp = copy.open_metadata()
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "A")
        assert {k: str(v) for k, v in copy.docinfo.items()} == {k: str(v) for k, v in report.docinfo.items()}
        (field,) = copy.Root.AcroForm.Fields
        assert int(field.F) & 0b100 and not int(field.F) & 0b10, "printed and not hidden"
        assert f"D:{ENDED:%Y%m%d%H%M%S}Z" == field.V.M, "the run's end"
        assert copy.Root.keys() - report.Root.keys() == {"/AcroForm", "/Extensions"}, "and nothing else was added"


# -- what was done to a copy -----------------------------------------------------------------------------------------------


def _contents(data: bytes) -> tuple[int, int]:
    """Where the signature's hexadecimal digits begin and end."""
    start = data.rindex(b"/Contents <") + len(b"/Contents <")
    return start, data.index(b">", start)


def _flipped(path: Path, at: Callable[[bytes], int]) -> None:
    data = bytearray(path.read_bytes())
    where = at(bytes(data))
    data[where] = ord("1") if data[where] != ord("1") else ord("2")
    path.write_bytes(data)


def byte_of_the_report(pack: Path) -> None:
    _flipped(pack / COPY, lambda data: data.index(b"%PDF") + 200)


def byte_of_the_signature(pack: Path) -> None:
    _flipped(
        pack / COPY,
        lambda data: _contents(data)[0] + 2 * len(bytes.fromhex(data[slice(*_contents(data))].decode()).rstrip(b"\0")) - 9,
    )


def byte_of_what_is_signed_after_the_report(pack: Path) -> None:
    _flipped(pack / COPY, lambda data: data.rindex(b"/M (D") + len("/M (D\\07220"))


def byte_after_the_signature_in_its_room(pack: Path) -> None:
    _flipped(pack / COPY, lambda data: _contents(data)[1] - 1)


def appended(pack: Path) -> None:
    with (pack / COPY).open("ab") as file:
        file.write(b"% one more line\n")


def appended_as_an_update(pack: Path) -> None:
    """As software does that adds a note: a whole new revision after the signature."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    with (pack / COPY).open("r+b") as file:
        update = IncrementalPdfFileWriter(file)
        update.root["/Lang"] = update.root["/Lang"]
        update.update_root()
        update.write_in_place()


def signed_by_another(pack: Path) -> None:
    from evidence.seal.pades import signed_copy

    report = (pack / "report/summary.pdf").read_bytes()
    other = key(pack.parent / "other-K")
    copies = Copies(read_certificates(certified(other, pack.parent / "other.pem"), other.public), REPORTS, ENDED)
    (pack / COPY).write_bytes(signed_copy(report, other, copies))


def copy_of_another_report(pack: Path) -> None:
    shutil.copy(pack / OTHER, pack / COPY)


def report_with_no_signature(pack: Path) -> None:
    (pack / COPY).write_bytes((pack / "report/summary.pdf").read_bytes() + b"\n")


def much_more_than_a_signature(pack: Path) -> None:
    (pack / COPY).write_bytes((pack / COPY).read_bytes() + bytes(2 << 20))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (byte_of_the_report, "does not begin with the bytes of report/summary.pdf"),
        (byte_of_the_signature, "its signature is not of that key"),
        (byte_of_what_is_signed_after_the_report, "was changed after it was signed"),
        (byte_after_the_signature_in_its_room, "in the room that was kept free"),
        (appended, "does not cover the whole file"),
        (appended_as_an_update, "does not cover the whole file"),
        (signed_by_another, "was signed by another key"),
        (copy_of_another_report, "report/summary.pdf"),
        (report_with_no_signature, "it has 0 signatures"),
        (much_more_than_a_signature, "no signature is of that size"),
    ],
)
def test_what_was_done_to_a_copy_is_said(pack: Path, spoil: Callable[[Path], None], words: str) -> None:
    spoil(pack)
    found = failed(pack, given(pack))
    assert set(found) == {steps.COPIED} and words in found[steps.COPIED] and "soc2" not in found[steps.COPIED], found


def test_a_copy_taken_away_or_added_is_seen(pack: Path) -> None:
    (pack / COPY).unlink()
    (pack / "seal/pades/more.signed.pdf").write_bytes(b"x")
    found = failed(pack, given(pack))
    assert set(found) == {steps.COMPLETE, steps.COPIED} and "more.signed.pdf was added" in found[steps.COMPLETE]


def test_without_a_key_nobody_has_checked_and_that_is_loud(pack: Path) -> None:
    checked = list(verify(pack))
    assert checked[steps.COPIED].outcome == "not done" and any("copies" in said and "NOBODY" in said for said in untied(checked))


def test_without_pyhanko_it_is_not_done_and_says_what_to_install(pack: Path) -> None:
    with mock.patch.dict(sys.modules, {"pyhanko": None}):
        checked = list(verify(pack, given(pack)))
    assert checked[steps.COPIED].outcome == "not done" and "pip install 'evidence[pades]'" in checked[steps.COPIED].says[0]
    assert checked[steps.SIGNED].outcome == "done" and len(untied(checked)) == 1, "the pack's own signature was checked"


# -- timestamps ------------------------------------------------------------------------------------------------------------


def test_a_stamped_copy_is_held_against_the_root_from_outside(authority: Authority, copied_once: Path, tmp_path: Path) -> None:
    mine = key(tmp_path / "K")
    shutil.copy(tmp_path / "K.pub", tmp_path / "signer.pub.pem")
    with serving(authority) as (url, asked):
        packed(tmp_path / "pack", mine, url)
    assert len(asked) == 3, "the signature, and one for each copy"
    pack = tmp_path / "pack"
    assert failed(pack, given(pack, authority.root)) == {}
    assert "not checked" in list(verify(pack, given(pack)))[steps.COPIED].says[0]
    other = Authority(tmp_path / "other")
    assert set(failed(pack, given(pack, other.root))) == {steps.TIMED, steps.COPIED}
    packed(tmp_path / "unstamped", mine)
    shutil.copy(tmp_path / "unstamped" / COPY, pack / COPY)
    found = failed(pack, given(pack, authority.root))
    assert set(found) == {steps.COPIED} and "was stamped, and this is not" in found[steps.COPIED]


def test_an_authority_that_refuses_leaves_no_pack(tmp_path: Path) -> None:
    with serving(b"", status=503) as (url, _), pytest.raises(EvidenceError, match="HTTP 503"):
        packed(tmp_path / "pack", key(tmp_path / "K"), url)
    assert not (tmp_path / "pack").exists()


# -- the command line ------------------------------------------------------------------------------------------------------

PROGRAM = "cis-aws-foundations-7.0"
WITH_SMALL_PDFS = f"""
from evidence.pack import build, formats
from evidence.pack.printing import Printable, print_pdf
def small(material):
    for name in ("summary", "{PROGRAM}"):
        html = "<html lang='en'><title>x</title><h1>x"
        print_pdf(Printable(html, material.report / (name + ".pdf"), material.assessment.run.as_of, name))
build.formats = lambda: (*formats.FORMATS[:1], formats.Format("pdf", small))
from evidence.cli.app import main
main()
"""


def test_the_command_makes_them_and_the_other_command_checks_them(tmp_path: Path) -> None:
    run = new(tmp_path / "run")
    run.keep(answer(1))
    run.finish(ended=ENDED)
    mine, other = key(tmp_path / "K"), key(tmp_path / "other")
    certified(mine, tmp_path / "K.pem")
    certified(other, tmp_path / "other.pem")
    words = ("pack", tmp_path / "run", "--program", PROGRAM, "--out", tmp_path / "pack")
    assert "no key to sign with" in refused(*words, "--pades", tmp_path / "K.pem")
    assert "it holds another key" in refused(*words, "--key", tmp_path / "K", "--pades", tmp_path / "other.pem")
    assert "no certificate in PEM" in refused(*words, "--key", tmp_path / "K", "--pades", tmp_path / "K.pub")
    assert "Cannot read the certificate" in refused(*words, "--key", tmp_path / "K", "--pades", tmp_path / "none.pem")
    assert not (tmp_path / "pack").exists()
    command = [
        sys.executable,
        "-c",
        WITH_SMALL_PDFS,
        *map(str, words),
        "--key",
        tmp_path / "K",
        "--pades",
        tmp_path / "K.pem",
        "--zip",
    ]
    out = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert out.returncode == 3, out.stderr
    checked = evidence("verify", tmp_path / "pack.zip", "--key", tmp_path / "K.pub")
    assert checked.returncode == 0 and f"8. {steps.TITLES[8]}: done" in checked.stdout, checked.stdout + checked.stderr
    assert "Each of the 2 copies is its report byte for byte" in checked.stdout
