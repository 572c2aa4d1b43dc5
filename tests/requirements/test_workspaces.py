"""WorkSpaces: both volumes are encrypted."""

from typing import Any

import pytest

from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers

ID = "ws-0123456789"
ENCRYPTED = "workspaces.desktops.encrypted"


def desktop(**given: Any) -> Judged:
    return judge_answers(ENCRYPTED, answered("workspaces", "DescribeWorkspaces", {"Workspaces": [{"WorkspaceId": ID, **given}]}))


@pytest.mark.parametrize(
    ("root", "user", "expected"),
    [
        (True, True, "meets"),
        (True, False, "exception"),
        (False, True, "exception"),
        (None, True, "gap"),
        (True, None, "gap"),
        (None, False, "exception"),
        ("yes", True, "gap"),
    ],
)
def test_both_volumes_are_encrypted(root: Any, user: Any, expected: str) -> None:
    given = {"RootVolumeEncryptionEnabled": root, "UserVolumeEncryptionEnabled": user, "State": "STOPPED"}
    judged = desktop(**{name: value for name, value in given.items() if value is not None})
    assert judged[ID] == expected
    assert judged.members[0].arn == f"arn:aws:workspaces:{REGION}:{ACCOUNT}:workspace/{ID}"


def test_desktops_that_are_gone_or_could_not_be_read() -> None:
    assert not desktop(State="TERMINATED").members
    assert judge_answers(ENCRYPTED, ended("workspaces", "DescribeWorkspaces", "denied")).result.judgement == "gap"
    assert (
        judge_answers(ENCRYPTED, answered("workspaces", "DescribeWorkspaces", {"Workspaces": []})).result.judgement
        == "not_applicable"
    )
