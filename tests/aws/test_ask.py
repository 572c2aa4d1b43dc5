"""One call over the wire becomes one answer that says how it ended; nothing cut, refused or broken becomes "answered"."""

import socket
from collections.abc import Callable
from dataclasses import replace

import pytest
from botocore.exceptions import EndpointConnectionError

from evidence.aws.ask import TRIES, Asker
from evidence.aws.endings import Place, ending_of
from evidence.aws.redact import Redactor
from evidence.aws.session import Session, Settings, open_session
from evidence.run.answer import Answer, Call
from evidence.services.declare import Ask, Redact, Said
from tests.aws.wire import Reply, Request, Wire, assumed, ec2_error, js, js_error, query_error, xml

VOLUMES = Ask("ec2", "DescribeVolumes", ("ec2:DescribeVolumes",), result="Volumes")
GROUPS = Ask("logs", "DescribeLogGroups", ("logs:DescribeLogGroups",), result="logGroups")
UNGUARDED = replace(GROUPS, result=None)
BRANCHES = Ask(
    "elasticbeanstalk", "ListPlatformBranches", ("elasticbeanstalk:ListPlatformBranches",), tokens=("NextToken", "NextToken")
)
POLICY = Ask(
    "s3", "GetBucketPolicy", ("s3:GetBucketPolicy",), absent=frozenset({"NoSuchBucketPolicy"}), gone=frozenset({"NoSuchBucket"})
)


def call(ask: Ask, **parameters: object) -> Call:
    return Call("111122223333", "eu-west-1", ask.service, ask.operation, parameters)


def volumes(*ids: str, token: str = "", **more: object) -> Reply:
    items = "".join(f"<item><volumeId>{i}</volumeId><createTime>2026-03-01T10:00:00.000Z</createTime></item>" for i in ids)
    more_ = f"<nextToken>{token}</nextToken>" if token else ""
    text = f"<DescribeVolumesResponse><requestId>r</requestId><volumeSet>{items}</volumeSet>{more_}</DescribeVolumesResponse>"
    return xml(text, **more)  # type: ignore[arg-type]


def s3_error(code: str, status: int) -> Reply:
    return xml(f"<Error><Code>{code}</Code><Message>as the test says</Message></Error>", status)


def groups(*names: str, token: str = "", **more: object) -> Reply:
    value = {"logGroups": [{"logGroupName": n} for n in names], **({"nextToken": token} if token else {})}
    return js(value, **more)  # type: ignore[arg-type]


def ids(answer: Answer) -> list[str]:
    return [v["VolumeId"] for page in answer.pages for v in page["Volumes"]]


# -- answered ------------------------------------------------------------------------------------------------------------


def test_pages_are_kept_one_by_one_with_an_attempt_each(wire: Wire, asker: Asker, session: Session) -> None:
    session.principal = "arn:aws:iam::111122223333:user/me"
    wire.on("DescribeVolumes", volumes("vol-1", "vol-2", token="t1"), volumes("vol-3"))
    answer = asker.ask(VOLUMES, call(VOLUMES))
    assert (answer.ending, ids(answer)) == ("answered", ["vol-1", "vol-2", "vol-3"])
    assert [(a.page, a.status, a.code) for a in answer.attempts] == [(1, 200, None), (2, 200, None)]
    assert all(a.request_id and a.date and a.started.endswith("Z") and a.started <= a.ended for a in answer.attempts)
    assert answer.principal == session.principal
    assert "ResponseMetadata" not in answer.pages[0]
    assert wire.requests[1].parameters["NextToken"] == "t1"
    assert answer.call.parameters == {}


def test_an_operation_without_a_paginator_is_paged_by_hand(wire: Wire, asker: Asker) -> None:
    def page(request: Request) -> Reply:
        token = "" if request.parameters.get("NextToken") else "<NextToken>two</NextToken>"
        member = f"<member><BranchName>{request.number}</BranchName></member>"
        result = f"<PlatformBranchSummaryList>{member}</PlatformBranchSummaryList>{token}"
        return xml(f"<R><ListPlatformBranchesResult>{result}</ListPlatformBranchesResult></R>")

    wire.on("ListPlatformBranches", page)
    answer = asker.ask(BRANCHES, call(BRANCHES))
    assert [p["PlatformBranchSummaryList"][0]["BranchName"] for p in answer.pages] == ["0", "1"]


