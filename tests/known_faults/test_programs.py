"""Faults of counting: programs chosen by half a name, ids that stand twice, findings counted twice or not at all, invented scores."""

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator

import pytest

from evidence.assessment.assess import assess
from evidence.assessment.model import Assessment
from evidence.cli.common import chosen
from evidence.errors import EvidenceError
from evidence.pack.facts import exception_numbers
from evidence.pack.lens import Lens
from evidence.programs import load
from evidence.programs.load import load_program
from evidence.programs.model import AwsSide, Control, Mapped, Program
from evidence.requirements import requirements
from evidence.run.answer import Answer, Call
from evidence.run.run import RunFacts
from evidence.run.scope import Account, Scope
from evidence.services import populations

ACCOUNT, REGION, VOLUMES = "111122223333", "eu-west-1", "ec2.volumes.encrypted"
SAME = (Mapped(VOLUMES, "part"),)
OWN = Program(
    "cis_5_0", "A framework", "5.0", "Us", "ours", AwsSide(False), groups={"A": "Access", "O": "Operations", "P": "People"},
    controls=(
        Control("A.9.2", "Disks", "customer", SAME, "The rest.", "A"),
        Control("A.9.3", "Disks again", "customer", SAME, "The rest.", "O"),
        Control("A.7.1", "People", "customer", (), "All of it.", "P"),
    ),
)  # fmt: skip


def assessed(*programs: Program, encrypted: bool = False) -> Assessment:
    """What one plain (or encrypted) disk is for these programs."""
    scope = Scope((Account(ACCOUNT, regions={REGION: "asked"}),), tuple(p.id for p in programs))
    disk = {"Volumes": [{"VolumeId": "r1", "Encrypted": encrypted}]}
    answers = [Answer(Call(ACCOUNT, REGION, "ec2", "DescribeVolumes"), "answered", (disk,))]
    facts = RunFacts("run-1", scope, "2026-09-30T22:00:00Z", "2026-09-30T23:00:00Z")
    return assess(facts, answers, programs, requirements(), populations())


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two programs of which the one's name begins as the other's, and as another that nobody has."""
    own = (OWN, dataclasses.replace(OWN, id="cisa"))
    points = [type("Point", (), {"name": p.id, "load": lambda self, p=p: p})() for p in own]
    monkeypatch.setattr(load, "entry_points", lambda group: points if group == "evidence.programs" else [])
    load._added.cache_clear()
    yield
    load._added.cache_clear()


@pytest.mark.parametrize("name", ["cis", "CIS_5_0", "cis_5_0 ", "aws"])
@pytest.mark.usefixtures("installed")
def test_a_program_is_chosen_by_its_whole_name(name: str) -> None:
    """B30: choosing "cis" chose "cisa" as well. Half a name is nobody's; neither, not in the log, is one in another case."""
    with pytest.raises(EvidenceError, match="There is no program"):
        chosen([name])
    assert [p.id for p in chosen(["cis_5_0", "cis_5_0"])] == ["cis_5_0"], "and once, however often it is named"


@pytest.mark.parametrize("first", ['"A.9.2"', "A.9.2"])
def test_an_id_that_stands_twice_is_refused_when_the_file_is_read(first: str) -> None:
    """B30: two requirements with one id were merged. Also where, not in the log, one is in quotes and the other is not."""
    control = "  - {{id: {id}, title: {title}, group: {group}, responsibility: customer, adds: The rest.}}\n"
    text = (
        "id: mine\nname: Mine\nedition: '1'\nbody: Us\ntext: ours\naws: {attested: false}\n"
        "groups: {A: Access, O: Operations}\ncontrols:\n"
        + control.format(id=first, title="Disks", group="A")
        + control.format(id="A.9.2", title="Disks again", group="O")
    )
    with pytest.raises(EvidenceError, match=r"A\.9\.2.*2 times|A\.9\.2.*twice|A\.9\.2.*again"):
        load_program(text, requirements(), "mine.yaml")


def test_one_finding_is_one_whatever_number_of_sections_it_stands_under() -> None:
    """B30: a finding that was mapped to several sections was counted once or twice, and one requirement was judged by its first
    section. Over two programs, which the log does not name, it is one all the same."""
    both = assessed(OWN, dataclasses.replace(OWN, id="cisa"))
    assert [(m.requirement, m.id, m.judgement) for m in both.members] == [(VOLUMES, "r1", "exception")]
    assert len(both.requirements) == 1 and list(exception_numbers(both).values()) == ["X-001"]
    lens = Lens(both, both.programs)
    assert (lens.counts["listed"], lens.counts["exception"]) == (1, 1)
    words = {(c.program, c.control): c.conclusion for c in both.conclusions}
    assert {words[p, c] for p in ("cis_5_0", "cisa") for c in ("A.9.2", "A.9.3")} == {"exceptions"}
    assert words["cis_5_0", "A.7.1"] == words["cisa", "A.7.1"] == "needs a person"


def test_nothing_is_scored_and_what_nothing_was_read_for_is_no_percentage() -> None:
    """B30: dividing by nothing printed 0% or 100%. There is no score at all: counts, and words that each say why."""
    people = dataclasses.replace(OWN, controls=OWN.controls[2:], groups={"P": "People"})
    only = assessed(people)
    assert [c.conclusion for c in only.conclusions] == ["needs a person"] and not only.requirements
    names = {f.name for kind in (Assessment, type(only.conclusions[0])) for f in dataclasses.fields(kind)}
    assert not [n for n in names if re.search("score|percent|rate|grade", n)]
    assert Lens(only, only.programs).counts["listed"] == 0
    assert dt.datetime.fromisoformat(only.run.as_of).tzinfo is not None
