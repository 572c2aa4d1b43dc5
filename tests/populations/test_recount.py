"""Populations counted a second time from AWS Config, Resource Explorer and the tagging API: each agreeing, differing, denied, absent, strange."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any

import botocore.session
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.aws.redact import Redactor
from evidence.populations.answers import Answers
from evidence.populations.population import Population
from evidence.populations.read import read_populations
from evidence.populations.recount import PLACES_NAMED
from evidence.run.answer import Answer, Attempt, Call
from evidence.run.scope import Account, Scope
from evidence.services import populations
from evidence.services.config.recorded import SELECT_RESOURCES
from evidence.services.resourceexplorer import LIST_RESOURCES
from evidence.services.second import CONFIG_TYPES, INDEXED, NAMED, RECORDED, TAGGED, read_beside
from evidence.services.tagging import GET_RESOURCES
from tests.judging import ACCOUNT, AS_OF, REGION
from tests.strangers.shapes import anything, output_shape

HOME = "us-east-1"
LISTED = "2026-09-30T23:00:00Z"
VIEW = f"arn:aws:resource-explorer-2:{REGION}:{ACCOUNT}:view/all/1"
QUERY = SELECT_RESOURCES.parameters


def answered(service: str, operation: str, page: dict[str, Any], *, region: str = REGION, **parameters: Any) -> Answer:
    return Answer(
        Call(ACCOUNT, region, service, operation, parameters), "answered", (page,), attempts=(Attempt(1, LISTED, LISTED),)
    )


def denied(answer: Answer) -> Answer:
    return replace(answer, ending="denied", pages=(), code="AccessDenied")


def volumes(*ids: str, region: str = REGION) -> Answer:
    return answered("ec2", "DescribeVolumes", {"Volumes": [{"VolumeId": id} for id in ids]}, region=region)


def arn(id: str, region: str = REGION, account: str = ACCOUNT) -> str:
    return f"arn:aws:ec2:{region}:{account}:volume/{id}"


def recorder(recording: bool | None = True, region: str = REGION, **group: Any) -> tuple[Answer, Answer]:
    """AWS Config's recorder: of everything where nothing else is said; None: there is none."""
    group = group or {"allSupported": True, "includeGlobalResourceTypes": True}
    there = recording is not None
    recorders = [{"name": "default", "recordingGroup": group}] if there else []
    status = [{"name": "default", "recording": recording}] if there else []
    return (
        answered("config", "DescribeConfigurationRecorders", {"ConfigurationRecorders": recorders}, region=region),
        answered("config", "DescribeConfigurationRecorderStatus", {"ConfigurationRecordersStatus": status}, region=region),
    )


def recorded(*ids: str, kind: str = "AWS::EC2::Volume", region: str = REGION, **more: Any) -> Answer:
    rows = [json.dumps({"resourceType": kind, "resourceId": id, **more}) for id in ids]
    return answered("config", "SelectResourceConfig", {"Results": rows}, region=region, **QUERY)


def indexed(*arns: str, region: str = REGION, view: str | None = VIEW, **more: Any) -> tuple[Answer, ...]:
    views = answered("resource-explorer-2", "ListViews", {"Views": [view] if view else []}, region=region)
    if view is None:
        return (views,)
    found = [{"Arn": a, "OwningAccountId": ACCOUNT, "Region": region, **more} for a in arns]
    return views, answered("resource-explorer-2", "ListResources", {"Resources": found}, region=region, ViewArn=view)


def tagged(*arns: str, region: str = REGION) -> Answer:
    found = {"ResourceTagMappingList": [{"ResourceARN": a, "Tags": []} for a in arns]}
    return answered("resourcegroupstaggingapi", "GetResources", found, region=region)


def nothing(region: str = REGION) -> tuple[Answer, ...]:
    """All three sources, none of which has anything to say."""
    return (*recorder(None, region), recorded(region=region), *indexed(view=None, region=region), tagged(region=region))


