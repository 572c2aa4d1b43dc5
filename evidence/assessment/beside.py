"""What is shown beside the judgements: the reports AWS has of its own side, and the ages of access keys. Pure."""

import datetime as dt

from evidence.assessment.model import AwsReport, AwsSide, KeyAge
from evidence.populations.population import Population, Populations

REPORTS, USERS = "artifact.reports", "iam.users"


def aws_side(populations: Populations, end: dt.date) -> AwsSide:
    """The reports that AWS Artifact lists, the newest of each series, and how many days before `end` each stops."""
    population = populations.by_name.get(REPORTS)
    if population is None:
        return AwsSide(asked=False)
    newest: dict[tuple[str, str], AwsReport] = {}
    for row in range(len(population)):
        found = _report(population, row, end)
        key = (found.account, str(_value(population, "series", row) or found.name))
        if key not in newest or newest[key].period_end < found.period_end:
            newest[key] = found
    unique: dict[tuple[str, str], AwsReport] = {}
    for report in sorted(newest.values(), key=lambda r: (r.name, r.period_end, r.account)):
        unique.setdefault((report.id, report.period_end), report)
    return AwsSide(True, tuple(unique.values()), tuple(sorted(population.unread, key=lambda u: (u.account, u.region, u.call))))


def _report(population: Population, row: int, end: dt.date) -> AwsReport:
    member = population.members[row]
    name, category, state = (str(_value(population, column, row) or "") for column in ("name", "category", "state"))
    start, stop = (_value(population, column, row) for column in ("period_start", "period_end"))
    return AwsReport(
        member.account, member.id, name, category, state, _day(start), _day(stop),
        (end - stop.date()).days if isinstance(stop, dt.datetime) else None, (member.listed,),
    )  # fmt: skip


def _day(value: object) -> str:
    return value.date().isoformat() if isinstance(value, dt.datetime) else ""


def _value(population: Population, column: str, row: int) -> object:
    """A cell; None where it is absent or could not be read."""
    cell = population.cells.get(column)
    return None if cell is None or cell._gaps[row] is not None else cell._values[row]


def key_ages(populations: Populations, as_of: dt.datetime) -> tuple[KeyAge, ...]:
    """The age of every active access key of the users read; a key of which it is not known whether it is active has none."""
    population = populations.by_name.get(USERS)
    if population is None or "key_1_active" not in population.cells:
        return ()
    out: dict[tuple[str, str, int], KeyAge] = {}
    for key in (1, 2):
        active, made = population.cells.get(f"key_{key}_active"), population.cells.get(f"key_{key}_rotated")
        if active is None or made is None:
            continue
        for row, member in enumerate(population.members):
            unknown = active._gaps[row] is not None
            if not unknown and active._values[row] is not True:
                continue
            when = None if unknown or made._gaps[row] is not None else made._values[row]
            days = None if when is None else (as_of - when).days
            out[member.account, member.id, key] = KeyAge(
                member.account, member.id, key, days, tuple(dict.fromkeys((*active._sources[row], *made._sources[row])))
            )
    return tuple(out[place] for place in sorted(out))