@pytest.mark.parametrize(("ask", "operation", "reply"), [
    (VOLUMES, "DescribeVolumes", lambda token: volumes("v", token=token)),
    (BRANCHES, "ListPlatformBranches", lambda token: xml(
        f"<R><ListPlatformBranchesResult><NextToken>{token}</NextToken></ListPlatformBranchesResult></R>")),
])  # fmt: skip
@pytest.mark.parametrize("tokens", [["a"], ["a", "b"]])
def test_a_token_that_comes_round_again_is_a_failed_list_not_an_endless_one(
    wire: Wire, asker: Asker, ask: Ask, operation: str, reply: Callable[[str], Reply], tokens: list[str]
) -> None:
    wire.on(operation, lambda request: reply(tokens[request.number % len(tokens)]))
    answer = asker.ask(ask, call(ask))
    assert answer.ending == "failed"
    assert "token" in (answer.message or "")
    assert len(answer.pages) == len(tokens) + 1


@pytest.mark.parametrize("more", [{"chunked": True}, {"gzipped": True}, {"chunked": True, "gzipped": True}, {}])
@pytest.mark.parametrize(("ask", "reply"), [(VOLUMES, volumes), (GROUPS, groups)])
def test_a_whole_body_is_read_however_it_is_sent(
    wire: Wire, asker: Asker, ask: Ask, reply: Callable[..., Reply], more: dict[str, bool]
) -> None:
    wire.on(ask.operation, reply("one", **more))
    answer = asker.ask(ask, call(ask))
    assert (answer.ending, len(answer.pages[0][str(ask.result)])) == ("answered", 1)


def test_a_call_is_polled_until_it_is_finished_and_only_the_last_answer_is_kept(wire: Wire, asker: Asker) -> None:
    ask = Ask("iam", "GenerateCredentialReport", (), poll=("State", frozenset({"COMPLETE"})), plain=False)

    def state(name: str) -> Reply:
        return xml(f"<R><GenerateCredentialReportResult><State>{name}</State></GenerateCredentialReportResult></R>")

    waited: list[float] = []
    asker.sleep = waited.append
    wire.on("GenerateCredentialReport", state("STARTED"), state("INPROGRESS"), state("COMPLETE"))
    answer = asker.ask(ask, Call("111122223333", "global", "iam", "GenerateCredentialReport"))
    assert [p["State"] for p in answer.pages] == ["COMPLETE"]
    assert (len(answer.attempts), len(waited)) == (3, 2)
    wire.on("GenerateCredentialReport", state("STARTED"))
    assert asker.ask(ask, Call("111122223333", "global", "iam", "GenerateCredentialReport")).ending == "failed"


# -- cut ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reply", [
    groups("one", "two", withhold=20), groups("one", chunked=True, withhold=5), groups("one", gzipped=True, withhold=8),
    groups("one", chunked=True, gzipped=True, withhold=8), Reply(b""), Reply(b"[]"), Reply(b"not json"), Reply(b'{"logGroups":'),
    Reply(b"<html><body/></html>", headers={"Content-Type": "text/html"}),
])  # fmt: skip
def test_a_cut_or_strange_json_body_is_never_an_empty_answer(wire: Wire, asker: Asker, reply: Reply) -> None:
    wire.on("DescribeLogGroups", reply)
    answer = asker.ask(UNGUARDED, call(UNGUARDED))
    assert (answer.ending, answer.pages) == ("failed", ())
    assert answer.message
    assert len(answer.attempts) == TRIES


def test_a_page_is_told_by_what_it_is_and_not_by_what_it_is_called(wire: Wire, asker: Asker) -> None:
    """Some servers that speak AWS call JSON text/html, and some sign-in pages call themselves JSON."""
    wire.on("DescribeLogGroups", Reply(b'{"logGroups": []}', headers={"Content-Type": "text/html"}))
    assert asker.ask(UNGUARDED, call(UNGUARDED)).ending == "answered"
    wire.on("DescribeLogGroups", Reply(b" <!DOCTYPE html><p>Sign in"))
    assert asker.ask(UNGUARDED, call(UNGUARDED)).ending == "failed"


@pytest.mark.parametrize("reply", [
    volumes("vol-1", withhold=30), volumes("vol-1", chunked=True, withhold=30), volumes("vol-1", gzipped=True, withhold=8),
    Reply(b""), Reply(b"<html/>", headers={"Content-Type": "text/html"}), Reply(reset=True),
])  # fmt: skip
def test_a_cut_or_strange_xml_body_is_never_an_empty_answer(wire: Wire, asker: Asker, reply: Reply) -> None:
    ask = replace(VOLUMES, result=None)
    wire.on("DescribeVolumes", reply)
    answer = asker.ask(ask, call(ask))
    assert (answer.ending, answer.pages, len(answer.attempts)) == ("failed", (), TRIES)


