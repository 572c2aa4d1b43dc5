"""DNS: records that lead to environments of one's own, zones that are signed and logged."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from evidence.services.cloudformation import STANDING
from tests.judging import Judged, answered, ended, judge_answers, read_for
from tests.requirements import elasticbeanstalk_answers as beanstalk

OWNED, SIGNED, LOGGED = "route53.beanstalk-records.owned", "route53.hosted-zones.dnssec", "route53.hosted-zones.query-logging"
OWN = "shop.eu-west-1.elasticbeanstalk.com"


def zones(private: bool | None = False) -> Answer:
    config = {} if private is None else {"Config": {"PrivateZone": private}}
    page = {"HostedZones": [{"Id": "/hostedzone/Z1", "Name": "larkfield.example.", "CallerReference": "x", **config}]}
    return answered("route53", "ListHostedZones", page, region="global")


def records(*found: dict[str, Any]) -> Answer:
    return answered("route53", "ListResourceRecordSets", {"ResourceRecordSets": list(found)}, region="global", HostedZoneId="Z1")


def cname(target: str, type: str = "CNAME") -> dict[str, Any]:
    return {"Name": "www.larkfield.example.", "Type": type, "TTL": 300, "ResourceRecords": [{"Value": target}]}


def alias(target: str) -> dict[str, Any]:
    return {"Name": "larkfield.example.", "Type": "A", "AliasTarget": {"DNSName": target, "HostedZoneId": "Z2"}}


def environments(*endings: Answer, **more: Any) -> tuple[Answer, ...]:
    return endings or beanstalk.environments({**beanstalk.ENVIRONMENT, "CNAME": OWN, **more})


def of_record(*found: dict[str, Any], listed: tuple[Answer, ...] = ()) -> list[str]:
    return [m.judgement for m in judge_answers(OWNED, zones(), records(*found), *(listed or environments())).members]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (cname(OWN), "meets"),
        (cname(OWN.upper() + "."), "meets"),
        (alias(f"{OWN}."), "meets"),
        (cname("gone.eu-west-1.elasticbeanstalk.com"), "exception"),
        (alias("Gone.eu-west-1.ElasticBeanstalk.com."), "exception"),
        (cname("gone.us-west-2.elasticbeanstalk.com"), "gap"),  # nobody asked there
        (cname("gone.elasticbeanstalk.com"), "gap"),  # us-east-1
    ],
)
def test_a_record_leads_to_an_environment_of_one_s_own(record: dict[str, Any], expected: str) -> None:
    assert of_record(record) == [expected]


def test_an_old_name_without_a_region_belongs_to_us_east_1() -> None:
    home = "us-east-1"
    there = (
        answered("elasticbeanstalk", "DescribeEnvironments", {"Environments": []}, region=home, IncludeDeleted=False),
        answered("cloudformation", "ListStacks", {"StackSummaries": []}, region=home, StackStatusFilter=list(STANDING)),
    )
    everything = (zones(), records(cname("gone.elasticbeanstalk.com")), *environments(), *there)
    judged = judge_answers(OWNED, *everything, regions=("eu-west-1", home))
    assert [m.judgement for m in judged.members] == ["exception"]


@pytest.mark.parametrize("record", [cname("shop.example."), cname(OWN, "TXT"), alias("d1.cloudfront.net.")])
def test_other_records_are_not_spoken_of(record: dict[str, Any]) -> None:
    assert of_record(record) == []


def test_records_and_environments_that_could_not_be_read() -> None:
    denied = ended("elasticbeanstalk", "DescribeEnvironments", "denied", IncludeDeleted=False)
    assert of_record(cname("gone.eu-west-1.elasticbeanstalk.com"), listed=(denied,)) == ["gap"]
    unread = ended("route53", "ListResourceRecordSets", "denied", region="global", HostedZoneId="Z1")
    assert judge_answers(OWNED, zones(), unread, *environments()).result.judgement == "gap"
    assert judge_answers(OWNED, zones(), records({"Type": "A"}), *environments()).result.judgement == "not_applicable"
    assert (
        judge_answers(OWNED, zones(), records({"Type": "CNAME", "ResourceRecords": [{}]}), *environments()).result.judgement
        == "gap"
    )


def signed(status: dict[str, Any], private: bool | None = False) -> str:
    answer = answered("route53", "GetDNSSEC", {"Status": status, "KeySigningKeys": []}, region="global", HostedZoneId="Z1")
    return judge_answers(SIGNED, zones(private), answer)["Z1"]


def test_a_public_zone_is_signed() -> None:
    assert signed({"ServeSignature": "SIGNING"}) == "meets"
    for status in ("NOT_SIGNING", "ACTION_NEEDED", "DELETING"):
        assert signed({"ServeSignature": status}) == "exception"
    assert signed({}) == "gap"
    assert signed({"ServeSignature": "NOT_SIGNING"}, private=True) == "not_applicable"
    assert signed({"ServeSignature": "SIGNING"}, private=None) == "gap"
    denied = ended("route53", "GetDNSSEC", "denied", region="global", HostedZoneId="Z1")
    assert judge_answers(SIGNED, zones(), denied)["Z1"] == "gap"
    assert not judge_answers(SIGNED, zones(), ended("route53", "GetDNSSEC", "gone", region="global", HostedZoneId="Z1")).members


def logged(*configs: dict[str, Any], private: bool = False) -> Judged:
    answer = answered("route53", "ListQueryLoggingConfigs", {"QueryLoggingConfigs": list(configs)}, region="global")
    return judge_answers(LOGGED, zones(private), answer)


def test_a_public_zone_logs_its_queries() -> None:
    config = {
        "Id": "q1",
        "HostedZoneId": "Z1",
        "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:012345678901:log-group:dns:*",
    }
    assert logged(config)["Z1"] == "meets"
    assert logged(config | {"HostedZoneId": "Z9"})["Z1"] == "exception"
    assert logged()["Z1"] == "exception"
    assert logged({"Id": "q1", "HostedZoneId": "Z1"})["Z1"] == "gap"
    assert logged(private=True)["Z1"] == "not_applicable"
    denied = ended("route53", "ListQueryLoggingConfigs", "denied", region="global")
    assert judge_answers(LOGGED, zones(), denied)["Z1"] == "gap"


def test_zones_that_could_not_be_listed() -> None:
    denied = ended("route53", "ListHostedZones", "denied", region="global")
    assert judge_answers(SIGNED, denied).result.judgement == "gap"
    assert (
        judge_answers(SIGNED, answered("route53", "ListHostedZones", {"HostedZones": []}, region="global")).result.judgement
        == "not_applicable"
    )
    (zone,) = read_for(SIGNED, zones())["route53.hosted-zones"].members
    assert zone.arn == "arn:aws:route53:::hostedzone/Z1"
