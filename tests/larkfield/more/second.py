"""What AWS names a second time: AWS Config where it records, Resource Explorer where somebody made a view, the tagging API everywhere.

All of it is taken from what the lists of the world hold, so that the sources agree, save for two honest differences: AWS Config does not
know a bucket yet that was made within the hour, and still has a volume that was deleted two days ago.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from evidence.populations.read import Row, row_of
from evidence.run.scope import Account
from evidence.services import populations
from evidence.services.config.recorded import SELECT_RESOURCES
from evidence.services.declare import Ask, Item, PopulationSpec
from evidence.services.path import Absent, walk
from evidence.services.second import NAMED
from tests.aws_simulator import World
from tests.larkfield.base import ACCOUNT, BAD, GOOD, HOME, REGIONS, ago, ident

JUST_MADE = "larkfield-financial-records"
"""A bucket that AWS Config has not recorded yet."""
DELETED = ident("vol", "deleted two days before")
"""A volume that AWS Config still has."""
Found = tuple[PopulationSpec, Row]


def add_second_sources(world: World) -> None:
    for number in world.accounts:
        for region in REGIONS:
            found = list(_resources(world, number, region))
            if _records(world, number, region):
                recorded = [_recorded(spec, row) for spec, row in found if NAMED[spec.name].config and row.member.id != JUST_MADE]
                if (number, region) == (ACCOUNT, GOOD):
                    recorded.append(_item("AWS::EC2::Volume", DELETED, f"arn:aws:ec2:{region}:{number}:volume/{DELETED}"))
                results = {"Results": recorded, "QueryInfo": {"SelectFields": []}}
                world.put(number, region, SELECT_RESOURCES.service, SELECT_RESOURCES.operation, results)
            elif (number, region) != (ACCOUNT, BAD):
                _index(world, number, region, found)
            tagged = [{"ResourceARN": row.member.arn, "Tags": tags} for _, row in found if (tags := _tags(row.item))]
            world.put(number, region, "resourcegroupstaggingapi", "GetResources", {"ResourceTagMappingList": tagged})


def _index(world: World, number: str, region: str, found: list[Found]) -> None:
    view = f"arn:aws:resource-explorer-2:{region}:{number}:view/all-resources/8c1d9a52-3f1c-4a7e-9d02-5b6f8d1e2a30"
    world.put(number, region, "resource-explorer-2", "ListViews", {"Views": [view]})
    indexed = [
        {
            "Arn": row.member.arn, "OwningAccountId": number, "Region": row.member.region, "Service": row.member.arn.split(":")[2],
            "ResourceType": spec.name, "LastReportedAt": ago(0.4), "Properties": [],
        }
        for spec, row in found
        if NAMED[spec.name].arn
    ]  # fmt: skip
    world.put(number, region, "resource-explorer-2", "ListResources", {"Resources": indexed, "ViewArn": view}, {"ViewArn": view})


def _records(world: World, number: str, region: str) -> bool:
    status = list(_answers(world, number, region, "config", "DescribeConfigurationRecorderStatus"))
    return any(one.get("recording") for answer in status for one in answer["ConfigurationRecordersStatus"])


def _resources(world: World, number: str, region: str) -> Iterator[Found]:
    """What lies in the Region, each once; in the home Region, and of IAM in every good one, what lies in none too."""
    account, seen = Account(number, regions=dict.fromkeys(REGIONS, "asked")), set[tuple[str, str]]()
    for name in sorted(NAMED):
        spec = populations()[name]
        here = (region, "global") if region == HOME or (region == GOOD and name.startswith("iam.")) else (region,)
        for place in (region, "global"):
            for entry in _entries(world, number, place, spec):
                row = row_of(spec, account, place, entry, None)
                if isinstance(row, Row) and row.member.region in here and (name, row.member.id) not in seen:
                    seen.add((name, row.member.id))
                    yield spec, row


def _entries(world: World, number: str, place: str, spec: PopulationSpec) -> Iterator[Item]:
    assert isinstance(spec.listed_by, Ask)
    for answer in _answers(world, number, place, spec.listed_by.service, spec.listed_by.operation):
        with suppress(Absent):
            yield from spec.rows(answer) if spec.rows is not None else walk(spec.items, answer)


def _answers(world: World, number: str, place: str, service: str, operation: str) -> Iterator[dict[str, Any]]:
    for case in world.account(number).regions.get(place, {}).get(service, {}).get(operation, ()):
        if case.answer is not None:
            yield case.answer


def _recorded(spec: PopulationSpec, row: Row) -> str:
    named = NAMED[spec.name]
    return _item(named.config, row.member.id if named.by == "id" else row.member.arn, row.member.arn)


def _item(kind: str, resource: str, arn: str) -> str:
    moment = ago(2 if resource == DELETED else 20).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return json.dumps({"resourceType": kind, "resourceId": resource, "arn": arn, "configurationItemCaptureTime": moment})


def _tags(item: Item) -> list[dict[str, str]]:
    tags = next((item[name] for name in ("Tags", "TagList", "tags") if isinstance(item.get(name), list)), [])
    return [{"Key": tag["Key"], "Value": tag["Value"]} for tag in tags if "Key" in tag and "Value" in tag]
