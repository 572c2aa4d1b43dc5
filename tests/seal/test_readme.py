"""The commands of a pack's README.txt, taken out of it and run as they stand: no tool of ours, no network, plain `sh`."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidence.seal.sealing import Sealing
from evidence.seal.steps import TITLES
from tests.seal.conftest import Sealed, Spoil
from tests.seal.packs import ANSWERS, made

STEP = re.compile(r"^(\d+)\. (.*)$")
SYSTEM = re.compile(r"^   (\S.*):$")


@dataclass(frozen=True)
class Followed:
    """One step of README.txt as somebody followed it."""

    expected: str
    said: str
    code: int

    @property
    def fine(self) -> bool:
        if self.expected == "no output":
            return self.code == 0 and not self.said
        return self.code == 0 and all(part in self.said for part in self.expected.split(", and the 64 digits of step 0"))


def commands(readme: str, system: str) -> dict[int, tuple[str, str]]:
    """{step: (commands, what to expect)} for one system; steps that cannot be done have none."""
    out: dict[int, tuple[str, str]] = {}
    number, under, lines = -1, "", list[str]()
    for line in readme.splitlines():
        if found := STEP.match(line):
            number, under, lines = int(found[1]), "", []
        elif line.startswith("   Expected: "):
            out[number] = ("\n".join(lines), line.removeprefix("   Expected: "))
        elif found := SYSTEM.match(line):
            under = found[1]
        elif line.startswith("      ") and system in under.split(" and "):
            lines.append(line[6:])
    return out


def follow(pack: Path, system: str = "Linux") -> dict[int, Followed]:
    """Every step but the last, which needs the tool."""
    readme = (pack / "README.txt").read_text(encoding="utf-8")
    out = {}
    for number, (command, expected) in commands(readme, system).items():
        if number == len(TITLES) - 1:
            continue
        ran = subprocess.run(
            ["sh", "-c", command], cwd=pack, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False
        )
        said = ran.stdout + ("" if "Using configuration" in ran.stderr else ran.stderr)
        out[number] = Followed(expected, said, ran.returncode)
    return out


def wrong(pack: Path, system: str = "Linux") -> set[int]:
    return {number for number, step in follow(pack, system).items() if number != 0 and not step.fine}


@pytest.mark.parametrize("system", ["Linux", "macOS"])
def test_every_step_comes_out_as_expected(sealed: Sealed, system: str) -> None:
    steps = follow(sealed.folder, system)
    assert set(steps) == {0, 1, 2, 3, 4, 5, 6, 9}, "there is no pack before this one, and the last step needs the tool"
    assert wrong(sealed.folder, system) == set()
    digest = steps[0].said.split()[0]
    assert re.fullmatch("[0-9a-f]{64}", digest) and digest in steps[6].said
    assert shutil.which("evidence", path="/usr/bin:/bin") is None


def change(pack: Path) -> None:
    data = bytearray((pack / ANSWERS).read_bytes())
    data[len(data) // 2] ^= 1
    (pack / ANSWERS).write_bytes(data)


def add(pack: Path) -> None:
    (pack / "evidence/one-more.txt").write_text("x")


def add_beside_the_signature(pack: Path) -> None:
    (pack / "seal/one-more.txt").write_text("x")


def add_under_the_name_of_the_manifest(pack: Path) -> None:
    (pack / "evidence/SHA256SUMS").write_text("x")


def add_a_link(pack: Path) -> None:
    (pack / "evidence/link").symlink_to("/etc/hostname")


def remove(pack: Path) -> None:
    (pack / "report/results.json").unlink()


def remove_the_timestamp(pack: Path) -> None:
    (pack / "seal/SHA256SUMS.sig.tsr").unlink()


def change_the_manifest_too(pack: Path) -> None:
    change(pack)
    subprocess.run("find . ! -type d ! -path ./SHA256SUMS ! -path './seal/*' | cut -c3- | LC_ALL=C sort | xargs sha256sum > ../s && mv ../s SHA256SUMS",
                   shell=True, cwd=pack, check=True)  # fmt: skip


@pytest.mark.parametrize("system", ["Linux", "macOS"])
@pytest.mark.parametrize(
    ("spoil", "steps"),
    [
        (change, {1}),
        (add, {2}),
        (add_beside_the_signature, {2}),
        (add_under_the_name_of_the_manifest, {2}),
        (add_a_link, {2}),
        (remove, {1, 2}),
        (remove_the_timestamp, {2, 4}),
        (change_the_manifest_too, {3, 5}),
    ],
)
def test_what_was_done_to_a_pack_fails_at_its_step(sealed: Sealed, spoil: Spoil, steps: set[int], system: str) -> None:
    spoil(sealed.folder)
    assert wrong(sealed.folder, system) == steps


def test_another_key_fails(sealed: Sealed) -> None:
    subprocess.run(
        "openssl genpkey -algorithm ed25519 | openssl pkey -pubout -out ../signer.pub.pem",
        shell=True,
        cwd=sealed.folder,
        check=True,
    )
    assert wrong(sealed.folder) == {3, 6}


def test_the_root_of_another_authority_fails(sealed: Sealed) -> None:
    shutil.copy(sealed.folder / "seal/tsa-chain.pem", sealed.root)
    sealed.root.write_text(sealed.root.read_text().split("-----END")[0] + "-----END CERTIFICATE-----\n")
    assert 4 in wrong(sealed.folder)


def test_an_unsigned_pack_says_which_steps_cannot_be_done(tmp_path: Path) -> None:
    made(tmp_path / "pack")
    readme = (tmp_path / "pack/README.txt").read_text(encoding="utf-8")
    assert "UNSIGNED" in readme.splitlines()[3]
    assert set(follow(tmp_path / "pack")) == {0, 1, 2, 5, 9} and wrong(tmp_path / "pack") == set()
    add(tmp_path / "pack")
    assert wrong(tmp_path / "pack") == {2}


def test_the_pack_before_is_checked_by_its_digest(tmp_path: Path) -> None:
    import hashlib

    from evidence.seal.facts import Previous

    before = made(tmp_path / "before")
    (tmp_path / "before").rename(tmp_path / before.id)
    sums = tmp_path / before.id / "SHA256SUMS"
    made(tmp_path / "pack", Sealing(previous=Previous(before.id, hashlib.sha256(sums.read_bytes()).hexdigest())))
    assert follow(tmp_path / "pack")[7].fine
    sums.write_bytes(sums.read_bytes().replace(b"a", b"b", 1))
    assert not follow(tmp_path / "pack")[7].fine


def test_titles_and_numbers_are_those_of_the_code(sealed: Sealed) -> None:
    readme = (sealed.folder / "README.txt").read_text(encoding="utf-8")
    headed = {int(m[1]): m[2] for line in readme.splitlines() if (m := STEP.match(line))}
    assert set(headed) == set(range(len(TITLES)))
    assert all(headed[n].startswith(title) for n, title in enumerate(TITLES)), headed


def test_windows_words_name_every_file_of_the_seal(sealed: Sealed) -> None:
    """No PowerShell is at hand here: what can be held is that the words are there and complete."""
    found = commands((sealed.folder / "README.txt").read_text(encoding="utf-8"), "Windows (PowerShell)")
    assert "certutil -hashfile" in found[0][0] and "Get-FileHash" in found[1][0]
    assert all(f"'seal/{p.name}'" in found[2][0] for p in (sealed.folder / "seal").iterdir())
