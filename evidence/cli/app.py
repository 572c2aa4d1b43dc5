"""The program `evidence`: its commands, and how errors become sentences.

Exit codes: 0 complete, 3 done with gaps, 2 could not run, 1 only where `--fail-on exceptions` was asked for and there are
some (it wins over 3).
"""

import sys
import tempfile
import traceback
from typing import Annotated

import typer

from evidence import __version__
from evidence.cli import collect, doctor, explain, keygen, pack, policy, programs, requirements, sample, ticket, verify
from evidence.errors import EvidenceError

app = typer.Typer(
    name="evidence",
    help="Gathers audit evidence from AWS, says what it supports for each control, and hands over a pack that anyone can check.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("sample")(sample.sample)
app.command("collect")(collect.collect)
app.command("pack")(pack.pack)
app.command("verify")(verify.verify)
app.command("ticket")(ticket.ticket)
app.command("keygen")(keygen.keygen)
app.command("explain")(explain.explain)
app.command("doctor")(doctor.doctor)
app.command("policy")(policy.policy)
app.add_typer(programs.app, name="programs")
app.command("requirements")(requirements.requirements)


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
