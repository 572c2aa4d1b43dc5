"""`evidence policy`: the least-privilege IAM policy that a collection needs."""

from typing import Annotated

import typer

from evidence.assessment.wanted import wanted
from evidence.aws.policy import policy as iam_policy
from evidence.cli.common import chosen, print_json
from evidence.programs.load import programs as all_programs
from evidence.requirements import requirements
from evidence.services import populations
from evidence.services.ec2 import DESCRIBE_REGIONS
from evidence.services.plan import asks_for
from evidence.services.sts import GET_CALLER_IDENTITY


def policy(
    program: Annotated[list[str] | None, typer.Option("--program", help="Only what these programs need (default: all).")] = None,
) -> None:
    """Print the read-only IAM policy that a collection needs, and no more."""
    programs = chosen(program) if program else all_programs()
    asks = asks_for(wanted(programs, requirements(), populations()), populations())
    print_json(iam_policy((GET_CALLER_IDENTITY, DESCRIBE_REGIONS, *asks)))
