"""The sample pack, made once for all that look at it: `evidence sample` with the network out of reach."""

from pathlib import Path

import pytest

from tests.cli.commands import evidence

NOWHERE = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
"""A place where nobody answers: what runs there asks nobody."""


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `evidence sample` makes, with the network out of reach."""
    out = tmp_path_factory.mktemp("sample") / "made"
    done = evidence("sample", "--out", out, **NOWHERE)
    assert done.returncode == 3, done.stderr
    return out
