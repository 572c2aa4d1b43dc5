"""Used services and Regions, counted a second time: what Cost Explorer has on the bill beside what the run asked and listed. Pure.

Nothing is judged by it. The bill names services and Regions, no resource, and is a day behind (docs/decisions/second-sources.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from evidence.assessment.beside import holding_resources
from evidence.assessment.model import BilledAccount, BilledDifference, Billing
from evidence.populations.billed import NEEDS, Bill, read_bills
from evidence.populations.population import Populations
from evidence.run.calendar import billed_days
from evidence.run.scope import NOT_ASKED, Account, Scope
from evidence.services import services
from evidence.services.billed import REGIONLESS, UNBILLED, is_charge, services_of
from evidence.services.ce import PARTITION

BILLS = NEEDS
ELSEWHERE = "account billed, not in scope"
NOT_IN_SCOPE = "Region billed, not asked"
UNUSED_REGION = "Region asked, not billed"
NOT_READ = "service billed, not read"
NONE_LISTED = "service billed, none listed"
NOT_BILLED = "service listed, not billed"
NO_SERVICE = "charge, no service"
KINDS = (ELSEWHERE, NOT_IN_SCOPE, NOT_READ, NONE_LISTED, NOT_BILLED, UNUSED_REGION, NO_SERVICE)
"""The kinds of differences, those first that may show what nobody looked at."""

_LIMITS = (
    "Cost Explorer is updated at least once a day: what was first used in the last 24 hours may be missing.",
    "It has what is billed by use, at whatever price. What AWS never bills, and in which account a cost was shifted to another, it does not tell.",
    "It names services and Regions, not resources: what was used once in the period is on the bill, whether it is still there or not.",
    "In which Region a service was used is told of all accounts of one answer together.",
    "AWS has no list of the names that it bills services under: one that is not known here is shown as AWS writes it.",
)
_REGION_WHY = {
    "out of scope": "the Region was left out of the run's scope",
    "not enabled": "the Region was switched off when the run asked, and used or billed before",
}
_YOUNG = "no reason is known: it may be younger than the bill, which is up to a day behind, or cost nothing while it is not used"


def billing(bills: Populations | None, populations: Populations, scope: Scope) -> Billing:
    """The comparison; `bills` are the populations of `BILLS`, None where the run did not ask for them."""
    if bills is None:
        return Billing(asked=False)
    told, read = read_bills(bills), _Read.of(populations)
    accounts: list[BilledAccount] = []
    differences: list[BilledDifference] = []
    for account in (a for a in scope.accounts if a.status == "in scope"):
        by, why = _teller(account, told)
        if by:
            one = _Compared(account, told[by], read)
            accounts.append(one.facts(by))
            differences.extend(one.differences())
        else:
            evidence = told[account.payer or account.id].evidence if (account.payer or account.id) in told else ()
            accounts.append(BilledAccount(account.id, "", why, evidence=evidence))
    differences.extend(_elsewhere(told, scope))
    since = next((a.since for a in scope.accounts if a.since), "")
    first, _ = billed_days(since, next((a.until for a in scope.accounts if a.until), ""))
    last = next((a.until[:10] for a in scope.accounts if a.until), "")
    cut = (f"Cost Explorer keeps fourteen months: nothing is told of the time before {first}.",) if first > since[:10] else ()
    order = {kind: n for n, kind in enumerate(KINDS)}
    return Billing(
        True, first, last, tuple(accounts), tuple(sorted(differences, key=lambda d: (order[d.kind], d.account, d.names))), (*cut, *_LIMITS)
    )  # fmt: skip


def told_of_all(scope: Scope) -> Billing:
    """What is said of bills where a part of a run is judged: they are compared with all that the run read, account beside account."""
    why = "the bill is compared in the pack of the whole organisation"
    return Billing(True, accounts=tuple(BilledAccount(a.id, "", why) for a in scope.accounts if a.status == "in scope"))


def _teller(account: Account, told: Mapping[str, Bill]) -> tuple[str, str]:
    """Whose Cost Explorer tells of the account, or "" and why nobody's does. What it told of itself goes first."""
    for id in dict.fromkeys((account.id, account.payer)):
        if id in told and told[id].gap is None:
            return id, ""
    if account.partition != PARTITION:
        return "", f"Cost Explorer is not asked in partition {account.partition}"
    asked = account.payer or account.id
    gap = told[asked].gap if asked in told else None
    if gap is None:
        return "", NOT_ASKED
    of = f" in the management account {asked}" if asked != account.id else ""
    return "", f"{gap.call} {gap.ending}{of}" + (f" ({gap.detail})" if gap.detail else "")


