"""Parameters that management sets: they hold wherever a program does not demand a value of its own."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from evidence.errors import EvidenceError, did_you_mean
from evidence.programs.model import Control, Program
from evidence.requirements.declare import Requirement

Given = Mapping[str, Mapping[str, Any]]
"""Requirement id → {parameter: value}, as management set them."""


@dataclass(frozen=True)
class Overruled:
    """A value of management's that a control does not accept: the program demands its own, and judged with it."""

    program: str
    control: str
    requirement: str
    parameter: str
    given: Any
    demanded: Any


def with_parameters(programs: Iterable[Program], given: Given) -> tuple[Program, ...]:
    """The programs with management's values where they demand none."""
    return tuple(replace(p, controls=tuple(_control(c, given) for c in p.controls)) for p in programs)


def _control(control: Control, given: Given) -> Control:
    mapped = (replace(m, parameters={**given.get(m.id, {}), **m.parameters}) for m in control.requirements)
    return replace(control, requirements=tuple(mapped))


def overruled(programs: Iterable[Program], given: Given) -> Iterator[Overruled]:
    """Where a program (as its file says it, without management's values) demands something else than management set."""
    for program in programs:
        for control in program.controls:
            for mapped in control.requirements:
                for name, value in given.get(mapped.id, {}).items():
                    if mapped.parameters.get(name, value) != value:
                        yield Overruled(program.id, control.id, mapped.id, name, value, mapped.parameters[name])


def check_parameters(given: Given, requirements: Mapping[str, Requirement], where: str) -> None:
    """Raises EvidenceError for a requirement or a parameter that is not there, or a value of another kind."""
    for id, values in given.items():
        if id not in requirements:
            todo = did_you_mean(id, requirements) or "`evidence requirements` lists them."
            raise EvidenceError(f"{where}: {id} is no requirement.", todo)
        for name, value in values.items():
            if problem := parameter_problem(requirements[id], name, value):
                raise EvidenceError(f"{where}: {problem[0]}", problem[1])


def parameter_problem(requirement: Requirement, name: str, value: Any) -> tuple[str, str] | None:
    """What is wrong with a value for this parameter, and what to do; None where nothing is."""
    if name not in requirement.parameters:
        has = ", ".join(requirement.parameters) or "no parameters at all"
        todo = did_you_mean(name, requirement.parameters) or f"It has {has}."
        return f"{requirement.id} has no parameter {name!r}.", todo
    default = requirement.parameters[name].default
    if not _of_the_kind_of(value, default):
        return (
            f"{name} of {requirement.id} is {value!r}, which is not {_kind(default)}.",
            f"Write it like the default, {default!r}.",
        )
    if isinstance(default, (list, tuple)) and default and not value:
        return f"{name} of {requirement.id} is empty: it would look for nothing, and always hold.", f"The default is {default!r}."
    choices = requirement.parameters[name].choices
    strange = [v for v in (value if isinstance(default, (list, tuple)) else [value]) if choices and v not in choices]
    if strange:
        return f"{name} of {requirement.id} does not know {strange[0]!r}.", f"Choose from {', '.join(map(str, choices))}."
    return None


def _of_the_kind_of(value: Any, default: Any) -> bool:
    """As the default is: a bool is no number; the members of a list are as the default's, or texts where it has none."""
    if isinstance(default, (list, tuple)):
        member = next(iter(default), "")
        return isinstance(value, Sequence) and not isinstance(value, str) and all(_of_the_kind_of(v, member) for v in value)
    if isinstance(default, float):
        return type(value) in (int, float)
    return type(value) is type(default)


def _kind(default: Any) -> str:
    names: Mapping[type, Literal["yes or no (true, false)", "a whole number", "a number", "text", "a list"]] = {
        bool: "yes or no (true, false)", int: "a whole number", float: "a number", str: "text", list: "a list", tuple: "a list",
    }  # fmt: skip
    return names.get(type(default), f"a {type(default).__name__}")
