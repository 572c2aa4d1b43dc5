"""The built-in programs, and those that installed packages add."""

import dataclasses
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from evidence.errors import EvidenceError
from evidence.programs import load
from evidence.programs.load import BUILT_IN, load_program, program, programs, sources
from evidence.programs.model import AwsSide, Control, Mapped, Program
from evidence.requirements import requirements

OWN = Program(
    "own-rules", "Own rules", "1", "Us", "ours", AwsSide(False), groups={"A": "Access"},
    controls=(
        Control("1", "Keys are young", "customer", (Mapped("iam.users.key-age", "part", {"days": 30}, "why not"),), "Who renews.", "A"),
        Control("2", "Somebody thinks", "customer", (), "What they thought.", "A"),
    ),
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Point:
    """What an installed package's entry point looks like to us."""

    name: str
    given: Any

    def load(self) -> Any:
        return self.given


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Pretends that a package adds these under the entry point group."""

    def install(*given: Any) -> None:
        points = [Point(f"point-{n}", g) for n, g in enumerate(given)]
        monkeypatch.setattr(load, "entry_points", lambda group: points if group == "evidence.programs" else [])
        load._added.cache_clear()

    yield install
    load._added.cache_clear()


def test_the_built_in_programs_come_first_and_in_their_order() -> None:
    assert [f"{p.id}.yaml" for p in programs()][: len(BUILT_IN)] == list(BUILT_IN)


def test_a_program_is_found_by_its_id_with_the_file_it_was_read_from() -> None:
    assert program("soc2-2017").body == "AICPA"
    assert sources("soc2-2017")["soc2-2017"] == files("evidence.programs").joinpath("data/soc2-2017.yaml").read_bytes()


def test_an_unknown_program_is_an_error_with_the_nearest() -> None:
    with pytest.raises(EvidenceError, match=r"^There is no program 'soc-2017'\. Did you mean soc2-2017\?"):
        program("soc-2017")


def test_a_package_adds_a_program_made_in_code(installed: Callable[..., None]) -> None:
    installed(OWN)
    assert programs()[-1] == program("own-rules") == OWN
    assert load_program(sources("own-rules")["own-rules"].decode(), requirements()) == OWN


def test_a_package_adds_a_program_by_path(installed: Callable[..., None], tmp_path: Path) -> None:
    installed(OWN)
    (tmp_path / "theirs.yaml").write_bytes(sources("own-rules")["own-rules"].replace(b"own-rules", b"their-rules"))
    installed(tmp_path / "theirs.yaml", str(tmp_path / "theirs.yaml"))
    assert program("their-rules").name == "Own rules"
    assert len(programs()) == len(BUILT_IN) + 1


def test_a_built_in_program_wins_over_an_added_one_of_the_same_id(installed: Callable[..., None]) -> None:
    installed(dataclasses.replace(OWN, id="soc2-2017"))
    assert program("soc2-2017").body == "AICPA"
    assert [p.body for p in programs() if p.id == "soc2-2017"] == ["AICPA"]


def test_an_added_program_is_checked_like_a_file(installed: Callable[..., None]) -> None:
    control = dataclasses.replace(OWN.controls[0], requirements=(Mapped("iam.users.key-ages", "part"),))
    installed(dataclasses.replace(OWN, controls=(control, OWN.controls[1])))
    with pytest.raises(EvidenceError, match=r"entry point point-0.*iam\.users\.key-ages.*Did you mean iam\.users\.key-age\?"):
        programs()


def test_an_added_path_that_is_not_there_is_an_error_of_ours(installed: Callable[..., None], tmp_path: Path) -> None:
    installed(tmp_path / "gone.yaml")
    with pytest.raises(EvidenceError, match="entry point point-0 could not be read"):
        programs()


def test_importing_reads_no_program() -> None:
    asked = "import evidence.programs.load as l; print(l._built_in.cache_info().currsize + l._added.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
