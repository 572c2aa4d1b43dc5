"""All calls of an account, each made once, each kept; an error stays where it happened."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from evidence.aws.ask import Asker
from evidence.aws.collect import Collected, Progress, collect_account
from evidence.aws.redact import Redactor
from evidence.aws.replay import recorded, replay_session
from evidence.aws.session import Session, Settings, open_session
from evidence.run.answer import GLOBAL, Answer, Call
from evidence.run.scope import Account
from evidence.services.declare import ACCOUNTS, REGIONS, Ask, Only, PopulationSpec
from tests.aws.wire import Reply, Request, Wire, js, js_error, xml

LIST = Ask("logs", "DescribeLogGroups", (), result="logGroups")
TAGS = Ask("logs", "ListTagsLogGroup", (), each="logs.groups", given={"logGroupName": "logGroupName"}, result="tags",
           gone=frozenset({"ResourceNotFoundException"}))  # fmt: skip
FILTERS = Ask("logs", "DescribeMetricFilters", (), each="logs.groups", given={"logGroupName": "logGroupName"},
              only=Only("tags.watched", frozenset({"yes"}), of=TAGS))  # fmt: skip
KEY = Ask("kms", "DescribeKey", (), each="logs.groups", given={"KeyId": "kmsKeyId"})
TRAILS = Ask("cloudtrail", "DescribeTrails", ())
STATUS = Ask("cloudtrail", "GetTrailStatus", (), each="cloudtrail.trails", given={"Name": "TrailARN"}, region="HomeRegion")
EVERYWHERE = Ask("kms", "ListKeys", (), whole_account=True)
AFTER = Ask("kms", "ListAliases", (), after=STATUS, whole_account=True)
SETTING = Ask("logs", "DescribeDestinations", (), each="logs.regions")
OWNER = Ask("kms", "ListRetirableGrants", (), each="kms.account", given={"RetiringPrincipal": "account"}, whole_account=True)
ASKS = (LIST, TAGS, FILTERS, KEY, TRAILS, STATUS, EVERYWHERE, AFTER, SETTING, OWNER)
SPECS = {
    "logs.groups": PopulationSpec("logs.groups", "log group", "AWS::Logs::LogGroup", LIST, {}, items="logGroups[]",
                                  only=Only("logGroupName", frozenset({"alien"}), negate=True)),
    "cloudtrail.trails": PopulationSpec("cloudtrail.trails", "trail", "AWS::CloudTrail::Trail", TRAILS, {}, items="trailList[]",
                                        region="HomeRegion", home=True),
    "logs.regions": PopulationSpec("logs.regions", "Region", "", REGIONS, {}),
    "kms.account": PopulationSpec("kms.account", "account", "", ACCOUNTS, {}),
}  # fmt: skip
ACCOUNT = Account("111122223333", regions={"eu-west-1": "asked", "us-east-1": "asked", "af-south-1": "out of scope"})


class Kept(list[Answer]):
    def keep(self, answer: Answer) -> None:
        self.append(answer)

    def of(self, ask: Ask) -> list[Answer]:
        return [a for a in self if a.call.operation == ask.operation]


def group(name: str) -> dict[str, str]:
    return {"logGroupName": name, "kmsKeyId": "key-1" if name < "c" else "key-2"}


def groups(request: Request) -> Reply:
    if request.region != "eu-west-1":
        return js({"logGroups": []})
    if request.parameters.get("nextToken"):
        return js({"logGroups": [group("c"), group("alien")]})
    return js({"logGroups": [group("a"), group("b")], "nextToken": "t"})


@pytest.fixture
def world(wire: Wire) -> Wire:
    wire.on("DescribeLogGroups", groups)
    wire.on("ListTagsLogGroup", lambda r: js({"tags": {"watched": "yes" if r.parameters["logGroupName"] == "a" else "no"}}))
    wire.on("DescribeMetricFilters", js({"metricFilters": []}))
    wire.on("DescribeKey", js({"KeyMetadata": {"KeyId": "k"}}))
    arn = "arn:aws:cloudtrail:ap-south-1:111122223333:trail/t"
    wire.on("DescribeTrails", js({"trailList": [{"Name": "t", "TrailARN": arn, "HomeRegion": "ap-south-1"}]}))
    wire.on("GetTrailStatus", js({"IsLogging": True}))
    wire.on("ListKeys", js({"Keys": []}))
    wire.on("ListAliases", js({"Aliases": []}))
    wire.on("DescribeDestinations", js({"destinations": []}))
    wire.on("ListRetirableGrants", js({"Grants": []}))
    return wire


@pytest.fixture
def asker(world: Wire) -> Iterator[Asker]:
    session = open_session(Settings(region="eu-west-1"), ASKS)
    session.principal = "arn:aws:iam::111122223333:user/me"
    yield Asker(lambda account: session, Redactor(b"k" * 32), sleep=lambda seconds: None)


def collect(asker: Asker, **more: object) -> tuple[Kept, Collected]:
    kept = Kept()
    return kept, collect_account(ACCOUNT, ASKS, SPECS, asker, kept, **more)  # type: ignore[arg-type]


def said(answer: Answer) -> tuple[str, str, dict[str, object]]:
    return answer.call.region, answer.call.operation, dict(answer.call.parameters)


def test_what_comes_after_a_call_is_made_even_where_that_call_is_the_last_to_end(asker: Asker, world: Wire) -> None:
    """A credential report that takes a while to be written, in an account where all else is read by then."""
    kept = Kept()
    collect_account(ACCOUNT, (EVERYWHERE, replace(AFTER, after=EVERYWHERE)), SPECS, asker, kept)
    assert [a.call.operation for a in kept] == ["ListKeys", "ListAliases"]


def test_every_call_is_made_once_where_it_belongs(asker: Asker, world: Wire) -> None:
    kept, collected = collect(asker)
    names = [a.call.key for a in kept]
    assert len(names) == len(set(names))
    assert [sorted(a.call.parameters["logGroupName"] for a in kept.of(TAGS))] == [["a", "b", "c"]], "the alien is no member"
    assert sorted(a.call.parameters["KeyId"] for a in kept.of(KEY)) == ["key-1", "key-2"], "equal calls are made once"
    assert [a.call.parameters["logGroupName"] for a in kept.of(FILTERS)] == ["a"], "only where its tag says so"
    assert [said(a)[0] for a in kept.of(STATUS)] == ["ap-south-1"], "one trail, in its home, though listed twice"
    assert [a.call.region for a in kept.of(EVERYWHERE)] == [GLOBAL]
    assert sorted(a.call.region for a in kept.of(SETTING)) == ["eu-west-1", "us-east-1"]
    assert [said(a) for a in kept.of(OWNER)] == [(GLOBAL, "ListRetirableGrants", {"RetiringPrincipal": "111122223333"})]
    operations = world.operations
    assert operations.index("ListAliases") > operations.index("GetTrailStatus"), "it comes after"
    assert len(operations) == len(kept) + 1, "one more page, and nothing else"
    assert collected.endings == {"answered": len(kept)}


def test_with_one_worker_the_order_is_the_plans(asker: Asker, world: Wire) -> None:
    first, second = collect(asker, concurrency=1)[0], collect(asker, concurrency=1)[0]
    assert [a.call for a in first] == [a.call for a in second]
    assert [said(a)[:2] for a in first][:5] == [
        ("eu-west-1", "DescribeLogGroups"), ("us-east-1", "DescribeLogGroups"), ("eu-west-1", "DescribeTrails"),
        ("us-east-1", "DescribeTrails"), (GLOBAL, "ListKeys")]  # fmt: skip
    fans = [(a.call.operation, a.call.parameters.get("logGroupName")) for a in first if a.call.service == "logs"][2:]
    assert fans[:4] == [
        ("ListTagsLogGroup", "a"), ("DescribeMetricFilters", "a"), ("ListTagsLogGroup", "b"), ("ListTagsLogGroup", "c")]  # fmt: skip


def test_many_workers_find_the_same(asker: Asker) -> None:
    one, many = collect(asker, concurrency=1)[0], collect(asker, concurrency=16)[0]
    assert {a.id for a in one} == {a.id for a in many}


def test_a_denied_list_costs_only_itself(asker: Asker, world: Wire) -> None:
    world.on("DescribeLogGroups", js_error("AccessDeniedException"))
    kept, collected = collect(asker)
    assert [a.ending for a in kept.of(LIST)] == ["denied", "denied"]
    assert kept.of(TAGS) == []
    assert [a.ending for a in kept.of(STATUS)] == ["answered"]
    assert collected.endings["denied"] == 2


def test_a_list_that_breaks_between_pages_has_its_first_members_asked_about(asker: Asker, world: Wire) -> None:
    def broken(request: Request) -> Reply:
        return js_error("ThrottlingException") if request.parameters.get("nextToken") else groups(request)

    world.on("DescribeLogGroups", broken)
    kept, _ = collect(asker)
    assert sorted(a.ending for a in kept.of(LIST)) == ["answered", "throttled"]
    assert sorted(a.call.parameters["logGroupName"] for a in kept.of(TAGS)) == ["a", "b"]


def test_where_what_decides_was_not_read_the_call_is_made_all_the_same(asker: Asker, world: Wire) -> None:
    world.on("ListTagsLogGroup", js_error("AccessDeniedException"))
    kept, _ = collect(asker)
    assert sorted(a.call.parameters["logGroupName"] for a in kept.of(FILTERS)) == ["a", "b", "c"]


def test_strange_entries_cost_only_themselves(asker: Asker, world: Wire) -> None:
    world.on("DescribeLogGroups", js({"logGroups": [{"arn": "x"}, group("a")]}))
    kept, _ = collect(asker)
    assert {a.call.parameters["logGroupName"] for a in kept.of(TAGS)} == {"a"}


def test_a_fault_of_ours_in_one_call_is_that_calls_ending(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    real = asker.ask

    def faulty(ask: Ask, call: Call, **more: object) -> Answer:
        if ask is STATUS:
            raise ZeroDivisionError("oh")
        return real(ask, call, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(asker, "ask", faulty)
    kept, collected = collect(asker)
    assert [(a.ending, a.code) for a in kept.of(STATUS)] == [("failed", "ZeroDivisionError")]
    assert collected.endings["failed"] == 1
    assert kept.of(AFTER), "what comes after it is made all the same"


def test_a_disk_that_is_full_stops_the_collection_and_is_raised(asker: Asker) -> None:
    class Full(Kept):
        def keep(self, answer: Answer) -> None:
            raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        collect_account(ACCOUNT, ASKS, SPECS, asker, Full())
    assert not [t for t in threading.enumerate() if t.name.startswith("ask-")]


def test_ctrl_c_lets_the_calls_under_way_end_and_be_kept(asker: Asker, world: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept()

    def interrupted(condition: threading.Condition, predicate: object, timeout: float | None = None) -> bool:
        while len(kept) < 3:
            condition.wait(0.01)
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Condition, "wait_for", interrupted)
    world.delay = 0.02
    with pytest.raises(KeyboardInterrupt):
        collect_account(ACCOUNT, ASKS, SPECS, asker, kept, concurrency=2)
    assert 3 <= len(kept) < 12
    pages = sum(len(a.pages) for a in kept)
    assert len(world.requests) == pages, "nothing was asked that was not kept"


def test_progress_counts_up_to_what_is_known(asker: Asker) -> None:
    seen: list[Progress] = []
    kept, _ = collect(asker, on_progress=seen.append)
    assert [p.done for p in seen] == list(range(1, len(kept) + 1))
    assert all(p.done <= p.known for p in seen)
    assert seen[-1].done == seen[-1].known


def test_what_is_done_and_known_foots_by_service(asker: Asker) -> None:
    """With members that are no members, calls that turn out not to be needed, and in the end calls that stood already."""
    seen: list[tuple[int, int, int, int]] = []

    def look(p: Progress) -> None:
        seen.append((p.done, sum(p.done_in.values()), p.known, sum(p.known_in.values())))

    kept, _ = collect(asker, on_progress=look)
    collect(asker, on_progress=look, already=recorded(kept))
    assert len(seen) == len(kept) + 1
    assert all(done == by_service and known == known_by for done, by_service, known, known_by in seen)


def test_an_account_that_could_not_be_entered_is_not_asked(asker: Asker, world: Wire) -> None:
    collected = collect_account(replace(ACCOUNT, ending="denied"), ASKS, SPECS, asker, Kept())
    assert (collected.endings.total(), world.requests) == (0, [])


@pytest.mark.parametrize("workers", [1, 4])
def test_what_waits_for_the_very_last_call_is_made_all_the_same(asker: Asker, workers: int) -> None:
    """No other call comes after to let it in: the credential report waits for the making of it, which is polled for seconds."""
    last = Ask("kms", "ListAliases", (), after=EVERYWHERE, whole_account=True)
    later = Ask("logs", "DescribeLogGroups", (), after=last, result="logGroups")
    kept = Kept()
    collect_account(ACCOUNT, (EVERYWHERE, last, later), {}, asker, kept, concurrency=workers)
    assert [a.call.operation for a in kept] == ["ListKeys", "ListAliases", "DescribeLogGroups", "DescribeLogGroups"]


# -- resume ----------------------------------------------------------------------------------------------------------------


def test_resume_asks_only_what_is_missing_or_would_change(asker: Asker, world: Wire) -> None:
    def tags(request: Request) -> Reply:
        name = request.parameters["logGroupName"]
        return js_error({"a": "AccessDeniedException", "b": "ThrottlingException", "c": "ResourceNotFoundException"}[name])

    world.on("ListTagsLogGroup", tags)
    kept, _ = collect(asker)
    assert {a.call.parameters["logGroupName"]: a.ending for a in kept.of(TAGS)} == {"a": "denied", "b": "throttled", "c": "gone"}
    known = recorded([a for a in kept if a.call.operation != "GetTrailStatus"])
    world.requests.clear()
    again, collected = collect(asker, already=known)
    assert sorted(world.operations) == ["GetTrailStatus", "ListTagsLogGroup"]
    assert world.requests[0].parameters.get("logGroupName", "b") == "b"
    assert collected.reused == len(kept) - 2
    world.requests.clear()
    collect(asker, already=known, retry_denied=True)
    asked = sorted(r.parameters["logGroupName"] for r in world.requests if r.operation == "ListTagsLogGroup")
    assert asked == ["a", "b"]
    assert len(again) == 2


def test_resume_with_everything_kept_asks_nothing(asker: Asker, world: Wire) -> None:
    kept, _ = collect(asker)
    world.requests.clear()
    again, collected = collect(asker, already=recorded(kept))
    assert (world.requests, list(again), collected.reused) == ([], [], len(kept))


# -- replay ----------------------------------------------------------------------------------------------------------------


def replayed(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> tuple[Kept, Collected]:
    """The same collection from what was kept: without a socket, credentials, or a configuration that could be read."""
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a replay touched the network")

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_PROFILE", "nowhere")
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    session = replay_session("aws", ASKS)
    lines = [Answer.from_line(a.to_line("")) for a in kept]
    asker = Asker(lambda account: session, Redactor(), sleep=refuse, recorded=recorded(lines))
    return collect(asker)


def test_a_replay_is_the_run_again_without_a_call(asker: Asker, world: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def tags(request: Request) -> Reply:
        codes = {"a": "AccessDeniedException", "b": "ThrottlingException", "c": "ResourceNotFoundException"}
        return js_error(codes[request.parameters["logGroupName"]])

    world.on("ListTagsLogGroup", tags)
    world.on("DescribeKey", Reply(b'{"KeyMetadata":', withhold=4), Reply(reset=True))
    world.on("GetTrailStatus", js_error("ExpiredTokenException"))
    world.on("DescribeTrails", lambda r: js(
        {"trailList": [{"TrailARN": "x", "HomeRegion": "us-east-1"}]} if r.region == "eu-west-1" else {"x": 1}))  # fmt: skip
    kept, _ = collect(asker)
    assert {a.ending for a in kept} == {"answered", "denied", "throttled", "gone", "failed", "expired"}
    world.requests.clear()
    again, collected = replayed(kept, monkeypatch)
    by_key = {a.call.key: a for a in again}
    assert len(again) == len(kept)
    assert collected.not_kept == 0
    for answer in kept:
        assert by_key[answer.call.key] == answer, "ids, attempts, times, principal and messages are the recorded ones"
        assert by_key[answer.call.key].id == answer.id
    assert world.requests == []


def test_a_call_the_run_never_made_is_not_invented(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, _ = collect(asker)
    less = Kept(a for a in kept if a.call.operation not in ("DescribeTrails", "ListTagsLogGroup"))
    again, collected = replayed(less, monkeypatch)
    assert {a.id for a in again} == {a.id for a in less if a.call.operation != "GetTrailStatus"}
    assert collected.not_kept == 2 + 3 + 2, "the lists of trails, the tags, and the filters that the tags would have ruled out"


def test_values_that_botocore_rewrites_are_replayed_as_they_were_kept(
    wire: Wire, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bucket's location, an IAM policy's text, and the names of objects are decoded once, when they arrive."""
    location = Ask("s3", "GetBucketLocation", ())
    policy = Ask("iam", "GetRolePolicy", ())
    call = Call("1", "eu-west-1", "s3", "GetBucketLocation", {"Bucket": "b"})
    role = Call("1", GLOBAL, "iam", "GetRolePolicy", {"RoleName": "r", "PolicyName": "p"})
    wire.on("GET /b?location", xml("<LocationConstraint>eu-central-1</LocationConstraint>"))
    inner = "<RoleName>r</RoleName><PolicyName>p</PolicyName><PolicyDocument>%7B%22a%22%3A%22%2541%22%7D</PolicyDocument>"
    wire.on("GetRolePolicy", xml(f"<R><GetRolePolicyResult>{inner}</GetRolePolicyResult></R>"))
    live = open_session(Settings(region="eu-west-1"), [location, policy])
    first = Asker(lambda account: live, Redactor())
    kept = [first.ask(location, call), first.ask(policy, role)]
    assert kept[0].pages[0]["LocationConstraint"] == "eu-central-1"
    assert kept[1].pages[0]["PolicyDocument"] == {"a": "%41"}
    wire.requests.clear()
    offline = replay_session("aws", [location, policy])
    asker = Asker(lambda account: offline, Redactor(), recorded=recorded(Answer.from_line(a.to_line("")) for a in kept))
    assert [asker.ask(location, call), asker.ask(policy, role)] == kept
    assert wire.requests == []


