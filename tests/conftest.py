"""The sample pack, made once for all that look at it: `evidence sample` with the network out of reach."""

from pathlib import Path

import pytest
from hypothesis import settings

from tests.cli.commands import NOWHERE, evidence

settings.register_profile("no clock", deadline=None)  # a machine that is busy with something else is no failure
settings.load_profile("no clock")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `evidence sample` makes, with the network out of reach."""
    out = tmp_path_factory.mktemp("sample") / "made"
    done = evidence("sample", "--out", out, **NOWHERE)
    assert done.returncode == 3, done.stderr
    return out
