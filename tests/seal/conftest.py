"""One signed and stamped pack for the tests of this folder; whoever changes it works on a copy."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidence.seal.keys import KeyType, read_public
from evidence.seal.sealing import Sealing
from evidence.seal.timestamp import read_roots
from evidence.seal.verify import Anchors
from tests.seal.authority import Authority, serving
from tests.seal.packs import key, made


@dataclass(frozen=True)
class Sealed:
    """A sealed pack in `folder`, with what its verifier was given by another way beside it."""

    folder: Path
    key: Path
    root: Path

    @property
    def anchors(self) -> Anchors:
        return Anchors(key=read_public(self.key), roots=tuple(read_roots(self.root)))


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "authority")


@pytest.fixture(scope="session", params=["ecdsa", "ed25519"])
def sealed_once(request: pytest.FixtureRequest, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    type: KeyType = request.param
    outside = tmp_path_factory.mktemp(type)
    with serving(authority) as (url, _):
        made(outside / "pack", Sealing(key(outside / "K", type), url))
    return Sealed(outside / "pack", outside / "K.pub", authority.root)


@pytest.fixture
def sealed(sealed_once: Sealed, tmp_path: Path) -> Sealed:
    """A copy: change it as you like. The key and the root lie beside it under the names that README.txt uses."""
    shutil.copytree(sealed_once.folder, tmp_path / "handed/pack")
    shutil.copy(sealed_once.key, tmp_path / "handed/signer.pub.pem")
    shutil.copy(sealed_once.root, tmp_path / "handed/tsa-root.pem")
    return Sealed(tmp_path / "handed/pack", tmp_path / "handed/signer.pub.pem", tmp_path / "handed/tsa-root.pem")


Spoil = Callable[[Path], None]