# -- lists of lists ----------------------------------------------------------------------------------------------------------


def test_a_list_that_is_asked_for_each_member_of_another_has_members_of_its_own(world: Wire) -> None:
    streams = Ask(
        "logs", "DescribeLogStreams", (), each="logs.groups", given={"logGroupName": "logGroupName"}, result="logStreams"
    )
    events = Ask("logs", "GetLogGroupFields", (), each="logs.streams", given={"logGroupName": "logStreamName"})
    spec = PopulationSpec("logs.streams", "log stream", "AWS::Logs::LogStream", streams, {}, items="logStreams[]")

    def listed(request: Request) -> Reply:
        name = request.parameters["logGroupName"]
        if name == "b":
            return js_error("AccessDeniedException")
        if request.parameters.get("nextToken"):
            return js({"logStreams": [{"logStreamName": f"{name}-2"}]})
        return js({"logStreams": [{"logStreamName": f"{name}-1"}], "nextToken": "t"})

    world.on("DescribeLogStreams", listed)
    world.on("GetLogGroupFields", js({"logGroupFields": []}))
    chosen = (LIST, streams, events)
    session = open_session(Settings(region="eu-west-1"), chosen)
    asker = Asker(lambda account: session, Redactor(), sleep=lambda seconds: None)
    for concurrency in (1, 8):
        kept = Kept()
        collect_account(ACCOUNT, chosen, {**SPECS, "logs.streams": spec}, asker, kept, concurrency=concurrency)
        assert sorted(a.call.parameters["logGroupName"] for a in kept.of(events)) == ["a-1", "a-2", "c-1", "c-2"]
        assert sorted(a.ending for a in kept.of(streams)) == ["answered", "answered", "denied"]
        again = Kept()
        known = recorded(a for a in kept if a.call.operation != "GetLogGroupFields")
        collect_account(ACCOUNT, chosen, {**SPECS, "logs.streams": spec}, asker, again, already=known)
        assert {a.id for a in again} == {a.id for a in kept.of(events)}, "kept lists feed their members when resumed"