def test_a_cut_s3_body_is_never_an_empty_answer(wire: Wire, asker: Asker) -> None:
    ask = Ask("s3", "GetBucketEncryption", ())
    wire.on("GET /b?encryption", Reply(b""), xml("<ServerSideEncryptionConfiguration><Rule/>", withhold=7))
    assert asker.ask(ask, call(ask, Bucket="b")).ending == "failed"


def test_a_cut_page_is_asked_again_and_every_attempt_is_on_record(wire: Wire, asker: Asker) -> None:
    wire.on("DescribeLogGroups", groups("one", token="t", withhold=0), groups("two", withhold=4), groups("two"))
    answer = asker.ask(GROUPS, call(GROUPS))
    assert answer.ending == "answered"
    assert [(a.page, a.status, a.code) for a in answer.attempts] == [(1, 200, None), (2, 200, "CutShort"), (2, 200, None)]


def test_a_page_without_its_result_key_fails_and_the_pages_before_it_stay(wire: Wire, asker: Asker) -> None:
    wire.on("DescribeLogGroups", groups("one", token="t"), js({"other": 1}))
    answer = asker.ask(GROUPS, call(GROUPS))
    assert (answer.ending, len(answer.pages)) == ("failed", 1)
    assert "logGroups" in (answer.message or "")


# -- the other endings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reply", "ending", "code"), [
    (s3_error("NoSuchBucketPolicy", 404), "absent", "NoSuchBucketPolicy"),
    (s3_error("NoSuchBucket", 404), "gone", "NoSuchBucket"),
    (s3_error("AccessDenied", 403), "denied", "AccessDenied"),
    (s3_error("SlowDown", 503), "throttled", "SlowDown"),
    (s3_error("ExpiredToken", 400), "expired", "ExpiredToken"),
    (s3_error("NotImplemented", 501), "unsupported", "NotImplemented"),
    (s3_error("NeverHeardOf", 404), "failed", "NeverHeardOf"),
    (s3_error("RequestTimeTooSkewed", 403), "failed", "RequestTimeTooSkewed"),
    (Reply(b"<html><body>Not Found</body></html>", 404, {"Content-Type": "text/html"}), "failed", "HTTP 404"),
    (Reply(b"<html>broken", 500, {"Content-Type": "text/html"}), "failed", "500"),
    (Reply(b"", 404), "failed", "404"),
])  # fmt: skip
def test_s3_errors_end_as_they_should(wire: Wire, asker: Asker, reply: Reply, ending: str, code: str) -> None:
    wire.on("GET /b?policy", reply)
    answer = asker.ask(POLICY, call(POLICY, Bucket="b"))
    assert (answer.ending, answer.code, answer.pages) == (ending, code, ())
    assert answer.attempts[-1].code in (code, None)
    assert answer.attempts[-1].status == reply.status


@pytest.mark.parametrize(("code", "ending"), [
    ("AccessDeniedException", "denied"), ("ThrottlingException", "throttled"), ("ExpiredTokenException", "expired"),
    ("UnknownOperationException", "unsupported"), ("OptInRequired", "unsupported"), ("InvalidParameterException", "failed"),
])  # fmt: skip
def test_json_errors_end_as_they_should(wire: Wire, asker: Asker, code: str, ending: str) -> None:
    wire.on("DescribeLogGroups", js_error(code))
    answer = asker.ask(GROUPS, call(GROUPS))
    assert (answer.ending, answer.code) == (ending, code)
    assert answer.message == "as the test says"


NOT_ENABLED = Said("AccessDeniedException", "Macie is not enabled")
REFUSED = "User: arn:aws:iam::1:user/Macie is not enabled is not authorized to perform: macie2:GetMacieSession"


@pytest.mark.parametrize(("code", "message", "ending"), [
    ("AccessDeniedException", "Macie is not enabled", "absent"), ("AccessDeniedException", "Macie is not enabled.", "absent"),
    ("AccessDeniedException", REFUSED, "denied"), ("AccessDeniedException", "", "denied"),
    ("AccessDeniedException", "macie2 is not enabled", "denied"), ("ThrottlingException", "Macie is not enabled", "throttled"),
])  # fmt: skip
def test_a_refusal_means_not_configured_only_in_the_words_declared(
    wire: Wire, asker: Asker, code: str, message: str, ending: str
) -> None:
    ask = replace(GROUPS, absent=frozenset({NOT_ENABLED, "ResourceNotFoundException"}))
    wire.on("DescribeLogGroups", js_error(code, message=message), js_error("ResourceNotFoundException"))
    answer = asker.ask(ask, call(ask))
    assert (answer.ending, answer.code, answer.message) == (ending, code, message)
    assert asker.ask(ask, call(ask)).ending == "absent", "codes alone still count where they are declared alone"


