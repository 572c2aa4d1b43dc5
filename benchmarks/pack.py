"""A pack: each format's time and peak memory as members grow, whose time it is, and verification beside `sha256sum`.

python -m benchmarks.pack                     # 1k, 10k and 100k members; shares; verification
python -m benchmarks.pack growth 1000000      # one size, every format
"""

import cProfile
import dataclasses
import hashlib
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evidence.assessment.model import Assessment
from evidence.cli.collect import replayed
from evidence.cli.common import FailOn
from evidence.cli.configuration import Configuration
from evidence.cli.pack import write_pack
from evidence.pack import printing
from evidence.pack.formats import formats
from evidence.pack.material import Material
from evidence.run.run import Run
from evidence.seal.manifest import manifest
from evidence.seal.verify import verify
from tests.pack.example import Judged, Thing, clean, judged, pack, registered

SAMPLE = Path(__file__).parent.parent / "evidence/sample/2026-Q3"
SIZES = (1_000, 10_000, 100_000)
WEASYPRINT = ("/weasyprint/", "/pydyf/", "/tinycss2/", "/tinyhtml5/", "/cssselect2/", "/fontTools/", "/pyphen/", "/PIL/")
OPENPYXL = ("/openpyxl/", "/et_xmlfile/", "/lxml/", "/zipfile.py")


def many(members: int) -> Assessment:
    """One requirement over so many volumes, one in ten of which is an exception and one in fifty a gap."""
    things = [Thing("012345678901", "eu-west-1", "AWS::EC2::Volume", f"vol-{n:017x}") for n in range(members)]
    words: dict[int, Judged] = dict.fromkeys(range(0, members, 10), ("exception", "encrypted = false"))
    words |= dict.fromkeys(range(5, members, 50), ("gap", "ec2:DescribeVolumes denied"))
    result, found = judged("ec2.volumes.encrypted", things, "Every volume is encrypted.", "data_protection", words, noun="volume")
    control = dataclasses.replace(clean().conclusions[0], conclusion="exceptions")
    small = dataclasses.replace(clean(), requirements=(result,), members=tuple(found), conclusions=(control,))
    return registered(small)


def write(name: str, members: int) -> None:
    """Writes one format of so many members in this process; prints seconds of CPU, and MiB above what judging had left."""
    assessment, one = many(members), next(f for f in formats() if f.name == name)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "pack"
        run = folder / "evidence"
        replayed(SAMPLE, run)
        (folder / "report").mkdir()
        before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        one.write(Material(assessment, pack(assessment), Run.open(run), folder))
        seconds, peak = time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        size = sum(p.stat().st_size for p in (folder / "report").rglob("*") if p.is_file())
    print(round(seconds, 2), round((peak - before) / 1024, 1), size)


def growth(sizes: tuple[int, ...]) -> Table:
    table = Table("format", "members", "CPU s", "x the size before", "MiB above the Assessment", "files, MB")
    for name in (f.name for f in formats()):
        before = 0.0
        for members in sizes:
            command = [sys.executable, "-m", "benchmarks.pack", "write", name, str(members)]
            seconds, memory, size = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-3:]
            ratio = f"{float(seconds) / before:.1f}" if before else ""
            table.add_row(name, f"{members:,}", seconds, ratio, memory, f"{int(size) / 1e6:.1f}")
            before = float(seconds)
    return table


def shares(run: Path, out: Path) -> Table:
    printing.AT_ONCE = 1  # in this process, where the profile sees it
    profile = cProfile.Profile()
    profile.runcall(write_pack, run, out, ["soc2-2017"], FailOn.nothing, Configuration())
    found = dict.fromkeys(("WeasyPrint and what it uses", "openpyxl and what it uses", "ours", "other libraries, built-ins"), 0.0)
    for (file, _, _), (_, _, own, _, _) in vars(pstats.Stats(profile))["stats"].items():
        found[_whose(file)] += own
    table = Table("of the time of one pack", "share")
    for whose, seconds in found.items():
        table.add_row(whose, f"{seconds / sum(found.values()):.0%}")
    return table


def _whose(file: str) -> str:
    if any(part in file for part in WEASYPRINT):
        return "WeasyPrint and what it uses"
    if any(part in file for part in OPENPYXL):
        return "openpyxl and what it uses"
    return "ours" if "/evidence/" in file and "site-packages" not in file else "other libraries, built-ins"


def verification(made: Path, scratch: Path) -> Table:
    """Hashing as the verifier does it beside `sha256sum -c`, over a pack of large files: bytes decide, not names."""
    folder = scratch / "large"
    for part in ("report", "evidence", "method"):
        (folder / part).mkdir(parents=True)
    (folder / "evidence/run.json").write_text("{}")
    block = hashlib.sha256(b"x").digest() * 32_768
    for n in range(40):
        with (folder / f"report/file-{n}.bin").open("wb") as file:
            for _ in range(32):
                file.write(block)
    (folder / "pack.json").write_bytes((made / "pack.json").read_bytes())
    (folder / "SHA256SUMS").write_bytes(manifest(folder))
    pairs = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run(["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)
        theirs, started = time.perf_counter() - started, time.perf_counter()
        steps = list(verify(folder))
        pairs.append(theirs / (time.perf_counter() - started))
        assert next(s for s in steps if s.number == 1).outcome == "done", steps
    table = Table("verification", "of the speed of sha256sum")
    table.add_row("1.3 GB in 40 files, median of 5 pairs", f"{sorted(pairs)[2]:.0%}")
    return table


def main() -> None:
    console = Console()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        replayed(SAMPLE, scratch / "run")
        console.print(shares(scratch / "run", scratch / "pack"))
        console.print(verification(scratch / "pack", scratch))
    console.print(growth(SIZES))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", name, members]:
            write(name, int(members))
        case ["growth", *sizes]:
            Console().print(growth(tuple(map(int, sizes))))
        case _:
            main()