def test_members_of_every_list_of_a_population_are_asked_about_once(world: Wire) -> None:
    hidden = Ask("logs", "DescribeLogGroups", (), parameters={"logGroupNamePrefix": "z"}, result="logGroups")

    def listed(request: Request) -> Reply:
        return groups(request) if "logGroupNamePrefix" not in request.parameters else js({"logGroups": [group("b"), group("z")]})

    world.on("DescribeLogGroups", listed)
    chosen, specs = (LIST, hidden, TAGS), {**SPECS, "logs.groups": replace(SPECS["logs.groups"], also=(hidden,))}
    session = open_session(Settings(region="eu-west-1"), chosen)
    asker = Asker(lambda account: session, Redactor(), sleep=lambda seconds: None)
    account = replace(ACCOUNT, regions={"eu-west-1": "asked"})
    for concurrency in (1, 8):
        kept = Kept()
        collect_account(account, chosen, specs, asker, kept, concurrency=concurrency)
        assert sorted(a.call.parameters["logGroupName"] for a in kept.of(TAGS)) == ["a", "b", "c", "z"]


def test_members_whose_list_does_not_say_whose_they_are_carry_it_and_equal_calls_are_made_once(world: Wire) -> None:
    names = Ask("logs", "DescribeLogStreams", (), each="logs.groups", given={"logGroupName": "logGroupName"})
    found = Ask(
        "logs", "FilterLogEvents", (), each="logs.streams", given={"logGroupName": "logGroupName", "logStreamNames": "batch"}
    )

    def rows(answer: dict[str, list[dict[str, str]]]) -> list[dict[str, object]]:
        ids = [stream["logStreamName"] for stream in answer["logStreams"]]
        return [{"id": one, "batch": ids[at // 2 * 2 : at // 2 * 2 + 2]} for at, one in enumerate(ids)]

    spec = PopulationSpec("logs.streams", "log stream", "", names, {}, rows=rows, identity="id", carries=("logGroupName",))
    world.on("DescribeLogStreams", js({"logStreams": [{"logStreamName": name} for name in "xyz"]}))
    world.on("FilterLogEvents", js({"events": []}))
    chosen = (LIST, names, found)
    session = open_session(Settings(region="eu-west-1"), chosen)
    asker = Asker(lambda account: session, Redactor(), sleep=lambda seconds: None)
    kept, specs = Kept(), {**SPECS, "logs.streams": spec}
    collect_account(replace(ACCOUNT, regions={"eu-west-1": "asked"}), chosen, specs, asker, kept)
    sent = sorted((a.call.parameters["logGroupName"], a.call.parameters["logStreamNames"]) for a in kept.of(found))
    assert sent == [(group, batch) for group in "abc" for batch in (["x", "y"], ["z"])]
