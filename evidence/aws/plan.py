"""What would be asked, as rows, before anything is: for `--dry-run`, and for whoever reviews the policy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evidence.run.scope import Account
from evidence.services.declare import ACCOUNTS, Ask, PopulationSpec


@dataclass(frozen=True)
class Row:
    """One operation: what it is asked per, in which places, and which IAM actions it needs."""

    service: str
    operation: str
    per: str
    places: tuple[str, ...]
    actions: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.service}:{self.operation}, for each {self.per}, in {', '.join(self.places)} ({', '.join(self.actions)})"


def plan(asks: Iterable[Ask], accounts: Iterable[Account], specs: Mapping[str, PopulationSpec]) -> list[Row]:
    """A row for each ask, in the order in which they are asked."""
    regions = sorted({region for account in accounts for region in account.asked})
    return [_row(ask, specs, tuple(regions)) for ask in asks]


def _row(ask: Ask, specs: Mapping[str, PopulationSpec], regions: tuple[str, ...]) -> Row:
    anywhere = ask.whole_account
    per = "account" if ask.whole_account else "account and Region"
    if ask.each is not None:
        spec = specs[ask.each]
        per, listed = spec.noun, spec.listed_by
        everywhere = listed == ACCOUNTS or (isinstance(listed, Ask) and listed.whole_account)
        anywhere = anywhere or (everywhere and ask.region is None)
    return Row(ask.service, ask.operation, per, ("global",) if anywhere else regions, ask.actions)
