"""Amazon Route 53: hosted zones, whether they are signed and their queries logged, and what points to Elastic Beanstalk."""

import re
from collections.abc import Mapping
from typing import Any

from evidence.services.declare import Ask, Item, Only, PopulationSpec, Service, flag, text

_GONE = frozenset({"NoSuchHostedZone"})

LIST_HOSTED_ZONES = Ask("route53", "ListHostedZones", ("route53:ListHostedZones",), result="HostedZones", whole_account=True)
LIST_RECORD_SETS = Ask(
    "route53", "ListResourceRecordSets", ("route53:ListResourceRecordSets",), each="route53.hosted-zones", given={"HostedZoneId": "Id"},
    gone=_GONE, result="ResourceRecordSets", whole_account=True,
)  # fmt: skip
# Without HostedZoneId: those of all zones.
LIST_QUERY_LOGGING = Ask(
    "route53", "ListQueryLoggingConfigs", ("route53:ListQueryLoggingConfigs",), result="QueryLoggingConfigs", whole_account=True
)
# Only what the world may ask can be signed.
GET_DNSSEC = Ask(
    "route53", "GetDNSSEC", ("route53:GetDNSSEC",), each="route53.hosted-zones", given={"HostedZoneId": "Id"},
    only=Only("Config.PrivateZone", frozenset({True}), negate=True), gone=_GONE, result="Status", whole_account=True,
)  # fmt: skip


def _zones(answer: Any) -> list[Item]:
    """The id is listed as /hostedzone/Z0123, and every other answer names the zone by what follows."""
    return [{**zone, "Id": zone["Id"].rpartition("/")[2]} for zone in answer["HostedZones"]]


HOSTED_ZONES = PopulationSpec(
    name="route53.hosted-zones",
    noun="hosted zone",
    type="AWS::Route53::HostedZone",
    listed_by=LIST_HOSTED_ZONES,
    rows=_zones,
    identity="Id",
    arn="arn:{partition}:route53:::hostedzone/{Id}",
    columns={
        "name": text("Name"),
        "private": flag("Config.PrivateZone", label="private"),
        "signing": text("Status.ServeSignature", GET_DNSSEC, label="DNSSEC signing"),
    },
)
QUERY_LOGGING = PopulationSpec(
    name="route53.query-logging-configs",
    noun="query logging configuration",
    type="AWS::Route53::QueryLoggingConfig",
    listed_by=LIST_QUERY_LOGGING,
    items="QueryLoggingConfigs[]",
    identity="Id",
    columns={"zone": text("HostedZoneId", label="hosted zone"), "group": text("CloudWatchLogsLogGroupArn", label="log group")},
)


def dns_name(name: str) -> str:
    """DNS does not tell capitals from small letters, and a name may end in a dot."""
    return name.lower().removesuffix(".")


_BEANSTALK = ".elasticbeanstalk.com"
_REGIONAL = re.compile(r"\.([a-z]{2}(?:-[a-z]+)+-\d)\.elasticbeanstalk\.com$")


def _region_of(name: str) -> str:
    """The Region that the name belongs to; the oldest names, of us-east-1, name none."""
    found = _REGIONAL.search(name)
    return found[1] if found else "us-east-1"


def _beanstalk_records(answer: Any) -> list[Item]:
    """One entry for each name of Elastic Beanstalk that a record of the zone points to."""
    return [entry for record in answer["ResourceRecordSets"] for entry in _of_record(record)]


def _of_record(record: Mapping[str, Any]) -> list[Item]:
    """An alias has no ResourceRecords; only a CNAME among the others points to a name that anybody could register."""
    values = [record["AliasTarget"]["DNSName"]] if record.get("AliasTarget") else []
    if record["Type"] == "CNAME":
        values += [one["Value"] for one in record.get("ResourceRecords", ())]
    return [
        {
            "Key": f"{record['Name']} {record['Type']} {target}",
            "Name": record["Name"],
            "Target": target,
            "Region": _region_of(target),
        }
        for target in dict.fromkeys(map(dns_name, values))
        if target.endswith(_BEANSTALK)
    ]


# The same record in two zones of the same name (one public, one private) counts once: it points to the same place.
BEANSTALK_RECORDS = PopulationSpec(
    name="route53.beanstalk-records",
    noun="DNS record that points to Elastic Beanstalk",
    type="AWS::Route53::RecordSet",
    listed_by=LIST_RECORD_SETS,
    rows=_beanstalk_records,
    identity="Key",
    columns={
        "record": text("Name"),
        "target": text("Target", label="points to"),
        "target_region": text("Region", label="Region of the name"),
    },
)

SERVICE = Service(
    "route53",
    "Amazon Route 53",
    asks=(LIST_HOSTED_ZONES, LIST_RECORD_SETS, LIST_QUERY_LOGGING, GET_DNSSEC),
    populations=(HOSTED_ZONES, QUERY_LOGGING, BEANSTALK_RECORDS),
)
