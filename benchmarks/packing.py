"""A pack from the sample run: how much of the time is WeasyPrint's and openpyxl's own, and how much ours."""

import cProfile
import pstats
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evidence.cli.collect import replayed
from evidence.cli.common import FailOn
from evidence.cli.pack import write_pack

SAMPLE = Path(__file__).parent.parent / "evidence/sample/2026-Q3"
WEASYPRINT = ("/weasyprint/", "/pydyf/", "/tinycss2/", "/tinyhtml5/", "/cssselect2/", "/fontTools/", "/pyphen/", "/PIL/")
OPENPYXL = ("/openpyxl/", "/et_xmlfile/", "/lxml/", "/zipfile.py")


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        run = Path(scratch) / "run"
        replayed(SAMPLE, run)
        started = time.perf_counter()
        write_pack(run, Path(scratch) / "plain", [], FailOn.nothing)
        wall = time.perf_counter() - started
        profile = cProfile.Profile()
        profile.runcall(write_pack, run, Path(scratch) / "pack", [], FailOn.nothing)
    shares = {
        "WeasyPrint and what it uses": 0.0,
        "openpyxl and what it uses": 0.0,
        "ours": 0.0,
        "other libraries, built-in functions": 0.0,
    }
    for (file, _, _), (_, _, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        shares[_whose(file)] += own
    total = sum(shares.values())
    table = Table("of the time of one pack", "share")
    for whose, seconds in shares.items():
        table.add_row(whose, f"{seconds / total:.0%}")
    Console().print(table, f"{wall:.0f} s without the profiler")


def _whose(file: str) -> str:
    if any(part in file for part in WEASYPRINT):
        return "WeasyPrint and what it uses"
    if any(part in file for part in OPENPYXL):
        return "openpyxl and what it uses"
    return "ours" if "/evidence/" in file and "site-packages" not in file else "other libraries, built-in functions"


if __name__ == "__main__":
    main()
