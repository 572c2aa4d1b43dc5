"""`evidence draw RUN|PACK REQUIREMENT`: a sample of the requirement's population, for the auditor to test."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from evidence.assessment.draw import check_seed
from evidence.assessment.draw import draw as drawn
from evidence.assessment.model import Assessment, RequirementResult
from evidence.cli.common import COMPLETE, GAPS, RunOrPack, named, print_json
from evidence.cli.configuration import read_configuration
from evidence.cli.judged import Source, at_hand, judged, not_for_a_pack, opened
from evidence.errors import EvidenceError, did_you_mean
from evidence.pack.kept import kept_lines
from evidence.pack.samples.model import samples_of
from evidence.pack.samples.write import new, write_samples

DEFAULTS = "defaults"


class By(StrEnum):
    """What a sample may be stratified by."""

    account = "account"


def draw(
    source: RunOrPack,
    requirement: Annotated[str, typer.Argument(help="A requirement's id, like iam.users.console-mfa.")],
    count: Annotated[int, typer.Option("--count", min=1, max=1_000_000, help="How many to draw; with --by, of each.")],
    out: Annotated[Path, typer.Option("--out", help="The new folder of the samples.")],
    seed: Annotated[
        str | None, typer.Option("--seed", help="The auditor's seed (default: the population's digest, which nobody can choose).")
    ] = None,
    seed_by: Annotated[str, typer.Option("--seed-by", help="Who gave the seed, as it is to be printed.")] = "",
    by: Annotated[By | None, typer.Option("--by", help="Draw --count of each account.")] = None,
    applicable_only: Annotated[
        bool, typer.Option("--applicable-only", help="Leave out members to which the requirement does not apply.")
    ] = False,
    variant: Annotated[
        str | None,
        typer.Option("--variant", help="Which, where it was judged with several parameters: like days=45, or defaults."),
    ] = None,
    program: Annotated[
        list[str] | None, typer.Option("--program", callback=named, help="Of a run: judge for these programs.")
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="Of a run: your evidence.toml, as for `evidence pack`.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print what was drawn as JSON.")] = False,
) -> None:
    """Draw a sample of a requirement's population by rank of SHA-256, as anybody can redo with sha256sum and sort: a workbook with
    blank columns for the auditor, the population, and the raw answers of each item."""
    if seed is not None:
        check_seed(seed)
    _check_by(seed, seed_by)
    new(out)
    not_for_a_pack(source, config=config, program=program)
    settings = read_configuration(config)
    with at_hand(source) as place:
        found = opened(place, program or [])
        _known(found, requirement)
        result = judged(found, settings, [])
        one = _variant(result.assessment, requirement, variant)
        members = [m for m in result.assessment.members if (m.requirement, m.variant) == (one.id, one.variant)]
        made = drawn(
            one, members, count, seed=seed, seed_by=seed_by, by_account=by is By.account, applicable_only=applicable_only
        )
        samples = samples_of(result.assessment, made, result.origin)
        lines = kept_lines(result.run, {id for item in samples.items for id in item.evidence})
        write_samples(samples, made, lines, out)
    if json:
        print_json(samples)
    else:
        typer.echo(f"{samples.id} in {out}, population {samples.population.digest[:16]}, seed {samples.seed.text}")
        for sentence in samples.says:
            typer.echo(f"  {sentence}")
    raise typer.Exit(COMPLETE if samples.population.complete else GAPS)


def _check_by(seed: str | None, by: str) -> None:
    if by and seed is None:
        raise EvidenceError(
            "--seed-by names who gave a seed, and none was given.", "Give the seed with --seed, or leave both out."
        )
    if not by.isprintable() or len(by) > 200:
        raise EvidenceError("--seed-by is not a name that can be printed.", "Give one line of at most 200 characters.")


def _known(source: Source, requirement: str) -> None:
    """Raises EvidenceError, before anything is judged, where no control of these programs asks for the requirement."""
    asked = sorted({m.id for p in source.programs for c in p.controls for m in c.requirements})
    if requirement not in asked:
        programs = ", ".join(p.id for p in source.programs)
        todo = f"{did_you_mean(requirement, asked)} `evidence requirements ID` says which programs ask for it; a run is judged for others with --program."
        raise EvidenceError(f"No control of {programs} asks for {requirement!r}.", todo.strip())


def _variant(assessment: Assessment, requirement: str, variant: str | None) -> RequirementResult:
    found = {r.variant or DEFAULTS: r for r in assessment.requirements if r.id == requirement}
    if variant is None and len(found) == 1:
        return next(iter(found.values()))
    if variant not in found:
        said = "is judged with several parameters" if variant is None else f"is not judged with {variant!r}"
        raise EvidenceError(f"{requirement} {said}.", f"Choose with --variant: {' or '.join(map(repr, found))}.")
    return found[variant]
