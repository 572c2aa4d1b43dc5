"""What YAML says, by the types of YAML 1.2, and where it says it."""

import pytest
import yaml

from evidence.errors import EvidenceError
from evidence.programs.document import line_of, parsed, written

TYPES = "a: yes\nb: 2017-01-01\nc: 010\nd: true\ne: 3.10\nf: -7\ng: 1_000\nh: ~\ni: '1'\nj: 7.0.0\nk: 12:30\nl: 1e3\nm:\nn: .5\n"


@pytest.fixture(params=["libyaml", "python"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """PyYAML with libyaml, and as it is installed without."""
    if request.param == "python":
        monkeypatch.delattr(yaml, "CSafeLoader")
    return str(request.param)


def test_only_what_yaml_1_2_calls_a_number_or_a_truth_is_one(library: str) -> None:
    assert parsed(TYPES, "x")[1] == {
        "a": "yes", "b": "2017-01-01", "c": "010", "d": True, "e": 3.1, "f": -7, "g": "1_000", "h": None, "i": "1", "j": "7.0.0",
        "k": "12:30", "l": "1e3", "m": None, "n": 0.5,
    }  # fmt: skip


def test_a_value_is_found_with_its_line_and_as_it_was_written(library: str) -> None:
    node, _ = parsed("a: 1\nb:\n  - {c: 3.10}\n", "x")
    assert (line_of(node, ("b", 0, "c")), written(node, ("b", 0, "c"))) == (3, "3.10")
    assert line_of(node, ("b", 7)) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\nb: {c: 1, c: 2}\n", "x, line 2: this is not YAML: c stands twice"),
        ("a: &a [1, 2]\nb: [*a, *a]\n", "x, line 1: this part is repeated by an alias"),
        ("a: [1\n", "x, line"),
        ("a: \0", "x: this is not"),
    ],
)
def test_what_is_not_yaml_is_an_error_of_ours(library: str, text: str, says: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        parsed(text, "x")
    assert says in caught.value.what


def test_nothing_of_python_is_made(library: str) -> None:
    with pytest.raises(EvidenceError, match="this is not YAML"):
        parsed("a: !!python/object/apply:os.getcwd []\n", "x")
