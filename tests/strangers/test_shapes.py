"""Whatever an answer's model allows: no requirement breaks on it, and less in an answer never means that more is met.

The answers are those of the sample organisation, which has for nearly every requirement a member that meets it and one that does not."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.assessment.wanted import wanted
from evidence.programs.load import programs
from evidence.requirements import requirements
from evidence.services import populations
from evidence.services.plan import asks_for
from evidence.services.second import SOURCES
from tests.strangers.bench import Bench, bench, readers
from tests.strangers.meanings import MEANINGS
from tests.strangers.shapes import MORE, Change, anything, changed, changes

CALLS = sorted(readers())
QUICK = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def possible(made: Bench) -> list[Change]:
    return list(dict.fromkeys(c for a in made.answers for page in a.pages for c in changes(made.shape, page)))


def unexplained(made: Bench, some: frozenset[Change]) -> list[str]:
    return list(made.unexplained(made.otherwise(lambda page: changed(made.shape, page, some)), some, made.full))


@pytest.mark.parametrize("call", CALLS)
def test_less_in_an_answer_is_never_more_that_is_met(call: str) -> None:
    """Every member that may be missing, one at a time and all together; null; every list empty; every word one of tomorrow."""
    made = bench(call)
    one_by_one = [frozenset({change}) for change in (*possible(made), MORE)]
    together = frozenset(c for c in possible(made) if c.how == "left out")
    assert [said for some in (*one_by_one, together) for said in unexplained(made, some)] == []


@pytest.mark.parametrize("call", CALLS)
@settings(QUICK, max_examples=2)
@given(data=st.data())
def test_several_things_at_once(call: str, data: st.DataObject) -> None:
    made = bench(call)
    if every := possible(made):
        some = frozenset(data.draw(st.lists(st.sampled_from(every), min_size=2, max_size=6)))
        assert unexplained(made, some) == []


@pytest.mark.parametrize("call", CALLS)
@settings(QUICK, max_examples=2)
@given(seed=st.integers(0, 2**32))
def test_any_answer_at_all_is_read(call: str, seed: int) -> None:
    made, random = bench(call), Random(seed)
    made.otherwise(lambda page: anything(made.shape, random))


def test_every_call_of_the_programs_is_among_them() -> None:
    asked = {ask.name for ask in asks_for(wanted(programs(), requirements(), populations()), populations())}
    shown_with_environments = {"elasticbeanstalk:DescribeEnvironmentResources"}
    second_sources = {
        ask.name for ask in asks_for(dict.fromkeys(SOURCES, ()), populations())
    }  # tests/populations/test_recount.py
    assert asked - set(CALLS) <= shown_with_environments | second_sources


def test_the_meanings_are_of_requirements_that_read_the_call() -> None:
    for m in MEANINGS:
        assert m.requirements <= {r.id for r in readers()[m.call]}, m
