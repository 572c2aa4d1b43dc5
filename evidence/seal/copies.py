"""Signed copies of the reports, for whoever looks at a signature in a PDF reader: where they stand, the certificate, the check.

A copy is the report byte for byte with a PAdES signature after it, so that it stays provable without a PDF reader. Only
`evidence.seal.pades` knows pyHanko, and it is imported when a copy is made or checked: it is an extra.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evidence.errors import EvidenceError
from evidence.seal.facts import Opened
from evidence.seal.keys import PublicKey
from evidence.seal.steps import COPIED, SIGNED, Checked, done, failed, not_done

FOLDER, ENDS = "seal/pades/", ".signed.pdf"
INSTALL = "pip install 'evidence[pades]'"
MOST_ADDED = 1 << 20
"""Bytes that a signature may add to a report: certificates and a timestamp take some ten thousand."""
_STEP = 1 << 20
_ONE = "Name the certificate of the key that signs, in PEM, with its chain after it: docs/decisions/the-seal.md says how to make one."


@dataclass(frozen=True)
class Copies:
    """Which reports are to be copied and signed.

    certificates   the signer's, then those that lead from it to a root
    reports        names of the pack's PDFs, as "report/summary.pdf"
    when           what each copy says of when it was signed: the run's end, so that the same run gives the same copy
    """

    certificates: tuple[x509.Certificate, ...]
    reports: tuple[str, ...]
    when: dt.datetime

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(copy_of(report) for report in self.reports)


def copy_of(report: str) -> str:
    """ "report/summary.pdf" → "seal/pades/summary.signed.pdf"."""
    return f"{FOLDER}{report.removeprefix('report/').removesuffix('.pdf')}{ENDS}"


def report_of(copy: str) -> str:
    return f"report/{copy.removeprefix(FOLDER).removesuffix(ENDS)}.pdf"


def read_certificates(path: Path, key: PublicKey) -> tuple[x509.Certificate, ...]:
    """The certificates in a PEM file, that of the key first. Raises EvidenceError where the key has none in it."""
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise EvidenceError(f"Cannot read the certificate {path}: {error.strerror or error}.", _ONE) from error
    except ValueError as error:
        raise EvidenceError(f"{path} holds no certificate in PEM (-----BEGIN CERTIFICATE-----).", _ONE) from error
    own = [c for c in found if c.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) == key.pem]
    if not own:
        raise EvidenceError(f"{path} is not the certificate of the {key.words}: it holds another key.", _ONE)
    return (own[0], *(c for c in found if c != own[0]))


def needs_pyhanko() -> EvidenceError | None:
    """What is to be said where pyHanko is not installed."""
    if find_spec("pyhanko") is not None:
        return None
    return EvidenceError("Signed copies of the PDFs need pyHanko, which is not installed.", f"Install it: {INSTALL}")


def copied(
    pack: Opened, plain: Collection[str], signed: Checked, key: PublicKey | None, roots: tuple[x509.Certificate, ...]
) -> Checked:
    """The step of the signed copies. `plain` are the files that may be read, `signed` is the step of the pack's signature."""
    copies = sorted(name for name in pack.seal if name.startswith(FOLDER))
    if not copies:
        return not_done(COPIED, "There are no signed copies of the PDFs.")
    wrong = [said for name in copies if (said := _beginning(pack, plain, name))]
    if wrong:
        return failed(COPIED, *wrong)
    if signed.outcome != "done" or key is None:
        return not_done(
            COPIED, f"There are signed copies of {len(copies)} PDFs and NOBODY HAS CHECKED THEIR SIGNATURES: step {SIGNED} comes first.",
            "Each begins with the bytes of its report.",
        )  # fmt: skip
    if missing := needs_pyhanko():
        return not_done(
            COPIED, f"There are signed copies of {len(copies)} PDFs and NOBODY HAS CHECKED THEIR SIGNATURES. {missing}"
        )
    from evidence.seal.pades import problem

    for name in copies:
        length = (pack.folder / report_of(name)).stat().st_size
        data = (pack.folder / name).read_bytes()
        if said := problem(data, length, key, roots, timed=pack.timed is not None):
            wrong.append(f"{name}: {said}.")
    if wrong:
        return failed(COPIED, *wrong)
    stamped = " Their timestamps were not checked: no certificate of the authority was given." if pack.timed and not roots else ""
    return done(
        COPIED,
        f"Each of the {len(copies)} copies is its report byte for byte, then a signature by the key that you gave, then nothing.{stamped}",
    )


def _beginning(pack: Opened, plain: Collection[str], name: str) -> str | None:
    """What keeps a copy from being its report with a little after it."""
    report = report_of(name)
    if name not in plain:
        return f"{name!a} cannot be read as a file of the pack."
    if not name.endswith(ENDS) or report not in pack.named or report not in plain:
        return f"{name!a} is the copy of no report of this pack."
    added = (pack.folder / name).stat().st_size - (pack.folder / report).stat().st_size
    if not 0 < added <= MOST_ADDED:
        return f"{name} is {added:,} bytes larger than {report}: no signature is of that size."
    with (pack.folder / report).open("rb") as ours, (pack.folder / name).open("rb") as theirs:
        while block := ours.read(_STEP):
            if theirs.read(len(block)) != block:
                return f"{name} does not begin with the bytes of {report}."
    return None
