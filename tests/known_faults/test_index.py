"""The list of faults in this package's docstring: every fault that applies is held by a test that is there and says so."""

import ast
import re
from pathlib import Path

import pytest

from tests import known_faults

HERE, TESTS = Path(__file__).parent, Path(__file__).parents[1]
APPLIES = (
    1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 13, 14, 16, 17, 18, 19, 21, 22, 24, 25, 26, 28, 29, 30, 31, 33, 34, 35, 36, 37, 38, 40, 41, 42, 43,
    44, 46, 47, 48, 49, 52, 53, 54, 55, 56, 58, 59, 60, 61, 62,
)  # fmt: skip
"""The faults of the log: all of them."""
LINES = re.findall(r"^(B\d\d)  (\S+)::(\w+)$", known_faults.__doc__ or "", re.MULTILINE)


def functions(path: Path) -> dict[str, str]:
    """{name: docstring} of the tests in a file."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return {f.name: ast.get_docstring(f) or "" for f in body if isinstance(f, ast.FunctionDef) and f.name.startswith("test_")}


def test_every_fault_that_applies_is_named_once() -> None:
    assert [number for number, _, _ in LINES] == [f"B{n:02}" for n in APPLIES]
    assert len({(file, name) for _, file, name in LINES}) == len(LINES)


@pytest.mark.parametrize(("number", "file", "name"), LINES)
def test_the_test_that_is_named_is_there(number: str, file: str, name: str) -> None:
    elsewhere = file.startswith("tests/")
    found = functions(TESTS.parent / file if elsewhere else HERE / file)
    assert name in found
    assert elsewhere or found[name].startswith(f"{number}: ")


def test_every_test_of_the_faults_says_which_it_holds() -> None:
    for path in sorted(HERE.glob("test_*.py")):
        for name, says in functions(path).items():
            if path.name != "test_index.py":
                assert re.match(r"B(\d\d)[:,]", says), f"{path.name}::{name}"
                assert int(says[1:3]) in APPLIES
