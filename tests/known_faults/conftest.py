from pathlib import Path

import pytest

from tests.aws.conftest import asker, session, wire
from tests.aws_simulator import World
from tests.known_faults.over_the_wire import Aws

__all__ = ["asker", "session", "wire"]


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """A simulated AWS with one account and one Region, in which there is nothing yet."""
    made = Aws(World(), tmp_path, monkeypatch)
    made.regions(eu_west_1="opt_in_not_required")
    return made