def read(*answers: Answer, name: str = "ec2.volumes", regions: tuple[str, ...] = (REGION,)) -> Population:
    wanted = {name: (), **read_beside(populations()[name])}
    scope = Scope((Account(ACCOUNT, regions=dict.fromkeys(regions, "asked")),))
    return read_populations(Answers(scope, answers), wanted, populations(), AS_OF)[name]


def agreeing(source: str, *ids: str) -> tuple[Answer, ...]:
    """All three sources, of which this one names the volumes."""
    quiet = {RECORDED: (*recorder(None), recorded()), INDEXED: indexed(view=None), TAGGED: (tagged(),)}
    says = {
        RECORDED: (*recorder(), recorded(*ids)),
        INDEXED: indexed(*map(arn, ids)),
        TAGGED: (tagged(*map(arn, ids)),),
    }
    return tuple(a for name in quiet for a in (says if name == source else quiet)[name])


EACH = pytest.mark.parametrize("source", [RECORDED, INDEXED, TAGGED])


# -- each source -------------------------------------------------------------------------------------------------------


@EACH
def test_a_source_that_names_the_same_confirms(source: str) -> None:
    found = read(volumes("vol-1", "vol-2"), *agreeing(source, "vol-1", "vol-2"))
    assert found.corroborated is True and found.complete and found.uncounted == ()
    assert found.second is not None and found.second.source == source and found.second.limits
    assert (found.second.ours, found.second.theirs, found.second.both) == (2, 2, 2)


@EACH
def test_what_only_the_source_has_is_itemised_and_is_no_gap(source: str) -> None:
    """It may be a record of what is no more: the list was read to its end, and stays whole."""
    found = read(volumes("vol-1"), *agreeing(source, "vol-1", "vol-9"))
    assert found.corroborated is False and found.complete and found.unread == ()
    name = "vol-9" if source == RECORDED else arn("vol-9")
    assert found.second is not None and found.second.only_theirs == (f"{ACCOUNT}/{REGION}/{name}",)


@EACH
def test_a_list_that_was_not_read_is_not_confirmed_and_stays_a_gap(source: str) -> None:
    found = read(denied(volumes()), *agreeing(source, "vol-1"))
    assert found.corroborated is None and [u.ending for u in found.unread] == ["denied"]
    assert found.second is not None and list(found.second.reasons.values()) == [
        "the list was not read to its end (ec2:DescribeVolumes denied)"
    ]


@EACH
def test_a_source_that_names_none_of_the_members_confirms_nothing(source: str) -> None:
    found = read(volumes("vol-1"), *agreeing(source))
    assert found.corroborated is None and found.second is None and found.complete
    (why,) = found.uncounted
    assert "names none of those listed" in why and why.startswith(f"{ACCOUNT}/{REGION}: ")


@EACH
@pytest.mark.parametrize("how", ["denied", "throttled", "failed", "unsupported"])
def test_a_source_that_did_not_answer_leaves_the_population_uncorroborated_and_complete(source: str, how: Any) -> None:
    answers = agreeing(source, "vol-1")
    operation = {RECORDED: SELECT_RESOURCES, INDEXED: LIST_RESOURCES, TAGGED: GET_RESOURCES}[source].operation
    lost = [replace(a, ending=how, pages=(), code="X") if a.call.operation == operation else a for a in answers]
    found = read(volumes("vol-1"), *lost)
    assert found.corroborated is None and found.second is None and found.complete
    assert f"{operation} {how}" in found.uncounted[0]


@EACH
@pytest.mark.parametrize("strange", [None, "text", 7, [None], [{"Arn": 5, "ResourceARN": 5}], ["{", "[]", "null"], [[]]])
def test_a_strange_answer_is_no_confirmation_and_no_gap_of_the_list(source: str, strange: Any) -> None:
    answers = agreeing(source, "vol-1")
    ask = {RECORDED: SELECT_RESOURCES, INDEXED: LIST_RESOURCES, TAGGED: GET_RESOURCES}[source]
    page = {str(ask.result): strange}
    found = read(volumes("vol-1"), *(replace(a, pages=(page,)) if a.call.operation == ask.operation else a for a in answers))
    assert found.corroborated is not True and found.complete


