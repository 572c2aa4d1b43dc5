"""Programs made of another's controls: what is taken over, how far it reaches then, and what is refused."""

import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.errors import EvidenceError
from evidence.programs import load
from evidence.programs.load import from_file, known, load_program, program, sources
from evidence.programs.model import AttestedServices, AwsSide, Control, Derives, Mapped, Program
from tests.programs.texts import KNOWN

KEYS = Mapped("iam.users.key-age", "full", {"days": 30})
ROOT = Mapped("iam.account.root-mfa", "part")
PORTS = Mapped("ec2.groups.closed", "context", {}, "reach is not access")
BASE = Program(
    "base", "Base", "1", "Nobody", "ours", AwsSide(True, "A report"),
    (
        Control("A", "Keys are young", "customer", (KEYS,), "Who renews them.", "one"),
        Control("B", "Root is kept", "shared", (ROOT, PORTS), "Who holds it.", "one"),
        Control("C", "Keys and doors", "customer", (Mapped("iam.users.key-age", "part", {"days": 60}), Mapped("ec2.groups.closed", "part")), "Ask.", "two"),
        Control("D", "Fences stand", "aws", (), "", "two"),
    ),
    {"one": "People", "two": "Places"},
)  # fmt: skip
HEAD = textwrap.dedent("""\
    id: made
    name: Made
    edition: "1"
    body: Somebody
    text: ours
    aws: {attested: true, artifact: A report}
    derives: {from: base, source: an annex}
    controls:
    """)
OWN = "    responsibility: customer\n    title: Own words\n    adds: Their own record.\n"


def made(controls: str, head: str = HEAD) -> Program:
    return load_program(head + textwrap.indent(textwrap.dedent(controls), "  "), KNOWN, "made.yaml", {"base": BASE}.__getitem__)


def refused(controls: str, head: str = HEAD) -> tuple[str, str]:
    with pytest.raises(EvidenceError) as caught:
        made(controls, head)
    return caught.value.what, caught.value.todo


def test_the_same_demand_under_another_number_is_taken_over_whole() -> None:
    found = made("- {id: X.1, is: A}\n- {id: X.4, is: D}")
    assert found.derives == Derives("base", "an annex")
    assert found.controls[0] == Control("X.1", "Keys are young", "customer", (KEYS,), "Who renews them.", "one", (), ("base:A",))
    assert (found.controls[1].responsibility, found.controls[1].requirements) == ("aws", ())
    assert found.groups == {"one": "People", "two": "Places"}


def test_the_services_that_the_same_report_covers_are_taken_over() -> None:
    services = AttestedServices("2026-03-01", "https://aws.amazon.com/x", ("ec2",))
    base = {"base": replace(BASE, aws=replace(BASE.aws, services=services))}
    text = HEAD + "  - {id: X.1, is: A}\n"
    assert load_program(text, KNOWN, "made.yaml", base.__getitem__).aws.services == services
    other = text.replace("artifact: A report", "artifact: Another report")
    assert load_program(other, KNOWN, "made.yaml", base.__getitem__).aws.services is None


def test_groups_that_no_control_is_in_are_not_taken_over() -> None:
    assert made("- {id: X.1, is: A}").groups == {"one": "People"}


def test_what_is_made_of_several_reaches_no_farther_than_part() -> None:
    (control,) = made("- id: X\n  of: [A, B]\n  group: one\n" + OWN.replace("    ", "  ")).controls
    assert control.requirements == (Mapped("iam.users.key-age", "part", {"days": 30}), ROOT, PORTS)
    assert control.derived == ("base:A", "base:B")
    assert (control.title, control.adds) == ("Own words", "Their own record.")


def test_the_farthest_reach_of_the_sources_holds() -> None:
    text = "- id: X\n  of: [B, C]\n  group: one\n" + OWN.replace("    ", "  ")
    found = {m.id: m.reach for m in made(text).controls[0].requirements}
    assert found == {"iam.account.root-mfa": "part", "ec2.groups.closed": "part", "iam.users.key-age": "part"}


def test_a_control_puts_right_what_it_takes_over() -> None:
    text = (
        "- id: X\n  of: [A, C]\n  group: one\n  without: [ec2.groups.closed]\n  requirements:\n"
        "  - {id: iam.users.key-age, reach: context, with: {days: 90}, why: old}\n  - {id: iam.account.root-mfa, reach: part}\n"
        + OWN.replace("    ", "  ")
    )
    assert made(text).controls[0].requirements == (Mapped("iam.users.key-age", "context", {"days": 90}, "old"), ROOT)


