"""What AWS Config's managed rules and AWS Security Hub's controls are here: the requirements that judge the same thing."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from evidence.programs.load import program

FSBP = "aws-fsbp"


@cache
def config_rules() -> Mapping[str, Sequence[str]]:
    """Identifier of a managed rule ("ENCRYPTED_VOLUMES") → requirement ids. Source: AWS Config developer guide, list of managed rules."""
    text = files("evidence.programs.exchange").joinpath("config_rules.yaml").read_bytes()
    return dict(yaml.safe_load(text))


@cache
def securityhub_controls() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Id of a Security Hub control ("EC2.7") → the mappings that the built-in program has for it."""
    return {
        c.id: [{"id": m.id, "reach": m.reach, **({"with": dict(m.parameters)} if m.parameters else {})} for m in c.requirements if m.reach != "context"]
        for c in program(FSBP).controls
    }  # fmt: skip


def of_config_rule(identifier: str) -> Sequence[str]:
    return config_rules().get(identifier.strip().upper().replace("-", "_"), ())