@EACH
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_any_answer_at_all_leaves_the_list_as_it_is(source: str, seed: int) -> None:
    ask = {RECORDED: SELECT_RESOURCES, INDEXED: LIST_RESOURCES, TAGGED: GET_RESOURCES}[source]
    page = anything(output_shape(ask.name), Random(seed))
    answers = (replace(a, pages=(page,)) if a.call.operation == ask.operation else a for a in agreeing(source, "vol-1"))
    found = read(volumes("vol-1"), *answers)
    assert found.complete and found.corroborated is not True


def test_without_any_answer_of_a_source_nothing_is_said() -> None:
    found = read(volumes("vol-1"))
    assert found.corroborated is None and found.second is None and found.complete


def test_an_empty_region_is_confirmed_by_a_source_that_knows_the_type_and_not_by_tags() -> None:
    assert read(volumes(), *agreeing(RECORDED)).corroborated is True
    assert read(volumes(), *agreeing(INDEXED)).corroborated is True
    assert read(volumes(), *agreeing(TAGGED)).corroborated is None


# -- AWS Config --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (recorder(None), "AWS Config has no recorder"),
        (recorder(False), "AWS Config's recorder is stopped"),
        (recorder(True, allSupported=False, resourceTypes=["AWS::S3::Bucket"]), "AWS Config does not record this type"),
    ],
)
def test_what_aws_config_does_not_record_it_neither_confirms_nor_denies(answers: tuple[Answer, ...], why: str) -> None:
    found = read(volumes("vol-1"), *answers, recorded("vol-1", "vol-9"), *indexed(view=None), tagged())
    assert found.corroborated is None and found.complete and why in found.uncounted[0]


def test_the_next_source_counts_where_aws_config_does_not_record() -> None:
    found = read(volumes("vol-1"), *recorder(False), recorded("vol-9"), *indexed(view=None), tagged(arn("vol-1")))
    assert found.corroborated is True and found.second is not None and found.second.source == TAGGED


def test_a_lost_answer_of_a_better_source_is_no_improvement() -> None:
    """AWS Config names one more; without its answer the tags agree, and that must not pass for a confirmation."""
    better, worse = (*recorder(), recorded("vol-1", "vol-9")), (*indexed(view=None), tagged(arn("vol-1")))
    assert read(volumes("vol-1"), *better, *worse).corroborated is False
    for lost in range(len(better)):
        for how in (None, denied(better[lost])):
            kept = [a for n, a in enumerate(better) if n != lost] + ([how] if how else [])
            found = read(volumes("vol-1"), *kept, *worse)
            assert found.corroborated is None and found.second is not None and found.second.source == TAGGED


def test_reasons_are_given_where_they_are_known() -> None:
    late = recorded("vol-9", resourceCreationTime="2026-09-30T23:00:05.000Z", configurationItemCaptureTime="2026-09-30T23:01:00Z")
    stale = recorded("vol-8", configurationItemCaptureTime="2026-09-12T04:00:00.000Z")
    both = replace(late, pages=({"Results": [*late.pages[0]["Results"], *stale.pages[0]["Results"]]},))
    found = read(volumes("vol-1"), *recorder(), both, *indexed(view=None), tagged())
    assert found.second is not None and found.second.reasons == {
        f"{ACCOUNT}/{REGION}/vol-8": "last recorded by AWS Config 2026-09-12 04:00 UTC",
        f"{ACCOUNT}/{REGION}/vol-9": "made 2026-09-30 23:00 UTC, after the list was read",
    }


def bucket(name: str, made: str, region: str = REGION) -> dict[str, Any]:
    return {"Name": name, "BucketRegion": region, "CreationDate": dt.datetime.fromisoformat(made)}


