import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence.aws.ask import Asker
from evidence.aws.redact import Redactor
from evidence.aws.session import Session, Settings, open_session
from evidence.services import asks
from evidence.services.declare import Ask
from tests.aws.wire import Wire, serving

EXTRA = tuple(Ask("s3", name, ()) for name in ("ListBuckets", "GetBucketPolicy", "GetBucketEncryption", "GetBucketLocation"))
"""What tests ask besides what service files declare."""


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Wire]:
    """A scripted AWS, and an environment in which boto3 finds that and nothing else."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    with serving() as served:
        monkeypatch.setenv("AWS_ENDPOINT_URL", served.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAFIRST")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
        yield served


@pytest.fixture
def session(wire: Wire) -> Session:
    return open_session(Settings(region="eu-west-1"), [*asks(), *EXTRA])


@pytest.fixture
def asker(session: Session) -> Asker:
    return Asker(lambda account: session, Redactor(b"k" * 32), sleep=lambda seconds: None)
