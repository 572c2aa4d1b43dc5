"""One program file: what is read, and what is refused with its line and what to do about it."""

from pathlib import Path

import pytest

from evidence.errors import EvidenceError
from evidence.programs.load import load_program, unmapped
from evidence.programs.model import AttestedServices, AwsSide, Mapped
from tests.programs.texts import GOOD, KNOWN, changed


def refused(text: str) -> tuple[str, str]:
    """What the loader says is wrong, and what it says to do."""
    with pytest.raises(EvidenceError) as caught:
        load_program(text, KNOWN, "example.yaml")
    return caught.value.what, caught.value.todo


def test_a_good_file_is_read_whole() -> None:
    program = load_program(GOOD, KNOWN)
    keys, doors = program.controls
    assert (program.id, program.edition, program.aws) == ("example", "1.0", AwsSide(True, "A report"))
    assert program.groups == {"A": "Access"}
    assert (keys.id, keys.title, keys.group, keys.responsibility) == ("3.10", "Keys are young", "A", "customer")
    assert keys.adds == "Who renews them."
    assert keys.requirements == (
        Mapped("iam.users.key-age", "full", {"days": 30}),
        Mapped("iam.account.root-mfa", "context", {}, "root goes round everything"),
    )
    assert (doors.responsibility, doors.requirements, doors.adds) == ("aws", (), "")


def test_a_path_is_read_and_named_in_errors(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_program(path, KNOWN).id == "example"
    path.write_text(changed("reach: full", "reach: whole"), encoding="utf-8")
    with pytest.raises(EvidenceError, match=r"^mine\.yaml, line 15: "):
        load_program(path, KNOWN)


def test_a_path_that_is_not_there_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"missing\.yaml could not be read"):
        load_program(tmp_path / "missing.yaml", KNOWN)


def test_an_id_that_yaml_reads_as_a_number_is_refused_as_it_was_written() -> None:
    what, todo = refused(changed('- id: "3.10"', "- id: 3.10"))
    assert what == "example.yaml, line 10: control 3.1: id is the number 3.10, not text."
    assert todo == 'Put it in quotes: "3.10".'


def test_an_unknown_requirement_is_refused_with_the_nearest() -> None:
    what, todo = refused(changed("iam.account.root-mfa", "iam.acount.root-mfa"))
    assert what == "example.yaml, line 16: control 3.10 maps iam.acount.root-mfa, which is no requirement."
    assert todo == "Did you mean iam.account.root-mfa?"


def test_a_requirement_like_no_other_is_refused_without_a_guess() -> None:
    assert refused(changed("iam.account.root-mfa", "qqqq"))[1] == "`evidence requirements` lists them."


def test_a_requirement_mapped_twice_in_one_control_is_refused() -> None:
    what, _ = refused(changed("iam.account.root-mfa, reach: context", "iam.users.key-age, reach: part"))
    assert what == "example.yaml, line 16: control 3.10 maps iam.users.key-age 2 times."


def test_a_control_that_stands_twice_is_refused_where_it_comes_again() -> None:
    what, _ = refused(changed("- id: A.2", '- id: "3.10"'))
    assert what == "example.yaml, line 18: control 3.10 stands twice."


def test_an_unknown_parameter_is_refused_with_the_nearest() -> None:
    what, todo = refused(changed("with: {days: 30}", "with: {day: 30}"))
    assert what == "example.yaml, line 15: control 3.10: iam.users.key-age has no parameter 'day'."
    assert todo == "Did you mean days?"


@pytest.mark.parametrize(
    ("parameter", "kind"),
    [
        ("days: thirty", "a whole number"),
        ("days: true", "a whole number"),
        ("days: 30.5", "a whole number"),
        ("days: [30]", "a whole number"),
        ("days: null", "a whole number"),
    ],
)
def test_a_number_is_a_number(parameter: str, kind: str) -> None:
    what, todo = refused(changed("days: 30", parameter))
    assert what.startswith("example.yaml, line 15: control 3.10: days of iam.users.key-age is ")
    assert what.endswith(f", which is not {kind}.")
    assert todo == "Write it like the default, 90."


@pytest.mark.parametrize(
    "given", ["ports: 22", "ports: ['22']", "ports: [22, true]", "strict: 1", "names: [1]", "share: half", "word: 1"]
)
def test_parameters_have_the_kind_of_their_default(given: str) -> None:
    what, _ = refused(changed("iam.users.key-age, with: {days: 30}", f"ec2.groups.closed, with: {{{given}}}"))
    assert "line 15" in what
    assert "ec2.groups.closed" in what


@pytest.mark.parametrize("given", ["ports: [445]", "ports: [22, 445]", "strict: true", "names: [a]", "share: 1", "word: none"])
def test_parameters_of_the_right_kind_are_taken(given: str) -> None:
    text = changed("iam.users.key-age, with: {days: 30}", f"ec2.groups.closed, with: {{{given}}}")
    assert load_program(text, KNOWN).controls[0].requirements[0].parameters


def test_a_customers_control_must_say_what_a_person_adds() -> None:
    what, _ = refused(changed("    adds: Who renews them.\n", ""))
    assert what == "example.yaml, line 10: control 3.10 is customer, yet it does not say what a person must add."


def test_a_shared_control_must_say_what_a_person_adds() -> None:
    what, _ = refused(changed("responsibility: aws", "responsibility: shared"))
    assert what == "example.yaml, line 18: control A.2 is shared, yet it does not say what a person must add."


def test_nothing_is_mapped_to_a_control_of_awss() -> None:
    what, _ = refused(GOOD + "    requirements:\n      - {id: iam.account.root-mfa, reach: full}\n")
    assert what == "example.yaml, line 22: control A.2 is AWS's to keep, yet requirements are mapped to it."


