"""What Cost Explorer says was used: by account, and in which Regions."""

from collections.abc import Mapping
from dataclasses import dataclass

from evidence.populations.cells import Gap
from evidence.populations.population import Populations
from evidence.services.ce import ACCOUNT

NEEDS: Mapping[str, tuple[str, ...]] = {ACCOUNT.name: ("places", "regions", "services")}
"""The population and columns that the bill is read from."""


@dataclass(frozen=True)
class Bill:
    """What one account's Cost Explorer told. `services` and `regions`: {account: names on the bill}; `places`: (service, Region) of all
    these accounts together. `gap`: why it is not whole, and then nothing of it counts."""

    services: Mapping[str, frozenset[str]]
    regions: Mapping[str, frozenset[str]]
    places: frozenset[tuple[str, str]]
    gap: Gap | None
    evidence: tuple[str, ...]


def read_bills(populations: Populations) -> dict[str, Bill]:
    """{account: what its Cost Explorer told}, for every account in scope."""
    found, out = populations[ACCOUNT.name], {}
    for row, member in enumerate(found.members):
        cells = {name: found[name] for name in NEEDS[ACCOUNT.name]}
        gap = next((cell._gaps[row] for cell in cells.values() if cell._gaps[row] is not None), None)
        pairs = {name: [] if gap else [(str(a), str(b)) for a, b in cell._values[row] or ()] for name, cell in cells.items()}
        evidence = tuple(dict.fromkeys(id for cell in cells.values() for id in cell._sources[row] if id != member.listed))
        out[member.account] = Bill(
            _by_first(pairs["services"]), _by_first(pairs["regions"]), frozenset(pairs["places"]), gap, evidence
        )
    return out


def _by_first(pairs: list[tuple[str, str]]) -> dict[str, frozenset[str]]:
    return {first: frozenset(second for f, second in pairs if f == first) for first in {first for first, _ in pairs}}
