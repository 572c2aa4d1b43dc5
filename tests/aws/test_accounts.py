"""Many accounts: those of the organisation, each entered by its role; one that refuses is a gap and stops nobody."""

import datetime as dt
import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError

from evidence.assessment.assess import assess
from evidence.assessment.model import Assessment
from evidence.aws.ask import Asker
from evidence.aws.collect import SETTLED, collect_account
from evidence.aws.redact import Redactor
from evidence.aws.scope import Found, described, find_scope, role_of
from evidence.aws.session import Session, Settings, open_session
from evidence.cli.collecting import collect_run
from evidence.cli.entering import Entering
from evidence.errors import EvidenceError
from evidence.programs.load import program
from evidence.requirements import requirements
from evidence.run.answer import Answer, Call
from evidence.run.redaction import redactions_in
from evidence.run.run import Run
from evidence.run.scope import Scope
from evidence.services import asks, populations
from evidence.services.ec2.disks import DESCRIBE_VOLUMES
from tests.aws.test_whole_account import Kept, enter
from tests.aws_simulator import Bench, Fault, Request, World, serve
from tests.cli.commands import evidence, refused

HOME, SHOP, SHUT, CLOSED, CLOSING = "111111111111", "222222222222", "333333333333", "444444444444", "555555555555"
REGION, ROLE, SECRET = "eu-west-1", "evidence-reader", "q3-shared-" + "secret"
KEYS = {"AWS_ACCESS_KEY_ID": f"AKIA{HOME}", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": REGION, "AWS_MAX_ATTEMPTS": "1"}


def member(id: str, name: str, **state: str) -> dict[str, Any]:
    arn = f"arn:aws:organizations::{HOME}:account/o-exampleorgid/{id}"
    return {"Id": id, "Arn": arn, "Email": f"root+{name}@example.com", "Name": name, "JoinedMethod": "CREATED", **state}


MEMBERS = [
    member(CLOSED, "old", State="SUSPENDED", Status="SUSPENDED"), member(SHOP, "shop", State="ACTIVE", Status="ACTIVE"),
    member(CLOSING, "older", Status="PENDING_CLOSURE"), member(HOME, "management", State="ACTIVE"), member(SHUT, "shut"),
]  # fmt: skip


def world() -> World:
    made = World(page_size=2)
    regions = [{"RegionName": name, "OptInStatus": "opt-in-not-required"} for name in (REGION, "us-east-1")]
    for account in (HOME, SHOP, SHUT, CLOSED, CLOSING):
        made.put(account, "us-east-1", "ec2", "DescribeRegions", {"Regions": regions})
        made.put(account, REGION, "ec2", "DescribeVolumes", {"Volumes": [{"VolumeId": f"vol-{account}", "Encrypted": True}]})
        made.put(account, "global", "iam", "GenerateCredentialReport", {"State": "COMPLETE"})
        made.put(account, "global", "iam", "GetCredentialReport", {"Content": b"user,arn\n<root_account>,x\n"})
    about = {"Id": "o-exampleorgid", "MasterAccountId": HOME, "MasterAccountEmail": "root@example.com", "FeatureSet": "ALL"}
    made.put(HOME, "global", "organizations", "DescribeOrganization", {"Organization": about})
    made.put(HOME, "global", "organizations", "ListAccounts", {"Accounts": MEMBERS})
    made.faults.append(refusing(SHUT))
    return made


def refusing(account: str, **more: Any) -> Fault:
    """The account's role does not trust us."""
    return Fault("denied", service="sts", operation="AssumeRole", matches=lambda r: account in r.parameters["RoleArn"], **more)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[World, Bench]]:
    made = world()
    with serve(made) as running:
        enter(monkeypatch, running)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEYS["AWS_ACCESS_KEY_ID"])
        yield made, running


