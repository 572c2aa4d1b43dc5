"""Used services and Regions as the bill has them, in rows for every format. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from evidence.assessment.billing import NONE_LISTED, NOT_BILLED, NOT_READ, UNUSED_REGION
from evidence.assessment.model import Billing

SOURCE = "ce.account"
REGIONS, SERVICES = "used Regions", "used services"
NOT_ASKED = "Nothing was compared: Cost Explorer was not asked what was used (evidence collect --billing)."
_OURS = frozenset({NOT_BILLED, UNUSED_REGION})


@dataclass(frozen=True)
class Count:
    """Regions, or services by their names on the bill, of the accounts that it tells of: what the run asked, or listed something of;
    what is billed; what is both."""

    name: str
    noun: str
    ours: int
    theirs: int
    both: int


@dataclass(frozen=True)
class Line:
    """One name that only one of the two has."""

    of: str
    side: str
    account: str
    region: str
    name: str
    reason: str


def counts(billing: Billing) -> tuple[Count, Count]:
    """Both counts, over the accounts that are told of."""
    told = [a for a in billing.accounts if a.told_by]
    names: dict[str, int] = {}
    for d in billing.differences:
        names[d.kind] = names.get(d.kind, 0) + len(d.names)
    regions, services = sum(a.regions_asked for a in told), sum(a.services for a in told)
    listed = services - names.get(NOT_READ, 0) - names.get(NONE_LISTED, 0)
    return (
        Count(REGIONS, "account and Region", regions + names.get(UNUSED_REGION, 0), sum(a.regions for a in told), regions),
        Count(SERVICES, "account and service on the bill", listed + names.get(NOT_BILLED, 0), services, listed),
    )


def lines(billing: Billing) -> Iterator[Line]:
    """Every difference, name by name, with its kind and reason in a sentence."""
    for d in billing.differences:
        about_regions = d.kind.startswith("Region ")
        side = "only in the list" if d.kind in _OURS else "only in the second"
        where = f"; {'services there' if about_regions else 'Regions'}: {', '.join(d.where)}" if d.where else ""
        for name in d.names or ("",):
            yield Line(
                REGIONS if about_regions else SERVICES, side, d.account, name if about_regions else "", "" if about_regions else name,
                f"{d.kind}: {d.reason}{where}",
            )  # fmt: skip


def untold(billing: Billing) -> list[tuple[str, str]]:
    """(account, why) of accounts of which the bill was not read."""
    return [(a.account, a.why) for a in billing.accounts if not a.told_by]
