"""Where we look: from what the account itself says, never from the SDK's built-in list."""

import pytest

from evidence.aws.ask import Asker
from evidence.aws.redact import Redactor
from evidence.aws.replay import recorded, replay_session
from evidence.aws.scope import find_scope
from evidence.aws.session import Session, Settings, open_session
from evidence.aws.unit import again
from evidence.errors import EvidenceError
from evidence.run.answer import Answer
from tests.aws.wire import Reply, Request, Wire, assumed, ec2_error, identity, js, query_error, regions


class Kept(list[Answer]):
    def keep(self, answer: Answer) -> None:
        self.append(answer)


@pytest.fixture
def enabled(wire: Wire) -> Wire:
    wire.on("GetCallerIdentity", identity())
    wire.on("DescribeRegions", regions(eu_west_1="opt_in_not_required", af_south_1="opted_in", ap_east_1="not_opted_in"))
    return wire


def test_all_enabled_regions_are_asked_and_the_others_are_named(enabled: Wire, session: Session, asker: Asker) -> None:
    kept = Kept()
    found = find_scope(session, asker, kept)
    (account,) = found.accounts
    assert account.regions == {"af-south-1": "asked", "ap-east-1": "not enabled", "eu-west-1": "asked"}
    assert (account.id, account.partition, account.ending) == ("111122223333", "aws", "answered")
    assert account.principal == "arn:aws:sts::111122223333:assumed-role/audit/me" == kept[0].principal == kept[1].principal
    assert account.seen == tuple(a.id for a in kept)
    assert [a.call.name for a in kept] == ["sts:GetCallerIdentity", "ec2:DescribeRegions"]
    assert {a.call.account for a in kept} == {"111122223333"}
    assert enabled.requests[2].parameters["AllRegions"] == "true"
    assert found.session_for("111122223333") is session


def test_the_regions_asked_for_are_a_choice_among_them(enabled: Wire, session: Session, asker: Asker) -> None:
    (account,) = find_scope(session, asker, Kept(), regions=["eu-west-1", "ap-east-1"]).accounts
    assert account.regions == {"af-south-1": "out of scope", "ap-east-1": "not enabled", "eu-west-1": "asked"}
    assert account.asked == ("eu-west-1",)


def test_a_misspelt_region_is_a_sentence_with_the_nearest_name(enabled: Wire, session: Session, asker: Asker) -> None:
    with pytest.raises(EvidenceError, match=r"'eu-wst-1'.*Did you mean eu-west-1\?"):
        find_scope(session, asker, Kept(), regions=["eu-wst-1"])


def test_a_denied_list_of_regions_leaves_the_named_ones_and_says_so(enabled: Wire, session: Session, asker: Asker) -> None:
    enabled.on("DescribeRegions", ec2_error("UnauthorizedOperation", 403))
    kept = Kept()
    found = find_scope(session, asker, kept, regions=["eu-west-1"])
    assert found.accounts[0].regions == {"eu-west-1": "asked"}
    assert kept[1].ending == "denied"
    assert "named: eu-west-1" in found.notes[0]
    with pytest.raises(EvidenceError, match="Name them with --region,"):
        find_scope(session, asker, Kept())
    with pytest.raises(EvidenceError, match="Did you mean eu-west-1"):
        find_scope(session, asker, Kept(), regions=["eu-wst-1"])


def test_credentials_that_are_not_accepted_stop_the_run_with_a_sentence(wire: Wire, session: Session, asker: Asker) -> None:
    wire.on("GetCallerIdentity", query_error("InvalidClientTokenId", 403))
    with pytest.raises(EvidenceError, match=r"did not say who we are.*InvalidClientTokenId.*partition"):
        find_scope(session, asker, Kept())


def test_an_account_that_refuses_is_in_the_scope_with_its_ending_and_the_others_go_on(
    enabled: Wire, session: Session, asker: Asker
) -> None:
    def role(request: Request) -> Reply:
        assert request.parameters["ExternalId"] == "ext-1"
        account = request.parameters["RoleArn"].split(":")[4]
        return query_error("AccessDenied", 403) if account == "222222222222" else assumed(f"ASIA{account}")

    def who(request: Request) -> Reply:
        return identity("333333333333" if request.key == "ASIA333333333333" else "111122223333")

    enabled.on("AssumeRole", role)
    enabled.on("GetCallerIdentity", who)
    kept = Kept()
    found = find_scope(
        session, asker, kept, accounts=["222222222222", "333333333333", "111122223333"], role="audit", external_id="ext-1"
    )
    assert [(a.id, a.ending) for a in found.accounts] == [
        ("222222222222", "denied"), ("333333333333", "answered"), ("111122223333", "answered")]  # fmt: skip
    assert "222222222222 could not be entered" in found.notes[0]
    assert found.accounts[0].seen == (kept[0].id,)
    assert (kept[0].call.account, kept[0].ending) == ("222222222222", "denied")
    assert found.accounts[0].asked == ()
    assert set(found.sessions) == {"333333333333", "111122223333"}


def test_a_replayed_run_has_the_same_scope(enabled: Wire, session: Session, asker: Asker) -> None:
    kept = Kept()
    found = find_scope(session, asker, kept)
    enabled.requests.clear()
    offline = replay_session("aws")
    replaying = Asker(lambda account: offline, Redactor(), recorded=recorded(kept))
    assert again(found.accounts[0].seen, kept, replaying) == kept
    assert enabled.requests == []


def test_other_partitions(wire: Wire) -> None:
    wire.on("GetCallerIdentity", identity(partition="aws-cn"))
    wire.on("DescribeRegions", regions(cn_north_1="opt_in_not_required"))
    session = open_session(Settings(region="cn-northwest-1"))
    asker = Asker(lambda account: session, Redactor(), sleep=lambda seconds: None)
    (account,) = find_scope(session, asker, Kept()).accounts
    assert (account.partition, account.asked) == ("aws-cn", ("cn-north-1",))
    assert {r.region for r in wire.requests} == {"cn-north-1"}
    wire.on("DescribeLogGroups", js({"logGroups": []}))
