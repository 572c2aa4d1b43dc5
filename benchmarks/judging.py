"""Judging beside the same predicates written straight in pandas, over the same cells: one in fifty a gap, one in thirty absent.

python -m benchmarks.judging             # 1,000,000 members over six requirements
python -m benchmarks.judging 100000

"Answers" is yes, no or unknown for each member. "Results" is what a pack needs of each: its judgement, what was read, and the ids of
the answers it rests on; in pandas a table with those columns, ours the records that every format reads.
"""

import datetime as dt
import gc
import ipaddress
import random
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from evidence.assessment.judge import judge
from evidence.populations.cells import Column, Gap, objects
from evidence.populations.population import OWN, Member, Population, Populations
from evidence.requirements import requirements
from evidence.services import populations

AS_OF = dt.datetime(2026, 9, 30, tzinfo=dt.UTC)
MEMBERS, ROUNDS = 1_000_000, 3
GAP = Gap("012345678901", "eu-west-1", "service:Describe", "denied", "AccessDenied")


class Cells:
    """The cells of one population as pandas columns: `values` with None where absent or unread, `unread` which of those."""

    def __init__(self, population: Population, names: tuple[str, ...]) -> None:
        self.values = pd.DataFrame({n: population[n]._values for n in names}, dtype=object)
        self.unread = pd.DataFrame({n: [g is not None for g in population[n]._gaps] for n in names})
        self.ids = pd.DataFrame({n: [getattr(m, n) for m in population.members] for n in ("account", "region", "id", "arn")})
        self.sources = pd.DataFrame({n: population[n]._sources for n in names}, dtype=object)
        self.kinds = {n: population.spec.columns[n].kind for n in names}

    def __getattr__(self, name: str) -> Any:
        """The column, as its type; NA where it is absent or unread."""
        column = self.values[name]
        if self.kinds[name] == "time":
            return pd.to_datetime(column, utc=True)
        return column.astype({"flag": "boolean", "number": "Int64"}.get(self.kinds[name], object))

    def there(self, name: str) -> Any:
        return self.values[name].notna().astype("boolean").mask(self.unread[name])


def _is(column: Any, *values: str) -> Any:
    return column.isin(values).astype("boolean").mask(column.isna())


def _since(moments: Any, days: int) -> Any:
    return (moments >= AS_OF - dt.timedelta(days=days)).astype("boolean").mask(moments.isna())


def _private(addresses: Any) -> Any:
    return None if addresses is None else not any(ipaddress.ip_address(a).is_global for a in addresses)


def _backups(t: Cells) -> Any:
    return (t.backup_days >= 7) & (~_is(t.status, "available") | _since(t.restorable, 1))


_STATES = ("Enabled", "Disabled", "PendingDeletion")
_REST = ("PendingDeletion", "Disabled", "Creating", "PendingImport", "PendingReplicaDeletion", "Unavailable")
STRAIGHT: Mapping[str, tuple[Callable[[Cells], Any], tuple[Callable[[Cells], Any], ...]]] = {
    "ec2.volumes.encrypted": (lambda t: t.encrypted, ()),
    "iam.server-certificates.not-expired": (lambda t: (t.expires > AS_OF).astype("boolean").mask(t.expires.isna()), ()),
    "kms.keys.not-pending-deletion": (
        lambda t: ~_is(t.state, "PendingDeletion", "PendingReplicaDeletion"),
        (lambda t: _is(t.manager, "CUSTOMER"),),
    ),
    "rds.instances.backups": (
        _backups,
        (lambda t: ~t.there("cluster"), lambda t: ~(t.there("replica_of") | t.there("replica_of_cluster"))),
    ),
    "kms.keys.rotation": (
        lambda t: t.rotation & (t.rotation_period.mask(~t.there("rotation_period").fillna(True).astype(bool), 365) <= 365),
        (
            lambda t: _is(t.manager, "CUSTOMER"),
            lambda t: ~_is(t.state, *_REST),
            lambda t: _is(t.key_spec, "SYMMETRIC_DEFAULT"),
            lambda t: _is(t.origin, "AWS_KMS"),
            lambda t: ~_is(t.multi_region.mask(~t.there("multi_region").fillna(True).astype(bool), "none"), "REPLICA"),
        ),
    ),
    "ec2.instances.no-public-address": (
        lambda t: t.values.addresses.map(_private).astype("boolean"),
        (lambda t: _is(t.state, "running"),),
    ),
}
"""Requirement → its predicate, and those of who it applies to."""
READ: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "ec2.volumes.encrypted": {"encrypted": (True, False), "size": (8, 80)},
    "iam.server-certificates.not-expired": {"expires": (AS_OF + dt.timedelta(1), AS_OF - dt.timedelta(1))},
    "kms.keys.not-pending-deletion": {"state": _STATES, "manager": ("CUSTOMER", "AWS"), "deletion": (AS_OF, None)},
    "rds.instances.backups": {
        "backup_days": (0, 7, 35), "status": ("available", "backing-up"), "restorable": (AS_OF, AS_OF - dt.timedelta(2)),
        "cluster": (None, "c"), "replica_of": (None,), "replica_of_cluster": (None,), "engine": ("mysql",), "backup_days_pending": (None,),
    },
    "kms.keys.rotation": {
        "rotation": (True, False), "rotation_period": (90, 365, 900, None), "manager": ("CUSTOMER", "AWS"), "state": _STATES,
        "key_spec": ("SYMMETRIC_DEFAULT", "RSA_2048"), "origin": ("AWS_KMS", "EXTERNAL"), "multi_region": ("PRIMARY", None),
    },
    "ec2.instances.no-public-address": {
        "addresses": ([], ["198.18.0.1"], ["8.8.8.8", "10.0.0.1"]), "state": ("running", "stopped"), "subnet": ("subnet-1",),
    },
}  # fmt: skip
"""Requirement → the cells that it reads or shows, and what they may hold."""