def find(kept: Kept, **how: Any) -> tuple[Found, Asker]:
    session = open_session(Settings(region=REGION, session_name="third-quarter"))
    sessions: dict[str, Session] = {}
    asker = Asker(sessions.__getitem__, Redactor(b"k" * 32), sleep=lambda seconds: None)
    usual = {"organization": True, "role": ROLE, "external_id": SECRET}
    found = find_scope(session, asker, kept, **{**usual, **how})
    sessions.update(found.sessions)
    return found, asker


def assumed(bench: Bench) -> list[Request]:
    return bench.requests(service="sts", operation="AssumeRole")


def accounts_in(requests: list[Request]) -> list[str]:
    return sorted(r.parameters["RoleArn"].split(":")[4] for r in requests)


# -- discovery ---------------------------------------------------------------------------------------------------------------


def test_active_members_are_entered_by_role_and_the_others_are_listed_as_what_they_are(bench: tuple[World, Bench]) -> None:
    kept = Kept()
    found, _ = find(kept)
    said = {a.id: (a.name, a.status, a.state, a.ending) for a in found.accounts}
    assert said == {
        HOME: ("management", "in scope", "ACTIVE", "answered"), SHOP: ("shop", "in scope", "ACTIVE", "answered"),
        SHUT: ("shut", "in scope", "", "denied"), CLOSED: ("old", "not active", "SUSPENDED", "not asked"),
        CLOSING: ("older", "not active", "PENDING_CLOSURE", "not asked"),
    }  # fmt: skip
    assert list(said) == sorted(said)
    assert accounts_in(assumed(bench[1])) == [SHOP, SHUT], "our own account needs no role, a closed one is not asked"
    assert set(found.sessions) == {HOME, SHOP}
    shop = next(a for a in found.accounts if a.id == SHOP)
    assert (shop.role, shop.external_id) == (f"arn:aws:iam::{SHOP}:role/{ROLE}", True)
    assert shop.principal == f"arn:aws:sts::{SHOP}:assumed-role/{ROLE}/third-quarter"
    home = next(a for a in found.accounts if a.id == HOME)
    assert (home.role, home.external_id) == ("", False)
    assert [described(a).partition(": ")[2] for a in found.accounts[2:]] == [
        "denied, nothing is asked", "not active, not asked (SUSPENDED)", "not active, not asked (PENDING_CLOSURE)",
    ]  # fmt: skip


def test_how_an_account_was_entered_or_refused_is_kept_without_what_is_secret(bench: tuple[World, Bench]) -> None:
    kept = Kept()
    found, _ = find(kept)
    roles = {a.call.account: a for a in kept if a.call.name == "sts:AssumeRole"}
    assert {account: a.ending for account, a in roles.items()} == {SHOP: "answered", SHUT: "denied"}
    refusal = roles[SHUT]
    assert refusal.code == "AccessDenied" and refusal.message and refusal.attempts[0].request_id and refusal.attempts[0].date
    assert refusal.principal == f"arn:aws:sts::{HOME}:assumed-role/Auditor/alice", "it was we who asked"
    assert refusal.call.parameters == {"RoleArn": f"arn:aws:iam::{SHUT}:role/{ROLE}", "RoleSessionName": "third-quarter"}
    assert roles[SHOP].pages[0]["AssumedRoleUser"]["Arn"].endswith(f"{ROLE}/third-quarter")
    assert next(a for a in found.accounts if a.id == SHUT).seen == (refusal.id,)
    for request in assumed(bench[1]):
        assert request.parameters["ExternalId"] == SECRET
        assert "DurationSeconds" not in request.parameters, "the default hour is all that role chaining allows"
    lines = b"".join(a.to_line("") for a in kept)
    keys = {r.access_key for r in bench[1].log if r.access_key.startswith("ASIA")}
    assert keys and not any(secret.encode() in lines for secret in (SECRET, *keys, "@example.com"))
    assert redactions_in(lines) == {"root user's e-mail address": 6, "temporary credential": 3}
    assert SECRET not in repr(found.accounts)


