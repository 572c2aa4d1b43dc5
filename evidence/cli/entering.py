"""The options by which accounts are entered, the same for every command that asks AWS."""

from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict, model_validator

Regions = Annotated[
    list[str] | None, typer.Option("--region", help="A Region to ask; may be repeated (default: every enabled one).")
]
Accounts = Annotated[list[str] | None, typer.Option("--account", help="An account to enter; may be repeated (default: our own).")]
Organization = Annotated[
    bool, typer.Option("--organization", help="Every active account of our organisation (with --account: those of it).")
]
Role = Annotated[str, typer.Option("--role", help="The name that the role by which accounts are entered has in each.")]
ExternalId = Annotated[
    str, typer.Option("--external-id", envvar="EVIDENCE_EXTERNAL_ID", help="The external id that the role asks for; never kept.")
]
SessionName = Annotated[
    str, typer.Option("--session-name", help="How CloudTrail is to name the role's session (default: evidence).")
]
Profile = Annotated[str, typer.Option("--profile", help="A profile of the AWS configuration.")]

Billing = Annotated[
    bool,
    typer.Option(
        "--billing",
        help="Ask Cost Explorer which services and Regions were used since the beginning of --period: 0.01 USD a request, a few in all "
        "from the management account, else a few an account. No amount is kept.",
    ),
]


class Entering(BaseModel):
    """Where is asked, and how accounts are entered: what these options say, and the table `[scope]` of evidence.toml. The external
    id is no part of it: that is a secret, and no file of ours keeps it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    regions: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    organization: bool = False
    role: str = ""
    session_name: str = ""
    profile: str = ""

    @model_validator(mode="before")
    @classmethod
    def _no_secret(cls, given: object) -> object:
        if isinstance(given, dict) and "external_id" in given:
            raise ValueError("an external id is a secret and stands in no file; give it as EVIDENCE_EXTERNAL_ID")
        return given