def test_sources_that_demand_different_parameters_need_a_decision() -> None:
    what, todo = refused("- id: X\n  of: [A, C]\n  group: one\n" + OWN.replace("    ", "  "))
    assert what == "made.yaml, line 10: control X is made of controls that demand different parameters of iam.users.key-age."
    assert todo.startswith("Map it under `requirements:`")


@pytest.mark.parametrize(
    ("controls", "says"),
    [
        ("- {id: X, is: Z}", "control X is made of Z, which base does not have"),
        ("- {id: X, is: A, of: [B]}", "is one control under another number, and made of others too"),
        ("- {id: X, is: A, without: [iam.account.root-mfa]}", "leaves out iam.account.root-mfa, which it would not take over"),
        ("- {id: X, of: [A], responsibility: customer, adds: Ask., group: one}", "control X has no title"),
        ("- {id: X, of: [A], title: T, adds: Ask., group: one}", "control X has no responsibility"),
        ("- {id: X, of: [A], title: T, responsibility: customer, group: one}", "does not say what a person must add"),
        ("- {id: X, title: T, responsibility: customer, adds: Ask.}", "yet no control says of what it is made"),
        ("- {id: X, is: A, requirements: [{id: iam.account.root, reach: part}]}", "maps iam.account.root, which is no requirement"),
        ("- {id: X, is: D, requirements: [{id: iam.account.root-mfa, reach: part}]}", "is AWS's to keep, yet requirements are mapped"),
    ],
)  # fmt: skip
def test_what_is_refused(controls: str, says: str) -> None:
    assert says in refused(controls)[0]


def test_a_program_that_derives_from_none_cannot_name_sources() -> None:
    what, todo = refused("- {id: X, is: A}", HEAD.replace("derives: {from: base, source: an annex}\n", ""))
    assert "yet the program does not say whose they are" in what and "derives: {from" in todo


def test_a_source_needs_to_be_named() -> None:
    assert "has no source" in refused("- {id: X, is: A}", HEAD.replace(", source: an annex", ""))[0]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A pack's folder of program files, with a program that derives from a built-in one."""
    head = HEAD.replace("from: base", "from: soc2-2017")
    (tmp_path / "made.yaml").write_text(head + "  - {id: X, is: CC6.1}\n", encoding="utf-8")
    (tmp_path / "soc2-2017.yaml").write_bytes(sources("soc2-2017")["soc2-2017"])
    return tmp_path


def test_a_pack_brings_along_what_its_programs_derive_from(kept: Path) -> None:
    """An edition that this tool has no more judges as it did then."""
    text = (kept / "soc2-2017.yaml").read_text(encoding="utf-8")
    (kept / "soc2-2017.yaml").write_text(
        text.replace("Logical access to systems and data is restricted to those who should have it", "As of old"),
        encoding="utf-8",
    )
    (control,) = from_file(kept / "made.yaml", "made").controls
    assert control.title == "As of old" and control.derived == ("soc2-2017:CC6.1",)


def test_a_kept_program_without_what_it_derives_from_is_an_error_of_ours(kept: Path) -> None:
    (kept / "soc2-2017.yaml").unlink()
    with pytest.raises(EvidenceError, match=r"soc2-2017\.yaml could not be read"):
        from_file(kept / "made.yaml", "made")


@pytest.mark.parametrize("name", ["made", "../made", "/etc/made"])
def test_a_kept_program_that_derives_from_itself_is_refused(kept: Path, name: str) -> None:
    text = (kept / "made.yaml").read_text(encoding="utf-8").replace("from: soc2-2017", f"from: {name}")
    (kept / "made.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(EvidenceError, match=r"derives from itself|not the file|holds the program"):
        from_file(kept / "made.yaml", "made")


def test_an_edition_is_known_only_with_what_it_derives_from(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (kept / "made.yaml").read_bytes()
    loaded = load.Loaded(load_program(text.decode(), load.requirements()), {"made": text, **sources("soc2-2017")})
    monkeypatch.setattr(load, "_added", lambda: {"made": loaded})
    assert known("made", kept)
    (kept / "soc2-2017.yaml").write_bytes(sources("soc2-2017")["soc2-2017"] + b"# another edition\n")
    assert not known("made", kept)
    assert program("made").controls[0].derived == ("soc2-2017:CC6.1",)