def test_a_bucket_just_made_is_only_in_the_list_and_says_so() -> None:
    listed = [bucket("old", "2020-01-01T00:00:00+00:00"), bucket("new", "2026-09-30T22:30:00+00:00")]
    found = read(
        answered("s3", "ListBuckets", {"Buckets": listed}, region="global", MaxBuckets=1000),
        *recorder(), recorded("old", kind="AWS::S3::Bucket", arn="arn:aws:s3:::old"), *indexed(view=None), tagged(),
        name="s3.buckets",
    )  # fmt: skip
    assert found.corroborated is True and found.second is not None
    name = f"{ACCOUNT}/{REGION}/new"
    assert found.second.only_ours == (name,)
    assert found.second.reasons == {name: "made 2026-09-30 22:30 UTC, less than a day before it was listed"}


def test_buckets_are_counted_region_by_region_though_listed_once() -> None:
    listed = [bucket("a", "2020-01-01T00:00:00+00:00"), bucket("b", "2020-01-01T00:00:00+00:00", HOME)]
    one = answered("s3", "ListBuckets", {"Buckets": listed}, region="global", MaxBuckets=1000)
    there = (*recorder(), recorded("a", kind="AWS::S3::Bucket", arn="arn:aws:s3:::a"), *indexed(view=None), tagged())
    found = read(one, *there, *nothing(HOME), name="s3.buckets", regions=(REGION, HOME))
    assert found.corroborated is None and found.second is not None and found.second.ours == 1
    assert [why.partition(":")[0] for why in found.uncounted] == [f"{ACCOUNT}/{HOME}"]


def test_what_is_of_no_region_is_looked_for_where_it_is_recorded() -> None:
    role = {"RoleName": "a", "Arn": f"arn:aws:iam::{ACCOUNT}:role/a", "RoleId": "AROA"}
    ask = populations()["iam.roles"].listed_by
    assert not isinstance(ask, str)
    listed = answered("iam", ask.operation, {"RoleDetailList": [role]}, region="global", **ask.parameters)
    known = recorded("AROA", kind="AWS::IAM::Role", arn=role["Arn"])
    quiet = (*indexed(view=None), tagged())
    found = read(listed, *recorder(), known, *quiet, *nothing(HOME), name="iam.roles", regions=(REGION, HOME))
    assert found.corroborated is True
    without = (*recorder(True, allSupported=True, includeGlobalResourceTypes=False), known)
    found = read(listed, *without, *quiet, *nothing(HOME), name="iam.roles", regions=(REGION, HOME))
    assert found.corroborated is None and "AWS Config" in found.uncounted[0]


# -- the others --------------------------------------------------------------------------------------------------------


def test_another_accounts_or_regions_resources_are_none_of_ours() -> None:
    """A view may hold the whole organisation's, of every Region."""
    elsewhere = indexed(arn("vol-1"), arn("vol-7", HOME))
    resources = elsewhere[1].pages[0]["Resources"]
    resources[1]["Region"] = HOME
    resources.append({"Arn": arn("vol-8", account="999999999999"), "OwningAccountId": "999999999999", "Region": REGION})
    assert read(volumes("vol-1"), *recorder(None), recorded(), *elsewhere, tagged()).corroborated is True


def test_a_bucket_of_another_account_is_told_by_its_owner() -> None:
    """Its ARN names no account."""
    listed = answered(
        "s3", "ListBuckets", {"Buckets": [bucket("a", "2020-01-01T00:00:00+00:00")]}, region="global", MaxBuckets=1000
    )
    views = indexed("arn:aws:s3:::a", "arn:aws:s3:::theirs")
    views[1].pages[0]["Resources"][1]["OwningAccountId"] = "999999999999"
    assert read(listed, *recorder(None), recorded(), *views, tagged(), name="s3.buckets").corroborated is True


def test_what_tags_do_not_name_is_counted_and_not_itemised() -> None:
    found = read(volumes("vol-1", "vol-2", "vol-3"), *agreeing(TAGGED, "vol-1"))
    assert found.corroborated is True and found.second is not None
    assert (found.second.ours, found.second.both, found.second.only_ours) == (3, 1, ()) and "not itemised" in found.second.limits


