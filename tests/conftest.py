"""The sample pack, made once for all that look at it: `evidence sample` with the network out of reach."""

from pathlib import Path

import pytest
from hypothesis import settings

from tests.cli.commands import NOWHERE, evidence

settings.register_profile("no clock", deadline=None)  # a machine that is busy with something else is no failure
settings.load_profile("no clock")


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What tests share is made once: all that use a fixture of their module, or of a folder's conftest.py, go to one worker. Otherwise
    each worker makes it."""
    free = [item for item in items if item.get_closest_marker("xdist_group") is None]
    places = {item: _shared(item) for item in free}
    by_file = {item.path: place for item, place in places.items() if place}
    for item, place in places.items():
        # a test that finds its fixture by name (`request.getfixturevalue`) goes with the others of its file
        where = place or ("request" in getattr(item, "fixturenames", ()) and by_file.get(item.path))
        if where:
            item.add_marker(pytest.mark.xdist_group(where))


def _shared(item: pytest.Item) -> str:
    """The widest place of ours whose fixtures the test shares with others; empty where it shares none."""
    known = getattr(item, "_fixtureinfo", None)
    fixtures = [f for found in known.name2fixturedefs.values() for f in found] if known else []
    places = {f.baseid for f in fixtures if f.scope in ("module", "session") and f.baseid}
    return min(places, key=len, default="")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `evidence sample` makes, with the network out of reach."""
    out = tmp_path_factory.mktemp("sample") / "made"
    done = evidence("sample", "--out", out, **NOWHERE)
    assert done.returncode == 3, done.stderr
    return out
