"""boto3's clients for a bench."""

from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import create_loader

from tests.aws_simulator.server import Bench

_LOADER = create_loader()  # shared, since reading a service's model takes longer than most tests


def session(access_key: str = "AKIAANYONE", session_token: str | None = None) -> Any:
    """A boto3 session with these credentials."""
    core = botocore.session.Session()
    core.register_component("data_loader", _LOADER)
    core.set_credentials(access_key, "secret", session_token)
    return boto3.Session(botocore_session=core)


def client(
    bench: Bench, service: str, region: str = "eu-west-1", *,
    access_key: str = "AKIAANYONE", session_token: str | None = None, attempts: int = 1, **config: Any,
) -> Any:  # fmt: skip
    """A client of the service at the bench, which gives up after so many attempts."""
    usual = {
        "retries": {"mode": "standard", "total_max_attempts": attempts},
        "proxies": {"http": bench.proxy_url} if service == "s3control" else {},
        "read_timeout": 10,
    }
    chosen = Config(**{**usual, **config})
    return session(access_key, session_token).client(service, region, endpoint_url=bench.url, config=chosen)
