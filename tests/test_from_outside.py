"""One file per service, one function per requirement, one data file per program, one file per format: each proven by adding one
from a package of somebody else's, found through its entry points."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SERVICE = """
from evidence.services.declare import Ask, PopulationSpec, Service, flag
LIST = Ask("sqs", "ListQueues", ("sqs:ListQueues",))
THINGS = PopulationSpec("mine.things", "thing", "Mine::Thing", LIST, {"good": flag("Good")}, items="Things[]", identity="Name")
SERVICE = Service("mine", "Mine", (LIST,), (THINGS,))
IMPOSTOR = Service("ec2", "not Amazon's", (), ())
"""
REQUIREMENT = """
from evidence.requirements.declare import requirement
@requirement("mine.things.good", says="Every thing is good.", why="Why not.", logic="Good is true.", covers=(), fix="Mend it.",
             source="https://docs.aws.amazon.com/x", topic="resilience")
def good(things):
    return things.good.is_true()
REQUIREMENTS = (good,)
"""
PROGRAM = """
id: mine
name: Our own rules
edition: "1"
body: Us
text: ours
aws: {attested: false}
controls:
  - id: M.1
    title: Things are good
    responsibility: customer
    requirements:
      - {id: mine.things.good, reach: full}
    adds: Somebody looks at them.
"""
FORMAT = """
from evidence.pack.formats import Format
FORMAT = Format("text", lambda material: (material.report / "mine.txt").write_text(material.facts.id))
"""
ENTRY_POINTS = """
[evidence.services]
mine = mine.service:SERVICE
impostor = mine.service:IMPOSTOR
[evidence.requirements]
mine = mine.requirement:REQUIREMENTS
[evidence.programs]
mine = mine.program:PROGRAM
[evidence.formats]
mine = mine.format:FORMAT
"""
ASK = """
import json
from evidence.services import services, populations, asks
from evidence.requirements import requirements
from evidence.programs.load import programs
from evidence.pack.formats import formats
from evidence.assessment.wanted import wanted
mine = next(p for p in programs() if p.id == "mine")
print(json.dumps({
    "services": [s.name for s in services()], "ec2": next(s.title for s in services() if s.name == "ec2"),
    "allowed": ("sqs", "ListQueues") in {(a.service, a.operation) for a in asks()},
    "requirements": list(requirements()), "programs": [p.id for p in programs()], "formats": [f.name for f in formats()],
    "wanted": wanted([mine], requirements(), populations())["mine.things"],
}))
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What the product sees in a process where the package `mine` is installed."""
    root = tmp_path_factory.mktemp("outside")
    (root / "mine").mkdir()
    program = 'from pathlib import Path\nPROGRAM = Path(__file__).with_name("mine.yaml")\n'
    files = {"__init__": "", "service": SERVICE, "requirement": REQUIREMENT, "format": FORMAT, "program": program}
    for name, text in files.items():
        (root / f"mine/{name}.py").write_text(text)
    (root / "mine/mine.yaml").write_text(PROGRAM)
    info = root / "mine-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    env = {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{Path.cwd()}"}
    out = subprocess.run([sys.executable, "-c", ASK], env=env, capture_output=True, text=True, check=False)
    assert out.returncode == 0, out.stderr
    found: dict[str, object] = json.loads(out.stdout)
    return found


def test_a_service_is_one_file_and_the_wall_lets_its_calls_through(seen: dict[str, object]) -> None:
    assert "mine" in seen["services"] and seen["allowed"]  # type: ignore[operator]


def test_what_is_built_in_wins(seen: dict[str, object]) -> None:
    assert seen["ec2"] == "Amazon EC2"


def test_a_requirement_is_one_function(seen: dict[str, object]) -> None:
    assert "mine.things.good" in seen["requirements"]  # type: ignore[operator]
    assert seen["wanted"] == ["good"]


def test_a_program_is_one_data_file(seen: dict[str, object]) -> None:
    assert "mine" in seen["programs"]  # type: ignore[operator]


def test_a_format_is_one_file(seen: dict[str, object]) -> None:
    assert seen["formats"][-1] == "text"  # type: ignore[index]