def test_some_of_the_organisation(bench: tuple[World, Bench]) -> None:
    found, _ = find(Kept(), accounts=[SHOP])
    assert {a.id: a.status for a in found.accounts} == {
        HOME: "out of scope", SHOP: "in scope", SHUT: "out of scope", CLOSED: "not active", CLOSING: "not active"}  # fmt: skip
    assert accounts_in(assumed(bench[1])) == [SHOP]
    with pytest.raises(EvidenceError, match="999999999999 is no member of organisation o-exampleorgid"):
        find(Kept(), accounts=["999999999999"])


def test_named_accounts_ask_nothing_of_the_organisation(bench: tuple[World, Bench]) -> None:
    found, _ = find(Kept(), organization=False, accounts=[HOME, SHOP, SHOP])
    assert [(a.id, a.status, a.state) for a in found.accounts] == [(HOME, "in scope", ""), (SHOP, "in scope", "")]
    assert not bench[1].requests(service="organizations")


@pytest.mark.parametrize(("fault", "words"), [
    (Fault("denied", service="organizations", code="AWSOrganizationsNotInUseException"), "belongs to no organisation"),
    (Fault("denied", service="organizations"), "organizations:ListAccounts"),
    (Fault("throttled", service="organizations", page=1), "organizations:ListAccounts ended throttled"),
    (Fault("denied", service="organizations", operation="ListAccounts"), "delegated administrator"),
])  # fmt: skip
def test_an_organisation_that_is_not_named_whole_is_no_scope(bench: tuple[World, Bench], fault: Fault, words: str) -> None:
    bench[0].faults.append(fault)
    with pytest.raises(EvidenceError, match=words):
        find(Kept())


# -- what goes wrong in one account ----------------------------------------------------------------------------------------


def test_an_account_that_does_not_say_which_regions_it_has_is_a_gap_and_the_others_go_on(bench: tuple[World, Bench]) -> None:
    bench[0].fail(SHOP, "us-east-1", "ec2", "DescribeRegions", "UnauthorizedOperation", 403)
    found, _ = find(Kept())
    assert {a.id: a.ending for a in found.accounts if a.status == "in scope"} == {
        HOME: "answered", SHOP: "denied", SHUT: "denied"}  # fmt: skip
    assert any(SHOP in note and "--region" in note for note in found.notes)
    named, _ = find(Kept(), regions=[REGION])
    assert {a.id: a.asked for a in named.accounts if a.id == SHOP} == {SHOP: (REGION,)}, "named Regions can be asked"


def test_an_account_whose_answers_make_no_sense_is_a_gap_and_the_others_go_on(bench: tuple[World, Bench]) -> None:
    bench[0].put(SHOP, "us-east-1", "ec2", "DescribeRegions", {"Regions": [{"Endpoint": "x"}]})
    found, _ = find(Kept())
    assert {a.id: a.ending for a in found.accounts if a.status == "in scope"} == {
        HOME: "answered", SHOP: "failed", SHUT: "denied"}  # fmt: skip
    assert any(SHOP in note and "make no sense (KeyError: 'RegionName')" in note for note in found.notes)


