"""Reports printed side by side: the same files as one after the other, and whatever ends one of them is a sentence."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path, PosixPath

import pytest

from evidence.errors import EvidenceError
from evidence.pack import printing
from evidence.pack.printing import Printable, print_pdf, print_side_by_side
from tests.cli.commands import ROOT

AS_OF = "2026-09-30T12:00:00Z"
ELSEWHERE = "<img alt='x' src='https://example.com/x.png'>"
"""What no report may show: it would have to be fetched."""


def report(out: Path, words: str = "words") -> Printable:
    return Printable(f"<html lang='en'><title>t</title><h1>{words}</h1></html>", out, AS_OF, out.name, b"{}")


class KilledWhenWritten(PosixPath):
    """A file whose writer is ended from outside, as by a system that is out of memory."""

    def write_bytes(self, data: object) -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        return 0


class NeverWritten(PosixPath):
    """A file that is still being written when the user has had enough."""

    def write_bytes(self, data: object) -> int:
        Path(f"{self}.started").touch()
        time.sleep(600)
        return 0


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def test_the_files_are_those_that_are_printed_one_after_the_other(tmp_path: Path) -> None:
    files = [tmp_path / f"{n}.pdf" for n in range(3)]
    print_side_by_side(report(file, f"report {file.stem}") for file in files)
    together = [file.read_bytes() for file in files]
    assert [print_pdf(report(file, f"report {file.stem}")) for file in files] == [1, 1, 1]
    assert [file.read_bytes() for file in files] == together
    assert len(set(together)) == 3


def test_a_machine_of_one_processor_starts_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    monkeypatch.setattr(printing, "ProcessPoolExecutor", None)
    print_side_by_side([report(tmp_path / "a.pdf"), report(tmp_path / "b.pdf")])
    assert (tmp_path / "a.pdf").exists() and (tmp_path / "b.pdf").exists()


def test_what_one_report_lacks_is_said_as_if_it_were_printed_alone(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError) as alone:
        print_pdf(report(tmp_path / "a.pdf", ELSEWHERE))
    with pytest.raises(EvidenceError) as together:
        print_side_by_side([report(tmp_path / "a.pdf", ELSEWHERE), report(tmp_path / "b.pdf")])
    assert str(together.value) == str(alone.value)
    assert (together.value.what, together.value.todo) == (alone.value.what, alone.value.todo)


def test_a_process_ended_from_outside_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="ended from outside, as happens where memory runs out"):
        print_side_by_side([report(KilledWhenWritten(tmp_path / "a.pdf")), report(tmp_path / "b.pdf")])


INTERRUPTED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background has it ignored
from evidence.pack.printing import print_side_by_side
from tests.pack.test_printing import NeverWritten, report
os.cpu_count = lambda: 2
if __name__ == "__main__":
    try:
        print_side_by_side([report(NeverWritten(name)) for name in sys.argv[1:]])
    except KeyboardInterrupt:
        print("interrupted")
"""


def test_an_interruption_ends_all_of_them_without_a_word(tmp_path: Path) -> None:
    names = [tmp_path / "a.pdf", tmp_path / "b.pdf"]
    command = [sys.executable, "-c", INTERRUPTED, *map(str, names)]
    pipe = subprocess.PIPE
    started = subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, start_new_session=True)
    while not all(Path(f"{name}.started").exists() for name in names) and started.poll() is None:
        time.sleep(0.05)
    os.killpg(started.pid, signal.SIGINT)
    out, err = started.communicate(timeout=60)
    assert (out, err) == ("interrupted\n", "")
    assert _ended(started.pid), "a process of its group is left"


def _ended(group: int, patience: float = 20) -> bool:
    """The helper that Python keeps beside such processes ends a moment after them."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
