"""The workbook as a file: the same bytes anywhere, no clock, flat memory."""

import datetime as dt
import os
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from typing import Any

from tests.pack.test_workbook import ROOT, hostile, written


def test_the_same_pack_gives_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    made = set()
    script = "import sys, pathlib; from tests.pack.test_workbook import written, hostile; written(pathlib.Path(sys.argv[1]), hostile())"
    for n, (zone, seed, language) in enumerate((("UTC", "1", "C"), ("Asia/Kathmandu", "2", "tr_TR.UTF-8"))):
        folder = tmp_path / str(n)
        folder.mkdir()
        env = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "LANG": language, "LC_ALL": language}
        subprocess.run([sys.executable, "-c", script, folder], check=True, env=env, cwd=ROOT)
        made.add((folder / "report/workbook.xlsx").read_bytes())
    assert len(made) == 1


def test_no_clock_is_in_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, hostile())
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-09-30T23:04:51Z") == 2 and str(dt.date.today().year) + "-" not in core.replace("2026-09-30", "")
    assert "=Larkfield &amp; SöhneU+0007" in unicodedata.normalize("NFC", core)


class Many(tuple[Any, ...]):
    """One member many times over, so that what is measured is the writing."""

    many: int

    def __len__(self) -> int:
        return self.many

    def __iter__(self) -> Iterator[Any]:
        return repeat(next(super().__iter__()), self.many)


_MEASURE = """
import dataclasses, pathlib, sys
from evidence.pack.workbook import sheet
from tests.pack.example import example
from tests.pack.test_workbook import material, write_workbook
from tests.pack.test_workbook_file import Many

sheet.LINKS = 1_000
for count in (2_000, 20_000):
    many = Many(example().members[:1])
    many.many = count
    made = material(pathlib.Path(sys.argv[1]) / str(count), dataclasses.replace(example(), members=many, exceptions=()))
    write_workbook(made)
    print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def test_memory_stays_flat_however_many_members(tmp_path: Path) -> None:
    """The process's peak after 2,000 members, and after 20,000: a row kept in memory is at least a kilobyte. Both are more than a
    sheet links, as 200,000 are."""
    done = subprocess.run([sys.executable, "-c", _MEASURE, tmp_path], capture_output=True, text=True, check=True, cwd=ROOT)
    small, large = (int(line) for line in done.stdout.split())
    assert large - small < 10_000, f"{small:,} kB after 2,000 members, {large:,} kB after 20,000"