@pytest.mark.parametrize("body", [b"<html>proxy</html>", b"gateway", b""])
def test_a_page_of_a_proxy_is_failed_whatever_it_looks_like(wire: Wire, asker: Asker, body: bytes) -> None:
    declared = replace(GROUPS, absent=frozenset({"ResourceNotFoundException"}), gone=frozenset({"NotFound"}))
    for status in (404, 500):
        wire.on("DescribeLogGroups", Reply(body, status, {"Content-Type": "text/html"}))
        assert asker.ask(declared, call(GROUPS)).ending == "failed"
    wire.on("DescribeVolumes", Reply(body, 404, {"Content-Type": "text/html"}))
    assert asker.ask(VOLUMES, call(VOLUMES)).ending == "failed"


def test_denied_between_pages_keeps_the_pages_before(wire: Wire, asker: Asker) -> None:
    wire.on("DescribeVolumes", volumes("vol-1", token="t"), ec2_error("UnauthorizedOperation", 403))
    answer = asker.ask(VOLUMES, call(VOLUMES))
    assert (answer.ending, ids(answer), answer.code) == ("denied", ["vol-1"], "UnauthorizedOperation")
    assert [a.page for a in answer.attempts] == [1, 2]


def test_an_absent_code_after_a_page_is_failed(wire: Wire, asker: Asker) -> None:
    ask = replace(GROUPS, absent=frozenset({"ResourceNotFoundException"}))
    wire.on("DescribeLogGroups", groups("one", token="t"), js_error("ResourceNotFoundException"))
    assert asker.ask(ask, call(ask)).ending == "failed"