def made(id: str, members: int) -> Population:
    """A population of so many members, with the cells that this requirement reads."""
    spec, chance = populations()[requirements()[id].over], random.Random(7)
    listed = tuple(
        Member("aws", "012345678901", "eu-west-1", spec.type, f"r-{n:09}", f"arn:aws:x:::r-{n:09}", f"{n // 1000:016x}")
        for n in range(members)
    )
    cells: dict[str, Column] = {}
    for name, values in READ[id].items():
        gaps = [GAP if chance.random() < 0.02 else None for _ in listed]
        held = [None if gap or chance.random() < 0.03 else chance.choice(values) for gap in gaps]
        ids = [(m.listed, f"{n:016x}") for n, m in enumerate(listed)]
        cells[name] = Column(
            name, spec.columns[name].label or name.replace("_", " "), objects(held), objects(gaps), objects(ids), AS_OF
        )
    none = objects(None for _ in listed)
    own = {n: Column(n, n, objects(getattr(m, n) for m in listed), none, none, AS_OF) for n in OWN}
    return Population(spec, listed, {**cells, **own}, AS_OF, lists={("012345678901", "eu-west-1"): ("0" * 16,)})


def our_answers(id: str, population: Population) -> Any:
    requirement = requirements()[id]
    parameters = {name: p.default for name, p in requirement.parameters.items()}
    return [a.test(population).answers for a in requirement.applies], requirement.judge(population, **parameters).answers


def straight_answers(id: str, cells: Cells) -> Any:
    holds, applies = STRAIGHT[id]
    return [test(cells) for test in applies], holds(cells)


def words(applies: list[Any], holds: Any) -> Any:
    word = pd.Series("gap", index=holds.index, dtype=object)
    word = word.mask(holds.fillna(False).astype(bool), "meets").mask((~holds).fillna(False).astype(bool), "exception")
    for test in applies:
        word = word.mask(test.isna() & (word != "not_applicable"), "gap")
    for test in applies:
        word = word.mask((~test.astype("boolean")).fillna(False).astype(bool), "not_applicable")
    return word


def straight_results(id: str, cells: Cells) -> pd.DataFrame:
    """The table: identity, judgement, what was read as text, and the ids of the answers."""
    reason = pd.Series("", index=cells.values.index)
    for name in cells.values:
        reason = reason + f"{name.replace('_', ' ')} = " + cells.values[name].map(str) + "; "
    evidence = [
        tuple(dict.fromkeys(s for each in row for s in each)) for row in zip(*map(cells.sources.get, cells.sources), strict=True)
    ]
    return cells.ids.assign(judgement=words(*straight_answers(id, cells)), reason=reason, evidence=evidence)


def our_results(id: str, population: Population) -> Any:
    return judge(requirements()[id], Populations({population.spec.name: population}))


def one(id: str, what: str, whose: str, members: int) -> None:
    """Prints CPU seconds (the best of some rounds) and the peak in MiB beside the population, in a process of its own."""
    population = made(id, members)
    given: Any = population if whose == "ours" else Cells(population, tuple(READ[id]))
    run = {"answers": (our_answers, straight_answers), "results": (our_results, straight_results)}[what][whose != "ours"]
    gc.collect()
    gc.freeze()  # what is there before is not looked at again, as in a process that has just read it
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        done = run(id, given)
        times.append(time.process_time() - started)
        del done
    tracemalloc.start()
    run(id, given)
    print(min(times), tracemalloc.get_traced_memory()[1] / 2**20)


def agree(id: str, members: int = 2_000) -> None:
    """Both say the same of every member: otherwise there is nothing to compare."""
    population = made(id, members)
    _, ours = our_results(id, population)
    theirs = straight_results(id, Cells(population, tuple(READ[id])))
    assert [m.judgement for m in ours] == list(theirs.judgement), id


def main(members: int) -> None:
    each = members // len(STRAIGHT)
    tables = []
    for what in ("answers", "results"):
        table = Table(f"{what}, {each:,} members each", "ours, CPU s", "pandas, CPU s", "ratio", "ours, MiB", "pandas, MiB")
        sums = [0.0, 0.0]
        for id in STRAIGHT:
            agree(id)
            found = []
            for whose in ("ours", "pandas"):
                command = [sys.executable, "-m", "benchmarks.judging", id, what, whose, str(each)]
                found.append(
                    [float(x) for x in subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()]
                )
            (ours, mine), (theirs, its) = found
            sums = [sums[0] + ours, sums[1] + theirs]
            table.add_row(id, f"{ours:.2f}", f"{theirs:.2f}", f"{ours / theirs:.1f}", f"{mine:.0f}", f"{its:.0f}")
        table.add_row("all", f"{sums[0]:.2f}", f"{sums[1]:.2f}", f"{sums[0] / sums[1]:.1f}")
        tables.append(table)
    for table in tables:
        Console().print(table)


if __name__ == "__main__":
    if len(sys.argv) == 5:
        one(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS)