def test_a_fault_of_ours_is_not_taken_for_an_account_that_makes_no_sense(
    bench: tuple[World, Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise AttributeError("a misspelt name of ours")

    monkeypatch.setattr("evidence.aws.scope._statuses", broken)
    with pytest.raises(AttributeError, match="a misspelt name of ours"):
        find(Kept())


def test_where_no_account_at_all_can_be_entered_there_is_nothing_to_collect(bench: tuple[World, Bench]) -> None:
    with pytest.raises(EvidenceError, match=r"None of the accounts could be entered.*AccessDenied.*trust policy"):
        find(Kept(), organization=False, accounts=[SHUT])
    with pytest.raises(EvidenceError, match=r"No account is in scope"):
        find(Kept(), accounts=[CLOSED])


def test_where_nobody_could_be_entered_the_same_words_begin_anew(bench: tuple[World, Bench], tmp_path: Path) -> None:
    made, _ = bench

    def collected() -> Run:
        way = Entering(accounts=(SHUT,), role=ROLE, regions=(REGION,))
        return collect_run(tmp_path / "run", way, programs=["iso-42001-2023"], external_id=SECRET)

    with pytest.raises(EvidenceError, match="None of the accounts could be entered"):
        collected()
    made.faults.clear()  # its trust policy was mended
    run = collected()
    assert [(a.id, a.ending) for a in run.finished().scope.accounts] == [(SHUT, "answered")]
    assert run.facts.calls["denied"] == 0, "what was refused the first time was not kept"


# -- long runs -------------------------------------------------------------------------------------------------------------


def test_credentials_of_a_role_that_expire_in_the_middle_are_fetched_anew(bench: tuple[World, Bench]) -> None:
    made, running = bench
    right, kept = Kept(), Kept()
    found, asker = find(right, organization=False, accounts=[SHOP])
    collect_account(found.accounts[0], asks(), populations(), asker, right, already=found.already)
    found, asker = find(kept, organization=False, accounts=[SHOP])
    first = next(r.access_key for r in reversed(running.log) if r.access_key.startswith("ASIA"))
    made.faults.append(Fault("expired", access_key=first, after=10))
    before = len(assumed(running))
    collect_account(found.accounts[0], asks(), populations(), asker, kept, already=found.already)
    assert len(assumed(running)) == before + 1
    assert {a.call.key: a.ending for a in kept} == {a.call.key: a.ending for a in right}


def test_the_role_is_assumed_again_before_its_hour_is_over(bench: tuple[World, Bench]) -> None:
    made, running = bench
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=9)  # botocore renews what ends within ten
    given = {"AccessKeyId": "ASIASOON", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": soon}
    user = {"AssumedRoleId": "AROA:x", "Arn": f"arn:aws:sts::{SHOP}:assumed-role/{ROLE}/x"}
    made.put(HOME, "global", "sts", "AssumeRole", {"Credentials": given, "AssumedRoleUser": user})
    made.account(SHOP).access_keys.append("ASIASOON")
    found, _ = find(Kept(), organization=False, accounts=[SHOP])
    before = len(assumed(running))
    found.sessions[SHOP].client("ec2", REGION).describe_volumes()
    assert len(assumed(running)) > before


def test_the_next_account_goes_on_with_the_clients_and_asks_as_itself(bench: tuple[World, Bench]) -> None:
    found, _ = find(Kept(), organization=False, accounts=[SHOP, CLOSED])
    first, second = (found.sessions[id] for id in (SHOP, CLOSED))
    second.close()
    client = first.client("ec2", REGION)
    first.close()
    with pytest.raises(NoCredentialsError):  # whoever kept it asks nobody, not the next account
        client.describe_volumes()
    assert second.client("ec2", REGION) is client
    assert first.client("ec2", REGION) is not client
    for id, session in ((SHOP, first), (CLOSED, second)):
        assert session.client("ec2", REGION).describe_volumes()["Volumes"][0]["VolumeId"] == f"vol-{id}"


def test_a_client_that_had_to_ask_again_is_not_handed_on(bench: tuple[World, Bench]) -> None:
    """botocore counts a client's retries: an account that was throttled must not use up those of the next."""
    made, _ = bench
    found, asker = find(Kept(), organization=False, accounts=[SHOP])
    session = found.sessions[SHOP]
    clients = {region: session.client("ec2", region) for region in (REGION, "us-east-1")}
    made.faults.append(Fault("malformed", service="ec2", region=REGION, operation="DescribeVolumes", times=1))
    for region in clients:
        assert asker.ask(DESCRIBE_VOLUMES, Call(SHOP, region, "ec2", "DescribeVolumes"), session=session).ending == "answered"
    session.close()
    assert [session.client("ec2", region) is client for region, client in clients.items()] == [False, True]


# -- what becomes of it ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Bench, Path]]:
    """A run over the organisation, made by the command line."""
    made, out = world(), tmp_path_factory.mktemp("runs") / "run"
    with serve(made) as running:
        done = evidence(
            "collect", "--out", out, "--program", "cis-aws-foundations-7.0", "--region", REGION, "--organization", "--role", ROLE,
            "--session-name", "third-quarter", EVIDENCE_EXTERNAL_ID=SECRET, **KEYS, **running.environment,
        )  # fmt: skip
        assert done.returncode == 3, (done.stdout, done.stderr)
        assert f"could not be entered, and is a gap as a whole: account {SHUT}" in done.stdout
        assert f"{SHUT} could not be entered: AccessDenied" in done.stderr
        yield made, running, out


def assessed(run: Run) -> Assessment:
    return assess(run.finished(), run.answers(), [program("cis-aws-foundations-7.0")], requirements(), populations())


def test_the_run_says_where_it_looked_and_never_the_external_id(collected: tuple[World, Bench, Path]) -> None:
    out = collected[2]
    scope = Run.open(out).facts.scope
    assert (scope.organization, len(scope.seen)) == ("o-exampleorgid", 2)
    assert {a.id: (a.status, a.ending, a.external_id) for a in scope.accounts} == {
        HOME: ("in scope", "answered", False), SHOP: ("in scope", "answered", True), SHUT: ("in scope", "denied", True),
        CLOSED: ("not active", "not asked", False), CLOSING: ("not active", "not asked", False)}  # fmt: skip
    assert role_of(scope) == (ROLE, "third-quarter")
    for path in (p for p in out.rglob("*") if p.is_file()):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        assert SECRET.encode() not in data and b"@example.com" not in data, path
    assert not (out / f"answers/{SHUT}/{REGION}").exists()


def test_an_account_that_refused_is_a_gap_in_every_population_and_region(collected: tuple[World, Bench, Path]) -> None:
    found = assessed(Run.open(collected[2]))
    assert [a["id"] for a in found.run.in_scope] == [HOME, SHOP, SHUT]
    cells = {(c.account, c.region): c.status for c in found.coverage}
    assert {cells[SHUT, region] for region in ("global", REGION)} == {"denied"}
    assert {cells[CLOSED, region] for region in ("global", REGION)} == {"not active"}
    assert cells[SHOP, "us-east-1"] == "out of scope"
    refusal = next(a for a in Run.open(collected[2]).answers() if a.call.account == SHUT)
    (failed,) = (f for f in found.failed_calls if f.account == SHUT)
    assert (failed.call, failed.ending, failed.evidence, failed.region) == ("sts:AssumeRole", "denied", refusal.id, "global")
    regional = next(r for r in found.requirements if r.population.name == "ec2.regions")
    assert [(u.account, u.call, u.ending) for u in regional.population.unread] == [(SHUT, "sts:AssumeRole", "denied")]
    for result in found.requirements:
        shut = [m.judgement for m in found.members if m.requirement == result.id and m.account == SHUT]
        assert shut in ([], ["gap"]), result.id
        assert shut or any(u.account == SHUT for u in result.population.unread), f"{result.id} is silent about {SHUT}"
        assert not any(u.account in (CLOSED, CLOSING) for u in result.population.unread)
    assert set(failed.populations) >= {r.population.name for r in found.requirements}
    assert not [c for c in found.conclusions if c.conclusion == "supported"], "no control is supported while an account is unread"


def test_the_run_is_replayed_with_the_same_scope(collected: tuple[World, Bench, Path], tmp_path: Path) -> None:
    done = evidence("collect", "--replay", collected[2], "--out", tmp_path / "again")
    assert done.returncode == 3, done.stderr
    first, again = Run.open(collected[2]), Run.open(tmp_path / "again")
    assert again.facts.scope == first.facts.scope
    assert {a.call.key: a for a in again.answers()} == {a.call.key: a for a in first.answers()}


def test_a_run_is_gone_on_with_once_the_account_lets_us_in(collected: tuple[World, Bench, Path], tmp_path: Path) -> None:
    made, running, out = collected
    assert "--external-id" in refused("collect", "--out", out, "--resume", **KEYS, **running.environment)
    run = Run.open(out)
    stands = [a for a in run.answers() if a.ending in SETTLED and a.call.account == SHOP and a.call.service not in ("sts", "ec2")]
    made.faults.clear()
    done = evidence("collect", "--out", out, "--resume", EVIDENCE_EXTERNAL_ID=SECRET, **KEYS, **running.environment)
    assert "could not be entered" not in done.stdout + done.stderr
    run = Run.open(out)
    assert {a.id: (a.status, a.ending) for a in run.facts.scope.accounts}[SHUT] == ("in scope", "answered")
    newest = {a.call.key: a for a in run.answers()}
    assert [a.ending for a in newest.values() if a.call.account == SHUT and a.call.name == "sts:AssumeRole"] == ["answered"]
    assert {a.call.key for a in newest.values() if a.call.account == SHUT} > {
        a.call.key for a in newest.values() if a.call.account == SHUT and a.call.service == "sts"
    }
    assert stands and all(newest[a.call.key] == a for a in stands), "what the other account answered stands"
    assert not [f for f in assessed(run).failed_calls if f.account == SHUT and f.call == "sts:AssumeRole"]


def test_a_dry_run_says_which_accounts_would_be_asked(bench: tuple[World, Bench], tmp_path: Path) -> None:
    words = ("collect", "--out", tmp_path / "run", "--program", "cis-aws-foundations-7.0", "--organization", "--role", ROLE)
    done = evidence(*words, "--dry-run", **KEYS, **bench[1].environment)
    assert f"Account {SHOP} (shop): as arn:aws:sts::{SHOP}:assumed-role/{ROLE}/evidence, in eu-west-1, us-east-1" in done.stdout
    assert f"Account {CLOSED} (old): not active, not asked (SUSPENDED)" in done.stdout
    listed = json.loads(evidence(*words, "--dry-run", "--json", **KEYS, **bench[1].environment).stdout)["accounts"]
    assert [a["id"] for a in listed] == [HOME, SHOP, SHUT, CLOSED, CLOSING]
    assert not (tmp_path / "run").exists()


def test_a_scope_without_an_organisation_is_written_as_it_always_was() -> None:
    plain = {"id": HOME, "partition": "aws", "name": "", "principal": "p", "regions": {}, "ending": "answered", "seen": ["e"]}
    raw = {"accounts": [plain], "programs": [], "period": "", "entity": "", "prepared_by": ""}
    assert Scope.from_json(raw).to_json() == raw
    scope = Scope.from_json(raw)
    fuller = replace(scope, organization="o-1", seen=("a",), accounts=(replace(scope.accounts[0], role="r", external_id=True),))
    assert Scope.from_json(json.loads(json.dumps(fuller.to_json()))) == fuller


# -- refusals --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "said"), [
    (("--account", "12345"), "twelve digits"),
    (("--account", SHOP), "--role"),
    (("--organization",), "--role"),
    (("--account", SHOP, "--role", f"arn:aws:iam::{SHOP}:role/x"), "not its ARN"),
    (("--account", SHOP, "--role", ROLE, "--session-name", "third quarter"), "third quarter"),
    (("--account", SHOP, "--role", ROLE, "--external-id", "hunter2 hunter2"), "external id"),
])  # fmt: skip
def test_what_cannot_be_meant_is_a_sentence(
    bench: tuple[World, Bench], tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    out = refused("collect", "--out", tmp_path / "run", "--program", "soc2-2017", *words, **KEYS, **bench[1].environment)
    assert said in out and "hunter2" not in out
    assert not (tmp_path / "run").exists()
    assert not assumed(bench[1])


def test_an_answer_that_is_kept_comes_back_from_its_line(bench: tuple[World, Bench]) -> None:
    kept = Kept()
    find(kept)
    assert [Answer.from_line(a.to_line("")) for a in kept] == list(kept)
