"""Importing the product makes no call, opens no file of its own accord and reads no clock: it can be imported anywhere."""

import subprocess
import sys

IMPORT_ALL = """
import importlib, pkgutil, socket, sys
import evidence

def refuse(*_, **__):
    raise AssertionError("a module opened a socket while it was imported")

socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
seen = []

def watch(frame, event, called):
    if event == "c_call" and called.__name__ in ("now", "time", "utcnow", "open", "monotonic"):
        if frame.f_code.co_filename.startswith(evidence.__path__[0]):
            seen.append(f"{frame.f_code.co_filename}:{frame.f_lineno} calls {called.__name__}")

names = [m.name for m in pkgutil.walk_packages(evidence.__path__, "evidence.")]
sys.setprofile(watch)
for name in names:
    importlib.import_module(name)
sys.setprofile(None)
assert not seen, seen
assert "weasyprint" not in sys.modules, "WeasyPrint loads Pango and fonts: only writing a PDF may import it"
print(len(names))
"""


def test_every_module_imports_without_network_and_clock() -> None:
    out = subprocess.run([sys.executable, "-c", IMPORT_ALL], capture_output=True, text=True, check=False)
    assert out.returncode == 0, out.stderr
    assert int(out.stdout) > 60


def test_what_to_ask_is_known_without_pandas() -> None:
    """A collection in a small container need not load it: requirements are asked about nobody only to see what they read."""
    asked = """
import sys
from evidence.cli.collecting import asks_of
from evidence.programs.load import programs
assert len(asks_of(programs())) > 100
assert "pandas" not in sys.modules
"""
    out = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False)
    assert out.returncode == 0, out.stderr
