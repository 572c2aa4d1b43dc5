"""Management's files: what is read of them, and what is refused in a sentence that names file and line."""

import datetime as dt
import hashlib
from pathlib import Path

import orjson
import pytest

from evidence.cli.configuration import read_configuration
from evidence.errors import EvidenceError
from evidence.management.model import People, Person
from evidence.management.read import check_controls, check_people, read_acceptances, read_manual, read_responses, statements_of
from evidence.programs.load import program
from evidence.requirements import requirements
from evidence.services import populations
from tests.pack.example import STATED

GOOD = """acceptances:
  - id: A-01
    requirement: s3.buckets.not-public
    members: ["press-*"]
    reason: Public on purpose.
    owner: Web
    approver: M. Okoye
    opened: 2026-04-01
    expires: 2026-12-31
"""
SAMPLE = Path(__file__).parents[2] / "evidence/sample/management"


def accepted(folder: Path, text: str) -> object:
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return read_acceptances(folder / "a.yaml", requirements(), populations())


def test_an_acceptance_is_read_with_its_days(tmp_path: Path) -> None:
    (one,) = accepted(tmp_path, GOOD)  # type: ignore[misc]
    assert (one.id, one.opened, one.expires, one.members) == ("A-01", dt.date(2026, 4, 1), dt.date(2026, 12, 31), ("press-*",))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("expires: 2026-12-31", "expires: soon", r"a\.yaml, line 9: expires: .*date"),
        ("    expires: 2026-12-31\n", "", r"a\.yaml, line 2: A-01 needs an expiry\."),
        ("expires: 2026-12-31", "expires:", r"a\.yaml, line 2: A-01 needs an expiry\."),
        ("expires: 2026-12-31", 'expires: ""', r"a\.yaml, line 2: A-01 needs an expiry\."),
        ("owner: Web\n    approver: M. Okoye", "owner:\n    approver: ' '", "line 2: A-01 needs an owner and an approver"),
        ("M. Okoye", "W\uff25b", "A-01 was approved by its own owner"),
        ('members: ["press-*"]', "tags: {stage: test}", "line 2: the tags of s3.buckets are not collected.*ec2.instances"),
        ('members: ["press-*"]', "tags: [stage]", "line 4: tags: Input should be a valid"),
        ("expires: 2026-12-31", "expires: 2026-03-31", "A-01 expires before it was opened"),
        ("M. Okoye", "web", "A-01 was approved by its own owner, Web"),
        ("not-public", "not-pubic", r"line 2: s3\.buckets\.not-pubic is no requirement\. Did you mean s3\.buckets\.not-public"),
        ('    members: ["press-*"]\n', "", "line 2: it is not said which members"),
        ("reason:", "because:", r"line \d: because: Unexpected keyword"),
        ("acceptances:", "acceptance:", "line 1: acceptance is not known here. Did you mean acceptances"),
        ("  - id", "  id", "this is not YAML"),
        (GOOD, GOOD + GOOD.removeprefix("acceptances:\n"), "the acceptance A-01 stands twice"),
        (GOOD, "- a list", "is not a file with acceptances"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(EvidenceError, match=said):
        accepted(tmp_path, GOOD.replace(old, new))


def test_a_file_that_is_not_there_or_no_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="could not be read"):
        read_responses(tmp_path / "none.yaml", requirements(), populations())
    (tmp_path / "x.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EvidenceError, match="UTF-8"):
        read_responses(tmp_path / "x.yaml", requirements(), populations())


MANUAL = """documents:
  - {file: policy.txt, title: Policy, provider: Legal, received: 2026-09-01, controls: ["soc2-2017:CC1.1"]}
wanted:
  - {control: "soc2-2017:CC1.2", what: Minutes}
"""


def manual(folder: Path, text: str = MANUAL) -> Path:
    (folder / "manual.yaml").write_text(text, encoding="utf-8")
    (folder / "policy.txt").write_text("Be good.\n")
    return folder


def test_documents_are_hashed_as_they_are(tmp_path: Path) -> None:
    (document,), (wanted,) = read_manual(manual(tmp_path))
    assert document.sha256 == hashlib.sha256(b"Be good.\n").hexdigest()
    assert document.bytes == 9 and wanted.what == "Minutes"
    (tmp_path / "policy.txt").write_text("Be bad.\n")
    assert read_manual(tmp_path)[0][0].sha256 != document.sha256


@pytest.mark.parametrize("name", ["../policy.txt", "/etc/passwd", "a\\\\b.txt", "a//b", "C:x", "no\\nline"])
def test_a_document_cannot_lie_outside_or_have_a_strange_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(EvidenceError, match=r"manual\.yaml: the file .* (leads|is|has)"):
        read_manual(manual(tmp_path, MANUAL.replace("policy.txt", f'"{name}"')))


def test_a_link_a_missing_file_and_one_that_nobody_names_are_refused(tmp_path: Path) -> None:
    folder = manual(tmp_path)
    (folder / "stray.txt").write_text("?")
    with pytest.raises(EvidenceError, match=r"stray\.txt is not named in manual\.yaml"):
        read_manual(folder)
    (folder / "stray.txt").unlink()
    (folder / "policy.txt").unlink()
    with pytest.raises(EvidenceError, match=r"there is no file policy\.txt"):
        read_manual(folder)
    (folder / "policy.txt").symlink_to("/etc/hostname")
    with pytest.raises(EvidenceError, match=r"there is no file policy\.txt"):
        read_manual(folder)


def test_a_control_that_its_program_has_not_is_named_with_the_nearest(tmp_path: Path) -> None:
    stated = read_configuration(None, manual=manual(tmp_path, MANUAL.replace("CC1.2", "CC1.22"))).statements()
    with pytest.raises(EvidenceError, match=r"there is no control soc2-2017:CC1\.22\. Did you mean CC1\.2"):
        check_controls(stated, [program("soc2-2017")])
    check_controls(stated, [program("hipaa-security-rule")])


def test_what_a_pack_keeps_is_read_back_as_it_was() -> None:
    assert statements_of(orjson.loads(orjson.dumps(STATED)), "x") == STATED
    with pytest.raises(EvidenceError, match="x: responses"):
        statements_of({"responses": 5}, "x")


def test_the_samples_statements_are_read() -> None:
    stated = read_configuration(SAMPLE / "evidence.toml").statements()
    assert len(stated.acceptances) == 4 and len(stated.responses) == 6 and len(stated.documents) == 2
    check_controls(stated, [program("soc2-2017")])


def test_nobody_reviews_their_own_work_and_a_flag_outranks_the_file(tmp_path: Path) -> None:
    path = tmp_path / "evidence.toml"
    path.write_text('[people]\npreparer = {name = "A. Reader"}\nreviewer = {name = "a. reader"}\n')
    with pytest.raises(EvidenceError, match=r"a\. reader is preparer and reviewer"):
        read_configuration(path)
    path.write_text('responses = "mine.yaml"\n')
    assert read_configuration(path).responses == tmp_path / "mine.yaml"
    assert read_configuration(path, responses=Path("other.yaml")).responses == Path("other.yaml")


def test_whoever_had_it_collected_is_the_preparer_where_nobody_is_named() -> None:
    moreau, reader = Person("J. Moreau", "Head of security"), Person("A. Reader")
    check_people(People(preparer=reader, reviewer=moreau), "run", "J. Moreau, Platform Engineering")
    check_people(People(reviewer=moreau, approver=moreau), "run", "")
    for people in (People(reviewer=moreau), People(approver=Person("j.  moreau"))):
        with pytest.raises(EvidenceError, match=r"run: .* is preparer and (reviewer|approver)"):
            check_people(people, "run", "J. Moreau, Platform Engineering")
