"""What AWS Config, Resource Explorer and the tagging API name in an account and Region, and why one of them says nothing there."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from evidence.populations.population import Population, Unread
from evidence.run.answer import GLOBAL
from evidence.run.scope import Account
from evidence.services.second import INDEXED, RECORDED, REGIONS, TAGGED, VIEWS, Named

Place = tuple[str, str]
"""Account and Region."""
_HOME = {"aws": ("us-east-1",), "aws-us-gov": ("us-gov-west-1",), "aws-cn": ("cn-north-1", "cn-northwest-1")}
"""The Regions that hold what belongs to none, by partition. China has two: IAM's control plane stands in Beijing, CloudFront and Route 53
in Ningxia (https://docs.amazonaws.cn/en_us/aws/latest/userguide/iam.html, and botocore's endpoints of these services).
`evidence.aws.session.HOME` is something else: which Region a client is made for where botocore finds the service's own endpoint itself."""
_EVERYWHERE = "AWS::IAM::"
"""Types without a Region that AWS Config records in every Region where it is told to."""


@dataclass(frozen=True)
class Silent:
    """Why a source says nothing of a kind in a Region. `settled`: it said all that it will; False where a call was denied, throttled,
    cut off or not made."""

    why: str
    settled: bool = True


@dataclass(frozen=True)
class Said:
    """What a source says of a place: {what it has in common with a member of ours: (name, what is known of it)}."""

    names: Mapping[str, tuple[str, str]]
    settled: bool = True


class Source:
    """One of the sources. `whole`: it claims to name every resource of the kinds it knows."""

    population: str
    called: str
    limits: str
    whole = True
    tells = "named"
    """The column by which rows of one kind are found among all."""

    def __init__(self, others: Mapping[str, Population]) -> None:
        self.others = others
        self.rows: dict[tuple[Place, str], list[int]] = {}
        if self.population in others:
            kinds = others[self.population][self.tells]._values
            for member, kind, row in zip(others[self.population].members, kinds, count(), strict=False):
                self.rows.setdefault(((member.account, member.region), self.group(kind)), []).append(row)

    def said(self, account: Account, region: str, named: Named, listed: dt.datetime | None) -> Said | Silent:
        """What it says of the account's Region; of what belongs to no Region, all Regions together in which it would be told."""
        places = [r for r in account.asked if self.tells_of_none(account, r, named)] if region == GLOBAL else [region]
        silent = {r: said for r in places if (said := self.silent(account, r, named)) is not None}
        settled = all(said.settled for said in silent.values())
        read = [r for r in places if r not in silent]
        if not read:
            worst = sorted(silent.values(), key=lambda said: said.settled)
            return Silent(worst[0].why if worst else f"{self.called} tells of it in a Region that is not in scope", settled)
        return Said({key: said for r in read for key, said in self.names(account, r, region, named, listed)}, settled)

    def tells_of_none(self, account: Account, region: str, named: Named) -> bool:
        """Whether it tells in this Region of what belongs to none."""
        return region in _HOME.get(account.partition, ())

    def silent(self, account: Account, region: str, named: Named) -> Silent | None:
        """Why it says nothing of this kind in the Region; None where it was read."""
        if not named.arn:
            return Silent(f"{self.called} does not tell this kind from others")
        return self.unread(self.population, account, region)

    def unread(self, name: str, account: Account, region: str) -> Silent | None:
        population = self.others.get(name)
        unread = population.first_unread(account.id, region, "region") if population is not None else None
        if unread is not None:
            return Silent(lost(unread), settled=False)
        if population is None or (account.id, region) not in population.lists:
            return Silent(f"{self.called} was not asked", settled=False)
        return None

    def names(
        self, account: Account, asked: str, region: str, named: Named, listed: dt.datetime | None
    ) -> Iterator[tuple[str, tuple[str, str]]]:
        source = self.others[self.population]
        for row in self.rows.get(((account.id, asked), self.sought(named)), ()):
            key, shown = self.key(source, row, account, region, named)
            if key:
                yield key, (shown, self.known(source, row, listed))

    def group(self, told: Any) -> str:
        return ":".join(str(told).split(":", 3)[2:3])

    def sought(self, named: Named) -> str:
        return named.arn.partition(":")[0]

    def key(self, source: Population, row: int, account: Account, region: str, named: Named) -> tuple[str, str]:
        """What the row and a member of ours have in common, and its name; "" where it is of another kind, account or Region."""
        arn = source["named"]._values[row]
        return key_of(arn, named.arn, account.id), str(arn)

    def known(self, source: Population, row: int, listed: dt.datetime | None) -> str:
        return ""


class Recorded(Source):
    population, called = RECORDED, "AWS Config"
    limits = "AWS Config names what its recorder saw: the last minutes may be missing, and a record may outlive its resource."

    tells = "kind"

    def __init__(self, others: Mapping[str, Population]) -> None:
        super().__init__(others)
        regions = others[REGIONS].members if REGIONS in others else ()
        self.recorders = {(member.account, member.region): row for row, member in enumerate(regions)}

    def group(self, told: Any) -> str:
        return str(told)

    def sought(self, named: Named) -> str:
        return named.config

    def tells_of_none(self, account: Account, region: str, named: Named) -> bool:
        return named.config.startswith(_EVERYWHERE) or super().tells_of_none(account, region, named)

    def silent(self, account: Account, region: str, named: Named) -> Silent | None:
        if not named.config:
            return Silent("AWS Config records no such type")
        return self.unread(self.population, account, region) or self._unrecorded(account, region, named)

    def _unrecorded(self, account: Account, region: str, named: Named) -> Silent | None:
        row = self.recorders.get((account.id, region))
        if row is None:
            return Silent("what AWS Config records is not known", settled=False)
        recording, left_out = self.others[REGIONS]["recording"], self.others[REGIONS]["not_recorded"]
        gap = recording._gaps[row] or left_out._gaps[row]
        if gap is not None:
            return Silent(f"what AWS Config records is not known: {gap}", settled=False)
        if recording._values[row] is None:
            return Silent("AWS Config has no recorder")
        if recording._values[row] is False:
            return Silent("AWS Config's recorder is stopped")
        return Silent("AWS Config does not record this type") if named.config in (left_out._values[row] or ()) else None

    def key(self, source: Population, row: int, account: Account, region: str, named: Named) -> tuple[str, str]:
        if named.by == "id":
            name = str(source["resource"]._values[row] or "")
            return name, name
        arn = source["named"]._values[row]
        return key_of(arn, named.arn or ".+", account.id), str(arn)

    def known(self, source: Population, row: int, listed: dt.datetime | None) -> str:
        made, seen = source["made"]._values[row], source["seen"]._values[row]
        if made is not None and listed is not None and made > listed:
            return f"made {at(made)}, after the list was read"
        return f"last recorded by AWS Config {at(seen)}" if seen is not None else ""


class Indexed(Source):
    population, called = INDEXED, "Resource Explorer"
    limits = "Resource Explorer's index can be more than a day behind, and a view of it may leave resources out."

    def __init__(self, others: Mapping[str, Population]) -> None:
        super().__init__(others)
        self.views = {(m.account, m.region) for m in others[VIEWS].members} if VIEWS in others else set()

    def silent(self, account: Account, region: str, named: Named) -> Silent | None:
        missing = self.unread(VIEWS, account, region)
        if missing is not None:
            return missing
        if (account.id, region) not in self.views:
            return Silent("Resource Explorer has no view")
        return super().silent(account, region, named)

    def key(self, source: Population, row: int, account: Account, region: str, named: Named) -> tuple[str, str]:
        owner, lies_in = source["owner"]._values[row], source["lies_in"]._values[row]
        elsewhere = region != GLOBAL and lies_in not in (None, region)
        return ("", "") if elsewhere or owner not in (None, account.id) else super().key(source, row, account, region, named)

    def known(self, source: Population, row: int, listed: dt.datetime | None) -> str:
        seen = source["seen"]._values[row]
        return f"last reported to Resource Explorer {at(seen)}" if seen is not None else ""


class Tagged(Source):
    population, called, whole = TAGGED, "the tagging API", False
    limits = "The tagging API names only what has tags, or had: what is only in the list is counted, not itemised."


BEST_FIRST: Sequence[type[Source]] = (Recorded, Indexed, Tagged)


def key_of(arn: Any, pattern: str, account: str) -> str:
    """ "service:resource" of an ARN that is of the kind, "" of any other. Its account is left empty by some services, and told by others
    of the same resource; one of another account is none of ours."""
    parts = str(arn or "").split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or (account and parts[4] not in ("", account)):
        return ""
    key = f"{parts[2]}:{parts[5].removesuffix(':*')}"
    return key if re.fullmatch(pattern, key, re.DOTALL) else ""


def lost(unread: Unread) -> str:
    return f"{unread.call} {unread.ending}"


def at(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
