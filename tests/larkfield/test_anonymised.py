"""The sample organisation's run, anonymised: judged member for member as the original is, with nothing of Larkfield left."""

import datetime as dt
import json
from collections import Counter
from pathlib import Path

from evidence.assessment.model import Assessment
from evidence.cli.assessing import assessment_of
from evidence.cli.observing import period_from
from evidence.management.model import NOTHING
from evidence.programs.load import program
from evidence.run.run import Run
from tests.cli.commands import NOWHERE, evidence
from tests.larkfield.build import KEPT

PROGRAMS = ("aws-elastic-beanstalk", "soc2-2017", "cis-aws-foundations-7.0", "aws-fsbp", "nist-800-53-r5")


def over_time(run: Run, judged: Assessment) -> Counter[tuple[str, ...]]:
    """What each member was through the quarter, whoever it is."""
    since = dt.datetime.fromisoformat(run.facts.scope.accounts[0].since)
    found = period_from([(run, judged)], since, run.facts.as_of, [program(id) for id in PROGRAMS], NOTHING)
    lines = Counter((t.requirement, *(f"{s.state} {s.by}" for s in t.spans)) for t in found.timelines)
    assert any("AWS Config" in word for line in lines for word in line[1:])
    return lines


def test_it_is_judged_as_the_original_is_and_says_nothing_of_whom(tmp_path: Path) -> None:
    out = evidence("anonymise", KEPT, "--out", tmp_path / "new", "--mapping", tmp_path / "mapping.json", **NOWHERE)
    assert out.returncode == 0, out.stderr
    assert (tmp_path / "mapping.json").stat().st_mode & 0o077 == 0
    old, new = Run.open(KEPT), Run.open(tmp_path / "new")
    ids = {a.id: b.id for a, b in zip(old.answers(), new.answers(), strict=True)}
    programs = [program(id) for id in PROGRAMS]
    before, after = assessment_of(old, programs), assessment_of(new, programs)

    def members(of: Assessment, ids: dict[str, str]) -> Counter[tuple[object, ...]]:
        return Counter(
            (m.requirement, m.variant, m.partition, m.region, m.type, m.judgement, len(m.environments), tuple(sorted(ids.get(e, e) for e in m.evidence)))
            for m in of.members
        )  # fmt: skip

    def results(of: Assessment) -> list[tuple[object, ...]]:
        return [
            (r.id, r.variant, r.judgement, dict(r.counts), r.population.complete, r.population.corroborated)
            for r in of.requirements
        ]

    assert [(a, b) for a, b in zip(results(before), results(after), strict=True) if a != b] == []
    one, other = members(before, ids), members(after, {})
    assert (list(one - other), list(other - one)) == ([], [])
    assert sum(a.conclusion != b.conclusion for a, b in zip(before.conclusions, after.conclusions, strict=True)) == 0
    assert over_time(old, before) == over_time(new, after)
    said = (b"".join(line for _, _, line in new.lines()) + new.store.read("run.json")).decode().casefold()
    hers = (
        "larkfield",
        "moreau",
        "shop",
        "legacy-orders",
        "etl-export",
        "012345678901",
        "555566667777",
        "m4xq9k2ptz",
        "18.196.44.17",
        "書店",
        "متجر",
        "2026-09-30",
    )
    assert [word for word in hers if word in said] == []
    mapping = json.loads((tmp_path / "mapping.json").read_bytes())
    assert said.count(mapping["larkfield"]) > 100 and mapping["012345678901"] == new.facts.scope.accounts[0].id
