"""Reads the event patterns of EventBridge, and says whether one matches a kind of event.

Grammar: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
A kind of event is what is known of every such event, fields within fields; of all others nothing is known. What does not
follow the grammar raises KeyError, TypeError or ValueError: a gap, never a yes or no.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

Event = Mapping[str, Any]
"""Texts, and structures of texts: {"source": "aws.guardduty", "detail": {…}}."""
_DEEPEST = 50


def matches(pattern: Event, event: Event, depth: int = 0) -> bool | None:
    """Whether the pattern matches every such event (True), none (False), or it hangs on what is not known (None)."""
    if not isinstance(pattern, Mapping) or not pattern or depth > _DEEPEST:
        raise ValueError(f"a structure was expected, not {pattern!r}"[:200])
    return _all(_field(name, wanted, event, depth) for name, wanted in pattern.items())


def _field(name: str, wanted: Any, event: Event, depth: int) -> bool | None:
    if name == "$or":
        return _some(matches(one, event, depth + 1) for one in wanted)
    if isinstance(wanted, Mapping):
        found = event.get(name, {})
        return matches(wanted, found, depth + 1) if isinstance(found, Mapping) else False
    if not isinstance(wanted, (list, tuple)) or not wanted:
        raise TypeError(f"{name}: a list was expected, not {wanted!r}"[:200])
    known = name in event
    found = event.get(name)
    if isinstance(found, Mapping):
        raise ValueError(f"{name}: a structure is compared with texts")
    answers = [_value(one, found if known else None) for one in wanted]
    return _some(answers)


def _value(wanted: Any, text: str | None) -> bool | None:
    """Whether a text is what the pattern asks for; a text of None is not known."""
    if isinstance(wanted, Mapping):
        ((operator, argument),) = wanted.items()
        return _operator(operator, argument, text)
    return None if text is None else bool(wanted == text)


def _operator(operator: str, argument: Any, text: str | None) -> bool | None:
    if operator == "exists":
        if not isinstance(argument, bool):
            raise TypeError(f"exists: {argument!r}")
        return None if text is None else argument
    if operator == "anything-but":
        arguments = argument if isinstance(argument, (list, tuple)) else (argument,)
        return _not(_some(_value(one, text) for one in arguments))
    if operator in ("numeric", "cidr"):
        return None if text is None else False  # our texts are no numbers and no addresses
    if isinstance(argument, Mapping):  # {"prefix": {"equals-ignore-case": "…"}}
        ((inner, value),) = argument.items()
        if inner != "equals-ignore-case" or operator not in ("prefix", "suffix"):
            raise ValueError(f"{operator} of {inner}")
        return None if text is None else _compared(operator, value.lower(), text.lower())
    arguments = argument if isinstance(argument, (list, tuple)) else (argument,)  # a list within anything-but
    return _some(None if text is None else _compared(operator, one, text) for one in arguments)


def _compared(operator: str, argument: str, text: str) -> bool:
    if operator == "prefix":
        return text.startswith(argument)
    if operator == "suffix":
        return text.endswith(argument)
    if operator == "equals-ignore-case":
        return text.lower() == argument.lower()
    if operator == "wildcard":
        return re.fullmatch(".*".join(re.escape(part) for part in argument.split("*")), text, re.DOTALL) is not None
    raise ValueError(f"the operator {operator!r} is not known")


def _all(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    return False if False in found else None if None in found else True


def _some(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    return True if True in found else None if None in found else False


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def environments(pattern: Event, event: Event, *, exactly: bool) -> list[str]:
    """The names of Elastic Beanstalk environments whose events of this kind the pattern takes in; "*" is any.

    Where it hangs on something else that is not known: none if `exactly`, since then some are left out; else ValueError."""
    whole = matches(pattern, event)
    if whole is not None:
        return ["*"] if whole else []
    detail = pattern.get("detail")
    named = detail.get("EnvironmentName", ()) if isinstance(detail, Mapping) else ()
    found = [name for name in named if isinstance(name, str) and matches(pattern, _of(event, name)) is True]
    if not found and not exactly:
        raise ValueError("its event pattern asks for more than what kind of event it is")
    return found


def _of(event: Event, name: str) -> Event:
    return {**event, "detail": {**event.get("detail", {}), "EnvironmentName": name}}
