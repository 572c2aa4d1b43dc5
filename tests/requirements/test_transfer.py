"""Transfer servers: no FTP, and a log."""

from typing import Any

import pytest

from tests.judging import ACCOUNT, REGION, answered, ended, judge_answers

ID = "s-0123456789abcdef0"
ARN = f"arn:aws:transfer:{REGION}:{ACCOUNT}:server/{ID}"
FTP, LOGS = "transfer.servers.no-ftp", "transfer.servers.logs"
LISTED = answered("transfer", "ListServers", {"Servers": [{"ServerId": ID, "Arn": ARN, "State": "ONLINE"}]})


@pytest.mark.parametrize(
    ("requirement", "given", "expected"),
    [
        (FTP, {"Protocols": ["SFTP", "FTPS"]}, "meets"),
        (FTP, {"Protocols": ["AS2"]}, "meets"),
        (FTP, {"Protocols": ["SFTP", "FTP"]}, "exception"),
        (FTP, {}, "gap"),
        (FTP, {"Protocols": []}, "gap"),
        (FTP, {"Protocols": ["GOPHER"]}, "gap"),
        (FTP, {"Protocols": "FTP"}, "gap"),
        (LOGS, {"StructuredLogDestinations": ["arn:aws:logs:x"]}, "meets"),
        (LOGS, {"LoggingRole": "arn:aws:iam::1:role/x"}, "meets"),
        (LOGS, {"StructuredLogDestinations": []}, "exception"),
        (LOGS, {}, "exception"),
        (LOGS, {"StructuredLogDestinations": "all"}, "gap"),
    ],
)
def test_a_server_speaks_no_ftp_and_logs(requirement: str, given: dict[str, Any], expected: str) -> None:
    described = answered("transfer", "DescribeServer", {"Server": {"Arn": ARN, **given}}, ServerId=ID)
    judged = judge_answers(requirement, LISTED, described)
    assert judged[ID] == expected
    assert judged.members[0].arn == ARN


@pytest.mark.parametrize("requirement", [FTP, LOGS])
def test_servers_that_could_not_be_read(requirement: str) -> None:
    assert judge_answers(requirement, LISTED, ended("transfer", "DescribeServer", "denied", ServerId=ID))[ID] == "gap"
    assert not judge_answers(requirement, LISTED, ended("transfer", "DescribeServer", "gone", ServerId=ID)).members
    assert judge_answers(requirement, ended("transfer", "ListServers", "denied")).result.judgement == "gap"
    assert judge_answers(requirement, answered("transfer", "ListServers", {"Servers": []})).result.judgement == "not_applicable"
