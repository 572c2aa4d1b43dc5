"""`evidence policy`: the least-privilege IAM policy that a collection needs, or the role with it, ready to be deployed."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from evidence.aws.kms_signer import signing_policy
from evidence.aws.policy import AWS_LIMIT, size, store_policy, with_members
from evidence.aws.policy import policy as iam_policy
from evidence.aws.role_template import ROLE_NAME, cloudformation, terraform
from evidence.aws.scope import check_role
from evidence.cli.collecting import asks_of
from evidence.cli.common import chosen, named, print_json
from evidence.cli.configuration import read_configuration
from evidence.errors import EvidenceError
from evidence.programs.load import programs as all_programs
from evidence.services.organizations import DESCRIBE_ORGANIZATION, LIST_ACCOUNTS


class Format(StrEnum):
    """What is printed."""

    json = "json"
    cloudformation = "cloudformation"
    terraform = "terraform"


def policy(
    program: Annotated[
        list[str] | None, typer.Option("--program", callback=named, help="Only what these programs need (default: all).")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="With what `collect --config` asks besides: tags that statements name.")
    ] = None,
    history: Annotated[bool, typer.Option("--history", help="With what `collect --history` asks besides.")] = False,
    events: Annotated[bool, typer.Option("--events", help="With what `collect --events` asks besides.")] = False,
    billing: Annotated[bool, typer.Option("--billing", help="With what `collect --billing` asks besides.")] = False,
    format: Annotated[
        Format, typer.Option("--format", help="The policy, or a role with it for CloudFormation or Terraform (.tf.json).")
    ] = Format.json,
    organization: Annotated[
        bool, typer.Option("--organization", help="With what `collect --organization` needs in the account it starts from.")
    ] = False,
    role: Annotated[str, typer.Option("--role", help="With --organization: the role by which accounts are entered.")] = ROLE_NAME,
    signing: Annotated[
        str,
        typer.Option("--signing", help="Instead: what `pack --kms-key ARN` needs to sign with this key. No collection needs it."),
    ] = "",
    store: Annotated[
        str, typer.Option("--store", help="Instead: what keeping and reading runs at this s3://bucket/prefix needs.")
    ] = "",
    store_kms_key: Annotated[
        str, typer.Option("--store-kms-key", help="With --store: the ARN of the key that the bucket encrypts with.")
    ] = "",
) -> None:
    """Print the read-only IAM policy that a collection needs, and no more."""
    if signing:
        print_json(signing_policy(signing))
        return
    if store_kms_key and not store:
        raise EvidenceError("--store-kms-key is the key of a store.", "Name the store too: --store s3://bucket/prefix.")
    if store:
        print_json(store_policy(store, store_kms_key))
        return
    programs = chosen(program) if program else all_programs()
    stated = read_configuration(config).statements()
    over_time = tuple(name for name, asked in (("history", history), ("events", events), ("billing", billing)) if asked)
    asks = asks_of(programs, over_time, stated)
    ids = [p.id for p in programs]
    if format is not Format.json:
        if organization:
            raise EvidenceError(
                f"--format {format} is the role of the accounts that are entered; --organization is for the account that enters them.",
                "Print the two one after the other.",
            )
        print_json((cloudformation if format is Format.cloudformation else terraform)(asks, ids))
        return
    document = iam_policy(asks)
    if organization:
        check_role(role)
        document = with_members(iam_policy((*asks, DESCRIBE_ORGANIZATION, LIST_ACCOUNTS)), role.removeprefix("role/"))
    print_json(document)
    if size(document) > AWS_LIMIT:
        typer.echo(
            f"evidence: the policy has {size(document):,} characters and a managed policy of AWS at most {AWS_LIMIT:,}: "
            "--format cloudformation and --format terraform split it.",
            err=True,
        )