def _elsewhere(told: Mapping[str, Bill], scope: Scope) -> Iterator[BilledDifference]:
    """Accounts that an answer tells of and the run did not enter, or does not know."""
    inside, known = {a.id for a in scope.accounts if a.status == "in scope"}, {a.id: a for a in scope.accounts}
    seen: set[str] = set()
    for bill in told.values():
        for id in sorted({*bill.services, *bill.regions} - inside - seen):
            seen.add(id)
            why = f"the account is {known[id].status}" if id in known else "the run does not know the account"
            where = tuple(sorted(bill.regions.get(id, frozenset()) - REGIONLESS))
            yield BilledDifference(id, ELSEWHERE, tuple(sorted(bill.services.get(id, ()))), where, why, bill.evidence)


@dataclass(frozen=True)
class _Read:
    """What the run read. `asked`: services of which anything was asked; `holding` those whose resources are listed; by (account, service)
    how many are, and of which a list was not read to its end."""

    asked: frozenset[str]
    holding: frozenset[str]
    resources: Mapping[tuple[str, str], int]
    unread: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, populations: Populations) -> "_Read":
        resources: dict[tuple[str, str], int] = defaultdict(int)
        unread: set[tuple[str, str]] = set()
        holding: set[str] = set()
        for service, population in holding_resources(populations):
            holding.add(service)
            for member in population.members:
                resources[member.account, service] += 1
            unread.update((lost.account, service) for lost in population.unread)
        asked = frozenset(name.partition(".")[0] for name in populations.by_name)
        return cls(asked, frozenset(holding), resources, frozenset(unread))


@dataclass(frozen=True)
class _Compared:
    """One account's bill beside what was read of it."""

    account: Account
    bill: Bill
    read: _Read

    @property
    def _regions(self) -> frozenset[str]:
        return self.bill.regions.get(self.account.id, frozenset()) - REGIONLESS

    @property
    def _named(self) -> tuple[str, ...]:
        return tuple(sorted(self.bill.services.get(self.account.id, ())))

    @property
    def _services(self) -> tuple[str, ...]:
        return tuple(name for name in self._named if not is_charge(name))

    def facts(self, told_by: str) -> BilledAccount:
        not_read = [name for name in self._services if not self.read.asked.intersection(services_of(name))]
        return BilledAccount(
            self.account.id, told_by, "", len(self._regions), len(self._regions & {*self.account.asked}), len(self._services),
            len(self._services) - len(not_read), self.bill.evidence,
        )  # fmt: skip

    def differences(self) -> Iterator[BilledDifference]:
        yield from self._about_regions()
        for name in self._services:
            if (found := self._about(name)) is not None:
                yield self._difference(
                    found[0], (name,), found[1], sorted({r for s, r in self.bill.places if s == name} - REGIONLESS)
                )
        billed = {service for name in self._services for service in services_of(name)}
        for service, number in sorted((s, n) for (a, s), n in self.read.resources.items() if a == self.account.id):
            if service not in billed and number:
                yield self._difference(NOT_BILLED, (_title(service),), UNBILLED.get(service, _YOUNG))
        charges = tuple(name for name in self._named if is_charge(name))
        if charges:
            yield self._difference(NO_SERVICE, charges, "it names nothing that could be listed")

    def _about_regions(self) -> Iterator[BilledDifference]:
        asked = {*self.account.asked}
        for region in sorted(self._regions - asked):
            why = _REGION_WHY.get(self.account.regions.get(region, ""), "the account names no Region like this")
            yield self._difference(NOT_IN_SCOPE, (region,), why, sorted({s for s, r in self.bill.places if r == region}))
        unused = tuple(sorted(asked - self._regions))
        if unused:
            yield self._difference(UNUSED_REGION, unused, "nothing was billed there: asked all the same")

    def _about(self, name: str) -> tuple[str, str] | None:
        """What is said of a service on the bill, and why; None where its resources are listed, or it has none of its own."""
        ours = services_of(name)
        if not ours:
            own = name.startswith(("AWS ", "Amazon"))
            return (
                NOT_READ,
                "no service file reads it"
                if own
                else "no service file reads it; AWS Marketplace's products have names of their own",
            )
        if not self.read.asked.intersection(ours):
            return NOT_READ, "the programs of this run ask nothing of it"
        if not self.read.holding.intersection(ours) or any(self.read.resources.get((self.account.id, s)) for s in ours):
            return None
        if any((self.account.id, s) in self.read.unread for s in ours):
            return NONE_LISTED, "a list of its resources was not read to its end"
        return NONE_LISTED, "used in the period and gone since, or used without a resource of the kinds that these programs list"

    def _difference(self, kind: str, names: tuple[str, ...], reason: str, where: Iterable[str] = ()) -> BilledDifference:
        return BilledDifference(self.account.id, kind, names, tuple(where), reason, self.bill.evidence)


def _title(service: str) -> str:
    return next((s.title for s in services() if s.name == service), service)
