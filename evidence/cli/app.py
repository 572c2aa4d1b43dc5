"""The program `evidence`: its commands, and how errors become sentences.

Exit codes: 0 complete, 3 done with gaps, 2 could not run, 1 only where `--fail-on exceptions` was asked for and there are
some (it wins over 3).
"""

import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from evidence import __version__
from evidence.errors import EvidenceError

COMMANDS = (
    "sample", "collect", "status", "quarter", "pack", "sign-off", "verify", "compare", "period", "ticket", "draw", "anonymise", "keygen", "explain",
    "doctor", "policy", "programs", "requirements", "acceptances",
)  # fmt: skip
"""Each is a module of this folder, with a function of that name or, for a group, an `app`; sign-off is `sign_off`."""


class _Found(Mapping[str, Any]):
    """The commands by name, each loaded when it is asked for: a pack's formats take seconds to load, and most commands need none."""

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)

    def __getitem__(self, name: str) -> Any:
        if name not in COMMANDS:
            raise KeyError(name)
        word = name.replace("-", "_")
        module = import_module(f"evidence.cli.{word}")
        group = getattr(module, "app", None) or typer.Typer(add_completion=False)
        if not hasattr(module, "app"):
            group.command(name)(getattr(module, word))
        return typer.main.get_command(group)


class _Commands(TyperGroup):
    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = _Found()  # type: ignore[assignment]  # only read


app = typer.Typer(
    cls=_Commands,
    name="evidence",
    help="Gathers audit evidence from AWS, says what it supports for each control, and hands over a pack that anyone can check.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"evidence {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Runs the command line. Nothing but sentences reaches the user, and exit code 2 says that it could not run."""
    try:
        app()
    except EvidenceError as error:
        typer.echo(f"evidence: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("evidence: stopped. What was kept so far is whole; go on with `evidence collect --resume`.", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(2)
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        typer.echo(f"evidence: the system refused{where}: {error.strerror or error}.", err=True)
        sys.exit(2)
    except Exception as error:  # a fault of ours: said in a sentence, and kept for whoever mends it
        with tempfile.NamedTemporaryFile("w", prefix="evidence-fault-", suffix=".txt", delete=False) as report:
            traceback.print_exc(file=report)
        typer.echo(
            f"evidence: a fault of the program itself stopped it ({type(error).__name__}: {error}). What was kept so far is whole; "
            f"please report it with the file {report.name}.",
            err=True,
        )
        sys.exit(2)