def test_what_is_being_deleted_was_listed_and_is_no_difference() -> None:
    states = [{"InstanceId": "i-1", "State": {"Name": "running"}}, {"InstanceId": "i-2", "State": {"Name": "terminated"}}]
    listed = answered("ec2", "DescribeInstances", {"Reservations": [{"Instances": states}]})
    named = tagged(*(f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{id}" for id in ("i-1", "i-2")))
    found = read(listed, *recorder(None), recorded(), *indexed(view=None), named, name="ec2.instances")
    assert found.corroborated is True and found.second is not None and found.second.theirs == 1


def test_many_places_with_one_reason_are_one_line() -> None:
    regions = tuple(f"eu-test-{n}" for n in range(PLACES_NAMED + 4))
    answers = [a for region in regions for a in (volumes("vol-1", region=region), *nothing(region))]
    found = read(*answers, regions=regions)
    assert len(found.uncounted) == 1 and "and 4 more: AWS Config has no recorder" in found.uncounted[0]


# -- what may never happen ----------------------------------------------------------------------------------------------


def _world(ours: Iterable[str], config: Iterable[str], index: Iterable[str], tags: Iterable[str]) -> list[Answer]:
    here = [volumes(*ours), *recorder(), recorded(*config), *indexed(*map(arn, index)), tagged(*map(arn, tags))]
    return [*here, volumes("vol-0", region=HOME), *nothing(HOME)[:3], *indexed(view=None, region=HOME), tagged(arn("vol-0", HOME), region=HOME)]  # fmt: skip


names = st.sets(st.sampled_from(["vol-1", "vol-2", "vol-3"]))


@settings(max_examples=150, deadline=None)
@given(names, names, names, names, st.data())
def test_no_lost_answer_confirms_and_no_source_removes_a_gap(
    ours: set[str], config: set[str], index: set[str], tags: set[str], data: st.DataObject
) -> None:
    answers = _world(sorted(ours), sorted(config), sorted(index), sorted(tags))
    lost = data.draw(st.lists(st.sampled_from(range(len(answers))), unique=True, max_size=4))
    how = data.draw(st.sampled_from(["not asked", "denied", "throttled", "failed"]))
    kept = [
        a if n not in lost else replace(a, ending=how, pages=(), code="X")
        for n, a in enumerate(answers)
        if n not in lost or how != "not asked"
    ]
    before, after = read(*answers, regions=(REGION, HOME)), read(*kept, regions=(REGION, HOME))
    assert before.corroborated is True or after.corroborated is not True
    alone = read(*(a for a in kept if a.call.service == "ec2"), regions=(REGION, HOME))
    assert after.unread == alone.unread and after.members == alone.members, "a source changes nothing of the list"
    if after.second is not None:
        assert after.second.theirs == after.second.both + len(after.second.only_theirs)
        assert after.second.reasons.keys() <= {*after.second.only_ours, *after.second.only_theirs}


# -- the table ---------------------------------------------------------------------------------------------------------


def test_every_line_of_the_table_is_a_population_and_a_type_that_aws_config_knows() -> None:
    model = botocore.session.get_session().get_service_model("config")
    known = set(model.shape_for("ResourceType").enum)
    assert set(CONFIG_TYPES) <= known
    for name, named in NAMED.items():
        spec = populations()[name]
        assert named.config or named.arn, name
        assert spec.identity and (spec.arn or named.by == "id"), f"{name} has nothing in common with another source"
    assert len(QUERY["Expression"]) <= model.shape_for("Expression").metadata["max"]


def test_no_value_of_a_tag_is_kept() -> None:
    tags = [{"Key": "contact", "Value": "jo@example.com"}]
    page = {"ResourceTagMappingList": [{"ResourceARN": arn("vol-1"), "Tags": tags}]}
    view = {"Resources": [{"Arn": arn("vol-1"), "Properties": [{"Name": "tags", "Data": tags}]}]}
    for ask, answer in ((GET_RESOURCES, page), (LIST_RESOURCES, view)):
        Redactor(bytes(32)).apply(answer, ask.redact)
        assert "jo@example.com" not in str(answer) and arn("vol-1") in str(answer)
