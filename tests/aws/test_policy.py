"""The policy and the plan say exactly what would be asked."""

import json

from policy_sentry.querying.actions import get_action_data

from evidence.aws.plan import plan
from evidence.aws.policy import notes, policies, policy
from evidence.run.scope import Account
from evidence.services import asks, populations
from evidence.services.declare import Ask, PopulationSpec


def test_every_action_of_every_ask_exists() -> None:
    unknown = set()
    for action in sorted({action for ask in asks() for action in ask.actions}):
        prefix, _, name = action.partition(":")
        data = get_action_data(prefix, name)
        exact = data and any(entry["action"] == action for entry in data[prefix])
        if not exact:
            unknown.add(action)
    assert not unknown


def test_every_ask_names_the_actions_it_needs() -> None:
    assert not {ask.name for ask in asks() if not ask.actions}


def test_the_policy_holds_those_actions_and_what_every_collection_asks_and_no_others() -> None:
    odd = Ask("iam", "GenerateCredentialReport", ("iam:GenerateCredentialReport",), plain=False, note="It makes a report.")
    reads = (Ask("s3", "ListBuckets", ("s3:ListAllMyBuckets",)), Ask("ec2", "DescribeVolumes", ("ec2:DescribeVolumes",)))
    document = policy((*reads, odd, reads[0]))
    reading = ["ec2:DescribeRegions", "ec2:DescribeVolumes", "s3:ListAllMyBuckets", "sts:GetCallerIdentity"]
    assert document == {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "EvidenceRead", "Effect": "Allow", "Action": reading, "Resource": "*"},
            {"Sid": "EvidenceReports", "Effect": "Allow", "Action": ["iam:GenerateCredentialReport"], "Resource": "*"},
        ],
    }
    assert len(policy(reads)["Statement"]) == 1
    assert notes((*reads, odd)) == ["iam:GenerateCredentialReport: It makes a report."]


def test_a_policy_that_is_too_long_for_one_document_is_split_without_losing_an_action() -> None:
    """AWS counts 6,144 characters without white space."""
    many = [Ask("s3", f"Get{n}", (f"s3:Get{'X' * 30}{n}",), plain=n % 7 > 0, note="n") for n in range(500)]
    for chosen in (many, many[:3], asks()):
        documents = policies(chosen)
        assert all(len(json.dumps(d, separators=(",", ":"))) <= 6144 for d in documents)
        actions = [a for d in documents for s in d["Statement"] for a in s["Action"]]
        always = {"ec2:DescribeRegions", "sts:GetCallerIdentity"}
        assert sorted(actions) == sorted(set(actions)) == sorted({a for ask in chosen for a in ask.actions} | always)
    assert len(policies(many)) > 1
    assert policies(many[:3]) == [policy(many[:3])]


def test_the_plan_has_a_row_for_each_ask() -> None:
    listing = Ask("s3", "ListBuckets", ("s3:ListAllMyBuckets",), whole_account=True)
    each = Ask("s3", "GetBucketPolicy", ("s3:GetBucketPolicy",), each="s3.buckets", region="BucketRegion")
    regional = Ask("ec2", "DescribeVolumes", ("ec2:DescribeVolumes",))
    specs = {"s3.buckets": PopulationSpec("s3.buckets", "bucket", "AWS::S3::Bucket", listing, {})}
    account = Account("1", regions={"eu-west-1": "asked", "eu-west-2": "out of scope"})
    rows = plan((listing, each, regional), [account], specs)
    assert [(r.operation, r.per, r.places) for r in rows] == [
        ("ListBuckets", "account", ("global",)), ("GetBucketPolicy", "bucket", ("eu-west-1",)),
        ("DescribeVolumes", "account and Region", ("eu-west-1",))]  # fmt: skip
    assert str(rows[2]) == "ec2:DescribeVolumes, for each account and Region, in eu-west-1 (ec2:DescribeVolumes)"
    assert len(plan(asks(), [account], populations())) == len(asks())