def test_a_control_of_awss_needs_a_report_to_inherit_from() -> None:
    what, _ = refused(changed(", artifact: A report", ""))
    assert (
        what
        == "example.yaml, line 21: control A.2 is AWS's to keep, yet the program names no report of AWS's to inherit it from."
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "todo"),
    [
        ("reach: full", "reach: ful", 15, "Did you mean full?"),
        ("reach: full", "reach: 1", 15, "Use full, part, context."),
        ("responsibility: customer", "responsibility: costumer", 13, "Did you mean customer?"),
    ],
)
def test_reach_and_responsibility_are_of_the_known_ones(old: str, new: str, line: int, todo: str) -> None:
    what, advice = refused(changed(old, new))
    assert what.startswith(f"example.yaml, line {line}: control 3.10: ")
    assert advice == todo


def test_an_empty_title_is_refused() -> None:
    assert refused(changed("title: Keys are young", "title: ' '"))[0] == "example.yaml, line 11: control 3.10: title is empty."


def test_a_missing_field_is_named() -> None:
    assert refused(changed("    title: Keys are young\n", "")) == (
        "example.yaml, line 10: control 3.10 has no title.",
        "Add `title: …`.",
    )  # fmt: skip
    assert refused(changed("body: Nobody\n", ""))[0] == "example.yaml, line 1: the program has no body."


def test_a_field_that_no_file_has_is_refused_with_the_nearest() -> None:
    assert refused(changed("title: Keys", "titel: Keys"))[1].startswith(("Add `title", "Did you mean title?"))
    what, todo = refused(changed("adds: Who renews them.", "adds: Who renews them.\n    level: 1"))
    assert what == "example.yaml, line 18: control 3.10 has a field 'level' that no program file has."
    assert todo == "Use id, title, responsibility, requirements, adds, group, baselines, is, of, without."


def test_text_that_a_comma_cuts_in_two_gets_the_hint() -> None:
    _, todo = refused(changed("why: root goes round everything", "why: root signs in, and goes round everything"))
    assert "needs quotes" in todo


def test_a_group_must_be_declared_and_used() -> None:
    what, todo = refused(changed("  A: Access", "  A: Access\n  AA: More"))
    assert (what, todo) == (
        "example.yaml, line 9: no control is in the group AA.",
        "Give its controls `group:`, or remove the group.",
    )
    what, todo = refused(changed("    group: A\n    responsibility: aws", "    group: AA\n    responsibility: aws"))
    assert (what, todo) == (
        "example.yaml, line 20: control A.2 is in the group 'AA', which the program does not have.",
        "Did you mean A?",
    )


def test_a_key_of_a_group_is_text() -> None:
    what, todo = refused(changed("  A: Access", "  2: Access"))
    assert (what, todo) == ("example.yaml, line 8: the program: a key is the number 2, not text.", 'Put it in quotes: "2".')


def test_the_first_problem_is_told_and_the_others_are_counted() -> None:
    text = changed("iam.account.root-mfa", "qqqq").replace("key-age", "key-aged")
    what, todo = refused(text)
    assert "line 15" in what
    assert todo.endswith("Further problems: 1, on line 16.")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not a program file"),
        ("- a\n- b\n", "is not a program file"),
        (changed("aws: {attested: true,", "aws: {attested: true"), "line 6: this is not YAML"),
        (changed("body: Nobody", "id: other"), "line 4: this is not YAML"),
        (GOOD + "---\nid: another\n", "line 22: this is not YAML"),
        (changed("Nobody", "No\0body"), "this is not YAML"),
        (changed("controls:", "controls: []\nother:"), "line 9"),
        (changed("{attested: true, artifact: A report}", "yes"), "line 6: the program: aws is not a group of fields"),
        (GOOD + "  - nothing\n", "line 22: the program: entry 3 is not a group of fields"),
        (changed("{days: 30}", "30"), "line 15: control 3.10: with is not a group of fields"),
        (GOOD + "    requirements: none\n", "line 22: control A.2: requirements is not a list"),
    ],
)
def test_what_is_no_program_at_all_is_refused(text: str, says: str) -> None:
    assert says in refused(text)[0]


def test_unmapped_controls_are_those_that_a_person_answers_alone() -> None:
    text = GOOD + "  - {id: B, title: Somebody thinks, group: A, responsibility: customer, adds: What they thought.}\n"
    assert [c.id for c in unmapped(load_program(text, KNOWN))] == ["B"]


SERVICES = 'aws: {attested: true, artifact: A report, services: {as_of: "2026-03-01", page: "https://aws.amazon.com/x", in_scope: [ec2], not_in_scope: [rds]}}'
WITHOUT = "aws: {attested: true, artifact: A report}"


def test_which_services_awss_attestation_covers_is_read_with_its_day() -> None:
    services = load_program(changed(WITHOUT, SERVICES), KNOWN).aws.services
    assert services == AttestedServices("2026-03-01", "https://aws.amazon.com/x", ("ec2",), ("rds",))
    assert [services.covers(name) for name in ("ec2", "rds", "sqs")] == ["in scope", "not in scope", "not known"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("not_in_scope: [rds]", "not_in_scope: [ec2]", "AWS's attestation covers ec2 and does not."),
        ('"2026-03-01"', "March", "as_of"),
        ("as_of:", "asof:", "has no as_of"),
        ("not_in_scope:", "out_of_scope:", "has a field 'out_of_scope' that no program file has"),
        ("in_scope: [ec2]", "in_scope: []", "in_scope"),
    ],
)
def test_a_wrong_list_of_services_is_refused(old: str, new: str, says: str) -> None:
    assert says in refused(changed(WITHOUT, SERVICES.replace(old, new, 1)))[0]
