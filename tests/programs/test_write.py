"""Program files written by the tool are read back as what they were, whatever their texts are."""

import hypothesis.strategies as st
from hypothesis import given

from evidence.programs.load import load_program, program
from evidence.programs.model import AttestedServices, AwsSide, Control, Mapped, Program
from evidence.programs.write import document_of, written
from tests.programs.texts import KNOWN

texts = st.text(min_size=1, max_size=30).map(str.strip).filter(bool).filter(lambda s: s.isprintable())
awkward = st.sampled_from(
    [
        "3.10",
        "1e5",
        "true",
        "null",
        "~",
        "- a",
        "a: b",
        "# c",
        "'",
        '"',
        "2026-01-01",
        "0x1f",
        "yes",
        "{a}",
        "[b",
        "*c",
        "&d",
        "1_000",
        ".5",
    ]
)
words = st.one_of(texts, awkward)
mapped = st.builds(
    Mapped, st.sampled_from(["iam.account.root-mfa", "ec2.groups.closed"]), st.sampled_from(["full", "part", "context"]), why=st.one_of(st.just(""), words)
)  # fmt: skip
controls = st.lists(
    st.builds(
        Control, words, words, st.sampled_from(["customer", "shared"]), st.lists(mapped, max_size=2, unique_by=lambda m: m.id).map(tuple), words
    ),
    min_size=1, max_size=4, unique_by=lambda c: c.id,
)  # fmt: skip
services = st.builds(AttestedServices, st.just("2026-03-01"), st.just("https://aws.amazon.com/x"), st.just(("ec2",)), st.just(()))
aws = st.builds(AwsSide, st.booleans(), words, words, st.one_of(st.none(), services))
programs = st.builds(Program, words, words, words, words, words, aws, controls.map(tuple))


@given(programs, st.lists(words, max_size=3))
def test_what_is_written_is_read_back(made: Program, notes: list[str]) -> None:
    assert load_program(written(document_of(made), notes), KNOWN) == made


def test_a_mapping_stands_on_a_line_of_its_own() -> None:
    """So that a changed mapping is one line of a diff."""
    text = written(document_of(program("cis-aws-foundations-7.0")))
    assert "      - {id: iam.account.password-length, reach: full, with: {length: 14}}\n" in text


def test_notes_of_several_lines_stay_comments() -> None:
    text = written({"id": "x"}, ["one\ntwo", ""])
    assert text.splitlines()[:3] == ["# one", "# two", "# "]
