"""The draw as values: what `samples.json` holds, and what the workbook and README.txt print. Described by `samples.schema.json`."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

from evidence.assessment.draw import Draw, Ranked, Seed, Stratum
from evidence.assessment.model import Assessment
from evidence.assessment.register import identity
from evidence.pack.as_json import as_json
from evidence.pack.facts import exception_numbers
from evidence.pack.samples import say
from evidence.pack.ticket.model import Origin
from evidence.populations.population import Second, Unread

SCHEMA = 1


@dataclass(frozen=True)
class Item:
    """One item drawn, or in reserve to replace one. `rank` counts in the whole population, `place` among those it is drawn from (its
    account, or the same as `rank`). `exception` is its number in the register. `evidence` are the ids of its answers: evidence/ID.json."""

    sample: str
    use: Literal["sample", "replacement"]
    rank: int
    place: int
    hash: str
    line: str
    account: str
    region: str
    partition: str
    type: str
    id: str
    arn: str
    judgement: Literal["meets", "exception", "gap", "not_applicable"]
    observed: str
    exception: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Population:
    """What was drawn from. size = listed, less `not_applicable` where `applicable_only`; `digest` is the SHA-256 of population.txt. While
    a list is `unread` it is not `complete`. `second` is its second count, None where there was none; `lists` the evidence ids of the
    lists read."""

    name: str
    noun: str
    listed: int
    not_applicable: int
    applicable_only: bool
    size: int
    digest: str
    complete: bool
    unread: tuple[Unread, ...]
    corroborated: bool | None
    second: Second | None
    gone: tuple[str, ...]
    out_of_scope: int
    lists: tuple[str, ...]


@dataclass(frozen=True)
class Samples:
    """One draw. `asked` items of the population, or of each account where `by_account`; `items` are those drawn by rank, then their
    replacements by rank. `says` are the sentences that every reader has to know."""

    id: str
    requirement: str
    variant: str
    must_hold: str
    logic: str
    parameters: Mapping[str, Any]
    programs: tuple[str, ...]
    entity: str
    period: str
    as_of: str
    run: str
    origin: Origin
    population: Population
    method: str
    seed: Seed
    asked: int
    by_account: bool
    strata: tuple[Stratum, ...]
    says: tuple[str, ...]
    items: tuple[Item, ...]
    schema: int = SCHEMA

    def drawn(self, use: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.use == use)


def samples_of(assessment: Assessment, draw: Draw, origin: Origin) -> Samples:
    r, p, run = draw.result, draw.result.population, assessment.run
    numbers = exception_numbers(assessment)

    def item(ranked: Ranked, use: Literal["sample", "replacement"]) -> Item:
        m = ranked.member
        return Item(
            draw.name(ranked), use, ranked.rank, ranked.place, ranked.hash, ranked.line, m.account, m.region, m.partition, m.type, m.id,
            m.arn, m.judgement, m.reason, numbers.get(identity(m), "") if m.judgement == "exception" else "", m.evidence,
        )  # fmt: skip

    population = Population(
        p.name, p.noun, p.listed, draw.not_applicable, draw.applicable_only, len(draw.order), draw.digest, p.complete, p.unread,
        p.corroborated, p.second, p.gone, p.out_of_scope, r.lists,
    )  # fmt: skip
    drawn, reserve = draw.used("sample"), draw.used("replacement")
    return Samples(
        id=draw.id, requirement=r.id, variant=r.variant, must_hold=r.says, logic=r.logic, parameters=dict(r.parameters),
        programs=tuple(program.id for program in assessment.programs), entity=run.entity, period=run.period, as_of=run.as_of,
        run=run.id, origin=origin, population=population, method=say.method(draw),
        seed=draw.seed, asked=draw.asked, by_account=draw.by_account, strata=draw.strata,
        says=say.sentences(draw),
        items=(*(item(i, "sample") for i in drawn), *(item(i, "replacement") for i in reserve)),
    )  # fmt: skip


def samples_json(samples: Samples) -> bytes:
    """The draw for machines: keys sorted, two spaces, a newline at the end."""
    return as_json(samples)


def schema_json() -> bytes:
    """The published JSON Schema of samples.json."""
    return files("evidence.pack.samples").joinpath("samples.schema.json").read_bytes()