def test_throttling_is_retried_as_often_as_the_user_says(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    wire.on("DescribeVolumes", ec2_error("RequestLimitExceeded", 503))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    session = open_session(Settings(region="eu-west-1"))
    asker = Asker(lambda account: session, _redactor(), sleep=lambda seconds: None)
    answer = asker.ask(VOLUMES, call(VOLUMES))
    assert (answer.ending, len(answer.attempts)) == ("throttled", 2)
    wire.on("DescribeVolumes", *[ec2_error("RequestLimitExceeded", 503)] * 3, volumes("vol-1"))
    assert asker.ask(VOLUMES, call(VOLUMES)).ending == "answered"


def _redactor() -> Redactor:
    return Redactor(b"k" * 32)


# -- expired credentials -----------------------------------------------------------------------------------------------------


def test_expired_credentials_are_fetched_anew_once_and_the_page_asked_again(
    wire: Wire, asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.on("DescribeVolumes", volumes("vol-1", token="t"), ec2_error("RequestExpired"), volumes("vol-2"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASECOND")
    answer = asker.ask(VOLUMES, call(VOLUMES))
    assert (answer.ending, ids(answer)) == ("answered", ["vol-1", "vol-2"])
    assert [r.key for r in wire.requests] == ["AKIAFIRST", "AKIAFIRST", "AKIASECOND"]
    assert [a.code for a in answer.attempts] == [None, "RequestExpired", None]


def test_credentials_that_stay_expired_end_the_call_expired(wire: Wire, asker: Asker) -> None:
    wire.on("DescribeLogGroups", js_error("ExpiredTokenException"))
    answer = asker.ask(GROUPS, call(GROUPS))
    assert (answer.ending, len(answer.attempts)) == ("expired", 2)


def test_an_assumed_role_is_assumed_again_even_where_the_first_credentials_had_expired_too(wire: Wire, session: Session) -> None:
    member = session.assume("arn:aws:iam::444455556666:role/audit", "ext-1")
    asker = Asker(lambda account: member, _redactor(), sleep=lambda seconds: None)
    wire.on("AssumeRole", assumed("ASIAONE"), query_error("ExpiredToken"), assumed("ASIATWO"))
    wire.on("DescribeVolumes", volumes("vol-1"), ec2_error("RequestExpired"), volumes("vol-1"))
    assert asker.ask(VOLUMES, call(VOLUMES)).ending == "answered"
    assert asker.ask(VOLUMES, call(VOLUMES)).ending == "answered"
    asked = [r for r in wire.requests if r.operation == "AssumeRole"]
    assert [r.parameters["ExternalId"] for r in asked] == ["ext-1"] * 3
    assert [r.key for r in wire.requests if r.operation == "DescribeVolumes"] == ["ASIAONE", "ASIAONE", "ASIATWO"]


def test_a_role_that_is_refused_is_denied_and_never_absent(wire: Wire, session: Session) -> None:
    member = session.assume("arn:aws:iam::444455556666:role/audit")
    asker = Asker(lambda account: member, _redactor(), sleep=lambda seconds: None)
    wire.on("AssumeRole", query_error("AccessDenied", 403))
    ask = replace(VOLUMES, absent=frozenset({"AccessDenied"}))
    answer = asker.ask(ask, call(ask))
    assert (answer.ending, answer.attempts) == ("denied", ())


# -- places -----------------------------------------------------------------------------------------------------------------


def test_a_region_that_does_not_accept_the_credentials(wire: Wire, asker: Asker, session: Session) -> None:
    wire.on("DescribeLogGroups", js_error("UnrecognizedClientException"))
    assert asker.ask(GROUPS, call(GROUPS)).ending == "denied", "the credentials were never seen to work"
    session.principal = "arn:aws:iam::111122223333:user/me"
    assert asker.ask(GROUPS, call(GROUPS)).ending == "unsupported", "they work elsewhere: the Region is off"
    session.enabled = {"eu-west-1": True}
    assert asker.ask(GROUPS, call(GROUPS)).ending == "denied", "the Region is known to be on"


def test_a_name_that_does_not_resolve() -> None:
    error = EndpointConnectionError(endpoint_url="https://x.invalid", error=socket.gaierror(-2, "Name or service not known"))
    assert ending_of(error, VOLUMES, Place(reachable=True, offered=False)) == "unsupported"
    assert ending_of(error, VOLUMES, Place(reachable=True, offered=True)) == "failed", "the network, not the service"
    assert ending_of(error, VOLUMES, Place(reachable=False, offered=False)) == "failed"
    refused = EndpointConnectionError(endpoint_url="https://x.invalid", error=ConnectionRefusedError())
    assert ending_of(refused, VOLUMES, Place(reachable=True, offered=False)) == "failed"


# -- redaction --------------------------------------------------------------------------------------------------------------


def test_secrets_are_gone_before_anyone_sees_the_page(wire: Wire, asker: Asker) -> None:
    ask = replace(VOLUMES, redact=(Redact("Volumes[]", "volume name", key="VolumeId"),))
    seen: list[object] = []
    wire.on("DescribeVolumes", volumes("hunter2"))
    answer = asker.ask(ask, call(ask), on_page=seen.append)
    assert "hunter2" not in repr(seen) + repr(answer) + answer.to_line("").decode()
    assert ids(answer)[0].startswith("[redacted volume name; digest ")


def test_a_page_that_cannot_be_redacted_is_not_kept(wire: Wire, asker: Asker) -> None:
    ask = replace(VOLUMES, redact=(Redact("Volumes.Name", "volume name"),))
    wire.on("DescribeVolumes", volumes("hunter2"))
    answer = asker.ask(ask, call(ask))
    assert (answer.ending, answer.pages) == ("failed", ())
    assert "hunter2" not in repr(answer)


def test_a_broken_body_with_a_secret_in_it_is_not_quoted(wire: Wire, asker: Asker) -> None:
    wire.on("DescribeVolumes", xml("<DescribeVolumesResponse><volumeSet><item><volumeId>hunter2</volumeId>"))
    answer = asker.ask(VOLUMES, call(VOLUMES))
    assert answer.ending == "failed"
    assert "hunter2" not in repr(answer)


def test_a_rule_of_another_ask_of_the_same_operation_counts_too(wire: Wire, asker: Asker) -> None:
    """Two asks may make an equal call; it is made once, by whichever comes first."""
    plain = Ask("elasticbeanstalk", "DescribeConfigurationSettings", ())
    option = "<Namespace>aws:elasticbeanstalk:application:environment</Namespace><OptionName>X</OptionName><Value>hunter2</Value>"
    settings = f"<member><OptionSettings><member>{option}</member></OptionSettings></member>"
    result = f"<DescribeConfigurationSettingsResult><ConfigurationSettings>{settings}</ConfigurationSettings>"
    wire.on("DescribeConfigurationSettings", xml(f"<R>{result}</DescribeConfigurationSettingsResult></R>"))
    answer = asker.ask(plain, call(plain, ApplicationName="shop", EnvironmentName="shop-prod"))
    assert answer.ending == "answered"
    assert "hunter2" not in repr(answer)


def test_an_operation_that_no_service_file_declares_is_failed_and_nothing_is_sent(wire: Wire, asker: Asker) -> None:
    ask = Ask("ec2", "TerminateInstances", ())
    answer = asker.ask(ask, call(ask, InstanceIds=["i-1"]))
    assert (answer.ending, answer.code) == ("failed", "Undeclared")
    assert wire.requests == []
