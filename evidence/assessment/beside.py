"""What is shown beside the judgements: the reports AWS has of its own side, and the ages of access keys. Pure."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator

from evidence.assessment.model import AwsReport, AwsSide, KeyAge, ServiceInUse
from evidence.assessment.picture import Table
from evidence.populations.population import Population, Populations, Unread
from evidence.services import services
from evidence.services.second import SOURCES

REPORTS, USERS = "artifact.reports", "iam.users"


def aws_side(populations: Populations, end: dt.date) -> AwsSide:
    """The reports that AWS Artifact lists, the newest of each series, and how many days before `end` each stops."""
    population = populations.by_name.get(REPORTS)
    if population is None:
        return AwsSide(asked=False)
    table, newest = Table(population), dict[tuple[str, str], AwsReport]()
    for row in range(len(population)):
        found = _report(table, row, end)
        key = (found.account, str(table.value(row, "series") or found.name))
        if key not in newest or newest[key].period_end < found.period_end:
            newest[key] = found
    return AwsSide(True, _unique(newest.values()), tuple(sorted(population.unread, key=_place)))


def aws_sides(one: AwsSide, other: AwsSide) -> AwsSide:
    """What the two say together, each report once."""
    reports = _unique((*one.reports, *other.reports))
    return AwsSide(one.asked or other.asked, reports, tuple(sorted((*one.unread, *other.unread), key=_place)))


def _unique(reports: Iterable[AwsReport]) -> tuple[AwsReport, ...]:
    unique: dict[tuple[str, str], AwsReport] = {}
    for report in sorted(reports, key=lambda r: (r.name, r.period_end, r.account)):
        unique.setdefault((report.id, report.period_end), report)
    return tuple(unique.values())


def _place(unread: Unread) -> tuple[str, str, str]:
    return unread.account, unread.region, unread.call


def _report(table: Table, row: int, end: dt.date) -> AwsReport:
    member = table.members[row]
    name, category, state = (str(table.value(row, column) or "") for column in ("name", "category", "state"))
    start, stop = (table.value(row, column) for column in ("period_start", "period_end"))
    return AwsReport(
        member.account, member.id, name, category, state, _day(start), _day(stop),
        (end - stop.date()).days if isinstance(stop, dt.datetime) else None, (member.listed,),
    )  # fmt: skip


def _day(value: object) -> str:
    return value.date().isoformat() if isinstance(value, dt.datetime) else ""


def holding_resources(populations: Populations) -> Iterator[tuple[str, Population]]:
    """(service, population) of those whose members are resources. What AWS offers to all, what every account or Region has, and what a
    second source names of other services, says nothing of use."""
    for name, population in populations.by_name.items():
        if not (isinstance(population.spec.listed_by, str) or population.spec.offered or name in SOURCES):
            yield name.partition(".")[0], population


def services_in_use(populations: Populations) -> tuple[ServiceInUse, ...]:
    """The services of which the populations read hold resources, or may."""
    resources: dict[str, int] = defaultdict(int)
    unread: set[str] = set()
    for service, population in holding_resources(populations):
        resources[service] += len(population)
        if not population.complete:
            unread.add(service)
    names = {service.name: service.title for service in services()}
    return tuple(ServiceInUse(s, names.get(s, s), n, s in unread) for s, n in sorted(resources.items()) if n or s in unread)


def services_together(one: Iterable[ServiceInUse], other: Iterable[ServiceInUse]) -> tuple[ServiceInUse, ...]:
    """The services of which the one or the other holds resources, or may."""
    found: dict[str, ServiceInUse] = {}
    for s in (*one, *other):
        before = found.get(s.service, ServiceInUse(s.service, s.name, 0, False))
        found[s.service] = ServiceInUse(s.service, s.name, before.resources + s.resources, before.unread or s.unread)
    return tuple(found[name] for name in sorted(found))


def key_ages(populations: Populations, as_of: dt.datetime) -> tuple[KeyAge, ...]:
    """The age of every active access key of the users read; a key of which it is not known whether it is active has none."""
    table, out = Table(populations.by_name.get(USERS)), []
    for row, member in enumerate(table.members):
        for key in (1, 2):
            active, made = f"key_{key}_active", f"key_{key}_rotated"
            known = table.gap(row, active) is None
            if known and table.value(row, active) is not True:
                continue
            when = table.value(row, made) if known else None
            days = (as_of - when).days if when is not None else None
            evidence = dict.fromkeys((*table.sources(row, active), *table.sources(row, made)))
            out.append(KeyAge(member.account, member.id, key, days, tuple(evidence)))
    return tuple(sorted(out, key=lambda k: (k.account, k.user, k.key)))
