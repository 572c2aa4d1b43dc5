"""Cost Explorer asked over the wire, where the user says so: by whom, how often, what is kept of it, and what it says beside the run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from evidence.assessment import billing as kinds
from evidence.assessment.assess import assess
from evidence.assessment.model import Assessment, Billing
from evidence.aws.ask import Asker
from evidence.aws.collect import collect_account
from evidence.aws.redact import Redactor
from evidence.aws.replay import recorded
from evidence.aws.scope import enter_account, name_accounts, payer_of
from evidence.aws.session import Session, Settings, open_session
from evidence.aws.unit import Unit, collect_unit
from evidence.cli.collecting import asks_of, columns_of
from evidence.pack import billed
from evidence.programs.model import AwsSide, Control, Mapped, Program
from evidence.requirements import requirements
from evidence.run.answer import GLOBAL, Answer
from evidence.run.calendar import billed_days
from evidence.run.run import Run
from evidence.run.scope import Account, Scope
from evidence.services import populations
from evidence.services.calls import needed, own_entries
from evidence.services.ce import ACCOUNT, BY_SERVICE
from evidence.services.declare import ACCOUNTS, Ask
from tests.aws.test_accounts import HOME, REGION, ROLE, SHOP, SHUT, world
from tests.aws.test_whole_account import enter
from tests.aws_simulator import Request, World, serve

TIME = ("2026-07-01T00:00:00Z", "2026-09-30T23:00:00Z")
AMOUNT = "8675.309"
PROGRAM = Program("ours", "Ours", "1", "", "", AwsSide(False), (
    Control("1", "All of it", "customer", (Mapped("ec2.volumes.encrypted", "part"), Mapped("s3.buckets.versioning", "part"))),
))  # fmt: skip
SERVICES, REGIONS, PLACES = ("LINKED_ACCOUNT", "SERVICE"), ("LINKED_ACCOUNT", "REGION"), ("SERVICE", "REGION")
EC2, S3, SAIL = "EC2 - Other", "Amazon Simple Storage Service", "Amazon Lightsail"


def bill(world: World, account: str, by: tuple[str, str], *groups: tuple[Any, ...], months: int = 1) -> None:
    """(key, key) or (key, key, amount) are groups; the last month has them, the ones before it nothing."""
    shown = [
        {"Keys": [*group[:2]], "Metrics": {"UsageQuantity": {"Amount": (group[2:] or (AMOUNT,))[0], "Unit": "N/A"}}}
        for group in groups
    ]
    times = [
        {
            "TimePeriod": {"Start": f"2026-0{month}-01", "End": f"2026-0{month + 1}-01"},
            "Total": {},
            "Groups": [],
            "Estimated": True,
        }
        for month in range(10 - months, 10)
    ]
    times[-1]["Groups"] = shown
    when = {"GroupBy": [{"Type": "DIMENSION", "Key": key} for key in by]}
    world.put(account, "us-east-1", "ce", "GetCostAndUsage", {"ResultsByTime": times}, when)


def used() -> World:
    """Two accounts, on the bill of the first: what the run asks of, what it does not, and what is no service."""
    made = world()
    bill(
        made, HOME, SERVICES, (HOME, EC2), (SHOP, EC2), (SHOP, S3), (SHOP, SAIL), (SHOP, "Tax", "0"), (HOME, "AWS Support (Business)"),
        (SHOP, "Acme Scanner"), ("999999999999", "AWS Lambda"), months=3,
    )  # fmt: skip
    bill(
        made,
        HOME,
        REGIONS,
        (HOME, REGION),
        (SHOP, REGION),
        (SHOP, "eu-south-2"),
        (SHOP, "NoRegion"),
        ("999999999999", "eu-west-2"),
    )
    bill(made, HOME, PLACES, (EC2, REGION), (S3, REGION), (SAIL, "eu-south-2"), ("AWS Lambda", "eu-west-2"))
    return made


@dataclass
class Seen:
    assessment: Assessment
    answers: tuple[Answer, ...]
    requests: tuple[Request, ...]
    run: Run

    @property
    def billing(self) -> Billing:
        return self.assessment.billing

    def of(self, kind: str) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        return [(d.account, d.names, d.where) for d in self.billing.differences if d.kind == kind]

    def why(self, kind: str) -> dict[tuple[str, str], str]:
        return {(d.account, name): d.reason for d in self.billing.differences if d.kind == kind for name in d.names}

    def asked(self) -> list[str]:
        """The account of every request for the bill."""
        return [r.account for r in self.requests if r.operation == "GetCostAndUsage"]


Collect = Callable[..., Seen]


def judged(run: Run) -> Assessment:
    return assess(run.finished(), run.answers(), [PROGRAM], requirements(), populations())


@pytest.fixture(scope="module")
def collect(tmp_path_factory: pytest.TempPathFactory) -> Collect:
    def collecting(
        made: World, over: tuple[str, ...] = ("billing",), organization: bool = True, time: tuple[str, str] = TIME
    ) -> Seen:
        run = Run.create(tmp_path_factory.mktemp("billing") / "run", Scope((), ("ours",)), versions={})
        with pytest.MonkeyPatch.context() as monkeypatch, serve(made) as bench:
            enter(monkeypatch, bench)
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", f"AKIA{HOME}")
            session = open_session(Settings(region=REGION))
            sessions: dict[str, Session] = {}
            asker = Asker(sessions.__getitem__, Redactor(b"k" * 32), sleep=lambda _: None)
            named = name_accounts(session, asker, role=ROLE, organization=organization, accounts=() if organization else (HOME,))
            named = named.asked_about(*(time if over else ("", "")), payer_of(named, session, asker) if over else "")
            for answer in named.answers:
                run.keep(answer)
            accounts = []
            for account in named.accounts:
                if account.status == "in scope":
                    entry = enter_account(account, session, asker, ())
                    account, sessions[account.id] = entry.account, entry.session
                    for answer in entry.answers:
                        run.keep(answer)
                    known = recorded([*named.answers, *entry.answers])
                    collect_account(account, asks(over), populations(), asker, run, already=known, concurrency=4)
                accounts.append(account)
            scope = Scope(tuple(accounts), ("ours",), "2026-Q3", over_time=over, organization=named.organization, seen=named.seen)
            run.finish(scope=scope)
            requests = tuple(bench.log)
        return Seen(judged(run), tuple(run.answers()), requests, run)

    return collecting


@pytest.fixture(scope="module")
def seen(collect: Collect) -> Seen:
    return collect(used())


def asks(over: tuple[str, ...]) -> tuple[Ask, ...]:
    return asks_of([PROGRAM], over)


def test_the_management_account_is_asked_for_all_and_nobody_twice(seen: Seen) -> None:
    assert seen.asked() == [HOME] * len(seen.asked())
    calls = [a for a in seen.answers if a.call.service == "ce"]
    assert len(calls) == 3 and {a.call.region for a in calls} == {"global"}
    assert {a.call.parameters["TimePeriod"]["Start"] + a.call.parameters["TimePeriod"]["End"] for a in calls} == {
        "2026-07-012026-10-01"
    }, "the last day too"
    assert len(seen.asked()) == sum(len(a.pages) for a in calls) > 3, "paged to the end"
    assert [(a.account, a.told_by) for a in seen.billing.accounts] == [(HOME, HOME), (SHOP, HOME), (SHUT, HOME)]
    assert (seen.billing.first, seen.billing.last) == ("2026-07-01", "2026-09-30") and seen.billing.limits


def test_what_only_the_bill_names_is_itemised_with_a_reason(seen: Seen) -> None:
    assert seen.of(kinds.NOT_IN_SCOPE) == [(SHOP, ("eu-south-2",), (SAIL,))]
    assert seen.of(kinds.NOT_READ) == [(SHOP, ("Acme Scanner",), ()), (SHOP, (SAIL,), ("eu-south-2",))]
    assert "Marketplace" in seen.why(kinds.NOT_READ)[SHOP, "Acme Scanner"]
    assert "Marketplace" not in seen.why(kinds.NOT_READ)[SHOP, SAIL]
    assert seen.of(kinds.NONE_LISTED) == [(SHOP, (S3,), (REGION,))]
    assert seen.of(kinds.ELSEWHERE) == [("999999999999", ("AWS Lambda",), ("eu-west-2",))]
    assert seen.of(kinds.NO_SERVICE) == [(HOME, ("AWS Support (Business)",), ())], "what is billed with nothing used is not used"
    assert seen.of(kinds.UNUSED_REGION)[:2] == [(HOME, ("us-east-1",), ()), (SHOP, ("us-east-1",), ())]
    assert all(d.evidence for d in seen.billing.differences)
    regions, services = billed.counts(seen.billing)
    assert (regions.theirs, regions.both, services.theirs, services.both) == (3, 2, 5, 2)


def test_what_is_listed_and_not_billed_is_itemised_and_nothing_is_judged_by_it(collect: Collect) -> None:
    made = used()
    bill(made, HOME, SERVICES, (HOME, EC2))
    seen = collect(made)
    assert seen.of(kinds.NOT_BILLED) == [(SHOP, ("Amazon EC2",), ())]
    assert "cost nothing" in seen.why(kinds.NOT_BILLED)[SHOP, "Amazon EC2"]
    without = judged_without(seen)
    for part in ("members", "requirements", "conclusions", "services", "exceptions"):
        assert getattr(without, part) == getattr(seen.assessment, part)


def judged_without(seen: Seen) -> Assessment:
    kept = seen.run.finished()
    rest = [a for a in seen.answers if a.call.service != "ce"]
    scope = Scope(kept.scope.accounts, kept.scope.programs, kept.scope.period)
    return assess(type(kept)(**{**vars(kept), "scope": scope}), rest, [PROGRAM], requirements(), populations())


def test_no_amount_is_kept_and_none_is_sent_in_money(seen: Seen) -> None:
    lines = b"\n".join(line for _, _, line in seen.run.lines())
    assert AMOUNT.encode() not in lines and b'"Amount":"0"' in lines and b'Cost"' not in lines
    assert {m for a in seen.answers if a.call.service == "ce" for m in a.call.parameters["Metrics"]} == {"UsageQuantity"}


def test_nobody_is_asked_unless_the_user_says_so(collect: Collect) -> None:
    seen = collect(used(), over=())
    assert not seen.asked() and not seen.billing.asked and not seen.billing.differences
    assert "not asked" in billed.NOT_ASKED


@pytest.mark.parametrize(
    ("code", "ending"), [("AccessDeniedException", "denied"), ("DataUnavailableException", "failed")]
)  # fmt: skip
def test_an_answer_that_is_refused_compares_nothing_and_says_so_of_every_account(
    collect: Collect, code: str, ending: str
) -> None:
    made = used()
    made.fail(
        HOME, "us-east-1", "ce", "GetCostAndUsage", code, when={"GroupBy": [{"Type": "DIMENSION", "Key": k} for k in REGIONS]}
    )
    seen = collect(made)
    assert [a.told_by for a in seen.billing.accounts] == ["", "", ""]
    assert [why for _, why in billed.untold(seen.billing)] == [
        f"ce:GetCostAndUsage {ending} ({code})",
        *[f"ce:GetCostAndUsage {ending} in the management account {HOME} ({code})"] * 2,
    ]
    assert {d.kind for d in seen.billing.differences} <= {kinds.ELSEWHERE}
    (failed,) = [f for f in seen.assessment.failed_calls if f.call == "ce:GetCostAndUsage"]
    assert failed.actions == ("ce:GetCostAndUsage",) and failed.populations == ("ce.account",)


@pytest.mark.parametrize(
    "groups", [[("only one key",)], [(SHOP, "eu-south-2", "")]], ids=["one key", "no amount"]
)  # fmt: skip
def test_a_strange_answer_compares_nothing(collect: Collect, groups: list[tuple[Any, ...]]) -> None:
    made = used()
    bill(made, HOME, REGIONS, *groups)
    assert [why.startswith("ce:GetCostAndUsage unreadable") for _, why in billed.untold(collect(made).billing)] == [True] * 3


def test_an_answer_without_a_month_is_no_bill_on_which_nothing_stands() -> None:
    read = ACCOUNT.columns["regions"].read
    assert read is not None and read({}, {"ResultsByTime": [{"Groups": []}]}) == []
    with pytest.raises(ValueError, match="no month"):
        read({}, {"ResultsByTime": []})


def test_an_account_whose_bill_is_nobody_elses_is_asked_itself(collect: Collect) -> None:
    seen = collect(used(), organization=False)
    assert set(seen.asked()) == {HOME} and [a.told_by for a in seen.billing.accounts] == [HOME]
    assert {d.account for d in seen.billing.differences if d.kind == kinds.ELSEWHERE} == {SHOP, "999999999999"}


def test_members_are_asked_where_the_management_account_cannot_be(collect: Collect) -> None:
    made = used()
    about = {"Id": "o-exampleorgid", "MasterAccountId": SHUT, "FeatureSet": "ALL"}
    made.put(HOME, "global", "organizations", "DescribeOrganization", {"Organization": about})
    bill(made, SHOP, SERVICES, (SHOP, EC2))
    bill(made, SHOP, REGIONS, (SHOP, REGION))
    bill(made, SHOP, PLACES, (EC2, REGION))
    seen = collect(made)
    assert set(seen.asked()) == {HOME, SHOP}
    told = {a.account: (a.told_by, bool(a.why)) for a in seen.billing.accounts}
    assert told == {HOME: (HOME, False), SHOP: (SHOP, False), SHUT: ("", True)}


def test_the_time_asked_about_is_cut_to_what_is_kept_and_holds_the_first_day_of_a_quarter() -> None:
    assert billed_days("2025-01-01T00:00:00Z", TIME[1]) == ("2025-08-31", "2026-10-01")
    assert billed_days("2026-07-01T00:00:00Z", "2026-07-01T00:00:05Z") == ("2026-07-01", "2026-07-02")
    assert billed_days("", "") == ("", "")


def test_a_run_that_is_replayed_asks_the_same_and_says_the_same(seen: Seen, tmp_path: Path) -> None:
    kept = seen.run.finished()
    again = Run.create(tmp_path / "again", kept.scope, versions={}, id=kept.id, started=kept.started_at)
    columns = columns_of([PROGRAM], kept.scope.over_time)
    for answer in (a for a in seen.answers if a.id in kept.scope.seen):
        again.keep(answer)
    again.flush()
    for account in (a for a in kept.scope.accounts if a.status == "in scope"):
        collect_unit(Unit(again.where, account, Settings(), columns, replay=seen.run.where))
    again.finish(ended=kept.as_of, scope=kept.scope)
    assert judged(again).billing == seen.billing


def test_another_partition_is_not_asked() -> None:
    def wants(**more: str) -> bool | None:
        account = Account(HOME, **{"since": TIME[0], "until": TIME[1], **more})  # type: ignore[arg-type]
        assert BY_SERVICE.only is not None
        return needed(BY_SERVICE.only, own_entries(ACCOUNTS, account, GLOBAL)[0], None, account.since)

    assert wants() is True and wants(payer=HOME) is True
    assert [wants(partition="aws-cn"), wants(partition="aws-us-gov"), wants(payer=SHOP), wants(since="")] == [False] * 4
