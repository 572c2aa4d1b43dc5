"""A command as a process of its own: how long it took, what it used of the processors, and the most memory it held."""

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Used:
    """`cpu` are seconds in user and system mode of the process and all that it started and waited for; `head` is its own peak of
    resident memory in MiB, `workers` those of the processes it started, the largest first. `said` is what it printed."""

    code: int
    wall: float
    cpu: float
    head: float
    workers: tuple[float, ...]
    said: str


def watched(command: Sequence[str], env: Mapping[str, str], every: float = 0.05) -> Used:
    """Runs the command to its end. Peaks are the kernel's own (VmHWM of proc(5)), read again and again since they end with the
    process: ru_maxrss would begin with what the process that started it holds."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=dict(env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    heard: list[bytes] = []
    listening = threading.Thread(target=lambda out: heard.append(out.read()), args=(process.stdout,))
    listening.start()
    peaks: dict[int, float] = {}
    while True:
        for pid in (process.pid, *_below(process.pid)):
            peaks[pid] = max(_peak(pid), peaks.get(pid, 0.0))
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        time.sleep(every)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)  # it has been waited for: subprocess need not
    listening.join()
    head = peaks.pop(process.pid)
    workers = tuple(sorted(peaks.values(), reverse=True))
    return Used(process.returncode, wall, used.ru_utime + used.ru_stime, head, workers, b"".join(heard).decode())


def cpu_of(pid: int) -> float:
    """Seconds that a running process has used of the processors."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _below(pid: int) -> list[int]:
    """The processes that it started, and those that they started."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except OSError:  # it has ended meanwhile
        return []
    return [found for child in children for found in (child, *_below(child))]


def _peak(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)
